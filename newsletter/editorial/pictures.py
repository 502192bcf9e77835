"""Pictures: uploaded covers and logos at addresses that never change. The only writer of ``Picture``."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter import content
from newsletter.digest.document import Cover, Document
from newsletter.digest.errors import DigestError
from newsletter.editorial import edits
from newsletter.editorial.fitting import Box, Fitted, fit
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, Newsletter, Picture

PERMISSION = "newsletter.add_picture"
FOLDER = "pictures"
LONGEST_NAME = 200


def upload(data: bytes, name: str, user: User, box: Box) -> Picture:
    """The picture of an uploaded image, fit for mail; the same image again is the same picture.

    Raises ``NotPermitted``, and ``Refused`` for what can't be used.
    """
    if not user.has_perm(PERMISSION):
        raise NotPermitted(
            _("%(user)s may not upload pictures; the permission is %(permission)s.")
            % {"user": user.get_username(), "permission": PERMISSION}
        )
    fitted = fit(data, box)
    # The file before its row: a file without a row harms nobody.
    defaults: dict[str, Any] = {
        "original_name": _shown(name),
        "width": fitted.width,
        "height": fitted.height,
        "size": len(fitted.data),
        "uploaded_by": user,
    }
    picture, _created = Picture.objects.get_or_create(file=_stored(fitted), defaults=defaults)
    return picture


def address(picture: Picture) -> str:
    """Where everybody finds it: a whole address, for mail."""
    return f"{settings.SUDI.base_url}/media/{picture.file.name}"


def takes_cover(issue: Issue) -> bool:
    """Whether the issue's format has words for a cover; an issue of one that hasn't couldn't be exported any more."""
    document = content.load(issue)
    covered = dataclasses.replace(document, cover=Cover("https://pictures.example/cover.png", "-"))
    return _can_be_written(covered) or not _can_be_written(document)


def _can_be_written(document: Document) -> bool:
    try:
        content.written(document)
    except DigestError:
        return False
    return True


@transaction.atomic
def use_as_cover(issue: Issue, user: User, picture: Picture, *, alt: str, version: int) -> None:
    """Make the picture the cover of the issue, which is an edit of that version. Raises ``Refused``."""
    words = " ".join(alt.split())
    if not words:
        raise Refused(_("Say in a few words what the picture shows."))
    edit = edits.begin(issue.pk, user, version)
    # Hugo's word for an address beside the page; false where the digest uses it at all.
    relative = False if (issue.cover or {}).get("relative") is not None else None
    cover = {"image": address(picture), "alt": words, "relative": relative}
    Issue.objects.filter(pk=issue.pk).update(cover=cover)
    edits.finish(edit)


def use_as_logo(newsletter: Newsletter, picture: Picture) -> None:
    """Make the picture the newsletter's logo; the rest of its theme stays."""
    with transaction.atomic():
        current = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
        current.theme = {**current.theme, "logo_url": address(picture)}
        current.save(update_fields=["theme"])


def _stored(fitted: Fitted) -> str:
    """The name under which the bytes are in the storage, which is their hash."""
    name = f"{FOLDER}/{hashlib.sha256(fitted.data).hexdigest()}.{fitted.extension}"
    if not default_storage.exists(name):
        written = default_storage.save(name, ContentFile(fitted.data))
        if written != name:  # somebody else was faster, with the same bytes
            default_storage.delete(written)
    return name


def _shown(name: str) -> str:
    """The file's name as lists show it."""
    return "".join(each for each in name if each.isprintable())[-LONGEST_NAME:] or "–"
