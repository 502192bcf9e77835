"""Mails that are no campaign's, one by one, at the rate that all mail shares, while somebody waits for the answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from textwrap import shorten

from django.utils.translation import gettext as _

from newsletter.delivery import rate
from newsletter.delivery.gateways import CallFailed, Failure, Gateway, Letter, Mail
from newsletter.editorial.proof_addresses import Failed

PATIENCE = 20.0  # seconds for all of them
# What befalls one address; anything else would befall the next ones too.
ITS_OWN = {Failure.BAD_REQUEST, Failure.IN_DOUBT}


def deliver(gateway: Gateway, mail: Mail, waiting: Sequence[Letter]) -> tuple[list[str], list[Failed]]:
    """Send to each; the addresses that SES took, and the others with the reason. Call outside a transaction."""
    deadline = time.monotonic() + PATIENCE
    sent: list[str] = []
    failed: list[Failed] = []
    for position, letter in enumerate(waiting):
        if not _take_turn(deadline):
            failed += [_too_busy(each) for each in waiting[position:]]
            break
        try:
            gateway.send_one(mail, letter)
        except CallFailed as problem:
            if problem.failure not in ITS_OWN:
                failed += [_failed(each, problem) for each in waiting[position:]]
                break
            failed.append(_failed(letter, problem))
        else:
            sent.append(letter.address)
    return sent, failed


def _take_turn(deadline: float) -> bool:
    """Wait until one more may be sent. ``False``: that would be too late."""
    while (seconds := rate.reserve(1)) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    if time.monotonic() + seconds > deadline:
        return False
    time.sleep(seconds)
    return True


def _too_busy(letter: Letter) -> Failed:
    return Failed(letter.address, _("Too much other mail is being sent."), _("Send it again in a few minutes."))


def _failed(letter: Letter, problem: CallFailed) -> Failed:
    match problem.failure:
        case Failure.IN_DOUBT:
            remedy = _("It may have been sent all the same: look into the inbox before you try again.")
        case Failure.NOT_SENT | Failure.THROTTLED:
            remedy = _("Try again in a minute.")
        case _:
            remedy = problem.remedy or _("Ask Ops to mend it.")
    return Failed(letter.address, f"SES: {_in_short(problem)}", remedy)


def _in_short(problem: CallFailed) -> str:
    """On one line: what isn't SES may answer with a whole page."""
    return shorten(str(problem), width=160, placeholder="…")
