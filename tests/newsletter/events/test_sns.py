"""Every way in which a POST that claims to be from SNS is refused, and the few in which it is not."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.events import sns
from newsletter.events.certificates import CertificateStore
from newsletter.events.fetching import FetchFailed
from newsletter.events.sns import Refused, SnsCode, SnsError, SnsMessage, SnsType, TryLater
from tests.newsletter.events.signing import (
    CERTIFICATE_URL,
    NOW,
    SIGNED_KEYS,
    SUBSCRIBE_URL,
    TOPIC,
    confirmation,
    make_pem,
    notification,
    post_body,
    rsa_key,
    sign,
)


class Network:
    """A stand-in for the network that serves one certificate and notes what was asked for."""

    def __init__(self, pem: bytes | Exception | None = None) -> None:
        self.pem = make_pem() if pem is None else pem
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.pem, Exception):
            raise self.pem
        return self.pem


def verify(body: bytes, network: Network | None = None, now: datetime.datetime = NOW) -> SnsMessage:
    store = CertificateStore(fetch=network or Network())
    return sns.verify(body, topics=[TOPIC], certificates=store, now=now)


def refusal(body: bytes, network: Network | None = None, now: datetime.datetime = NOW) -> SnsError:
    with pytest.raises(SnsError) as caught:
        verify(body, network, now)
    return caught.value


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("make", [notification, confirmation])
def test_a_genuine_message_passes_with_either_signature_version(
    make: Callable[..., dict[str, Any]], version: str
) -> None:
    document = make(SignatureVersion=version)
    message = verify(post_body(document))
    assert message.type == document["Type"]
    assert message.message_id == document["MessageId"]
    assert message.topic_arn == TOPIC
    assert message.message == document["Message"]
    assert message.timestamp == datetime.datetime.fromisoformat(document["Timestamp"])
    assert message.subject == document.get("Subject")
    assert message.subscribe_url == document.get("SubscribeURL")
    assert message.token == document.get("Token")


def test_an_unsubscribe_confirmation_passes() -> None:
    message = verify(post_body(confirmation(Type="UnsubscribeConfirmation")))
    assert message.type is SnsType.UNSUBSCRIBE_CONFIRMATION
    assert message.subscribe_url == SUBSCRIBE_URL


def test_the_subject_is_signed_when_it_is_empty_and_left_out_when_null_or_absent() -> None:
    absent = notification()
    del absent["Subject"]
    assert verify(post_body(absent)).subject is None
    assert verify(post_body(notification(Subject=None))).subject is None
    assert verify(post_body(notification(Subject=""))).subject == ""
    emptied = sign(absent) | {"Subject": ""}
    assert refusal(json.dumps(emptied).encode()).code is SnsCode.BAD_SIGNATURE


def test_a_null_subject_signed_as_if_it_were_empty_is_refused() -> None:
    nulled = sign(notification(Subject="")) | {"Subject": None}
    assert refusal(json.dumps(nulled).encode()).code is SnsCode.BAD_SIGNATURE


def test_unsigned_extras_neither_harm_nor_get_through() -> None:
    document = sign(notification()) | {"MessageAttributes": {}, "SubscribeURL": "http://evil.example", "Token": "x"}
    message = verify(json.dumps(document).encode())
    assert message.subscribe_url is None
    assert message.token is None


def test_repr_holds_nothing_personal() -> None:
    message = verify(post_body(notification(Message="reader@example.com", Subject="reader@example.com")))
    assert "reader@" not in repr(message)


def malformed_bodies() -> dict[str, bytes]:
    good = sign(notification())
    bodies = {
        "empty": b"",
        "not JSON": b"Message=hello",
        "not UTF-8": b'{"Type": "\xff"}',
        "UTF-16": json.dumps(good).encode("utf-16"),
        "byte order mark": b"\xef\xbb\xbf" + json.dumps(good).encode(),
        "a list": json.dumps([good]).encode(),
        "a text": b'"Notification"',
        "nested too deeply": b"[" * 200_000,
        "a number too long": b"[" + b"1" * 10_000 + b"]",
        "unknown type": json.dumps(good | {"Type": "Notice"}).encode(),
        "type in a list": json.dumps(good | {"Type": ["Notification"]}).encode(),
        "version 3": json.dumps(good | {"SignatureVersion": "3"}).encode(),
        "version as a number": json.dumps(good | {"SignatureVersion": 1}).encode(),
        "half a surrogate pair": json.dumps(good | {"Message": "\ud83d"}).encode(),
        "subject as a number": json.dumps(good | {"Subject": 0}).encode(),
        "timestamp without zone": json.dumps(good | {"Timestamp": "2026-07-01T11:59:58.123"}).encode(),
        "timestamp out of range": json.dumps(good | {"Timestamp": "2026-13-01T11:59:58.123Z"}).encode(),
        "timestamp before year 1": json.dumps(good | {"Timestamp": "0001-01-01T00:00:00+14:00"}).encode(),
        "timestamp in Arabic digits": json.dumps(good | {"Timestamp": "٢٠٢٦-07-01T11:59:58.123Z"}).encode(),
    }
    for document in (good, sign(confirmation())):
        for name in {*SIGNED_KEYS[document["Type"]], "SignatureVersion", "Signature", "SigningCertURL"} - {"Subject"}:
            without = {key: value for key, value in document.items() if key != name}
            bodies[f"{document['Type']} without {name}"] = json.dumps(without).encode()
            bodies[f"{document['Type']} with a null {name}"] = json.dumps(document | {name: None}).encode()
            bodies[f"{document['Type']} with a list for {name}"] = json.dumps(document | {name: [1]}).encode()
            if name != "Message":
                line = json.dumps(document | {name: f"{document[name]}\n"})
                bodies[f"{document['Type']} with a new line in {name}"] = line.encode()
    return bodies


MALFORMED = malformed_bodies()


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_malformed_bodies_are_refused_for_good(name: str) -> None:
    network = Network()
    error = refusal(MALFORMED[name], network)
    assert isinstance(error, Refused)
    assert (error.code, error.status) == (SnsCode.MALFORMED, 400)
    assert network.asked == []


def test_one_signed_text_can_not_be_cut_into_fields_in_another_way() -> None:
    """The canonical text has no escaping, so a Message can be made to look like several fields."""
    genuine = sign(notification(Message="harmless\nMessageId\nforged", Subject=None))
    recut = genuine | {"Message": "harmless", "MessageId": f"forged\nMessageId\n{genuine['MessageId']}"}
    assert refusal(json.dumps(recut).encode()).code is SnsCode.MALFORMED


def test_the_size_limit_comes_before_anything_is_read() -> None:
    assert verify(post_body(notification(Message="m" * 262_144))).message_id
    error = refusal(b"{" * (sns.LARGEST_BODY + 1))
    assert (type(error), error.code, error.status) == (Refused, SnsCode.TOO_LARGE, 413)


@pytest.mark.parametrize(
    "topic", [TOPIC + "x", TOPIC[:-1], TOPIC.upper(), "", "arn:aws:sns:eu-west-1:999999999999:sudi-feedback"]
)
def test_other_topics_are_refused_before_anything_is_fetched(topic: str) -> None:
    network = Network()
    error = refusal(post_body(notification(TopicArn=topic)), network)
    assert (type(error), error.code, error.status) == (Refused, SnsCode.WRONG_TOPIC, 403)
    assert network.asked == []


def test_with_no_topics_allowed_nothing_passes() -> None:
    store = CertificateStore(fetch=Network())
    with pytest.raises(Refused, match="wrong_topic"):
        sns.verify(post_body(notification()), topics=[], certificates=store, now=NOW)


def test_a_certificate_from_elsewhere_is_not_even_fetched() -> None:
    network = Network()
    error = refusal(post_body(notification(SigningCertURL="https://evil.example/cert.pem")), network)
    assert (type(error), error.code, error.status) == (Refused, SnsCode.BAD_URL, 403)
    assert network.asked == []


def test_a_confirmation_that_leads_elsewhere_is_refused_though_signed() -> None:
    url = SUBSCRIBE_URL.replace("ConfirmSubscription", "Unsubscribe")
    assert refusal(post_body(confirmation(SubscribeURL=url))).code is SnsCode.BAD_URL


def test_a_certificate_out_of_reach_may_be_in_reach_later() -> None:
    error = refusal(post_body(notification()), Network(FetchFailed("the answer was 503")))
    assert (type(error), error.code, error.status) == (TryLater, SnsCode.CERTIFICATE_UNAVAILABLE, 503)


DAY = datetime.timedelta(days=1)
CERTIFICATES = {
    "not a certificate": (b"<html>sign in to the network</html>", Refused),
    "nothing": (b"", Refused),
    "of someone else": (make_pem(name="example.com"), Refused),
    "of another region": (make_pem(name="sns.us-east-1.amazonaws.com"), Refused),
    "whose alternative names contradict": (make_pem(alternative=("example.com",)), Refused),
    "with a short key": (make_pem(rsa_key("short", 1024)), Refused),
    "that has ended": (make_pem(ends=-DAY), Refused),
    "that has not begun": (make_pem(begins=DAY), TryLater),
}


@pytest.mark.parametrize("name", sorted(CERTIFICATES))
def test_a_certificate_that_sns_would_not_sign_with(name: str) -> None:
    pem, kind = CERTIFICATES[name]
    key = rsa_key("short", 1024) if "short" in name else rsa_key()
    error = refusal(post_body(notification(), key), Network(pem))
    assert (type(error), error.code) == (kind, SnsCode.BAD_CERTIFICATE)


def test_the_dates_of_a_certificate_are_checked_for_each_message_not_when_it_is_fetched() -> None:
    network = Network(make_pem(ends=DAY))
    store = CertificateStore(fetch=network)
    body = post_body(notification(Timestamp="2026-07-02T11:59:58.123Z"))
    with pytest.raises(TryLater, match="from_the_future"):
        sns.verify(body, topics=[TOPIC], certificates=store, now=NOW)
    with pytest.raises(Refused, match="bad_certificate"):
        sns.verify(body, topics=[TOPIC], certificates=store, now=NOW + DAY + datetime.timedelta(seconds=1))
    assert network.asked == [CERTIFICATE_URL]


@pytest.mark.parametrize(
    "signature",
    ["", "====", "not Base64!", "AAAA", base64.b64encode(b"\0" * 256).decode(), base64.b64encode(b"x" * 9999).decode()],
)
def test_what_is_no_signature_is_refused(signature: str) -> None:
    document = sign(notification()) | {"Signature": signature}
    error = refusal(json.dumps(document).encode())
    assert (type(error), error.code, error.status) == (Refused, SnsCode.BAD_SIGNATURE, 403)


@pytest.mark.parametrize("version", ["1", "2"])
def test_another_key_and_another_version_are_refused(version: str) -> None:
    document = notification(SignatureVersion=version)
    assert refusal(post_body(document, rsa_key("other"))).code is SnsCode.BAD_SIGNATURE
    swapped = sign(document) | {"SignatureVersion": "2" if version == "1" else "1"}
    assert refusal(json.dumps(swapped).encode()).code is SnsCode.BAD_SIGNATURE


def test_a_notification_passed_off_as_a_confirmation_is_refused() -> None:
    document = sign(notification()) | {"Type": "SubscriptionConfirmation", "SubscribeURL": SUBSCRIBE_URL, "Token": "a1"}
    assert refusal(json.dumps(document).encode()).code is SnsCode.BAD_SIGNATURE


GENUINE = {
    (kind, version): sign(document | {"SignatureVersion": version})
    for kind, document in (("Notification", notification()), ("SubscriptionConfirmation", confirmation()))
    for version in ("1", "2")
}


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_change_of_one_byte_in_a_signed_field_is_refused(data: st.DataObject) -> None:
    kind, version = data.draw(st.sampled_from(sorted(GENUINE)))
    document = GENUINE[kind, version]
    name = data.draw(st.sampled_from([name for name in SIGNED_KEYS[kind] if name in document]))
    value = document[name].encode()
    at = data.draw(st.integers(0, len(value) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != value[at]))
    changed = (value[:at] + bytes([byte]) + value[at + 1 :]).decode("utf-8", "surrogateescape")
    body = json.dumps(document | {name: changed}).encode()
    assert isinstance(refusal(body), Refused)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400) | st.text().map(str.encode))
def test_no_body_raises_anything_else(body: bytes) -> None:
    assert refusal(body).code is SnsCode.MALFORMED


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (datetime.timedelta(hours=24), None),
        (datetime.timedelta(hours=24, seconds=1), (Refused, SnsCode.TOO_OLD, 403)),
        (datetime.timedelta(minutes=-15), None),
        (datetime.timedelta(minutes=-15, seconds=-1), (TryLater, SnsCode.FROM_THE_FUTURE, 503)),
    ],
)
def test_age(age: datetime.timedelta, expected: tuple[type, SnsCode, int] | None) -> None:
    body = post_body(notification(Timestamp=(NOW - age).strftime("%Y-%m-%dT%H:%M:%SZ")))
    if expected is None:
        assert verify(body).timestamp == NOW - age
        return
    error = refusal(body)
    assert (type(error), error.code, error.status) == expected


def test_the_order_of_the_checks() -> None:
    """With everything wrong at once, mending one thing after the other shows each next refusal."""
    network = Network(FetchFailed("no route"))
    document = notification(
        Message="m" * sns.LARGEST_BODY,
        Type="Notice",
        TopicArn="x",
        SigningCertURL="http://x",
        Timestamp="2020-01-01T00:00:00Z",
    ) | {"Signature": "AAAA"}
    mends: list[tuple[SnsCode, Callable[[], object]]] = [
        (SnsCode.TOO_LARGE, lambda: document.update(Message="m")),
        (SnsCode.MALFORMED, lambda: document.update(Type="Notification")),
        (SnsCode.WRONG_TOPIC, lambda: document.update(TopicArn=TOPIC)),
        (SnsCode.BAD_URL, lambda: document.update(SigningCertURL=CERTIFICATE_URL)),
        (SnsCode.CERTIFICATE_UNAVAILABLE, lambda: setattr(network, "pem", make_pem(ends=-DAY))),
        (SnsCode.BAD_CERTIFICATE, lambda: setattr(network, "pem", make_pem())),
        (SnsCode.BAD_SIGNATURE, lambda: document.update(sign(document))),
        (SnsCode.TOO_OLD, lambda: document.update(sign(document | {"Timestamp": "2026-07-01T11:00:00Z"}))),
    ]
    for code, mend in mends:
        assert refusal(json.dumps(document).encode(), network).code is code
        mend()
    assert verify(json.dumps(document).encode(), network).message == "m"


def test_an_error_says_its_code_and_what_to_think_of_it() -> None:
    error = refusal(post_body(notification(Timestamp="2020-01-01T00:00:00Z")))
    assert str(error) == "too_old: The message was sent at 2020-01-01 00:00 UTC, over 1 day, 0:00:00 ago."
