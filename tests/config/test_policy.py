"""Every page forbids what isn't ours: scripts and styles that stand in it, frames, other sites' code."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from newsletter.editorial import sharing
from newsletter.models import Campaign, IssueStatus, Rendition
from tests.factories import SubscriptionFactory
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db

EXPECTED = {
    "default-src": "'self'",
    "script-src": "'self'",
    "img-src": f"'self' {settings.SUDI.base_url} https: data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def policy(response: object) -> dict[str, str]:
    header: str = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return dict(directive.split(" ", 1) for directive in header.split("; ") if " " in directive)


def addresses() -> dict[str, str]:
    desk = Desk()
    draft = desk.draft()
    preview = f"/n/express/{draft.slug}/preview/{sharing.make(draft, desk.writer).key}/"
    token = SubscriptionFactory.create(mailing_list=desk.newsletter.mailing_list).token
    issue = f"/admin/newsletter/issue/{draft.pk}"
    return {
        "home": "/",
        "newsletter": "/n/express/",
        "preview": preview,
        "nothing": "/nowhere/",
        "preferences": f"/s/{token}/",
        "unsubscribe": f"/s/{token}/unsubscribe/",
        "health": "/healthz",
        "admin": "/admin/",
        "issues": "/admin/newsletter/issue/",
        "new issue": "/admin/newsletter/issue/add/",
        "issue": f"{issue}/change/",
        "review": f"{issue}/review/",
        "newsletters": "/admin/newsletter/newsletter/",
        "newsletter's form": f"/admin/newsletter/newsletter/{desk.newsletter.pk}/change/",
        "logo": f"/admin/newsletter/newsletter/{desk.newsletter.pk}/logo/",
        "subscribers": "/admin/subscribers/subscriber/",
        "operations": reverse("ops:overview"),
    }


PAGES = (
    *("home", "newsletter", "preview", "nothing", "preferences", "unsubscribe", "health", "admin", "issues"),
    *("new issue", "issue", "review", "newsletters", "newsletter's form", "logo", "subscribers", "operations"),
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_the_policy_and_complies(name: str) -> None:
    response = signed_in(make_person("superuser")).get(addresses()[name])
    said = policy(response)
    assert {directive: said[directive] for directive in EXPECTED} == EXPECTED
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert INLINE.findall(response.text) == []
    for nonce in re.findall(r"<style([^>]*)>", response.text):
        assert f"'nonce-{nonce.partition('nonce=')[2].strip(chr(34))}'" in said["style-src"]


@pytest.mark.parametrize("status", [IssueStatus.SENDING, IssueStatus.SENT])
def test_the_pages_of_a_public_issue_too(status: IssueStatus, client: Client) -> None:
    desk = Desk()
    issue = desk.issue_at(status)
    editor = signed_in(make_person("superuser"))
    campaign = Campaign.objects.get()
    pages = [client.get(f"/n/express/{issue.slug}/"), editor.get(reverse("ops:campaign", args=[campaign.pk]))]
    pages += [editor.get(f"/admin/newsletter/issue/{issue.pk}/correct/", follow=True)]
    for response in pages:
        assert response.status_code == 200
        assert {name: policy(response)[name] for name in EXPECTED} == EXPECTED
        assert INLINE.findall(response.text) == []


def test_the_login_and_a_failure_have_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert policy(client.get("/admin/login/"))["script-src"] == "'self'"

    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr("newsletter.web.archive.newsletters", fail)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert policy(response)["default-src"] == "'self'"


def test_a_nonce_is_good_for_one_answer(client: Client) -> None:
    Desk()
    first, second = (policy(client.get("/"))["style-src"] for _each in range(2))
    assert first != second
    assert first.startswith("'self' 'nonce-")


def test_an_answer_with_a_policy_of_its_own_keeps_it() -> None:
    Desk().approved()
    rendition = Rendition.objects.get()
    response = signed_in(make_person("superuser")).get(f"/admin/newsletter/rendition/{rendition.pk}/preview/")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
