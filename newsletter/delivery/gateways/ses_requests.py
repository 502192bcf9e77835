"""What SES's operations are asked with."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from newsletter.delivery.gateways.base import Letter, Mail

# Of one call (Amazon SES API v2 reference, SendBulkEmail and Template).
MOST_ENTRIES = 50
MOST_BYTES = 1_000_000
MOST_DATA = 262_144  # characters of template data


def bulk_body(mail: Mail, letters: Sequence[Letter]) -> bytes:
    """The body of SendBulkEmail (Amazon SES API v2 reference). In UTF-8: botocore's ASCII would be twice as long."""
    return b"%b%b}" % (_beginning(mail), orjson.dumps([_entry(letter) for letter in letters]))


@functools.lru_cache(maxsize=8)
def _beginning(mail: Mail) -> bytes:
    """All but the entries, which come last: the same for every call of a campaign, and most of its bytes."""
    return orjson.dumps(_common(mail))[:-1] + b',"BulkEmailEntries":'


def room(mail: Mail, letter: Letter) -> int:
    """How many letters such as this one fit into one call; 0: not even one. Counted in ASCII, as botocore writes: what
    SES itself counts isn't documented."""
    by_size = (MOST_BYTES - _length(mail)) // (len(json.dumps(_entry(letter))) + len(", "))
    return max(0, min(MOST_ENTRIES, by_size, MOST_DATA // len(_data(letter))))


@functools.lru_cache(maxsize=8)
def _length(mail: Mail) -> int:
    return len(json.dumps({**_common(mail), "BulkEmailEntries": []}))


def single_request(mail: Mail, letter: Letter) -> dict[str, Any]:
    """The parameters of SendEmail, with a template, so that SES fills the slots as it does in bulk."""
    template = {
        "TemplateContent": _template(mail),
        "TemplateData": _data(letter),
        "Headers": _pairs(letter.headers),
    }
    request = {
        **_shared(mail),
        "Destination": {"ToAddresses": [letter.address]},
        "Content": {"Template": template},
    }
    return request | ({"EmailTags": _pairs(letter.tags)} if letter.tags else {})


def _shared(mail: Mail) -> dict[str, Any]:
    """What both operations are told alike."""
    shared: dict[str, Any] = {
        "FromEmailAddress": mail.sender,
        "ConfigurationSetName": mail.configuration_set,
        # Always explicit: SES would track as soon as the event destination lists opens or clicks.
        "ConfigurationOverrides": {
            "Tracking": {
                "OpenTrackingEnabled": "ENABLED" if mail.track_opens else "DISABLED",
                "ClickTrackingEnabled": "ENABLED" if mail.track_clicks else "DISABLED",
            }
        },
    }
    if mail.reply_to:
        shared["ReplyToAddresses"] = [mail.reply_to]
    if mail.tenant:
        shared["TenantName"] = mail.tenant
    return shared


def _common(mail: Mail) -> dict[str, Any]:
    content = {"Template": {"TemplateContent": _template(mail), "TemplateData": "{}"}}
    return {**_shared(mail), "DefaultContent": content}


def _template(mail: Mail) -> dict[str, str]:
    return {"Subject": mail.subject, "Html": mail.html, "Text": mail.text}


def _data(letter: Letter) -> str:
    return orjson.dumps(letter.values).decode()


def _pairs(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in named.items()]


def _entry(letter: Letter) -> dict[str, Any]:
    return {
        "Destination": {"ToAddresses": [letter.address]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": _data(letter)}},
        "ReplacementHeaders": _pairs(letter.headers),
        "ReplacementTags": _pairs(letter.tags),
    }
