from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter import renditions, workflow
from newsletter.delivery import campaigns
from newsletter.models import Campaign, Issue, IssueStatus, Source, Story
from subscribers.audience import Audience
from tests.factories import IssueFactory
from tests.newsletter.admin.issues import make_issue, posted_by
from tests.newsletter.desk import CHANGED, Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus


@pytest.fixture
def writer() -> Client:
    return signed_in(make_person("Writers", "wen"))


def page_of(row: Issue | Story) -> str:
    return reverse(f"admin:newsletter_{row._meta.model_name}_change", args=[row.pk])


def stand(issue: Issue, status: IssueStatus) -> None:
    """Put the issue into a status, with the approval that it asks for."""
    fields = {}
    if status in {S.APPROVED, S.SCHEDULED, S.SENDING, S.SENT}:
        audience = Audience(issue.newsletter.mailing_list_id).hash
        fields = {"approved_rendition": renditions.freeze(issue), "approved_audience": audience}
    Issue.objects.filter(pk=issue.pk).update(status=status, **fields)
    issue.refresh_from_db()


def errors(response: object) -> str:
    return str(response.context["errors"])  # type: ignore[attr-defined]


class TestIssue:
    def test_an_edit_is_kept_and_its_editor_named(self, writer: Client) -> None:
        issue = make_issue()
        response = writer.post(page_of(issue), posted_by(writer, page_of(issue), subject="新主题"))
        assert response.status_code == 302
        before, issue = issue.version, Issue.objects.get(pk=issue.pk)
        assert (issue.subject, str(issue.last_editor), issue.version) == ("新主题", "wen", before + 1)
        assert issue.status == S.DRAFT

    @pytest.mark.parametrize("status", [S.IN_REVIEW, S.APPROVED])
    def test_an_edit_takes_the_approval_away(self, status: IssueStatus, writer: Client) -> None:
        issue = make_issue()
        stand(issue, status)
        assert writer.post(page_of(issue), posted_by(writer, page_of(issue), title="Another")).status_code == 302
        issue.refresh_from_db()
        assert (issue.status, issue.title, issue.approved_rendition) == (S.DRAFT, "Another", None)
        transition = issue.transitions.get()
        assert (transition.action, transition.from_status, str(transition.user)) == ("edit", status, "wen")

    def test_an_edit_of_a_scheduled_issue_cancels_its_campaign(self, writer: Client) -> None:
        issue = make_issue()
        stand(issue, S.APPROVED)
        campaigns.schedule(issue, make_person("superuser"), at=timezone.now())
        assert writer.post(page_of(issue), posted_by(writer, page_of(issue), title="Another")).status_code == 302
        issue.refresh_from_db()
        assert issue.status == S.DRAFT
        assert Campaign.objects.get().status == "cancelled"

    @pytest.mark.parametrize("status", [S.DRAFT, S.IN_REVIEW, S.APPROVED])
    def test_saving_without_a_change_changes_nothing(self, status: IssueStatus, writer: Client) -> None:
        issue = make_issue()
        stand(issue, status)
        assert writer.post(page_of(issue), posted_by(writer, page_of(issue))).status_code == 302
        after = Issue.objects.get(pk=issue.pk)
        assert (after.status, after.version, after.last_editor) == (status, issue.version, None)

    @pytest.mark.parametrize("status", [S.SENDING, S.SENT, S.ARCHIVED])
    def test_past_editing_it_is_to_be_read_only(self, status: IssueStatus, writer: Client) -> None:
        issue = make_issue()
        fields = posted_by(writer, page_of(issue), title="Another")
        stand(issue, status)
        html = writer.get(page_of(issue)).content.decode()
        assert 'name="title"' not in html
        assert writer.post(page_of(issue), fields).status_code == 403
        issue.refresh_from_db()
        assert issue.title != "Another"

    def test_its_status_cannot_be_posted(self, writer: Client) -> None:
        issue = make_issue()
        fields = posted_by(writer, page_of(issue), title="Another", status="approved", approved_audience="x")
        writer.post(page_of(issue), fields)
        issue.refresh_from_db()
        assert (issue.title, issue.status, issue.approved_audience) == ("Another", S.DRAFT, "")

    def test_the_second_of_two_saves_is_refused_with_both_versions_and_nothing_lost(self, writer: Client) -> None:
        issue, other = make_issue(), signed_in(make_person("Writers", "lin"))
        mine = posted_by(writer, page_of(issue), title="Mine", summary="My summary")
        assert other.post(page_of(issue), posted_by(other, page_of(issue), title="Theirs")).status_code == 302
        response = writer.post(page_of(issue), mine)
        html = response.content.decode()
        for shown in ("lin changed this issue", "Stored now: Theirs", 'value="Mine"', "My summary"):
            assert shown in html
        assert Issue.objects.get(pk=issue.pk).title == "Theirs"
        seen = str(Issue.objects.get(pk=issue.pk).version)
        assert f'name="seen" value="{seen}"' in html
        assert writer.post(page_of(issue), {**mine, "seen": seen}).status_code == 302
        assert Issue.objects.get(pk=issue.pk).title == "Mine"

    @pytest.mark.parametrize("value", ["", "x", "-1"])
    def test_a_form_without_the_version_is_refused(self, value: str, writer: Client) -> None:
        issue = make_issue()
        response = writer.post(page_of(issue), posted_by(writer, page_of(issue), title="Mine", seen=value))
        assert response.status_code == 200
        assert Issue.objects.get(pk=issue.pk).title != "Mine"

    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            ("highlights", '[{"name": "x"}]', "document.highlights[0]"),
            ("tags", '["a", 1]', "document.tags[1]"),
            ("keywords", '"a"', "document.keywords"),
            ("reading", "[", "Enter a valid JSON"),
        ],
    )
    def test_a_part_that_no_digest_could_hold_is_refused(
        self, name: str, value: str, problem: str, writer: Client
    ) -> None:
        issue = make_issue()
        response = writer.post(page_of(issue), posted_by(writer, page_of(issue), **{name: value}))
        assert problem in errors(response)
        assert response.status_code == 200

    def test_what_is_emptied_is_not_there(self, writer: Client) -> None:
        issue = make_issue(summary="x", series="y", tags=["a"])
        changes = {"summary": "", "series": "", "tags": ""}
        assert writer.post(page_of(issue), posted_by(writer, page_of(issue), **changes)).status_code == 302
        issue.refresh_from_db()
        assert (issue.summary, issue.series, issue.tags) == (None, None, [])
        renditions.inputs_hash(issue)

    def test_adding_one_is_importing_its_digest(self, writer: Client) -> None:
        html = writer.get(reverse("admin:newsletter_issue_add")).content.decode()
        assert 'type="file"' in html
        assert writer.post(reverse("admin:newsletter_issue_add"), {"title": "x"}).status_code == 200
        assert not Issue.objects.exists()
        assert "_addanother" not in writer.get(page_of(make_issue())).content.decode()

    def test_line_ends_of_a_browser_change_nothing(self, writer: Client) -> None:
        issue = make_issue(summary="one\ntwo")
        stand(issue, S.APPROVED)
        fields = posted_by(writer, page_of(issue))
        assert writer.post(page_of(issue), {**fields, "summary": "one\r\ntwo"}).status_code == 302
        issue.refresh_from_db()
        assert (issue.summary, issue.status) == ("one\ntwo", S.APPROVED)

    def test_another_day_renames_it(self, writer: Client) -> None:
        issue = make_issue()
        fields = posted_by(writer, page_of(issue), date_start="2024-02-03")
        assert writer.post(page_of(issue), fields).status_code == 302
        assert Issue.objects.get().slug == f"{issue.newsletter.slug}-2024-02-03"

    def test_the_day_of_another_issue_is_refused(self, writer: Client) -> None:
        issue = make_issue()
        IssueFactory.create(newsletter=issue.newsletter, date_start=datetime.date(2024, 2, 3))
        fields = posted_by(writer, page_of(issue), date_start="2024-02-03")
        assert "There is an issue of that day already" in errors(writer.post(page_of(issue), fields))

    def test_a_last_day_before_the_first_is_refused_beside_its_field(self, writer: Client) -> None:
        issue = make_issue()
        response = writer.post(page_of(issue), posted_by(writer, page_of(issue), date_end="2020-01-01"))
        assert response.context["adminform"].form.errors == {"date_end": ["The last date is before the first."]}

    def test_json_is_shown_to_be_read_with_its_shape(self, writer: Client) -> None:
        html = writer.get(page_of(make_issue(tags=["模型"]))).content.decode()
        assert "[\n &quot;模型&quot;\n]" in html
        assert '<code class="shape">[&quot;…&quot;]</code>' in html

    def test_ops_read_and_change_nothing(self) -> None:
        issue, ops = make_issue(), signed_in(make_person("Ops"))
        assert 'name="title"' not in ops.get(page_of(issue)).content.decode()
        assert ops.post(page_of(issue), {"title": "x"}).status_code == 403
        refused = issue.transitions.get()
        assert (refused.action, refused.refused) == ("edit", True)


class TestStory:
    def test_an_edit_counts_as_one_of_its_issue(self, writer: Client) -> None:
        issue = make_issue()
        stand(issue, S.APPROVED)
        story = Story.objects.get(title="Second story")
        assert writer.post(page_of(story), posted_by(writer, page_of(story), insight="新洞察")).status_code == 302
        story.refresh_from_db()
        issue.refresh_from_db()
        assert (story.insight, issue.status, str(issue.last_editor)) == ("新洞察", S.DRAFT, "wen")

    def test_an_edit_of_its_source_does_too(self, writer: Client) -> None:
        issue = make_issue()
        stand(issue, S.APPROVED)
        story = Story.objects.get(title="Second story")
        fields = posted_by(writer, page_of(story), **{"sources-0-name": "Other wire"})
        assert writer.post(page_of(story), fields).status_code == 302
        issue.refresh_from_db()
        assert (Source.objects.get().name, issue.status, str(issue.last_editor)) == ("Other wire", S.DRAFT, "wen")

    def test_saving_without_a_change_changes_nothing(self, writer: Client) -> None:
        issue = make_issue()
        stand(issue, S.APPROVED)
        story = Story.objects.get(title="Second story")
        assert writer.post(page_of(story), posted_by(writer, page_of(story))).status_code == 302
        issue.refresh_from_db()
        assert issue.status == S.APPROVED

    def test_a_section_without_a_title_goes_by_its_number(self, writer: Client) -> None:
        make_issue().sections.update(title=None)
        assert ">#1</a>" in writer.get(page_of(Story.objects.get(title="Second story"))).content.decode()

    def test_of_a_sent_issue_is_to_be_read_only(self, writer: Client) -> None:
        issue = make_issue()
        story = Story.objects.get(title="Second story")
        fields = posted_by(writer, page_of(story), title="Another")
        stand(issue, S.SENT)
        assert writer.post(page_of(story), fields).status_code == 403

    def test_two_people_editing_different_stories_are_told(self, writer: Client) -> None:
        make_issue()
        first, second = Story.objects.order_by("position")
        other = signed_in(make_person("Writers", "lin"))
        mine = posted_by(writer, page_of(second), title="Mine")
        other.post(page_of(first), posted_by(other, page_of(first), title="Theirs"))
        assert "lin changed this issue" in writer.post(page_of(second), mine).content.decode()

    def test_blocks_that_no_digest_could_hold_are_refused(self, writer: Client) -> None:
        make_issue()
        story = Story.objects.get(title="Second story")
        response = writer.post(page_of(story), posted_by(writer, page_of(story), blocks='[{"text": 1}]'))
        assert "document.sections[0].stories[0].blocks[0]" in errors(response)


def test_a_story_that_an_import_replaced_meanwhile_gives_back_what_was_typed(desk: Desk) -> None:
    desk.draft()
    writer, story = signed_in(make_person("Writers", "wen")), Story.objects.get()
    fields = posted_by(writer, page_of(story), insight="Typed with care")
    desk.draft(CHANGED)
    response = writer.post(page_of(story), fields)
    assert response.status_code == 409
    assert "Typed with care" in response.content.decode()
    assert "Typed with care" not in Story.objects.values_list("insight", flat=True)


def test_a_race_past_the_form_is_refused_and_rolled_back(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = make_issue()
    stand(issue, S.IN_REVIEW)
    fields = posted_by(writer, page_of(issue), title="Mine")

    def archived_meanwhile(current: Issue, *_: object) -> None:
        Issue.objects.filter(pk=current.pk).update(version=99)
        monkeypatch.undo()
        workflow.reopen(current, None, "")

    monkeypatch.setattr("newsletter.editing.reopen", archived_meanwhile)
    response = writer.post(page_of(issue), fields)
    assert "changed by somebody else just now" in response.content.decode()
    assert 'value="Mine"' in response.content.decode()
    issue.refresh_from_db()
    assert (issue.title != "Mine", issue.status) == (True, S.IN_REVIEW)
