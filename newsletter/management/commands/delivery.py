"""One reader of one campaign."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from newsletter import lookup
from newsletter.management.base import SudiCommand
from newsletter.reports.one_delivery import lines, one_delivery


class Command(SudiCommand):
    help = "Tell whether a reader got a campaign: the delivery's state, times and SES message id, and every event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CAMPAIGN")
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--json", action="store_true")

    def run(self, **options: Any) -> None:
        told = one_delivery(lookup.campaign(options["campaign"]), options["email"])
        if options["json"]:
            self.print_json(told)
        else:
            self.stdout.write("\n".join(lines(told)))
