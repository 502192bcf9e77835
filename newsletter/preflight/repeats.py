"""Stories that readers had lately."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.digest.document import Story
from newsletter.digest.inline import to_plain
from newsletter.digest.similarity import alike, bare, same_page
from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import EarlierStory, Inspected

DAYS = 14
_MOST = 300  # stories; a mail holds fewer, and each is compared with all that ran


@check("story-repeated", Severity.WARN)
def story_repeated(subject: Inspected) -> Iterator[Hit]:
    """By an address they share, or by their titles; one finding for a story, naming the latest issue that had it."""
    ran = [
        (issue.slug, earlier, bare(to_plain(earlier.title)), frozenset(map(same_page, earlier.urls)))
        for issue in sorted(subject.earlier, key=lambda issue: issue.date_start, reverse=True)
        if 0 <= (subject.issue_date - issue.date_start).days <= DAYS
        for earlier in issue.stories
    ]
    for number, story in enumerate(subject.document.stories[:_MOST], 1):
        title, pages = bare(to_plain(story.title)), frozenset(map(same_page, urls_of(story)))
        for slug, earlier, its_title, its_pages in ran:
            if (shared := pages & its_pages) or alike(title, its_title):
                yield _repeated(number, slug, earlier, by_address=bool(shared))
                break


def urls_of(story: Story) -> tuple[str, ...]:
    """The addresses that a story rests on."""
    primary = (story.primary_link.url,) if story.primary_link else ()
    return (*primary, *(source.url for source in story.sources), *(link.url for link in story.links))


def _repeated(number: int, slug: str, earlier: EarlierStory, *, by_address: bool) -> Hit:
    how = _("the same address") if by_address else _("nearly the same title")
    message = _("%(slug)s had this story: “%(title)s” (%(how)s).")
    remedy = _("Leave it out, or say in its title what is new.")
    facts = {"slug": slug, "title": to_plain(earlier.title), "how": how}
    return Hit(message % facts, remedy, Place(story=number, field="title"), f"{slug} {earlier.title}")
