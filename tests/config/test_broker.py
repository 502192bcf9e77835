"""The embedded broker: several processes on one folder, damage in it, and Celery's worker on it."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.worker import state as worker_state
from kombu import Connection, Consumer, Exchange, Queue
from kombu.exceptions import OperationalError
from kombu.simple import SimpleQueue

from config.broker import embedded_broker, prepare
from tests.config.broker_peer import connect

ROOT = Path(__file__).parents[2]
WORKER = ("--pool=threads", "--concurrency=2", "--without-mingle", "--without-gossip", "--without-heartbeat")


def until(true: Callable[[], bool], within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def files(data_dir: Path, part: str) -> list[Path]:
    return [path for path in (data_dir / "broker" / part).rglob("*") if path.is_file()]


@contextmanager
def queue(data_dir: Path, name: str = "mail") -> Iterator[SimpleQueue]:
    with connect(data_dir) as connection, connection.SimpleQueue(name) as simple:
        yield simple


def waiting(simple: SimpleQueue) -> list[Any]:
    """All bodies that wait in a queue, acknowledged."""
    bodies = []
    try:
        while True:
            message = simple.get(block=False)
            message.ack()
            bodies.append(message.payload)
    except simple.Empty:
        return bodies


# Processes on one folder


def peer(stack: ExitStack, *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.config.broker_peer", *map(str, args)]
    process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
    stack.callback(process.kill)
    return process


def test_two_producers_and_two_consumers_lose_and_double_nothing(tmp_path: Path) -> None:
    count = 2000
    prepare(tmp_path)
    with ExitStack() as stack:
        consumers = [peer(stack, "consume", tmp_path) for _ in range(2)]
        producers = [peer(stack, "produce", tmp_path, name, count) for name in "ab"]
        assert [producer.wait(timeout=60) for producer in producers] == [0, 0]
        (tmp_path / "produced").touch()
        got = [consumer.communicate(timeout=60)[0].split() for consumer in consumers]

    assert sorted(got[0] + got[1]) == sorted(f"{name}-{number}" for name in "ab" for number in range(count))
    assert all(got), "one consumer had everything: this was no race"
    assert files(tmp_path, "queues") == files(tmp_path, "writing") == files(tmp_path, "quarantine") == []


def test_nothing_is_written_outside_the_folder_of_the_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with queue(tmp_path / "data") as mail:
        mail.put("one")
        assert waiting(mail) == ["one"]
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["broker"]


# Queues


def test_messages_come_in_the_order_in_which_they_were_put(tmp_path: Path) -> None:
    with queue(tmp_path) as mail:
        for number in range(20):
            mail.put(number)
        assert waiting(mail) == list(range(20))


@pytest.mark.parametrize("name", ["..", ".", "a/b", "celery@host.celery.pidbox", "信"])
def test_a_queue_of_any_name_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    with connect(tmp_path) as connection:
        channel: Any = connection.channel()
        channel.basic_publish(channel.prepare_message("body"), "", name)
        assert channel._size(name) == 1
        assert channel._size("other") == 0
        assert len(files(tmp_path, "queues")) == 1
        assert channel.basic_get(name) is not None


def test_size_and_purge_count_the_messages_of_one_queue(tmp_path: Path) -> None:
    with queue(tmp_path, "mail") as mail, queue(tmp_path, "mail.other") as other:
        for _ in range(3):
            mail.put("x")
        other.put("y")
        assert mail.qsize() == 3
        assert mail.clear() == 3
        assert mail.qsize() == 0
        assert waiting(other) == ["y"]


def test_a_message_that_was_not_acknowledged_is_put_back_by_an_orderly_close(tmp_path: Path) -> None:
    with queue(tmp_path) as mail:
        mail.put("one")
        mail.get(block=False)
        assert mail.qsize() == 0
    with queue(tmp_path) as mail:
        message = mail.get(block=False)
        assert message.payload == "one"
        message.requeue()
        assert waiting(mail) == ["one"]


def test_a_fanout_reaches_queues_bound_by_other_connections_until_they_are_deleted(tmp_path: Path) -> None:
    news = Exchange("news", type="fanout")
    with connect(tmp_path) as first, connect(tmp_path) as second, connect(tmp_path) as sender:
        bound = [Queue(name, news)(connection.channel()) for name, connection in (("a", first), ("b", second))]
        for one in bound:
            one.declare()
        sender.Producer().publish("hello", exchange=news, declare=[news])
        assert [message.payload for one in bound if (message := one.get(no_ack=True))] == ["hello", "hello"]

        bound[0].delete()
        sender.Producer().publish("again", exchange=news)
        assert bound[0].get() is None
        assert bound[1].get(no_ack=True) is not None


def test_two_brokers_in_one_process_have_bindings_of_their_own(tmp_path: Path) -> None:
    news = Exchange("news", type="fanout")
    for folder in (tmp_path / "one", tmp_path / "other"):
        with connect(folder) as connection:
            bound = Queue("a", news)(connection.channel())
            bound.declare()
            connection.Producer().publish("hello", exchange=news)
            assert bound.get(no_ack=True) is not None


def test_a_mailbox_is_empty_for_the_worker_that_takes_the_place_of_a_killed_one(tmp_path: Path) -> None:
    mailbox = Queue("worker.pidbox", Exchange("pidbox", type="fanout"), auto_delete=True)
    with connect(tmp_path) as connection:
        channel: Any = connection.channel()
        channel.basic_publish(channel.prepare_message("shutdown"), "", mailbox.name)
        mailbox(channel).declare()
        assert mailbox(channel).get() is None
        channel.basic_publish(channel.prepare_message("ping"), "", mailbox.name)
        mailbox(channel).declare()
        assert mailbox(channel).get(no_ack=True) is not None


def test_prepare_leaves_an_empty_broker_and_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with queue(tmp_path) as mail:
        mail.put("old")
    prepare(tmp_path)
    assert files(tmp_path, ".") == []
    assert (tmp_path / "mine").exists()
    with queue(tmp_path) as mail:
        assert waiting(mail) == []


def test_a_worker_told_to_stop_does_not_wait_for_one_more_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_state, "should_stop", 0)
    with connect(tmp_path) as connection, Consumer(connection.channel(), [Queue("mail")]):
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=60)
        assert time.monotonic() - began < 30


def test_a_url_without_a_folder_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"embedded_broker\(\)"):
        Connection("embedded://localhost").connect()


def test_a_folder_that_cannot_be_written_raises_and_leaves_no_message(tmp_path: Path) -> None:
    with queue(tmp_path) as mail:
        (tmp_path / "broker" / "queues").rmdir()
        (tmp_path / "broker" / "queues").touch()
        with pytest.raises((OSError, OperationalError)):
            mail.put("one")
        assert files(tmp_path, "writing") == []


# Damage

DAMAGE = {
    "empty": b"",
    "half written": b'{"body": "aGVs',
    "not text": b"\xff\xfe\x00",
    "no envelope": b"[1, 2]",
    "no tag": b'{"body": "", "headers": {}, "properties": {}}',
    "no destination": b'{"body": "eA==", "headers": {}, "properties": {"delivery_tag": "1", "delivery_info": {}}}',
    "no body": b'{"headers": {}, "properties": {"delivery_tag": "1", "delivery_info": '
    b'{"exchange": "", "routing_key": "mail"}}}',
    "bad base64": b'{"body": "a", "headers": {}, "properties": {"body_encoding": "base64", "delivery_tag": "1"}}',
    "unknown type": b'{"__type__": "x", "__value__": 1}',
}


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_file_that_is_no_message_is_set_aside_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    with queue(tmp_path) as mail:
        (tmp_path / "broker/queues/q-mail").mkdir()
        (tmp_path / "broker/queues/q-mail/0-first").write_bytes(content)
        mail.put("good")
        with caplog.at_level(logging.ERROR, "config.broker"):
            assert waiting(mail) == ["good"]
    (aside,) = files(tmp_path, "quarantine")
    assert aside.read_bytes() == content
    (record,) = caplog.records
    assert "0-first" in record.getMessage()
    assert str(aside) in record.getMessage()


def test_a_folder_among_the_messages_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with queue(tmp_path) as mail:
        for name in ("0-first", "0-second"):
            (tmp_path / "broker/queues/q-mail" / name).mkdir(parents=True)
            mail.put("good")
            assert (waiting(mail) == ["good"]) if name == "0-first" else (mail.clear() == 1)
    assert len(list((tmp_path / "broker/quarantine").iterdir())) == 2
    assert len(caplog.records) == 2


def test_a_damaged_table_of_bindings_is_set_aside_and_binding_works_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    news = Exchange("news", type="fanout")
    prepare(tmp_path)
    with connect(tmp_path) as connection:
        (tmp_path / "broker/control/news.exchange").write_text('[["", "')
        bound = Queue("a", news)(connection.channel())
        bound.declare()
        connection.Producer().publish("hello", exchange=news)
        assert bound.get(no_ack=True) is not None
    assert len(files(tmp_path, "quarantine")) == len(caplog.records) == 1


# Celery


@contextmanager
def celery_worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker that has said it is ready. Killed at the end when it still runs; its output is in worker.log."""
    log = folder / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "tests.config.broker_app", "worker", "--loglevel=INFO", *WORKER]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, env={**os.environ, "BROKER_APP_DIR": str(folder)}
        )
    try:
        until(lambda: process.poll() is not None or b" ready." in log.read_bytes())
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Celery]:
    """The other side of the worker: an application that sends tasks by name."""
    prepare(tmp_path)
    with Celery(set_as_current=False) as app:
        app.conf.update(embedded_broker(tmp_path), task_ignore_result=True)
        yield app


def send(client: Celery, task: str, name: str, **options: Any) -> None:
    client.send_task(f"tests.config.broker_app.{task}", [name], **options)


def noted(folder: Path) -> list[str]:
    notes = folder / "notes"
    return notes.read_text().split() if notes.exists() else []


def test_a_worker_runs_tasks_keeps_eta_and_expiry_and_outlives_damage(tmp_path: Path, client: Celery) -> None:
    send(client, "run", "expired", expires=0.001)
    (tmp_path / "broker/queues/q-celery/0-damaged").write_text('{"body')
    with celery_worker(tmp_path):
        send(client, "run", "later", countdown=0.5)
        send(client, "run", "first")
        until(lambda: "later" in noted(tmp_path))
        assert noted(tmp_path) == ["first", "later"]
        assert b"0-damaged is no message" in (tmp_path / "worker.log").read_bytes()


def test_a_worker_answers_control_commands(tmp_path: Path, client: Celery) -> None:
    with celery_worker(tmp_path):
        answers = client.control.ping(timeout=30, limit=1) or []
        assert [list(answer.values()) for answer in answers] == [[{"ok": "pong"}]]


def test_a_worker_told_to_stop_ends_what_runs_and_puts_back_the_rest(tmp_path: Path, client: Celery) -> None:
    names = [str(number) for number in range(6)]
    with celery_worker(tmp_path) as worker:
        for name in names:
            send(client, "hold", name)
        until(lambda: len(noted(tmp_path)) == 2)
        until(lambda: len(files(tmp_path, "queues")) == 2)  # 2 run, 2 are prefetched
        worker.send_signal(signal.SIGTERM)
        (tmp_path / "release").touch()
        assert worker.wait(timeout=30) == 0  # 0.2 s on an idle machine; a busy one says nothing about us
    with celery_worker(tmp_path):
        until(lambda: sorted(noted(tmp_path)) == names)


def test_a_killed_worker_loses_what_it_ran_and_had_fetched_and_no_more(tmp_path: Path, client: Celery) -> None:
    names = [str(number) for number in range(12)]
    with celery_worker(tmp_path) as worker:
        for name in names:
            send(client, "hold", name)
        until(lambda: len(noted(tmp_path)) == 2)
        until(lambda: len(files(tmp_path, "queues")) == 8)  # 2 run, 2 are prefetched
        worker.kill()
        worker.wait()
    ran = noted(tmp_path)
    (tmp_path / "release").touch()
    with celery_worker(tmp_path):
        until(lambda: len(noted(tmp_path)) == 10)
        until(lambda: files(tmp_path, "queues") == [])
    assert len(set(noted(tmp_path))) == 10
    assert set(noted(tmp_path)[2:]) == set(names[4:])
    assert ran == noted(tmp_path)[:2]
