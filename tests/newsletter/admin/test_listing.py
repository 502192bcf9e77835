from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from newsletter.models import Comment, Issue, IssueStatus
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.people import make_person, signed_in
from tests.newsletter.reports.rows import make_campaign

pytestmark = pytest.mark.django_db
LIST = reverse("admin:newsletter_issue_changelist")
REVIEW = re.compile(r"/issue/(\d+)/review/")


@pytest.fixture
def editor() -> Client:
    return signed_in(make_person("Editors", "mei"))


def page(client: Client, query: str = "") -> str:
    return re.sub(r"\s+", " ", client.get(LIST + query).content.decode())


def listed(client: Client, query: str = "") -> list[int]:
    return [int(pk) for pk in REVIEW.findall(page(client, query))]


class TestARow:
    def test_leads_to_the_review_page_and_beside_it_to_the_form(self, editor: Client) -> None:
        issue = IssueFactory.create(title="Tuesday's news")
        html = page(editor)
        assert f'href="/admin/newsletter/issue/{issue.pk}/review/">Tuesday&#x27;s news</a>' in html
        assert f'class="edit" href="/admin/newsletter/issue/{issue.pk}/change/">Edit' in html

    def test_offers_no_edit_to_who_may_not(self) -> None:
        issue = IssueFactory.create()
        html = page(signed_in(make_person("Ops")))
        assert f"/issue/{issue.pk}/review/" in html
        assert f"/issue/{issue.pk}/change/" not in html

    @pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.CHANGES_REQUESTED])
    def test_says_its_status_in_words(self, status: IssueStatus, editor: Client) -> None:
        IssueFactory.create(status=status)
        assert f'<span class="standing {status}">{status.label}</span>' in page(editor)

    def test_says_when_it_is_sent_in_its_newsletters_zone(self, editor: Client) -> None:
        issue = IssueFactory.create(newsletter__time_zone="America/New_York")
        make_campaign("scheduled", issue=issue, send_at=datetime.datetime(2026, 11, 5, 1, tzinfo=datetime.UTC))
        assert "Wed 4 Nov 2026, 20:00 (UTC-05:00, America/New_York)</time>" in page(editor)

    def test_says_that_it_is_held(self, editor: Client) -> None:
        make_campaign("scheduled", reason="late")
        assert '<span class="standing held">held</span>' in page(editor)

    def test_forgets_a_sending_that_was_taken_back(self, editor: Client) -> None:
        make_campaign("cancelled", started_at=None)
        assert "<time datetime" not in page(editor)

    def test_counts_what_the_import_found_and_open_comments(self, editor: Client) -> None:
        findings = [{"code": "x", "severity": severity} for severity in ("error", "warning", "warning")]
        issue, user = IssueFactory.create(findings=findings), User.objects.get()
        for resolved_at in (None, None, datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)):
            Comment.objects.create(issue=issue, text="?", author=user, resolved_at=resolved_at)
        html = page(editor)
        for words in ("1 error", "2 warnings", "2 comments"):
            assert f'<span class="count">{words}</span>' in html


class TestTheList:
    def test_shows_the_newest_first_and_fifty_of_them(self, editor: Client) -> None:
        paper = NewsletterFactory.create()
        issues = [IssueFactory.create(newsletter=paper) for _ in range(52)]
        found = listed(editor)
        assert (len(found), found[0]) == (50, issues[-1].pk)

    @pytest.mark.parametrize("query", ["?q=rocket", "?status__exact=in_review", "?date_start__year=2031"])
    def test_is_searched_and_filtered(self, query: str, editor: Client) -> None:
        IssueFactory.create()
        day = datetime.date(2031, 5, 1)
        wanted = IssueFactory.create(subject="A rocket", status=IssueStatus.IN_REVIEW, date_start=day)
        assert listed(editor, query) == [wanted.pk]

    def test_is_filtered_by_newsletter(self, editor: Client) -> None:
        wanted, _other = IssueFactory.create(), IssueFactory.create()
        assert listed(editor, f"?newsletter__id__exact={wanted.newsletter_id}") == [wanted.pk]

    def test_leads_to_the_calendar(self, editor: Client) -> None:
        assert 'href="/admin/newsletter/issue/calendar/"' in page(editor)

    @pytest.mark.parametrize("count", [2, 20])
    def test_asks_no_query_for_a_row_and_leaves_the_content(
        self, count: int, editor: Client, django_assert_num_queries: Any
    ) -> None:
        for _ in range(count):
            issue = IssueFactory.create(last_editor=User.objects.get(), submitted_by=User.objects.get())
            make_campaign("scheduled", issue=issue)
            Comment.objects.create(issue=issue, text="?", author=User.objects.get())
        with django_assert_num_queries(12) as asked:
            assert len(listed(editor)) == count
        assert not [each for each in asked.captured_queries if "source_text" in each["sql"]]
        assert Issue.objects.count() == count
