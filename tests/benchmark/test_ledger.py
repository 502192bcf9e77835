"""The benchmark runs; what it comes to is no test's business."""

from __future__ import annotations

import pytest
from django.db import connection

from benchmark.ledger import measure_ledger
from newsletter.models import Delivery, DeliveryState


@pytest.mark.django_db(transaction=True)
def test_everybody_who_can_be_mailed_is_frozen_claimed_and_answered() -> None:
    timing = measure_ledger(200)
    assert (timing.vendor, timing.recipients) == (connection.vendor, 190)
    assert timing.snapshot_s > 0
    assert timing.claims_per_s > 0
    assert timing.answers_per_s > 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.ACCEPTED}
