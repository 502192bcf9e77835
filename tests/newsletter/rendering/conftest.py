"""Real issues, read by the real parsers: the project's samples, and the digests in the folder ``SUDI_DIGESTS``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.digest.document import Document
from newsletter.digest.formats import FORMATS
from newsletter.digest.reading import parse_digest

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def digests() -> list[Path]:
    folders = [SAMPLES, *(Path(folder) for folder in filter(None, [os.environ.get("SUDI_DIGESTS")]))]
    return sorted(path for folder in folders for slug in FORMATS for path in folder.glob(f"{slug}-*.md"))


@pytest.fixture(params=digests(), ids=lambda path: path.stem)
def issue(request: pytest.FixtureRequest) -> Document:
    path: Path = request.param
    return parse_digest(path.read_bytes(), path.name)
