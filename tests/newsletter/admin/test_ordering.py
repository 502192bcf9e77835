"""Sections, stories and sources beneath their parents: added, deleted, moved."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from newsletter import content
from newsletter.digest.reading import parse_digest
from newsletter.models import Issue, IssueStatus, Section, Source, Story
from tests.newsletter.admin.issues import posted_by
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db

BULLETIN = """# 试刊速报 (2025-03-09 至 2025-03-10)

## 1. 模型

### **甲模型**

> **概要**：甲。

### **乙模型**

> **概要**：乙。

### **丙模型**

> **概要**：丙。

---

## 2. 应用

### **丁应用**

> **概要**：丁。
"""


@pytest.fixture
def issue(desk: Desk) -> Issue:
    return desk.draft(BULLETIN)


@pytest.fixture
def writer(desk: Desk) -> Client:
    return signed_in(make_person("Writers", "wen"))


def page_of(row: Model) -> str:
    return reverse(f"admin:newsletter_{row._meta.model_name}_change", args=[row.pk])


def save(client: Client, row: Model, **changes: str) -> Any:
    """Post the page's own form with these changes: ``stories_0_order`` is the field ``stories-0-order``."""
    fields = {name.replace("_", "-", 2): value for name, value in changes.items()}
    return client.post(page_of(row), posted_by(client, page_of(row), **fields))


def kept(client: Client, row: Model, **changes: str) -> None:
    assert save(client, row, **changes).status_code == 302


def titles(issue: Issue) -> list[list[str]]:
    """The titles by section; positions count from 0 without a gap, and the issue's digest says the same."""
    sections = list(issue.sections.prefetch_related("stories"))
    for section in sections:
        assert [story.position for story in section.stories.all()] == list(range(len(section.stories.all())))
    assert [section.position for section in sections] == list(range(len(sections)))
    stored = Issue.objects.select_related("newsletter").get(pk=issue.pk)
    again = parse_digest(content.export(stored).encode(), "again")
    assert again == content.load(stored)
    return [[story.title for story in section.stories.all()] for section in sections]


class TestStories:
    @pytest.mark.parametrize(
        ("orders", "expected"),
        [
            ({0: "2"}, "乙甲丙"),
            ({0: "3"}, "乙丙甲"),
            ({2: "1"}, "丙甲乙"),
            ({0: "2", 1: "1"}, "乙甲丙"),
            ({0: "3", 2: "1"}, "丙乙甲"),
            ({1: "99"}, "甲丙乙"),
            ({1: ""}, "甲丙乙"),
        ],
    )
    def test_are_put_in_order_by_number(
        self, orders: dict[int, str], expected: str, issue: Issue, writer: Client
    ) -> None:
        section = issue.sections.all()[0]
        kept(writer, section, **{f"stories_{at}_order": order for at, order in orders.items()})
        assert [title[0] for title in titles(issue)[0]] == list(expected)
        stored = Issue.objects.get()
        assert (str(stored.last_editor), stored.version) == ("wen", issue.version + 1)

    def test_are_added_where_their_number_says_or_last(self, issue: Issue, writer: Client) -> None:
        section = issue.sections.all()[0]
        kept(writer, section, stories_3_title="新闻", stories_3_order="1")
        kept(writer, section, stories_4_title="末条")
        assert titles(issue)[0] == ["新闻", "甲模型", "乙模型", "丙模型", "末条"]

    def test_are_deleted(self, issue: Issue, writer: Client) -> None:
        kept(writer, issue.sections.all()[0], stories_1_DELETE="on")
        assert titles(issue) == [["甲模型", "丙模型"], ["丁应用"]]

    def test_move_to_another_section_of_their_issue(self, issue: Issue, writer: Client) -> None:
        one, other = issue.sections.all()
        kept(writer, one, stories_0_section_to=str(other.pk))
        assert titles(issue) == [["乙模型", "丙模型"], ["丁应用", "甲模型"]]

    def test_move_to_no_other_issue(self, issue: Issue, writer: Client, desk: Desk) -> None:
        elsewhere = desk.draft().sections.get()
        response = save(writer, issue.sections.all()[0], stories_0_section_to=str(elsewhere.pk))
        assert "Select a valid choice" in response.content.decode()
        assert titles(issue)[0][0] == "甲模型"

    def test_are_deleted_added_and_moved_at_once(self, issue: Issue, writer: Client) -> None:
        one, other = issue.sections.all()
        changes = {"stories_0_DELETE": "on", "stories_1_section_to": str(other.pk), "stories_3_title": "新闻"}
        kept(writer, one, **changes, stories_2_order="9", title="改名")
        assert titles(issue) == [["丙模型", "新闻"], ["丁应用", "乙模型"]]
        assert Section.objects.get(pk=one.pk).title == "改名"

    def test_a_title_is_needed_and_nothing_typed_is_lost(self, issue: Issue, writer: Client) -> None:
        response = save(writer, issue.sections.all()[0], stories_3_category="只有类别")
        assert "This field is required" in response.content.decode()
        assert "只有类别" in response.content.decode()

    def test_what_no_digest_could_say_is_refused_with_the_place_and_kept(self, issue: Issue, writer: Client) -> None:
        response = save(writer, issue.sections.all()[0], stories_0_category="类别", stories_1_title="另一个")
        html = response.content.decode()
        assert "no digest could say this" in html
        assert "sections[0].stories[0].category" in html
        assert "另一个" in html
        assert titles(issue)[0] == ["甲模型", "乙模型", "丙模型"]
        assert Issue.objects.get().version == issue.version

    def test_the_last_one_is_not_deleted(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        response = save(writer, issue.sections.get(), stories_0_DELETE="on")
        assert "no story" in response.content.decode()
        assert Story.objects.count() == 1

    def test_the_second_of_two_saves_is_refused_with_both_versions(self, issue: Issue, writer: Client) -> None:
        section, other = issue.sections.all()[0], signed_in(make_person("Writers", "lin"))
        mine = posted_by(writer, page_of(section), **{"stories-0-title": "我的"})
        kept(other, section, stories_0_title="他的", stories_0_order="3")
        html = writer.post(page_of(section), mine).content.decode()
        for shown in ("lin changed this issue", "我的"):
            assert shown in html
        assert titles(issue)[0] == ["乙模型", "丙模型", "他的"]
        again = {**mine, "seen": str(Issue.objects.get().version)}
        assert writer.post(page_of(section), again).status_code == 302
        assert "我的" in titles(issue)[0]

    def test_rows_that_an_import_replaced_are_not_written_over(self, issue: Issue, writer: Client, desk: Desk) -> None:
        fields = posted_by(writer, page_of(issue), **{"sections-0-title": "我的"})
        desk.draft(BULLETIN.replace("甲。", "甲乙。"))
        response = writer.post(page_of(issue), fields)
        html = response.content.decode()
        assert "Rows that you saw are not there any more" in html
        assert "我的" in html
        assert titles(issue)[0] == ["甲模型", "乙模型", "丙模型"]


class TestSections:
    def test_are_put_in_order(self, issue: Issue, writer: Client) -> None:
        kept(writer, issue, sections_0_order="2", sections_1_order="1")
        assert titles(issue) == [["丁应用"], ["甲模型", "乙模型", "丙模型"]]

    def test_are_added(self, issue: Issue, writer: Client) -> None:
        kept(writer, issue, sections_2_title="新节", sections_2_order="2")
        assert [section.title for section in issue.sections.all()] == ["模型", "新节", "应用"]
        assert titles(issue)[1] == []

    def test_go_with_their_stories_only_when_that_is_confirmed(self, issue: Issue, writer: Client) -> None:
        response = save(writer, issue, sections_0_DELETE="on", sections_1_title="应用改")
        html = response.content.decode()
        assert "“模型” has stories (3)" in html
        assert "应用改" in html
        assert Story.objects.count() == 4
        kept(writer, issue, sections_0_DELETE="on", sections_0_with_stories="on")
        assert titles(issue) == [["丁应用"]]

    def test_an_empty_one_goes_at_once(self, issue: Issue, writer: Client) -> None:
        kept(writer, issue, sections_2_title="新节")
        kept(writer, issue, sections_2_DELETE="on")
        assert len(titles(issue)) == 2

    def test_of_an_express_are_one(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        assert 'name="sections-1-title"' not in writer.get(page_of(issue)).content.decode()

    def test_conflicting_saves_show_what_is_stored(self, issue: Issue, writer: Client) -> None:
        other = signed_in(make_person("Writers", "lin"))
        mine = posted_by(writer, page_of(issue), **{"sections-0-title": "我的"})
        kept(other, issue, sections_0_title="他的")
        html = writer.post(page_of(issue), mine).content.decode()
        assert "Stored now: 他的" in html
        assert "我的" in html


class TestSources:
    @pytest.fixture
    def story(self, desk: Desk) -> Story:
        return desk.draft().sections.get().stories.get()

    def test_are_added_deleted_and_put_in_order(self, story: Story, writer: Client) -> None:
        kept(writer, story, sources_0_order="2", sources_2_name="丙报", sources_2_url="https://c.example/3")
        assert [source.name for source in story.sources.all()] == ["乙报", "甲报", "丙报"]
        kept(writer, story, sources_0_DELETE="on", sources_2_order="1")
        assert list(story.sources.values_list("position", "name")) == [(0, "丙报"), (1, "甲报")]
        titles(story.section.issue)


@pytest.mark.parametrize("status", [IssueStatus.SENDING, IssueStatus.SENT, IssueStatus.ARCHIVED])
def test_past_editing_nothing_is_to_be_typed(status: IssueStatus, desk: Desk, writer: Client) -> None:
    issue = desk.issue_at(status)
    section, story = Section.objects.get(), Story.objects.get()
    for row, name in ((issue, "sections"), (section, "stories"), (story, "sources")):
        html = writer.get(page_of(row)).content.decode()
        assert f'name="{name}-0-order"' not in html
        assert f'name="{name}-0-DELETE"' not in html
        assert writer.post(page_of(row), {f"{name}-0-DELETE": "on"}).status_code == 403
    assert Source.objects.count() == 2


def test_an_edit_reopens_an_approved_issue(desk: Desk, writer: Client) -> None:
    issue = desk.approved()
    kept(writer, issue.sections.get(), stories_1_title="新闻")
    issue.refresh_from_db()
    assert (issue.status, issue.approved_rendition) == (IssueStatus.DRAFT, None)


def test_pages_ask_no_query_for_each_story(desk: Desk, writer: Client, django_assert_max_num_queries: Any) -> None:
    more = "".join(f"\n### **条目{number}**\n\n> **概要**：文。\n" for number in range(20))
    issue = desk.draft(BULLETIN + more)
    with django_assert_max_num_queries(20):
        writer.get(page_of(issue))
