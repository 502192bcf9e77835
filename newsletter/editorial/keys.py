"""What a finding is known by while what it is about stays the same.

A key knows no language and no numbers: it is of the finding's code and of the content at its place, so that a story
put in before reopens nothing, and a change of the very text does.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from newsletter import content, renditions
from newsletter.digest.jsonform import to_public_json
from newsletter.models import Issue
from newsletter.preflight.findings import WHOLE_ISSUE, Finding, Place

INBOX = ("subject", "preheader")
# Of the newsletter; all other fields are the issue's.
NEWSLETTER = frozenset(renditions.SHOWN)


def keyed(issue: Issue, findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding with its key, of the issue as it is stored. Four queries."""
    contents, seen = _Contents(issue), Counter[str]()
    for finding in findings:
        about = _digest(finding.code, contents.of(finding), finding.about)
        # Equal ones at one place are told apart by their order.
        yield finding, _digest(about, seen[about])
        seen[about] += 1


class _Contents:
    """An issue's content by places."""

    def __init__(self, issue: Issue) -> None:
        stored = Issue.objects.select_related("newsletter").get(pk=issue.pk)
        self._issue, self._form = stored, to_public_json(content.load(stored))
        self._form.pop("findings")
        self._stories = [story for section in self._form["sections"] for story in section["stories"]]

    def of(self, finding: Finding) -> Any:
        """What stands at the finding's place. Lines move, and the import's words say what they are about."""
        nowhere = finding.place.line is not None or (finding.place == WHOLE_ISSUE and finding.about)
        return None if nowhere else self._at(finding.place)

    def _at(self, place: Place) -> Any:
        if place.story is not None:
            return self._stories[place.story - 1]
        if place.section is not None:
            return {**self._form["sections"][place.section - 1], "stories": None}
        return self._form if place.field is None else self._field(place.field)

    def _field(self, name: str) -> Any:
        if name in INBOX:
            return getattr(self._issue, name)  # empty where it is made from the stories; the finding says what it is
        if name in NEWSLETTER:
            return getattr(self._issue.newsletter, name)
        return self._form[name]


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
