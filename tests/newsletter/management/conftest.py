"""A campaign's surroundings for commands: readers, the clock that sleeping moves, and a gateway in memory."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.management.commands import tick


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, settings: Any) -> MemoryGateway:
    """What ``tick`` sends through."""
    gateway = MemoryGateway()
    settings.SUDI = dataclasses.replace(settings.SUDI, ses_endpoint="http://127.0.0.1:9", sending_enabled=True)
    monkeypatch.setattr(tick, "default_gateway", lambda: gateway)
    return gateway


class Clock:
    """Stands in for ``time`` in a command: sleeping moves the time of day, and says so to ``on_sleep``."""

    def __init__(self, travel: time_machine.Traveller) -> None:
        self.travel = travel
        self.slept = 0.0
        self.on_sleep: list[Any] = []

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.travel.shift(datetime.timedelta(seconds=seconds))
        for work in self.on_sleep:
            work()

    def monotonic(self) -> float:
        return self.slept


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(timezone.now(), tick=False) as travel:
        yield Clock(travel)
