from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subscribers.addresses import normalise
from subscribers.models import Suppression, SuppressionReason
from subscribers.suppression import is_suppressed, suppress, unsuppress

pytestmark = pytest.mark.django_db
R = SuppressionReason
ADA = normalise("Ada@example.org")


def test_is_by_the_person_however_it_is_spelled() -> None:
    assert suppress([ADA], R.COMPLAINT, "said so") == 1
    assert is_suppressed(normalise("ada@EXAMPLE.org"))
    assert not is_suppressed(normalise("bob@example.org"))
    row = Suppression.objects.get()
    assert (row.email, row.reason, row.note) == ("Ada@example.org", "complaint", "said so")


@pytest.mark.parametrize("reason", R)
def test_of_every_reason(reason: SuppressionReason) -> None:
    suppress([ADA], reason)
    assert str(Suppression.objects.get().get_reason_display()) == str(reason.label)


def test_keeps_the_first_reason() -> None:
    suppress([ADA], R.HARD_BOUNCE, "first")
    assert suppress([ADA, ADA, normalise("bob@example.org")], R.MANUAL, "second") == 3
    assert dict(Suppression.objects.values_list("email", "note")) == {
        "Ada@example.org": "first",
        "bob@example.org": "second",
    }


def test_outlives_the_address() -> None:
    suppress([ADA], R.COMPLAINT)
    Suppression.objects.update(email="")
    assert is_suppressed(ADA)
    suppress([ADA], R.MANUAL)
    assert Suppression.objects.get().email == ""


def test_cuts_a_note_that_is_too_long() -> None:
    suppress([ADA], R.MANUAL, "n" * 600)
    Suppression.objects.get().full_clean()


def test_takes_as_many_statements_for_one_as_for_many() -> None:
    def statements(count: int) -> int:
        addresses = (normalise(f"reader{number}@{count}.example.org") for number in range(count))
        with CaptureQueriesContext(connection) as captured:
            assert suppress(addresses, R.MANUAL) == count
        return len(captured)

    assert statements(1) == statements(100)


def test_is_lifted() -> None:
    bob = normalise("bob@example.org")
    suppress([ADA, bob], R.MANUAL)
    assert unsuppress([normalise("ADA@example.org"), normalise("eve@example.org")]) == 1
    assert (is_suppressed(ADA), is_suppressed(bob)) == (False, True)


def test_of_nobody() -> None:
    assert (suppress([], R.MANUAL), unsuppress([])) == (0, 0)
