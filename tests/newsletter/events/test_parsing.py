from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.events.parsing import MalformedEvent, SesEvent, Validation, parse_event
from newsletter.events.ses_event import (
    BounceSubtype,
    BounceType,
    ComplaintSubtype,
    ComplaintType,
    EventFormat,
    EventKind,
)
from newsletter.events.tags import DeliveryTag
from tests.newsletter.events.samples import DETAILS, MESSAGE_ID, READER, mail, notified, published

HAPPENED = datetime.datetime(2026, 7, 1, 11, 59, 57, 801_000, tzinfo=datetime.UTC)
SENT = datetime.datetime(2026, 7, 1, 11, 59, 50, 412_000, tzinfo=datetime.UTC)
AT_THE_TIME_OF_THE_MAIL = {EventKind.SEND, EventKind.REJECT, EventKind.RENDERING_FAILURE}


def parse(document: dict[str, Any]) -> SesEvent:
    event = parse_event(json.dumps(document))
    assert isinstance(event, SesEvent)
    return event


def malformed(document: object) -> MalformedEvent:
    with pytest.raises(MalformedEvent) as caught:
        parse_event(document if isinstance(document, str) else json.dumps(document))
    return caught.value


@pytest.mark.parametrize("name", sorted(DETAILS))
def test_every_kind_of_published_event(name: str) -> None:
    event = parse(published(name))
    assert event.kind == name.lower().replace(" ", "_").replace("deliverydelay", "delivery_delay")
    assert event.format is EventFormat.PUBLISHING
    assert event.message_id == MESSAGE_ID
    assert event.tag == DeliveryTag(campaign=7, position=1204, attempt=1)
    assert event.recipients == (READER,)
    assert event.at == (SENT if event.kind in AT_THE_TIME_OF_THE_MAIL else HAPPENED)
    assert event.at.tzinfo is datetime.UTC


@pytest.mark.parametrize("name", ["Bounce", "Complaint", "Delivery"])
def test_identity_notifications_tell_the_same_without_a_tag(name: str) -> None:
    event = parse(notified(name))
    told = parse(published(name))
    assert event.format is EventFormat.IDENTITY
    assert event.tag is None
    same = ("kind", "message_id", "at", "recipients", "bounce_type", "bounce_subtype", "complaint_type", "diagnostic")
    assert [getattr(event, each) for each in same] == [getattr(told, each) for each in same]


PARTICULARS: dict[str, dict[str, Any]] = {
    "Send": {},
    "Delivery": {"diagnostic": "250 2.0.0 OK 1751371197 q12si1029384wmq.77 - gsmtp"},
    "DeliveryDelay": {"reason": "MailboxFull", "status": "4.2.2", "diagnostic": "smtp; 452 4.2.2 Over quota"},
    "Bounce": {
        "bounce_type": BounceType.PERMANENT,
        "bounce_subtype": BounceSubtype.NO_EMAIL,
        "status": "5.1.1",
        "diagnostic": "smtp; 550 5.1.1 <reader@example.com>: no such user",
    },
    "Complaint": {"complaint_type": ComplaintType.ABUSE, "user_agent": "Example Feedback Loop (V1.2)"},
    "Reject": {"reason": "Bad content"},
    "Rendering Failure": {"reason": "Attribute 'name' is not present in the rendering data."},
    "Open": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0 (via ggpht.com proxy)"},
    "Click": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0", "link": "https://news.example/速递?p=1"},
    "Subscription": {},
}
OPTIONAL = [
    *["bounce_type", "bounce_subtype", "complaint_type", "complaint_subtype"],
    *["status", "diagnostic", "reason", "link", "user_agent", "ip"],
]


@pytest.mark.parametrize("name", sorted(DETAILS))
def test_what_each_kind_has_of_its_own(name: str) -> None:
    event = parse(published(name))
    assert {field: getattr(event, field) for field in OPTIONAL} == dict.fromkeys(OPTIONAL) | PARTICULARS[name]


@pytest.mark.parametrize("kind", [each for each in BounceType if each is not BounceType.UNKNOWN])
@pytest.mark.parametrize("subtype", [each for each in BounceSubtype if each is not BounceSubtype.UNKNOWN])
def test_bounce_types(kind: BounceType, subtype: BounceSubtype) -> None:
    event = parse(published("Bounce", bounceType=kind.value, bounceSubType=subtype.value))
    assert (event.bounce_type, event.bounce_subtype) == (kind, subtype)


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ({"bounceType": "Permanent", "bounceSubType": "SomethingNew"}, (BounceType.PERMANENT, BounceSubtype.UNKNOWN)),
        ({"bounceType": "Permanent", "bounceSubType": None}, (BounceType.PERMANENT, BounceSubtype.UNKNOWN)),
        ({"bounceType": "New", "bounceSubType": "General"}, (BounceType.UNKNOWN, BounceSubtype.GENERAL)),
        ({"bounceType": " Transient ", "bounceSubType": "General"}, (BounceType.TRANSIENT, BounceSubtype.GENERAL)),
    ],
)
def test_bounce_types_still_to_be_invented(told: dict[str, Any], understood: tuple[BounceType, BounceSubtype]) -> None:
    event = parse(published("Bounce", **told))
    assert (event.bounce_type, event.bounce_subtype) == understood


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        (None, ComplaintType.ABSENT),
        ("", ComplaintType.ABSENT),
        ("abuse", ComplaintType.ABUSE),
        ("Abuse ", ComplaintType.ABUSE),
        ("auth-failure", ComplaintType.AUTH_FAILURE),
        ("fraud", ComplaintType.FRAUD),
        ("not-spam", ComplaintType.NOT_SPAM),
        ("other", ComplaintType.OTHER),
        ("virus", ComplaintType.VIRUS),
        ("opt-out", ComplaintType.UNKNOWN),
    ],
)
def test_complaint_types(told: str | None, understood: ComplaintType) -> None:
    assert parse(published("Complaint", complaintFeedbackType=told)).complaint_type is understood


def test_a_complaint_without_a_report_has_no_type() -> None:
    document = published("Complaint")
    for name in ("complaintFeedbackType", "userAgent", "arrivalDate", "complaintSubType"):
        del document["complaint"][name]
    event = parse(document)
    assert event.complaint_type is ComplaintType.ABSENT
    assert event.complaint_subtype is None
    assert event.user_agent is None


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ("OnAccountSuppressionList", ComplaintSubtype.ON_ACCOUNT_SUPPRESSION_LIST),
        ("OnTenantSuppressionList", ComplaintSubtype.ON_TENANT_SUPPRESSION_LIST),
        ("New", ComplaintSubtype.UNKNOWN),
    ],
)
def test_complaint_subtypes(told: str, understood: ComplaintSubtype) -> None:
    assert parse(published("Complaint", complaintSubType=told)).complaint_subtype is understood


def test_several_recipients_and_the_first_words_that_any_server_said() -> None:
    recipients = [
        {"emailAddress": "one@example.com"},
        {"emailAddress": "Two <two@example.com>", "status": "5.7.1"},
        {"emailAddress": " three@example.com ", "status": "5.1.1", "diagnosticCode": "smtp; 550 no"},
    ]
    event = parse(published("Bounce", bouncedRecipients=recipients))
    assert event.recipients == ("one@example.com", "two@example.com", "three@example.com")
    assert (event.status, event.diagnostic) == ("5.7.1", "smtp; 550 no")


def test_an_address_that_can_not_be_taken_apart_is_kept_as_it_is() -> None:
    assert parse(published("Delivery", recipients=["<<>"])).recipients == ("<<>",)


def test_times_with_an_offset_are_told_in_utc() -> None:
    event = parse(published("Bounce", timestamp="2026-07-01T04:59:57.801-07:00"))
    assert event.at == HAPPENED
    assert event.at.tzinfo is datetime.UTC


def test_an_event_without_a_time_of_its_own_happened_when_the_mail_did() -> None:
    assert parse(published("Bounce", timestamp=None)).at == SENT


@pytest.mark.parametrize("name", ["Received", "Quarantine", "send", "RenderingFailure"])
def test_unknown_types_are_kept(name: str) -> None:
    document = published("Send") | {"eventType": name, "quarantine": {"timestamp": 1}}
    event = parse(document)
    assert event.kind is EventKind.UNKNOWN
    assert event.tag is not None
    assert json.loads(event.raw) == document


@pytest.mark.parametrize(
    "text",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "\nSuccessfully validated SNS topic for Amazon SES event publishing.\n",
    ],
)
def test_the_first_message_of_event_publishing_is_plain_text(text: str) -> None:
    assert parse_event(text) == Validation("Successfully validated SNS topic for Amazon SES event publishing.")


def test_the_first_message_of_identity_notifications_is_json() -> None:
    text = json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed."})
    assert parse_event(text) == Validation("You have subscribed.")
    assert isinstance(parse_event('{"notificationType": "AmazonSnsSubscriptionSucceeded"}'), Validation)


def test_the_key_is_the_hash_of_the_canonical_json() -> None:
    event = parse(published("Click"))
    expected = json.dumps(published("Click"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert event.raw == expected
    assert "速递" in event.raw
    assert event.key == hashlib.sha256(expected.encode()).hexdigest()


def test_the_key_is_the_same_at_both_doors() -> None:
    """SNS posts the event as a text inside JSON, SQS delivers it raw, and neither promises order or spacing."""
    document = published("Bounce")
    backwards = dict(reversed(document.items()))
    spellings = [
        json.dumps(document),
        json.dumps(document, indent=2),
        json.dumps(document, ensure_ascii=False),
        json.dumps(backwards) + "\n",
        json.loads(json.dumps({"Message": json.dumps(document)}))["Message"],
    ]
    assert len({parse_event(text) for text in spellings}) == 1


def test_another_event_has_another_key() -> None:
    keys = {parse(published(name)).key for name in DETAILS}
    keys.add(parse(notified("Bounce")).key)
    keys.add(parse(published("Bounce", feedbackId="another")).key)
    assert len(keys) == len(DETAILS) + 2


@pytest.mark.parametrize("name", sorted(DETAILS))
def test_a_stored_event_parses_to_the_same(name: str) -> None:
    event = parse(published(name))
    assert parse_event(event.raw) == event


@pytest.mark.parametrize("cut", [chr(0xD83D), chr(0xDC00), chr(0)])
def test_what_no_database_keeps_is_replaced(cut: str) -> None:
    recipients = [{"emailAddress": READER, "diagnosticCode": f"smtp; 550 {cut} no"}]
    document = published("Bounce", bouncedRecipients=recipients) | {f"k{cut}": [cut]}
    event = parse(document)
    if cut != "\0":  # unescaped, JSON has no NUL
        assert parse_event(json.dumps(document, ensure_ascii=False)) == event
    assert event.diagnostic == "smtp; 550 \ufffd no"
    assert "k\ufffd" in event.raw
    assert event.raw.encode().isascii() is False
    assert cut not in event.raw
    assert parse_event(event.raw) == event


def test_whole_surrogate_pairs_are_left_alone() -> None:
    event = parse(published("Reject", reason="bad 😀"))
    assert event.reason == "bad 😀"


def test_repr_holds_nothing_personal() -> None:
    for name in DETAILS:
        shown = repr(parse(published(name)))
        assert "@" not in shown
        assert "198.51" not in shown
        assert "Mozilla" not in shown


def changed(name: str, path: str, value: Any) -> dict[str, Any]:
    """A published event with the value at a dotted path replaced, or removed if it is ``...``."""
    document: dict[str, Any] = json.loads(json.dumps(published(name)))
    *parents, last = path.split(".")
    holder = document
    for parent in parents:
        holder = holder[parent]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return document


NO_LIST = "not a list with at least one recipient"
NO_ADDRESS = "a recipient without an address"


@pytest.mark.parametrize(
    ("name", "path", "value", "where", "what"),
    [
        ("Send", "eventType", ..., "event", "neither eventType nor notificationType"),
        ("Send", "eventType", None, "event.eventType", "missing or empty"),
        ("Send", "eventType", 3, "event.eventType", "not a text"),
        ("Send", "mail", ..., "event.mail", "missing"),
        ("Send", "mail", [], "event.mail", "not an object"),
        ("Send", "mail.messageId", ..., "mail.messageId", "missing or empty"),
        ("Send", "mail.messageId", "m" * 101, "mail.messageId", "longer than 100 characters"),
        ("Send", "mail.timestamp", ..., "mail.timestamp", "missing or empty"),
        ("Send", "mail.timestamp", "yesterday", "mail.timestamp", "not an ISO 8601 date with an offset"),
        ("Send", "mail.timestamp", "2026-07-01T11:59:50", "mail.timestamp", "not an ISO 8601 date with an offset"),
        ("Send", "mail.timestamp", 1751371190, "mail.timestamp", "not a text"),
        ("Send", "mail.destination", ..., "mail.destination", NO_LIST),
        ("Send", "mail.destination", [], "mail.destination", NO_LIST),
        ("Send", "mail.destination", READER, "mail.destination", NO_LIST),
        ("Send", "mail.destination", [None], "mail.destination", NO_ADDRESS),
        ("Send", "send", [], "event.send", "not an object"),
        ("Bounce", "bounce", ..., "event.bounce", "missing"),
        ("Bounce", "bounce", "x", "event.bounce", "not an object"),
        ("Bounce", "bounce.bounceType", ..., "bounce.bounceType", "missing or empty"),
        ("Bounce", "bounce.bounceSubType", 1, "bounce.bounceSubType", "not a text"),
        ("Bounce", "bounce.timestamp", "", "bounce.timestamp", "missing or empty"),
        ("Bounce", "bounce.bouncedRecipients", ..., "bounce.bouncedRecipients", NO_LIST),
        ("Bounce", "bounce.bouncedRecipients", [{}], "bounce.bouncedRecipients", NO_ADDRESS),
        ("Bounce", "bounce.bouncedRecipients", [7], "bounce.bouncedRecipients", NO_ADDRESS),
        ("Bounce", "bounce.bouncedRecipients", [{"emailAddress": " "}], "bounce.bouncedRecipients", NO_ADDRESS),
        ("Complaint", "complaint.complainedRecipients", [], "complaint.complainedRecipients", NO_LIST),
        ("Complaint", "complaint.complaintFeedbackType", {}, "complaint.complaintFeedbackType", "not a text"),
        ("Delivery", "delivery.recipients", None, "delivery.recipients", NO_LIST),
        ("DeliveryDelay", "deliveryDelay.delayedRecipients", ..., "deliveryDelay.delayedRecipients", NO_LIST),
        ("Rendering Failure", "failure", ..., "event.failure", "missing"),
        ("Rendering Failure", "failure.errorMessage", 5, "failure.errorMessage", "not a text"),
        ("Click", "click.link", ["x"], "click.link", "not a text"),
    ],
)
def test_malformed_events_say_where_and_what(name: str, path: str, value: Any, where: str, what: str) -> None:
    error = malformed(changed(name, path, value))
    assert (error.where, error.what) == (where, what)
    assert str(error) == f"{where}: {what}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ('{"eventType": "Send"', "not JSON"),
        ('{"eventType": NaN}', "not JSON"),
        ('{"eventType": ' + "1" * 10_000 + "}", "not JSON"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"Send"', "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ("{}", "neither eventType nor notificationType"),
    ],
)
def test_malformed_texts(text: str, what: str) -> None:
    assert malformed(text).what == what


def test_an_sns_envelope_in_the_queue_says_what_to_set() -> None:
    envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:…", "Message": json.dumps(published("Send"))}
    assert "raw message delivery" in malformed(envelope).what


def test_errors_quote_no_values() -> None:
    error = malformed(changed("Bounce", "bounce.timestamp", READER))
    assert READER not in str(error)
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "tags",
    [
        None,
        [],
        {},
        {"delivery": []},
        {"delivery": None},
        {"delivery": "7-1204-1"},
        {"delivery": [7]},
        {"delivery": ["7-1204-1", "7-1205-1"]},
        {"delivery": ["confirmation"]},
        {"Delivery": ["7-1204-1"]},
    ],
)
def test_an_event_without_a_usable_tag_is_still_an_event(tags: object) -> None:
    document = published("Send") | {"mail": mail(tags=tags)}
    assert parse(document).tag is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PATHS = sorted({(name, path) for name in DETAILS for path in ("mail", DETAILS[name][0])}) + [
    (name, f"{part}.{field}") for name, (part, detail) in DETAILS.items() for field in detail
]


@settings(max_examples=200, deadline=None)
@given(where=st.sampled_from(PATHS), value=JSON)
def test_whatever_stands_where_parsing_gives_an_event_or_a_malformed_event(where: tuple[str, str], value: Any) -> None:
    document = changed(*where, value)
    try:
        event = parse(document)
    except MalformedEvent:
        return
    assert parse_event(event.raw) == event
    assert event.raw.encode()


@settings(max_examples=100, deadline=None)
@given(st.text() | JSON.map(json.dumps))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(MalformedEvent):
        parse_event(text)
