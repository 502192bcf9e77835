"""Checks of the rendered mail: that there is one, its size, and what no mail may lack."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.digest.weblinks import is_linkable
from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected
from newsletter.preflight.size import GMAIL_CLIPS, WORRYING, grown_size
from newsletter.rendering import slots
from newsletter.rendering.errors import UnsafeLink
from newsletter.rendering.slots import SlotError

_WEB = slots.slot("web_url")


@check("mail-impossible", Severity.BLOCK)
def mail_impossible(subject: Inspected) -> Iterator[Hit]:
    failure = subject.failure
    told_elsewhere = isinstance(failure, UnsafeLink) and any(link_refused.question(subject))
    if failure and not isinstance(failure, SlotError) and not told_elsewhere:
        message = _("No mail can be made of this issue: %(reason)s") % {"reason": failure}
        yield Hit(message, _("Mend what the message names; nothing else can be judged before."))


@check("slot-unknown", Severity.BLOCK)
def slot_unknown(subject: Inspected) -> Iterator[Hit]:
    """A slot nobody fills: SES would fail for every reader, after it had accepted the mail."""
    remedy = _("Write one of the known merge slots, without spaces, or take the braces away.")
    if isinstance(subject.failure, SlotError):
        yield Hit(str(subject.failure), remedy)
    if subject.mail:
        for field in ("subject", "preheader", "html", "text"):
            try:
                slots.check(getattr(subject.mail, field))
            except SlotError as error:
                place = Place(field=field) if field in {"subject", "preheader"} else Place()
                yield Hit(str(error), remedy, place)


@check("html-too-large", Severity.BLOCK)
def html_too_large(subject: Inspected) -> Iterator[Hit]:
    if subject.mail and (size := grown_size(subject.mail.html)) > GMAIL_CLIPS:
        yield _too_large(size)


@check("html-large", Severity.WARN)
def html_large(subject: Inspected) -> Iterator[Hit]:
    if subject.mail and WORRYING < (size := grown_size(subject.mail.html)) <= GMAIL_CLIPS:
        yield _too_large(size)


def _too_large(size: int) -> Hit:
    numbers = {"size": size / 1000, "limit": GMAIL_CLIPS / 1000}
    message = _("The mail's HTML is %(size).1f KB once its links are tracked; Gmail hides what follows %(limit).0f KB.")
    return Hit(message % numbers, _("Shorten the stories, or move some of them to the next issue."))


@check("unsubscribe-missing", Severity.BLOCK)
def unsubscribe_missing(subject: Inspected) -> Iterator[Hit]:
    yield from _slot_missing(subject, "unsubscribe_url", _("no way to unsubscribe"))


@check("web-link-missing", Severity.BLOCK)
def web_link_missing(subject: Inspected) -> Iterator[Hit]:
    yield from _slot_missing(subject, "web_url", _("no link to its web page"))


def _slot_missing(subject: Inspected, name: str, lack: str) -> Iterator[Hit]:
    if subject.mail is None:
        return
    for kind, part in ((_("HTML"), subject.mail.html), (_("plain text"), subject.mail.text)):
        if name not in slots.used(part):
            message = _("The mail's %(kind)s has %(lack)s.") % {"kind": kind, "lack": lack}
            remedy = _("The look must show %(slot)s; this is for whoever keeps the templates.")
            yield Hit(message, remedy % {"slot": slots.slot(name)})


@check("postal-address-missing", Severity.BLOCK)
def postal_address_missing(subject: Inspected) -> Iterator[Hit]:
    """The law asks every marketing mail for one (CAN-SPAM, 15 U.S.C. 7704(a)(5))."""
    place = Place(field="postal_address")
    address = slots.escape(subject.publication.postal_address).split()
    if not address:
        message = _("The newsletter has no postal address, and every mail must show one.")
        yield Hit(message, _("Write it into the newsletter's settings."), place)
    elif subject.mail:
        for kind, part in ((_("HTML"), subject.markup.text), (_("plain text"), subject.mail.text)):
            if " ".join(address) not in " ".join(part.split()):
                message = _("The mail's %(kind)s doesn't show the postal address.") % {"kind": kind}
                yield Hit(message, _("The look must show it; this is for whoever keeps the templates."), place)


@check("anchor-broken", Severity.BLOCK)
def anchor_broken(subject: Inspected) -> Iterator[Hit]:
    """A link to a place on this page, or on its web version, that isn't there. Both have the same anchors."""
    hrefs = dict.fromkeys(
        href.removeprefix(_WEB) for href in subject.markup.hrefs if href.startswith(("#", f"{_WEB}#"))
    )
    for href in hrefs:
        if href.removeprefix("#") not in subject.markup.ids:
            message = _("A link leads to %(anchor)s, and nothing in the mail has that name.") % {"anchor": href}
            yield Hit(message, _("Name a story that is there, or take the link away."))


@check("image-without-alt", Severity.BLOCK)
def image_without_alt(subject: Inspected) -> Iterator[Hit]:
    remedy = _("Say in a few words what it shows, for readers whose mail program hides images.")
    cover = subject.document.cover
    if cover and not (cover.alt or "").strip():
        yield Hit(_("The cover image has no alternative text."), remedy, Place(field="cover"))
    for image in subject.markup.images:
        if image.alt is None and not (cover and image.src == cover.image):
            yield Hit(_("The image %(image)s has no alternative text.") % {"image": _short(image.src)}, remedy)


@check("link-refused", Severity.BLOCK)
def link_refused(subject: Inspected) -> Iterator[Hit]:
    remedy = _("Give the whole address, beginning with https://, or take the link away.")
    message = _("The link %(url)r leads nowhere a reader may be sent: expected a whole http, https or mailto address.")
    for link in subject.links:
        if not is_linkable(link.url):
            yield Hit(message % {"url": _short(link.url)}, remedy, link.place)
    if not subject.failure:
        for href in subject.markup.hrefs:
            if not href.startswith(("#", "{{")) and not is_linkable(href):
                yield Hit(message % {"url": _short(href)}, remedy)


@check("image-weight", Severity.INFORM)
def image_weight(subject: Inspected) -> Iterator[Hit]:
    images = dict.fromkeys(image.src for image in subject.markup.images)
    if not images:
        return
    known = dict(subject.image_bytes)
    weights = [known.get(src) if src in known else _inlined(src) for src in images]
    numbers = {
        "count": len(images),
        "weight": sum(filter(None, weights)) / 1000,
        "unknown": sum(weight is None for weight in weights),
    }
    message = _("Images: %(count)d, together %(weight).0f KB; the weight of %(unknown)d is not known.") % numbers
    yield Hit(message, _("Readers on the road thank you for fewer than 200 KB."))


def _inlined(src: str) -> int | None:
    return len(src) if src.startswith("data:") else None


def _short(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:80]}…"
