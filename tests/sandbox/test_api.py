"""The sandbox's own JSON API."""

import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.sending import bulk, entry, simple


def test_a_message_has_exactly_the_members_of_the_contract(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(entry(tag="express-2025-11-27-3-1")))
    answer = sandbox.get("/api/messages")

    assert "AI行业速递" in answer.text
    assert set(answer.json[0]) == {"id", "to", "from", "subject", "headers", "html", "text", "tags", "at"}
    assert answer.json[0]["tags"] == {"delivery": "express-2025-11-27-3-1"}


def test_messages_are_filtered_limited_and_followed(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(*(entry(f"r{i}@example.test") for i in range(6))))
    everything = sandbox.messages()

    assert [m["to"] for m in sandbox.messages("?to=R3@example.test")] == ["r3@example.test"]
    assert sandbox.messages("?limit=2") == everything[:2]
    assert sandbox.messages(f"?after={everything[1]['id']}&limit=3") == everything[2:5]
    assert sandbox.messages("?limit=0") == []
    assert sandbox.messages("?fields=id,to") == [{"id": m["id"], "to": m["to"]} for m in everything]


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "fields=id,secret"])
def test_a_question_that_makes_no_sense_is_refused(sandbox: Sandbox, query: str) -> None:
    assert sandbox.get(f"/api/messages?{query}").status == 400


def test_stats_count_readers_of_campaigns_and_all_other_mail(sandbox: Sandbox) -> None:
    tags = ["express-1-1-1", "express-1-2-1", "express-1-2-2", "other-2-1", None, "not a delivery".replace(" ", "_")]
    sandbox.ses.send_bulk_email(**bulk(*(entry(tag=tag) for tag in tags)))
    sandbox.ses.send_email(**simple())

    assert sandbox.stats() == {"messages": 4, "recipients": 3, "duplicates": 1, "other_messages": 3}


def test_clearing_forgets_mail_and_counts(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(entry(tag="1-1-1")))
    assert sandbox.request("DELETE", "/api/messages").status == 204

    assert sandbox.messages() == []
    assert sandbox.stats() == {"messages": 0, "recipients": 0, "duplicates": 0, "other_messages": 0}
    sandbox.ses.send_bulk_email(**bulk(entry(tag="1-1-1")))
    assert sandbox.stats()["duplicates"] == 0


def test_other_sites_and_names_are_kept_out(sandbox: Sandbox) -> None:
    assert sandbox.get("/api/stats", Host="evil.test").status == 421
    assert sandbox.request("POST", "/api/faults", {}, Origin="http://evil.test").status == 403
    assert sandbox.request("POST", "/api/faults", {}, Origin=sandbox.url).status == 200
    assert sandbox.get("/api/stats", Host="localhost:1").status == 200


def test_it_is_healthy(sandbox: Sandbox) -> None:
    assert sandbox.get("/healthz").json == {"status": "ok"}
