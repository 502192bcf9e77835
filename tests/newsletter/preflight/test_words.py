from __future__ import annotations

import pytest

from newsletter.preflight.findings import Severity
from newsletter.preflight.words import LONG
from tests.newsletter.preflight.subjects import (
    codes,
    document,
    inspected,
    linking,
    mail,
    of_code,
    places,
    publication,
    saying,
    story,
)


class TestPlaceholders:
    @pytest.mark.parametrize(
        "text",
        [
            "lorem ipsum",
            "Lorem",
            "这里lorem那里",
            "TODO",
            "TODO: 补上",
            "**TODO**",
            "见example.com。",
            "写信到 name@example.com",
            "xxx公司",
            "XXX",
            "xxxx",
        ],
    )
    def test_block(self, text: str) -> None:
        (finding,) = of_code(saying(text), "placeholder-text")
        assert finding.severity == Severity.BLOCK
        assert places([finding]) == [(1, "insight")]

    @pytest.mark.parametrize(
        "text",
        [
            "dolorem",
            "todo list",
            "TODOS",
            "TODO_LIST",
            "TODO.md",
            "SWE-TODO",
            "notexample.com",
            "example.company",
            "example.com.cn",
            "xxxl",
            "Exxxon",
            "xx",
            "[这](https://example.com/TODO)",
            "https://example.com/lorem",
            "www.example.com",
            "example.com/path",
            "`TODO`",
            "`lorem` 和 `example.com`",
        ],
    )
    def test_parts_of_words_addresses_and_code_are_none(self, text: str) -> None:
        assert codes(saying(text)) <= {"link-bare-url"}

    def test_in_the_inbox_line(self) -> None:
        shown = mail(subject="TODO", preheader="lorem" + "字" * 20)
        found = of_code(inspected(rendered=shown), "placeholder-text")
        assert places(found) == [(None, "subject"), (None, "preheader")]

    def test_in_what_the_newsletter_says_of_itself(self) -> None:
        subject = inspected(publication=publication(tagline="TODO"))
        assert places(of_code(subject, "placeholder-text")) == [(None, "tagline")]

    def test_an_address_is_no_visible_text(self) -> None:
        assert codes(linking("https://example.com/xxx")) == set()

    def test_what_a_title_has_in_code_is_meant_in_the_subject_too(self) -> None:
        titled = document(story("给 `TODO` 排序的模型"))
        subject = inspected(titled, rendered=mail(subject="给 TODO 排序的模型"))
        assert of_code(subject, "placeholder-text") == []
        subject = inspected(titled, rendered=mail(subject="TODO 与 xxx"))
        (finding,) = of_code(subject, "placeholder-text")
        assert "xxx" in finding.message


class TestSlotsInText:
    @pytest.mark.parametrize("text", ["{{recipient_name}}，你好", "{{ web_url }}", "**{{unsubscribe_url}}**"])
    def test_of_the_list_block(self, text: str) -> None:
        (finding,) = of_code(saying(text), "slot-in-text")
        assert finding.severity == Severity.BLOCK

    @pytest.mark.parametrize("text", ["{{name}}，你好", "{{ user.first_name }}"])
    def test_of_other_names_warn(self, text: str) -> None:
        (finding,) = of_code(saying(text), "slot-like-text")
        assert finding.severity == Severity.WARN

    @pytest.mark.parametrize("text", ["`{{recipient_name}}`", "{{}}", "{name}", "{{ 1 + 1 }}", "花括号{{"])
    def test_code_and_plain_braces_are_none(self, text: str) -> None:
        assert codes(saying(text)) == set()

    def test_in_the_subject_they_are_filled(self) -> None:
        assert codes(inspected(rendered=mail(subject="{{recipient_name}}，早上好"))) == set()


class TestInvisibleCharacters:
    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f"])
    def test_control_characters_block(self, character: str) -> None:
        (finding,) = of_code(saying(f"文{character}字"), "control-character")
        assert finding.severity == Severity.BLOCK
        assert f"U+{ord(character):04X}" in finding.message

    def test_in_an_address_too(self) -> None:
        assert "control-character" in codes(linking("https://a.test/\x07"))

    def test_in_the_inbox_line_too(self) -> None:
        subject = inspected(rendered=mail(subject="文\x07字"))
        assert places(of_code(subject, "control-character")) == [(None, "subject")]

    @pytest.mark.parametrize("text", ["一\t二", "一\n二", "一\r\n二", "零宽\u200b", "👩\u200d💻"])
    def test_white_space_and_joiners_are_none(self, text: str) -> None:
        assert codes(saying(text)) == set()

    @pytest.mark.parametrize("character", ["\u202e", "\u202a", "\u2066", "\u2069"])
    def test_bidi_overrides_block(self, character: str) -> None:
        (finding,) = of_code(saying(f"a{character}b"), "bidi-override")
        assert finding.severity == Severity.BLOCK

    def test_marks_of_direction_are_none(self) -> None:
        assert codes(saying("שלום\u200f!")) == set()


class TestLongParagraphs:
    def test_inform(self) -> None:
        (finding,) = of_code(saying("字" * (LONG // 2) + "。"), "long-paragraph")
        assert finding.severity == Severity.INFORM
        assert places([finding]) == [(1, "insight")]

    def test_lines_count_apart(self) -> None:
        assert codes(saying("\n".join(["字" * (LONG // 2)] * 3))) == set()

    def test_addresses_do_not_count(self) -> None:
        assert codes(saying(f"[字](https://a.test/{'x' * LONG})")) == set()


def test_the_reading_time_is_told() -> None:
    (finding,) = of_code(inspected(document(story(insight="字" * 1000))), "reading-time")
    assert finding.message == "Reading time: 3 min. Stories: 1."
