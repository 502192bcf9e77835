"""The preview of a mail on the review page, and the answer in its frame."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Issue, Newsletter
from subscribers.models import Standing, Subscriber, Subscription
from tests.browser import audit
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

MODES = ("light", "dark", "no-styles", "no-images", "text")
NOBODY = Client()


@pytest.fixture
def issue(desk: Desk) -> Issue:
    draft = desk.draft()
    Issue.objects.update(subject="{{recipient_name}}，早", preheader="{{recipient_name}}，请看")
    return Issue.objects.get(pk=draft.pk)


@pytest.fixture
def writer(desk: Desk) -> Client:
    return signed_in(make_person("Writers", "lin"))


@pytest.fixture
def superuser(desk: Desk) -> Client:
    return signed_in(make_person("superuser", "root"))


def zone(client: Client, issue: Issue, query: str = "") -> dict[str, object]:
    """What the review page was given for its preview."""
    response = client.get(reverse("admin:newsletter_issue_review", args=[issue.pk]) + query)
    assert response.status_code == 200
    found: dict[str, object] = response.context["preview"]
    return found


def framed(client: Client, issue: Issue, mode: str = "light", reader: str = "none") -> _MonkeyPatchedWSGIResponse:
    """What the frame shows to somebody who isn't signed in and has the address."""
    address = reverse("admin:newsletter_issue_preview")
    return Client().get(address, {"key": str(zone(client, issue)["key"]), "mode": mode, "reader": reader})


class TestTheAnswer:
    @pytest.mark.parametrize("mode", MODES)
    def test_knows_no_session_and_runs_nothing(self, mode: str, issue: Issue, writer: Client) -> None:
        response = framed(writer, issue, mode)
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        policy = response.headers["Content-Security-Policy"]
        for directive in ("default-src 'none'", "sandbox", "form-action 'none'", "frame-ancestors 'self'"):
            assert directive in policy.split("; ")
        assert "script" not in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert response.headers["X-Robots-Tag"] == "noindex"

    def test_reads_no_session_of_who_has_one(self, issue: Issue, writer: Client) -> None:
        response = writer.get(str(zone(writer, issue)["first"]))
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")

    @pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "text"])
    def test_has_no_link_that_leads_anywhere(self, mode: str, issue: Issue, writer: Client) -> None:
        page = framed(writer, issue, mode).text
        assert set(re.findall(r'href="([^"]*)"', page)) == {"#nowhere"}
        assert "/s/sample/unsubscribe/" in page
        assert "<script" not in page

    def test_differs_by_mode(self, issue: Issue, writer: Client) -> None:
        pages = {mode: framed(writer, issue, mode).text for mode in MODES}
        assert "prefers-color-scheme" not in "".join(pages.values())
        assert "color-scheme:dark" in pages["dark"]
        assert "color-scheme:light" in pages["light"]
        assert "<style" not in pages["no-styles"]
        assert "<pre>" in pages["text"]
        assert len(set(pages.values())) == len(MODES) - ("<img" not in pages["light"])

    @pytest.mark.parametrize(
        ("reader", "name"), [("none", ""), ("chinese", "欧阳晓宁"), ("latin", "Maximiliane Wolkenstein-Hohenfels")]
    )
    @pytest.mark.parametrize("mode", ["light", "text"])
    def test_is_filled_for_the_sample_reader(
        self, reader: str, name: str, mode: str, issue: Issue, writer: Client
    ) -> None:
        page = framed(writer, issue, mode, reader).text
        assert f"{name}，" in page
        assert "{{" not in page

    def test_shows_what_was_approved(self, desk: Desk, writer: Client) -> None:
        issue = desk.approved()
        assert issue.approved_rendition is not None
        assert zone(writer, issue)["version"] == issue.approved_rendition.hash[:6]
        assert framed(writer, issue).status_code == 200

    def test_never_posts(self, issue: Issue) -> None:
        assert NOBODY.post(reverse("admin:newsletter_issue_preview")).status_code == 405


class TestAnAddressThatShowsNothing:
    def answer(self, key: object, **query: str) -> _MonkeyPatchedWSGIResponse:
        response = NOBODY.get(reverse("admin:newsletter_issue_preview"), {"key": str(key), "reader": "none", **query})
        assert "Reload the review page" in response.text
        assert not response.cookies
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        return response

    def test_an_hour_later_it_is_too_old(self, issue: Issue, writer: Client) -> None:
        key = zone(writer, issue)["key"]
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61)):
            response = self.answer(key)
        assert response.status_code == 410
        assert "too old" in response.text

    @pytest.mark.parametrize("key", ["", "x", "WzFd:1abc:forged"])
    @pytest.mark.django_db
    def test_a_forged_one_is_refused(self, key: str) -> None:
        assert self.answer(key).status_code == 403

    def test_one_of_an_issue_that_has_changed_says_so(self, issue: Issue, writer: Client) -> None:
        key = zone(writer, issue)["key"]
        Newsletter.objects.update(name="别名")
        response = self.answer(key)
        assert response.status_code == 410
        assert "has changed since" in response.text

    def test_one_of_an_issue_that_no_mail_can_be_made_of(self, issue: Issue, writer: Client) -> None:
        key = zone(writer, issue)["key"]
        Issue.objects.update(subject="{{name}}")
        assert self.answer(key).status_code == 410

    def test_an_unknown_mode(self, issue: Issue, writer: Client) -> None:
        assert self.answer(zone(writer, issue)["key"], mode="sepia").status_code == 404

    def test_a_reader_whom_the_key_does_not_name(self, desk: Desk, issue: Issue, writer: Client) -> None:
        desk.readers(["ada@example.test"])
        stranger = str(Subscription.objects.get().pk)
        assert self.answer(zone(writer, issue)["key"], reader=stranger).status_code == 410


class TestTheZone:
    def test_names_the_modes_widths_and_sample_readers(self, issue: Issue, writer: Client) -> None:
        page = writer.get(reverse("admin:newsletter_issue_review", args=[issue.pk])).text
        frame = re.search(r"<iframe[^>]*>", page)
        assert frame is not None
        assert 'sandbox=""' in frame[0]
        for words in ("375 px", "320 px", "Desktop", "Light", "Dark", "Without style sheets", "Plain text"):
            assert words in page
        assert "欧阳晓宁" in page

    def test_without_a_mail_it_leads_to_the_findings(self, desk: Desk, writer: Client) -> None:
        Issue.objects.filter(pk=desk.draft().pk).update(subject="{{name}}")
        page = writer.get(reverse("admin:newsletter_issue_review", args=[Issue.objects.get().pk])).text
        assert "No mail can be made of this issue yet." in page
        assert 'href="#findings"' in page
        assert "<iframe" not in page


class TestRealReaders:
    @pytest.fixture(autouse=True)
    def readers(self, desk: Desk) -> None:
        desk.readers([f"r{number}@example.test" for number in range(5)])
        Subscriber.objects.filter(email="r0@example.test").update(name="O'Brien & Söhne")
        Subscription.objects.filter(subscriber__email="r4@example.test").update(status=Standing.UNSUBSCRIBED)

    def choose(self, client: Client, issue: Issue, address: str) -> _MonkeyPatchedWSGIResponse:
        return client.post(reverse("admin:newsletter_issue_preview_reader", args=[issue.pk]), {"address": address})

    def test_are_offered_to_who_may_see_readers(self, issue: Issue, superuser: Client) -> None:
        labels = [label for _, label in zone(superuser, issue)["readers"]]  # type: ignore[attr-defined]
        assert labels[3:] == ["r3@example.test", "r2@example.test", "r1@example.test"]

    def test_are_shown_to_nobody_else(self, issue: Issue, writer: Client) -> None:
        page = writer.get(reverse("admin:newsletter_issue_review", args=[issue.pk])).text
        assert "@example.test" not in page
        named = Subscription.objects.get(subscriber__email="r0@example.test")
        assert zone(writer, issue, f"?reader={named.pk}")["chosen"] == "none"
        assert self.choose(writer, issue, "r0@example.test").status_code == 403

    def test_are_found_by_address_which_stays_out_of_the_address_bar(self, issue: Issue, superuser: Client) -> None:
        answer = self.choose(superuser, issue, " R0@Example.test ")
        named = Subscription.objects.get(subscriber__email="r0@example.test")
        assert answer.headers["Location"].endswith(f"/review/?reader={named.pk}#preview")
        given = zone(superuser, issue, f"?reader={named.pk}")
        assert given["chosen"] == str(named.pk)
        assert "O’Brien ＆ Söhne，" in NOBODY.get(str(given["first"])).text
        assert parse_qs(urlsplit(str(given["first"])).query)["reader"] == [str(named.pk)]

    def test_keep_their_links_to_themselves(self, issue: Issue, superuser: Client) -> None:
        named = Subscription.objects.get(subscriber__email="r0@example.test")
        for mode in MODES:
            given = zone(superuser, issue, f"?reader={named.pk}")
            address = str(given["first"]).replace("mode=light", f"mode={mode}")
            page = NOBODY.get(address)
            assert page.status_code == 200
            assert named.token not in page.text

    @pytest.mark.parametrize("address", ["r4@example.test", "nobody@example.test", "nobody", ""])
    def test_who_is_not_on_the_list_is_not_found(self, address: str, issue: Issue, superuser: Client) -> None:
        answer = self.choose(superuser, issue, address)
        page = superuser.get(answer.headers["Location"]).text
        assert f"“{address}” is not subscribed" in page

    @pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1"])
    def test_a_number_that_is_nobodys_is_left_aside(self, number: str, issue: Issue, superuser: Client) -> None:
        assert zone(superuser, issue, f"?reader={number}")["chosen"] == "none"

    def test_one_who_was_erased_meanwhile(self, issue: Issue, superuser: Client) -> None:
        named = Subscription.objects.get(subscriber__email="r3@example.test")
        key, reader = str(zone(superuser, issue)["key"]), str(named.pk)
        named.delete()
        response = NOBODY.get(reverse("admin:newsletter_issue_preview"), {"key": key, "reader": reader})
        assert response.status_code == 410


def test_the_answer_takes_few_queries(
    issue: Issue, writer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = str(zone(writer, issue)["first"])
    with django_assert_max_num_queries(7):
        NOBODY.get(first)


@pytest.mark.chromium
def test_the_zone_and_what_its_frame_shows_are_clean(issue: Issue, writer: Client) -> None:
    page = writer.get(reverse("admin:newsletter_issue_review", args=[issue.pk])).text
    first = str(zone(writer, issue)["first"])
    frames = {
        first.replace("mode=light", f"mode={mode}"): framed(writer, issue, mode).text for mode in ("light", "text")
    }
    notice = NOBODY.get(reverse("admin:newsletter_issue_preview")).text
    assert audit({"/review/": _only(page, "preview"), "/notice/": notice, **frames}) == []


def _only(page: str, zone: str) -> str:
    """The page with one of its zones alone."""
    head, _, body = page.partition("<body")
    section = re.search(rf'<section class="zone {zone}".*?</section>', body, re.DOTALL)
    assert section is not None
    return f'{head}<body><main class="review"><h1>Review</h1>{section[0]}</main></body></html>'
