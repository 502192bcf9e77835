"""Where a campaign stands."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from newsletter import lookup
from newsletter.management.base import SudiCommand
from newsletter.management.watching import lines, watch
from newsletter.reports.campaigns import campaign_report


class Command(SudiCommand):
    help = "Show where a campaign stands: every recipient in exactly one state."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CAMPAIGN")
        parser.add_argument("--watch", action="store_true", help="a live bar until the campaign is finished")
        parser.add_argument("--json", action="store_true")

    def run(self, **options: Any) -> None:
        campaign = lookup.campaign(options["campaign"])
        if options["watch"]:
            watch(campaign, settled=False)
            campaign.refresh_from_db()
        report = campaign_report(campaign)
        if options["json"]:
            self.print_json(report.public())
        else:
            self.stdout.write("\n".join(lines(report)))
