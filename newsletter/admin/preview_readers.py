"""As whom a mail may be previewed: some readers of the list, for those who may see readers."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from newsletter.admin.desk import Review
from newsletter.models import Issue
from subscribers.addresses import AddressError, normalise
from subscribers.models import Standing, Subscription

MOST = 3
NOBODY = "none"


def may_see(user: User) -> bool:
    return user.has_perm("subscribers.view_subscriber")


def offered(review: Review) -> tuple[list[Subscription], str]:
    """Real readers that this person may choose among, and the key of the reader to begin with: the one whom the page's
    address names, or one without a name."""
    if not may_see(review.user):
        return [], NOBODY
    subscribed = _subscribed(review.issue)
    wanted = review.request.GET.get("reader", "")
    named = subscribed.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) <= 18 else None
    others = [each for each in subscribed.order_by("-pk")[:MOST] if each != named]
    return ([named, *others], str(named.pk)) if named else (others, NOBODY)


def by_address(issue: Issue, address: str) -> Subscription | None:
    """The subscribed reader with this address."""
    try:
        key = normalise(address).key
    except AddressError:
        return None
    return _subscribed(issue).filter(subscriber__address_key=key).first()


def label(subscription: Subscription) -> str:
    reader = subscription.subscriber
    return f"{reader.name} · {reader.email}" if reader.name else reader.email


def _subscribed(issue: Issue) -> QuerySet[Subscription]:
    lists = Subscription.objects.filter(mailing_list=issue.newsletter.mailing_list_id, status=Standing.SUBSCRIBED)
    return lists.select_related("subscriber")
