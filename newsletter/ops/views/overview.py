"""What is being sent now, what waits, and whether anything may be sent from here."""

from __future__ import annotations

import dataclasses

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from newsletter.delivery import account_list_turns, guard
from newsletter.errors import SendingRefused
from newsletter.models import Campaign, CampaignStatus
from newsletter.ops import words
from newsletter.ops.access import ops_page
from newsletter.ops.present import Card, cards
from newsletter.reports.account import account_report
from newsletter.reports.backlog import event_backlog

S = CampaignStatus
MOVING = (S.PREPARING, S.SENDING, S.PAUSED)
RECENT = 5
MOST = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """All that moves on the page. ``seen`` names it, so that a change of more than numbers is noticed."""

    sending: list[Card]
    scheduled: list[Campaign]
    seen: str
    every: int | None  # seconds until it is asked for again; None: it won't change by itself


@ops_page
def overview(request: HttpRequest) -> HttpResponse:
    ended = _campaigns().filter(status__in=(S.FINISHED, S.CANCELLED), started_at__isnull=False)
    finished = cards(ended.order_by("-finished_at", "-pk")[:RECENT])
    return render(request, "ops/overview.html", {**_context(_live()), "finished": finished})


@ops_page
def overview_live(request: HttpRequest) -> HttpResponse:
    """The part that moves; when a campaign starts, stops or ends, the whole page is asked for instead."""
    live = _live()
    if request.GET.get("seen") != live.seen:
        return HttpResponseClientRefresh()
    return render(request, "ops/_overview.html", _context(live))


def _context(live: Live) -> dict[str, object]:
    return {
        "live": live,
        "stopped": _stopped(),
        "account": account_report(),
        "events": event_backlog(),
        "account_list": account_list_turns.current(),
    }


def _stopped() -> str:
    try:
        guard.check()
    except SendingRefused as refused:
        return str(refused)
    return ""


def _live() -> Live:
    unfinished = list(_campaigns().filter(status__in=(*MOVING, S.SCHEDULED)).order_by("send_at", "pk")[:MOST])
    moving = [campaign for campaign in unfinished if campaign.status in MOVING]
    scheduled = [campaign for campaign in unfinished if campaign.status == S.SCHEDULED]
    seen = ".".join(f"{campaign.pk}{words.seen(campaign)}" for campaign in unfinished)
    every = 1 if moving else 10 if scheduled else None
    return Live(cards(moving), scheduled, seen, every)


def _campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.select_related("issue__newsletter")
