"""The desk from a shell: same rules, same audit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from newsletter import lookup, workflow
from newsletter.delivery import campaigns
from newsletter.management.base import SudiCommand, at, iso_time
from newsletter.models import Issue

ACTIONS = ("submit", "approve", "request-changes", "schedule", "unschedule", "archive")
ONLY_FOR = {"at": "schedule", "rendition": "approve"}


class Command(SudiCommand):
    help = "Move an issue along the desk: the same rules and the same audit as in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--as", dest="username", metavar="USER", required=True)
        parser.add_argument("--note", default="", help="why; request-changes needs it")
        parser.add_argument(
            "--at",
            type=iso_time,
            metavar="ISO",
            help="when to send (schedule); without an offset, in the newsletter's time zone",
        )
        parser.add_argument("--rendition", metavar="HASH", help="approve only this version; its first digits will do")

    def run(self, **options: Any) -> None:
        for option, action in ONLY_FOR.items():
            if options[option] is not None and options["action"] != action:
                raise CommandError(f"--{option} goes with {action} alone", returncode=2)
        issue, user = lookup.issue(options["issue"]), lookup.user(options["username"])
        said = _carry_out(issue, user, options)
        issue.refresh_from_db()
        self.stdout.write(f"{issue.slug} is {issue.status}.{said}")


def _carry_out(issue: Issue, user: User, options: dict[str, Any]) -> str:
    note = options["note"]
    match options["action"]:
        case "submit":
            workflow.submit(issue, user, note)
        case "approve":
            rendition = workflow.approve(issue, user, rendition_hash=options["rendition"], note=note)
            return f" Approved version {rendition.hash[:12]}."
        case "request-changes":
            workflow.request_changes(issue, user, note)
        case "schedule":
            campaign = campaigns.schedule(issue, user, at=at(options["at"], issue.newsletter), note=note)
            return f" It is sent at {campaign.send_at.isoformat()}, not before {campaign.undo_until.isoformat()}."
        case "unschedule":
            campaigns.unschedule(issue, user, note)
        case "archive":
            workflow.archive(issue, user, note)
    return ""
