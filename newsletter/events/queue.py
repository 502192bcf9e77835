"""The SQS door for SES's events: receive, store, then delete what was stored.

A message is the SES event itself (raw message delivery) or SNS's envelope around it, which is verified as at the HTTPS
door. Raw ones are believed because the queue's policy lets only our topics write to it. Whatever is not deleted comes
again, and is the row that is there already; what can't be read, SQS moves to the dead-letter queue after as many tries
as the queue's redrive policy says. So nothing is ever lost here, and nothing is thrown away.
"""

from __future__ import annotations

import dataclasses
import datetime
import logging
import threading
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, connection, transaction

from newsletter.errors import SudiError
from newsletter.events import door
from newsletter.events.ses_json import MalformedEvent, load
from newsletter.events.sns import LARGEST_BODY, SnsType
from newsletter.events.sns_errors import SnsError
from newsletter.models import DeliveryEvent

logger = logging.getLogger(__name__)

MOST = 10  # messages of one call (Amazon SQS API reference, ReceiveMessage)
LONG_POLL, SHORT_POLL = 20, 1  # seconds
PAUSES = (1, 2, 5, 15, 60)  # seconds, after one error, two, …
# As long as SQS keeps a message: after an outage the queue holds what is older than SNS would post.
OLDEST = datetime.timedelta(days=14)
TROUBLE = (BotoCoreError, ClientError, DatabaseError, InterfaceError)


class QueueRefused(SudiError):
    """The queue can't be read from here, or not now."""


class Unreadable(SudiError):
    """No event of SES, or none that we may believe: left for the dead-letter queue."""


class Interrupted(BaseException):
    """Told to stop while waiting for messages, when there is nothing to finish."""


@dataclasses.dataclass(slots=True)
class Consumed:
    """Messages taken (deleted, or at least stored) and left (for another time, or the dead-letter queue)."""

    taken: int = 0
    left: int = 0


def default_consumer() -> Consumer:
    """Of the configured queue. Raises ``QueueRefused`` where there is none, or none that may be called."""
    if not settings.SUDI.feedback_queue:
        raise QueueRefused("There is no queue to read: SUDI_FEEDBACK_QUEUE names none.")
    if not settings.SUDI.production and not settings.SUDI.sqs_endpoint:
        raise QueueRefused("Development never calls AWS: AWS_ENDPOINT_URL_SQS must name another SQS endpoint.")
    # Longer than the longest poll. Repeating a call is harmless here.
    retries: Any = {"mode": "standard", "total_max_attempts": 3}
    config = Config(retries=retries, connect_timeout=5, read_timeout=LONG_POLL + 10)
    endpoint = settings.SUDI.sqs_endpoint or None
    client = boto3.client("sqs", region_name=settings.SUDI.aws_region, endpoint_url=endpoint, config=config)
    return Consumer(client, settings.SUDI.feedback_queue)


class Consumer:
    """Reads one queue until told to stop, or once until it is empty."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client, self._url = client, queue_url
        self._stop, self._waiting = threading.Event(), False
        self.consumed = Consumed()

    def stop(self) -> None:
        """For a signal's handler: what was received is still stored; a wait ends at once."""
        self._stop.set()
        if self._waiting:
            raise Interrupted

    def drain(self) -> Consumed:
        """Take what is there and come back. Raises ``QueueRefused``."""
        left: set[str] = set()
        try:
            while messages := self._receive(SHORT_POLL):
                again = self._take(messages)
                if self._stop.is_set() or (len(again) == len(messages) and again <= left):
                    break  # nothing comes but what can't be taken
                left |= again
        except Interrupted:
            pass
        except TROUBLE as error:
            raise QueueRefused(f"The queue can't be read: {error}") from error
        return self.consumed

    def run(self) -> Consumed:
        """Take what comes until ``stop`` is called; trouble is waited out."""
        failures = 0
        while not self._stop.is_set():
            try:
                self._take(self._receive(LONG_POLL))
                failures = 0
            except Interrupted:
                break
            except TROUBLE as error:
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
                logger.warning("the queue can't be read; again in %s s: %s", pause, error)
                if isinstance(error, (DatabaseError, InterfaceError)):
                    connection.close()  # the next statement opens another
                self._stop.wait(pause)
        return self.consumed

    def _receive(self, seconds: int) -> list[dict[str, Any]]:
        self._waiting = True
        try:
            response = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=MOST, WaitTimeSeconds=seconds
            )
        finally:
            self._waiting = False
        return response.get("Messages") or []

    def _take(self, messages: Sequence[dict[str, Any]]) -> set[str]:
        """Store and delete; returns the ids of what is left."""
        read: list[tuple[dict[str, Any], DeliveryEvent | None]] = []
        for message in messages:
            try:
                read.append((message, _row(message["Body"])))
            except (MalformedEvent, SnsError, Unreadable) as error:
                logger.warning("the message %s is left in the queue: %s", message["MessageId"], error)
        stored = _store(read)
        self._delete(stored)
        self.consumed.taken += len(stored)
        self.consumed.left += len(messages) - len(stored)
        return {message["MessageId"] for message in messages} - {message["MessageId"] for message in stored}

    def _delete(self, messages: Sequence[dict[str, Any]]) -> None:
        if not messages:
            return
        entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        try:
            response = self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            logger.warning("%s stored messages can't be deleted and will come again: %s", len(messages), error)
            return
        for failed in response.get("Failed") or []:
            logger.warning("a stored message can't be deleted and will come again: %s", failed.get("Code"))


def _row(body: str) -> DeliveryEvent | None:
    if len(body) > LARGEST_BODY:
        raise Unreadable(f"it has {len(body)} characters; {LARGEST_BODY} are the most that SES's events may have")
    if '"TopicArn"' not in body or {"eventType", "notificationType"} & load(body).keys():
        return door.read(body)
    message = door.verified(body.encode(errors="replace"), oldest=OLDEST)
    if message.type is not SnsType.NOTIFICATION:
        raise Unreadable(f"it is no notification but a {message.type}")
    return door.read(message.message)


def _store(read: Sequence[tuple[dict[str, Any], DeliveryEvent | None]]) -> list[dict[str, Any]]:
    """All by one statement; where the database refuses one of them, each by its own. Returns whose were stored."""
    try:
        with transaction.atomic():
            door.insert([row for _, row in read if row])
        return [message for message, _ in read]
    except DataError as error:
        if len(read) == 1:
            logger.warning("the message %s is left in the queue: %s", read[0][0]["MessageId"], error)
            return []
    return [message for pair in read for message in _store([pair])]
