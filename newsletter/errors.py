"""The errors of the newsletter app: one small tree, each message fit to be shown to a person."""

from __future__ import annotations


class SudiError(Exception):
    """Something was refused. The message says what, where, and what to do."""


class NotFound(SudiError):
    """No such newsletter, issue, campaign or user."""


class Refused(SudiError):
    """The desk's rules don't allow it."""


class NotPermitted(Refused):
    """This person's role doesn't allow it."""


class SendingRefused(SudiError):
    """Nothing may be sent from here now."""
