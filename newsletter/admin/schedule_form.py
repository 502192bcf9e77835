"""What is chosen when an issue is scheduled. It travels in the address from step to step, and is checked at each."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from newsletter import local_time
from newsletter.editorial.scheduling import Choice
from newsletter.errors import Refused
from newsletter.models import Campaign, LatePolicy, Newsletter

NOW, AT = "now", "at"
WHEN = [(NOW, gettext_lazy("Now")), (AT, gettext_lazy("At this time"))]
LATE = [
    (LatePolicy.HOLD, gettext_lazy("Hold it and ask")),
    (LatePolicy.SEND, gettext_lazy("Send it anyway, however late")),
]
DEFAULTS: dict[str, Any] = {
    "late_policy": LatePolicy.HOLD,
    "late_minutes": 60,
    "canary": None,  # everybody at once
    "canary_minutes": 30,
}
A_DAY, A_MILLION = 24 * 60, 1_000_000


class ScheduleForm(forms.Form):
    """Valid, it has a ``choice``."""

    use_required_attribute = False
    when = forms.ChoiceField(choices=WHEN, widget=forms.RadioSelect, label=gettext_lazy("When"))
    date = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    offset = forms.CharField(label=gettext_lazy("Which of the two"), required=False, widget=forms.RadioSelect)
    late_policy = forms.ChoiceField(choices=LATE, widget=forms.RadioSelect, label=gettext_lazy("If it is late"))
    late_minutes = forms.IntegerField(
        label=gettext_lazy("It may be late by (minutes)"), required=False, min_value=1, max_value=A_DAY
    )

    canary = forms.IntegerField(
        label=gettext_lazy("Recipients to begin with"), required=False, min_value=1, max_value=A_MILLION
    )
    canary_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to wait then"), required=False, min_value=1, max_value=A_DAY
    )

    def __init__(self, newsletter: Newsletter, data: Any = None, *, waiting: Campaign | None = None) -> None:
        self.newsletter = newsletter
        self.at: datetime.datetime | None = None
        super().__init__(data, initial={} if data else _initial(newsletter, waiting))

    @property
    def choice(self) -> Choice:
        chosen = self.cleaned_data
        return Choice(
            at=self.at,
            late_policy=LatePolicy(chosen["late_policy"]),
            late_minutes=chosen["late_minutes"] or DEFAULTS["late_minutes"],
            canary=chosen["canary"],
            canary_minutes=chosen["canary_minutes"] or DEFAULTS["canary_minutes"],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("late_policy") == LatePolicy.HOLD:
            self._need("late_minutes", gettext("Say after how many minutes it is late."))
        if cleaned.get("canary"):
            self._need("canary_minutes", gettext("Say how many minutes to wait."))
        if cleaned.get("when") == AT:
            self._need("date", gettext("Needed, to send it at a time."))
            self._need("time", gettext("Needed, to send it at a time."))
            if cleaned.get("date") and cleaned.get("time") is not None:
                self._clean_at(datetime.datetime.combine(cleaned["date"], cleaned["time"]))
        return cleaned

    def _need(self, name: str, problem: str) -> None:
        """An error where nothing was typed; where it was, but can't be read, the field has its own."""
        if name in self.cleaned_data and self.cleaned_data[name] is None:
            self.add_error(name, problem)

    def _clean_at(self, local: datetime.datetime) -> None:
        zone = self.newsletter.time_zone
        try:
            self.at = local_time.to_come(local, zone, offset=self.cleaned_data.get("offset", ""))
        except local_time.TwiceThatDay as twice:
            both = [(local_time.offset_of(moment), local_time.show(moment, zone)) for moment in twice.moments]
            self.fields["offset"].widget.choices = both
            self.add_error("offset", str(twice))
        except Refused as problem:
            self.add_error("time", str(problem))


def _initial(newsletter: Newsletter, waiting: Campaign | None) -> dict[str, Any]:
    at = local_time.next_usual(newsletter.usual_time, newsletter.usual_days, newsletter.time_zone)
    initial = dict(DEFAULTS)
    if waiting:
        at = waiting.send_at if waiting.send_at > timezone.now() else at
        initial = {name: getattr(waiting, name) for name in initial}
    local = at.astimezone(local_time.zone_of(newsletter.time_zone))
    return {**initial, "when": AT, "date": local.date(), "time": local.time()}
