"""Signed, expiring, single-purpose links. Links in mail use ``Subscription.token`` instead, which needs no key."""

from __future__ import annotations

import datetime

from django.core import signing

from subscribers.models import Subscription

CONFIRMATION_AGE = datetime.timedelta(days=3)
# Stands for a reader in previews and test mails. It can't be somebody's: tokens are 128 random bits, in 32 hex digits.
SAMPLE = "sample"


class TokenError(Exception):
    """The link can't be used; the message says why and what the reader can do."""


class ExpiredToken(TokenError):
    pass


class InvalidToken(TokenError):
    pass


def confirmation_token(subscription: Subscription) -> str:
    """A link's token that confirms this subscription within three days."""
    return signing.dumps([subscription.pk, subscription.token], salt="subscribers.confirm", compress=False)


def confirmed_subscription(token: str) -> Subscription:
    """The subscription that ``token`` confirms. Raises ``ExpiredToken``, ``InvalidToken``."""
    try:
        primary_key, random_part = signing.loads(token, salt="subscribers.confirm", max_age=CONFIRMATION_AGE)
    except signing.SignatureExpired as error:
        raise ExpiredToken("This link has expired. Subscribe again to get a new one.") from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidToken("This link is not valid. Subscribe again to get a new one.") from error
    subscription = (
        Subscription.objects.select_related("subscriber", "mailing_list")
        .filter(pk=primary_key, token=random_part)
        .first()
    )
    if subscription is None:
        raise InvalidToken("This subscription no longer exists. Subscribe again.")
    return subscription
