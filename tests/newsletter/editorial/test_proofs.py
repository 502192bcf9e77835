"""What proofreaders look at is what would go out."""

from __future__ import annotations

import pytest
from django.conf import settings

from newsletter import renditions
from newsletter.editorial import proofs, sharing
from newsletter.errors import Refused
from newsletter.models import Issue, IssueStatus, Newsletter
from newsletter.rendering import slots
from tests.newsletter.desk import Desk

SUBSCRIPTION_LINKS = ("unsubscribe_url", "preferences_url")


def test_a_draft_is_shown_as_it_stands(desk: Desk) -> None:
    issue = desk.draft()
    assert proofs.mail_of(issue).hash == renditions.build(issue).hash
    assert proofs.mail_of(issue).pk is None


def test_what_was_approved_is_shown_whatever_todays_templates_make_of_it(desk: Desk) -> None:
    issue = desk.approved()
    assert proofs.mail_of(issue) == issue.approved_rendition


def test_a_stale_approval_is_not_shown(desk: Desk) -> None:
    issue = desk.approved()
    Newsletter.objects.update(name="别名")
    issue = Issue.objects.get(pk=issue.pk)
    assert proofs.mail_of(issue) != issue.approved_rendition
    assert "别名" in proofs.mail_of(issue).html


def test_what_was_sent_is_shown_whatever_changed_since(desk: Desk) -> None:
    issue = desk.issue_at(IssueStatus.SENT)
    Newsletter.objects.update(name="别名")
    issue = Issue.objects.get(pk=issue.pk)
    assert proofs.mail_of(issue) == issue.approved_rendition


def test_where_no_mail_can_be_made_it_is_refused(desk: Desk) -> None:
    Issue.objects.filter(pk=desk.draft().pk).update(subject="{{name}}")
    with pytest.raises(Refused, match="No mail can be made"):
        proofs.mail_of(Issue.objects.get())


@pytest.mark.parametrize("sample", proofs.SAMPLE_READERS)
def test_every_sample_reader_fills_every_slot(sample: proofs.SampleReader, desk: Desk) -> None:
    issue = desk.draft()
    Issue.objects.update(subject="{{recipient_name}}，早")
    issue = Issue.objects.get(pk=issue.pk)
    mail = proofs.filled(proofs.mail_of(issue), issue, sample.name)
    assert slots.used(mail.subject + mail.html + mail.text) == frozenset()
    assert mail.subject == f"{sample.name}，早"


def test_links_lead_to_no_reader(desk: Desk) -> None:
    values = proofs.slot_values(desk.draft(), "")
    base = f"{settings.SUDI.base_url}/s/sample/"
    assert [values[name] for name in SUBSCRIPTION_LINKS] == [f"{base}unsubscribe/", base]


class TestTheWebVersionInAMail:
    def test_is_the_public_one_without_a_preview_link(self, desk: Desk) -> None:
        issue = desk.draft()
        assert proofs.values_to_send(issue, "") == proofs.slot_values(issue, "")

    def test_is_the_preview_links_where_there_is_one(self, desk: Desk) -> None:
        issue = desk.draft()
        link = sharing.make(issue, desk.writer)
        assert proofs.values_to_send(issue, "")["web_url"] == sharing.address(link)

    def test_is_the_public_one_once_the_link_is_revoked(self, desk: Desk) -> None:
        issue = desk.draft()
        sharing.revoke(sharing.make(issue, desk.writer), desk.writer)
        assert proofs.values_to_send(issue, "") == proofs.slot_values(issue, "")

    def test_is_the_public_one_once_the_issue_is_sent(self, desk: Desk) -> None:
        sharing.make(desk.draft(), desk.writer)
        issue = Issue.objects.get()
        Issue.objects.update(status=IssueStatus.DRAFT)
        issue.status = IssueStatus.SENT
        assert proofs.values_to_send(issue, "") == proofs.slot_values(issue, "")

    def test_a_preview_shows_nobody_the_secret_link(self, desk: Desk) -> None:
        issue = desk.draft()
        link = sharing.make(issue, desk.writer)
        assert link.key not in proofs.filled(proofs.mail_of(issue), issue, "").html
