"""What can go wrong between a document and a mail."""

from __future__ import annotations


class RenderError(Exception):
    """The issue can't become a mail; the message says what to mend."""


class UnknownLook(RenderError):
    """No template set exists for the newsletter's format."""


class UnsafeLink(RenderError):
    """A link that is neither http, https nor mailto."""


class BrokenMail(RenderError):
    """The finished mail lacks something that every mail must have."""
