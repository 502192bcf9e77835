"""What happens in the demo, and how it is told."""

from __future__ import annotations

import datetime
import json
import urllib.request
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402

from config.env import BASE_DIR  # noqa: E402
from demo import seed  # noqa: E402
from demo.place import DemoRefused, Place  # noqa: E402
from newsletter.delivery import campaigns  # noqa: E402
from newsletter.digest.errors import DigestError  # noqa: E402
from newsletter.errors import SudiError  # noqa: E402
from newsletter.models import Campaign, CampaignStatus, DeliveryEvent, Issue  # noqa: E402
from newsletter.reports.campaigns import campaign_report  # noqa: E402

SAMPLES = BASE_DIR / "samples"
SAMPLE = SAMPLES / "express-2026-01-15.md"


def prepare(digest: Path | None, *, readers: int) -> Issue:
    """People, readers and digests; returns the issue to send, approved by a second person. Raises ``DemoRefused``."""
    seed.people()
    try:
        chosen = seed.digest(digest or SAMPLE)
        for path in sorted(set(SAMPLES.glob("*-*.md")) - {digest or SAMPLE}):
            seed.digest(path)
    except (SudiError, DigestError, OSError) as error:
        raise DemoRefused(str(error)) from error
    seed.readers(chosen.newsletter.mailing_list, readers)
    approved = seed.approve(chosen)
    connection.close()  # the children open their own
    return approved


class Told:
    """The one campaign of the demo, from its scheduling to its last bounce."""

    def __init__(self, issue: Issue, sandbox_url: str) -> None:
        self.issue, self._sandbox = issue, sandbox_url
        self.campaign: Campaign

    def send(self) -> None:
        editor = User.objects.get(username="mei")
        self.campaign = campaigns.schedule(self.issue, editor, undo=datetime.timedelta(0))

    def over(self) -> bool:
        """Whether the campaign has ended and every event of it has arrived and been applied.

        Raises ``DemoRefused`` when only a person could make it go on.
        """
        self.campaign.refresh_from_db()
        if self.campaign.status in {CampaignStatus.PAUSED, CampaignStatus.CANCELLED}:
            raise DemoRefused(f"The campaign is {self.campaign.status}: {self.campaign.reason}")
        if self.campaign.finished_at is None:
            return False
        report = campaign_report(self.campaign)
        waiting = self._ask("/api/events")["queued"] or DeliveryEvent.objects.filter(applied_at=None).exists()
        return not (report.awaiting or report.in_doubt or waiting)

    def summary(self, *, seconds: float) -> str:
        """The line of JSON that ``make demo ONCE=1`` ends with."""
        report, stats = campaign_report(self.campaign), self._ask("/api/stats")
        numbers = ("recipients", "accepted", "rejected", "in_doubt", "skipped", "delivered", "bounced", "complained")
        return json.dumps(
            {"issue": report.campaign}
            | {name: getattr(report, name) for name in numbers}
            | {
                "suppressed": report.exclusions.get("suppressed", 0),
                "inbox_messages": stats["messages"],
                "seconds": round(seconds, 1),
            }
        )

    def _ask(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self._sandbox + path, timeout=5) as response:  # noqa: S310 - our own sandbox
            answer: dict[str, Any] = json.load(response)
        return answer


def welcome(place: Place, issue: Issue) -> str:
    """What a person sees when everything runs."""
    return f"""
Sudi 速递 is running, and {issue.slug} is on its way to its readers.

  Inbox      {place.sandbox_url}/         what readers get; open a mail, leave the list with one click
  Sending    {place.url}/ops/        the numbers move while it sends
  Desk       {place.url}/admin/      log in as lin (writer), mei (editor), ops or admin
  Archive    {place.url}/

  Password of all four: {seed.PASSWORD}
  Logs: {place.folder / "logs"}        Ctrl-C stops everything."""
