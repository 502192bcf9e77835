"""Simplified characters in Traditional text, and Traditional ones in Simplified text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from newsletter.preflight.checking import Hit, check
from newsletter.preflight.findings import Place, Severity
from newsletter.preflight.inspected import Inspected
from newsletter.preflight.passages import Passage
from newsletter.preflight.tables import ALLOWED_NAMES, SIMPLIFIED_ONLY, TRADITIONAL_ONLY

_HAN = re.compile(r"[\u3400-\u9fff]+")
_TITLE = re.compile(r"《[^《》]*》")
_LISTED = 6


@check("script-mixed", Severity.WARN)
def script_mixed(subject: Inspected) -> Iterator[Hit]:
    """One finding for each story or part. Names stay in their own script: entities, sources, titles in 《》."""
    language = subject.publication.language
    if not language.startswith("zh"):
        return
    traditional = language == "zh-Hant"
    foreign = SIMPLIFIED_ONLY if traditional else TRADITIONAL_ONLY
    message = (
        _("Simplified in Traditional text: %(words)s.")
        if traditional
        else _("Traditional in Simplified text: %(words)s.")
    )
    remedy = _("Convert them; a name that is meant so can be listed among the story's entities.")
    parts = _by_part(subject.passages, foreign, _names(subject))
    told = {word for words in parts.values() for word in words}
    for place, words in _by_part(subject.inbox, foreign, _names(subject)).items():
        # Subject and preheader are made of the stories' titles, unless an editor wrote them.
        if told.isdisjoint(words):
            parts[place] = words
    for place, words in parts.items():
        listed = ", ".join(words[:_LISTED]) + ("…" if len(words) > _LISTED else "")
        yield Hit(message % {"words": listed}, remedy, place, listed)


def _by_part(passages: Iterable[Passage], foreign: frozenset[str], names: frozenset[str]) -> dict[Place, list[str]]:
    parts: dict[Place, list[str]] = {}
    for passage in passages:
        if passage.place.field in {"entities", "sources"}:
            continue
        text = _TITLE.sub(" ", passage.prose)
        place = passage.place if passage.place.story is None else Place(passage.place.story, passage.place.section)
        for word in _foreign_words(text, foreign, names):
            words = parts.setdefault(place, [])
            if word not in words:
                words.append(word)
    return {place: words for place, words in parts.items() if words}


def _foreign_words(text: str, foreign: frozenset[str], names: frozenset[str]) -> Iterator[str]:
    """The foreign characters that are part of no name, each run of them with its neighbours."""
    for run in _HAN.finditer(text):
        han = run.group()
        if foreign.isdisjoint(han):
            continue
        odd = [
            position
            for position, character in enumerate(han)
            if character in foreign
            and names.isdisjoint((han[max(0, position - 1) : position + 1], han[position : position + 2]))
        ]
        for first, last in _runs(odd):
            yield han[max(0, first - 1) : last + 2]


def _runs(positions: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of neighbouring positions; a gap of one is bridged."""
    first = last = None
    for position in positions:
        if first is None or last is None:
            first = last = position
        elif position <= last + 2:
            last = position
        else:
            yield first, last
            first = last = position
    if first is not None and last is not None:
        yield first, last


def _names(subject: Inspected) -> frozenset[str]:
    """Every two neighbouring characters of the names that keep their script; a name is often cut short in the text."""
    stories = subject.document.stories
    entities = (entity for story in stories for entity in story.entities)
    sources = (source.name for story in stories for source in story.sources)
    names = (*ALLOWED_NAMES, *entities, *sources)
    return frozenset(name[at : at + 2] for name in names for at in range(len(name) - 1))
