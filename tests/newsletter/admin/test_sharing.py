"""Preview links on the review page: who makes them, what they are, and how they end."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from newsletter.admin.desk import review_url
from newsletter.models import Issue, IssueStatus, PreviewLink
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus
PRIVATE = [status for status in S if status not in {S.SENDING, S.SENT}]


def links_address(issue: Issue) -> str:
    return f"/admin/newsletter/issue/{issue.pk}/links/"


def revoke_address(link: PreviewLink) -> str:
    return f"/admin/newsletter/issue/{link.issue_id}/links/{link.pk}/revoke/"


def made(issue: Issue, client: Client) -> PreviewLink:
    assert client.post(links_address(issue)).status_code == 302
    return PreviewLink.objects.get()


@pytest.fixture
def writer() -> Client:
    return signed_in(make_person("Writers", "wen"))


class TestMade:
    @pytest.mark.parametrize("status", PRIVATE)
    def test_at_every_status_before_it_is_public(self, status: IssueStatus, desk: Desk, writer: Client) -> None:
        issue = desk.issue_at(status)
        link = made(issue, writer)
        page = writer.get(review_url(issue)).text
        address = f"{settings.SUDI.base_url}/n/express/{issue.slug}/preview/{link.key}/"
        assert f'value="{address}" readonly' in page
        assert "Made by wen" in page

    def test_its_key_cannot_be_guessed(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        keys = {made(issue, writer).key}
        writer.post(links_address(issue))
        keys |= set(PreviewLink.objects.values_list("key", flat=True))
        assert len(keys) == 2
        assert all(re.fullmatch(r"[\w-]{32}", key) for key in keys)

    def test_it_moves_nothing_and_stands_in_the_history_without_its_key(self, desk: Desk, writer: Client) -> None:
        issue = desk.approved()
        link = made(issue, writer)
        after = Issue.objects.get(pk=issue.pk)
        assert (after.status, after.version) == (S.APPROVED, issue.version)
        entry = issue.transitions.first()
        assert entry is not None
        assert (entry.action, str(entry.user), entry.from_status, entry.to_status) == (
            "share",
            "wen",
            *["approved"] * 2,
        )
        assert link.key[:6] in entry.note
        assert link.key not in entry.note

    @pytest.mark.parametrize("status", [S.SENDING, S.SENT])
    def test_a_public_issue_needs_none(self, status: IssueStatus, desk: Desk, writer: Client) -> None:
        issue = desk.issue_at(status)
        assert 'id="links"' not in writer.get(review_url(issue)).text
        response = writer.post(links_address(issue), follow=True)
        assert "is public; it needs no preview link" in response.text
        assert not PreviewLink.objects.exists()


class TestRevoked:
    def test_it_is_gone_from_the_page_and_stands_in_the_history(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        link = made(issue, writer)
        response = writer.post(revoke_address(link), follow=True)
        assert "it shows nothing any more" in response.text
        assert link.key not in response.text
        link.refresh_from_db()
        assert (str(link.revoked_by), link.revoked_at is not None) == ("wen", True)
        assert list(issue.transitions.values_list("action", flat=True)) == ["revoke", "share"]

    def test_twice_says_so_and_changes_nothing(self, desk: Desk, writer: Client) -> None:
        link = made(desk.draft(), writer)
        writer.post(revoke_address(link))
        other = signed_in(make_person("Writers", "lin"))
        assert "revoked already" in other.post(revoke_address(link), follow=True).text
        link.refresh_from_db()
        assert str(link.revoked_by) == "wen"

    def test_a_link_of_another_issue_is_not_found(self, desk: Desk, writer: Client) -> None:
        link = made(desk.draft(), writer)
        assert writer.post(f"/admin/newsletter/issue/{link.issue_id + 1}/links/{link.pk}/revoke/").status_code == 404


class TestRefused:
    def test_ops_see_no_links_and_make_none(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        link = made(issue, writer)
        ops = signed_in(make_person("Ops", "olga"))
        page = ops.get(review_url(issue)).text
        assert link.key not in page
        assert 'id="links"' not in page
        for address, action in ((links_address(issue), "share"), (revoke_address(link), "revoke")):
            assert ops.post(address).status_code == 403
            entry = issue.transitions.first()
            assert entry is not None
            assert (entry.action, entry.refused, str(entry.user)) == (action, True, "olga")
        assert PreviewLink.objects.get().revoked_at is None

    def test_a_stranger_is_sent_to_the_login(self, desk: Desk, client: Client) -> None:
        assert client.post(links_address(desk.draft()))["Location"].startswith("/admin/login/")

    def test_a_look_at_the_address_makes_none(self, desk: Desk, writer: Client) -> None:
        assert writer.get(links_address(desk.draft())).status_code == 405
