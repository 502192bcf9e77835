"""The sending path, unchanged, against an SES that others wrote: npm's ``aws-ses-v2-local``.

It takes SendBulkEmail with inline template content and SendEmail with it, and fills slots as Handlebars does; it tells
no events, and its account is what the environment says.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from newsletter.delivery.gateways import Letter, Mail, Quota
from newsletter.delivery.gateways.ses import SesGateway
from newsletter.models import DeliveryState
from tests.newsletter.delivery.making import deliveries, gateway_to, run, sending, states
from tests.node import installed

pytestmark = [pytest.mark.npm, pytest.mark.usefixtures("installation")]
ACCOUNT = {
    "DedicatedIpAutoWarmupEnabled": False,
    "Details": {
        "AdditionalContactEmailAddresses": [],
        "ContactLanguage": "EN",
        "MailType": "MARKETING",
        "ReviewDetails": {"CaseId": "1", "Status": "GRANTED"},
        "UseCaseDescription": "A newsletter",
        "WebsiteURL": "https://sudi.example",
    },
    "EnforcementStatus": "HEALTHY",
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "SendQuota": {"Max24HourSend": 50_000, "MaxSendRate": 14, "SentLast24Hours": 7},
    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
}
READERS = 60  # more than one call takes
DEADLINE_S = 30


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """Its address."""
    script = installed.node_modules() / "aws-ses-v2-local" / "dist" / "cli.js"
    port = free_port()
    command = ["node", str(script), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env=os.environ | {"AWS_SES_ACCOUNT": json.dumps(ACCOUNT)}
    )
    try:
        await_listener(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=DEADLINE_S)


def await_listener(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the emulator does not answer")


@pytest.fixture
def gateway(emulator: str, environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesGateway]:
    with override_settings(SUDI=settings.SUDI):
        gateway = gateway_to(emulator, monkeypatch)
        gateway.client.meta.config.read_timeout = 20
        yield gateway
        gateway.client.close()


def received(emulator: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{emulator}/store", timeout=20) as response:
        mails: list[dict[str, Any]] = json.load(response)["emails"]
    return mails


def clear(emulator: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{emulator}/clear-store", method="POST"), timeout=20).close()


def test_a_campaign_reaches_every_reader_once_with_their_own_words(emulator: str, gateway: SesGateway) -> None:
    clear(emulator)
    campaign = sending(READERS)
    run(campaign, gateway)
    assert set(states(campaign)) == {DeliveryState.ACCEPTED}
    mails = {mail["destination"]["to"][0]: mail for mail in received(emulator)}
    rows = deliveries(campaign)
    assert len(received(emulator)) == READERS
    assert {row.address: row.message_id for row in rows} == {to: mail["messageId"] for to, mail in mails.items()}
    for mail in mails.values():
        headers = {each["name"]: each["value"] for each in mail["headers"]}
        address = headers["List-Unsubscribe"].strip("<>").split(">")[0]
        assert address.startswith("https://sudi.example/u/")
        assert address.rpartition("/")[2] in mail["body"]["html"]
        assert "{{" not in mail["subject"] + mail["body"]["html"] + mail["body"]["text"]
    assert len({each["body"]["html"] for each in mails.values()}) == READERS


def test_a_single_mail_has_its_slots_filled(emulator: str, gateway: SesGateway) -> None:
    clear(emulator)
    mail = Mail("Sudi <desk@sudi.example>", "", "{{who}}", "<p>{{who}}</p>", "{{who}}", "sudi")
    message_id = gateway.send_one(
        mail, Letter("one@example.test", {"who": "读者"}, {"X-One": "1"}, {"delivery": "1-1-1"})
    )
    (only,) = received(emulator)
    assert (only["messageId"], only["subject"], only["body"]["html"]) == (message_id, "读者", "<p>读者</p>")
    assert only["headers"] == [{"name": "X-One", "value": "1"}]


def test_the_quota_is_read(gateway: SesGateway) -> None:
    assert gateway.quota() == Quota(14, 50_000, 7, True)


def test_nobody_is_mailed_again(emulator: str, gateway: SesGateway) -> None:
    clear(emulator)
    campaign = sending(3)
    run(campaign, gateway)
    run(campaign, gateway)
    assert len(received(emulator)) == 3
