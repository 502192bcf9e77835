"""A report's front matter: where it stands, what it says, and how it says what was edited."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any

from newsletter.digest.document import Cover
from newsletter.digest.errors import Problem
from newsletter.digest.findings import Findings, cited
from newsletter.digest.report.plain_yaml import PlainMapping, read_mapping
from newsletter.digest.wording import Wording, said

FENCE = "---"

_DATE = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_TIME = re.compile(
    r"[Tt\s]\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6})[0-9]*)?)?\s*([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_DATE_FORM = "'date: 2025-01-31T06:30:00+08:00'"


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """The day as it is written, and the instant, if time and offset are given."""

    day: datetime.date
    instant: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Fields:
    """What a document takes from the front matter."""

    title: str | None
    moment: Moment | None
    cover: Cover | None
    tags: tuple[str, ...]
    description: str | None
    summary: str | None
    draft: bool | None


@dataclasses.dataclass(frozen=True, slots=True)
class FrontMatter:
    """The text between the fences, its values, and the number of its first line and of the line that closes it."""

    text: str
    mapping: PlainMapping
    fields: Fields
    first_line: int
    last_line: int

    def line_of(self, key: str) -> int:
        """The line of a key; of the opening fence, if there is no such key."""
        start = self.mapping.starts.get(key)
        return self.first_line - 1 if start is None else self.first_line + self.text.count("\n", 0, start)


def read_front_matter(text: str, problems: list[Problem]) -> FrontMatter | None:
    """The front matter at the beginning of a digest. If there is none that can be read, ``problems`` say why."""
    lines = text.split("\n")
    opening = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[opening].rstrip() != FENCE:
        message = said("no front matter; expected %(fence)s as the first line", fence=repr(FENCE))
        problems.append(Problem.of("front-matter.missing", message, opening + 1))
        return None
    after = range(opening + 1, len(lines))
    closing = next((index for index in after if lines[index].rstrip() == FENCE), None)
    if closing is None:
        message = said("the front matter does not end; expected a line %(fence)s behind it", fence=repr(FENCE))
        problems.append(Problem.of("front-matter.unclosed", message, opening + 1))
        return None
    inside = "".join(f"{line}\n" for line in lines[opening + 1 : closing])
    mapping = read_mapping(inside, opening + 2, problems)
    if mapping is None:
        return None
    return FrontMatter(inside, mapping, fields_of(mapping.values), opening + 2, closing + 1)


def fields_of(values: Mapping[str, Any]) -> Fields:
    """The fields; None or nothing for those that are missing or of another kind."""
    draft = values.get("draft")
    return Fields(
        title=_one_line(values.get("title")),
        moment=_moment(_one_line(values.get("date")) or ""),
        cover=_cover(values.get("cover")),
        tags=_tags(values.get("tags")),
        description=_text(values.get("description")),
        summary=_text(values.get("summary")),
        draft=draft if isinstance(draft, bool) else None,
    )


def check_fields(matter: FrontMatter, problems: list[Problem]) -> None:
    """What a report must have: a title and a date."""
    if matter.fields.title is None:
        message = said("no title; expected 'title: …' in the front matter")
        problems.append(Problem.of("title.missing", message, matter.line_of("title")))
    if matter.fields.moment is None:
        date = matter.mapping.values.get("date")
        if date in (None, ""):
            message = said("no date; expected %(form)s in the front matter", form=_DATE_FORM)
            problems.append(Problem.of("date.missing", message, matter.line_of("date")))
        else:
            message = said(
                "the date %(date)s is none of the calendar; expected %(form)s", date=cited(str(date)), form=_DATE_FORM
            )
            problems.append(Problem.of("date.invalid", message, matter.line_of("date")))


def report_fields(matter: FrontMatter, findings: Findings) -> None:
    """Findings about values that are kept in the front matter only."""
    fields = matter.fields
    if fields.moment and fields.moment.instant is None:
        message = said("the date has no time with an offset from UTC; expected %(form)s", form=_DATE_FORM)
        findings.warn("date.no-offset", message, matter.line_of("date"))
    expected = {
        "cover": (
            fields.cover,
            said("the value of 'cover' stays in the front matter only; expected a mapping with an image"),
        ),
        "tags": (fields.tags, said("the value of 'tags' stays in the front matter only; expected a list of texts")),
        "description": (fields.description, _no_text("description")),
        "summary": (fields.summary, _no_text("summary")),
        "draft": (
            fields.draft is not None,
            said("the value of 'draft' stays in the front matter only; expected true or false"),
        ),
    }
    for key, (found, message) in expected.items():
        if matter.mapping.values.get(key) not in (None, "", [], {}) and not found:
            findings.warn("front-matter.value", message, matter.line_of(key))


def _no_text(key: str) -> Wording:
    return said("the value of '%(key)s' stays in the front matter only; expected a text", key=key)


def updated(values: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """The values, changed where the fields were; all else stays, and so does what the fields leave unsaid."""
    now, then = dict(values), fields_of(values)
    for name in ("title", "description", "summary", "draft"):
        if getattr(fields, name) != getattr(then, name):
            _put(now, name, getattr(fields, name))
    if fields.moment != then.moment:
        _put(now, "date", fields.moment and (fields.moment.instant or fields.moment.day).isoformat())
    if fields.tags != then.tags:
        _put(now, "tags", list(fields.tags) or None)
    if fields.cover != then.cover:
        _put(now, "cover", _cover_values(values.get("cover"), fields.cover))
    return now


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _cover_values(before: Any, cover: Cover | None) -> dict[str, Any] | None:
    if cover is None:
        return None
    values = dict(before) if isinstance(before, dict) else {}
    for name in ("image", "alt", "relative"):
        _put(values, name, getattr(cover, name))
    return values


def _text(value: Any) -> str | None:
    """The text of a scalar as it was written, near enough; None for what is none."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _one_line(value: Any) -> str | None:
    return " ".join((_text(value) or "").split()) or None


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or any(isinstance(each, list | dict) for each in value):
        return ()
    return tuple(tag for tag in map(_one_line, value) if tag)


def _cover(value: Any) -> Cover | None:
    image = _one_line(value.get("image")) if isinstance(value, dict) else None
    if image is None:
        return None
    relative = value.get("relative")
    return Cover(image, _one_line(value.get("alt")), relative if isinstance(relative, bool) else None)


def _moment(text: str) -> Moment | None:
    date = _DATE.match(text)
    if date is None:
        return None
    rest = text[date.end() :]
    time = _TIME.fullmatch(rest) if rest else None
    if rest and time is None:
        return None
    try:
        day = datetime.date(*map(int, date.groups()))
        return Moment(day, _instant(day, time) if time else None)
    except (ValueError, OverflowError):
        return None


def _instant(day: datetime.date, found: re.Match[str]) -> datetime.datetime | None:
    """None without an offset: then nobody can say which instant is meant."""
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    fraction, offset = (found[4] or "").ljust(6, "0"), found[5]
    time = datetime.time(hour, minute, second, int(fraction))
    if offset is None:
        return None
    instant = datetime.datetime.combine(day, time, _zone(offset))
    instant.astimezone(datetime.UTC)  # refuses the ends of time, which no database stores
    return instant


def _zone(offset: str) -> datetime.timezone:
    if offset in "Zz":
        return datetime.UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if minutes > 59:
        raise ValueError(offset)
    delta = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-delta if offset[0] == "-" else delta)
