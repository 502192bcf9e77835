"""Export an issue as the digest it can be imported from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from newsletter import content, lookup
from newsletter.digest.jsonform import to_public_json
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Print an issue as a Markdown digest (the lossless way back) or as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("--format", choices=["markdown", "json"], default="markdown")

    def run(self, **options: Any) -> None:
        issue = lookup.issue(options["issue"])
        if options["format"] == "json":
            self.print_json(to_public_json(content.load(issue)))
        else:
            self.stdout.write(content.export(issue), ending="")
