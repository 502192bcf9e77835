"""Audiences, people by address, and each person's standing on each list."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    EN = "en", "English"
    ZH_HANS = "zh-Hans", "简体中文"
    ZH_HANT = "zh-Hant", "繁體中文"


class MailingList(models.Model):
    """An audience that people subscribe to."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("mailing list")
        verbose_name_plural = _("mailing lists")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Subscriber(models.Model):
    """A person, known by address. ``address_key`` is the address case-folded: two spellings are one person."""

    email = models.EmailField(_("address"), max_length=320)
    address_key = models.CharField(max_length=320, unique=True, editable=False)
    address_hash = models.UUIDField(unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")

    def __str__(self) -> str:
        return self.email


class Standing(models.TextChoices):
    """Where a person stands on a list; ``subscribers.subscriptions`` is the only writer."""

    PENDING = "pending", _("unconfirmed")
    SUBSCRIBED = "subscribed", _("subscribed")
    PAUSED = "paused", _("paused")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


def new_token() -> str:
    """128 random bits as 32 hexadecimal digits: names a subscription in links, for years and without a key."""
    return secrets.token_hex(16)


class Subscription(models.Model):
    """One person's standing on one list."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="subscriptions", verbose_name=_("subscriber")
    )
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, related_name="subscriptions", verbose_name=_("mailing list")
    )
    status = models.CharField(_("status"), max_length=12, choices=Standing, default=Standing.PENDING, editable=False)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["mailing_list", "subscriber"], name="one_subscription_per_person_and_list"),
            models.CheckConstraint(condition=models.Q(status__in=Standing.values), name="subscription_status_is_known"),
            models.CheckConstraint(
                condition=models.Q(paused_until__isnull=True) | models.Q(status=Standing.PAUSED),
                name="only_paused_subscriptions_have_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} · {self.mailing_list_id} · {self.status}"
