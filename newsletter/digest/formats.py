"""The registered formats of digests. A new format is a package with a parser and a writer, and an entry here."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping

from newsletter.digest.bulletin import parser as bulletin_parser
from newsletter.digest.bulletin import words as bulletin_words
from newsletter.digest.bulletin import writer as bulletin_writer
from newsletter.digest.document import Document
from newsletter.digest.express import parser as express_parser
from newsletter.digest.express import words as express_words
from newsletter.digest.express import writer as express_writer
from newsletter.digest.report import edited as report_edited
from newsletter.digest.report import parser as report_parser
from newsletter.digest.report import words as report_words
from newsletter.digest.report import writer as report_writer


def _as_it_is(document: Document) -> Document:
    return document


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Something that only digests of one format have, for a person (``description``) and for the detection."""

    description: str
    pattern: re.Pattern[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Format:
    """One grammar: ``parse`` raises ``InvalidDigest``; ``write`` is its inverse for what ``parse`` gives.

    ``settled`` gives the document that an edited one comes back as, where a format says a thing in two places.
    """

    slug: str
    language: str
    parse: Callable[[str], Document]
    write: Callable[[Document], str]
    marks: tuple[Mark, ...]
    settled: Callable[[Document], Document] = _as_it_is

    def matches(self, text: str) -> int:
        """How many of the format's marks the text bears; 0: it is no digest of this format."""
        return sum(1 for mark in self.marks if mark.pattern.search(text))

    def describe(self) -> str:
        """The marks, for a message."""
        return f"{self.slug}: {' or '.join(mark.description for mark in self.marks)}"


def _line(pattern: str) -> re.Pattern[str]:
    # White space, but not across lines: a million blank lines must not be scanned from each of them.
    return re.compile(rf"^[^\S\n]*+{pattern}", re.MULTILINE)


def _labelled(label: str) -> str:
    """The label with a colon of either width, inside of the bold or behind it."""
    return rf"\*\*{label}(?:[：:]\*\*|\*\*[：:])"


def _quoted_label(label: str) -> Mark:
    return Mark(f"'> **{label}：** …'", _line(rf">[^\S\n]*+{_labelled(label)}"))


def _label(label: str) -> Mark:
    return Mark(f"'**{label}：** …'", _line(_labelled(label)))


EXPRESS = Format(
    slug=express_words.SLUG,
    language=express_words.LANGUAGE,
    parse=express_parser.parse,
    write=express_writer.write,
    marks=(
        Mark("a title '# … YYYY年MM月DD日'", _line(r"#\s[^\n]*[0-9]{4}\s?年\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日")),
        _quoted_label(express_words.CATEGORY),
        _quoted_label(express_words.SOURCES),
        _label(express_words.INSIGHT),
        _label(express_words.CONTENT),
        Mark(f"'## {express_words.OTHER_LINKS}'", _line(rf"##[^\S\n]++{express_words.OTHER_LINKS}(?!\S)")),
    ),
)

BULLETIN = Format(
    slug=bulletin_words.SLUG,
    language=bulletin_words.LANGUAGE,
    parse=bulletin_parser.parse,
    write=bulletin_writer.write,
    marks=(
        Mark(
            f"a title '# … (YYYY-MM-DD {bulletin_words.UNTIL} YYYY-MM-DD)'",
            _line(rf"#\s[^\n]*[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}\s?{bulletin_words.UNTIL}\s?[0-9]{{4}}-"),
        ),
        Mark(f"'{bulletin_words.HIGHLIGHTS_HEADING}'", _line(rf"##\s[^\n]{{0,8}}?{bulletin_words.HIGHLIGHTS}(?!\S)")),
        Mark(f"'> **{bulletin_words.SUMMARY}**：…'", _line(rf">[^\S\n]*+\*\*{bulletin_words.SUMMARY}[：:]?\*\*")),
        Mark(
            f"'**💡{bulletin_words.CONTENT}**'",
            _line(rf"\*\*[^\n*]{{0,8}}?{bulletin_words.CONTENT}\*\*"),
        ),
    ),
)

REPORT = Format(
    slug=report_words.SLUG,
    language=report_words.LANGUAGE,
    parse=report_parser.parse,
    write=report_writer.write,
    settled=report_edited.settled,
    marks=(
        Mark(
            "front matter, 'key: value' under a first line '---'",
            re.compile(r"\A\s*+---[^\S\n]*+\n(?:[^\S\n]*+(?:#[^\n]*+)?\n)*+[\w\"'-][^\n:]*+:(?:\s|$)"),
        ),
        *(Mark(f"'**{label}**'", _line(rf"\*\*{label}[：:]?\*\*[：:]?\s*?$")) for label in report_words.BLOCK_LABELS),
        *(Mark(f"'**{label}**：…'", _line(rf"\*\*{label}\*\*：")) for label in report_words.FIELD_SPELLINGS),
        *(
            Mark(f"'## {title}'", _line(rf"##[^\S\n]++{title}(?![^\s（(])"))
            for title in (report_words.INSIGHT, report_words.READING)
        ),
    ),
)

FORMATS: Mapping[str, Format] = {found.slug: found for found in (EXPRESS, BULLETIN, REPORT)}
