from __future__ import annotations

import pytest

from newsletter import lookup
from newsletter.delivery import campaigns
from newsletter.errors import NotFound
from newsletter.models import Issue
from tests.newsletter.desk import SLUG, Desk

NOTHING = ["", "0", "-1", "none", "²", "九", "9" * 18, "9" * 5000, "express-2025-03-1", "EXPRESS-2025-03-09 "]


class TestAnIssue:
    def test_has_an_id_and_a_slug(self, desk: Desk) -> None:
        issue = desk.draft()
        assert lookup.issue(SLUG) == lookup.issue(str(issue.pk)) == issue

    def test_a_slug_comes_before_an_id(self, desk: Desk) -> None:
        issue = desk.draft()
        other = Issue.objects.create(newsletter=desk.newsletter, slug=str(issue.pk), title="x", date_start="2025-01-01")
        assert lookup.issue(str(issue.pk)) == other

    @pytest.mark.parametrize("reference", NOTHING)
    def test_that_is_none(self, reference: str, desk: Desk) -> None:
        desk.draft()
        with pytest.raises(NotFound, match="name its id or slug"):
            lookup.issue(reference)


class TestACampaign:
    def test_has_an_id_and_its_issues_slug(self, desk: Desk) -> None:
        campaign = campaigns.live_campaign(desk.scheduled())
        assert campaign is not None
        assert lookup.campaign(SLUG) == lookup.campaign(str(campaign.pk)) == campaign

    def test_is_the_newest_of_an_issue(self, desk: Desk) -> None:
        issue = desk.scheduled()
        first = campaigns.live_campaign(issue)
        campaigns.unschedule(issue, desk.editor)
        second = campaigns.schedule(issue, desk.editor)
        assert lookup.campaign(SLUG) == second
        assert lookup.campaign(str(first and first.pk)) == first

    @pytest.mark.parametrize("reference", NOTHING)
    def test_that_is_none(self, reference: str, desk: Desk) -> None:
        desk.scheduled()
        with pytest.raises(NotFound, match="name its id or its issue's slug"):
            lookup.campaign(reference)


def test_a_user_is_active(desk: Desk) -> None:
    assert lookup.user("writer") == desk.writer
    desk.writer.is_active = False
    desk.writer.save()
    for name in ("writer", "nobody", "", "WRITER"):
        with pytest.raises(NotFound, match=f"no active user '{name}'"):
            lookup.user(name)


def test_a_newsletter_has_a_slug(desk: Desk) -> None:
    assert lookup.newsletter("express") == desk.newsletter
    with pytest.raises(NotFound, match=r"no newsletter 'weekly'\. Known: bulletin, express, report\."):
        lookup.newsletter("weekly")


@pytest.mark.django_db
def test_without_newsletters_the_remedy_is_named() -> None:
    with pytest.raises(NotFound, match=r"Known: none; run manage\.py bootstrap\."):
        lookup.newsletter("express")
