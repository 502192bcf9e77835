"""Rendering an issue from its rows, and freezing the result as a ``Rendition``."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.utils.translation import gettext as _

from newsletter import content
from newsletter.digest.document import Document
from newsletter.digest.jsonform import to_public_json
from newsletter.errors import Refused
from newsletter.models import Issue, Newsletter, Rendition
from newsletter.rendering.errors import RenderError
from newsletter.rendering.pipeline import Rendered, render
from newsletter.rendering.publication import Publication, Theme
from newsletter.rendering.slots import SlotError

# Every field that a reader can see or answer to; the order is part of the hash.
HASHED = ("subject", "preheader", "html", "text", "from_name", "from_email", "reply_to")
# What of a newsletter shows in a mail.
SHOWN = ("name", "tagline", "language", "format", "postal_address", "theme", "from_name", "from_email", "reply_to")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def publication_of(newsletter: Newsletter) -> Publication:
    """The newsletter as the value that rendering takes. Raises ``Refused`` for a theme that is none."""
    return Publication(
        slug=newsletter.slug,
        name=newsletter.name,
        language=newsletter.language,
        format=newsletter.format,
        tagline=newsletter.tagline,
        postal_address=newsletter.postal_address,
        from_name=newsletter.from_name,
        from_email=newsletter.from_email,
        reply_to=newsletter.reply_to or None,
        theme=_theme_of(newsletter),
    )


def render_issue(issue: Issue) -> Rendered:
    """The issue as mail, slots unfilled, as it stands now. Raises ``Refused`` where no mail can be made of it."""
    return _rendered(issue, content.load(issue))


def build(issue: Issue) -> Rendition:
    """The rendition of the issue as it is stored now, not saved. Raises ``Refused`` where no mail can be made of it."""
    stored = _stored(issue)
    document, newsletter = content.load(stored), stored.newsletter
    rendered, inputs = _rendered(stored, document), _inputs(stored, document)
    fields = {
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "html": rendered.html,
        "text": rendered.text,
        "from_name": newsletter.from_name,
        "from_email": newsletter.from_email,
        "reply_to": newsletter.reply_to,
    }
    return Rendition(issue=issue, hash=_digest(fields), inputs_hash=_inputs_digest(inputs), inputs=inputs, **fields)


def freeze(issue: Issue) -> Rendition:
    """The frozen rendition of the issue as it is stored now; the same bytes give the same row.

    Raises ``Refused`` where no mail can be made of it.
    """
    built = build(issue)
    defaults = {name: getattr(built, name) for name in (*HASHED, "inputs_hash", "inputs")}
    rendition, _created = Rendition.objects.get_or_create(issue=issue, hash=built.hash, defaults=defaults)
    if rendition.inputs_hash != built.inputs_hash:
        # What changed shows nowhere in the mail; these bytes are made from the new inputs now.
        new = {"inputs_hash": built.inputs_hash, "inputs": built.inputs}
        Rendition.objects.filter(pk=rendition.pk).update(**new)
        rendition.inputs_hash, rendition.inputs = built.inputs_hash, built.inputs
    return rendition


def is_intact(rendition: Rendition) -> bool:
    """Whether the stored bytes still are the ones the hash was taken of."""
    return _digest({name: getattr(rendition, name) for name in HASHED}) == rendition.hash


def inputs_hash(issue: Issue) -> str:
    """SHA-256 of all that a person can change about the mail: content, subject, look and sender. Templates are not
    in it: a deployment is no editorial change."""
    return _inputs_digest(inputs_of(issue))


def inputs_of(issue: Issue) -> dict[str, Any]:
    """What ``inputs_hash`` is of: ``document`` (the JSON form, without what is null or empty), ``subject``,
    ``preheader``, and the ``newsletter``'s fields that show."""
    stored = _stored(issue)
    return _inputs(stored, content.load(stored))


def _stored(issue: Issue) -> Issue:
    """The issue and its newsletter of one moment: those at hand may be older than the stories."""
    return Issue.objects.select_related("newsletter").get(pk=issue.pk)


def _rendered(issue: Issue, document: Document) -> Rendered:
    publication = publication_of(issue.newsletter)
    try:
        return render(document, publication, subject=issue.subject or None, preheader=issue.preheader or None)
    except (RenderError, SlotError) as error:
        said = {"issue": issue.slug, "why": error}
        raise Refused(_("No mail can be made of %(issue)s: %(why)s") % said) from error


def _theme_of(newsletter: Newsletter) -> Theme:
    try:
        theme = Theme(**newsletter.theme)
    except TypeError as error:
        said = {"newsletter": newsletter.slug, "why": error}
        raise Refused(_("The theme of %(newsletter)s is none: %(why)s") % said) from error
    for colour in (theme.accent, theme.accent_dark):
        if not (isinstance(colour, str) and COLOUR.fullmatch(colour)):
            raise Refused(
                _("The theme of %(newsletter)s has %(colour)s where a colour like #0b57d0 is expected.")
                % {"newsletter": newsletter.slug, "colour": repr(colour)}
            )
    return theme


def _inputs(issue: Issue, document: Document) -> dict[str, Any]:
    form = to_public_json(document)
    form.pop("findings")
    return {
        "document": _said(form),
        "subject": issue.subject,
        "preheader": issue.preheader,
        "newsletter": {name: getattr(issue.newsletter, name) for name in SHOWN},
    }


def _inputs_digest(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _said(value: Any) -> Any:
    """Without what is null or empty, so that a field which a newer version adds makes no approval stale."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each not in (None, [], {})}
    return [_said(each) for each in value] if isinstance(value, list) else value


def _digest(fields: dict[str, str]) -> str:
    canonical = json.dumps([fields[name] for name in HASHED], ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
