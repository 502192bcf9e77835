from __future__ import annotations

import pytest

from newsletter.preflight.findings import Severity
from tests.newsletter.preflight.subjects import codes, inspected, mail, of_code


def subject_of(text: str) -> set[str]:
    return codes(inspected(rendered=mail(subject=text)))


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_subject_blocks(blank: str) -> None:
    (finding,) = of_code(inspected(rendered=mail(subject=blank)), "subject-missing")
    assert finding.severity == Severity.BLOCK


class TestSubject:
    @pytest.mark.parametrize("text", ["字" * 25, "a" * 50, "字" * 20 + "a" * 10])
    def test_of_50_columns_fits(self, text: str) -> None:
        assert subject_of(text) == set()

    @pytest.mark.parametrize("text", ["字" * 25 + "a", "a" * 51])
    def test_over_50_columns_warns(self, text: str) -> None:
        assert subject_of(text) == {"subject-long"}

    def test_slots_count_as_what_they_become(self) -> None:
        assert subject_of("{{recipient_name}}，" + "字" * 20) == set()
        assert subject_of("{{recipient_name}}，" + "字" * 21) == {"subject-long"}
        assert subject_of("{{lbrace}}" + "字" * 24) == set()

    def test_literal_braces_count_as_they_are_read(self) -> None:
        assert subject_of("{{lbrace}}x}}" + "a" * 45) == set()
        assert subject_of("{{lbrace}}a long name}}" + "a" * 35) == set()
        assert subject_of("{{lbrace}}a long name}}" + "a" * 36) == {"subject-long"}


class TestPreheader:
    @pytest.mark.parametrize("text", ["字" * 20, "a" * 40, "字" * 70])
    def test_that_fits(self, text: str) -> None:
        assert codes(inspected(rendered=mail(preheader=text))) == set()

    @pytest.mark.parametrize("text", ["", "字" * 19 + "a", "字" * 70 + "a"])
    def test_that_does_not(self, text: str) -> None:
        (finding,) = of_code(inspected(rendered=mail(preheader=text)), "preheader-length")
        assert finding.severity == Severity.WARN
        assert finding.place.field == "preheader"


class TestFilteredWords:
    @pytest.mark.parametrize("text", ["免费领取模型", "Win CASH now", "大模型降价！！", "限时優惠"])
    def test_inform(self, text: str) -> None:
        (finding,) = of_code(inspected(rendered=mail(subject=text)), "filtered-words")
        assert finding.severity == Severity.INFORM

    @pytest.mark.parametrize("text", ["Freedom of speech", "cashier", "模型开源！", "真的吗？"])
    def test_others_are_none(self, text: str) -> None:
        assert subject_of(text) == set()
