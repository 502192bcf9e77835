"""Nothing of an issue vanishes on its way into the mail."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Iterator
from typing import Any

from newsletter.digest.document import Block, Document, Link, OtherLink, PrimaryLink
from newsletter.digest.inline import to_plain
from newsletter.rendering.pipeline import render
from newsletter.rendering.slots import fill
from tests.newsletter.rendering.factories import VALUES, bullet, document, paragraph, publication, story
from tests.newsletter.rendering.reading import read

_NOT_SHOWN = {"format", "language", "findings", "front_matter", "draft", "type"}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in _NOT_SHOWN:
                yield from _texts(getattr(value, field.name))


def assert_complete(issue: Document) -> None:
    mail = render(issue, publication())
    words, links = read(fill(mail.html, VALUES, "html"))
    text = " ".join(fill(mail.text, VALUES, "text").split())
    for expected in _texts(issue):
        if expected.startswith("http"):
            assert expected in map(html.unescape, links)
            assert expected in text
        else:
            plain = " ".join(to_plain(expected).split())
            assert plain in words
            assert plain in text


def test_every_text_and_address_of_a_real_issue_is_in_the_html_and_in_the_text(issue: Document) -> None:
    assert_complete(issue)


def test_what_few_issues_have_is_there_too() -> None:
    rich = story(
        summary="概要一段。",
        importance="为何重要。",
        entities=("谷歌", "英伟达"),
        primary_link=PrimaryLink("阅读原文", "https://a.cn/1"),
        links=(Link("相关论文", "https://a.cn/2"),),
        blocks=(
            Block(None, (paragraph("无标签的段落。"), bullet("无标签的要点"), bullet("父", "甲", bullet("子", "乙")))),
            Block("技术细节", (bullet("又一条"), paragraph("段落居中。"), bullet("再一条"))),
        ),
    )
    links = (
        OtherLink("甲", "https://www.b.cn/1", note="附注一", group="第一组"),
        OtherLink("乙", "https://b.cn/2", group="第一组"),
        OtherLink("丙", "https://b.cn/3", group="第二组"),
    )
    assert_complete(document(rich, other_links=links, description="开篇的话。"))


def test_each_story_is_listed_with_its_category_and_an_anchor_on_the_web(issue: Document) -> None:
    mail = render(issue, publication())
    _, links = read(mail.html)
    for number in range(1, len(issue.stories) + 1):
        assert links.count(f"{{{{web_url}}}}#story-{number}") == 1
        assert f'id="story-{number}"' in mail.html


def test_an_issue_with_one_bare_story_and_nothing_else_renders() -> None:
    bare = story("标题", category=None, sources=(), insight=None, blocks=())
    words, _ = read(render(document(bare, other_links=(), icon=None, series=None), publication(tagline="")).html)
    assert "标题" in words
    assert "None" not in words
