from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from newsletter import local_time
from newsletter.errors import Refused

UTC = datetime.UTC
SHANGHAI = "Asia/Shanghai"
NOW = datetime.datetime(2025, 11, 26, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai, a Wednesday
ZONES = st.sampled_from(
    [SHANGHAI, "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"]
)
WALLS = st.datetimes(datetime.datetime(2005, 1, 1), datetime.datetime(2040, 1, 1))  # noqa: DTZ001 - of a wall clock
MOMENTS = st.datetimes(datetime.datetime(2005, 1, 1), datetime.datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTE = datetime.timedelta(minutes=1)


def wall(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refusal(local: str, zone: str, offset: str = "") -> str:
    with pytest.raises(Refused) as refused:
        local_time.to_come(wall(local), zone, offset=offset)
    return str(refused.value)


class TestMoments:
    @given(WALLS, ZONES)
    def test_each_of_them_shows_the_time_on_the_wall(self, local: datetime.datetime, zone: str) -> None:
        found = local_time.moments(local, zoneinfo.ZoneInfo(zone))
        assert len(found) <= 2
        assert all(moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == local for moment in found)
        instants = [moment.astimezone(UTC) for moment in found]
        assert instants == sorted(set(instants))

    @given(MOMENTS, ZONES)
    def test_every_moment_is_found_again_by_what_clocks_show(self, moment: datetime.datetime, zone: str) -> None:
        tz = zoneinfo.ZoneInfo(zone)
        local = moment.astimezone(tz).replace(tzinfo=None, fold=0)
        assert moment in [each.astimezone(UTC) for each in local_time.moments(local, tz)]

    @given(WALLS, ZONES)
    def test_a_skipped_time_lies_between_its_neighbours(self, local: datetime.datetime, zone: str) -> None:
        tz = zoneinfo.ZoneInfo(zone)
        if local_time.moments(local, tz):
            return
        self.between(local, tz)

    @pytest.mark.parametrize(
        ("zone", "local", "before", "after"),
        [
            ("America/New_York", "2026-03-08T02:30", "2026-03-08T01:59-05:00", "2026-03-08T03:00-04:00"),
            ("America/New_York", "2026-03-08T02:00", "2026-03-08T01:59-05:00", "2026-03-08T03:00-04:00"),
            ("Europe/Berlin", "2026-03-29T02:59", "2026-03-29T01:59+01:00", "2026-03-29T03:00+02:00"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T01:59+10:30", "2026-10-04T02:30+11:00"),
            ("Pacific/Apia", "2011-12-30T12:00", "2011-12-29T23:59-10:00", "2011-12-31T00:00+14:00"),
        ],
    )
    def test_the_neighbours_of_known_gaps(self, zone: str, local: str, before: str, after: str) -> None:
        tz = zoneinfo.ZoneInfo(zone)
        assert local_time.moments(wall(local), tz) == ()
        self.between(wall(local), tz)
        assert [each.isoformat(timespec="minutes") for each in local_time.neighbours(wall(local), tz)] == [
            before,
            after,
        ]

    def between(self, local: datetime.datetime, tz: zoneinfo.ZoneInfo) -> None:
        before, after = local_time.neighbours(local, tz)
        assert after.astimezone(UTC) - before.astimezone(UTC) == MINUTE
        assert before.replace(tzinfo=None) < local < after.replace(tzinfo=None)
        for moment in (before, after):
            assert local_time.moments(moment.replace(tzinfo=None, fold=0), tz)


@pytest.mark.usefixtures("clock")
class TestToCome:
    def test_is_read_in_the_zone(self) -> None:
        assert local_time.to_come(wall("2025-11-27T08:00"), SHANGHAI).isoformat() == "2025-11-27T08:00:00+08:00"
        assert local_time.to_come(wall("2025-11-27T08:00"), "America/New_York").utcoffset() == -5 * 60 * MINUTE

    def test_a_skipped_time_is_refused_with_both_neighbours(self) -> None:
        said = refusal("2026-03-08T02:30", "America/New_York")
        assert "Sun 8 Mar 2026, 02:30 does not exist" in said
        assert "Sun 8 Mar 2026, 01:59 (UTC-05:00, America/New_York)" in said
        assert "Sun 8 Mar 2026, 03:00 (UTC-04:00, America/New_York)" in said

    def test_a_time_that_comes_twice_asks_which(self) -> None:
        with pytest.raises(local_time.TwiceThatDay, match=r"UTC\+11:00 or, later, UTC\+10:30") as twice:
            local_time.to_come(wall("2026-04-05T01:45"), "Australia/Lord_Howe")
        first, second = twice.value.moments
        assert second.astimezone(UTC) - first.astimezone(UTC) == 30 * MINUTE

    @pytest.mark.parametrize(("offset", "hour"), [("UTC-04:00", 5), ("UTC-05:00", 6)])
    def test_and_is_told_by_its_offset(self, offset: str, hour: int) -> None:
        moment = local_time.to_come(wall("2026-11-01T01:30"), "America/New_York", offset=offset)
        assert moment.astimezone(UTC) == datetime.datetime(2026, 11, 1, hour, 30, tzinfo=UTC)

    def test_an_offset_that_is_neither_tells_nothing(self) -> None:
        assert "comes twice" in refusal("2026-11-01T01:30", "America/New_York", "UTC+08:00")

    def test_an_offset_is_not_needed_where_there_is_one_moment(self) -> None:
        assert local_time.to_come(wall("2025-11-27T08:00"), SHANGHAI, offset="UTC-04:00").hour == 8

    @pytest.mark.parametrize("local", ["2025-11-26T17:58", "2025-11-20T08:00", "2005-11-27T08:00", "0001-01-01T00:00"])
    def test_what_has_passed_is_refused(self, local: str) -> None:
        assert "has passed; name a time to come" in refusal(local, SHANGHAI)

    def test_the_minute_on_the_clock_has_not_passed(self, clock: time_machine.Traveller) -> None:
        clock.shift(50)
        assert local_time.to_come(wall("2025-11-26T18:00"), SHANGHAI) == NOW

    @pytest.mark.parametrize("local", ["2026-11-28T08:00", "2052-11-27T08:00", "9999-12-31T23:59"])
    def test_what_is_more_than_a_year_ahead_is_refused(self, local: str) -> None:
        assert "is the year right?" in refusal(local, SHANGHAI)

    def test_a_year_ahead_is_not_too_far(self) -> None:
        assert local_time.to_come(wall("2026-11-26T18:00"), SHANGHAI).year == 2026

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Asia"])
    def test_no_such_zone(self, zone: str) -> None:
        assert "no time zone" in refusal("2025-11-27T08:00", zone)

    @given(WALLS, ZONES, st.sampled_from(["", "UTC-04:00", "UTC+11:00"]))
    def test_is_ahead_and_as_named_or_refused(self, local: datetime.datetime, zone: str, offset: str) -> None:
        try:
            moment = local_time.to_come(local, zone, offset=offset)
        except Refused:
            return
        assert moment.replace(tzinfo=None) == local
        assert -MINUTE <= moment - NOW <= local_time.HORIZON + datetime.timedelta(hours=2)


@pytest.mark.usefixtures("clock")
class TestNextUsual:
    @pytest.mark.parametrize(
        ("usual", "days", "expected"),
        [
            ("08:00", "12345", "2025-11-27T08:00:00+08:00"),
            ("18:30", "12345", "2025-11-26T18:30:00+08:00"),
            ("18:00", "12345", "2025-11-27T18:00:00+08:00"),  # now is not to come
            ("08:00", "1", "2025-12-01T08:00:00+08:00"),
            ("08:00", "3", "2025-12-03T08:00:00+08:00"),
        ],
    )
    def test_is_the_next_of_its_days(self, usual: str, days: str, expected: str) -> None:
        found = local_time.next_usual(datetime.time.fromisoformat(usual), days, SHANGHAI)
        assert found.isoformat() == expected

    def test_is_the_next_full_hour_where_nothing_is_usual(self, clock: time_machine.Traveller) -> None:
        clock.shift(61)
        assert local_time.next_usual(None, "12345", SHANGHAI).isoformat() == "2025-11-26T19:00:00+08:00"

    def test_where_the_clocks_skip_it_is_the_first_moment_after(self, clock: time_machine.Traveller) -> None:
        clock.move_to(datetime.datetime(2026, 3, 7, 20, 0, tzinfo=UTC))
        found = local_time.next_usual(datetime.time(2, 30), "1234567", "America/New_York")
        assert found.isoformat() == "2026-03-08T03:00:00-04:00"

    @given(MOMENTS, ZONES, st.one_of(st.none(), st.times()), st.sampled_from(["12345", "7", "1234567"]))
    def test_is_always_ahead_and_can_be_named(
        self, now: datetime.datetime, zone: str, usual: datetime.time | None, days: str
    ) -> None:
        with time_machine.travel(now, tick=False):
            found = local_time.next_usual(usual, days, zone)
            local = found.replace(tzinfo=None, fold=0)
            assert local_time.to_come(local, zone, offset=local_time.offset_of(found)) == found
            assert found > now


@pytest.mark.usefixtures("clock")
class TestShown:
    def test_with_day_offset_and_zone(self) -> None:
        moment = datetime.datetime(2025, 11, 27, 0, 0, tzinfo=UTC)
        assert local_time.show(moment, SHANGHAI) == "Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai)"
        assert local_time.show(moment, "America/New_York", seconds=True).startswith(
            "Wed 26 Nov 2025, 19:00:00 (UTC-05:00"
        )
        assert local_time.show_ahead(moment, SHANGHAI).endswith("Asia/Shanghai), in 14 h")

    def test_and_how_long_ago(self) -> None:
        assert local_time.show_ahead(NOW - 5 * MINUTE, SHANGHAI).endswith(", 5 min ago")

    def test_days_are_named_in_the_readers_language(self) -> None:
        with translation.override("zh-hans"):
            assert "星期三" in local_time.show(NOW, SHANGHAI)

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (0, "0 s"),
            (0.2, "1 s"),
            (59, "59 s"),
            (60, "1 min"),
            (59 * 60, "59 min"),
            (3599, "1 h"),
            (80 * 60, "1 h 20 min"),
            (14 * 3600 - 1, "14 h"),
            (47 * 3600, "47 h"),
            (48 * 3600, "2 days"),
            (86400 * 365, "365 days"),
        ],
    )
    def test_lengths(self, seconds: float, words: str) -> None:
        assert local_time.span(datetime.timedelta(seconds=seconds)) == words
