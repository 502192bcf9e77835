"""A desk with its people, and issues at every status, made through the product's own doors."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, User

from newsletter import workflow
from newsletter.bootstrap import bootstrap
from newsletter.delivery import campaigns
from newsletter.editing import import_digest
from newsletter.models import Issue, IssueStatus, Newsletter
from subscribers import subscriptions
from subscribers.addresses import normalise
from subscribers.consent import Evidence
from tests.newsletter.digest.samples import STORY, digest

S = IssueStatus
SLUG = "express-2025-03-09"  # what the sample digest becomes
TEXT = digest()
CHANGED = digest(STORY.replace("甲厂开源小模型", "乙厂开源大模型"))
FAULTY = digest(STORY.replace("https://a.example/s/x_y-1", "javascript:alert(1)"))


def person(username: str, *roles: str) -> User:
    """The user of this name, made with these roles where there is none."""
    user, created = User.objects.get_or_create(username=username)
    if created:
        user.groups.set(Group.objects.filter(name__in=roles))
    return user


class Desk:
    """The three publications, a writer, an editor who approves, and somebody of Ops."""

    def __init__(self) -> None:
        bootstrap()
        self.newsletter = Newsletter.objects.get(slug="express")
        self.writer = person("writer", "Writers")
        self.editor = person("editor", "Editors")
        self.ops = person("ops", "Ops")

    def draft(self, text: str = TEXT, *, user: User | None = None) -> Issue:
        done = import_digest(text.encode(), "试.md", user=user or self.writer)
        assert done.issue is not None
        return done.issue

    def in_review(self, text: str = TEXT) -> Issue:
        issue = self.draft(text)
        workflow.submit(issue, self.writer)
        return issue

    def approved(self, text: str = TEXT) -> Issue:
        issue = self.in_review(text)
        workflow.approve(issue, self.editor)
        return issue

    def scheduled(self) -> Issue:
        issue = self.approved()
        campaigns.schedule(issue, self.editor)
        return issue

    def issue_at(self, status: IssueStatus) -> Issue:
        match status:
            case S.DRAFT:
                return self.draft()
            case S.IN_REVIEW:
                return self.in_review()
            case S.CHANGES_REQUESTED:
                issue = self.in_review()
                workflow.request_changes(issue, self.editor, "a wrong name")
            case S.APPROVED:
                return self.approved()
            case S.SCHEDULED:
                return self.scheduled()
            case S.SENDING:
                issue = self.scheduled()
                workflow.advance(issue, "start")
            case S.SENT:
                issue = self.issue_at(S.SENDING)
                workflow.advance(issue, "finish")
            case S.ARCHIVED:
                issue = self.draft()
                workflow.archive(issue, self.editor)
        return issue

    def readers(self, emails: Iterable[str]) -> None:
        people = [(normalise(email), "") for email in emails]
        subscriptions.import_many(people, self.newsletter.mailing_list, Evidence(source="test"))
