"""Single deliveries: did this reader get it, and what SES said about it."""

from __future__ import annotations

import json

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from newsletter.models import Delivery, DeliveryEvent
from newsletter.ops import words
from newsletter.ops.access import deliveries_page
from newsletter.ops.views.campaigns import find
from newsletter.reports.outcomes import outcome_of
from newsletter.reports.readers import CHOICES, Absent, events_of, page
from newsletter.reports.readers import find as find_reader
from subscribers.addresses import AddressError


class ListForm(forms.Form):
    """What a list of deliveries can be asked for."""

    of = forms.ChoiceField(choices=[(name, name) for name in CHOICES], required=False)
    code = forms.CharField(max_length=64, required=False, strip=False, empty_value=None)
    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    before = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


@deliveries_page
def deliveries(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = find(campaign_id)
    form = ListForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    if "code" in asked and "code" in request.GET:
        asked["code"] = asked["code"] or ""
    listed = page(campaign, **asked)
    context = {
        "campaign": campaign,
        "page": listed,
        "rows": [(delivery, outcome_of(delivery)) for delivery in listed.deliveries],
        "of": asked.get("of", ""),
        "code": asked.get("code"),
        "choices": words.STATES,
    }
    return render(request, "ops/deliveries.html", context)


@deliveries_page
def search(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """By address: the delivery's page, or why there is none."""
    campaign, text = find(campaign_id), request.GET.get("address", "").strip()
    try:
        found = find_reader(campaign, text)
    except AddressError as problem:
        return render(request, "ops/absent.html", {"campaign": campaign, "text": text, "problem": str(problem)})
    if isinstance(found, Absent):
        context = {"campaign": campaign, "text": text, "absent": found, "standing": words.code(found.exclusion or "")}
        return render(request, "ops/absent.html", context)
    return redirect("ops:delivery", campaign_id, found.position)


@deliveries_page
def delivery(request: HttpRequest, campaign_id: int, position: int) -> HttpResponse:
    campaign = find(campaign_id)
    found = get_object_or_404(Delivery, campaign_id=campaign_id, position=position)
    context = {
        "campaign": campaign,
        "delivery": found,
        "outcome": outcome_of(found),
        "meaning": words.code(found.code) if found.code else "",
        "events": [(event, _pretty(event)) for event in events_of(found)],
    }
    return render(request, "ops/delivery.html", context)


def _pretty(event: DeliveryEvent) -> str:
    """The stored JSON, indented; as it is where it is none."""
    try:
        return json.dumps(json.loads(event.raw), ensure_ascii=False, indent=2)
    except ValueError:
        return event.raw
