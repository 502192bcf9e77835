"""From Markdown to mail, warm: how long it takes, and where the time goes."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from demo.mails import publication_of
from newsletter.digest.reading import parse_digest
from newsletter.rendering import inlining, pipeline, templates

WARM_UP = 3
# Where each stage of the pipeline is called from, and its name in the table.
STAGES = {
    "templates": (templates, "mjml"),
    "mjml": (pipeline, "mjml2html"),
    "inline": (inlining, "inlined"),
    "compact": (pipeline, "compact"),
    "text": (pipeline, "plain_text"),
    "checks": (pipeline, "check_mail"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Timing:
    """One digest: medians in milliseconds, and the size of its HTML in bytes, slots unfilled."""

    digest: str
    total_ms: float
    stages_ms: dict[str, float]
    html_bytes: int


def measure(path: Path, runs: int) -> Timing:
    """Parse and render the digest ``runs`` times, after a warm-up. Raises what a bad digest raises."""
    data = path.read_bytes()
    runs_ms: list[dict[str, float]] = []
    html = ""
    for run in range(WARM_UP + runs):
        spent: dict[str, float] = defaultdict(float)
        with _timed(spent):
            began = time.perf_counter()
            document = parse_digest(data, path.name)
            spent["parse"] = _since(began)
            html = pipeline.render(document, publication_of(document)).html
            spent["total"] = _since(began)
        if run >= WARM_UP:
            runs_ms.append(spent)
    medians = {name: statistics.median(run[name] for run in runs_ms) for name in runs_ms[0]}
    total = medians.pop("total")
    rest = {"other": total - sum(medians.values())}
    return Timing(path.stem, total, medians | rest, len(html.encode()))


@contextmanager
def _timed(spent: dict[str, float]) -> Iterator[None]:
    with ExitStack() as stack:
        for name, (module, attribute) in STAGES.items():
            stack.enter_context(patch.object(module, attribute, _watch(name, module, attribute, spent)))
        yield


def _watch(name: str, module: Any, attribute: str, spent: dict[str, float]) -> Callable[..., Any]:
    stage = getattr(module, attribute)

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return stage(*args, **kwargs)
        finally:
            spent[name] += _since(began)

    return timed


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
