"""The process that posts events: signing thousands of them must not slow down the one that accepts mail.

It shares nothing with that process but the store. Its standard input is a pipe from the sandbox: when that closes,
however the sandbox ended, the poster ends too.
"""

import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import envelopes
from sandbox.clock import moment
from sandbox.database import Database
from sandbox.events import record
from sandbox.fates import Kind
from sandbox.hook import Hook, HookUnreachableError, NoAnswerError
from sandbox.outbox import Outbox, Post
from sandbox.reading import Reader
from sandbox.signing import Signer, load_key

_POLL_S = 0.05
_SLICE = 32  # posts that one connection makes in a round
_LAST_PAUSE_S = 2.0
_CONTENT_TYPE = "text/plain; charset=UTF-8"
_USER_AGENT = "Amazon Simple Notification Service Agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the poster is started with."""

    store: str
    key: str
    hook: str
    topic_arn: str
    signature_version: str
    connections: int


@dataclass(slots=True)
class Outcome:
    """What became of a slice; what is in none of the lists was not tried and stays as it is."""

    posted: list[Post] = field(default_factory=list)
    dropped: list[Post] = field(default_factory=list)
    failed: list[Post] = field(default_factory=list)
    reached: bool = True

    def add(self, post: Post, status: int) -> None:
        """2xx is done; 4xx is done too, as SNS sees it, but for 429; anything else comes again."""
        if 200 <= status < 300:
            self.posted.append(post)
        elif 400 <= status < 500 and status != 429:
            self.dropped.append(post)
        else:
            self.failed.append(post)


class Poster:
    """Rounds of parallel posts until told to stop."""

    def __init__(self, task: Task, stop: threading.Event) -> None:
        database = Database(Path(task.store))
        self._task = task
        self._stop = stop
        self._outbox = Outbox(database)
        self._reader = Reader(database)
        self._signer = Signer(load_key(Path(task.key)), task.signature_version)
        self._identity = self._outbox.open_topic(task.hook, task.topic_arn)
        self._hooks = [Hook(task.hook) for _ in range(task.connections)]

    def run(self) -> None:
        """Returns when ``stop`` is set; a round under way is finished and written."""
        pause = _POLL_S
        with ThreadPoolExecutor(len(self._hooks)) as pool:
            while not self._stop.is_set():
                posts = self._outbox.due(_SLICE * len(self._hooks))
                if not posts:
                    self._stop.wait(_POLL_S)
                    continue
                lanes = (
                    [posts] if posts[0].is_control else [posts[i :: len(self._hooks)] for i in range(len(self._hooks))]
                )
                outcomes = list(pool.map(self._post_all, self._hooks, lanes))
                self._outbox.settle(
                    posted=[post for outcome in outcomes for post in outcome.posted],
                    dropped=[post for outcome in outcomes for post in outcome.dropped],
                    failed=[post for outcome in outcomes for post in outcome.failed],
                )
                if all(outcome.reached for outcome in outcomes):
                    pause = _POLL_S
                else:  # nobody listens: wait for it, rather than count tries for every event
                    self._stop.wait(pause)
                    pause = min(_LAST_PAUSE_S, pause * 2)

    def _post_all(self, hook: Hook, posts: list[Post]) -> Outcome:
        outcome = Outcome()
        for post in posts:
            if self._stop.is_set():
                break
            try:
                status = self._post(hook, post)
            except HookUnreachableError:
                outcome.reached = False
                break
            outcome.add(post, status)
            if outcome.failed and post.is_control:
                break
        return outcome

    def _post(self, hook: Hook, post: Post) -> int:
        """The status that the hook answered: 0 for none, 410 in its place for mail that is gone from the inbox."""
        message = self._message(post)
        if message is None:
            return 410
        try:
            return hook.post(json.dumps(message).encode(), self._headers(message))
        except NoAnswerError:
            return 0

    def _message(self, post: Post) -> envelopes.Message | None:
        """The signed SNS message of a row; None when the inbox was emptied and its mail is gone."""
        topic, identity, at = self._task.topic_arn, self._identity, moment(post.at)
        if post.kind is Kind.CONFIRM_SUBSCRIPTION:
            return self._signer.sign(envelopes.confirmation(topic, identity, at), post.number)
        if post.kind is Kind.VALIDATED:
            message = envelopes.validated(topic, identity, at)
        else:
            letter = self._reader.letter(post.message or 0)
            if letter is None:
                return None
            message = envelopes.event(topic, identity, post.number, record(post.kind, letter, at, post.detail), at)
        signed = self._signer.sign(message, post.number)
        return signed | {"UnsubscribeURL": envelopes.unsubscribe_url(topic, identity)}

    def _headers(self, message: envelopes.Message) -> dict[str, str]:
        headers = {
            "Content-Type": _CONTENT_TYPE,
            "User-Agent": _USER_AGENT,
            "x-amz-sns-message-type": message["Type"],
            "x-amz-sns-message-id": message["MessageId"],
            "x-amz-sns-topic-arn": message["TopicArn"],
        }
        if message["Type"] == "Notification":
            headers["x-amz-sns-subscription-arn"] = envelopes.subscription_arn(message["TopicArn"], self._identity)
        return headers


def main() -> None:
    """Posts until the pipe on standard input closes, or SIGTERM."""
    stop = threading.Event()
    os.nice(5)  # events are never urgent; accepting mail is
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the sandbox decides
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def end_with_the_sandbox() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        stop.set()
        time.sleep(1)
        os._exit(0)  # a hook that does not answer must not keep us; what it got is posted again next time

    threading.Thread(target=end_with_the_sandbox, daemon=True).start()
    Poster(Task(**json.loads(sys.argv[1])), stop).run()


if __name__ == "__main__":
    main()
