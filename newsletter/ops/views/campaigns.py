"""One campaign: its numbers, where they come from, what was done to it, and its brakes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from newsletter.delivery import campaigns
from newsletter.errors import Refused
from newsletter.models import Campaign, CampaignStatus
from newsletter.ops import brakes, words
from newsletter.ops.access import ops_page, person, refused
from newsletter.ops.present import Card, cards
from newsletter.reports import reasons

S = CampaignStatus
MOST_TRANSITIONS = 50
SECONDS = {S.PREPARING: 1, S.SENDING: 1, S.PAUSED: 1, S.SCHEDULED: 5}


def find(campaign_id: int) -> Campaign:
    """The campaign, with what its pages show. Raises ``Http404``."""
    related = Campaign.objects.select_related("issue__newsletter", "mailing_list", "rendition")
    return get_object_or_404(related, pk=campaign_id)


@ops_page
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    card = _card(campaign_id)
    context = {
        **_context(card),
        **_reasons(card),
        "brakes": brakes.offered(card.campaign, person(request)),
        "transitions": card.campaign.transitions.select_related("user")[:MOST_TRANSITIONS],
    }
    return render(request, "ops/campaign.html", context)


@ops_page
def campaign_live(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The numbers; when the status has changed, the whole page is asked for instead."""
    card = _card(campaign_id)
    context = _context(card)
    if request.GET.get("seen") != context["seen"]:
        return HttpResponseClientRefresh()
    return render(request, "ops/_campaign.html", context)


@require_POST
@ops_page
def brake(request: HttpRequest, campaign_id: int, name: str) -> HttpResponse:
    if name not in brakes.BRAKES:
        raise Http404(name)
    chosen, pulled, user = brakes.BRAKES[name], find(campaign_id), person(request)
    try:
        chosen.pull(pulled, user, request.POST.get("note", "").strip())
    except Refused as problem:
        campaigns.record_refusal(pulled, user, str(problem))
        return refused(request, str(problem))
    messages.success(request, str(chosen.done))
    return redirect("ops:campaign", campaign_id)


def _card(campaign_id: int) -> Card:
    return cards([find(campaign_id)])[0]


def _context(card: Card) -> dict[str, object]:
    status = CampaignStatus(card.campaign.status)
    return {
        "card": card,
        "seen": words.seen(card.campaign),
        "every": SECONDS.get(status),
        "exclusions": words.exclusions(card.report.exclusions),
    }


def _reasons(card: Card) -> dict[str, object]:
    """Each table is asked for only where its number says that there is something in it."""
    campaign, report = card.campaign, card.report
    return {
        "rejections": words.reasons(reasons.rejections(campaign)) if report.rejected else [],
        "skips": words.reasons(reasons.skips(campaign)) if report.skipped else [],
        "bounces": words.bounces(reasons.bounces(campaign)) if report.bounced else [],
        "domains": reasons.bouncing_domains(campaign) if report.bounced else [],
    }
