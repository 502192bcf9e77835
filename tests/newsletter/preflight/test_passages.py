from __future__ import annotations

import pytest

from newsletter.digest import links
from newsletter.digest.document import Document, OtherLink
from newsletter.preflight.findings import Place
from newsletter.preflight.passages import links_of, passages_of
from tests.newsletter.preflight.digests import digests
from tests.newsletter.preflight.subjects import document, publication, story


def test_stories_count_through_all_sections() -> None:
    passages = passages_of(document(story("一"), story("二")), publication())
    titles = [passage.place for passage in passages if passage.place.field == "title" and passage.place.story]
    assert titles == [Place(1, 1, "title"), Place(2, 1, "title")]


def test_prose_has_neither_code_nor_addresses() -> None:
    told = story(insight="看 `代码` 与 https://a.test/x 和[这里](https://b.test/)。")
    (insight,) = (p for p in passages_of(document(told), publication()) if p.place.field == "insight")
    assert insight.words == "看 代码 与 https://a.test/x 和这里。"
    assert insight.prose.split() == ["看", "与", "和这里。"]


@pytest.mark.parametrize("issue", digests())
def test_finds_every_link_of_a_real_issue(issue: Document) -> None:
    here = sorted(link.url for link in links_of(passages_of(issue, publication())))
    assert here == sorted(link.url for link in links.links_of(issue))


def test_a_line_that_is_no_link_has_only_those_in_its_words() -> None:
    lines = (OtherLink("- 没有地址", ""), OtherLink("- **[甲](https://a.test/1)**", ""))
    found = links_of(passages_of(document(other_links=lines), publication()))
    assert "" not in {link.url for link in found}
    assert "https://a.test/1" in {link.url for link in found}
