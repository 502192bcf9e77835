from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from newsletter import notices
from newsletter.delivery import campaigns
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus, Notice, NoticeKind, StaffPreference
from tests.newsletter.desk import Desk


@pytest.fixture(autouse=True)
def reachable(desk: Desk) -> None:
    for user in User.objects.all():
        user.email = f"{user.username}@desk.example"
        user.save()


def told(kind: NoticeKind) -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("user__username").values_list("user__username", flat=True))


def test_go_to_who_can_be_reached_and_wants_them_but_not_to_who_did_it(desk: Desk) -> None:
    issue = desk.draft()
    StaffPreference.objects.create(user=desk.ops, notices=False)
    gone = User.objects.create(username="gone", email="gone@desk.example", is_active=False)
    mute = User.objects.create(username="mute")
    by = User.objects.get(pk=desk.editor.pk)
    notices.tell(User.objects.filter(pk__in=[gone.pk, mute.pk]), issue, NoticeKind.APPROVED)
    notices.tell([*User.objects.all(), *User.objects.all()], issue, NoticeKind.APPROVED, by=by)
    assert told(NoticeKind.APPROVED) == ["writer"]


def test_a_campaign_that_is_held_calls_desk_and_ops_once(desk: Desk) -> None:
    desk.scheduled()
    for _ in range(2):
        campaigns.hold(Campaign.objects.get(), "70 minutes late")
    assert told(NoticeKind.HELD) == ["editor", "ops"]
    assert set(Notice.objects.filter(kind=NoticeKind.HELD).values_list("note", flat=True)) == {"70 minutes late"}


def test_a_campaign_that_the_engine_pauses_calls_desk_and_ops_once(desk: Desk) -> None:
    desk.scheduled()
    Issue.objects.update(status=IssueStatus.SENDING)
    Campaign.objects.update(status=CampaignStatus.SENDING, candidates=0, recipients=0)
    assert campaigns.pause(Campaign.objects.get(), None, "too many bounces")
    assert not campaigns.pause(Campaign.objects.get(), None, "too many bounces")
    assert told(NoticeKind.PAUSED) == ["editor", "ops"]


def test_what_a_person_pauses_they_know(desk: Desk) -> None:
    desk.scheduled()
    Campaign.objects.update(status=CampaignStatus.SENDING, candidates=0, recipients=0)
    assert campaigns.pause(Campaign.objects.get(), User.objects.get(pk=desk.ops.pk), "lunch")
    assert told(NoticeKind.PAUSED) == []
