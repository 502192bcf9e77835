"""An issue before it is public, behind a preview link."""

from __future__ import annotations

import pytest
from django.test import Client

from newsletter import workflow
from newsletter.editorial import sharing
from newsletter.models import Issue, IssueStatus, Newsletter, PreviewLink
from tests.factories import IssueFactory
from tests.newsletter.desk import Desk
from tests.newsletter.web.documents import full_document

pytestmark = pytest.mark.django_db
S = IssueStatus
PRIVATE = [status for status in S if status not in {S.SENDING, S.SENT}]
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def linked(issue: Issue, desk: Desk) -> PreviewLink:
    return sharing.make(issue, desk.writer)


def path_of(link: PreviewLink) -> str:
    return f"/n/{link.issue.newsletter.slug}/{link.issue.slug}/preview/{link.key}/"


@pytest.mark.parametrize("status", PRIVATE)
def test_whoever_holds_the_link_sees_the_page_at_every_status(status: IssueStatus, desk: Desk, client: Client) -> None:
    response = client.get(path_of(linked(desk.issue_at(status), desk)))
    assert response.status_code == 200
    assert "甲厂开源小模型" in response.text
    assert "Preview, not published" in response.text or "preview-bar" in response.text


def test_it_stays_a_secret(desk: Desk, client: Client) -> None:
    response = client.get(path_of(linked(desk.draft(), desk)))
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert '<meta name="robots" content="noindex">' in response.text
    for absent in ("og:", 'rel="canonical"', "article:"):
        assert absent not in response.text
    assert not response.cookies
    assert "nonce-" in response.headers["Content-Security-Policy"]


def test_it_leads_to_no_subscription_and_to_no_other_issue(desk: Desk, client: Client) -> None:
    IssueFactory.create(newsletter=desk.newsletter, with_document=full_document(), sent=True)
    page = client.get(path_of(linked(desk.draft(), desk))).text
    for absent in ('href="/s/', "/unsubscribe", "/u/", "{{", 'rel="prev"', 'rel="next"'):
        assert absent not in page


def test_a_revoked_link_looks_like_one_that_never_was(desk: Desk, client: Client) -> None:
    link = linked(desk.draft(), desk)
    sharing.revoke(link, desk.writer)
    gone, never = client.get(path_of(link)), client.get(path_of(link).replace(link.key, "x" * 32))
    assert gone.status_code == never.status_code == 404
    assert "甲厂" not in gone.text
    assert link.issue.slug not in gone.text
    for response in (gone, never):
        assert {name: response.headers[name] for name in HEADERS} == HEADERS


def test_a_key_opens_its_own_issue_alone(desk: Desk, client: Client) -> None:
    link, other = linked(desk.draft(), desk), IssueFactory.create(with_document=full_document())
    bulletin = Newsletter.objects.get(slug="bulletin")
    for newsletter, issue in ((other.newsletter, other), (desk.newsletter, other), (bulletin, link.issue)):
        assert client.get(f"/n/{newsletter.slug}/{issue.slug}/preview/{link.key}/").status_code == 404


def test_two_links_end_one_by_one(desk: Desk, client: Client) -> None:
    issue = desk.draft()
    first, second = linked(issue, desk), linked(issue, desk)
    sharing.revoke(first, desk.writer)
    assert [client.get(path_of(link)).status_code for link in (first, second)] == [404, 200]


@pytest.mark.parametrize("status", [S.SENDING, S.SENT])
def test_once_the_issue_is_public_it_leads_to_its_page(status: IssueStatus, desk: Desk, client: Client) -> None:
    issue = desk.approved()
    link = linked(issue, desk)
    Issue.objects.filter(pk=issue.pk).update(status=status)
    response = client.get(path_of(link))
    assert (response.status_code, response.headers["Location"]) == (302, f"/n/express/{issue.slug}/")
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_withdrawn_issue_stays_withdrawn(desk: Desk, client: Client) -> None:
    issue = desk.approved()
    link = linked(issue, desk)
    Issue.objects.filter(pk=issue.pk).update(status=S.SENT)
    issue.refresh_from_db()
    workflow.withdraw(issue, desk.editor, "wrong")
    assert client.get(path_of(link), follow=True).status_code == 410


def test_it_takes_no_post(desk: Desk, client: Client) -> None:
    assert client.post(path_of(linked(desk.draft(), desk))).status_code == 405
