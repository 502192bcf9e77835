"""What holds for every reader page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subscribers.models import ConsentRecord, Subscription

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

UNKNOWN_TOKENS = ["0" * 32, "short", "G" * 32, "a" * 33, "%00", "%E2%80%AE", "a" * 5000]


def standing(subscription: Subscription) -> str:
    """As the database has it now."""
    return Subscription.objects.get(pk=subscription.pk).status


def records() -> list[tuple[str, str]]:
    """Every consent record, as action and source."""
    return list(ConsentRecord.objects.order_by("pk").values_list("action", "source"))


def assert_private(response: _MonkeyPatchedWSGIResponse) -> None:
    """The address in the browser's bar stays there, no cookie is set, and no whole address of a person is shown."""
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert b"jane.doe" not in response.content
