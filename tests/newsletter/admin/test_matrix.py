"""Role × action × status, over HTTP: nobody sees a way that would be refused, and who goes it anyway gets a 403 and a
line in the audit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from newsletter import content
from newsletter.admin import test_sends
from newsletter.delivery import campaigns
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Issue, IssueStatus, IssueTransition
from tests.newsletter.desk import Desk, person
from tests.newsletter.people import signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus
ROLES = ("Writers", "Editors", "Ops")
ALL = frozenset(S)
EDITABLE = frozenset({S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED, S.SCHEDULED})
NOT_PUBLIC = ALL - {S.SENDING, S.SENT}


def step(name: str) -> Callable[[Issue], str]:
    return lambda issue: reverse("admin:newsletter_issue_step", args=[issue.pk, name])


def page(name: str) -> Callable[[Issue], str]:
    return lambda issue: reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def words(issue: Issue) -> dict[str, Any]:
    return {"subject": "另一个主题", "preheader": ""}


def markdown(issue: Issue) -> dict[str, Any]:
    return {"text": content.export(issue).replace("甲厂", "乙厂"), "save": "1"}


def chosen(issue: Issue) -> dict[str, Any]:
    rendition = issue.approved_rendition
    return {
        "when": "now",
        "late_policy": "hold",
        "late_minutes": "60",
        "canary_minutes": "30",
        "rendition": rendition.hash if rendition else "",
    }


@dataclasses.dataclass(frozen=True, slots=True)
class Action:
    """``seen``: what on the review page leads to it; without one, what is posted to."""

    at: Callable[[Issue], str]
    may: dict[str, frozenset[IssueStatus]]
    data: Callable[[Issue], dict[str, Any]] = lambda _issue: {}
    seen: Callable[[Issue], str] | None = None


def desk(*editors: IssueStatus, writers: frozenset[IssueStatus] = frozenset()) -> dict[str, frozenset[IssueStatus]]:
    return {"Writers": writers, "Editors": frozenset(editors)}


def both(statuses: frozenset[IssueStatus]) -> dict[str, frozenset[IssueStatus]]:
    return {"Writers": statuses, "Editors": statuses}


ACTIONS = {
    "submit": Action(step("submit"), both(frozenset({S.DRAFT, S.CHANGES_REQUESTED}))),
    "approve": Action(step("approve"), desk(S.IN_REVIEW)),
    "request-changes": Action(step("request-changes"), desk(S.IN_REVIEW)),
    "archive": Action(step("archive"), desk(S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED)),
    "schedule": Action(page("schedule_review"), desk(S.APPROVED, S.SCHEDULED), chosen, page("schedule")),
    "unschedule": Action(step("unschedule"), desk(S.SCHEDULED)),
    "words": Action(page("words"), both(EDITABLE), words),
    "comment": Action(page("comment"), both(ALL), lambda _issue: {"text": "看一下", "story": ""}),
    "test": Action(page("test"), both(ALL), lambda _issue: {"to": "typed", "addresses": "proof@sudi.example"}),
    "share": Action(page("share"), both(NOT_PUBLIC)),
    "correct": Action(page("correct"), desk(S.SENT), lambda issue: {**markdown(issue), "note": "a name"}),
    "withdraw": Action(page("withdraw"), desk(S.SENT)),
    "markdown": Action(page("markdown"), both(EDITABLE), markdown, lambda _issue: "no way is hidden: it can be read"),
}


def made(desk: Desk, status: IssueStatus) -> Issue:
    issue = desk.issue_at(status)
    return Issue.objects.select_related("newsletter", "approved_rendition").get(pk=issue.pk)


def actor(role: str) -> User:
    """Somebody of the role who neither edited nor submitted the issue."""
    user = person(f"another of {role}", role)
    User.objects.filter(pk=user.pk).update(is_staff=True, email="another@sudi.example")
    return User.objects.get(pk=user.pk)


def post(client: Client, action: Action, issue: Issue) -> Any:
    return client.post(action.at(issue), {"version": issue.version, "note": "because", **action.data(issue)})


@pytest.fixture(autouse=True)
def gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SUDI = dataclasses.replace(settings.SUDI, ses_endpoint="http://127.0.0.1:9", sending_enabled=True)
    monkeypatch.setattr(test_sends, "default_gateway", MemoryGateway)


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("role", ROLES)
def test_what_is_offered_is_what_is_not_refused(role: str, status: IssueStatus) -> None:
    issue = made(Desk(), status)
    client = signed_in(actor(role))
    review = client.get(reverse("admin:newsletter_issue_review", args=[issue.pk])).content.decode()
    for name, action in ACTIONS.items():
        allowed = status in action.may.get(role, ())
        if name != "markdown":
            way = (action.seen or action.at)(issue)
            assert (f'"{way}"' in review) == allowed, f"{name} is {'not ' if allowed else ''}offered"
        with transaction.atomic():
            response = post(client, action, issue)
            refusals = IssueTransition.objects.filter(issue=issue, refused=True, user__username=f"another of {role}")
            if allowed:
                assert response.status_code != 403, f"{name}: {response.content.decode()}"
                assert not refusals.exists(), name
            else:
                assert response.status_code == 403, f"{name} is not refused"
                (refusal,) = refusals
                assert refusal.note
                now = Issue.objects.get(pk=issue.pk)
                assert (now.status, now.version) == (status, issue.version), name
            transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES)
def test_the_brakes_of_a_campaign(role: str) -> None:
    desk = Desk()
    desk.readers(["reader@example.com"])
    issue = desk.scheduled()
    campaign = campaigns.live_campaign(issue)
    assert campaign
    user = actor(role)
    client = signed_in(user)
    shown = client.get(reverse("ops:campaign", args=[campaign.pk]))
    offers = {"pause": set(), "resume": set(), "cancel": {"Editors", "Ops"}}
    for name, roles in offers.items():
        way = reverse("ops:brake", args=[campaign.pk, name])
        offered = shown.status_code == 200 and way in shown.content.decode()
        assert offered == (role in roles), name
        with transaction.atomic():
            response = client.post(way)
            refusals = campaign.transitions.filter(refused=True, user=user)
            if role in roles:
                assert response.status_code == 302
                assert not refusals.exists()
            elif user.has_perm("newsletter.view_campaign"):
                assert response.status_code == 403, name
                assert refusals.get().note
            else:
                assert response["Location"].startswith("/admin/login/")
            transaction.set_rollback(True)
