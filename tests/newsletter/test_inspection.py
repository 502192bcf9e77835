from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter import inspection, renditions
from newsletter.models import Issue, IssueStatus, Newsletter, Rendition, Story
from newsletter.preflight import table
from newsletter.preflight.findings import Finding, Severity
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.desk import FAULTY, SLUG, Desk
from tests.newsletter.digest.samples import STORY, digest
from tests.newsletter.preflight.subjects import document, story

S = IssueStatus
DAY = datetime.date(2025, 3, 9)
TITLE = "甲厂开源小模型"


def found(issue: Issue, *codes: str) -> list[Finding]:
    return [finding for finding in inspection.inspect(issue) if finding.code in codes]


def blockers(issue: Issue, rendition: Rendition | None = None) -> tuple[Finding, ...]:
    return table.blockers(inspection.inspect(issue, rendition))


def codes(issue: Issue) -> set[str]:
    return {finding.code for finding in inspection.inspect(issue)}


def change(issue: Issue, **fields: Any) -> Issue:
    Issue.objects.filter(pk=issue.pk).update(**fields)
    return issue


def another(newsletter: Newsletter, *, days: int, status: IssueStatus = S.SENT, title: str = TITLE) -> Issue:
    """An issue so many days before the sample, with a story of this title."""
    told = document(story(title), title="前一期", other_links=())
    issue = IssueFactory.create(newsletter=newsletter, with_document=told, sent=True)
    return change(issue, status=status, date_start=DAY - datetime.timedelta(days=days), slug=f"before-{days}-{status}")


class TestAnIssue:
    def test_without_fault(self, desk: Desk) -> None:
        findings = inspection.inspect(desk.draft())
        assert {finding.severity for finding in findings} <= {Severity.INFORM, Severity.WARN}
        assert blockers(desk.draft()) == ()

    def test_with_errors_of_its_import(self, desk: Desk) -> None:
        (finding,) = blockers(desk.draft(FAULTY))
        assert (finding.code, finding.place.line) == ("import-error", 6)

    def test_is_looked_at_as_it_is_stored(self, desk: Desk) -> None:
        issue = desk.draft()
        Story.objects.filter(section__issue=issue).update(insight="TODO")
        Newsletter.objects.update(postal_address="")
        assert issue.newsletter.postal_address
        assert {finding.code for finding in blockers(issue)} == {
            "placeholder-text",
            "postal-address-missing",
        }

    def test_whose_date_was_changed_after_the_import(self, desk: Desk) -> None:
        issue = change(desk.draft(), date_start=datetime.date(2025, 3, 10), date_end=datetime.date(2025, 3, 10))
        assert [finding.code for finding in blockers(issue)] == ["title-date"]

    def test_with_a_subject_of_its_own(self, desk: Desk) -> None:
        issue = change(desk.draft(), subject="字" * 26, preheader="短")
        assert {"subject-long", "preheader-length"} <= codes(issue)


class TestAMailThatCanNotBeMade:
    @pytest.mark.parametrize(
        ("fields", "code"),
        [({"subject": "{{name}}"}, "slot-unknown"), ({"subject": "一\n二"}, "mail-impossible")],
    )
    def test_is_a_finding(self, fields: dict[str, str], code: str, desk: Desk) -> None:
        assert [finding.code for finding in blockers(change(desk.draft(), **fields))] == [code]

    def test_for_an_address_that_is_none(self, desk: Desk) -> None:
        issue = change(desk.draft(), other_links=[{"title": "一", "url": "http://[a", "note": None, "group": None}])
        assert "link-refused" in {finding.code for finding in blockers(issue)}

    @pytest.mark.parametrize("theme", [{"accent": "red"}, {"shade": "#ffffff"}])
    def test_for_a_theme_that_is_none(self, theme: dict[str, str], desk: Desk) -> None:
        issue = desk.draft(digest(STORY.replace("小而快。", "TODO")))
        Newsletter.objects.update(theme=theme)
        findings = blockers(issue)
        assert [finding.code for finding in findings] == ["mail-impossible", "placeholder-text"]
        assert "theme" in findings[0].message


class TestEarlierIssues:
    @pytest.mark.parametrize("status", [S.APPROVED, S.SCHEDULED, S.SENDING, S.SENT])
    def test_that_ran_are_compared(self, status: IssueStatus, desk: Desk) -> None:
        another(desk.newsletter, days=14, status=status)
        (finding,) = found(desk.draft(), "story-repeated")
        assert "before-14" in finding.message

    @pytest.mark.parametrize(
        ("days", "status"), [(15, S.SENT), (-1, S.SENT), (3, S.DRAFT), (3, S.IN_REVIEW), (3, S.ARCHIVED)]
    )
    def test_that_did_not_or_not_lately_are_not(self, days: int, status: IssueStatus, desk: Desk) -> None:
        another(desk.newsletter, days=days, status=status)
        assert found(desk.draft(), "story-repeated") == []

    def test_of_other_newsletters_are_not(self, desk: Desk) -> None:
        issue = desk.draft()
        another(NewsletterFactory.create(), days=0)
        assert found(issue, "story-repeated", "date-already-sent") == []

    def test_are_compared_by_address(self, desk: Desk) -> None:
        issue = another(desk.newsletter, days=2, title="另一个标题，完全不同的一则")
        Story.objects.filter(section__issue=issue).update(
            primary_link={"label": "原文", "url": "https://b.example/2/", "date": None}
        )
        (finding,) = found(desk.draft(), "story-repeated")
        assert "the same address" in finding.message

    @pytest.mark.parametrize(
        ("status", "blocks"), [(S.SENT, True), (S.SENDING, True), (S.APPROVED, False), (S.DRAFT, False)]
    )
    def test_sent_for_the_same_date_block(self, status: IssueStatus, blocks: bool, desk: Desk) -> None:
        another(desk.newsletter, days=0, status=status, title="另一个标题，完全不同的一则")
        assert bool(found(desk.draft(), "date-already-sent")) == blocks

    def test_that_end_with_it_block(self, desk: Desk) -> None:
        change(another(desk.newsletter, days=3), date_end=DAY)
        assert found(desk.draft(), "date-already-sent")

    def test_do_not_include_itself(self, desk: Desk) -> None:
        issue = desk.issue_at(S.SENT)
        assert found(issue, "date-already-sent", "story-repeated") == []


class TestAFrozenRendition:
    def test_is_looked_at_instead_of_todays_mail(self, desk: Desk) -> None:
        issue = desk.draft()
        rendition = renditions.freeze(issue)
        assert blockers(issue, rendition) == ()
        rendition.html = rendition.html.replace("{{unsubscribe_url}}", "#")
        assert {finding.code for finding in blockers(issue, rendition)} == {
            "unsubscribe-missing",
            "anchor-broken",
        }


def test_the_number_of_queries_does_not_grow(desk: Desk) -> None:
    issue = desk.draft()
    assert issue.slug == SLUG
    counts = []
    for days in range(1, 4):
        another(desk.newsletter, days=days)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            inspection.inspect(issue)
        counts.append(len(queries))
    assert counts == [7, 7, 7]
