"""A wall clock's time as a moment, and a moment in words: always with its zone, never by a silent guess."""

from __future__ import annotations

import datetime
import math
import zoneinfo

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from newsletter.errors import Refused

HORIZON = datetime.timedelta(days=366)  # further ahead, it is a slip of the year
GRACE = datetime.timedelta(minutes=1)  # the minute that is on the clock now may be named
DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


class TwiceThatDay(Refused):
    """The time comes twice, because the clocks are put back; ``moments`` are both, in order."""

    def __init__(self, message: str, moments: tuple[datetime.datetime, ...]) -> None:
        super().__init__(message)
        self.moments = moments


def to_come(local: datetime.datetime, zone: str, *, offset: str = "") -> datetime.datetime:
    """The moment to come at which clocks in the zone show ``local``; ``offset`` (``UTC+08:00``) says which of two.

    Raises ``Refused`` for a time that the clocks skip, that has passed, or that is more than a year ahead;
    ``TwiceThatDay`` for one that needs ``offset``.
    """
    tz, now = zone_of(zone), timezone.now()
    ahead = local - now.astimezone(tz).replace(tzinfo=None)
    if ahead > HORIZON:
        raise Refused(_("%(time)s is more than a year ahead; is the year right?") % {"time": _date_and_time(local)})
    if ahead < -2 * DAY:  # near the calendar's ends no moment can be computed
        raise _passed(_date_and_time(local))
    found = moments(local, tz)
    if not found:
        raise Refused(_skipped(local, tz))
    wanted = [moment for moment in found if len(found) == 1 or offset_of(moment) == offset]
    if not wanted:
        raise TwiceThatDay(_twice(local, found, zone), found)
    if wanted[0] < now - GRACE:
        raise _passed(show(wanted[0], zone))
    return wanted[0]


def moments(local: datetime.datetime, tz: zoneinfo.ZoneInfo) -> tuple[datetime.datetime, ...]:
    """The moments at which clocks show ``local``: one, none where it is skipped, two in order where it comes twice."""
    earlier, later = (local.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    before, after = earlier.utcoffset(), later.utcoffset()
    assert before is not None and after is not None  # noqa: S101, PT018 - a ZoneInfo always knows
    if before == after:
        return (earlier,)
    return (earlier, later) if before > after else ()


def neighbours(local: datetime.datetime, tz: zoneinfo.ZoneInfo) -> tuple[datetime.datetime, datetime.datetime]:
    """The last minute before the clocks skip ``local``, and the first moment after."""
    # PEP 495: read with the offset after the change, a skipped time lies before it, and the other way round.
    low, high = sorted(local.replace(tzinfo=tz, fold=fold).astimezone(datetime.UTC) for fold in (0, 1))
    before = low.astimezone(tz).utcoffset()
    while high - low > datetime.timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(tz).utcoffset() == before else (low, middle)
    change = high.replace(microsecond=0)
    return (change - MINUTE).astimezone(tz), change.astimezone(tz)


def next_usual(usual: datetime.time | None, days: str, zone: str) -> datetime.datetime:
    """When an issue is usually sent next (``days``: ``12345`` is Monday to Friday); the next full hour without one."""
    tz = zone_of(zone)
    now = timezone.now().astimezone(tz)
    today = datetime.datetime.combine(now.date(), usual or datetime.time())
    for ahead in range(9 if usual else 0):
        local = today + ahead * DAY
        found = moments(local, tz) or neighbours(local, tz)[1:]
        if str(local.isoweekday()) in days and found[0] > now:
            return found[0]
    # On the moments' own line, lest the clocks change within the hour.
    past = datetime.timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    return (now.astimezone(datetime.UTC) - past + HOUR).astimezone(tz)


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Raises ``Refused`` where there is no such zone."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(_("There is no time zone %(name)s; Asia/Shanghai is one.") % {"name": name}) from error


def show(moment: datetime.datetime, zone: str, *, seconds: bool = False) -> str:
    """``Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai)``"""
    local = moment.astimezone(zone_of(zone))
    return f"{_date_and_time(local, seconds=seconds)} ({offset_of(local)}, {zone})"


def show_ahead(moment: datetime.datetime, zone: str) -> str:
    """``Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai), in 14 h``"""
    ahead = moment - timezone.now()
    words = _("in %(span)s") if ahead >= datetime.timedelta(0) else _("%(span)s ago")
    return f"{show(moment, zone)}, {words % {'span': span(abs(ahead))}}"


def offset_of(moment: datetime.datetime) -> str:
    """``UTC+08:00``"""
    digits = f"{moment:%z}"
    return f"UTC{digits[:3]}:{digits[3:5]}"


def span(length: datetime.timedelta) -> str:
    """About how long, in one or two units: ``40 s``, ``5 min``, ``1 h 20 min``, ``14 h``, ``3 days``."""
    if length < MINUTE:
        return _("%(seconds)d s") % {"seconds": math.ceil(length.total_seconds())}
    minutes = round(length / MINUTE)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 6 and rest:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    if length < 2 * DAY:
        return _("%(hours)d h") % {"hours": round(length / HOUR)}
    days = round(length / DAY)
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _date_and_time(local: datetime.datetime, *, seconds: bool = False) -> str:
    date = dateformat.format(local, pgettext("how Django formats a date with its day", "D j M Y"))
    return f"{date}, {local:%H:%M:%S}" if seconds else f"{date}, {local:%H:%M}"


def _passed(time: str) -> Refused:
    return Refused(_("%(time)s has passed; name a time to come.") % {"time": time})


def _skipped(local: datetime.datetime, tz: zoneinfo.ZoneInfo) -> str:
    before, after = (show(moment, tz.key) for moment in neighbours(local, tz))
    said = {"time": _date_and_time(local), "before": before, "after": after}
    return (
        _("%(time)s does not exist: the clocks are put forward from %(before)s to %(after)s. Take one of these.") % said
    )


def _twice(local: datetime.datetime, found: tuple[datetime.datetime, ...], zone: str) -> str:
    first, second = (offset_of(moment) for moment in found)
    said = {"time": _date_and_time(local), "zone": zone, "first": first, "second": second}
    return _("%(time)s comes twice in %(zone)s; say which, with its offset: %(first)s or, later, %(second)s.") % said
