"""What the comparison with others' senders stands on; what they come to is no test's business."""

from __future__ import annotations

import http.client
import json
import re
import smtplib
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmark.peers import installation, measuring, sinks
from benchmark.peers.measuring import PEERS, PeerContent, measure_peers, timing
from benchmark.peers.sinks import running_sink
from benchmark.sizes import SIZES
from config.env import BASE_DIR

CONTENT = PeerContent(
    subject="今日要闻",
    html="<html><body><p>你好</p><a href='{{unsubscribe_url}}'>退订</a></body></html>",
    text="你好\n退订：{{unsubscribe_url}}",
    sender="速递 <report@sudi.example>",
)
TOLD = json.dumps({"version": "1.2", "recipients": 40, "seconds": 0.5, "cpu_seconds": 0.2})


def _mail(body: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "report@sudi.example", "Digest"
    mail.set_content(body)
    return mail


@pytest.mark.parametrize("body", ["", ".\n", "a\n.\nb\n..\n", "QUIT\nDATA\n", "x" * 70 + "\n" * 20_000, "字" * 200_000])
def test_the_smtp_sink_counts_each_message_once_whatever_it_holds(body: str) -> None:
    mail = _mail(body)
    with running_sink("smtp") as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            for number in range(3):
                assert not client.send_message(mail, to_addrs=[f"reader{number}@example.test"])
        counts = sink.counts()
    assert (counts["recipients"], counts["calls"]) == (3, 3)
    assert counts["bytes"] > 3 * len(mail.as_bytes())


def test_the_smtp_sink_counts_recipients_and_forgets_those_of_a_reset() -> None:
    with running_sink("smtp") as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            client.ehlo()
            client.mail("report@sudi.example")
            client.rcpt("forgotten@example.test")
            client.rset()
            client.send_message(_mail("Hello"), to_addrs=["a@example.test", "b@example.test"])
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            client.send_message(_mail("Hello"), to_addrs=["c@example.test"])
        counts = sink.counts()
    assert (counts["recipients"], counts["calls"]) == (3, 2)


def test_the_ses_sink_counts_recipients() -> None:
    with running_sink("ses") as sink:
        client = http.client.HTTPConnection("127.0.0.1", sink.port, timeout=10)
        entries = json.dumps({"BulkEmailEntries": [{"Destination": {}}, {"Destination": {}}]})
        client.request("POST", "/v2/email/outbound-bulk-emails", entries)
        assert len(json.load(client.getresponse())["BulkEmailEntryResults"]) == 2
        client.close()
        counts = sink.counts()
    assert (counts["recipients"], counts["calls"]) == (2, 1)


def test_a_sink_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sinks.MODULES, "smtp", "benchmark.peers.no_such_sink")
    with pytest.raises(RuntimeError, match="did not start"), running_sink("smtp"):
        pass


def test_what_a_peer_tells_is_read_without_its_warm_up() -> None:
    taken = {"recipients": 50, "calls": 50, "bytes": 5_000}
    read = timing("django-smtp", f"a word of the peer's\n{TOLD}\n", taken, count=40, warm_up=10)
    assert (read.name, read.version, read.recipients) == ("django-smtp", "1.2", 40)
    assert (read.per_s, read.bytes_sent) == (80, 4_000)
    assert read.cpu_us_per_recipient == pytest.approx(5_000)


@pytest.mark.parametrize(("count", "taken"), [(40, 49), (40, 51), (40, 0), (41, 51)])
def test_a_peer_that_did_not_send_to_each_recipient_is_refused(count: int, taken: int) -> None:
    with pytest.raises(RuntimeError, match=rf"{count} \+ 10 recipients, {taken} in the sink"):
        timing("django-smtp", TOLD, {"recipients": taken, "calls": taken, "bytes": 1}, count=count, warm_up=10)


def test_peers_that_sudi_also_has_are_measured_with_their_own_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "peers_python", lambda: Path(sys.executable))
    found = measure_peers(CONTENT, {"django-smtp": 3, "django-anymail": 60})
    assert [(name, found[name].recipients) for name in found] == [("django-smtp", 3), ("django-anymail", 60)]
    assert all(peer.per_s > 0 and peer.cpu_us_per_recipient > 0 and peer.bytes_sent for peer in found.values())


def test_a_peer_never_takes_our_newsletter_for_its_own_and_its_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "peers_python", lambda: Path(sys.executable))
    monkeypatch.chdir(BASE_DIR)
    with pytest.raises(RuntimeError, match=r"(?s)django_newsletter\.py failed.*ModuleNotFoundError"):
        measure_peers(CONTENT, {"django-newsletter": 1})


def test_every_size_names_peers_that_there_are() -> None:
    assert all(size.peers.keys() <= PEERS.keys() for size in SIZES.values())


def test_peers_are_pinned_to_the_versions_of_ours() -> None:
    pinned, ours = (_pins(path) for path in (installation.REQUIREMENTS, BASE_DIR / "constraints.txt"))
    assert {"django", "boto3", "botocore", "django-anymail", "django-newsletter"} <= pinned.keys()
    assert {name: ours[name] for name in pinned if name in ours} == {
        name: version for name, version in pinned.items() if name in ours
    }


def _pins(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    return {name.lower(): version for name, version in (line.split("==") for line in lines)}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that would have installed the peers into a folder of the test's own."""
    asked: list[list[str]] = []
    monkeypatch.setattr(installation, "FOLDER", tmp_path / "peers")
    monkeypatch.setattr(subprocess, "run", _noted(asked, tmp_path / "peers"))
    return asked


def _noted(asked: list[list[str]], folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        folder.mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, int("fails" in str(installation.REQUIREMENTS)), "pip's words")

    return run


def test_the_environment_is_kept_while_pins_stay(commands: list[list[str]], tmp_path: Path) -> None:
    python = installation.peers_python()
    assert python == tmp_path / "peers" / "bin" / "python"
    assert ["venv" in command for command in commands] == [True, False]
    installation.peers_python()
    assert len(commands) == 2


def test_the_environment_is_made_anew_for_other_pins(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installation.peers_python()
    other = tmp_path / "requirements.txt"
    other.write_text("django==4.2\n")
    monkeypatch.setattr(installation, "REQUIREMENTS", other)
    installation.peers_python()
    assert len(commands) == 4
    assert str(other) in commands[-1]


@pytest.mark.usefixtures("commands")
def test_peers_that_cannot_be_installed_are_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "fails.txt"
    other.write_text("django==0\n")
    monkeypatch.setattr(installation, "REQUIREMENTS", other)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="pip's words"):
            installation.peers_python()
