"""What every mail must have, whatever the templates say. A failure here is a fault of ours, not of the issue."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from newsletter.rendering import slots
from newsletter.rendering.errors import BrokenMail

_LINK = re.compile(r"<a\b[^>]*>")
_NEEDED = frozenset({"unsubscribe_url", "web_url"})
_UNTRACKED = ("unsubscribe_url", "preferences_url")


def check_mail(*, subject: str, preheader: str, html: str, text: str) -> None:
    """Raise :class:`BrokenMail` or :class:`~newsletter.rendering.slots.UnknownSlot` if the mail must not be sent."""
    for part in (subject, preheader, html, text):
        slots.check(part)
    for header in (subject, preheader):
        if any(unicodedata.category(character) == "Cc" for character in header):
            said = {"text": repr(header)}
            raise BrokenMail(_("a subject or preheader is one line without control characters, not %(text)s") % said)
    for kind, part in (("HTML", html), ("text", text)):
        if missing := _NEEDED - slots.used(part):
            said = {"kind": kind, "names": ", ".join(map(slots.slot, sorted(missing)))}
            raise BrokenMail(_("the %(kind)s has no %(names)s") % said)
    _check_html(html)


def _check_html(html: str) -> None:
    for link in _LINK.findall(html):
        if any(slots.slot(name) in link for name in _UNTRACKED) and "ses:no-track" not in link:
            raise BrokenMail(_("SES would track this link and so break it: %(link)s") % {"link": link})
    if "&#x" in html:
        raise BrokenMail(_("the HTML holds numeric entities, which cost eight bytes for a character of three"))
    if not html.startswith("<!doctype html>"):
        raise BrokenMail(_("the HTML lost its doctype"))
