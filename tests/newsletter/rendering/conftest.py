"""Real issues, read by the real parsers: the project's samples, and the digests in the folder ``SUDI_DIGESTS``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.digest.detection import detect
from newsletter.digest.document import Document

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def express_digests() -> list[Path]:
    folders = [SAMPLES, *(Path(folder) for folder in filter(None, [os.environ.get("SUDI_DIGESTS")]))]
    return sorted(path for folder in folders for path in folder.glob("express-*.md"))


@pytest.fixture(params=express_digests(), ids=lambda path: path.stem)
def issue(request: pytest.FixtureRequest) -> Document:
    path: Path = request.param
    text = path.read_text(encoding="utf-8-sig")
    return detect(text).parse(text)
