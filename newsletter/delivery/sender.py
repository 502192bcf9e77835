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
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from newsletter import workflow
from newsletter.delivery import campaigns, guard, leases, ledger, letters, rate
from newsletter.delivery.gateways import Answer, CallFailed, Failure, Gateway, Letter, Outcome
from newsletter.delivery.ledger import Claimed, Settlement
from newsletter.errors import SendingRefused
from newsletter.models import Batch, DeliveryState
from subscribers import audience

logger = logging.getLogger(__name__)

TRIES = 8
BACK_OFF = datetime.timedelta(seconds=5)
STATES = {
    Outcome.ACCEPTED: DeliveryState.ACCEPTED,
    Outcome.REJECTED: DeliveryState.REJECTED,
    Outcome.AGAIN: DeliveryState.PENDING,
    Outcome.STOP: DeliveryState.PENDING,
    Outcome.IN_DOUBT: DeliveryState.IN_DOUBT,
}
# What a failed call leaves its recipients as.
FAILURES = {
    Failure.NOT_SENT: Outcome.AGAIN,
    Failure.THROTTLED: Outcome.AGAIN,
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
    return _Run(batch, gateway, stop).until_done()


class _Run:
    def __init__(self, batch: Batch, gateway: Gateway, stop: threading.Event) -> None:
        self.batch, self.gateway, self.stop = batch, gateway, stop
        self.campaign = batch.campaign
        self.desk = letters.desk_for(self.campaign)
        self.audience = campaigns.audience_of(self.campaign)
        self.deadline = time.monotonic() + settings.SUDI.task_seconds
        self.largest = rate.chunk_size()
        self.sent = 0
        self.back_off: datetime.timedelta | None = None

    def until_done(self) -> int:
        if problems := workflow.approval_problems(self.campaign.issue):
            campaigns.pause(self.campaign, None, " ".join(problems))
        else:
            while self._chunk() and time.monotonic() < self.deadline and not self.stop.is_set():
                pass
        leases.release(self.batch, self.back_off)
        return self.sent

    def _chunk(self) -> bool:
        """Send one chunk. ``False``: nothing is left, or this run must end."""
        waiting = ledger.pending(self.campaign.pk, self.batch.first, self.batch.last, self.largest)
        if not waiting or not rate.wait(len(waiting), self.stop):
            return False
        if not self._allowed():
            return False
        claimed, chunk = self._claim(waiting)
        if not claimed:
            return bool(waiting) and self._still_sending()
        outcome = self._call(chunk)
        settlements = [self._settlement(*pair) for pair in zip(claimed, outcome, strict=True)]
        ledger.answer(self.campaign.pk, settlements)
        self.sent += len(claimed)
        return self._goes_on(outcome)

    def _allowed(self) -> bool:
        try:
            guard.check()
        except SendingRefused as refused:
            campaigns.pause(self.campaign, None, str(refused))
            return False
        return leases.renew(self.batch)

    def _still_sending(self) -> bool:
        self.campaign.refresh_from_db(fields=["status"])
        return self.campaign.status == campaigns.S.SENDING

    def _claim(self, waiting: Sequence[ledger.Pending]) -> tuple[list[Claimed], list[Letter]]:
        """Claim and commit. Who has left since the freeze is skipped, in the same transaction."""
        with transaction.atomic():
            ids = [pending.subscriber_id for pending in waiting]
            rows = audience.candidates(self.audience).filter(subscriber_id__in=ids).select_related("subscriber")
            standing = {row.subscriber_id: row for row in rows}
            reasons = {
                pending.position: standing[pending.subscriber_id].exclusion
                if pending.subscriber_id in standing
                else "erased"
                for pending in waiting
            }
            gone = {position: reason for position, reason in reasons.items() if reason}
            if gone:
                ledger.skip(self.campaign.pk, gone)
            claimed = ledger.claim(self.campaign.pk, [position for position in reasons if position not in gone])
            # Written before the commit: a letter that can't be written must not leave its recipient in doubt.
            chunk = [
                self.desk.letter(
                    address=each.address,
                    reader=letters.reader_of(standing[each.subscriber_id]),
                    position=each.position,
                    attempt=each.attempt,
                )
                for each in claimed
            ]
        return claimed, chunk

    def _call(self, chunk: Sequence[Letter]) -> list[Answer]:
        try:
            return self.gateway.send(self.desk.mail, chunk)
        except CallFailed as failed:
            logger.warning("campaign %s batch %s: %s", self.campaign.pk, self.batch.number, failed)
            outcome = FAILURES[failed.failure]
            if failed.failure == Failure.BAD_REQUEST and len(chunk) == 1:
                outcome = Outcome.REJECTED
            elif failed.failure == Failure.BAD_REQUEST:
                self.largest = max(1, len(chunk) // 2)
            elif failed.failure == Failure.THROTTLED:
                rate.slow_down()
                self.back_off = BACK_OFF
            elif failed.failure == Failure.NOT_SENT:
                self.back_off = BACK_OFF
            return [Answer(outcome, code=failed.code, remedy=failed.remedy)] * len(chunk)

    def _settlement(self, claimed: Claimed, answer: Answer) -> Settlement:
        outcome = answer.outcome
        worn_out = outcome == Outcome.AGAIN and claimed.attempt >= TRIES and self.back_off is None
        state = DeliveryState.REJECTED if worn_out else STATES[outcome]
        return Settlement(claimed.position, claimed.attempt, state, answer.message_id, answer.code)

    def _goes_on(self, answers: Sequence[Answer]) -> bool:
        stopping = next((answer for answer in answers if answer.outcome == Outcome.STOP), None)
        if stopping:
            campaigns.pause(self.campaign, None, f"SES: {stopping.code}. {stopping.remedy}".strip())
            return False
        if any(answer.outcome == Outcome.AGAIN for answer in answers) and self.largest >= len(answers):
            self.back_off = self.back_off or BACK_OFF
        return self.back_off is None
