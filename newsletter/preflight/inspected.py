"""What pre-flight looks at: one issue with its mail, and the issues before it, as frozen values."""

from __future__ import annotations

import dataclasses
import datetime
from functools import cached_property

from newsletter.digest.document import Document
from newsletter.preflight.findings import Place
from newsletter.preflight.markup import Markup, read_markup
from newsletter.preflight.passages import Passage, PlacedLink, links_of, literal, passages_of
from newsletter.rendering.pipeline import Rendered
from newsletter.rendering.publication import Publication


@dataclasses.dataclass(frozen=True, slots=True)
class EarlierStory:
    title: str
    urls: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class EarlierIssue:
    """Another issue of the same newsletter. ``sent`` from the moment its sending began."""

    slug: str
    date_start: datetime.date
    date_end: datetime.date | None = None
    sent: bool = True
    stories: tuple[EarlierStory, ...] = ()


@dataclasses.dataclass(frozen=True)
class Inspected:
    """``rendered`` is the issue's mail with its slots unfilled, or the error that made it impossible.

    ``image_bytes`` holds what is known of the weight of the mail's images, by address.
    """

    document: Document
    rendered: Rendered | Exception
    publication: Publication
    issue_date: datetime.date
    earlier: tuple[EarlierIssue, ...] = ()
    image_bytes: tuple[tuple[str, int], ...] = ()

    @property
    def mail(self) -> Rendered | None:
        return self.rendered if isinstance(self.rendered, Rendered) else None

    @property
    def failure(self) -> Exception | None:
        return self.rendered if isinstance(self.rendered, Exception) else None

    @cached_property
    def markup(self) -> Markup:
        """What the HTML holds; nothing where there is no mail."""
        return read_markup(self.mail.html if self.mail else "")

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every text of the issue that a reader sees, and the newsletter's around it."""
        return passages_of(self.document, self.publication)

    @cached_property
    def inbox(self) -> tuple[Passage, ...]:
        """Subject and preheader, their slots unfilled; nothing where there is no mail."""
        fields = ("subject", "preheader") if self.mail else ()
        return tuple(literal(Place(field=field), getattr(self.mail, field)) for field in fields)

    @cached_property
    def links(self) -> tuple[PlacedLink, ...]:
        return links_of(self.passages)
