"""What Sudi stands on goes away for a while: broker, database, clock. Nobody is lost, and nobody gets a mail twice."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg import sql

from newsletter.delivery import leases, rate, sender
from newsletter.delivery.gateways import Answer, Letter, Mail
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.events import applying, door
from newsletter.models import Campaign, CampaignStatus, DeliveryState
from tests.newsletter.delivery.making import (
    addresses,
    configure,
    deliveries,
    delivery,
    never,
    put,
    run,
    send,
    sending,
    states,
    tick,
)
from tests.newsletter.events.telling import told

pytestmark = [pytest.mark.dialects, pytest.mark.usefixtures("installation")]
S = DeliveryState
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def campaign(clock: time_machine.Traveller) -> Campaign:
    configure(batch_size=2)
    return sending(4)


def everybody_once(campaign: Campaign, gateway: MemoryGateway) -> bool:
    return Counter(addresses(gateway)) == Counter(row.address for row in deliveries(campaign))


def test_a_broker_that_loses_every_message_costs_time_and_nothing_else(
    campaign: Campaign, clock: time_machine.Traveller
) -> None:
    """``sending`` has enqueued both batches, and nobody has got either."""
    everything = set(campaign.batches.values_list("pk", flat=True))
    for _ in range(3):
        assert tick() == []
        clock.shift(datetime.timedelta(seconds=leases.queue_seconds() + 1))
        assert set(tick()) == everything
    gateway = MemoryGateway()
    send(campaign, gateway)
    tick()
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.FINISHED
    assert everybody_once(campaign, gateway)


@pytest.mark.parametrize("first", [HOUR, -HOUR])
def test_a_clock_that_jumps_an_hour_between_calls_doubles_nothing(
    campaign: Campaign, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, first: datetime.timedelta
) -> None:
    monkeypatch.setattr(rate, "chunk_size", lambda *_: 1)

    def jumping(by: datetime.timedelta) -> None:
        clock.shift(by)
        tick()

    def jumps(by: datetime.timedelta, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        jumping(by)
        return gateway.accept(mail, letters)

    there_and_back = [first, -first, first, -first]
    gateway = MemoryGateway(*(lambda mail, letters, by=by: jumps(by, mail, letters) for by in there_and_back))
    for _ in range(4):
        run(campaign, gateway)
        jumping(datetime.timedelta(seconds=91))
    assert states(campaign) == [S.ACCEPTED] * 4
    assert everybody_once(campaign, gateway)


def test_a_clock_that_jumps_an_hour_settles_no_doubt_too_soon(
    campaign: Campaign, clock: time_machine.Traveller
) -> None:
    gateway = MemoryGateway()
    batch = campaign.batches.get(number=0)
    leases.take(batch.pk, "killed")
    for position in (1, 2):
        put(campaign, S.SUBMITTING, position=position, attempt=1, submitted_at=timezone.now())
    clock.shift(HOUR)
    tick()
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2
    run(campaign, gateway)
    door.store([told("Send", delivery(campaign, 3))])
    applying.apply_pending()
    tick()
    assert states(campaign)[:2] == [S.IN_DOUBT] * 2  # an hour is less than the grace


class Server:
    """PostgreSQL, as somebody who restarts it sees it."""

    def __init__(self, name: str) -> None:
        self._name = sql.Identifier(name)
        given = connection.settings_dict
        self._admin = psycopg.connect(
            dbname="postgres",
            user=given["USER"] or None,
            password=given["PASSWORD"] or None,
            host=given["HOST"] or None,
            port=given["PORT"] or None,
            autocommit=True,
        )
        self._database = name

    def go_away(self) -> None:
        self._admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(self._name))
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self._database]
        )

    def come_back(self) -> None:
        self._admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(self._name))

    def close(self) -> None:
        self.come_back()
        self._admin.close()


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    server = Server(connection.settings_dict["NAME"])
    yield server
    server.close()
    connection.close()


def fails() -> None:
    """What every pass of the engine meets while the database is away; the next one tries again."""
    connection.close()
    with pytest.raises(OperationalError):
        tick()
    connection.close()


@pytest.mark.server_database
def test_a_database_that_goes_away_while_ses_is_called(
    server: Server, campaign: Campaign, clock: time_machine.Traveller
) -> None:
    def goes_away(mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        server.go_away()
        return gateway.accept(mail, letters)

    gateway = MemoryGateway(goes_away)
    batch = campaign.batches.get(number=0)
    with pytest.raises(OperationalError):
        sender.send_batch(batch.pk, gateway, never)
    for _ in range(2):
        clock.shift(datetime.timedelta(seconds=5))
        fails()
    server.come_back()
    assert states(campaign) == [S.SUBMITTING] * 2 + [S.PENDING] * 2
    clock.shift(datetime.timedelta(seconds=91))
    tick()
    run(campaign, gateway)
    assert states(campaign) == [S.IN_DOUBT] * 2 + [S.ACCEPTED] * 2
    door.store([told("Send", row) for row in deliveries(campaign)[:2]])
    applying.apply_pending()
    assert states(campaign) == [S.ACCEPTED] * 4
    assert everybody_once(campaign, gateway)


@pytest.mark.server_database
def test_a_database_that_goes_away_before_the_claim_is_committed(
    server: Server, campaign: Campaign, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = MemoryGateway()
    batch = campaign.batches.get(number=0)

    def waited(count: int, *_: object, **__: object) -> int:
        server.go_away()
        return count

    with monkeypatch.context() as patch:
        patch.setattr(rate, "wait", waited)
        with pytest.raises(OperationalError):
            sender.send_batch(batch.pk, gateway, never)
    fails()
    server.come_back()
    assert states(campaign) == [S.PENDING] * 4
    clock.shift(datetime.timedelta(seconds=91))
    tick()
    run(campaign, gateway)
    assert states(campaign) == [S.ACCEPTED] * 4
    assert everybody_once(campaign, gateway)
