"""What happens in the crash test: an issue is sent, through trouble and then calm, until everybody is accounted for."""

from __future__ import annotations

import datetime
import sys
import time
from collections import Counter

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402

from chaos import moves, servers  # noqa: E402
from chaos.killer import Killer  # noqa: E402
from chaos.place import Scene  # noqa: E402
from chaos.reckoning import Reckoning, Row, Sandbox, reckon  # noqa: E402
from chaos.sizes import CALM_RATE, LEAST_TROUBLED, MOST_TROUBLED  # noqa: E402
from demo import seed  # noqa: E402
from demo.story import SAMPLE  # noqa: E402
from newsletter.delivery import campaigns  # noqa: E402
from newsletter.models import (  # noqa: E402
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    StopCause,
)

S = DeliveryState
TROUBLE = {
    "error_rate": 0.05,
    "drop_answer_rate": 0.05,
    "latency_ms": 80,
    "event_repeat_rate": 0.1,
    "event_delay_ms": 2_000,
}
CALM = {**dict.fromkeys(TROUBLE, 0.0), "throttle_rate": 0.0, "max_send_rate": CALM_RATE}
LOOK = 1.0  # seconds between two looks at the ledger


def prepare(scene: Scene) -> Campaign:
    """Readers, and a campaign that is due at once."""
    seed.people()
    issue = seed.digest(SAMPLE)
    seed.readers(issue.newsletter.mailing_list, scene.size.readers)
    moves.watch()
    approved = seed.approve(issue)
    now = datetime.timedelta(0)
    return campaigns.schedule(approved, User.objects.get(username="mei"), undo=now)


class Story:
    def __init__(self, scene: Scene, campaign: Campaign, killer: Killer) -> None:
        self._scene, self._campaign, self._killer = scene, campaign, killer
        self._sandbox = Sandbox(scene.place.sandbox_url)
        self._troubled, self._next = True, 0.0
        self._interruptions = [self._lose_every_message, self._close_every_connection]
        self._deadline = time.monotonic() + scene.size.limit
        self._sandbox.change(**TROUBLE, throttle_rate=scene.size.throttle_rate)

    def over(self) -> bool:
        """Asked many times a second: whether all is settled, or the time is up."""
        if self._troubled:
            self._killer.step()
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + LOOK
        return self._look() or time.monotonic() > self._deadline

    def reckoning(self) -> Reckoning:
        ledger = Delivery.objects.filter(campaign_id=self._campaign.pk)
        rows = [Row(*row) for row in ledger.values_list("position", "attempt", "address", "state")]
        return reckon(rows, self._sandbox.taken(self._campaign.pk), moves.ever_in_doubt())

    def _look(self) -> bool:
        self._campaign.refresh_from_db()
        states = self._states()
        share = 1 - states[S.PENDING] / states.total() if states else 0
        if self._troubled and states:
            self._interrupt(max(self._killer.progress, share / MOST_TROUBLED))
            if share >= (LEAST_TROUBLED if self._killer.is_done else MOST_TROUBLED):
                self._calm_down()
        self._stand_by()
        waiting = self._sandbox.queued()
        self._say(states, waiting)
        left = states[S.PENDING] + states[S.SUBMITTING] + states[S.IN_DOUBT] + waiting
        finished = self._campaign.status == CampaignStatus.FINISHED and not left
        return finished and not DeliveryEvent.objects.filter(applied_at=None).exists()

    def _interrupt(self, progress: float) -> None:
        """Once each, a third and two thirds through the trouble."""
        if self._interruptions and progress > (3 - len(self._interruptions)) / 3:
            self._interruptions.pop(0)()

    def _calm_down(self) -> None:
        self._troubled = False
        self._killer.stop()
        while self._interruptions:
            self._interruptions.pop(0)()
        self._sandbox.change(**CALM)
        print("chaos: the trouble is over", file=sys.stderr)

    def _stand_by(self) -> None:
        """Resume, as an operator who has looked, what the engine stopped for SES's silence."""
        if self._campaign.status == CampaignStatus.PAUSED and self._campaign.cause != StopCause.QUOTA:
            print(f"chaos: resuming; it was paused for: {self._campaign.reason}", file=sys.stderr)
            campaigns.resume(self._campaign, User.objects.get(username="ops"))

    def _lose_every_message(self) -> None:
        print("chaos: the broker loses every message", file=sys.stderr)
        if self._scene.size.servers:
            from django.conf import settings  # noqa: PLC0415

            servers.lose_every_message(settings.SUDI.broker_url)
        for path in self._scene.messages.glob("*/*.msg"):
            path.unlink(missing_ok=True)

    def _close_every_connection(self) -> None:
        if connection.vendor != "postgresql":
            return
        print("chaos: the database ends every connection but this", file=sys.stderr)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def _states(self) -> Counter[int]:
        rows = Delivery.objects.filter(campaign_id=self._campaign.pk).values_list("state").annotate(Count("position"))
        return Counter(dict(rows.order_by()))

    def _say(self, states: Counter[int], waiting: int) -> None:
        named = ", ".join(f"{count} {S(state).name.lower()}" for state, count in sorted(states.items()))
        campaign = f"{self._campaign.status}: {named or 'nothing frozen'}"
        print(f"chaos: {campaign}; {waiting} events to come; {self._killer.kills} kills", file=sys.stderr)
