"""The addresses of a test send: which may be written to, and what is wrong with the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.utils.translation import gettext as _

from newsletter.errors import Refused
from newsletter.models import Newsletter
from subscribers import suppression
from subscribers.addresses import Address, AddressError, normalise

MOST = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """An address that got no test, why, and what a person can do."""

    address: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.address}: {self.reason} {self.remedy}".strip()


def in_lines(text: str) -> list[str]:
    """What stands in the lines of a text, or between its commas and semicolons."""
    parts = text.replace(",", "\n").replace("，", "\n").replace(";", "\n").replace("；", "\n").splitlines()
    return [part.strip() for part in parts if part.strip()]


def proof_list(newsletter: Newsletter) -> list[str]:
    """The addresses that get the newsletter's tests."""
    return in_lines(newsletter.proof_list)


def checked(texts: Iterable[str]) -> tuple[list[str], list[Failed]]:
    """The addresses that may be written to, each once, and the others. Raises ``Refused`` for none or too many."""
    good: dict[str, str] = {}
    failed: dict[str, Failed] = {}
    for text in texts:
        try:
            address = normalise(text)
        except AddressError as error:
            failed[text] = Failed(text.strip(), f"{error}", _("Mend the address."))
            continue
        if problem := _problem(address):
            failed[address.key] = problem
        else:
            good.setdefault(address.key, address.email)
    if not good and not failed:
        raise Refused(_("Name at least one address."))
    if len(good) + len(failed) > MOST:
        raise Refused(_("A test goes to %(most)d addresses at most.") % {"most": MOST})
    return list(good.values()), list(failed.values())


def _problem(address: Address) -> Failed | None:
    """A test to a suppressed address would bounce once more, or reach who has complained."""
    if not suppression.is_suppressed(address):
        return None
    reason = _("It is suppressed: mail to it has bounced, or somebody complained.")
    return Failed(address.email, reason, _("Use another address, or ask Ops to lift the suppression."))
