"""The one definition of an eligible recipient: freezing, sending and every count ask here."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from subscribers.models import MailingList, Standing, Subscription, Suppression

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Annotations(TypedDict):
    """``exclusion``: why this person isn't mailed, or ``None``. ``email``: the address to write to."""

    exclusion: str | None
    email: str


EXCLUSIONS = {
    "unsubscribed": _("unsubscribed"),
    "unconfirmed": _("unconfirmed"),
    "paused": _("paused by the reader"),
    "suppressed": _("suppressed"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Audience:
    """Who a campaign is for: everyone eligible on one list."""

    mailing_list_id: int

    @property
    def hash(self) -> str:
        """SHA-256 of the definition (not of its members): an approval is bound to it."""
        definition = {"list": MailingList.objects.values_list("slug", flat=True).get(pk=self.mailing_list_id)}
        return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


def candidates(audience: Audience) -> QuerySet[WithAnnotations[Subscription, Annotations]]:
    """Everyone on the list, annotated with ``exclusion``: ``None`` for a recipient, else a key of ``EXCLUSIONS``.

    A reason of the reader's own comes before ours: who has left is "unsubscribed", suppressed or not.
    """
    suppressed = Suppression.objects.filter(address_hash=OuterRef("subscriber__address_hash"))
    exclusion = Case(
        When(status=Standing.UNSUBSCRIBED, then=Value("unsubscribed")),
        When(status=Standing.PENDING, then=Value("unconfirmed")),
        When(status=Standing.PAUSED, then=Value("paused")),
        When(Exists(suppressed), then=Value("suppressed")),
        output_field=CharField(null=True),
    )
    return Subscription.objects.filter(mailing_list_id=audience.mailing_list_id).annotate(
        exclusion=exclusion, email=F("subscriber__email")
    )


def recipients(audience: Audience) -> QuerySet[WithAnnotations[Subscription, Annotations]]:
    """Who would be mailed now."""
    return candidates(audience).filter(Q(exclusion__isnull=True))
