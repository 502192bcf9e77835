"""Send the mail of an issue to a few addresses, marked as a test."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter import lookup
from newsletter.delivery.gateways.ses import default_gateway
from newsletter.editorial import test_sends
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Send an issue's mail to a few addresses, marked as a test, with links that lead to no reader; in no ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("addresses", metavar="EMAIL", nargs="+")
        parser.add_argument("--as", dest="username", metavar="USER", help="who sends it, for the issue's history")

    def run(self, **options: Any) -> None:
        issue = lookup.issue(options["issue"])
        user = lookup.user(options["username"]) if options["username"] else None
        gateway, at_once = default_gateway(), test_sends.AT_ONCE
        report = test_sends.send(issue, options["addresses"], user, gateway=gateway, cool_down=at_once)
        for address in report.sent:
            self.stdout.write(f"A test of {issue.slug} was sent to {address}.")
        if report.failed:
            raise CommandError("Not sent:\n" + "\n".join(f"  {each}" for each in report.failed))
