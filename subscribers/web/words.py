"""What a reader is asked, in the very words that the page shows and the consent record keeps."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext as _

from subscribers.models import MailingList


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """A question and the button that answers it."""

    question: str
    button: str

    def __str__(self) -> str:
        return f"{self.question} [{self.button}]"


def to_confirm(mailing_list: MailingList) -> Ask:
    return Ask(_("Do you want “%(list)s” by mail?") % {"list": mailing_list.name}, _("Yes, subscribe me"))


def to_leave(mailing_list: MailingList) -> Ask:
    return Ask(_("Stop getting “%(list)s”?") % {"list": mailing_list.name}, _("Unsubscribe"))


def to_rejoin(mailing_list: MailingList) -> Ask:
    return Ask(_("You no longer get “%(list)s”. Was that a slip?") % {"list": mailing_list.name}, _("Undo"))
