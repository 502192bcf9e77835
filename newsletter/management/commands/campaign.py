"""The brakes from a shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter import lookup
from newsletter.delivery import campaigns
from newsletter.errors import Refused
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Pause, resume or cancel a campaign, release it from its canary, or resend what was rejected or is in doubt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CAMPAIGN")
        parser.add_argument("action", choices=["pause", "resume", "release", "cancel", "resend"])
        parser.add_argument("--as", dest="username", metavar="USER", required=True)
        parser.add_argument("--only", choices=["rejected", "in_doubt"], help="what to resend")
        parser.add_argument("--note", default="")

    def run(self, **options: Any) -> None:
        if options["action"] == "resend" and not options["only"]:
            raise CommandError("resend needs --only rejected or --only in_doubt", returncode=2)
        if options["only"] and options["action"] != "resend":
            raise CommandError("--only goes with resend alone", returncode=2)
        campaign, user = lookup.campaign(options["campaign"]), lookup.user(options["username"])
        said = ""
        match options["action"]:
            case "pause":
                if not campaigns.pause(campaign, user, options["note"] or f"paused by {user.get_username()}"):
                    raise Refused(f"{campaign.slug} is {campaign.status}; only a sending campaign can be paused.")
            case "resume":
                campaigns.resume(campaign, user, options["note"])
            case "release":
                campaigns.release(campaign, user, options["note"])
            case "cancel":
                campaigns.cancel(campaign, user, options["note"])
            case "resend":
                said = f" {campaigns.resend(campaign, user, options['only'])} deliveries are pending again."
        campaign.refresh_from_db()
        self.stdout.write(f"{campaign.slug} is {campaign.status}.{said}")
