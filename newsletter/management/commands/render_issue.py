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
from subscribers.addresses import AddressError, normalise
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
        part = options["part"]
        if part == "mjml":
            self.stdout.write(renditions.render_issue(issue).mjml, ending="")
            return
        # What was approved is what goes out, whatever today's templates make of it.
        mail = issue.approved_rendition or renditions.render_issue(issue)
        name = "html" if part == "size" else part
        text = getattr(mail, name)
        if options["subscriber"]:
            text = slots.fill(text, _values(issue, options["subscriber"]), CONTEXTS[name])
        if part == "size":
            self.stdout.write(str(len(text.encode())))
        else:
            self.stdout.write(text, ending="\n" if part in {"subject", "preheader"} else "")


def _values(issue: Issue, email: str) -> dict[str, str]:
    subscriptions = Subscription.objects.select_related("subscriber").filter(mailing_list=issue.newsletter.mailing_list)
    try:
        subscription = subscriptions.filter(subscriber__address_key=normalise(email).key).first()
    except AddressError as error:
        raise NotFound(str(error)) from error
    if subscription is None:
        raise NotFound(f"{email} is not on the list {issue.newsletter.mailing_list.slug}.")
    return letters.slot_values(issue, letters.Reader(subscription.token, subscription.subscriber.name), campaign_id="0")
