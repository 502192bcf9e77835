"""Ask every check about an issue, as the review page does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter import inspection, lookup
from newsletter.management.base import SudiCommand
from newsletter.preflight.findings import Finding, Severity

HEADINGS = {Severity.BLOCK: "Blocks", Severity.WARN: "Warns", Severity.INFORM: "Informs"}


class Command(SudiCommand):
    help = "Check an issue before its approval. Exit status 1 when something blocks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issue", metavar="ISSUE")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def run(self, **options: Any) -> None:
        issue = lookup.issue(options["issue"])
        findings = inspection.inspect(issue)
        blocking = sum(finding.severity is Severity.BLOCK for finding in findings)
        if options["json"]:
            self.print_json(
                {"issue": issue.slug, "blocks": bool(blocking), "findings": [_form(each) for each in findings]}
            )
        else:
            self._report(findings)
        if blocking:
            raise CommandError(f"{issue.slug}: {blocking} findings block it.")

    def _report(self, findings: Iterable[Finding]) -> None:
        for severity, group in groupby(findings, key=lambda finding: finding.severity):
            self.stdout.write(f"{HEADINGS[severity]}:")
            for finding in group:
                place = f"{finding.place}: " if str(finding.place) else ""
                self.stdout.write(f"  {place}{finding.message} [{finding.code}]")
                self.stdout.write(f"    → {finding.remedy}")


def _form(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "remedy": finding.remedy,
        "place": str(finding.place),
        **dataclasses.asdict(finding.place),
    }
