"""The embedded broker: kombu's filesystem transport, made safe for several processes on one machine.

What differs from `kombu.transport.filesystem`, and why:

- A message is written under another name and moved into its queue, so that no consumer ever sees half of one.
- A consumer reads a message and then unlinks it. Only one unlink of a file succeeds, so nobody else gets it, and
  there is neither a folder of processed messages that grows nor a detour through the system's temporary folder.
- What cannot be read as a message is set aside in `quarantine/` and reported; kombu lets it end the worker.
- Bindings (`control/`) are changed under a lock and replaced whole; kombu truncates a table before it locks it.
- Every queue is a folder, listed once for many messages; kombu lists and sorts all messages of all queues for each.
- A worker told to stop does not first wait out Celery's two seconds for one more message.

As in kombu's there are no priorities, order is first in first out, and a message that was handed out lives in its
consumer's memory alone: an orderly stop puts it back, kill -9 loses it. The database, not the broker, is the truth.
"""

import fcntl
import logging
import os
import shutil
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic, monotonic_ns, sleep
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from celery.worker import state as worker_state
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.virtual import BrokerState
from kombu.utils.json import dumps, loads

SCHEME = "embedded"
POLLING_INTERVAL = 0.1

logger = logging.getLogger(__name__)

# A URL may name only an alias: kombu refuses an import path there. Whoever uses the URL has imported this module,
# because its settings come from embedded_broker().
TRANSPORT_ALIASES[SCHEME] = "config.broker:Transport"


def embedded_broker(data_dir: Path) -> dict[str, Any]:
    """Celery's settings (in lower case, without a prefix) for a broker that lives in `data_dir`/broker."""
    return {
        "broker_url": f"{SCHEME}://localhost",
        "broker_transport_options": {"folder": str(_folder(data_dir)), "polling_interval": POLLING_INTERVAL},
        "broker_connection_retry_on_startup": True,
    }


def prepare(data_dir: Path) -> None:
    """Wipe the broker in `data_dir`, messages, bindings and quarantine alike, and make its folders anew.

    For the one process that starts the others, before it starts them: a message that another process has just
    written would be lost. Raises OSError when the folder cannot be removed or made.
    """
    folder = _folder(data_dir)
    if folder.exists():
        shutil.rmtree(folder)
    _Folders(folder).make()


def _folder(data_dir: Path) -> Path:
    return Path(data_dir).absolute() / "broker"


class _Folders:
    """Where the parts of a broker lie. All on one file system, so that moving between them is atomic."""

    def __init__(self, folder: Path) -> None:
        self.queues = folder / "queues"
        self.writing = folder / "writing"
        self.control = folder / "control"
        self.quarantine = folder / "quarantine"

    def make(self) -> None:
        for folder in (self.queues, self.writing, self.control, self.quarantine):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def queue(self, name: str) -> Path:
        # Never ".": a dot is not quoted, and a queue called ".." must not leave the folder.
        return self.queues / f"q-{quote(name, safe='@')}"

    def table(self, exchange: str) -> Path:
        return self.control / f"{quote(exchange, safe='')}.exchange"


class Channel(filesystem.Channel):
    """A channel whose messages, bindings and rejects are files under transport option `folder`."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self._folders = _Folders(Path(self.transport_options["folder"]))
        # Names seen in a queue's folder and not tried yet. Others may have taken them meanwhile, which is harmless.
        self._listed: dict[str, deque[str]] = {}

    # Messages

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        """Append a message to `queue`. Raises OSError when it cannot be stored, and then leaves nothing behind."""
        name = f"{monotonic_ns():020d}-{uuid4().hex}.msg"
        self._replace(self._folders.queue(queue) / name, dumps(payload).encode())

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """The oldest message of `queue`, which is this channel's alone from now on. Raises Empty."""
        names = self._listed.get(queue)
        if not names:
            names = self._listed[queue] = deque(sorted(self._names(queue)))
        while names:
            message = self._take(queue, names.popleft())
            if message is not None:
                return message
        raise Empty

    def _take(self, queue: str, name: str) -> dict[str, Any] | None:
        """The message in that file, or None when another consumer has it or it is none."""
        path = self._folders.queue(queue) / name
        try:
            message = self._decoded(path.read_bytes())
        except FileNotFoundError:
            return None
        except (IsADirectoryError, PermissionError, _Undecodable) as error:
            self._set_aside(path, error)
            return None
        try:
            path.unlink()
        except FileNotFoundError:
            return None
        return message

    def _decoded(self, content: bytes) -> dict[str, Any]:
        try:
            message: dict[str, Any] = loads(content)
            body: object = self.Message(message, channel=self).body
            where = message["properties"]["delivery_info"]
            # Celery's worker ends on other kinds of these, and an orderly stop needs them to put the message back.
            complete = (body and isinstance(body, bytes) and isinstance(message["headers"], dict)) and (
                isinstance(where["exchange"], str) and isinstance(where["routing_key"], str)
            )
        except Exception as error:  # Whatever is wrong with a file, the worker must outlive it.
            raise _Undecodable(f"{type(error).__name__}: {error}") from error
        if not complete:
            raise _Undecodable("body, headers or destination are missing or of the wrong kind")
        return message

    def _set_aside(self, path: Path, reason: Exception) -> None:
        aside = self._folders.quarantine / f"{uuid4().hex}.msg"
        try:
            path.rename(aside)
        except FileNotFoundError:
            return  # another consumer was first, and reports it
        logger.error("%s is no message (%s). It was moved to %s and will not be run.", path, reason, aside)

    def _purge(self, queue: str) -> int:
        """Remove all waiting messages of `queue`; how many there were."""
        self._listed.pop(queue, None)
        count = 0
        for name in self._names(queue):
            try:
                (self._folders.queue(queue) / name).unlink()
            except FileNotFoundError:
                continue  # a consumer has it
            except (IsADirectoryError, PermissionError) as error:
                self._set_aside(self._folders.queue(queue) / name, error)
                continue
            count += 1
        return count

    def _size(self, queue: str) -> int:
        return len(self._names(queue))

    def _names(self, queue: str) -> list[str]:
        try:
            return os.listdir(self._folders.queue(queue))
        except FileNotFoundError:
            return []  # nothing was ever put there

    def _new_queue(self, queue: str, *, auto_delete: bool = False, **kwargs: Any) -> None:
        """Empty a mailbox that this process opens for the first time.

        A worker killed with -9 leaves its mailbox behind, and a control command meant for it, such as a shutdown,
        must not reach the worker that takes its place.
        """
        if auto_delete and not any(self.state.queue_bindings(queue)):
            self._purge(queue)

    # Bindings of exchanges to queues, shared by all processes

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:  # type: ignore[override]
        """The bindings of `exchange`. An unreadable table is set aside and counts as empty."""
        path = self._folders.table(exchange)
        try:
            return [filesystem.exchange_queue_t(*binding) for binding in loads(path.read_bytes())]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError) as error:
            self._set_aside(path, error)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_locked(exchange):
            table = self.get_table(exchange)
            if binding not in table:
                self._write_table(exchange, [binding, *table])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str | None, *_: Any, **__: Any) -> None:
        """Remove `queue` with its messages, and its binding to `exchange`."""
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_locked(exchange):
            table = self.get_table(exchange)
            if binding in table:
                self._write_table(exchange, [other for other in table if other != binding])
        self._purge(queue)
        try:
            self._folders.queue(queue).rmdir()
        except OSError:
            return  # never used, or a message has just arrived: both are fine

    def _write_table(self, exchange: str, table: list[filesystem.exchange_queue_t]) -> None:
        self._replace(self._folders.table(exchange), dumps(table).encode())

    @contextmanager
    def _table_locked(self, exchange: str) -> Iterator[None]:
        # A file of its own: a lock on the table would stay with the file that _write_table replaces.
        with self._folders.table(exchange).with_suffix(".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # Files

    def _replace(self, path: Path, content: bytes) -> None:
        """Make `path` hold `content`, such that nobody ever sees a part of it. Raises OSError."""
        unfinished = self._folders.writing / uuid4().hex
        try:
            unfinished.write_bytes(content)
            try:
                unfinished.replace(path)
            except FileNotFoundError:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


class _Undecodable(Exception):
    """What a file holds is not a message."""


class Transport(filesystem.Transport):
    """kombu's transport over `Channel`. Needs transport option `folder`, where the broker lives.

    Raises ValueError without it, and OSError when the folder cannot be made.
    """

    Channel = Channel
    polling_interval = POLLING_INTERVAL

    # One per folder, not one for all as in kombu's: a second broker in the same process has bindings of its own.
    _states: dict[str, BrokerState] = defaultdict(BrokerState)

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        folder = client.transport_options.get("folder")
        if not folder:
            raise ValueError(f"{SCHEME}:// needs the transport option 'folder'; embedded_broker() gives it.")
        _Folders(Path(folder)).make()
        self.state = self._states[folder]

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Deliver one message to its consumer. Raises TimeoutError when none came in `timeout` seconds.

        In a worker that has been told to stop it raises TimeoutError at once, so that the worker sees it.
        """
        deadline = float("inf") if timeout is None else monotonic() + timeout
        while True:
            try:
                self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[union-attr]
            except Empty:
                left = deadline - monotonic()
                if left <= 0 or _told_to_stop():
                    raise TimeoutError from None
                sleep(min(self.polling_interval, left))
            else:
                return


def _told_to_stop() -> bool:
    return worker_state.should_stop is not None or worker_state.should_terminate is not None
