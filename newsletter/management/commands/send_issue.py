"""Schedule an approved issue."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import CommandParser

from newsletter import lookup
from newsletter.delivery import campaigns
from newsletter.management.base import SudiCommand, at, iso_time
from newsletter.management.watching import watch
from newsletter.reports.campaigns import campaign_report


class Command(SudiCommand):
    help = "Schedule an approved issue, now or at a time; --wait shows progress until every reader is accounted for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("--as", dest="username", metavar="USER", required=True)
        parser.add_argument(
            "--at",
            type=iso_time,
            metavar="ISO",
            help="when (now if left out); without an offset, in the newsletter's time zone",
        )
        parser.add_argument("--no-undo", action="store_true", help="no cooling-off window")
        parser.add_argument("--canary", type=int, metavar="N", help="so many first, the others only if those are well")
        parser.add_argument("--canary-minutes", type=int, default=30, metavar="M", help="how long to wait after them")
        parser.add_argument("--wait", action="store_true", help="show progress until settled")
        parser.add_argument("--json", action="store_true")

    def run(self, **options: Any) -> None:
        issue, user = lookup.issue(options["issue"]), lookup.user(options["username"])
        undo = datetime.timedelta(0) if options["no_undo"] else None
        sample = {"canary": options["canary"], "canary_minutes": options["canary_minutes"]}
        campaign = campaigns.schedule(issue, user, at=at(options["at"], issue.newsletter), undo=undo, **sample)
        if options["wait"]:
            watch(campaign, settled=True)
            campaign.refresh_from_db()
        if options["json"]:
            self.print_json(campaign_report(campaign).public())
        else:
            self.stdout.write(f"{campaign.slug} is {campaign.status}; it is sent from {campaign.send_at.isoformat()}.")
