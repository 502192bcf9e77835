"""The one definition of an eligible recipient: freezing, sending and every count ask here."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import connection
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
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


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where one person on the list stands: ``exclusion`` as in ``candidates``, and what their mail needs."""

    subscriber_id: int
    exclusion: str | None
    token: str
    name: str


def places(audience: Audience, subscriber_ids: Sequence[int]) -> dict[int, Place]:
    """The places of those people, by id. Who is missing has been erased."""
    statement, parameters = statement_of_places(audience)
    among = "= ANY(%s::bigint[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    ids = json.dumps(list(subscriber_ids))
    if connection.vendor == "postgresql":
        ids = f"{{{ids[1:-1]}}}"  # an array of PostgreSQL's
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({statement}) e WHERE e.subscriber_id {among}", [*parameters, ids])
        return {row[0]: Place(*row) for row in cursor.fetchall()}


@functools.lru_cache(maxsize=100)
def statement_of_places(audience: Audience) -> tuple[str, tuple[Any, ...]]:
    """Everybody's place as SQL and its parameters, for a statement that must ask in the same moment; its columns are
    the fields of ``Place``. Composed once, for senders ask before every call."""
    rows = candidates(audience).values("subscriber_id", "exclusion", "token", name=F("subscriber__name"))
    return rows.query.sql_with_params()
