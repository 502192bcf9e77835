"""What an edit by hand leaves of an import: its findings and its spelling."""

from __future__ import annotations

import pytest
from django.db import transaction

from newsletter import content, workflow
from newsletter.editorial import edits
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus, Story
from tests.newsletter.desk import Desk
from tests.newsletter.digest.samples import STORY, digest

ODD = STORY.replace("甲厂", "丙厂").replace("**内容简介：**", "**内容简介**：")
FAULTY = digest(STORY.replace("小而快。", "小而[快](javascript:alert(1))。"))
LAST = STORY.replace("甲厂", "丁厂")


def edit(issue: Issue, desk: Desk, *steps: object) -> Issue:
    """The edit that these functions make."""
    with transaction.atomic():
        begun = edits.begin(issue.pk, desk.writer, issue.version)
        for step in steps:
            step()  # type: ignore[operator]
        edits.finish(begun)
    return Issue.objects.select_related("newsletter").get(pk=issue.pk)


def renumber(*titles: str) -> None:
    for position, title in enumerate(titles):
        Story.objects.filter(title__startswith=title).update(position=position + 100)
    for position in range(len(titles)):
        Story.objects.filter(position=position + 100).update(position=position)


class TestFindings:
    def test_go_with_what_they_were_about(self, desk: Desk) -> None:
        issue = desk.draft(FAULTY)
        assert [finding["code"] for finding in issue.findings] == ["url.refused"]
        issue = edit(issue, desk, lambda: Story.objects.update(insight="小而快。"))
        assert issue.findings == []
        workflow.submit(issue, desk.writer)
        workflow.approve(issue, desk.editor)

    def test_stay_with_what_they_are_about_on_its_line_now(self, desk: Desk) -> None:
        issue = desk.draft(FAULTY)
        before = issue.findings[0]
        issue = edit(issue, desk, lambda: Story.objects.update(summary="导语。"))
        (finding,) = (each for each in issue.findings if each["code"] == before["code"])
        assert finding == {**before, "line": before["line"] + 2}
        assert "javascript:" in content.export(issue).split("\n")[finding["line"] - 1]

    def test_come_with_an_edit(self, desk: Desk) -> None:
        issue = edit(desk.draft(), desk, lambda: Story.objects.update(insight="[快](javascript:alert(1))"))
        assert [finding["code"] for finding in issue.findings] == ["url.refused"]

    def test_stay_where_no_digest_could_say_the_issue_anyway(self, desk: Desk) -> None:
        issue = desk.draft(FAULTY)
        Story.objects.update(importance="not for an express")
        assert issue.findings
        assert edit(issue, desk).findings == issue.findings


class TestSpelling:
    def test_follows_its_story(self, desk: Desk) -> None:
        issue = desk.draft(digest(STORY, ODD, LAST))
        assert issue.notation is not None
        assert issue.notation["marks"]
        issue = edit(
            issue, desk, lambda: Story.objects.filter(title__startswith="甲厂").delete(), lambda: renumber("丙", "丁")
        )
        first, second = content.export(issue).split("---")
        assert "**内容简介**：" in first
        assert "**内容简介：**" in second
        issue = edit(issue, desk, lambda: renumber("丁", "丙"))
        assert content.export(issue).index("**内容简介：**") < content.export(issue).index("**内容简介**：")

    def test_goes_with_its_story(self, desk: Desk) -> None:
        issue = desk.draft(digest(STORY, ODD, LAST))
        gone = edit(
            issue, desk, lambda: Story.objects.filter(title__startswith="丙").delete(), lambda: renumber("甲", "丁")
        )
        assert content.export(gone) == digest(STORY, LAST)

    def test_is_the_formats_own_where_a_story_has_other_labels_now(self, desk: Desk) -> None:
        issue = edit(desk.draft(digest(ODD)), desk, lambda: Story.objects.update(insight=None))
        assert "**内容简介：**" in content.export(issue)

    def test_keeps_the_place_of_the_other_links(self, desk: Desk) -> None:
        links = "## 其他相关资讯\n\n- [戊](https://e.example/5)"
        issue = desk.draft(digest(STORY, ODD.replace("**内容简介**：", "**内容简介：**"), links, LAST))
        before = content.export(issue)
        assert before.index("戊") < before.index("丁厂")
        issue = edit(
            issue, desk, lambda: Story.objects.filter(title__startswith="甲").delete(), lambda: renumber("丙", "丁")
        )
        after = content.export(issue)
        assert after.index("丙厂") < after.index("戊") < after.index("丁厂")


class TestRefusals:
    def test_what_no_digest_could_say_is_rolled_back(self, desk: Desk) -> None:
        issue = desk.approved()
        with pytest.raises(Refused, match=r"sections\[0\]\.stories\[0\]\.importance"):
            edit(issue, desk, lambda: Story.objects.update(importance="x"))
        issue.refresh_from_db()
        assert (issue.status, Story.objects.get().importance) == (IssueStatus.APPROVED, None)

    def test_another_version_than_the_one_seen(self, desk: Desk) -> None:
        issue = desk.draft()
        issue.version -= 1
        with pytest.raises(Refused, match="changed by somebody else"):
            edit(issue, desk)

    @pytest.mark.parametrize("status", [IssueStatus.SENDING, IssueStatus.SENT, IssueStatus.ARCHIVED])
    def test_past_editing(self, status: IssueStatus, desk: Desk) -> None:
        issue = desk.issue_at(status)
        assert "can't be edited any more" in str(edits.problem(issue, desk.editor))
        with pytest.raises(Refused, match="can't be edited"):
            edit(issue, desk)

    def test_a_role_that_only_looks(self, desk: Desk) -> None:
        assert "Your role" in str(edits.problem(desk.draft(), desk.ops))
