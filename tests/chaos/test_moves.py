"""The database notes every move of a delivery, on both dialects."""

from __future__ import annotations

import pytest

from chaos import moves
from newsletter.models import Delivery, DeliveryState

pytestmark = [pytest.mark.dialects, pytest.mark.django_db]
S = DeliveryState


@pytest.fixture(autouse=True)
def rows() -> None:
    """Two pending deliveries, of no campaign in particular."""
    for position in (1, 2):
        Delivery.objects.create(campaign_id=1, position=position, subscriber_id=position, address="a@example.test")
    moves.watch()


def move(position: int, *states: DeliveryState) -> None:
    for state in states:
        Delivery.objects.filter(campaign_id=1, position=position).update(state=state)


def test_moves_are_noted_one_by_one() -> None:
    move(1, S.SUBMITTING, S.SUBMITTING, S.ACCEPTED)
    assert moves.made() == {(S.PENDING, S.SUBMITTING), (S.SUBMITTING, S.ACCEPTED)}
    assert moves.forbidden() == []


def test_a_doubt_is_remembered_however_short_it_was() -> None:
    move(2, S.SUBMITTING, S.IN_DOUBT, S.ACCEPTED)
    assert moves.ever_in_doubt() == {2}


def test_a_move_that_the_state_table_does_not_have_is_told() -> None:
    move(1, S.SUBMITTING, S.ACCEPTED, S.PENDING)
    move(2, S.SKIPPED, S.SUBMITTING)
    assert sorted(moves.forbidden()) == ["ACCEPTED to PENDING: 1", "SKIPPED to SUBMITTING: 1"]
