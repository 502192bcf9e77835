"""What the parsers give where a digest is no model of its kind is shown decently: no empty link, no bare colon."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from newsletter.digest.document import ColophonLine, Highlight, Section, Story
from newsletter.rendering import edition
from newsletter.rendering.pipeline import Rendered, render
from newsletter.rendering.wording import lines_with_addresses
from tests.newsletter.rendering.factories import document, publication, publication_of, story
from tests.newsletter.rendering.full import FORMATS
from tests.newsletter.rendering.odd import ODD, UNTITLED, odd_document
from tests.newsletter.rendering.reading import read
from tests.newsletter.rendering.test_completeness import assert_complete


@pytest.fixture(scope="module", params=FORMATS)
def mail(request: pytest.FixtureRequest) -> Rendered:
    issue = odd_document(request.param)
    return render(issue, publication_of(issue))


@pytest.mark.parametrize("format_name", FORMATS)
def test_nothing_of_an_odd_issue_vanishes(format_name: str) -> None:
    issue = odd_document(format_name)
    shown = tuple(Highlight(each.title.lstrip("-# "), each.category, each.summary) for each in issue.highlights)
    other_links, reading = edition.other_links(issue), edition.reading(issue)
    assert_complete(issue, highlights=shown, other_links=other_links, reading=reading)


def test_nothing_is_empty_that_should_say_something(mail: Rendered) -> None:
    body = mail.html.partition("<body")[2]
    assert re.findall(r"<(a|h\d|li|ul|ol|p|b|strong|dt|small)\b[^>]*>\s*</\1>", body) == []
    assert "None" not in mail.html + mail.text


def test_no_colon_stands_bare(mail: Rendered) -> None:
    body = mail.html.partition("<body")[2]
    assert (
        re.findall(r"<(?:li|p|td|strong|b)\b[^>]*>\s*[：:]|[：:]\s*(?:</strong>)?\s*(?:<ul|<br|</li>|</p>)", body) == []
    )
    lines = mail.text.splitlines()
    assert [line for line in lines if line.strip() in {"：", ":", "-", "■"}] == []
    labels = [line for line in lines if line.endswith(("：", ":"))]
    assert {label.rstrip("：:") for label in labels} <= {"无题的标签", "内容", "内容简介", "来源", "來源", "Sources"}


def test_text_under_no_title_is_shown_but_neither_listed_nor_counted() -> None:
    issue = document(sections=(Section(None, "章", stories=(UNTITLED, story("其一"), UNTITLED, story("其二"))),))
    mail = render(issue, publication())
    words, links = read(mail.html.partition(' role="main"')[2])
    assert words.count("章下的文字") == 2
    assert [link for link in links if "#story" in link] == ["{{web_url}}#story-2", "{{web_url}}#story-4"]
    assert "2 篇要闻" in words
    assert "\n章\n1. 其一 · 市场动态\n2. 其二 · 市场动态\n" in mail.text
    assert "\n■ 章\n\n章下的文字\n第二行\n\n无题的标签：\n- 无题的要点\n" in mail.text
    assert "\n2. 其二\n市场动态\n" in mail.text


def test_a_later_section_goes_on_counting() -> None:
    sections = (Section(stories=(UNTITLED, story("其一"))), Section(stories=(story("其二"), UNTITLED)))
    html = render(document(sections=sections), publication()).html
    assert re.findall(r'<ol class="rows"(?: start="(\d+)")?', html) == ["", "2"]


def test_without_any_title_there_are_no_contents() -> None:
    mail = render(document(UNTITLED, title="AI行业速递"), publication())
    words, links = read(mail.html)
    assert "本期目录" not in words + mail.text
    assert not any("#story" in link for link in links)
    assert mail.subject == "AI行业速递 11月27日"


def test_the_subject_and_preheader_speak_of_stories_that_have_a_title() -> None:
    mail = render(document(UNTITLED, story("其一"), UNTITLED, story("其二")), publication())
    assert mail.subject.startswith("其一｜")
    assert mail.preheader.startswith("其二 · ")


@pytest.mark.parametrize("title", ["", "章"])
def test_headings_step_down_one_at_a_time_without_a_title_too(title: str) -> None:
    html = render(document(sections=(Section(None, title or None, stories=(UNTITLED, ODD)),)), publication()).html
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert re.search(rf'<h{3 if title else 2} class="part"[^>]*>无题的标签</h', html)


def test_what_stood_before_the_insight_still_does(mail: Rendered) -> None:
    words, _ = read(mail.html)
    for shown in (words, mail.text):
        assert shown.index("洞察前的段落") < shown.index("洞察甲") < shown.index("只有标签")


def test_lines_stay_lines(mail: Rendered) -> None:
    for first, second in (
        ("摘要甲", "摘要乙"), ("洞察甲", "洞察乙"), ("重要甲", "重要乙"), ("洞察前的段落", "它的次行"),
        ("无题段", "其次行"), ("说明甲", "说明乙"), ("解释甲", "解释乙"), ("其一", "其一次行"), ("子项", "子项次行"),
    ):  # fmt: skip
        assert re.search(rf"{first}<br ?/?>{second}", mail.html)
        assert re.search(rf"{first}\n *{second}", mail.text)


def test_further_lines_of_a_list_stand_below_the_first(mail: Rendered) -> None:
    assert "\n1. 其一\n   其一次行\n" in mail.text
    assert "\n  - 子项\n    子项次行\n" in mail.text


def test_a_highlight_that_is_a_whole_line_is_no_headline(mail: Rendered) -> None:
    assert '>整行<strong>原样</strong>的<a href="https://a.cn/h"' in mail.html
    assert "\n整行原样的速览 (https://a.cn/h)\n" in mail.text
    assert "\n不是速览的标题\n" in mail.text


def test_a_line_that_is_kept_as_it_stands_has_one_mark(mail: Rendered) -> None:
    for line in ("带点的一行", "带井号的一行", "带星的一行"):
        assert f"\n- {line}\n" in mail.text
        assert f">{line}<" in mail.html


def test_a_line_of_the_colophon_may_lack_its_label_or_its_value(mail: Rendered) -> None:
    colon = ": " if "Sources:" in mail.text else "："
    assert f"\n单独的值\n空值\n标签{colon}值\n" in mail.text
    assert re.search(rf">单独的值<br ?/?>空值<br ?/?>标签{colon}值<", mail.html)


def test_a_colophon_of_values_alone_and_an_issue_of_nothing_but_text_render() -> None:
    bare = Story("", blocks=UNTITLED.blocks)
    for format_name in FORMATS:
        issue = document(bare, format=format_name, colophon=(ColophonLine("", "值"),), other_links=())
        assert "\n值\n" in render(issue, publication()).text


def test_blank_lines_of_a_text_are_no_paragraphs_in_plain_text() -> None:
    assert lines_with_addresses("甲  乙\n\n 丙 \n[丁](https://a.cn/1)\n") == "甲 乙\n丙\n丁 (https://a.cn/1)"
