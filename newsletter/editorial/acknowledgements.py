"""Warnings that somebody knows and lets stand, with the reason why: the only writer of ``Acknowledgement``."""

from __future__ import annotations

import dataclasses

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from newsletter import inspection, workflow
from newsletter.editorial.keys import keyed
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Acknowledgement, Issue
from newsletter.preflight.findings import Finding, Severity

LONGEST_REASON = 1000  # characters


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """A finding with its key, and the acknowledgement that it has; only a warning can have one."""

    finding: Finding
    key: str
    acknowledgement: Acknowledgement | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """All findings of an issue, in pre-flight's order; the warnings by whether somebody has acknowledged them."""

    blockers: tuple[Known, ...]
    open: tuple[Known, ...]
    notes: tuple[Known, ...]
    acknowledged: tuple[Known, ...]

    def __bool__(self) -> bool:
        return bool(self.blockers or self.open or self.notes or self.acknowledged)


def open_and_acknowledged(issue: Issue, findings: tuple[Finding, ...]) -> Standing:
    """``findings`` are pre-flight's about the issue as it is stored. Five queries, however many they are."""
    words = {word.finding: word for word in Acknowledgement.objects.filter(issue=issue).select_related("user")}
    known = [
        Known(finding, key, words.get(key) if finding.severity is Severity.WARN else None)
        for finding, key in keyed(issue, findings)
    ]
    return Standing(
        blockers=_of(known, Severity.BLOCK),
        open=tuple(each for each in _of(known, Severity.WARN) if not each.acknowledgement),
        notes=_of(known, Severity.INFORM),
        acknowledged=tuple(each for each in known if each.acknowledgement),
    )


def open_warnings(issue: Issue, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The warnings that nobody has acknowledged."""
    return tuple(known.finding for known in open_and_acknowledged(issue, findings).open)


def acknowledge(issue: Issue, key: str, reason: str, user: User) -> None:
    """Let the warning with this key stand, for a reason. Raises ``Refused``."""
    check(issue, user)
    if not reason.strip():
        raise Refused(_("To acknowledge a warning, say why it may stand."))
    if len(reason) > LONGEST_REASON:
        raise Refused(_("The reason has %(count)d characters; %(most)d at most.") % _facts(reason))
    finding = warning(issue, key)
    word, is_new = Acknowledgement.objects.get_or_create(
        issue=issue, finding=key, defaults={"code": finding.code, "reason": reason.strip(), "user": user}
    )
    if not is_new:
        raise Refused(_("%(who)s has acknowledged this warning already.") % {"who": word.user.get_username()})


def take_back(issue: Issue, key: str, user: User) -> None:
    """Open an acknowledged warning again. Raises ``Refused``."""
    check(issue, user)
    count, _by_model = Acknowledgement.objects.filter(issue=issue, finding=key).delete()
    if not count:
        raise Refused(_("This warning is open already."))


def warning(issue: Issue, key: str) -> Finding:
    """The warning of the issue with this key. Raises ``Refused`` where it has none, any more."""
    for finding, its_key in keyed(issue, inspection.inspect(issue)):
        if its_key == key and finding.severity is Severity.WARN:
            return finding
    raise Refused(_("There is no such warning any more: what it was about has changed."))


def check(issue: Issue, user: User) -> None:
    """Raises ``NotPermitted`` or ``Refused`` where this person can't acknowledge anything of this issue now."""
    if not user.has_perm("newsletter.acknowledge_issue"):
        name = user.get_username()
        raise NotPermitted(
            _("%(name)s may not acknowledge warnings; the permission is newsletter.acknowledge_issue.") % {"name": name}
        )
    if issue.status not in workflow.EDITABLE:
        facts = {"issue": issue.slug, "status": issue.get_status_display()}
        raise Refused(_("%(issue)s is %(status)s; its warnings stand as they are.") % facts)


def _of(known: list[Known], severity: Severity) -> tuple[Known, ...]:
    return tuple(each for each in known if each.finding.severity is severity)


def _facts(reason: str) -> dict[str, int]:
    return {"count": len(reason), "most": LONGEST_REASON}
