from __future__ import annotations

import dataclasses
import datetime
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.digest.comparison import Change, ChangedStory, Comparison, MovedStory, StoryAt, compare
from newsletter.digest.document import (
    Block,
    ColophonLine,
    Cover,
    Document,
    EditorInsight,
    Finding,
    Highlight,
    InsightPart,
    Item,
    ItemType,
    Link,
    Notation,
    OtherLink,
    PrimaryLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Severity,
    Source,
    Story,
    Watchlist,
)
from tests.newsletter.digest.samples import STORY, digest, read

A, B, C, D, E = (
    Story(f"{word}公司发布了一件新产品", sources=(Source("报", f"https://news.example/{word}"),), insight=f"关于{word}")
    for word in ("苹果", "香蕉很甜", "樱桃小丸子", "火龙果之王者", "东方红茶叶末")
)
NEW = Story("完全不同的另一个标题", sources=(Source("报", "https://other.example/x"),))


def document(*stories: Story, **fields: Any) -> Document:
    given = {"format": "express", "language": "zh-Hans", "title": "题", "sections": (Section(stories=stories),)}
    return Document(**given | fields)


def in_sections(*sections: tuple[str, tuple[Story, ...]]) -> Document:
    return document(sections=tuple(Section(number, *given) for number, given in _numbered(sections)))


def _numbered(sections: tuple[tuple[str, tuple[Story, ...]], ...]) -> Any:
    return ((number, (title, None, stories)) for number, (title, stories) in enumerate(sections, 1))


def alter(story: Story, **fields: Any) -> Story:
    return dataclasses.replace(story, **fields)


def changed_fields(story: ChangedStory) -> list[str]:
    return [change.field for change in story.changes]


def one_change(before: Story, after: Story) -> Change:
    """The one change of the one story, which is taken for the same."""
    comparison = compare(document(A, before), document(A, after))
    ((change,),) = (story.changes for story in comparison.changed)
    assert comparison == Comparison(changed=comparison.changed, unchanged=1)
    return change


class TestStories:
    def test_that_are_the_same_are_no_difference(self) -> None:
        comparison = compare(document(A, B), document(A, B))
        assert not comparison
        assert comparison == Comparison(unchanged=2)

    def test_are_added(self) -> None:
        comparison = compare(document(A, B), document(A, NEW, B))
        assert comparison
        assert comparison == Comparison(added=(StoryAt(2, NEW.title),), unchanged=2)

    def test_are_removed(self) -> None:
        assert compare(document(A, B, C), document(A, C)) == Comparison(removed=(StoryAt(2, B.title),), unchanged=2)

    def test_are_changed_field_by_field(self) -> None:
        comparison = compare(document(A, B), document(A, alter(B, insight="新的洞察", category="动态")))
        changes = (Change("category", None, "动态"), Change("insight", "关于香蕉很甜", "新的洞察"))
        assert comparison == Comparison(changed=(ChangedStory(2, 2, B.title, False, changes),), unchanged=1)

    def test_are_moved_as_few_as_possible(self) -> None:
        comparison = compare(document(A, B, C, D, E), document(E, A, B, C, D))
        assert comparison == Comparison(moved=(MovedStory(1, 5, E.title),), unchanged=4)

    def test_that_only_make_room_are_not_moved(self) -> None:
        comparison = compare(document(A, B, C), document(NEW, B, C))
        assert comparison == Comparison(
            added=(StoryAt(1, NEW.title),), removed=(StoryAt(1, A.title),), moved=(), unchanged=2
        )

    def test_are_changed_and_moved(self) -> None:
        comparison = compare(document(A, B, C), document(B, C, alter(A, insight="新")))
        (story,) = comparison.changed
        assert (story.number, story.was, story.moved, changed_fields(story)) == (3, 1, True, ["insight"])
        assert comparison.moved == ()
        assert comparison.unchanged == 2

    def test_can_be_all_of_these_at_once(self) -> None:
        comparison = compare(document(A, B, C, D), document(D, A, alter(C, summary="概要"), NEW))
        assert [story.title for story in comparison.added] == [NEW.title]
        assert [story.title for story in comparison.removed] == [B.title]
        assert [(story.number, story.was, story.moved) for story in comparison.changed] == [(3, 3, False)]
        assert comparison.moved == (MovedStory(1, 4, D.title),)
        assert comparison.unchanged == 1

    def test_may_all_be_new(self) -> None:
        comparison = compare(document(A, B), document(NEW))
        assert (len(comparison.added), len(comparison.removed), comparison.unchanged) == (1, 2, 0)
        assert compare(document(), document(A)).added == (StoryAt(1, A.title),)
        assert compare(document(A), document()).removed == (StoryAt(1, A.title),)
        assert not compare(document(), document())


class TestWhichStoryIsWhich:
    def test_a_new_title_over_the_same_source_is_a_change(self) -> None:
        assert one_change(B, alter(B, title=NEW.title)) == Change("title", B.title, NEW.title)

    @pytest.mark.parametrize(
        "field",
        [
            {"primary_link": PrimaryLink("原文", "https://p.example/1")},
            {"links": (Link("论文", "https://p.example/1"),)},
        ],
    )
    def test_or_over_the_same_original_or_paper(self, field: dict[str, Any]) -> None:
        story = Story("甲", insight="一", **field)
        assert one_change(story, alter(story, title="毫不相干")).field == "title"

    def test_an_address_is_the_same_with_tracking_and_without(self) -> None:
        tracked = (Source("报", "http://www.news.example/香蕉很甜/?utm_source=x"),)
        (story,) = compare(document(B), document(alter(B, title=NEW.title, sources=tracked))).changed
        assert changed_fields(story) == ["title", "sources"]

    def test_a_front_page_is_nobodys_address(self) -> None:
        front = (Source("报", "https://news.example/"),)
        comparison = compare(document(alter(A, sources=front)), document(alter(NEW, sources=front)))
        assert (len(comparison.added), len(comparison.removed)) == (1, 1)

    def test_an_address_that_several_share_says_nothing(self) -> None:
        shared = (Source("报", "https://news.example/weekly"),)
        old = [Story(title, sources=shared) for title in ("春天的故事", "夏天的风")]
        new = [Story(title, sources=shared) for title in ("机器人学会了做饭", "量子计算机降价")]
        comparison = compare(document(*old), document(*new))
        assert (len(comparison.added), len(comparison.removed)) == (2, 2)

    def test_but_the_last_that_is_left_with_it_is_meant(self) -> None:
        shared = (Source("报", "https://news.example/weekly"),)
        old = [Story(title, sources=shared) for title in ("春天的故事", "夏天的风")]
        new = alter(old[1], title="机器人学会了做饭")
        (story,) = compare(document(*old), document(old[0], new)).changed
        assert changed_fields(story) == ["title"]

    def test_the_most_addresses_in_common_win(self) -> None:
        one, two, three = (Source("报", f"https://news.example/{number}") for number in (1, 2, 3))
        old = Story("春天的故事", sources=(one, two, three))
        less, more = Story("机器人学会了做饭", sources=(one,)), Story("量子计算机降价", sources=(two, three))
        comparison = compare(document(old), document(less, more))
        assert [story.number for story in comparison.changed] == [2]
        assert [story.number for story in comparison.added] == [1]

    def test_a_new_title_over_the_same_text_is_a_change(self) -> None:
        story = Story("甲", blocks=(Block("内容", (Item(ItemType.BULLET, "文"),)),))
        assert one_change(story, alter(story, title="毫不相干")).field == "title"

    def test_but_not_over_a_text_that_others_have_too(self) -> None:
        old = [Story(title, summary="待补") for title in ("春天的故事", "夏天的风")]
        new = [Story(title, summary="待补") for title in ("机器人学会了做饭", "量子计算机降价")]
        comparison = compare(document(*old), document(*new))
        assert (len(comparison.added), len(comparison.removed)) == (2, 2)

    def test_the_same_title_over_other_sources_is_a_change(self) -> None:
        change = one_change(B, alter(B, sources=NEW.sources))
        assert change == Change("sources", "[报](https://news.example/香蕉很甜)", "[报](https://other.example/x)")

    def test_the_title_goes_before_the_source(self) -> None:
        swapped = alter(A, sources=B.sources), alter(B, sources=A.sources)
        comparison = compare(document(A, B), document(*swapped))
        assert [changed_fields(story) for story in comparison.changed] == [["sources"], ["sources"]]

    def test_of_two_with_one_title_the_source_decides(self) -> None:
        first, second = alter(A, title="编者按"), alter(B, title="编者按")
        comparison = compare(document(first, second), document(alter(second, insight="新")))
        assert comparison.removed == (StoryAt(1, "编者按"),)
        assert [(story.was, changed_fields(story)) for story in comparison.changed] == [(2, ["insight"])]

    def test_a_similar_title_is_a_change(self) -> None:
        old, new = Story("深度求索发布第三代大模型"), Story("深度求索发布第四代大模型")
        assert one_change(old, new) == Change("title", old.title, new.title)

    def test_the_most_similar_title_wins(self) -> None:
        old = Story("深度求索发布第三代开源大模型")
        far, near = Story("深度求索发表第四代开源大模型"), Story("深度求索发布第三代开源大模型了")
        comparison = compare(document(old), document(far, near))
        assert [story.number for story in comparison.changed] == [2]

    def test_short_titles_are_alike_by_nature(self) -> None:
        comparison = compare(document(Story("编者按一")), document(Story("编者按二")))
        assert (len(comparison.added), len(comparison.removed)) == (1, 1)

    def test_repeated_stories_match_one_to_one(self) -> None:
        assert compare(document(A, A, A), document(A, A)) == Comparison(removed=(StoryAt(3, A.title),), unchanged=2)
        assert compare(document(A), document(A, A)) == Comparison(added=(StoryAt(2, A.title),), unchanged=1)


class TestSections:
    def test_a_story_in_another_section_is_changed(self) -> None:
        comparison = compare(
            in_sections(("模型", (A, B)), ("芯片", (C,))), in_sections(("模型", (A,)), ("芯片", (B, C)))
        )
        change = Change("section", "1. 模型", "2. 芯片")
        assert comparison == Comparison(changed=(ChangedStory(2, 2, B.title, False, (change,)),), unchanged=2)

    def test_a_new_heading_is_a_part_and_changes_no_story(self) -> None:
        comparison = compare(
            in_sections(("模型", (A, B)), ("芯片", (C,))), in_sections(("大模型", (A, B)), ("芯片", (C,)))
        )
        change = Change("sections", "1. 模型\n2. 芯片", "1. 大模型\n2. 芯片")
        assert comparison == Comparison(parts=(change,), unchanged=3)

    def test_that_change_places_move_their_stories(self) -> None:
        before = in_sections(("模型", (A, B)), ("芯片", (C,)))
        comparison = compare(before, in_sections(("芯片", (C,)), ("模型", (A, B))))
        assert [change.field for change in comparison.parts] == ["sections"]
        assert comparison.moved == (MovedStory(1, 3, C.title),)
        assert comparison.changed == ()

    def test_that_go_leave_their_stories_elsewhere(self) -> None:
        comparison = compare(in_sections(("模型", (A, B)), ("芯片", (C,))), in_sections(("芯片", (A, B, C))))
        assert [changed_fields(story) for story in comparison.changed] == [["section"], ["section"]]
        assert comparison.unchanged == 1


PARTS: dict[str, tuple[Any, str]] = {
    "title": ("新题", "新题"),
    "language": ("zh-Hant", "zh-Hant"),
    "icon": ("🤖", "🤖"),
    "date_end": (datetime.date(2025, 1, 2), "2025-01-02"),
    "generated_at": (datetime.datetime(2025, 1, 2, 3, 4, tzinfo=datetime.UTC), "2025-01-02T03:04:00+00:00"),
    "front_matter": ({"weight": 3, "layout": "post"}, "weight: 3\nlayout: post"),
    "cover": (Cover("/x.png", "图", relative=True), "/x.png 图 relative: true"),
    "tags": (("甲", "乙"), "甲\n乙"),
    "description": ("描述", "描述"),
    "draft": (False, "false"),
    "highlights": ((Highlight("题", "类", "要"), Highlight("又")), "[类] 题：要\n又"),
    "other_links": (
        (OtherLink("题", "https://a.example", "注", "组"), OtherLink("又", "https://b.example")),
        "[组] [题](https://a.example) — 注\n[又](https://b.example)",
    ),
    "editor_insight": (
        EditorInsight("洞察", "Insight", (InsightPart("一", ("甲", "乙")),), Watchlist("清单", ("丙",))),
        "洞察（Insight）\n一\n甲\n乙\n清单\n- 丙",
    ),
    "reading": (
        (ReadingGroup("组", (ReadingItem("题", "https://a.example", "注"), ReadingItem("词", text="解"))),),
        "组\n- [题](https://a.example) — 注\n- 词：解",
    ),
    "keywords": (("甲",), "甲"),
    "colophon": ((ColophonLine("来源", "19"),), "来源：19"),
    "declared_articles": (19, "19"),
}


class TestParts:
    @pytest.mark.parametrize("field", PARTS)
    def test_are_named_by_field_with_what_they_say(self, field: str) -> None:
        value, text = PARTS[field]
        bare, full = document(A), document(A, **{field: value})
        (change,) = compare(bare, full).parts
        assert (change.field, change.after) == (field, text)
        (back,) = compare(full, bare).parts
        assert (back.field, back.before, back.after) == (field, text, change.before)

    def test_that_had_nothing_say_none(self) -> None:
        assert compare(document(A), document(A, keywords=("甲",))).parts == (Change("keywords", None, "甲"),)

    def test_of_the_front_matter_are_told_once(self) -> None:
        before = document(A, tags=("甲",), front_matter={"tags": ["甲"], "weight": 1, "layout": "post"})
        after = document(A, tags=("乙",), front_matter={"tags": ["乙"], "weight": 2, "layout": "post"})
        assert compare(before, after).parts == (
            Change("tags", "甲", "乙"),
            Change("front_matter", "weight: 1", "weight: 2"),
        )
        again = dataclasses.replace(after, front_matter=after.front_matter | {"weight": 1})
        assert [change.field for change in compare(before, again).parts] == ["tags"]

    def test_and_stories_differ_side_by_side(self) -> None:
        comparison = compare(document(A, B), document(A, NEW, title="新题"))
        assert [change.field for change in comparison.parts] == ["title"]
        assert (len(comparison.added), len(comparison.removed), comparison.unchanged) == (1, 1, 1)


class TestTextOfAStory:
    def test_holds_nested_bullets_and_paragraphs(self) -> None:
        inner = Item(ItemType.BULLET, "里", "标")
        items = (Item(ItemType.PARAGRAPH, "一段"), Item(ItemType.BULLET, "外", children=(inner,)))
        change = one_change(B, alter(B, blocks=(Block("内容", items), Block(None, (inner,)))))
        assert (change.field, change.after) == ("blocks", "内容\n一段\n- 外\n  - 标：里\n- 标：里")

    def test_holds_the_original_with_its_date(self) -> None:
        link = PrimaryLink("原文", "https://p.example/1", datetime.date(2025, 1, 2))
        change = one_change(B, alter(B, primary_link=link))
        assert (change.before, change.after) == (None, "[原文](https://p.example/1) 2025-01-02")

    def test_a_paragraph_made_a_bullet_shows(self) -> None:
        paragraph, bullet = (
            alter(B, blocks=(Block(None, (Item(kind, "文"),)),)) for kind in (ItemType.PARAGRAPH, ItemType.BULLET)
        )
        assert one_change(paragraph, bullet) == Change("blocks", "文", "- 文")


class TestWhatIsNoContent:
    def test_findings(self) -> None:
        assert not compare(document(A), document(A, findings=(Finding("x", Severity.ERROR, "…", 1),)))

    def test_notation(self) -> None:
        assert not compare(document(A), document(A, notation=Notation("---", ("*",))))

    def test_spelling(self) -> None:
        plain, quaint = (
            document(
                alter(A, blocks=(Block("内容", (Item(ItemType.BULLET, "文", spelling=how),), how),)),
                highlights=(Highlight("题", spelling=how),),
            )
            for how in (None, "+")
        )
        assert plain != quaint
        assert not compare(plain, quaint)


def test_a_digest_that_was_edited() -> None:
    other = STORY.replace("甲厂开源小模型", "芯片产能翻倍").replace("x_y-1", "chips").replace("/2", "/3")
    before = read(digest(STORY, other))
    after = read(
        digest(other, STORY.replace("小而快", "小而稳"), rest="## 其他相关资讯\n\n- [题](https://c.example/1)")
    )
    comparison = compare(before, after)
    (story,) = comparison.changed
    assert changed_fields(story) == ["insight"]
    assert comparison.moved or story.moved
    assert [change.field for change in comparison.parts] == ["other_links"]


POOL = [alter(story, insight=insight) for story in (A, B, C, D, E, NEW) for insight in (None, "一", "二")]
titles = st.text("甲乙丙丁abc", min_size=1, max_size=9)
pages = st.sampled_from([(), *(story.sources for story in (A, B, C))])
made = st.builds(Story, titles, sources=pages, insight=st.none() | titles)
stories = st.lists(st.sampled_from(POOL) | made, max_size=9).map(tuple)
sections = st.lists(st.builds(Section, title=st.none() | st.sampled_from("春夏秋"), stories=stories), max_size=3)
documents = st.builds(
    lambda sections, keywords: document(sections=tuple(sections), keywords=tuple(keywords)), sections, st.lists(titles)
)


def told(comparison: Comparison) -> tuple[list[int], list[int]]:
    """The numbers of the stories in the lists, of the document before and of the one after."""
    both = [(story.was, story.number) for story in comparison.changed]
    both += [(story.was, story.number) for story in comparison.moved]
    gone = [*(story.number for story in comparison.removed), *(was for was, _ in both)]
    come = [*(story.number for story in comparison.added), *(number for _, number in both)]
    return gone, come


@given(documents)
def test_a_document_differs_in_nothing_from_itself(same: Document) -> None:
    assert compare(same, same) == Comparison(unchanged=len(same.stories))


@given(documents, documents)
def test_every_story_is_told_exactly_once(before: Document, after: Document) -> None:
    comparison = compare(before, after)
    gone, come = told(comparison)
    assert (len(gone), len(come)) == (len(set(gone)), len(set(come)))
    assert len(gone) + comparison.unchanged == len(before.stories)
    assert len(come) + comparison.unchanged == len(after.stories)


@given(documents, documents)
def test_the_stories_that_are_left_are_the_same_in_the_same_order(before: Document, after: Document) -> None:
    comparison = compare(before, after)
    gone, come = told(comparison)
    kept = [story for number, story in enumerate(before.stories, 1) if number not in gone]
    assert kept == [story for number, story in enumerate(after.stories, 1) if number not in come]


@given(st.permutations([A, B, C, D, E, NEW]))
def test_no_fewer_stories_could_have_moved(shuffled: list[Story]) -> None:
    order = [A, B, C, D, E, NEW]
    places = [order.index(story) for story in shuffled]
    longest: list[int] = []
    for at, place in enumerate(places):
        longest.append(1 + max((longest[i] for i in range(at) if places[i] < place), default=0))
    comparison = compare(document(*order), document(*shuffled))
    assert len(comparison.moved) == len(order) - max(longest)


def _many(count: int, salt: str) -> Document:
    block = Block("内容", tuple(Item(ItemType.BULLET, f"第{n}条的正文", "标签") for n in range(6)))
    return document(
        *(
            Story(f"{salt}第{number * 7919}号新闻的标题{number}", insight=f"{salt}{number}", blocks=(block,))
            for number in range(count)
        )
    )


@pytest.mark.parametrize("salt", ["旧", "一个完全不同的很长的开头"])
def test_five_hundred_stories_take_no_time(salt: str) -> None:
    before, after = _many(500, "旧"), _many(500, salt)
    started = time.process_time()
    compare(before, after)
    assert time.process_time() - started < 1


def test_a_hostile_number_of_stories_is_no_square_of_it() -> None:
    before, after = _many(10_000, "旧"), _many(10_000, "一个完全不同的很长的开头")
    started = time.process_time()
    compare(before, after)
    assert time.process_time() - started < 10
