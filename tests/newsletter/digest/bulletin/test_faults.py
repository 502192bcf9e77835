from __future__ import annotations

import pytest

from newsletter.digest.reading import write_digest
from tests.newsletter.digest.bulletin.samples import reports, story_of
from tests.newsletter.digest.samples import ink, read


@pytest.mark.parametrize(
    "url",
    [
        "https://doi.org/10.1234/abcd.123456Key",
        "https://dx.doi.org/10.1234/abcd.123456Abstract",
        "https://doi.org/10.1234/abcd.123456关键词",
        "https://arxiv.org/abs/2501.01234Comments",
        "https://arxiv.org/pdf/2501.01234v2Key",
        "https://a.example/news/123456Key",
        "https://a.example/paper.pdfKey",
        "https://a.example/index.html关键词",
    ],
)
def test_a_word_glued_to_an_address_is_reported_and_kept(url: str) -> None:
    text = story_of("- 甲", f"[相关论文]({url})")
    document = read(text)
    assert document.stories[0].links[0].url == url
    assert reports(document) == [("link.glued", 8)]
    assert ink(write_digest(document)) == ink(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://doi.org/10.1234/abcd.123456",
        "https://doi.org/10.1002/anie.2024AB",
        "https://doi.org/10.1109/CVPR.2016.90",
        "https://doi.org/10.1000/JournalOfThings",
        "https://arxiv.org/abs/2501.01234v3",
        "https://github.com/a/Model2Key",
        "https://a.example/wiki/2024Recap",
        "https://a.example/wiki/关键词",
        "https://a.example/index.html",
        "https://a.example/a.pdf#Key",
        "https://a.example/" + "/10.1234/1" * 100 + "Key",
    ],
)
def test_an_address_that_may_be_whole_is_not_reported(url: str) -> None:
    assert reports(read(story_of("- 甲", f"[相关论文]({url})"))) == []


@pytest.mark.parametrize("line", ["[{0}]({0})", "- 见 [{0}]({0})。", "> **概要**：[{0}]( {0})"])
def test_a_link_whose_words_are_its_address_is_reported(line: str) -> None:
    text = story_of(line.format("https://a.example/x"))
    assert reports(read(text)) == [("link.bare", 7)]
    assert ink(write_digest(read(text))) == ink(text)


def test_a_link_with_other_words_is_not_reported() -> None:
    assert reports(read(story_of("[https://a.example](https://a.example/x)", "- 甲"))) == [("field.misplaced", 7)]
