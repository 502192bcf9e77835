"""SES's account list and our suppressions told of each other, in passes: SES is told what was lifted here, we take over
what it names, and it is told of ours that it doesn't know.

SES takes one address a call, and bounces and complaints alone. Each answer is kept in the address's own row, so a pass
may end anywhere, and the next goes on. No call is made inside a transaction.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from urllib.parse import quote

from django.utils.translation import gettext as _

from newsletter.delivery import account_list_turns, guard
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.account_list import AccountList, Listed, ListReason
from newsletter.errors import Refused, SendingRefused
from newsletter.models import AccountListSync
from subscribers import suppression
from subscribers.addresses import Address, AddressError, normalise
from subscribers.models import SuppressionReason

logger = logging.getLogger(__name__)
MOST = 1_000  # addresses that SES is told of in one pass
REFUSALS = 10  # one after another: then it isn't the addresses
OVERLAP = datetime.timedelta(hours=1)  # read again from before the last pass, for clocks differ
OURS = {
    ListReason.BOUNCE.value: SuppressionReason.HARD_BOUNCE,
    ListReason.COMPLAINT.value: SuppressionReason.COMPLAINT,
}
THEIRS = {ours: ListReason(theirs) for theirs, ours in OURS.items()}


@dataclasses.dataclass(slots=True)
class Synced:
    """What a pass did. ``pulled``: new here; ``pushed``, ``deleted``: SES was told; ``refused``: SES won't have them;
    ``left``: still to be told. ``problem``: why the pass ended early; empty where nothing went wrong."""

    pulled: int = 0
    pushed: int = 0
    deleted: int = 0
    refused: int = 0
    left: int = 0
    problem: str = ""


class Stopped(Exception):
    """This process is asked to end."""


def sync_if_due(account: AccountList, stop: threading.Event) -> Synced | None:
    """A pass if one is due and nobody is making it: of what has changed at SES since. ``None``: there was none; never
    one where sending is refused. Call outside of any transaction."""
    try:
        guard.check()
    except SendingRefused:
        return None
    turn = account_list_turns.take(if_due=True)
    return _pass(turn, account, since=turn.read_at, stop=stop) if turn else None


def sync(account: AccountList) -> Synced:
    """A pass at once, of the whole account list. Raises ``SendingRefused``, for a restored copy must leave the account
    alone, and ``Refused`` where another pass is under way. Call outside of any transaction."""
    guard.check()
    turn = account_list_turns.take(if_due=False)
    if not turn:
        raise Refused(_("SES's account list is being synced already; try again in a few minutes."))
    return _pass(turn, account, since=None, stop=threading.Event())


def _pass(
    turn: AccountListSync, account: AccountList, *, since: datetime.datetime | None, stop: threading.Event
) -> Synced:
    done, whole = Synced(), False
    teller = Teller(account, stop, done)
    try:
        lifted = teller.tell_lifted()
        teller.take_over(since and since - OVERLAP, but=lifted)
        account_list_turns.has_read(turn)
        teller.tell_suppressed()
        whole = True
    except CallFailed as failed:
        done.problem = f"{failed} {failed.remedy}".strip()
        logger.warning("the sync of SES's account list ended early: %s", failed.code)
    except Stopped:
        logger.info("the sync of SES's account list goes on later")
    finally:
        done.left = max(0, suppression.count_unknown_to_ses(THEIRS) - done.refused)
        account_list_turns.end(turn, whole=whole and not done.left, problem=done.problem)
    return done


class Teller:
    """The calls of one pass, counted in ``done``. Whatever makes one raises ``CallFailed`` and ``Stopped``."""

    def __init__(self, account: AccountList, stop: threading.Event, done: Synced) -> None:
        self.account, self.stop, self.done = account, stop, done
        self.room, self.refusals = MOST, 0

    def tell_lifted(self) -> set[uuid.UUID]:
        """Take off SES's list what was lifted here. Returns the hashes of whom SES was told."""
        told = set()
        for row in suppression.lifted_unknown_to_ses(MOST):
            # SES looks for the very spelling, and keeps what it found itself as it likes.
            spellings = dict.fromkeys((row.email, row.email.lower()))
            if all(self._told(self.account.delete, spelling) for spelling in spellings):
                suppression.lift_told(row)
                self.done.deleted += 1
                told.add(row.address_hash)
        return told

    def take_over(self, since: datetime.datetime | None, *, but: set[uuid.UUID]) -> None:
        """Suppress what SES names; but not those whom it was just told of, for its list may lag behind."""
        token, skipped = None, 0
        while True:
            self._look_up()
            page = self.account.page(since=since, token=token)
            listed = _readable(page.listed)
            skipped += len(page.listed) - len(listed)
            self.done.pulled += suppression.take_over(dict(listed), note="told by SES's account list", but=but)
            token = page.token
            if token is None:
                break
        if skipped:
            logger.info("%d entries of SES's account list are no addresses to us, and left out", skipped)

    def tell_suppressed(self) -> None:
        """Put on SES's list what it doesn't know."""
        for row in suppression.unknown_to_ses(THEIRS, max(0, self.room)):
            reason = THEIRS[SuppressionReason(row.reason)]
            if self._told(functools.partial(self.account.put, reason=reason), row.email):
                suppression.told(row)
                self.done.pushed += 1

    def _told(self, call: Callable[[str], None], address: str) -> bool:
        """Whether SES took it; an address that it refuses is no reason to end."""
        self._look_up()
        self.room -= 1
        try:
            call(address)
        except CallFailed as failed:
            self._refused(_nameless(failed, address))
            return False
        self.refusals = 0
        return True

    def _refused(self, failed: CallFailed) -> None:
        if failed.failure is not Failure.BAD_REQUEST:
            raise failed
        self.done.refused += 1
        self.refusals += 1
        if self.refusals == REFUSALS:
            raise CallFailed(failed.failure, failed.code, _("SES refuses one address after another."), failed.remedy)

    def _look_up(self) -> None:
        if self.stop.is_set():
            raise Stopped


def _nameless(failed: CallFailed, address: str) -> CallFailed:
    """The same without the address, which SES's words and botocore's name: it is told to logs and to terminals."""
    message = failed.message.replace(address, "…").replace(quote(address, safe=""), "…")
    return CallFailed(failed.failure, failed.code, message, failed.remedy)


def _readable(listed: Sequence[Listed]) -> list[tuple[Address, SuppressionReason]]:
    """Those that we could mail and whose reason we know."""
    found = []
    for entry in listed:
        try:
            found.append((normalise(entry.address), OURS[entry.reason]))
        except (AddressError, KeyError):
            continue
    return found
