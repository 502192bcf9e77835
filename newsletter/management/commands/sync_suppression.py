"""The sync of SES's account list, on demand."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter.delivery import account_list
from newsletter.delivery.account_list import Synced
from newsletter.delivery.gateways.ses_account_list import default_account_list
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Tell SES's account list and our suppressions of each other now; the workers do it once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def run(self, **options: Any) -> None:
        synced = account_list.sync(default_account_list())
        if synced.problem:
            raise CommandError(f"SES's account list was not synced to the end: {synced.problem} ({counts(synced)})")
        if options["json"]:
            values = dataclasses.asdict(synced)
            del values["problem"]
            self.print_json(values)
        else:
            self.stdout.write(f"SES's account list is synced: {counts(synced)}.")


def counts(synced: Synced) -> str:
    """What a pass did, and what is left to do."""
    done = [f"{synced.pulled:,} taken over", f"{synced.pushed:,} put on it", f"{synced.deleted:,} taken off it"]
    if synced.refused:
        done.append(f"{synced.refused:,} refused by SES")
    if synced.left:
        done.append(f"{synced.left:,} left for the next pass")
    return ", ".join(done)
