from __future__ import annotations

import pytest

from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.management import watching
from tests.newsletter.desk import SLUG, Desk
from tests.newsletter.management.conftest import Clock
from tests.newsletter.management.running import refused, run, run_json

KEYS = [
    "campaign",
    "status",
    "candidates",
    "recipients",
    "exclusions",
    "pending",
    "submitting",
    "accepted",
    "rejected",
    "in_doubt",
    "skipped",
    "awaiting",
    "delivered",
    "bounced",
    "complained",
    "unsubscribed",
    "opened",
    "clicked",
    "rate",
    "eta_seconds",
]


@pytest.fixture
def sent(desk: Desk, gateway: MemoryGateway, clock: Clock) -> None:
    """A campaign of two readers that is sent a minute from now, all but the last step."""
    desk.readers(["a@example.test", "b@example.test"])
    desk.scheduled()


def test_json_has_the_names_of_the_contract(sent: None) -> None:
    report = run_json("delivery_status", SLUG)
    assert list(report) == KEYS
    assert (report["campaign"], report["status"], report["candidates"], report["exclusions"]) == (
        SLUG,
        "scheduled",
        None,
        {},
    )


def test_every_reader_is_in_one_state(sent: None, clock: Clock) -> None:
    clock.sleep(61)
    run("tick", "--eager")
    assert run("delivery_status", SLUG).splitlines() == [
        f"{SLUG}: finished",
        "candidates 2 = recipients 2 + exclusions 0 (none)",
        "recipients 2 = pending 0 + submitting 0 + accepted 2 + rejected 0 + in doubt 0 + skipped 0",
        "accepted 2 = awaiting 2 + delivered 0 + bounced 0",
        "complained 0, unsubscribed 0",
        "opened 0 (0 by people), clicked 0 (0 by people)",
    ]


def test_watch_goes_on_until_it_is_finished(
    sent: None, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watching, "time", clock)
    clock.on_sleep = [lambda: run("tick", "--eager")]
    report = run_json("delivery_status", SLUG, "--watch")
    assert (report["status"], report["accepted"], report["awaiting"]) == ("finished", 2, 2)
    progress = capsys.readouterr().err.splitlines()
    assert 5 < len(progress) < 20
    assert progress[0] == f"{SLUG} scheduled: 0/0 accepted, 0 delivered, 0 bounced, 0 rejected"


def test_of_no_campaign_is_refused(desk: Desk) -> None:
    desk.approved()
    assert refused("delivery_status", SLUG).startswith(f"There is no campaign '{SLUG}'")
