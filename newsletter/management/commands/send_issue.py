"""Schedule an approved issue."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import CommandParser

from newsletter import lookup
from newsletter.delivery import campaigns
from newsletter.management.base import SudiCommand, aware_time
from newsletter.management.watching import watch
from newsletter.reports.campaigns import campaign_report


class Command(SudiCommand):
    help = "Schedule an approved issue, now or at a time; --wait shows progress until every reader is accounted for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("--as", dest="username", metavar="USER", required=True)
        parser.add_argument("--at", type=aware_time, metavar="ISO", help="when; now if left out")
        parser.add_argument("--no-undo", action="store_true", help="no cooling-off window of 60 seconds")
        parser.add_argument("--wait", action="store_true", help="show progress until settled")
        parser.add_argument("--json", action="store_true")

    def run(self, **options: Any) -> None:
        issue, user = lookup.issue(options["issue"]), lookup.user(options["username"])
        undo = datetime.timedelta(0) if options["no_undo"] else campaigns.UNDO
        campaign = campaigns.schedule(issue, user, at=options["at"], undo=undo)
        if options["wait"]:
            watch(campaign, settled=True)
            campaign.refresh_from_db()
        if options["json"]:
            self.print_json(campaign_report(campaign))
        else:
            self.stdout.write(f"{campaign.slug} is {campaign.status}; it is sent from {campaign.send_at.isoformat()}.")
