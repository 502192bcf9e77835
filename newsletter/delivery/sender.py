"""Sending one batch, chunk by chunk: wait for rate → check switch and lease → claim and commit → call → write.

No transaction is held across the network. Whatever kills the process, the ledger says which recipients may have been
sent to, and nobody else is touched.
"""

from __future__ import annotations

import datetime
import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery import approval, campaigns, domains, faults, guard, leases, ledger, letters, quota, rate
from newsletter.delivery.gateways import Answer, CallFailed, Failure, Gateway, Letter, Outcome
from newsletter.delivery.ledger import Claimed, Pending, Settlement
from newsletter.errors import SendingRefused
from newsletter.models import Batch, DeliveryState
from subscribers import audience

logger = logging.getLogger(__name__)
T = TypeVar("T")

DEADLOCK = "40P01"  # PostgreSQL's code
TRIES = 8
BACK_OFF = datetime.timedelta(seconds=5)
QUOTA_BACK_OFF = datetime.timedelta(minutes=15)
# So many refused alike in a row are nobody's own fault, and so many calls of a batch without any answer no accident.
ALIKE = 10
UNANSWERED = 5
RENEWALS = 20  # of the lease while it lasts
TOO_LARGE = gettext_lazy(
    "The mail is too large for one call to SES, which takes 1 MB (a Chinese character counts as six bytes). "
    "Cancel the campaign, shorten the issue or send it in two, and have it approved again."
)
STATES = {
    Outcome.ACCEPTED: DeliveryState.ACCEPTED,
    Outcome.REJECTED: DeliveryState.REJECTED,
    Outcome.AGAIN: DeliveryState.PENDING,
    Outcome.THROTTLED: DeliveryState.PENDING,
    Outcome.QUOTA: DeliveryState.PENDING,
    Outcome.STOP: DeliveryState.PENDING,
    Outcome.IN_DOUBT: DeliveryState.IN_DOUBT,
}
# What a failed call leaves its recipients as.
FAILURES = {
    Failure.NOT_SENT: Outcome.AGAIN,
    Failure.THROTTLED: Outcome.THROTTLED,
    Failure.BAD_REQUEST: Outcome.AGAIN,
    Failure.STOP: Outcome.STOP,
    Failure.IN_DOUBT: Outcome.IN_DOUBT,
}


def send_batch(batch_id: int, gateway: Gateway, stop: threading.Event) -> int:
    """Send what is pending in the batch until it is done, the task's time is over or ``stop`` is set.

    Returns how many recipients were called for. A batch that is another's, done or not due is left alone: 0.
    """
    batch = leases.take(batch_id, owner=uuid.uuid4().hex)
    if batch is None:
        return 0
    faults.at("leased")
    return _Run(batch, gateway, stop).until_done()


class _Run:
    def __init__(self, batch: Batch, gateway: Gateway, stop: threading.Event) -> None:
        self.batch, self.gateway, self.stop = batch, gateway, stop
        self.campaign = batch.campaign
        self.desk = letters.desk_for(self.campaign)
        self.audience = campaigns.audience_of(self.campaign)
        self.deadline = time.monotonic() + settings.SUDI.task_seconds
        # By the longest letter there can be, once: sizing each one would cost as much as writing it.
        self.room = gateway.room(self.desk.mail, letters.longest(self.desk))
        pace = rate.current()
        self.chunk = self.largest = min(rate.chunk_size(pace), self.room)
        self.portion, self.taken = rate.portion(pace), 0  # of the rate; what was taken and isn't used yet
        self.refused: tuple[str | None, int] = (None, 0)
        self.queue: list[Pending] = []  # read once, with their places, for the claim asks again
        self.places: dict[int, audience.Place] = {}
        self.renew_at = time.monotonic() + settings.SUDI.lease_seconds / RENEWALS
        self.sent = 0
        self.back_off: datetime.timedelta | None = None
        if settings.SUDI.domain_rates:
            domains.prepare()

    def until_done(self) -> int:
        if problems := approval.problems(self.campaign):
            campaigns.pause(self.campaign, None, " ".join(problems))
        elif not self.room:
            campaigns.pause(self.campaign, None, str(TOO_LARGE))
        else:
            while self._chunk() and time.monotonic() < self.deadline and not self.stop.is_set():
                pass
        faults.at("releasing")
        leases.release(self.batch, self.back_off)
        return self.sent

    def _chunk(self) -> bool:
        """Send one chunk. ``False``: nothing is left, or this run must end."""
        waiting = self._waiting()
        if not waiting:
            return False
        if not self._in_time(len(waiting)) or not self._allowed():
            return False
        claimed, chunk = self._claim(waiting)
        if not claimed:
            return self._goes_on_without()
        faults.at("claimed")
        answers, failure = self._call(chunk)
        faults.at("answered")
        pairs = zip(claimed, answers, strict=True)
        settlements = [_settlement(*pair, whole_call=failure is not None) for pair in pairs]
        _once_more(lambda: self._write(settlements))
        faults.at("written")
        self.sent += len(claimed)
        return self._goes_on(answers, failure)

    def _waiting(self) -> list[Pending]:
        """Who comes next. Where nobody may be sent to although some are pending, the batch must wait."""
        everyone = self.queue
        if not everyone:
            everyone = ledger.pending(self.campaign.pk, self.batch.first, self.batch.last)
            ids = [each.subscriber_id for each in everyone]
            self.places = audience.places(self.audience, ids) if ids else {}
        if not settings.SUDI.domain_rates:
            chosen, self.queue = everyone[: self.largest], everyone[self.largest :]
            return chosen
        chosen = domains.choose(everyone, self.largest)
        if everyone and not chosen:
            self.back_off = datetime.timedelta(seconds=domains.AGAIN)
        return chosen

    def _in_time(self, count: int) -> bool:
        """Wait for so many recipients' turn, and take that of those who come after them along."""
        if self.taken < count:
            most = min(self.portion, count + len(self.queue))
            self.taken += rate.wait(count, self.stop, most=most)
        if self.taken < count:
            if rate.room() < count:
                quota.pause(self.campaign)
            return False
        self.taken -= count
        return not self.stop.is_set()

    def _allowed(self) -> bool:
        # Whether the database is ours the claim itself asks, and whether the campaign is sending.
        if not self._is_allowed_by(guard.check_switch):
            return False
        faults.at("renewing")
        if time.monotonic() < self.renew_at:
            return True
        self.renew_at = time.monotonic() + settings.SUDI.lease_seconds / RENEWALS
        return leases.renew(self.batch)

    def _goes_on_without(self) -> bool:
        """Nothing could be claimed: go on where others only were quicker, or where all of these have left."""
        self.queue.clear()
        self.campaign.refresh_from_db(fields=["status"])
        return self.campaign.status == campaigns.S.SENDING and self._is_allowed_by(guard.check)

    def _is_allowed_by(self, check: Callable[[], None]) -> bool:
        try:
            check()
        except SendingRefused as refused:
            campaigns.pause(self.campaign, None, str(refused))
            return False
        return True

    def _claim(self, waiting: Sequence[Pending]) -> tuple[list[Claimed], list[Letter]]:
        """Claim, which commits. Who has left since the freeze is skipped."""
        # Written before the claim: a letter that can't be written must not leave its recipient in doubt.
        written = {
            each.position: self._letter(each, each.attempt + 1) for each in waiting if each.subscriber_id in self.places
        }
        faults.at("claiming")
        claimed = _once_more(lambda: ledger.claim(self.campaign.pk, list(written), self.audience))
        by_position = {each.position: each for each in waiting}
        chunk = []
        for each in claimed:
            before = by_position.pop(each.position)
            was_quicker = each.attempt != before.attempt + 1  # somebody, whose attempt came to nothing
            chunk.append(self._letter(before, each.attempt) if was_quicker else written[each.position])
        if by_position:
            self._skip(by_position.values())
        return claimed, chunk

    def _letter(self, to: Pending, attempt: int) -> Letter:
        place = self.places[to.subscriber_id]
        reader = letters.Reader(place.token, place.name)
        return self.desk.letter(address=to.address, reader=reader, position=to.position, attempt=attempt)

    def _skip(self, unclaimed: Collection[Pending]) -> None:
        """Those among them who are no longer to be mailed."""
        places = audience.places(self.audience, [each.subscriber_id for each in unclaimed])
        reasons = {each.position: _reason(places.get(each.subscriber_id)) for each in unclaimed}
        ledger.skip(self.campaign.pk, {position: reason for position, reason in reasons.items() if reason})

    def _call(self, chunk: Sequence[Letter]) -> tuple[list[Answer], Failure | None]:
        """An answer for each letter; and what failed, where the call did as a whole."""
        faults.at("calling")
        try:
            answers = self.gateway.send(self.desk.mail, chunk)
        except CallFailed as failed:
            logger.warning("campaign %s batch %s: %s", self.campaign.pk, self.batch.number, failed)
            alone = failed.failure == Failure.BAD_REQUEST and len(chunk) == 1
            outcome = Outcome.REJECTED if alone else FAILURES[failed.failure]
            return [Answer(outcome, code=failed.code, remedy=failed.remedy)] * len(chunk), failed.failure
        except Exception as error:
            # Nobody foresaw it, so it may have come after SES took the mail.
            logger.exception("campaign %s batch %s: the call broke", self.campaign.pk, self.batch.number)
            return [Answer(Outcome.IN_DOUBT, code=type(error).__name__)] * len(chunk), Failure.IN_DOUBT
        missing = [Answer(Outcome.IN_DOUBT, code="no_answer")] * (len(chunk) - len(answers))
        return [*answers, *missing][: len(chunk)], None

    def _write(self, settlements: Sequence[Settlement]) -> None:
        if all(each.state != DeliveryState.IN_DOUBT for each in settlements):
            ledger.answer(self.campaign.pk, settlements)
            return
        with transaction.atomic():
            leases.doubts(self.batch)
            ledger.answer(self.campaign.pk, settlements)

    def _goes_on(self, answers: Sequence[Answer], failure: Failure | None) -> bool:
        outcomes = {answer.outcome for answer in answers}
        if outcomes != {Outcome.ACCEPTED}:
            self.queue.clear()  # some of these are pending again, and come first
        if failure == Failure.BAD_REQUEST and len(answers) > 1:
            self.largest = len(answers) // 2  # one of them is bad; it is found by halving
            return True
        if reason := self._stopping(answers):
            campaigns.pause(self.campaign, None, reason)
            return False
        if outcomes == {Outcome.ACCEPTED}:
            self.largest = min(self.chunk, self.largest * 2)
        self.back_off = self._back_off(outcomes)
        return self.back_off is None

    def _stopping(self, answers: Sequence[Answer]) -> str | None:
        """Why nothing more should be sent until a person has looked, or ``None``."""
        first = next((answer for answer in answers if answer.outcome == Outcome.STOP), answers[0])
        outcomes = {answer.outcome for answer in answers}
        if first.outcome == Outcome.STOP:
            return (_("SES: %(code)s. %(remedy)s") % {"code": first.code, "remedy": first.remedy}).strip()
        alike = outcomes == {Outcome.REJECTED} and len({answer.code for answer in answers}) == 1
        before = self.refused[1] if self.refused[0] == first.code else 0
        self.refused = (first.code, before + len(answers)) if alike else (None, 0)
        if self.refused[1] >= ALIKE:
            reason = _(
                "SES refuses everybody alike: %(code)s. %(remedy)s "
                "When it is mended, resume the campaign and resend what was rejected."
            )
            return reason % {"code": first.code, "remedy": first.remedy}
        if outcomes == {Outcome.IN_DOUBT} and self._nobody_answers():
            return _("SES's answers don't arrive: %(code)s. Resume the campaign when they do.") % {"code": first.code}
        return None

    def _nobody_answers(self) -> bool:
        states = ledger.states_in(self.campaign.pk, self.batch.first, self.batch.last)
        in_doubt = states[DeliveryState.IN_DOUBT]
        return not states[DeliveryState.ACCEPTED] and in_doubt >= UNANSWERED * self.chunk

    def _back_off(self, outcomes: set[Outcome]) -> datetime.timedelta | None:
        """How long the batch must wait, if it must; the rate is lowered where SES says that it is too high."""
        throttled = Outcome.THROTTLED in outcomes
        if throttled or Outcome.QUOTA in outcomes:
            used_up = quota.used_up(self.gateway)
            if used_up:
                quota.pause(self.campaign)
            if used_up or Outcome.QUOTA in outcomes:
                return QUOTA_BACK_OFF
        if throttled:
            rate.slow_down()
        return BACK_OFF if throttled or Outcome.AGAIN in outcomes else None


def _once_more(work: Callable[[], T]) -> T:
    """Do it again where the database has ended it for a deadlock: with a worker that has lost its lease on this batch,
    whose claim waits for our answer while that waits for its claim. What it ended has changed nothing."""
    try:
        return work()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != DEADLOCK:
            raise
        return work()


def _reason(place: audience.Place | None) -> str | None:
    return place.exclusion if place else "erased"


def _settlement(claimed: Claimed, answer: Answer, *, whole_call: bool) -> Settlement:
    # A call that failed as a whole says nothing of this recipient, however often it happens.
    tried = answer.outcome in {Outcome.AGAIN, Outcome.THROTTLED} and not whole_call
    state = DeliveryState.REJECTED if tried and claimed.attempt >= TRIES else STATES[answer.outcome]
    return Settlement(claimed.position, claimed.attempt, state, answer.message_id, (answer.code or "")[:64] or None)
