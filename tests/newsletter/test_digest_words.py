from __future__ import annotations

import pytest
from django.utils import translation

from newsletter.digest.document import Finding, Severity
from newsletter.digest.errors import InvalidDigest, Problem
from newsletter.digest.wording import Wording, said
from newsletter.digest_words import told, why_refused

# One that the catalogues have, whatever the parsers say.
LINE = Wording("line %(number)d", {"number": 3})


@pytest.mark.parametrize(("language", "text"), [("en", "line 3"), ("zh-hans", "第 3 行"), ("zh-hant", "第 3 行")])
def test_a_wording_is_told_in_the_language_of_the_moment(language: str, text: str) -> None:
    with translation.override(language):
        assert told(Finding.of("x", Severity.WARNING, LINE)) == text
        assert told(Problem.of("x", LINE)) == text


@pytest.mark.parametrize("message", ["100 % of %(this)s", ""])
def test_a_message_without_one_is_told_as_it_is(message: str) -> None:
    with translation.override("zh-hans"):
        assert told(Finding("x", Severity.ERROR, message, 3)) == message


def test_a_refusal_is_told_with_all_its_reasons() -> None:
    error = InvalidDigest([Problem.of("x", LINE), Problem.of("y", said("%(what)s: 5 %%", what="100 %"))])
    with translation.override("zh-hans"):
        assert why_refused(error) == "第 3 行; 100 %: 5 %"
