"""Every text of an issue with its place, and every link with its own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

from newsletter.digest.document import Document, Item, Story
from newsletter.digest.inline import Anchor, Bold, Break, Code, Inline, Text, parse_inline
from newsletter.preflight.findings import Place
from newsletter.rendering.publication import Publication

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"，。；：！？、（）「」『』【】《》]+", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """One text. ``source`` is as it is stored; ``url`` is set where the whole text is the name of a link."""

    place: Place
    source: str
    nodes: tuple[Inline, ...]
    words: str
    """What is shown of it."""
    prose: str
    """The same without code and addresses, which a space stands for: what is meant to be read."""
    url: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PlacedLink:
    place: Place
    words: str
    url: str


def passages_of(document: Document, publication: Publication) -> tuple[Passage, ...]:
    """The newsletter's own texts, then the issue's in the order of the document's fields."""
    return (*_furniture(publication), *_content(document))


def literal(place: Place, source: str) -> Passage:
    """A text that is no Markdown."""
    return Passage(place, source, (Text(source),), source, _without_urls(source))


def links_of(passages: Iterable[Passage]) -> tuple[PlacedLink, ...]:
    """The links in these texts, repeated ones as often as they are there."""
    return tuple(_links(passages))


def _links(passages: Iterable[Passage]) -> Iterator[PlacedLink]:
    for passage in passages:
        if passage.url is not None:
            yield PlacedLink(passage.place, passage.words, passage.url)
            continue
        for anchor in _anchors(passage.nodes):
            yield PlacedLink(passage.place, anchor.words(), anchor.url)


def _anchors(nodes: Sequence[Inline]) -> Iterator[Anchor]:
    for node in nodes:
        if isinstance(node, Anchor):
            yield node
        elif isinstance(node, Bold):
            yield from _anchors(node.children)


def _furniture(publication: Publication) -> Iterator[Passage]:
    for name in ("name", "tagline", "from_name", "postal_address"):
        text = getattr(publication, name)
        if text:
            yield literal(Place(field=name), text)


def _content(document: Document) -> Iterator[Passage]:
    for name in ("title", "icon", "series", "description", "summary"):
        yield from _texts(Place(field=name), getattr(document, name))
    if document.cover:
        yield from _texts(Place(field="cover"), document.cover.alt)
    yield from _texts(Place(field="tags"), *document.tags)
    for highlight in document.highlights:
        yield from _texts(Place(field="highlights"), highlight.title, highlight.category, highlight.summary)
    yield from _stories(document)
    yield from _after(document)


def _stories(document: Document) -> Iterator[Passage]:
    number = 0
    for position, section in enumerate(document.sections, 1):
        yield from _texts(Place(section=position, field="title"), section.title, section.title_en)
        for story in section.stories:
            number += 1
            yield from _story(story, Place(story=number, section=position))


def _story(story: Story, place: Place) -> Iterator[Passage]:
    for name in ("title", "category", "summary", "insight", "importance"):
        yield from _texts(_at(place, name), getattr(story, name))
    for source in story.sources:
        yield _passage(_at(place, "sources"), source.name, source.url)
    if story.primary_link:
        yield _passage(_at(place, "primary_link"), story.primary_link.label, story.primary_link.url)
    for block in story.blocks:
        yield from _texts(_at(place, "blocks"), block.label)
        yield from _items(block.items, _at(place, "blocks"))
    yield from _texts(_at(place, "entities"), *story.entities)
    for link in story.links:
        yield _passage(_at(place, "links"), link.label, link.url)


def _items(items: Iterable[Item], place: Place) -> Iterator[Passage]:
    for item in items:
        yield from _texts(place, item.label, item.text)
        yield from _items(item.children, place)


def _after(document: Document) -> Iterator[Passage]:
    for other in document.other_links:
        # Without an address it is a line that the import kept as text, and any links are inside of it.
        yield _passage(Place(field="other_links"), other.title, other.url or None)
        yield from _texts(Place(field="other_links"), other.note, other.group)
    if insight := document.editor_insight:
        place = Place(field="editor_insight")
        yield from _texts(place, insight.title, insight.title_en)
        for part in insight.parts:
            yield from _texts(place, part.title, *part.paragraphs)
        if insight.watchlist:
            yield from _texts(place, insight.watchlist.label, *insight.watchlist.items)
    for group in document.reading:
        yield from _texts(Place(field="reading"), group.title)
        for item in group.items:
            if item.url:
                yield _passage(Place(field="reading"), item.title or item.url, item.url)
            yield from _texts(Place(field="reading"), None if item.url else item.title, item.note, item.text)
    yield from _texts(Place(field="keywords"), *document.keywords)
    for line in document.colophon:
        yield from _texts(Place(field="colophon"), line.label, line.value)


def _at(place: Place, field: str) -> Place:
    return dataclasses.replace(place, field=field)


def _texts(place: Place, *texts: str | None) -> Iterator[Passage]:
    for text in filter(None, texts):
        yield _passage(place, text)


def _passage(place: Place, source: str, url: str | None = None) -> Passage:
    nodes = parse_inline(source)
    return Passage(place, source, nodes, _shown(nodes), _without_urls(_shown(nodes, code=False)), url)


def _without_urls(text: str) -> str:
    return _URL.sub(" ", text)


def _shown(nodes: Sequence[Inline], *, code: bool = True) -> str:
    return "".join(_shown_node(node, code=code) for node in nodes)


def _shown_node(node: Inline, *, code: bool) -> str:
    match node:
        case Text(text):
            return text
        case Code(text):
            return text if code else " "
        case Break():
            return "\n"
        case Bold(children) | Anchor(_, children):
            return _shown(children, code=code)
