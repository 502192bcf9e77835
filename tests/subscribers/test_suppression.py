from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subscribers.addresses import Address, normalise
from subscribers.models import LiftedSuppression, Suppression, SuppressionReason
from subscribers.suppression import is_suppressed, suppress, take_over, unsuppress
from tests.newsletter.delivery.threads import at_once

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


# What SES must be told


def lifted() -> list[str]:
    return list(LiftedSuppression.objects.order_by("email").values_list("email", flat=True))


def test_lifting_one_is_remembered_until_it_is_suppressed_again() -> None:
    suppress([ADA], R.HARD_BOUNCE)
    unsuppress([normalise("ADA@example.org"), normalise("eve@example.org")])
    assert lifted() == ["Ada@example.org"]
    suppress([normalise("ada@example.org")], R.MANUAL)
    assert lifted() == []
    unsuppress([ADA])
    assert lifted() == ["ada@example.org"]


def test_one_whose_address_was_erased_is_told_of_by_the_address_that_is_given() -> None:
    suppress([ADA], R.COMPLAINT)
    Suppression.objects.update(email="")
    unsuppress([ADA])
    assert lifted() == ["Ada@example.org"]


def test_what_ses_names_is_taken_over_once_and_keeps_its_reason() -> None:
    suppress([ADA], R.MANUAL, "by hand")
    named = {ADA: R.HARD_BOUNCE, normalise("bob@example.org"): R.COMPLAINT, normalise("BOB@example.org"): R.COMPLAINT}
    assert take_over(named, note="SES") == 1
    assert take_over(named, note="SES") == 0
    rows = Suppression.objects.order_by("pk").values_list("address_hash", "reason", "note")
    assert list(rows) == [(ADA.hash, "manual", "by hand"), (normalise("bob@example.org").hash, "complaint", "SES")]
    assert not Suppression.objects.filter(known_to_ses_at=None).exists()


def test_nobody_lifted_is_taken_over() -> None:
    suppress([ADA], R.HARD_BOUNCE)
    unsuppress([ADA])
    assert take_over({ADA: R.HARD_BOUNCE}, note="") == 0
    assert not is_suppressed(ADA)
    assert lifted() == ["Ada@example.org"]


def test_what_ses_names_tells_the_address_of_one_who_was_erased_and_then_lifted() -> None:
    suppress([ADA], R.HARD_BOUNCE)
    Suppression.objects.update(email="")
    unsuppress([Address("", "", ADA.hash)])
    assert lifted() == [""]
    assert take_over({ADA: R.HARD_BOUNCE}, note="") == 0
    assert (is_suppressed(ADA), lifted()) == (False, ["Ada@example.org"])


def test_an_erased_one_stays_erased_when_ses_names_it() -> None:
    suppress([ADA], R.HARD_BOUNCE)
    Suppression.objects.update(email="")
    take_over({ADA: R.HARD_BOUNCE}, note="")
    assert Suppression.objects.get().email == ""


@pytest.mark.dialects
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_whoever_lifts_one_while_it_is_taken_over_prevails(turn: int) -> None:
    everybody = [normalise(f"reader{number}@example.org") for number in range(200)]
    suppress(everybody, R.HARD_BOUNCE)
    named = dict.fromkeys(everybody, R.HARD_BOUNCE)
    at_once(lambda: take_over(named, note=""), lambda: unsuppress(everybody), lambda: take_over(named, note=""))
    assert not Suppression.objects.exists()
    assert LiftedSuppression.objects.count() == 200
    at_once(lambda: take_over(named, note=""), lambda: suppress(everybody, R.COMPLAINT))
    assert set(Suppression.objects.values_list("reason", flat=True)) == {R.COMPLAINT}
    assert not LiftedSuppression.objects.exists()
