from __future__ import annotations

import pytest

from newsletter.digest.document import Cover, Link
from newsletter.preflight.findings import Severity
from newsletter.preflight.size import GMAIL_CLIPS, TRACKED_LINK, WORRYING, grown_size
from newsletter.rendering.errors import BrokenMail, UnsafeLink
from newsletter.rendering.slots import UnknownSlot
from tests.newsletter.preflight.subjects import (
    FOOTER,
    codes,
    document,
    html,
    inspected,
    linking,
    mail,
    of_code,
    places,
    publication,
    saying,
    story,
)


def test_a_mail_that_cannot_be_made_blocks_and_says_why() -> None:
    (finding,) = of_code(inspected(rendered=BrokenMail("the HTML lost its doctype")), "mail-impossible")
    assert finding.severity == Severity.BLOCK
    assert "the HTML lost its doctype" in finding.message


def test_what_does_not_need_the_mail_is_found_without_it() -> None:
    assert codes(inspected(document(story(insight="lorem")), rendered=BrokenMail("no"))) == {
        "mail-impossible",
        "placeholder-text",
    }


class TestSlots:
    def test_an_unknown_one_that_rendering_refused(self) -> None:
        assert codes(inspected(rendered=UnknownSlot("unknown merge slot 'nam'"))) == {"slot-unknown"}

    @pytest.mark.parametrize("part", ["subject", "preheader", "html", "text"])
    def test_an_unknown_one_in_any_part(self, part: str) -> None:
        whole = mail()
        spoilt = mail(**{part: f"{getattr(whole, part)} {{{{nam}}}}"})
        (finding,) = of_code(inspected(rendered=spoilt), "slot-unknown")
        assert "'nam'" in finding.message
        assert finding.place.field == (part if part in {"subject", "preheader"} else None)

    def test_known_ones_are_none(self) -> None:
        greeting = mail(subject="{{recipient_name}}，早上好｜AI行业速递", text=mail().text + "{{lbrace}}")
        assert codes(inspected(rendered=greeting)) == set()


class TestSize:
    def test_links_grow_as_tracking_makes_them(self) -> None:
        short = '<p><a class="x" href="https://a.test/" id="b">一</a></p>'
        grown = short.replace("https://a.test/", "x" * TRACKED_LINK)
        assert grown_size(short) == len(grown.encode())

    def test_a_longer_link_stays_as_long(self) -> None:
        long = f'<a href="https://a.test/{"y" * 400}">一</a>'
        assert grown_size(long) == len(long.encode())

    def test_slots_are_filled(self) -> None:
        assert grown_size("{{recipient_name}}") == 80

    def test_more_than_gmail_shows_blocks(self) -> None:
        subject = inspected(rendered=mail(html=html("字" * (GMAIL_CLIPS // 3))))
        (finding,) = of_code(subject, "html-too-large")
        assert finding.severity == Severity.BLOCK
        assert "html-large" not in codes(subject)

    def test_what_comes_near_warns(self) -> None:
        subject = inspected(rendered=mail(html=html("字" * (WORRYING // 3))))
        (finding,) = of_code(subject, "html-large")
        assert finding.severity == Severity.WARN
        assert "html-too-large" not in codes(subject)

    def test_links_alone_can_make_it_too_large(self) -> None:
        links = '<a href="https://a.test/">一</a>' * 400
        assert len(html(links)) < 20_000
        assert "html-too-large" in codes(inspected(rendered=mail(html=html(links))))

    @pytest.mark.parametrize(("bytes_", "code"), [(WORRYING, None), (WORRYING + 1, "html-large")])
    def test_the_limit_itself_is_allowed(self, bytes_: int, code: str | None) -> None:
        whole = html("a" * (bytes_ - grown_size(html())))
        assert grown_size(whole) == bytes_
        assert codes(inspected(rendered=mail(html=whole))) == ({code} if code else set())


class TestWhatEveryMailMustShow:
    @pytest.mark.parametrize(
        ("slot", "code"), [("unsubscribe_url", "unsubscribe-missing"), ("web_url", "web-link-missing")]
    )
    def test_a_slot(self, slot: str, code: str) -> None:
        slot = f"{{{{{slot}}}}}"
        for part in ("html", "text"):
            spoilt = mail(**{part: getattr(mail(), part).replace(slot, "https://a.test/")})
            (finding,) = of_code(inspected(rendered=spoilt), code)
            assert finding.severity == Severity.BLOCK
            assert slot in finding.remedy

    def test_a_postal_address(self) -> None:
        bare = FOOTER.partition("网页</a>")[0] + "网页</a>"
        for spoilt in (mail(html=html(footer=bare)), mail(text="{{unsubscribe_url}} {{web_url}}")):
            (finding,) = of_code(inspected(rendered=spoilt), "postal-address-missing")
            assert finding.severity == Severity.BLOCK

    @pytest.mark.parametrize("blank", ["", " \n"])
    def test_a_newsletter_without_one(self, blank: str) -> None:
        subject = inspected(publication=publication(postal_address=blank))
        assert places(of_code(subject, "postal-address-missing")) == [(None, "postal_address")]

    def test_an_address_on_several_lines_is_found(self) -> None:
        shown = mail(html=html("", footer=FOOTER.replace(" 1 号", "<br>1 &#x53F7;")))
        assert codes(inspected(rendered=shown, publication=publication())) == set()


class TestAnchors:
    @pytest.mark.parametrize("href", ["#story-2", "{{web_url}}#story-2"])
    def test_to_nowhere_block(self, href: str) -> None:
        shown = html(f'<h2 id="story-1">一</h2><a href="{href}">二</a>')
        (finding,) = of_code(inspected(rendered=mail(html=shown)), "anchor-broken")
        assert finding.severity == Severity.BLOCK
        assert "#story-2" in finding.message

    def test_to_what_is_there(self) -> None:
        body = '<h2 id="story-1">一</h2><a name="b"></a><a href="#b">二</a><a href="{{web_url}}#story-1">三</a>'
        assert codes(inspected(rendered=mail(html=html(body)))) == set()

    def test_of_other_pages_are_theirs(self) -> None:
        assert codes(inspected(rendered=mail(html=html('<a href="https://a.test/#x">一</a>')))) == set()


class TestImages:
    def test_without_alt_block(self) -> None:
        (finding,) = of_code(
            inspected(rendered=mail(html=html('<img src="https://a.test/b.png">'))), "image-without-alt"
        )
        assert finding.severity == Severity.BLOCK
        assert "https://a.test/b.png" in finding.message

    def test_ornaments_say_so(self) -> None:
        shown = html('<img src="https://a.test/b.png" alt="">')
        assert codes(inspected(rendered=mail(html=shown))) == {"image-weight"}

    @pytest.mark.parametrize("alt", [None, "", " "])
    def test_a_cover_without_alt(self, alt: str | None) -> None:
        subject = inspected(document(cover=Cover("https://a.test/c.png", alt)))
        assert places(of_code(subject, "image-without-alt")) == [(None, "cover")]

    def test_weigh_what_is_known(self) -> None:
        shown = html('<img src="https://a.test/b.png" alt="b"><img src="data:image/gif;base64,R0" alt="c">')
        subject = inspected(rendered=mail(html=shown), image_bytes=(("https://a.test/b.png", 30_000),))
        (finding,) = of_code(subject, "image-weight")
        assert finding.severity == Severity.INFORM
        assert "Images: 2, together 30 KB; the weight of 0 is not known." in finding.message

    def test_of_unknown_weight(self) -> None:
        shown = html('<img src="https://a.test/b.png" alt="b">')
        (finding,) = of_code(inspected(rendered=mail(html=shown)), "image-weight")
        assert "the weight of 1 is not known" in finding.message


class TestRefusedLinks:
    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "ftp://a.test/", "/relative", "https://", "https://a.test/a b", "http://[a"]
    )
    def test_block(self, url: str) -> None:
        (finding,) = of_code(linking(url), "link-refused")
        assert finding.severity == Severity.BLOCK
        assert finding.place.field == "other_links"

    @pytest.mark.parametrize("url", ["https://a.test/", "mailto:desk@a.test"])
    def test_others_do_not(self, url: str) -> None:
        assert codes(linking(url)) == set()

    def test_a_link_without_an_address_blocks(self) -> None:
        (finding,) = of_code(inspected(document(story(links=(Link("论文", ""),)))), "link-refused")
        assert finding.place.field == "links"

    def test_another_line_without_an_address_is_text(self) -> None:
        assert codes(linking("")) == set()

    def test_are_told_once(self) -> None:
        subject = linking("javascript:alert(1)")
        failed = inspected(subject.document, rendered=UnsafeLink("links in a mail are http, https or mailto"))
        assert codes(failed) == {"link-refused"}

    def test_that_only_the_mail_has(self) -> None:
        shown = mail(html=html('<a href="javascript:x">一</a>'))
        assert codes(inspected(rendered=shown)) == {"link-refused"}

    def test_refused_by_rendering_alone_are_told_as_its_failure(self) -> None:
        assert codes(inspected(rendered=UnsafeLink("the logo"))) == {"mail-impossible"}

    def test_shown_as_text_are_the_imports_business(self) -> None:
        assert codes(saying("[这](javascript:x)")) == set()
