"""What every installation starts from."""

from __future__ import annotations

from typing import Any

from newsletter.bootstrap import ROLES, bootstrap
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Make the three publications, their lists and the role groups; safe to run again."

    def run(self, **options: Any) -> None:
        for newsletter in bootstrap():
            self.stdout.write(f"{newsletter.slug}: {newsletter.name}, list {newsletter.mailing_list.slug}")
        self.stdout.write(f"Roles: {', '.join(ROLES)}")
