"""Requests as the application makes them; tests change what they are about."""

import json
from typing import Any

SENDER = "=?utf-8?b?QUnooYzkuJrpgJ/pgJI=?= <news@example.test>"


def entry(
    to: str = "reader@example.test", *, data: dict[str, Any] | None = None, tag: str | None = None, **more: Any
) -> dict[str, Any]:
    """One entry of a bulk request."""
    values = {"name": "读者"} if data is None else data
    made: dict[str, Any] = {
        "Destination": {"ToAddresses": [to]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": json.dumps(values)}},
    }
    if tag is not None:
        made["ReplacementTags"] = [{"Name": "delivery", "Value": tag}]
    return made | more


def bulk(*entries: dict[str, Any], template: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A bulk request."""
    content = {"Subject": "速递 {{name}}", "Html": "<p>{{name}}，你好</p>", "Text": "{{name}}，你好"}
    return {
        "FromEmailAddress": SENDER,
        "ConfigurationSetName": "sudi",
        "DefaultContent": {"Template": {"TemplateContent": content} | (template or {})},
        "BulkEmailEntries": list(entries or (entry(),)),
        **more,
    }


def simple(to: str = "reader@example.test", **more: Any) -> dict[str, Any]:
    """A single mail."""
    body = {"Text": {"Data": "正文"}, "Html": {"Data": "<p>正文</p>"}}
    return {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": {"Subject": {"Data": "确认订阅"}, "Body": body}},
        **more,
    }
