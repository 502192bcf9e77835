from __future__ import annotations

import pytest
from django.utils import translation

from newsletter.digest.document import Finding, Severity
from newsletter.digest.wording import Wording
from newsletter.preflight import findings as preflight
from newsletter.preflight.imported import FOUND_ANEW
from tests.newsletter.preflight.subjects import codes, document, inspected, of_code


def test_errors_of_the_import_block_at_their_line() -> None:
    found = Finding("url.refused", Severity.ERROR, "the address 'javascript:x' is shown as text", 6)
    (finding,) = of_code(inspected(document(findings=(found,))), "import-error")
    assert finding.severity == preflight.Severity.BLOCK
    assert finding.place.line == 6
    assert "'javascript:x' is shown as text (url.refused)" in finding.message


def test_its_warnings_warn() -> None:
    found = Finding("label.unknown", Severity.WARNING, "the label is unknown", None)
    (finding,) = of_code(inspected(document(findings=(found,))), "import-warning")
    assert finding.severity == preflight.Severity.WARN
    assert finding.place.line is None


def test_they_are_told_in_the_language_of_the_moment_and_told_apart_in_none() -> None:
    found = Finding.of("x.y", Severity.ERROR, Wording("line %(number)d", {"number": 3}))
    with translation.override("zh-hans"):
        (finding,) = of_code(inspected(document(findings=(found,))), "import-error")
    assert "第 3 行" in finding.message
    assert finding.about == "x.y line 3"


@pytest.mark.parametrize("code", sorted(FOUND_ANEW))
def test_what_is_found_anew_is_told_once(code: str) -> None:
    assert codes(inspected(document(findings=(Finding(code, Severity.WARNING, "found", 3),)))) == set()
