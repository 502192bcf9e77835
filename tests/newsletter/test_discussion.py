from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from newsletter import discussion
from newsletter.editing import import_digest
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Comment, IssueStatus, Notice
from tests.newsletter.desk import CHANGED, Desk, person
from tests.newsletter.digest.samples import STORY, digest

TITLE, RENAMED = "甲厂开源小模型", "乙厂开源大模型"


@pytest.fixture(autouse=True)
def reachable(desk: Desk) -> None:
    for user in User.objects.all():
        user.email = f"{user.username}@desk.example"
        user.save()


class TestAComment:
    @pytest.mark.parametrize("status", IssueStatus)
    def test_is_made_at_every_status(self, status: IssueStatus, desk: Desk) -> None:
        said = discussion.comment(desk.issue_at(status), desk.writer, " 好 \n", story_title=TITLE)
        assert (said.text, said.story_title, said.author) == ("好", TITLE, desk.writer)

    @pytest.mark.parametrize(("text", "why"), [(" \n", "needs some words"), ("长" * 4001, "4001 characters; 4000")])
    def test_is_neither_empty_nor_endless(self, text: str, why: str, desk: Desk) -> None:
        with pytest.raises(Refused, match=why):
            discussion.comment(desk.draft(), desk.writer, text)

    def test_is_of_a_story_that_is_there(self, desk: Desk) -> None:
        with pytest.raises(Refused, match="no story “另一条”"):
            discussion.comment(desk.draft(), desk.writer, "好", story_title="另一条")

    def test_is_resolved_and_reopened(self, desk: Desk) -> None:
        said = discussion.comment(desk.draft(), desk.writer, "好")
        discussion.resolve(said, desk.editor)
        with pytest.raises(Refused, match="resolved already"):
            discussion.resolve(said, desk.writer)
        said.refresh_from_db()
        assert said.resolved_by == desk.editor
        discussion.reopen(said, desk.writer)
        with pytest.raises(Refused, match="open already"):
            discussion.reopen(said, desk.writer)
        assert Comment.objects.filter(resolved_by=None, resolved_at=None).exists()

    def test_is_not_for_ops(self, desk: Desk) -> None:
        issue = desk.draft()
        said = discussion.comment(issue, desk.writer, "好")
        with pytest.raises(NotPermitted, match="add_comment"):
            discussion.comment(issue, desk.ops, "好")
        with pytest.raises(NotPermitted, match="add_comment"):
            discussion.resolve(said, desk.ops)
        with pytest.raises(NotPermitted, match="add_comment"):
            discussion.reopen(said, desk.ops)

    def test_tells_whoever_works_on_it_but_not_its_author(self, desk: Desk) -> None:
        issue, reader = desk.draft(), person("reader", "Writers")
        User.objects.filter(pk=reader.pk).update(email="reader@desk.example")
        discussion.comment(issue, reader, "一")
        assert list(Notice.objects.values_list("user__username", "kind", "note")) == [("writer", "commented", "一")]
        Notice.objects.all().delete()
        discussion.comment(issue, desk.editor, "二")
        told = Notice.objects.values_list("user__username", "by__username")
        assert sorted(told) == [("reader", "editor"), ("writer", "editor")]


class TestComments:
    def test_follow_a_title_that_an_import_changes(self, desk: Desk) -> None:
        issue = desk.draft()
        discussion.comment(issue, desk.writer, "好", story_title=TITLE)
        import_digest(CHANGED.encode(), "试.md", user=desk.writer)
        assert Comment.objects.get().story_title == RENAMED

    def test_follow_two_titles_that_change_places(self, desk: Desk) -> None:
        issue = desk.draft(digest(STORY, STORY.replace(TITLE, RENAMED)))
        for title in (TITLE, RENAMED):
            discussion.comment(issue, desk.writer, title, story_title=title)
        discussion.comment(issue, desk.writer, "all")
        discussion.follow(issue, {TITLE: RENAMED, RENAMED: TITLE, "第三条": "第四条"})
        titles = dict(Comment.objects.values_list("text", "story_title"))
        assert titles == {TITLE: RENAMED, RENAMED: TITLE, "all": ""}

    def test_of_other_issues_stay_where_they_are(self, desk: Desk) -> None:
        issue = desk.draft()
        other = desk.draft(digest(title="# 🤖 晨间试刊 - 2025年03月10日"))
        discussion.comment(other, desk.writer, "好", story_title=TITLE)
        discussion.follow(issue, {TITLE: RENAMED})
        assert Comment.objects.get().story_title == TITLE
