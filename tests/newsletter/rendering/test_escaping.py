"""An editor's text reaches the reader as it was written: never as markup, never as a merge slot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.digest.document import Block, Source
from newsletter.rendering.errors import BrokenMail, UnknownLook, UnsafeLink
from newsletter.rendering.pipeline import Rendered, render
from newsletter.rendering.slots import UnknownSlot, fill, used
from tests.newsletter.rendering.factories import VALUES, bullet, document, paragraph, publication, publication_of, story
from tests.newsletter.rendering.full import FORMATS, full_document
from tests.newsletter.rendering.reading import read


def seen(mail: Rendered) -> str:
    return read(fill(mail.html, VALUES, "html"))[0]


HOSTILE = "参数 (<15B) & a<b>c</b> \"q\" 'r' 5% [pro] snake_case &amp; &#x4e2d; <script>alert(1)</script> <!-- x -->"


def test_html_in_a_digest_is_text_wherever_it_stands() -> None:
    mail = render(
        document(
            story(
                HOSTILE,
                category=HOSTILE,
                insight=HOSTILE,
                sources=(Source(HOSTILE, "https://a.cn/"),),
                blocks=(Block(HOSTILE, (bullet(HOSTILE, HOSTILE), paragraph(HOSTILE))),),
            ),
            title=HOSTILE,
            series=HOSTILE,
            icon="<i>",
        ),
        publication(name=HOSTILE, tagline=HOSTILE, from_name=HOSTILE, postal_address=HOSTILE),
    )
    assert "<script" not in mail.html.casefold()
    assert "<b>" not in mail.html
    assert seen(mail).count(HOSTILE) >= 11
    assert fill(mail.text, VALUES, "text").count(HOSTILE) >= 11


@pytest.mark.parametrize("format_name", FORMATS)
def test_html_is_text_in_every_field_of_every_look(format_name: str) -> None:
    issue = full_document(format_name, HOSTILE)
    mail = render(issue, publication_of(issue))
    assert "<script" not in mail.html.casefold()
    assert "<b>" not in mail.html
    assert seen(mail).count(HOSTILE) >= 75
    assert fill(mail.text, VALUES, "text").count(HOSTILE) >= 75


@given(st.text(alphabet="{}*` w_urle<&(", min_size=1, max_size=12), st.sampled_from(FORMATS))
@settings(max_examples=40, deadline=None)
def test_braces_are_never_a_slot_in_any_field_of_any_look(text: str, format_name: str) -> None:
    mail = render(full_document(format_name, text), publication())
    real = {"web_url", "unsubscribe_url", "preferences_url", "lbrace"}
    for part in (mail.subject, mail.preheader, mail.html, mail.text):
        assert used(part) <= real


@given(st.text(alphabet="{}*` w_urle<&(", min_size=1, max_size=24))
@settings(max_examples=60, deadline=None)
def test_braces_in_any_field_are_never_a_slot(text: str) -> None:
    before = render(document(story("题")), publication())
    mail = render(
        document(
            story("题" + text, category=text, insight=text, blocks=(Block(text, (bullet(text, text),)),)),
            icon=text,
            description=text,
        ),
        publication(name=text, tagline=text, from_name=text, postal_address=text),
    )
    for part in ("subject", "preheader", "html", "text"):
        extra = used(getattr(mail, part)) - used(getattr(before, part))
        assert extra <= {"lbrace"}


def test_double_braces_read_as_they_were_written() -> None:
    mail = render(document(story("模板 {{name}} 与 {{{x}}}", insight="{**{web_url}}**")), publication(), subject="x")
    assert "模板 {{name}} 与 {{{x}}}" in seen(mail)
    assert "模板 {{name}} 与 {{{x}}}" in fill(mail.text, VALUES, "text")
    assert "{{web_url}}" in fill(mail.text, VALUES, "text")
    assert "{{web_url}}" in seen(mail)


def test_addresses_keep_their_query_and_lose_what_would_end_the_attribute() -> None:
    url = "https://a.cn/p?x=1&y='2'&z={{w}}\"><b>"
    mail = render(document(story(sources=(Source("名", url),))), publication())
    _, links = read(mail.html)
    assert "https://a.cn/p?x=1&y='2'&z=%7B%7Bw%7D%7D%22%3E%3Cb%3E" in links
    assert url in fill(mail.text, VALUES, "text")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "/relative", "ftp://a.cn/"])
def test_a_link_that_is_not_for_a_mail_is_refused(url: str) -> None:
    with pytest.raises(UnsafeLink, match="http, https or mailto"):
        render(document(story(sources=(Source("名", url),))), publication())


def test_a_given_subject_may_hold_known_slots_and_no_others() -> None:
    mail = render(document(), publication(), subject="{{recipient_name}}，早", preheader="今天 <三件事> & 更多")
    assert mail.subject == "{{recipient_name}}，早"
    assert "今天 <三件事> & 更多" in seen(mail)
    with pytest.raises(UnknownSlot, match="first"):
        render(document(), publication(), subject="{{first}}")
    with pytest.raises(BrokenMail, match="one line"):
        render(document(), publication(), subject="a\nBcc: b")


def test_a_format_without_a_look_is_refused_by_name() -> None:
    with pytest.raises(UnknownLook, match=r"'../express'.*express"):
        render(document(format="../express"), publication())
