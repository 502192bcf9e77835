"""Nothing vanishes, in any format: whatever is written comes back, and whatever is read is written again."""

from __future__ import annotations

import contextlib
import dataclasses
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.digest.document import Document
from newsletter.digest.errors import DigestError, UnwritableDigest
from newsletter.digest.formats import FORMATS
from newsletter.digest.jsonform import from_json, to_json
from newsletter.digest.reading import parse_digest, without_findings, write_digest
from tests.newsletter.digest.bulletin.lossless import BULLETIN
from tests.newsletter.digest.express.lossless import EXPRESS
from tests.newsletter.digest.lossless import Lossless
from tests.newsletter.digest.report.lossless import REPORT
from tests.newsletter.digest.samples import ink

SAMPLES = {sample.slug: sample for sample in (EXPRESS, BULLETIN, REPORT)}
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
each_format = pytest.mark.parametrize("sample", [SAMPLES[slug] for slug in FORMATS], ids=list(FORMATS))


def reports(document: Document) -> list[str]:
    return sorted(each.code for each in document.findings)


def loses_nothing(text: str) -> None:
    """Either refused, or written back with every character in its place, and read again as the same."""
    try:
        document = parse_digest(text.encode(), "x")
    except DigestError:
        return
    written = write_digest(document)
    assert ink(written) == ink(text)
    again = parse_digest(written.encode(), "x")
    assert without_findings(again) == without_findings(document)
    assert again.notation == document.notation
    if "links.empty" not in reports(document):
        # A heading without links is reported where it stands alone, but it may be written behind a label.
        assert reports(again) == reports(document)
    restored = from_json(json.loads(json.dumps(to_json(document))))
    assert (restored, restored.notation) == (document, document.notation)


def comes_back(document: Document) -> None:
    again = without_findings(parse_digest(write_digest(document).encode(), "x"))
    # A report without front matter is given some, from its fields.
    assert dataclasses.replace(again, front_matter={}) == dataclasses.replace(document, front_matter={})


@each_format
@quick
@given(data=st.data())
def test_any_text_is_refused_or_loses_nothing(sample: Lossless, data: st.DataObject) -> None:
    loses_nothing(data.draw(sample.anything))


@each_format
@settings(quick, max_examples=400)
@given(data=st.data())
def test_any_text_in_a_digest_loses_nothing(sample: Lossless, data: st.DataObject) -> None:
    loses_nothing(data.draw(sample.digests))


@each_format
@quick
@given(data=st.data())
def test_any_bytes_are_refused_or_read(sample: Lossless, data: st.DataObject) -> None:
    with contextlib.suppress(DigestError):
        parse_digest(data.draw(st.binary(max_size=60) | sample.anything.map(str.encode)), "x")


@each_format
@pytest.mark.parametrize(
    "extra",
    [
        "- 条",
        "* 条",
        "+ 条",
        "> 引",
        "# 题",
        "### 题",
        "## 节",
        "[甲](https://a.example)",
        "**乙**",
        "**乙:** 丙",
        "```",
    ],
)
def test_any_line_anywhere_loses_nothing(sample: Lossless, extra: str) -> None:
    lines = sample.whole.split("\n")
    for position in range(len(lines) + 1):
        loses_nothing("\n".join([*lines[:position], extra, *lines[position:]]))


@each_format
@settings(quick, max_examples=60)
@given(data=st.data())
def test_a_document_is_refused_or_comes_back_equal(sample: Lossless, data: st.DataObject) -> None:
    with contextlib.suppress(UnwritableDigest):
        comes_back(data.draw(sample.documents))


@each_format
@quick
@given(data=st.data())
def test_an_ordinary_document_can_always_be_written(sample: Lossless, data: st.DataObject) -> None:
    comes_back(data.draw(sample.ordinary))
