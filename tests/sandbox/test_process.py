"""The process: it starts, stops, starts again, and keeps what it has."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.options import parse
from tests.sandbox.receiver import Receiver, verify
from tests.sandbox.running import Sandbox, eventually
from tests.sandbox.sending import bulk, entry


@pytest.fixture
def listening() -> Iterator[Receiver]:
    """A hook of the test's own; the session's belongs to the session's sandbox."""
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_mail_lists_and_keys_survive_a_restart(tmp_path: Path) -> None:
    first = Sandbox(tmp_path)
    first.ses.send_bulk_email(**bulk(entry(tag="1-1-1")))
    first.ses.create_email_template(TemplateName="kept", TemplateContent={"Subject": "s", "Text": "t"})
    first.ses.put_suppressed_destination(EmailAddress="gone@example.test", Reason="BOUNCE")
    kept = first.messages()
    assert first.stop() < 4

    again = Sandbox(tmp_path)
    assert again.messages() == kept
    assert again.stats()["messages"] == 1
    assert again.ses.get_account()["SendQuota"]["SentLast24Hours"] == 1
    assert again.ses.get_email_template(TemplateName="kept")["TemplateContent"]["Subject"] == "s"
    assert again.ses.get_suppressed_destination(EmailAddress="gone@example.test")
    again.ses.send_bulk_email(**bulk(entry(tag="1-1-2")))
    assert again.stats() == {"messages": 2, "recipients": 1, "duplicates": 1, "other_messages": 0}
    again.stop()


def test_events_wait_for_a_hook_that_is_not_there_yet(tmp_path: Path, listening: Receiver) -> None:
    absent = Receiver()
    absent.close()
    first = Sandbox(tmp_path, "--hook", absent.url, "--feedback-delay-ms", "0")
    (result,) = first.ses.send_bulk_email(**bulk())["BulkEmailEntryResults"]
    first.stop()

    again = Sandbox(tmp_path, "--hook", listening.url)
    events = listening.events(result["MessageId"], 2)
    assert {event["eventType"] for event in events} == {"Send", "Delivery"}
    assert [post.body["Type"] for post in listening.posts[:2]] == ["SubscriptionConfirmation", "Notification"]
    for post in listening.posts:
        verify(post.body, again.certificate)
    eventually(lambda: again.get("/api/events").json["queued"] == 0)
    again.stop()


def test_a_message_costs_little_room(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, "--max-send-rate", "1000000")
    html = "人工智能" * 5_000 + "{{unsubscribe_url}}"

    def send(batch: int) -> None:
        entries = [
            entry(
                f"reader{batch * 50 + index}@example.test",
                data={"unsubscribe_url": f"http://127.0.0.1:8000/u/{batch * 50 + index:032x}"},
                tag=f"9-{batch * 50 + index}-1",
            )
            for index in range(50)
        ]
        content = {"TemplateContent": {"Subject": "s", "Html": html, "Text": "t"}}
        sandbox.ses.send_bulk_email(**bulk(*entries, template=content))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(40)))

    assert sandbox.stats() == {"messages": 2_000, "recipients": 2_000, "duplicates": 0, "other_messages": 0}
    assert f"/u/{1_999:032x}" in sandbox.messages("?to=reader1999@example.test")[0]["html"]
    sandbox.stop()
    assert sandbox.store.stat().st_size / 2_000 < 500


def test_nothing_of_it_is_left_after_the_end(tmp_path: Path, listening: Receiver) -> None:
    sandbox = Sandbox(tmp_path, "--hook", listening.url)
    family = eventually(lambda: found if len(found := _descendants(sandbox.process.pid)) >= 2 else [])
    sandbox.stop()

    eventually(lambda: not any(_alive(pid) for pid in family))


def test_nothing_of_it_is_left_after_a_kill(tmp_path: Path, listening: Receiver) -> None:
    sandbox = Sandbox(tmp_path, "--hook", listening.url)
    family = eventually(lambda: found if len(found := _descendants(sandbox.process.pid)) >= 2 else [])
    sandbox.ses.close()
    sandbox.process.kill()
    sandbox.process.wait()
    assert sandbox.process.stdout is not None
    sandbox.process.stdout.close()

    eventually(lambda: not any(_alive(pid) for pid in family))


@pytest.mark.parametrize(
    "options",
    [
        ["--hook", "https://sudi.example.test/hooks/sns/"],
        ["--hook", "ftp://127.0.0.1/"],
        ["--hook", "http://127.0.0.1.example.test/"],
        ["--topic-arn", "sudi"],
        ["--signature-version", "3"],
    ],
)
def test_options_that_make_no_sense_are_refused(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["--store", "s.sqlite", *options])

    assert caught.value.code == 2
    assert options[0] in capsys.readouterr().err


def test_a_port_in_use_is_said_so(tmp_path: Path, sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox", "--store", str(tmp_path / "s.sqlite"), "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert ended.returncode == 1
    assert f"port {port} can't be used" in ended.stderr


def _descendants(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [child for child, parent in pairs if parent == pid]
    return found + [grandchild for child in found for grandchild in _descendants(child)]


def _alive(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(listed.strip()) and not listed.startswith("Z")
