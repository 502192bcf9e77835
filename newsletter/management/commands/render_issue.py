"""Print a part of an issue's mail exactly as it would be sent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from newsletter import lookup, renditions
from newsletter.delivery import letters
from newsletter.errors import NotFound
from newsletter.management.base import SudiCommand
from newsletter.models import Issue
from newsletter.rendering import slots
from newsletter.rendering.slots import Context
from subscribers.models import Subscription

CONTEXTS: dict[str, Context] = {"subject": "header", "preheader": "text", "html": "html", "text": "text"}


class Command(SudiCommand):
    help = "Print a part of an issue's mail, exactly what would be sent; with --subscriber as that reader gets it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("--part", required=True, choices=["subject", "preheader", "mjml", "html", "text", "size"])
        parser.add_argument("--subscriber", metavar="EMAIL", help="fill the slots for this reader")

    def run(self, **options: Any) -> None:
        issue = lookup.issue(options["issue"])
        rendered = renditions.render_issue(issue)
        part = options["part"]
        values = _values(issue, options["subscriber"]) if options["subscriber"] else None
        if part == "size":
            html = slots.fill(rendered.html, values, "html") if values else rendered.html
            self.stdout.write(str(len(html.encode())))
            return
        text = getattr(rendered, part)
        if values and part in CONTEXTS:
            text = slots.fill(text, values, CONTEXTS[part])
        self.stdout.write(text)


def _values(issue: Issue, email: str) -> dict[str, str]:
    subscriptions = Subscription.objects.select_related("subscriber").filter(mailing_list=issue.newsletter.mailing_list)
    subscription = subscriptions.filter(subscriber__address_key=email.strip().casefold()).first()
    if subscription is None:
        raise NotFound(f"{email} is not on the list {issue.newsletter.mailing_list.slug}.")
    return letters.slot_values(issue, letters.reader_of(subscription), campaign_id="0")
