from __future__ import annotations

from typing import Any

import pytest

from newsletter.delivery import campaigns
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus, SecondPerson
from newsletter.waiting import Waiting, waited_for
from tests.newsletter.desk import Desk, person

S = IssueStatus
EXPECTED = {
    S.DRAFT: ("to be submitted", "writer"),
    S.IN_REVIEW: ("waits for a review", "editor"),
    S.CHANGES_REQUESTED: ("waits for the requested changes", "writer"),
    S.APPROVED: ("waits to be scheduled", "editor"),
    S.SCHEDULED: ("Sending starts: ", ""),
    S.SENDING: ("being sent", ""),
    S.SENT: ("", ""),
    S.ARCHIVED: ("", ""),
}


def waiting(issue: Issue) -> Waiting:
    return waited_for(Issue.objects.select_related("newsletter", "last_editor", "submitted_by").get(pk=issue.pk))


@pytest.mark.parametrize("status", S)
def test_says_what_comes_next_and_names_who_must_act(
    status: IssueStatus, desk: Desk, django_assert_max_num_queries: Any
) -> None:
    issue = desk.issue_at(status)
    issue = Issue.objects.select_related("newsletter", "last_editor", "submitted_by").get(pk=issue.pk)
    with django_assert_max_num_queries(3):
        found = waited_for(issue)
    assert EXPECTED[status][0] in found.text
    assert found.names == EXPECTED[status][1]


def test_a_second_person_reviews_what_an_editor_submitted(desk: Desk) -> None:
    person("mei", "Editors")
    desk.newsletter.second_person = SecondPerson.ALWAYS
    desk.newsletter.save()
    issue = desk.in_review()
    Issue.objects.update(submitted_by=desk.editor)
    assert waiting(issue).names == "mei"


def test_a_draft_whose_editor_has_left_waits_for_anybody_who_may_submit(desk: Desk) -> None:
    issue = desk.draft()
    desk.writer.is_active = False
    desk.writer.save()
    assert waiting(issue).names == "editor"


def test_a_start_is_in_the_newsletters_time(desk: Desk) -> None:
    assert "UTC+08:00, Asia/Shanghai" in waiting(desk.scheduled()).text


def test_held_and_paused_wait_for_ops(desk: Desk) -> None:
    issue = desk.scheduled()
    campaigns.hold(Campaign.objects.get(), "late")
    assert ("is held" in waiting(issue).text, waiting(issue).names) == (True, "ops")
    Issue.objects.update(status=S.SENDING)
    Campaign.objects.update(status=CampaignStatus.PAUSED, candidates=0, recipients=0)
    assert ("is paused" in waiting(issue).text, waiting(issue).names) == (True, "ops")


def test_of_many_only_a_few_are_named(desk: Desk) -> None:
    for number in range(6):
        person(f"editor{number}", "Editors")
    assert waiting(desk.approved()).names == "editor, editor0, editor1, editor2, 3 more"


def test_a_cancelled_campaign_leaves_nothing_to_say_of_its_start(desk: Desk) -> None:
    issue = desk.scheduled()
    Campaign.objects.update(status=CampaignStatus.CANCELLED)
    assert waiting(issue) == Waiting("Its sending is being prepared.")
