"""A fair sample of a campaign's recipients, in a few contiguous pieces."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

Range = tuple[int, int]
SLICES = 10  # so many pieces of the list, at least: readers who came together may be bad together


def pieces(ranges: Sequence[Range], count: int, size: int) -> dict[Range, int]:
    """How many recipients of which ranges, off the front of each, make a fair sample of ``count``."""
    chosen = random.sample(ranges, len(ranges))
    share = math.ceil(count / min(len(ranges), max(SLICES, math.ceil(count / size))))
    taken: dict[Range, int] = {}
    for most in (share, size):  # once fairly; then what a short range lacks, from the others
        for first, last in chosen:
            before = taken.get((first, last), 0)
            more = min(most, last - first + 1, before + count - sum(taken.values())) - before
            if more > 0:
                taken[first, last] = before + more
    return taken
