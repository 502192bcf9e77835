"""What proofreaders look at: the mail that would go out, filled in for a reader who doesn't exist."""

from __future__ import annotations

import dataclasses

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter import renditions
from newsletter.delivery import letters
from newsletter.delivery.letters import Reader
from newsletter.editorial import sharing
from newsletter.models import Issue, IssueStatus, Rendition
from newsletter.rendering import slots
from subscribers.tokens import SAMPLE

SENT = (IssueStatus.SENDING, IssueStatus.SENT)


@dataclasses.dataclass(frozen=True, slots=True)
class SampleReader:
    """A made-up name that shows what a greeting must bear."""

    key: str
    name: str
    label: str | Promise


SAMPLE_READERS = (
    SampleReader("none", "", _("A reader without a name")),
    SampleReader("chinese", "欧阳晓宁", "欧阳晓宁"),
    SampleReader("latin", "Maximiliane Wolkenstein-Hohenfels", "Maximiliane Wolkenstein-Hohenfels"),
)
NAMES = {sample.key: sample.name for sample in SAMPLE_READERS}


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """A mail as one reader gets it."""

    subject: str
    html: str
    text: str


def mail_of(issue: Issue) -> Rendition:
    """What would go out, or went: the approved mail while its approval stands, else the one that would be frozen now,
    not saved. Raises ``Refused`` where no mail can be made of the issue."""
    approved = issue.approved_rendition
    if approved and issue.status in SENT:
        return approved
    built = renditions.build(issue)
    return approved if approved and approved.inputs_hash == built.inputs_hash else built


def filled(rendition: Rendition, issue: Issue, name: str) -> Filled:
    """The mail for a reader of this name, as SES would fill it, with links that lead to no reader's subscription."""
    values = slot_values(issue, name)
    return Filled(
        subject=slots.fill(rendition.subject, values, "header"),
        html=slots.fill(rendition.html, values, "html"),
        text=slots.fill(rendition.text, values, "text"),
    )


def slot_values(issue: Issue, name: str) -> dict[str, str]:
    """The values of all slots for a reader of this name who doesn't exist."""
    return letters.slot_values(issue, Reader(SAMPLE, name), campaign_id="test")


def values_to_send(issue: Issue, name: str) -> dict[str, str]:
    """The same for a mail: until the issue is public, its web version is a preview link's, where there is one."""
    values = slot_values(issue, name)
    link = None if issue.status in SENT else sharing.live_links(issue).first()
    return values | slots.safe({"web_url": sharing.address(link)}) if link else values
