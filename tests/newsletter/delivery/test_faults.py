from __future__ import annotations

import subprocess
import sys
import timeit

import pytest

from newsletter.delivery import faults
from newsletter.delivery.faults import POINTS, Point


class Struck(Exception):
    pass


def strike(point: Point) -> None:
    raise Struck(point)


def strikes(passes: int, *, when: float) -> list[int]:
    """At which passes an armed point ends the process."""
    struck = []
    with faults.armed("claimed", strike, when=when):
        for number in range(1, passes + 1):
            try:
                faults.at("claimed")
            except Struck:
                struck.append(number)
    return struck


def test_nothing_happens_where_none_is_armed() -> None:
    for point in POINTS:
        faults.at(point)


def test_a_disarmed_point_costs_a_tenth_of_a_microsecond() -> None:
    """A chunk passes seven of them; the bound leaves room for a busy machine."""
    passes = 100_000
    seconds = min(timeit.repeat(lambda: faults.at("claimed"), number=passes, repeat=5))
    assert seconds / passes < 1e-6


def test_a_number_is_the_pass_at_which_it_strikes() -> None:
    assert strikes(5, when=3) == [3]


def test_less_than_one_is_a_probability() -> None:
    assert 200 < len(strikes(1000, when=0.5)) < 800
    assert strikes(100, when=0.999999) == list(range(1, 101))


def test_another_point_is_passed() -> None:
    with faults.armed("claimed", strike):
        faults.at("claiming")


def test_an_unknown_point_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault point lunch; there are freezing"):
        faults.arm({"lunch": "1"})


@pytest.mark.parametrize("point", ["claimed", "calling"])
def test_an_armed_point_kills_its_own_process(point: Point) -> None:
    """``calling`` strikes a moment later, while the call is out."""
    code = (
        f"import time; from newsletter.delivery import faults; faults.arm({{'{point}': '1'}}); faults.at('{point}'); "
    )
    done = subprocess.run([sys.executable, "-c", code + "time.sleep(30)"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-9, f"fault point {point}: SIGKILL\n")
