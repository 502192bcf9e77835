"""Rendering an issue from its rows, and freezing the result as a ``Rendition``."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from newsletter import content
from newsletter.digest.jsonform import to_json
from newsletter.models import Issue, Newsletter, Rendition
from newsletter.rendering.pipeline import Rendered, render
from newsletter.rendering.publication import Publication, Theme

# Every field that a reader can see or answer to; the order is part of the hash.
HASHED = ("subject", "preheader", "html", "text", "from_name", "from_email", "reply_to")


def publication_of(newsletter: Newsletter) -> Publication:
    """The newsletter as the value that rendering takes."""
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
        theme=Theme(**newsletter.theme),
    )


def render_issue(issue: Issue) -> Rendered:
    """The issue as mail, slots unfilled, as it stands now."""
    return render(
        content.load(issue),
        publication_of(issue.newsletter),
        subject=issue.subject or None,
        preheader=issue.preheader or None,
    )


def freeze(issue: Issue) -> Rendition:
    """The frozen rendition of the issue as it stands now; the same bytes give the same row."""
    rendered, newsletter = render_issue(issue), issue.newsletter
    fields = {
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "html": rendered.html,
        "text": rendered.text,
        "from_name": newsletter.from_name,
        "from_email": newsletter.from_email,
        "reply_to": newsletter.reply_to,
    }
    rendition, _ = Rendition.objects.get_or_create(
        issue=issue, hash=_digest(fields), defaults={**fields, "inputs_hash": inputs_hash(issue)}
    )
    return rendition


def is_intact(rendition: Rendition) -> bool:
    """Whether the stored bytes still are the ones the hash was taken of."""
    return _digest({name: getattr(rendition, name) for name in HASHED}) == rendition.hash


def inputs_hash(issue: Issue) -> str:
    """SHA-256 of all that a person can change about the mail: content, subject, look and sender. Templates are not
    in it: a deployment is no editorial change."""
    newsletter = Newsletter.objects.get(pk=issue.newsletter_id)
    form = to_json(content.load(issue))
    form.pop("findings")
    sender = ("name", "tagline", "language", "format", "postal_address", "theme", "from_name", "from_email", "reply_to")
    inputs: dict[str, Any] = {
        "document": form,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "newsletter": {name: getattr(newsletter, name) for name in sender},
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _digest(fields: dict[str, str]) -> str:
    canonical = json.dumps([fields[name] for name in HASHED], ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
