"""The date formats that SNS and SES write."""

from __future__ import annotations

import datetime
import re

# fromisoformat alone would also take week dates, a comma, or a space for the T.
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


def parse_instant(text: str) -> datetime.datetime:
    """The instant that an ISO 8601 text with an offset names, in UTC.

    SES documents ``YYYY-MM-DDThh:mm:ss.sZ``, and older identity notifications carry offsets such as ``-07:00``.
    Raises ``ValueError`` for anything else, a date without an offset included.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError("not an ISO 8601 date with an offset")
    try:
        return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError("a date outside the calendar") from error
