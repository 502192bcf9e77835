"""Import Markdown digests as draft issues."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter import lookup
from newsletter.digest.comparison import Change, ChangedStory, Comparison
from newsletter.digest.errors import DigestError
from newsletter.digest.jsonform import to_public_json
from newsletter.digest_words import told
from newsletter.editing import Import, import_digest
from newsletter.errors import SudiError
from newsletter.management.base import SudiCommand


class Command(SudiCommand):
    help = "Import Markdown digests as draft issues; the same digest twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a digest file; - is standard input")
        parser.add_argument("--newsletter", metavar="SLUG", help="needed where two newsletters share a format")
        parser.add_argument("--as", dest="username", metavar="USER", help="who imports; becomes the last editor")
        parser.add_argument("--dry-run", action="store_true", help="parse, report and compare; store nothing")
        parser.add_argument("--json", action="store_true", help="print the document")

    def run(self, **options: Any) -> None:
        user = lookup.user(options["username"]) if options["username"] else None
        imports: list[Import] = []
        refusals: list[str] = []
        for path in options["paths"]:
            try:
                data, name = _read(path)
                imports.append(
                    import_digest(
                        data, name, user=user, newsletter_slug=options["newsletter"], dry_run=options["dry_run"]
                    )
                )
            except (SudiError, DigestError) as error:
                refusals.append(str(error))
        self._report(imports, as_json=options["json"], single=len(options["paths"]) == 1)
        if refusals:
            raise CommandError("\n".join(refusals))

    def _report(self, imports: list[Import], *, as_json: bool, single: bool) -> None:
        if as_json:
            forms = [_form(done) for done in imports]
            if not single:
                self.print_json(forms)
            elif forms:
                self.print_json(forms[0])
            return
        for done in imports:
            self.stdout.write(_summary(done))
            for line in _comparison_lines(done.comparison):
                self.stdout.write(f"  {line}")
            for finding in done.document.findings:
                where = f"line {finding.line}: " if finding.line else ""
                self.stdout.write(f"  {finding.severity} {where}{told(finding)} [{finding.code}]")


def _read(path: str) -> tuple[bytes, str]:
    if path == "-":
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(path).read_bytes(), _shown(path)
    except OSError as error:
        raise SudiError(f"{_shown(path)} can't be read: {error.strerror}.") from error


def _shown(path: str) -> str:
    """The path as text: a name in another encoding has bytes that are no characters."""
    return os.fsencode(path).decode(errors="replace") or "The path ''"


def _form(done: Import) -> dict[str, Any]:
    return to_public_json(done.document) | {
        "issue": done.issue.slug if done.issue else None,
        "newsletter": done.newsletter.slug,
        "list": done.newsletter.mailing_list.slug,
        "created": done.created,
        "changed": done.changed,
        "changes": _changes_form(done.comparison),
    }


def _changes_form(comparison: Comparison | None) -> dict[str, Any] | None:
    if not comparison:
        return None
    form = dataclasses.asdict(comparison)
    return {name: form[name] for name in ("added", "removed", "changed", "moved", "parts")}


def _summary(done: Import) -> str:
    document = done.document
    what = "created" if done.created else "changed" if done.changed else "unchanged" if done.issue else "would import"
    slug = done.issue.slug if done.issue else done.newsletter.slug
    return f"{slug}: {what}; {len(document.stories)} stories, {len(document.findings)} findings. {document.title}"


def _comparison_lines(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    if not comparison:
        yield "= the stories and parts are the same; findings or spelling differ"
    yield from (f"+ story {story.number}: {story.title}" for story in comparison.added)
    yield from (f"- story {story.number}: {story.title}" for story in comparison.removed)
    yield from (f"~ story {_place(story)}: {_names(story.changes)}" for story in comparison.changed)
    yield from (f"↕ story {story.number} was {story.was}" for story in comparison.moved)
    if comparison.parts:
        yield f"~ {_names(comparison.parts)}"


def _place(story: ChangedStory) -> str:
    return f"{story.number} (was {story.was})" if story.moved else str(story.number)


def _names(changes: tuple[Change, ...]) -> str:
    return ", ".join(change.field.replace("_", " ") for change in changes)
