from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.events import applying, door
from newsletter.models import Delivery
from tests.newsletter.desk import SLUG, Desk
from tests.newsletter.events.telling import told
from tests.newsletter.management.conftest import Clock
from tests.newsletter.management.running import refused, run, run_json, shell

KEYS = [
    *("campaign", "email", "position", "subscriber", "state", "outcome", "attempt", "message_id", "code"),
    *("bounce_class", "times", "events"),
]


@pytest.fixture
def scheduled(desk: Desk, gateway: MemoryGateway, clock: Clock) -> None:
    desk.readers(["a@example.test", "b@example.test"])
    desk.scheduled()


@pytest.fixture
def sent(scheduled: None, clock: Clock) -> None:
    clock.sleep(61)
    run("tick", "--eager")


def hear(*names: str) -> None:
    about = Delivery.objects.get(address="a@example.test")
    door.store([told(name, about) for name in names])
    applying.apply_pending()


def test_json_has_the_names_of_the_contract(sent: None) -> None:
    found = run_json("delivery", SLUG, "a@example.test")
    assert list(found) == KEYS
    assert (found["campaign"], found["email"], found["state"], found["outcome"]) == (
        *(SLUG, "a@example.test"),
        *("accepted", "awaiting"),
    )
    assert found["message_id"].startswith("memory-")
    assert set(found["times"]) == {"submitted_at", "settled_at"}
    assert found["events"] == []


def test_what_ses_said_is_told(sent: None) -> None:
    hear("Send", "Delivery", "Bounce")
    found = run_json("delivery", SLUG, "A@Example.test")
    assert (found["outcome"], found["bounce_class"]) == ("bounced", "hard")
    assert found["times"]["delivered_at"] == "2026-07-01T11:59:57.801000+00:00"
    assert [(event["kind"], event["attempt"], event["applied"]) for event in found["events"]] == [("bounce", 1, True)]


def test_people_read_it_line_by_line(sent: None) -> None:
    hear("Delivery", "Complaint")
    lines = run("delivery", SLUG, "a@example.test").splitlines()
    assert lines[0] == f"{SLUG} to a@example.test (number 1): accepted, delivered"
    assert "delivered: 2026-07-01T11:59:57.801000+00:00" in lines
    assert lines[-1] == "event complaint 2026-07-01T11:59:57.801000+00:00, attempt 1"


def test_an_event_that_waits_or_matches_nothing_says_so(sent: None) -> None:
    about = Delivery.objects.get(address="a@example.test")
    door.store([told("Bounce", about, attempt=7)])
    assert "waiting to be applied" in run("delivery", SLUG, "a@example.test")
    applying.apply_pending()
    assert "matches no delivery" in run("delivery", SLUG, "a@example.test")


@pytest.mark.parametrize(
    ("email", "why"),
    [("nobody@example.test", "no subscriber"), ("no address", "can't be mailed"), ("late@example.test", "came later")],
)
def test_who_got_nothing_is_refused_with_what_is_known(sent: None, desk: Desk, email: str, why: str) -> None:
    desk.readers(["late@example.test"])
    assert why in refused("delivery", SLUG, email)


def test_before_the_freeze_nobody_is_a_recipient(scheduled: None) -> None:
    assert "no recipients yet" in refused("delivery", SLUG, "a@example.test")


def test_of_no_campaign_is_refused(desk: Desk) -> None:
    assert "There is no campaign" in refused("delivery", "nothing", "a@example.test")


def test_wrong_usage_is_status_two(tmp_path: Path) -> None:
    assert shell("delivery", SLUG, data_dir=tmp_path).returncode == 2
