from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import Suppression, SuppressionReason
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
ADD = "admin:subscribers_suppression_add"


@pytest.fixture
def ops() -> Client:
    return signed_in(make_person("Ops"))


def add(client: Client, email: str, **fields: str) -> object:
    return client.post(reverse(ADD), {"email": email, "reason": "manual", "note": "", **fields})


def test_one_is_added_by_address_however_it_is_written(ops: Client) -> None:
    add(ops, " Wen.Li@EXAMPLE.com ", note="by phone")
    row = Suppression.objects.get()
    assert (row.email, row.reason, row.note) == ("Wen.Li@example.com", "manual", "by phone")
    assert suppression.is_suppressed(normalise("wen.li@example.com"))


@pytest.mark.parametrize(
    ("email", "problem"),
    [("nonsense", "be mailed"), ("", "required"), ("KNOWN@example.com", "Suppressed already: hard bounce")],
)
def test_what_is_no_address_or_known_is_refused(email: str, problem: str, ops: Client) -> None:
    suppression.suppress([normalise("known@example.com")], SuppressionReason.HARD_BOUNCE)
    response = add(ops, email)
    assert problem in response.content.decode()  # type: ignore[attr-defined]
    assert Suppression.objects.count() == 1


def test_one_is_lifted_also_after_an_erasure(ops: Client) -> None:
    suppression.suppress([normalise("known@example.com"), normalise("other@example.com")], SuppressionReason.MANUAL)
    Suppression.objects.filter(email="known@example.com").update(email="")
    row = Suppression.objects.get(email="")
    ops.post(reverse("admin:subscribers_suppression_delete", args=[row.pk]), {"post": "yes"})
    assert [row.email for row in Suppression.objects.all()] == ["other@example.com"]


def test_several_are_lifted_at_once(ops: Client) -> None:
    suppression.suppress([normalise(f"r{n}@example.com") for n in range(3)], SuppressionReason.MANUAL)
    chosen = list(Suppression.objects.values_list("pk", flat=True))[:2]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    ops.post(reverse("admin:subscribers_suppression_changelist"), data)
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("role", ["Writers", "Editors", None])
def test_only_ops_suppress(role: str | None) -> None:
    response = add(signed_in(make_person(role)), "reader@example.com")
    assert response.status_code == 403  # type: ignore[attr-defined]
    assert not Suppression.objects.exists()
