"""What each answer of SES, and each way of getting none, means: the real client against raw bytes on loopback."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
    SSLError,
    UnauthorizedSSOTokenError,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.test import override_settings

from newsletter.delivery.gateways import Answer, CallFailed, Failure, Letter, Mail, Outcome, Quota, ses
from newsletter.delivery.gateways.ses import ENTRY_OUTCOMES, SesGateway, new_gateway
from newsletter.delivery.gateways.ses_requests import bulk_body, single_request
from tests.newsletter.delivery.making import gateway_to
from tests.newsletter.delivery.raw_server import RawServer, answering, answering_json, hang_up, reset
from tests.newsletter.events.signing import make_pem, rsa_key

MAIL = Mail(
    sender="=?utf-8?b?6YCf6YCS?= <express@sudi.example>",
    reply_to="",
    subject="速递 {{recipient_name}}",
    html="<p>{{recipient_name}}",
    text="{{recipient_name}}",
    configuration_set="sudi",
)
LETTERS = [
    Letter(
        f"reader{n}@example.test",
        {"recipient_name": f"读者 {n}"},
        {"List-Unsubscribe": f"<https://sudi.example/u/{n}>"},
        {"delivery": f"1-{n}-1"},
    )
    for n in (1, 2, 3)
]
ACCEPTED = [{"Status": "SUCCESS", "MessageId": f"id-{n}"} for n in (1, 2, 3)]


@pytest.fixture(scope="module")
def there() -> Iterator[tuple[RawServer, SesGateway]]:
    """One server and one client for all: a client costs as much as twenty tests."""
    server = RawServer()
    with pytest.MonkeyPatch.context() as patch, override_settings(SUDI=settings.SUDI):
        gateway = gateway_to(f"http://127.0.0.1:{server.port}", patch)
        yield server, gateway
    gateway.client.close()
    server.close()


@pytest.fixture
def server(there: tuple[RawServer, SesGateway]) -> Iterator[RawServer]:
    there[0].begin()
    yield there[0]
    there[0].silence.set()


@pytest.fixture
def gateway(server: RawServer, there: tuple[RawServer, SesGateway]) -> SesGateway:
    return there[1]


def results(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"BulkEmailEntryResults": list(entries)}


def error(code: str, message: str = "no") -> dict[str, str]:
    return {"__type": code, "message": message}


def failure_of(gateway: SesGateway) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        gateway.send(MAIL, LETTERS)
    return caught.value


def outcomes_or_failure(gateway: SesGateway) -> set[Outcome] | Failure:
    try:
        return {answer.outcome for answer in gateway.send(MAIL, LETTERS)}
    except CallFailed as failed:
        return failed.failure


# Answers


def test_threads_that_ask_at_once_share_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[SesGateway] = []

    def slow() -> SesGateway:
        time.sleep(0.05)
        made.append(SesGateway(None))
        return made[-1]

    ses.of_this_process.cache_clear()
    monkeypatch.setattr(ses, "new_gateway", slow)
    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(lambda _: ses.default_gateway(), range(4)))
    ses.of_this_process.cache_clear()
    assert given == made * 4


def test_what_ses_takes_is_accepted_in_order(server: RawServer, gateway: SesGateway) -> None:
    server.behaviours = [answering_json(200, results(*ACCEPTED))]
    assert gateway.send(MAIL, LETTERS) == [Answer(Outcome.ACCEPTED, message_id=f"id-{n}") for n in (1, 2, 3)]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("MESSAGE_REJECTED", Outcome.REJECTED),
        ("INVALID_PARAMETER", Outcome.REJECTED),
        ("FAILED", Outcome.REJECTED),
        ("TRANSIENT_FAILURE", Outcome.AGAIN),
        ("ACCOUNT_THROTTLED", Outcome.THROTTLED),
        ("ACCOUNT_DAILY_QUOTA_EXCEEDED", Outcome.QUOTA),
        ("MAIL_FROM_DOMAIN_NOT_VERIFIED", Outcome.STOP),
        ("CONFIGURATION_SET_NOT_FOUND", Outcome.STOP),
        ("CONFIGURATION_SET_SENDING_PAUSED", Outcome.STOP),
        ("TEMPLATE_NOT_FOUND", Outcome.STOP),
        ("INVALID_SENDING_POOL_NAME", Outcome.STOP),
        ("ACCOUNT_SUSPENDED", Outcome.STOP),
        ("ACCOUNT_SENDING_PAUSED", Outcome.STOP),
        ("SOMETHING_NEW", Outcome.IN_DOUBT),
        (None, Outcome.IN_DOUBT),
    ],
)
def test_each_status_of_an_entry(server: RawServer, gateway: SesGateway, status: str | None, outcome: Outcome) -> None:
    # The MessageId is not to be trusted: SES sends an empty one, and might one day send another.
    entry = {"Status": status, "Error": "no", "MessageId": "id"}
    server.behaviours = [answering_json(200, results(ACCEPTED[0], entry, ACCEPTED[2]))]
    answers = gateway.send(MAIL, LETTERS)
    assert [answer.outcome for answer in answers] == [Outcome.ACCEPTED, outcome, Outcome.ACCEPTED]
    assert (answers[1].message_id, answers[1].code) == (None, str(status))


def test_every_status_that_the_client_knows_is_classified() -> None:
    model = new_gateway().client.meta.service_model
    statuses = set(model.shape_for("BulkEmailStatus").enum)
    assert statuses == {*ENTRY_OUTCOMES, "SUCCESS"}


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(200, b""),
        answering(200, b"{}"),
        answering(200, b"<html><body>Welcome to the proxy</body></html>", kind="text/html"),
        answering(200, b'{"BulkEmailEntryResults": []}'),
        answering(200, b'{"BulkEmailEntryResults": null}'),
    ],
    ids=["empty", "no results", "HTML", "empty results", "null results"],
)
def test_a_200_that_says_nothing_leaves_everybody_in_doubt(
    server: RawServer, gateway: SesGateway, behaviour: Any
) -> None:
    server.behaviours = [behaviour]
    assert gateway.send(MAIL, LETTERS) == [Answer(Outcome.IN_DOUBT, code="no_answer")] * 3
    assert len(server.requests) == 1


def test_whom_fewer_results_leave_out_is_in_doubt(server: RawServer, gateway: SesGateway) -> None:
    server.behaviours = [answering_json(200, results(*ACCEPTED[:2]))]
    assert [answer.outcome for answer in gateway.send(MAIL, LETTERS)] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.IN_DOUBT,
    ]


def test_more_results_than_letters_are_not_ours(server: RawServer, gateway: SesGateway) -> None:
    server.behaviours = [answering_json(200, results(*ACCEPTED, ACCEPTED[0]))]
    assert len(gateway.send(MAIL, LETTERS)) == 3


# Calls that fail


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (429, "TooManyRequestsException", Failure.THROTTLED),
        (400, "ThrottlingException", Failure.THROTTLED),
        (400, "Throttling", Failure.THROTTLED),
        (400, "RequestLimitExceeded", Failure.THROTTLED),
        (400, "BadRequestException", Failure.BAD_REQUEST),
        (400, "MessageRejected", Failure.BAD_REQUEST),
        (400, "MailFromDomainNotVerifiedException", Failure.STOP),
        (400, "AccountSuspendedException", Failure.STOP),
        (400, "SendingPausedException", Failure.STOP),
        (400, "LimitExceededException", Failure.STOP),
        (404, "NotFoundException", Failure.STOP),
        (403, "ExpiredTokenException", Failure.STOP),
        (403, "InvalidClientTokenId", Failure.STOP),
        (403, "SignatureDoesNotMatch", Failure.STOP),
        (403, "InvalidSignatureException", Failure.STOP),
        (413, "RequestEntityTooLarge", Failure.STOP),
        (500, "InternalServiceErrorException", Failure.IN_DOUBT),
        (500, "SomethingNew", Failure.IN_DOUBT),
        (502, "BadGateway", Failure.IN_DOUBT),
        (503, "ServiceUnavailable", Failure.IN_DOUBT),
        (504, "GatewayTimeout", Failure.IN_DOUBT),
        (301, "MovedPermanently", Failure.IN_DOUBT),
    ],
)
def test_each_error_of_a_call(server: RawServer, gateway: SesGateway, status: int, code: str, failure: Failure) -> None:
    # The message says otherwise; nobody may read it.
    server.behaviours = [answering_json(status, error(code, "Throttling BadRequestException timeout"))] * 3
    failed = failure_of(gateway)
    assert (failed.failure, failed.code) == (failure, code)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (429, b"", Failure.THROTTLED),
        (500, b"", Failure.IN_DOUBT),
        (503, b"<html>Service Unavailable</html>", Failure.IN_DOUBT),
        (400, b"", Failure.STOP),
        (403, b"<html>Forbidden</html>", Failure.STOP),
    ],
)
def test_an_error_without_a_code_goes_by_its_status(
    server: RawServer, gateway: SesGateway, status: int, body: bytes, failure: Failure
) -> None:
    server.behaviours = [answering(status, body)] * 3
    assert failure_of(gateway).failure is failure
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        reset,
        hang_up,
        answering(200, b'{"BulkEmailEntryResults": [{"Status"', length=4000),
        answering(200, b'{"Bulk'),
        answering(200, b'{"BulkEmailEntryResults": {"Status": "SUCCESS"}}'),
        answering(200, b'{"BulkEmailEntryResults": ["SUCCESS", 1, null]}'),
    ],
    ids=["reset", "hung up", "cut", "half a JSON", "no list", "no objects"],
)
def test_a_call_whose_answer_is_lost_is_in_doubt_and_made_once(
    server: RawServer, gateway: SesGateway, behaviour: Any
) -> None:
    server.behaviours = [behaviour] * 3
    assert outcomes_or_failure(gateway) in ({Outcome.IN_DOUBT}, Failure.IN_DOUBT)
    assert len(server.requests) == 1


def test_an_answer_that_takes_too_long_is_in_doubt_and_not_asked_for_again(
    server: RawServer, gateway: SesGateway
) -> None:
    server.behaviours = [server.keep_silent] * 3
    failed = failure_of(gateway)
    assert (failed.failure, failed.code) == (Failure.IN_DOUBT, "ReadTimeoutError")
    assert len(server.requests) == 1


def test_nobody_there_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gateway = gateway_to(f"http://127.0.0.1:{port}", monkeypatch)
    failed = failure_of(gateway)
    assert (failed.failure, failed.code) == (Failure.NOT_SENT, "EndpointConnectionError")


def test_a_certificate_that_is_not_believed_is_not_sent_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "server.pem").write_bytes(make_pem(name="127.0.0.1") + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    server = RawServer(context)
    gateway = gateway_to(f"https://127.0.0.1:{server.port}", monkeypatch)
    try:
        failed = failure_of(gateway)
    finally:
        gateway.client.close()
        server.close()
    assert (failed.failure, failed.code) == (Failure.NOT_SENT, "SSLError")
    assert server.requests == []


class Raising:
    """A client whose calls raise what no server can be made to cause here."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_bulk_email(self, **_: Any) -> None:
        raise self.error

    get_account = send_bulk_email


@pytest.mark.parametrize(
    ("raised", "failure"),
    [
        (NoCredentialsError(), Failure.NOT_SENT),
        (CredentialRetrievalError(provider="iam-role", error_msg="no"), Failure.NOT_SENT),
        (UnauthorizedSSOTokenError(), Failure.NOT_SENT),
        (ParamValidationError(report="no"), Failure.NOT_SENT),
        (ProxyConnectionError(proxy_url="http://proxy"), Failure.NOT_SENT),
        (ConnectionClosedError(endpoint_url="https://x"), Failure.IN_DOUBT),
        (SSLError(endpoint_url="https://x", error=ssl.SSLError("bad record mac")), Failure.IN_DOUBT),
        (KeyError("MessageId"), Failure.IN_DOUBT),
        (ValueError("what?"), Failure.IN_DOUBT),
        (ConnectionResetError("reset"), Failure.IN_DOUBT),
    ],
)
def test_each_error_of_the_client(raised: Exception, failure: Failure) -> None:
    failed = failure_of(SesGateway(Raising(raised)))
    assert (failed.failure, failed.code) == (failure, type(raised).__name__)


def test_what_a_person_can_mend_comes_with_a_remedy(server: RawServer, gateway: SesGateway) -> None:
    server.behaviours = [answering_json(403, error("ExpiredTokenException"))]
    assert "renew them" in failure_of(gateway).remedy


# The request


def test_the_request_is_what_the_design_asks_for(server: RawServer, gateway: SesGateway) -> None:
    server.behaviours = [answering_json(200, results(*ACCEPTED))]
    gateway.send(MAIL, LETTERS)
    sent = json.loads(server.requests[0])
    assert sent["FromEmailAddress"] == MAIL.sender
    assert sent["ConfigurationSetName"] == "sudi"
    assert sent["ConfigurationOverrides"]["Tracking"] == {
        "OpenTrackingEnabled": "DISABLED",
        "ClickTrackingEnabled": "DISABLED",
    }
    template = sent["DefaultContent"]["Template"]["TemplateContent"]
    assert template == {"Subject": MAIL.subject, "Html": MAIL.html, "Text": MAIL.text}
    entry = sent["BulkEmailEntries"][1]
    assert entry["Destination"] == {"ToAddresses": ["reader2@example.test"]}
    assert entry["ReplacementHeaders"] == [{"Name": "List-Unsubscribe", "Value": "<https://sudi.example/u/2>"}]
    assert entry["ReplacementTags"] == [{"Name": "delivery", "Value": "1-2-1"}]
    data = entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"]
    assert json.loads(data) == {"recipient_name": "读者 2"}
    assert sent.keys().isdisjoint({"ReplyToAddresses", "TenantName"})


def test_tracking_replies_and_tenant_are_what_was_chosen() -> None:
    mail = Mail("a", "reply@sudi.example", "s", "h", "t", "sudi", tenant="daily", track_opens=True)
    request = json.loads(bulk_body(mail, LETTERS))
    assert request["ReplyToAddresses"] == ["reply@sudi.example"]
    assert request["TenantName"] == "daily"
    assert request["ConfigurationOverrides"]["Tracking"] == {
        "OpenTrackingEnabled": "ENABLED",
        "ClickTrackingEnabled": "DISABLED",
    }


# The account


def test_the_quota_is_the_accounts(server: RawServer, gateway: SesGateway) -> None:
    quota = {"MaxSendRate": 14.0, "Max24HourSend": -1.0, "SentLast24Hours": 7.0}
    server.behaviours = [answering_json(200, {"SendQuota": quota, "SendingEnabled": False})]
    assert gateway.quota() == Quota(14, -1, 7, sending_enabled=False)


@pytest.mark.parametrize("behaviour", [answering(200, b"{}"), answering(200, b"<html>"), answering(500, b""), hang_up])
def test_a_quota_that_is_not_told_is_unknown(server: RawServer, gateway: SesGateway, behaviour: Any) -> None:
    server.behaviours = [behaviour] * 3
    with pytest.raises(CallFailed):
        gateway.quota()


# One mail that is no campaign's


def test_one_mail_goes_out_with_its_values_headers_and_no_tag(server: RawServer, gateway: SesGateway) -> None:
    server.behaviours = [answering_json(200, {"MessageId": "id-1"})]
    letter = replace(LETTERS[0], tags={})
    assert gateway.send_one(MAIL, letter) == "id-1"
    request = single_request(MAIL, letter)
    template = request["Content"]["Template"]
    assert request["Destination"] == {"ToAddresses": ["reader1@example.test"]}
    assert json.loads(template["TemplateData"]) == {"recipient_name": "读者 1"}
    assert template["TemplateContent"] == {"Subject": MAIL.subject, "Html": MAIL.html, "Text": MAIL.text}
    assert template["Headers"] == [{"Name": "List-Unsubscribe", "Value": "<https://sudi.example/u/1>"}]
    assert request["ConfigurationOverrides"]["Tracking"]["OpenTrackingEnabled"] == "DISABLED"
    assert "EmailTags" not in request
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, {}, Failure.IN_DOUBT),
        (500, {}, Failure.IN_DOUBT),
        (400, error("MessageRejected"), Failure.BAD_REQUEST),
        (429, error("TooManyRequestsException"), Failure.THROTTLED),
        (404, error("NotFoundException"), Failure.STOP),
    ],
)
def test_what_became_of_one_mail_is_told_apart(
    server: RawServer, gateway: SesGateway, status: int, body: dict[str, str], failure: Failure
) -> None:
    server.behaviours = [answering_json(status, body)]
    with pytest.raises(CallFailed) as caught:
        gateway.send_one(MAIL, LETTERS[0])
    assert caught.value.failure == failure
    assert len(server.requests) == 1


# How many letters fit into one call


def room(mail: Mail, letter: Letter = LETTERS[0]) -> int:
    return SesGateway(client=None).room(mail, letter)


def request_size(mail: Mail, count: int, letter: Letter = LETTERS[0]) -> int:
    """Of the same body as botocore would write it."""
    return len(json.dumps(json.loads(bulk_body(mail, [letter] * count))))


def test_a_call_takes_fifty_letters_at_most() -> None:
    assert room(MAIL) == 50


@pytest.mark.parametrize("html", ["x" * 995_000, "字" * 165_700])
def test_a_large_mail_goes_to_fewer_at_once(html: str) -> None:
    mail = replace(MAIL, html=html)
    fitting = room(mail)
    assert 1 <= fitting < 50
    assert request_size(mail, fitting) <= 1_000_000
    assert request_size(mail, fitting + 1) > 1_000_000 - len(", ")


@pytest.mark.parametrize("html", ["x" * 1_000_000, "字" * 170_000])
def test_a_mail_may_be_too_large_for_anybody(html: str) -> None:
    assert room(replace(MAIL, html=html)) == 0


def test_template_data_is_limited_on_its_own() -> None:
    letter = replace(LETTERS[0], values={"recipient_name": "x" * 10_000})
    assert room(MAIL, letter) == 26
