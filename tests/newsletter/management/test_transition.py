from __future__ import annotations

import datetime
import zoneinfo

import pytest
import time_machine
from django.utils import timezone

from newsletter import renditions
from newsletter.delivery import campaigns
from newsletter.models import Issue, IssueStatus, IssueTransition, Newsletter
from tests.newsletter.desk import CHANGED, SLUG, Desk
from tests.newsletter.management.running import refused, run

S = IssueStatus
LATER = timezone.now() + datetime.timedelta(days=1)


def transition(action: str, user: str, *options: str) -> str:
    return run("transition", SLUG, action, "--as", user, *options)


def not_done(action: str, user: str, *options: str, status: int = 1) -> str:
    """The refusal, after which nothing has happened."""
    before = list(Issue.objects.values()), IssueTransition.objects.count()
    message = refused("transition", SLUG, action, "--as", user, *options, status=status)
    assert (list(Issue.objects.values()), IssueTransition.objects.count()) == before
    return message


class TestTheWholeWay:
    def test_from_draft_to_scheduled_and_back_and_away(self, desk: Desk) -> None:
        issue = desk.draft()
        assert transition("submit", "writer", "--note", "please") == f"{SLUG} is in_review.\n"
        assert transition("request-changes", "editor", "--note", "a name") == f"{SLUG} is changes_requested.\n"
        transition("submit", "writer")
        seen = renditions.freeze(issue).hash
        approved = transition("approve", "editor", "--rendition", seen[:6], "--note", "good")
        assert approved == f"{SLUG} is approved. Approved version {seen[:12]}.\n"
        scheduled = transition("schedule", "editor", "--at", LATER.isoformat(), "--note", "early")
        assert scheduled.startswith(f"{SLUG} is scheduled. It is sent at {LATER.isoformat()}, not before ")
        assert transition("unschedule", "editor", "--note", "wait") == f"{SLUG} is approved.\n"
        assert transition("archive", "editor") == f"{SLUG} is archived.\n"
        notes = list(issue.transitions.order_by("pk").values_list("action", "user__username", "note"))
        assert notes == [
            ("submit", "writer", "please"),
            ("request-changes", "editor", "a name"),
            ("submit", "writer", ""),
            ("approve", "editor", "good"),
            ("schedule", "editor", "early"),
            ("unschedule", "editor", "wait"),
            ("archive", "editor", ""),
        ]

    def test_a_time_without_offset_is_the_newsletters(self, desk: Desk) -> None:
        issue = desk.approved()
        Newsletter.objects.update(time_zone="Pacific/Kiritimati")
        tomorrow = f"{LATER.astimezone(zoneinfo.ZoneInfo('Pacific/Kiritimati')):%Y-%m-%dT%H:%M}"
        transition("schedule", "editor", "--at", tomorrow)
        campaign = campaigns.live_campaign(issue)
        assert campaign is not None
        assert campaign.send_at == LATER.replace(second=0, microsecond=0)


class TestRefusals:
    @pytest.mark.parametrize("action", ["approve", "request-changes", "schedule", "unschedule", "archive"])
    def test_of_a_writer(self, action: str, desk: Desk) -> None:
        desk.draft()
        assert "the permission is newsletter." in not_done(action, "writer", "--note", "x")

    @pytest.mark.parametrize(
        ("status", "action"),
        [
            (S.IN_REVIEW, "submit"),
            (S.DRAFT, "approve"),
            (S.DRAFT, "request-changes"),
            (S.IN_REVIEW, "schedule"),
            (S.APPROVED, "unschedule"),
            (S.SCHEDULED, "archive"),
        ],
    )
    def test_out_of_turn(self, status: IssueStatus, action: str, desk: Desk) -> None:
        desk.issue_at(status)
        assert f"{SLUG} is {status}; to {action} it must be " in not_done(action, "editor", "--note", "x")

    def test_of_a_request_without_a_reason(self, desk: Desk) -> None:
        desk.in_review()
        assert not_done("request-changes", "editor") == "To request changes, say why."

    @pytest.mark.parametrize("named", ["", "0" * 64])
    def test_of_another_version(self, named: str, desk: Desk) -> None:
        desk.in_review()
        assert "no longer what you approved" in not_done("approve", "editor", "--rendition", named)

    def test_of_a_stale_approval(self, desk: Desk) -> None:
        Issue.objects.filter(pk=desk.approved().pk).update(subject="别的")
        assert "Approve it again" in not_done("schedule", "editor")

    def test_of_a_time_that_has_passed(self, desk: Desk) -> None:
        desk.approved()
        message = not_done("schedule", "editor", "--at", "2025-03-09T08:00:00+08:00")
        assert message == "2025-03-09T08:00:00+08:00 has passed; name a time to come."

    @pytest.mark.parametrize(
        ("at", "why"),
        [
            ("2025-03-09T08:00", "Sun 9 Mar 2025, 08:00 has passed; name a time to come."),
            ("2100-01-01T08:00", "Fri 1 Jan 2100, 08:00 is more than a year ahead; is the year right?"),
        ],
    )
    def test_of_a_time_without_offset_that_can_not_be_meant(self, at: str, why: str, desk: Desk) -> None:
        desk.approved()
        assert not_done("schedule", "editor", "--at", at) == why

    @pytest.mark.parametrize(
        ("at", "why"),
        [
            ("2026-03-08T02:30", "does not exist: the clocks are put forward"),
            ("2026-11-01T01:30", "say which, with its offset: UTC-04:00 or, later, UTC-05:00."),
        ],
    )
    def test_of_a_time_that_clocks_skip_or_show_twice(self, at: str, why: str, desk: Desk) -> None:
        desk.approved()
        Newsletter.objects.update(time_zone="America/New_York")
        with time_machine.travel(datetime.datetime(2025, 11, 26, tzinfo=datetime.UTC), tick=False):
            assert why in not_done("schedule", "editor", "--at", at)
            transition("schedule", "editor", "--at", "2026-11-01T01:30-05:00")

    def test_of_the_second_person(self, desk: Desk) -> None:
        desk.in_review()
        desk.newsletter.second_person = "always"
        desk.newsletter.save()
        desk.draft(CHANGED, user=desk.editor)
        transition("submit", "writer")
        assert "a second person must approve it" in not_done("approve", "editor")

    def test_of_nobody_and_nothing(self, desk: Desk) -> None:
        assert refused("transition", SLUG, "submit", "--as", "writer").startswith("There is no issue")
        desk.draft()
        assert not_done("submit", "nobody") == "There is no active user 'nobody'."

    @pytest.mark.parametrize("words", [["publish", "--as", "writer"], ["submit"], ["start", "--as", "editor"]])
    def test_of_wrong_usage(self, words: list[str], desk: Desk) -> None:
        desk.draft()
        assert "Error: " in refused("transition", SLUG, *words)

    @pytest.mark.parametrize("at", ["tomorrow", "2025-13-01T08:00", ""])
    def test_of_what_is_no_time(self, at: str, desk: Desk) -> None:
        desk.approved()
        assert "invalid ISO time value" in not_done("schedule", "editor", "--at", at)


@pytest.mark.parametrize(("option", "value"), [("--at", "2100-01-01T08:00"), ("--rendition", "abc")])
def test_an_option_of_another_action_is_wrong_usage(desk: Desk, option: str, value: str) -> None:
    desk.draft()
    assert option in not_done("submit", "writer", option, value, status=2)
