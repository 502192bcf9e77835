"""A document that has every part of every format, for pages that must show them all."""

from __future__ import annotations

import datetime

from newsletter.digest.document import (
    Block,
    ColophonLine,
    Cover,
    Document,
    EditorInsight,
    Highlight,
    InsightPart,
    Item,
    ItemType,
    Link,
    OtherLink,
    PrimaryLink,
    ReadingGroup,
    ReadingItem,
    Section,
    Source,
    Story,
    Watchlist,
)

DATE = datetime.date(2025, 12, 28)


def bullet(text: str, label: str | None = None, *children: Item) -> Item:
    return Item(ItemType.BULLET, text, label, children)


def paragraph(text: str) -> Item:
    return Item(ItemType.PARAGRAPH, text)


def full_story(name: str) -> Story:
    """A story of which every text begins with ``name``, so that each can be found on a page."""
    deepest = bullet(f"{name} third level")
    second = bullet(f"{name} second level", "Detail", deepest)
    return Story(
        title=f"{name} title with **weight** & <b>",
        category=f"{name} category",
        sources=(Source(f"{name} source", "https://example.org/source"),),
        primary_link=PrimaryLink(f"{name} original", "https://example.org/original", DATE),
        summary=f"{name} summary",
        insight=f"{name} insight with [a link](https://example.org/inline)",
        blocks=(
            Block("Details", (bullet(f"{name} first level", "Point", second), paragraph(f"{name} said"))),
            Block(None, (paragraph(f"{name} unlabelled"),)),
        ),
        entities=(f"{name} entity", "Another entity"),
        importance=f"{name} importance",
        links=(Link(f"{name} paper", "https://example.org/paper"),),
    )


def full_document(*, stories: int = 2, language: str = "en") -> Document:
    sections = (
        Section(1, "Models", "In English", tuple(full_story(f"S{n}") for n in range(1, stories + 1))),
        Section(None, None, None, (full_story("Last"),)),
    )
    return Document(
        format="express",
        language=language,
        title="The Digest, 28 December",
        icon="⚡",
        date_start=DATE,
        date_end=DATE + datetime.timedelta(days=1),
        cover=Cover("https://example.org/cover.png", "A cover"),
        tags=("tag one", "tag two"),
        description="The description",
        summary="The standfirst",
        highlights=(Highlight("Highlight title", "Highlight category", "Highlight summary"),),
        sections=sections,
        other_links=(OtherLink("Other link", "https://www.example.net/a", "Other note", "Other group"),),
        editor_insight=EditorInsight(
            "Editor's view",
            "Editor’s Insight",
            (InsightPart("Part title", ("Part paragraph",)), InsightPart(None, ("Untitled paragraph",))),
            Watchlist("Watch list", ("Watch this",)),
        ),
        reading=(
            ReadingGroup(
                "Reading group",
                (
                    ReadingItem("Reading title", "https://example.org/reading", "Reading note"),
                    ReadingItem(title="Term", text="Explained"),
                ),
            ),
        ),
        keywords=("`keyword`",),
        colophon=(ColophonLine("Collected", "19 articles"),),
    )
