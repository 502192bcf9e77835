"""Say whose database this is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from newsletter import lookup
from newsletter.delivery import guard
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Say that this database now belongs to this installation, after a restore or a move."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="username", metavar="USER", required=True)

    def run(self, **options: Any) -> None:
        installation = guard.adopt(lookup.user(options["username"]))
        self.stdout.write(f"This database belongs to {installation.instance} at {installation.base_url}.")
