"""Real issues, read by the real parsers: the project's samples, and the digests in the folder ``SUDI_DIGESTS``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from newsletter.bootstrap import PUBLICATIONS
from newsletter.digest.document import Document
from newsletter.digest.reading import parse_digest
from newsletter.preflight.inspected import Inspected
from newsletter.rendering.pipeline import render
from newsletter.rendering.publication import Publication, Theme

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def paths() -> dict[str, Path]:
    """The real issues that are here, by name."""
    folders = [SAMPLES, *(Path(folder) for folder in filter(None, [os.environ.get("SUDI_DIGESTS")]))]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*-*-*-*.md"))}


def digests() -> list[ParameterSet]:
    """Each of them as a parameter."""
    return [pytest.param(read(path), id=name) for name, path in paths().items()]


def read(path: Path) -> Document:
    return parse_digest(path.read_bytes(), path.name)


def published(issue: Document) -> Inspected:
    """The issue as its publication would send it."""
    (values,) = (dict(each) for each in PUBLICATIONS if each["slug"] == issue.format)
    theme, name = Theme(**values.pop("theme")), values["name"]
    newsletter = Publication(
        **values, theme=theme, format=issue.format, from_name=name, from_email="desk@sudi.test", reply_to=None
    )
    assert issue.date_start
    return Inspected(issue, render(issue, newsletter), newsletter, issue.date_start)
