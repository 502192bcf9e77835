"""Faults on demand, the send rate and the daily quota."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.sandbox.receiver import Receiver
from tests.sandbox.running import Sandbox, eventually
from tests.sandbox.sending import bulk, entry, simple


def test_the_send_rate_counts_recipients_and_refuses_the_whole_call(sandbox: Sandbox) -> None:
    sandbox.faults(max_send_rate=60)
    assert sandbox.ses.get_account()["SendQuota"]["MaxSendRate"] == 60
    sandbox.ses.send_bulk_email(**bulk(*[entry()] * 50))
    with pytest.raises(sandbox.ses.exceptions.TooManyRequestsException, match=r"Maximum sending rate exceeded\."):
        sandbox.ses.send_bulk_email(**bulk(*[entry()] * 50))

    assert len(sandbox.messages()) == 50


def test_a_call_larger_than_the_bucket_passes_once_when_it_is_full(sandbox: Sandbox) -> None:
    sandbox.faults(max_send_rate=1)
    sandbox.ses.send_bulk_email(**bulk(*[entry()] * 3))
    with pytest.raises(sandbox.ses.exceptions.TooManyRequestsException):
        sandbox.ses.send_email(**simple())


def test_the_daily_quota_is_used_up_exactly_then_refuses(sandbox: Sandbox) -> None:
    sandbox.faults(daily_quota=3)
    results = sandbox.ses.send_bulk_email(**bulk(*[entry()] * 5))["BulkEmailEntryResults"]
    with pytest.raises(sandbox.ses.exceptions.TooManyRequestsException, match=r"Daily message quota exceeded\."):
        sandbox.ses.send_email(**simple())

    assert [result["Status"] for result in results] == ["SUCCESS"] * 3 + ["ACCOUNT_DAILY_QUOTA_EXCEEDED"] * 2
    assert sandbox.ses.get_account()["SendQuota"] == {"Max24HourSend": 3, "MaxSendRate": 2_000, "SentLast24Hours": 3}
    assert len(sandbox.messages()) == 3


def test_no_quota_is_no_limit(sandbox: Sandbox) -> None:
    sandbox.faults(daily_quota=-1)
    sandbox.ses.send_email(**simple())

    assert sandbox.ses.get_account()["SendQuota"]["Max24HourSend"] == -1


def test_throttling_accepts_nothing(sandbox: Sandbox) -> None:
    sandbox.faults(throttle_rate=1)
    with pytest.raises(sandbox.ses.exceptions.TooManyRequestsException) as caught:
        sandbox.ses.send_bulk_email(**bulk())

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert sandbox.messages() == []


def test_an_error_is_a_500_and_accepts_nothing(sandbox: Sandbox) -> None:
    sandbox.faults(error_rate=1)
    with pytest.raises(ClientError) as caught:
        sandbox.ses.send_bulk_email(**bulk())

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert sandbox.messages() == []


def test_a_dropped_answer_is_accepted_all_the_same(sandbox: Sandbox) -> None:
    sandbox.faults(drop_answer_rate=1)
    with pytest.raises(ConnectionClosedError):
        sandbox.ses.send_bulk_email(**bulk(entry(tag="7-1-1")))
    sandbox.faults(drop_answer_rate=0)

    assert sandbox.stats()["messages"] == 1
    assert sandbox.ses.send_email(**simple())["MessageId"]


def test_paused_refuses_to_send_and_shows_in_the_account(sandbox: Sandbox) -> None:
    sandbox.faults(paused=True)
    with pytest.raises(sandbox.ses.exceptions.SendingPausedException):
        sandbox.ses.send_bulk_email(**bulk())

    assert sandbox.ses.get_account()["SendingEnabled"] is False


def test_latency_delays_the_answer(sandbox: Sandbox) -> None:
    sandbox.faults(latency_ms=120)
    started = time.monotonic()
    sandbox.ses.send_email(**simple())

    assert time.monotonic() - started >= 0.12


@pytest.mark.parametrize(
    "name",
    [
        "AccountSuspendedException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
        "SendingPausedException",
    ],
)
def test_any_exception_of_the_api_can_be_asked_for(sandbox: Sandbox, name: str) -> None:
    sandbox.faults(refuse_with=name)
    with pytest.raises(getattr(sandbox.ses.exceptions, name)):
        sandbox.ses.send_bulk_email(**bulk())

    assert sandbox.messages() == []


@pytest.mark.parametrize("status", ["TRANSIENT_FAILURE", "MESSAGE_REJECTED", "FAILED"])
def test_entries_can_be_made_to_fail(sandbox: Sandbox, status: str) -> None:
    sandbox.faults(entry_failure_rate=1, entry_status=status)
    (result,) = sandbox.ses.send_bulk_email(**bulk())["BulkEmailEntryResults"]

    assert result["Status"] == status
    assert sandbox.messages() == []


def test_faults_are_shown_changed_in_part_and_taken_back(sandbox: Sandbox) -> None:
    before = sandbox.get("/api/faults").json
    changed = sandbox.faults(throttle_rate=0.5, latency_ms=10).json

    assert changed == before | {"throttle_rate": 0.5, "latency_ms": 10}
    assert sandbox.faults(throttle_rate=None, latency_ms=None).json == before


@pytest.mark.parametrize(
    "wanted",
    [
        {"throttle_rate": 1.5},
        {"error_rate": "often"},
        {"latency_ms": -1},
        {"paused": 1},
        {"max_send_rate": True},
        {"refuse_with": "TeapotException"},
        {"entry_status": "SUCCESS"},
        {"colour": "blue"},
        [],
    ],
)
def test_nonsense_is_refused_and_changes_nothing(sandbox: Sandbox, wanted: object) -> None:
    before = sandbox.get("/api/faults").json
    answer = sandbox.request("POST", "/api/faults", wanted)

    assert answer.status == 400
    assert answer.json["error"]
    assert sandbox.get("/api/faults").json == before


def test_an_event_may_be_posted_twice_and_is_the_same_event(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults(event_repeat_rate=1)
    (result,) = sandbox.ses.send_bulk_email(**bulk(entry()))["BulkEmailEntryResults"]
    posts = eventually(lambda: found if len(found := receiver.about(result["MessageId"])) == 4 else [])

    events = [post.event for post in posts]
    assert sorted(event["eventType"] for event in events) == ["Delivery", "Delivery", "Send", "Send"]
    assert all(events.count(event) == 2 for event in events)
    assert len({post.body["MessageId"] for post in posts}) == 4  # SNS numbers its messages, not the events


def test_events_may_come_in_any_order(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults(event_delay_ms=600)
    results = sandbox.ses.send_bulk_email(**bulk(*[entry()] * 20))["BulkEmailEntryResults"]
    sent = {result["MessageId"] for result in results}
    eventually(lambda: all(len(receiver.about(message_id)) == 2 for message_id in sent))

    kinds = [[post.event["eventType"] for post in receiver.about(message_id)] for message_id in sent]
    assert ["Delivery", "Send"] in kinds
    assert ["Send", "Delivery"] in kinds
