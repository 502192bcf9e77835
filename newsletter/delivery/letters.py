"""From a campaign and its claimed recipients to what a gateway takes: one mail, and a letter for each.

Everything is built and checked before the claim's transaction is followed by a call: malformed input found later
would leave deliveries in doubt.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr

from django.conf import settings

from newsletter.delivery.gateways import Letter, Mail
from newsletter.models import Campaign, Issue, Newsletter, Rendition
from newsletter.rendering import slots

LONGEST_ADDRESS, LONGEST_NAME, LONGEST_TOKEN = 320, 200, 32  # as the columns are


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """What a letter says about its reader."""

    token: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """Writes the letters of one campaign."""

    mail: Mail
    campaign_id: int
    list_id: str
    common: Mapping[str, str]  # values of all slots, of which a reader's own take their places

    def letter(self, *, address: str, reader: Reader, position: int, attempt: int) -> Letter:
        """The letter of one attempt at one recipient. Raises ``slots.SlotError`` where a value is unsafe."""
        base = settings.SUDI.base_url
        values = {**self.common, **slots.safe(_own(reader))}
        headers = {
            "List-Unsubscribe": f"<{base}/u/{reader.token}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": self.list_id,
        }
        tags = {"campaign": str(self.campaign_id), "delivery": f"{self.campaign_id}-{position}-{attempt}"}
        return Letter(address, values, headers, tags)


def longest(desk: Desk) -> Letter:
    """A letter as long as any that this desk can write."""
    reader = Reader(token="f" * LONGEST_TOKEN, name="\U0001f4e8" * LONGEST_NAME)
    return desk.letter(address="a" * LONGEST_ADDRESS, reader=reader, position=2**31 - 1, attempt=2**15 - 1)


def desk_for(campaign: Campaign) -> Desk:
    """The desk of a campaign: its frozen rendition as a mail."""
    rendition, newsletter = campaign.rendition, campaign.issue.newsletter
    return Desk(
        mail=mail_of(rendition, newsletter),
        campaign_id=campaign.pk,
        list_id=list_id(newsletter),
        common=slot_values(campaign.issue, Reader("", ""), str(campaign.pk)),
    )


def slot_values(issue: Issue, reader: Reader, campaign_id: str) -> dict[str, str]:
    """The values of all slots for one reader of an issue."""
    everybodys = {"web_url": web_url(issue.newsletter.slug, issue.slug), "campaign_id": campaign_id}
    return slots.values_for_ses(everybodys | _own(reader))


def _own(reader: Reader) -> dict[str, str]:
    page = f"{settings.SUDI.base_url}/s/{reader.token}/"
    return {"preferences_url": page, "unsubscribe_url": f"{page}unsubscribe/", "recipient_name": reader.name}


def mail_of(rendition: Rendition, newsletter: Newsletter) -> Mail:
    return Mail(
        sender=formataddr((encoded(rendition.from_name), rendition.from_email)),
        reply_to=rendition.reply_to,
        subject=rendition.subject,
        html=rendition.html,
        text=rendition.text,
        configuration_set=settings.SUDI.configuration_set,
        tenant=settings.SUDI.tenant,
        track_opens=newsletter.track_opens,
        track_clicks=newsletter.track_clicks,
    )


def web_url(newsletter_slug: str, issue_slug: str) -> str:
    """The public address of an issue's web version."""
    return f"{settings.SUDI.base_url}/n/{newsletter_slug}/{issue_slug}/"


def list_id(newsletter: Newsletter) -> str:
    """The List-Id header (RFC 2919): a phrase and an identifier under the sender's domain."""
    domain = newsletter.from_email.rpartition("@")[2]
    return formataddr((encoded(newsletter.name), f"{newsletter.slug}.{domain}"))


def encoded(phrase: str) -> str:
    """The phrase as a header may carry it: ASCII as it is, anything else as encoded-words (RFC 2047) on one line.

    SES refuses raw UTF-8 in headers."""
    if phrase.isascii() and phrase.isprintable():
        return phrase
    return Header(phrase, "utf-8", maxlinelen=75).encode(linesep="").replace("\n", "")
