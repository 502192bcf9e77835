from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering import slots
from newsletter.rendering.slots import Context, MissingValue, UnknownSlot, UnsafeValue
from tests.newsletter.rendering.factories import VALUES

URLS = dict.fromkeys(slots.URL_SLOTS, "https://news.sudi.test/x?a=1")
GIVEN = URLS | {"campaign_id": "c-1"}


def ses(text: str, values: dict[str, str]) -> str:
    """What SES does: one pass of plain substitution, nothing escaped."""
    return re.sub(r"\{\{([^{}]*)\}\}", lambda match: values[match[1]], text)


def test_a_slot_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(UnknownSlot, match="'first_name'"):
        slots.check("Hello {{first_name}}")
    with pytest.raises(UnknownSlot):
        slots.slot("first_name")


@pytest.mark.parametrize("text", ["{{ web_url }}", "a {{ b", "{{{web_url}}}", "{{web_url}", "{{{{", "{{#if x}}"])
def test_braces_that_are_no_slot_are_refused(text: str) -> None:
    with pytest.raises(UnknownSlot):
        slots.check(text)


@given(st.text(alphabet="{}ab_url we", max_size=30))
def test_any_text_survives_escaping_and_substitution(text: str) -> None:
    escaped = slots.escape(text)
    slots.check(escaped)
    values = slots.values_for_ses(GIVEN)
    assert ses(escaped, values) == slots.fill(escaped, values, "text") == text


@given(st.text(max_size=200), st.sampled_from(["html", "text", "header"]))
def test_a_name_means_the_same_filled_by_us_and_by_ses_in_every_context(name: str, context: Context) -> None:
    values = slots.values_for_ses(GIVEN | {"recipient_name": name})
    template = '<p title="{{recipient_name}}">{{recipient_name}}</p>{{lbrace}}{{web_url}}'
    assert slots.fill(template, values, context) == ses(template, values)
    assert html.unescape(html.escape(values["recipient_name"])) == values["recipient_name"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("O'Brien & <b>Söhne</b>", "O’Brien ＆ ‹b›Söhne‹/b›"),
        ("王\r\nBcc: x@y.z", "王 Bcc: x@y.z"),
        ("{{unsubscribe_url}}", "｛｛unsubscribe_url｝｝"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("  李　 雷 ", "李 雷"),
    ],
)
def test_a_name_stays_readable_and_becomes_harmless(name: str, shown: str) -> None:
    assert slots.safe_name(name) == shown


@pytest.mark.parametrize("bad", ["?a=1&b=2", '"', "'", "<", ">", " ", "中", "{{x}}", "\n"])
def test_an_address_that_one_context_would_change_is_refused(bad: str) -> None:
    with pytest.raises(UnsafeValue, match="web_url"):
        slots.values_for_ses(GIVEN | {"web_url": "https://news.sudi.test/" + bad})


def test_only_web_addresses_fill_an_address_slot() -> None:
    with pytest.raises(UnsafeValue):
        slots.values_for_ses(GIVEN | {"web_url": "javascript:alert(1)"})


def test_every_slot_gets_a_value_and_a_missing_one_is_named() -> None:
    assert slots.values_for_ses(GIVEN).keys() == slots.SLOTS
    assert slots.values_for_ses(GIVEN)["recipient_name"] == ""
    with pytest.raises(MissingValue, match="unsubscribe_url"):
        slots.values_for_ses({name: value for name, value in GIVEN.items() if name != "unsubscribe_url"})
    with pytest.raises(UnknownSlot, match="colour"):
        slots.values_for_ses(GIVEN | {"colour": "red"})
    with pytest.raises(UnsafeValue, match="campaign_id"):
        slots.values_for_ses(GIVEN | {"campaign_id": "a b"})


def test_filling_escapes_for_its_context() -> None:
    raw = {"recipient_name": 'A & "B"', "web_url": "https://a.cn/?a=1&b=2"}
    text = "{{recipient_name}} {{web_url}}"
    assert slots.fill(text, raw, "html") == "A &amp; &quot;B&quot; https://a.cn/?a=1&amp;b=2"
    assert slots.fill(text, raw, "text") == slots.fill(text, raw, "header") == 'A & "B" https://a.cn/?a=1&b=2'
    with pytest.raises(UnsafeValue, match="recipient_name"):
        slots.fill("{{recipient_name}}", {"recipient_name": "a\nBcc: b"}, "header")


def test_filling_needs_every_value_and_reads_no_slot_in_a_value() -> None:
    with pytest.raises(MissingValue, match="web_url"):
        slots.fill("{{web_url}}", {}, "text")
    assert slots.fill("{{recipient_name}}", {**VALUES, "recipient_name": "{{web_url}}"}, "text") == "{{web_url}}"
