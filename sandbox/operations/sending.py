"""SendBulkEmail and SendEmail: check everything, take from rate and quota, accept."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import merge, rules
from sandbox.errors import SesError, bad_request, not_found
from sandbox.letters import Call, Content, Entry
from sandbox.mime import parse_raw
from sandbox.service import Service
from sandbox.wire import Answer, Params

_NO_ROOM = {"Status": "ACCOUNT_DAILY_QUOTA_EXCEEDED", "Error": "Daily message quota exceeded."}


def send_bulk_email(service: Service, params: Params, size: int) -> Answer:
    """One message for each entry; each entry has a result of its own, in the same order."""
    template, raw_entries = _template_of(params["DefaultContent"]), params["BulkEmailEntries"]
    rules.check_bulk_size(raw_entries)
    rules.check_inline_size(size, inline="TemplateContent" in template)
    rules.check_template_data([template.get("TemplateData"), *map(_replacement_data, raw_entries)])
    call = _call(
        service,
        params,
        content=_template_content(service, template),
        template=template,
        tags=params.get("DefaultEmailTags", ()),
    )
    read = [_bulk_entry(service, raw) for raw in raw_entries]
    entries = [entry for entry in read if isinstance(entry, Entry)]
    accepted = iter(_accept(service, call, entries) if entries else ())
    return {"BulkEmailEntryResults": [entry if isinstance(entry, dict) else next(accepted) for entry in read]}


def send_email(service: Service, params: Params, size: int) -> Answer:
    """One message: simple, raw, or from a template."""
    content = params["Content"]
    template = content.get("Template", {})
    rules.check_inline_size(size, inline="TemplateContent" in template)
    destination: Mapping[str, Sequence[str]] = params.get("Destination", {})
    if "Raw" in content:
        raw, destination, params = _raw(content["Raw"], destination, params)
        call = _call(service, params, content=raw, template={}, tags=params.get("EmailTags", ()))
    elif "Simple" in content:
        call = _call(
            service,
            params,
            content=_simple(content["Simple"]),
            template=content["Simple"],
            tags=params.get("EmailTags", ()),
        )
    elif template:
        rules.check_template_data([template.get("TemplateData")])
        call = _call(
            service,
            params,
            content=_template_content(service, template),
            template=template,
            tags=params.get("EmailTags", ()),
        )
    else:
        raise bad_request("Content must have one of Simple, Raw and Template")
    try:
        rules.check_recipients(destination)
    except ValueError as error:
        raise bad_request(str(error)) from error
    (result,) = _accept(service, call, [_entry(destination)])
    if result["Status"] != "SUCCESS":
        raise SesError("TooManyRequestsException", result["Error"])
    return {"MessageId": result["MessageId"]}


def _accept(service: Service, call: Call, entries: list[Entry]) -> list[dict[str, str]]:
    counts = [len(entry.recipients) for entry in entries]
    service.quota.take_rate(sum(counts), service.faults.now.max_send_rate)
    fitting = service.quota.take_daily(counts, service.faults.now.daily_quota)
    kept = replace(call, entries=tuple(entries[:fitting]))
    results = [{"Status": "SUCCESS", "MessageId": message_id} for message_id in service.store.accept(kept)]
    return results + [_NO_ROOM] * (len(entries) - fitting)


def _call(
    service: Service,
    params: Params,
    *,
    content: Content,
    template: Mapping[str, Any],
    tags: Sequence[Mapping[str, str]],
) -> Call:
    """The parts that both operations share, checked; entries are put in later."""
    if template.get("Attachments"):
        raise bad_request("The sandbox takes no attachments")
    content.slots()
    try:
        data = merge.parse_data(template.get("TemplateData"))
    except ValueError as error:
        raise bad_request(f"TemplateData: {error}") from error
    return Call(
        sender=rules.check_sender(params.get("FromEmailAddress"), service.options.identities),
        reply_to=rules.check_reply_to(params.get("ReplyToAddresses", ())),
        configuration_set=rules.check_configuration_set(
            params.get("ConfigurationSetName"), service.options.configuration_sets
        ),
        content=content,
        data=data,
        headers=rules.check_headers(template.get("Headers", ())),
        tags=rules.check_tags(tags),
        entries=(),
    )


def _bulk_entry(service: Service, raw: Mapping[str, Any]) -> Entry | dict[str, str]:
    """An entry, or the result that says why it is not taken."""
    headers, tags = (
        rules.check_headers(raw.get("ReplacementHeaders", ())),
        rules.check_tags(raw.get("ReplacementTags", ())),
    )
    if service.faults.fails_entry():
        return {"Status": service.faults.now.entry_status, "Error": "The sandbox was told to fail this entry."}
    try:
        rules.check_recipients(raw["Destination"])
        data = merge.parse_data(_replacement_data(raw))
    except ValueError as error:
        return {"Status": "INVALID_PARAMETER", "Error": str(error)}
    return _entry(raw["Destination"], data=data, headers=headers, tags=tags)


def _entry(destination: Mapping[str, Sequence[str]], **own: Any) -> Entry:
    to, cc, bcc = (tuple(destination.get(f"{kind}Addresses", ())) for kind in ("To", "Cc", "Bcc"))
    return Entry(to=to, cc=cc, bcc=bcc, **own)


def _replacement_data(raw: Mapping[str, Any]) -> str | None:
    data: str | None = (
        raw.get("ReplacementEmailContent", {}).get("ReplacementTemplate", {}).get("ReplacementTemplateData")
    )
    return data


def _template_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    template: Mapping[str, Any] = content.get("Template", {})
    if not template:
        raise bad_request("DefaultContent must have a Template")
    return template


def _template_content(service: Service, template: Mapping[str, Any]) -> Content:
    inline = template.get("TemplateContent")
    name = template.get("TemplateName") or template.get("TemplateArn", "").rpartition("/")[2]
    if bool(inline) == bool(name):
        raise bad_request("A template needs either TemplateContent or a name")
    if inline:
        parts = {part: inline.get(part.capitalize(), "") for part in ("subject", "html", "text")}
        if not parts["subject"] or not (parts["html"] or parts["text"]):
            raise bad_request("TemplateContent needs a Subject, and Html or Text")
        return Content(**parts, merged=True)
    content = service.templates.get(name)
    if content is None:
        raise not_found(f"Template {name} does not exist.")
    return content


def _simple(simple: Mapping[str, Any]) -> Content:
    body = {kind: part.get("Data", "") for kind, part in simple["Body"].items()}
    return Content(subject=simple["Subject"]["Data"], html=body.get("Html", ""), text=body.get("Text", ""))


def _raw(
    part: Mapping[str, str], destination: Mapping[str, Sequence[str]], params: Params
) -> tuple[Content, Mapping[str, Sequence[str]], Params]:
    """A raw message; what the call does not say is read from its headers, as SES does."""
    try:
        raw = base64.b64decode(part["Data"], validate=True)
    except binascii.Error as error:
        raise bad_request("Raw.Data is not base64") from error
    content, message = parse_raw(raw)
    found = {f"{kind}Addresses": tuple(_addresses(message.get_all(kind, []))) for kind in ("To", "Cc", "Bcc")}
    tags = [_tag(pair) for pair in str(message.get("X-SES-MESSAGE-TAGS", "")).split(",") if pair.strip()]
    asked = {
        "FromEmailAddress": params.get("FromEmailAddress") or str(message.get("From", "")),
        "ConfigurationSetName": params.get("ConfigurationSetName") or message.get("X-SES-CONFIGURATION-SET"),
        "EmailTags": params.get("EmailTags") or tags,
    }
    return content, destination or found, {**params, **asked}


def _addresses(values: Sequence[Any]) -> list[str]:
    return [address.strip() for value in values for address in str(value).split(",") if address.strip()]


def _tag(pair: str) -> dict[str, str]:
    name, _, value = pair.strip().partition("=")
    return {"Name": name.strip(), "Value": value.strip()}
