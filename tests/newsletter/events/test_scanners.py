"""Who opened and who clicked, as far as anybody can tell."""

from __future__ import annotations

import datetime
import random

import pytest

from newsletter.events.scanners import Click, is_machine, last_by_person

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"
NOON = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "user_agent",
    [
        None,
        "",
        "Mozilla/5.0",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "BarracudaCentral/1.0",
        "python-requests/2.34",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0",
    ],
)
def test_machines_are_known_by_their_names(user_agent: str | None) -> None:
    assert is_machine(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        SAFARI,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 15; CUBOT X90) AppleWebKit/537.36 Chrome/140.0 Mobile MicroMessenger/8.0",
        "Outlook-iOS/2.0",
    ],
)
def test_what_people_read_with_is_no_machine(user_agent: str) -> None:
    assert not is_machine(user_agent)


def click(seconds: float, link: str = "a", user_agent: str | None = SAFARI) -> Click:
    return Click(NOON + datetime.timedelta(seconds=seconds), link, user_agent)


def test_all_links_at_once_are_no_persons() -> None:
    assert last_by_person([click(0, "a"), click(1, "b"), click(2, "c"), click(2.5, "d")]) is None


def test_a_person_who_clicks_after_the_scanner_is_seen() -> None:
    assert last_by_person([click(0, "a"), click(1, "b"), click(2, "c"), click(60, "a")]) == click(60).at


@pytest.mark.parametrize(
    "clicks",
    [
        [click(0, "a")],
        [click(0, "a"), click(1, "a"), click(2, "a"), click(3, "a")],  # impatient
        [click(0, "a"), click(6, "b"), click(12, "c"), click(18, "d")],  # quick
        [click(0, "a"), click(30, "b"), click(31, "b", "curl/8.0")],
    ],
)
def test_people_click_one_link_at_a_time(clicks: list[Click]) -> None:
    people = [each for each in clicks if each.user_agent == SAFARI]
    assert last_by_person(clicks) == people[-1].at


def test_order_does_not_matter() -> None:
    clicks = [click(0, "a"), click(1, "b"), click(2, "c"), click(40, "b"), click(50, "x", "Googlebot/2.1")]
    for _ in range(20):
        random.shuffle(clicks)
        assert last_by_person(clicks) == click(40).at


def test_of_no_clicks_there_is_no_last() -> None:
    assert last_by_person([]) is None
