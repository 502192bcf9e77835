"""The operations on stored templates."""

from typing import Any

from sandbox.errors import SesError, bad_request, not_found
from sandbox.letters import Content
from sandbox.rules import MAX_TEMPLATE_BYTES
from sandbox.service import Service
from sandbox.wire import Answer, Params


def create(service: Service, params: Params, _size: int) -> Answer:
    """CreateEmailTemplate."""
    _check(params["TemplateContent"])
    if not service.templates.put(params["TemplateName"], params["TemplateContent"], new=True):
        raise SesError("AlreadyExistsException", f"Template {params['TemplateName']} already exists.")
    return {}


def update(service: Service, params: Params, _size: int) -> Answer:
    """UpdateEmailTemplate."""
    _check(params["TemplateContent"])
    if not service.templates.put(params["TemplateName"], params["TemplateContent"], new=False):
        raise _missing(params)
    return {}


def get(service: Service, params: Params, _size: int) -> Answer:
    """GetEmailTemplate."""
    content = service.templates.get(params["TemplateName"])
    if content is None:
        raise _missing(params)
    parts = {"Subject": content.subject, "Html": content.html, "Text": content.text}
    return {"TemplateName": params["TemplateName"], "TemplateContent": parts}


def delete(service: Service, params: Params, _size: int) -> Answer:
    """DeleteEmailTemplate."""
    if not service.templates.delete(params["TemplateName"]):
        raise _missing(params)
    return {}


def _missing(params: Params) -> SesError:
    return not_found(f"Template {params['TemplateName']} does not exist.")


def _check(parts: dict[str, Any]) -> None:
    """Size, and that the sandbox can merge it: it does simple substitution only, unlike SES for stored templates."""
    content = Content(
        subject=parts.get("Subject", ""), html=parts.get("Html", ""), text=parts.get("Text", ""), merged=True
    )
    if sum(len(part.encode()) for part in (content.subject, content.html, content.text)) > MAX_TEMPLATE_BYTES:
        raise bad_request(f"A template may have at most {MAX_TEMPLATE_BYTES} bytes")
    content.slots()
