"""How much of everything: small for every change, full for the servers that production uses."""

from __future__ import annotations

import dataclasses

from newsletter.delivery.faults import Point

OF_A_WORKER: tuple[Point, ...] = (
    "leased",
    "renewing",
    "claiming",
    "claimed",
    "calling",
    "answered",
    "written",
    "releasing",
)
OF_THE_FREEZE: tuple[Point, ...] = ("freezing", "frozen")
OF_THE_ENGINE: tuple[Point, ...] = ("recovering", "applying", "applied")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``rounds``: how often each fault point kills, the freeze's aside, which is passed once; ``random_kills``: so
    many more, one every ``pause`` seconds or so. ``rate``: what the sandbox allows while there is trouble.
    ``limit``: after so many seconds the test gives up."""

    readers: int
    workers: int
    batch: int
    rounds: int
    random_kills: int
    pause: float
    rate: float
    throttle_rate: float
    servers: bool
    limit: float


SIZES = {
    "small": Size(
        readers=2_000,
        workers=2,
        batch=60,
        rounds=1,
        random_kills=4,
        pause=3,
        rate=60,
        throttle_rate=0.02,
        servers=False,
        limit=400,
    ),
    "full": Size(
        readers=100_000,
        workers=3,
        batch=500,
        rounds=6,
        random_kills=40,
        pause=2,
        rate=500,
        throttle_rate=0.005,
        servers=True,
        limit=5_400,
    ),
}
CALM_RATE = 5_000.0
# Shares of the recipients that are sent to in trouble: at least one, for the sandbox's faults to show, and at most the
# other, for a doubt without a trace ends only when SES has told of a later call.
LEAST_TROUBLED, MOST_TROUBLED = 0.4, 0.8
