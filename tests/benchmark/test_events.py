"""The benchmark runs; what it comes to is no test's business."""

from __future__ import annotations

import pytest
from django.db import connection

from benchmark.events import measure_applying
from newsletter.delivery import snapshot
from newsletter.models import Delivery, DeliveryEvent


@pytest.mark.django_db
def test_every_event_is_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "one_moment", lambda: None)  # the test's own transaction has begun before
    timing = measure_applying(40)
    assert (timing.vendor, timing.events) == (connection.vendor, 85)
    assert timing.stored_per_s > 0
    assert timing.applied_per_s > 0
    assert Delivery.objects.filter(delivered_at__isnull=False).count() == 40
    assert set(DeliveryEvent.objects.values_list("unmatched", flat=True)) <= {False}
