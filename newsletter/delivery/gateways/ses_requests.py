"""What SES's operations are asked with."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.delivery.gateways.base import Letter, Mail

# Of one call (Amazon SES API v2 reference, SendBulkEmail and Template).
MOST_ENTRIES = 50
MOST_BYTES = 1_000_000
MOST_DATA = 262_144  # characters of template data


def bulk_body(mail: Mail, letters: Sequence[Letter]) -> bytes:
    """The body of SendBulkEmail (Amazon SES API v2 reference), as botocore would write it: in ASCII."""
    return f"{_beginning(mail)}[{', '.join(_json(_entry(letter)) for letter in letters)}]}}".encode("ascii")


@functools.lru_cache(maxsize=8)
def _beginning(mail: Mail) -> str:
    """All but the entries, which come last: the same for every call of a campaign, and most of its bytes."""
    content = {"Template": {"TemplateContent": _template(mail), "TemplateData": "{}"}}
    return _json({**_shared(mail), "DefaultContent": content})[:-1] + ', "BulkEmailEntries": '


def room(mail: Mail, letter: Letter) -> int:
    """How many letters such as this one fit into one call; 0: not even one."""
    by_size = (MOST_BYTES - len(bulk_body(mail, []))) // (len(_json(_entry(letter))) + len(", "))
    return max(0, min(MOST_ENTRIES, by_size, MOST_DATA // len(_data(letter))))


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
    return shared


def _template(mail: Mail) -> dict[str, str]:
    return {"Subject": mail.subject, "Html": mail.html, "Text": mail.text}


_text = json.JSONEncoder(ensure_ascii=False).encode
_json = json.JSONEncoder().encode


def _data(letter: Letter) -> str:
    return _text(letter.values)


def _pairs(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in named.items()]


def _entry(letter: Letter) -> dict[str, Any]:
    return {
        "Destination": {"ToAddresses": [letter.address]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": _data(letter)}},
        "ReplacementHeaders": _pairs(letter.headers),
        "ReplacementTags": _pairs(letter.tags),
    }
