from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter import content, workflow
from newsletter.delivery import campaigns
from newsletter.digest.comparison import Change, ChangedStory, Comparison, StoryAt
from newsletter.digest.errors import DigestError
from newsletter.editing import Import, import_digest, reopen
from newsletter.errors import NotFound, NotPermitted, Refused
from newsletter.models import Campaign, CampaignStatus, Issue, IssueStatus, Newsletter, Section, Source, Story
from subscribers.models import MailingList
from tests.newsletter.desk import CHANGED, SLUG, TEXT, Desk
from tests.newsletter.digest.samples import STORY, TITLE, digest

S = IssueStatus
PAST = (S.SENDING, S.SENT, S.ARCHIVED)


def rows() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


def bring(text: str | bytes, **options: Any) -> Import:
    return import_digest(text if isinstance(text, bytes) else text.encode(), "试.md", **options)


def refused(text: str | bytes, error: type[Exception], match: str, **options: Any) -> None:
    """The digest is refused so, and nothing is stored."""
    before = rows()
    with pytest.raises(error, match=match):
        bring(text, **options)
    assert rows() == before


class TestTheFirstTime:
    def test_makes_a_draft(self, desk: Desk) -> None:
        done = bring(TEXT, user=desk.writer)
        assert (done.created, done.changed, done.newsletter) == (True, True, desk.newsletter)
        issue = Issue.objects.get()
        assert issue == done.issue
        assert (issue.slug, issue.status, issue.version, issue.last_editor) == (SLUG, S.DRAFT, 1, desk.writer)
        assert content.load(issue) == done.document

    def test_keeps_the_text_as_it_came(self, desk: Desk) -> None:
        bring(b"\xef\xbb\xbf" + TEXT.encode(), user=desk.writer)
        assert Issue.objects.get().source_text == TEXT

    def test_a_dry_run_stores_nothing(self, desk: Desk) -> None:
        before = rows()
        done = bring(TEXT, user=desk.writer, dry_run=True)
        assert (done.issue, done.created, done.changed) == (None, False, False)
        assert done.document.title
        assert rows() == before

    def test_needs_no_user_from_a_shell(self, desk: Desk) -> None:
        bring(TEXT)
        assert Issue.objects.get().last_editor is None


class TestTheSameAgain:
    @pytest.mark.parametrize("status", S)
    def test_changes_nothing(self, status: IssueStatus, desk: Desk) -> None:
        issue = desk.issue_at(status)
        before = rows()
        for same in (TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + TEXT.encode()):
            done = bring(same, user=desk.editor)
            assert (done.issue, done.created, done.changed) == (issue, False, False)
        assert rows() == before

    def test_is_told_from_the_document_where_the_newsletter_has_its_own_language(self, desk: Desk) -> None:
        Newsletter.objects.update(language="zh-Hant")
        bring(TEXT)
        assert not bring(TEXT.replace("\n", "\r\n")).changed


class TestAChangedDigest:
    @pytest.mark.parametrize("status", [S.DRAFT, S.CHANGES_REQUESTED])
    def test_updates_the_issue(self, status: IssueStatus, desk: Desk) -> None:
        before = desk.issue_at(status)
        done = bring(CHANGED, user=desk.editor)
        assert (done.created, done.changed) == (False, True)
        issue = Issue.objects.get()
        assert (issue.pk, issue.status, issue.version) == (before.pk, status, before.version + 1)
        assert issue.last_editor == desk.editor
        assert content.load(issue) == done.document
        assert (Section.objects.count(), Story.objects.count(), Source.objects.count()) == (1, 1, 2)

    @pytest.mark.parametrize("status", [S.IN_REVIEW, S.APPROVED, S.SCHEDULED])
    def test_takes_it_back_to_draft(self, status: IssueStatus, desk: Desk) -> None:
        version = desk.issue_at(status).version
        done = bring(CHANGED, user=desk.writer)
        issue = Issue.objects.get()
        assert done.changed
        assert (issue.status, issue.approved_rendition, issue.approved_audience) == (S.DRAFT, None, "")
        assert issue.version > version
        move = issue.transitions.first()
        assert move is not None
        assert (move.action, move.from_status, move.user, move.note) == ("edit", status, desk.writer, "imported again")

    def test_cancels_the_campaign_that_was_scheduled(self, desk: Desk) -> None:
        campaign = campaigns.live_campaign(desk.scheduled())
        bring(CHANGED, user=desk.writer)
        assert campaign is not None
        campaign.refresh_from_db()
        assert (campaign.status, campaign.reason) == (CampaignStatus.CANCELLED, "imported again")
        audit = campaign.transitions.first()
        assert audit is not None
        assert (audit.to_status, audit.user) == (CampaignStatus.CANCELLED, desk.writer)

    def test_can_be_approved_and_scheduled_again(self, desk: Desk) -> None:
        desk.scheduled()
        issue = bring(CHANGED, user=desk.writer).issue
        assert issue is not None
        workflow.submit(issue, desk.writer)
        workflow.approve(issue, desk.editor)
        campaigns.schedule(issue, desk.editor)
        assert Campaign.objects.filter(status=CampaignStatus.SCHEDULED).count() == 1

    @pytest.mark.parametrize("status", PAST)
    def test_is_refused_past_editing(self, status: IssueStatus, desk: Desk) -> None:
        desk.issue_at(status)
        refused(CHANGED, Refused, rf"{SLUG} is {status}; it can't be edited", user=desk.writer)

    def test_is_refused_while_the_audience_is_frozen(self, desk: Desk) -> None:
        campaign = campaigns.live_campaign(desk.scheduled())
        assert campaign is not None
        campaigns.move(campaign, (CampaignStatus.SCHEDULED,), CampaignStatus.PREPARING, None, "")
        refused(CHANGED, Refused, f"{SLUG} is being sent already", user=desk.writer)

    def test_of_another_day_is_another_issue(self, desk: Desk) -> None:
        desk.draft()
        assert bring(digest(title=TITLE.replace("09日", "10日")), user=desk.writer).created
        assert Issue.objects.count() == 2


class TestTheComparison:
    RENAMED = Comparison(
        changed=(ChangedStory(1, 1, "乙厂开源大模型", False, (Change("title", "甲厂开源小模型", "乙厂开源大模型"),)),)
    )

    def test_says_what_a_changed_digest_changes(self, desk: Desk) -> None:
        desk.draft()
        assert bring(CHANGED).comparison == self.RENAMED

    def test_is_none_for_a_new_issue_and_for_the_same_again(self, desk: Desk) -> None:
        assert bring(TEXT).comparison is None
        assert bring(TEXT).comparison is None
        assert bring(TEXT.replace("\n", "\r\n")).comparison is None

    def test_is_made_on_a_dry_run_against_the_stored_issue(self, desk: Desk) -> None:
        assert bring(TEXT, dry_run=True).comparison is None
        desk.approved()
        before = rows()
        done = bring(CHANGED, dry_run=True)
        assert (done.issue, done.created, done.changed, done.comparison) == (None, False, False, self.RENAMED)
        assert bring(TEXT, dry_run=True).comparison is None
        assert bring(TEXT.replace("\n", "\r\n"), dry_run=True).comparison is None
        assert rows() == before

    def test_is_false_where_only_a_finding_is_new(self, desk: Desk) -> None:
        desk.draft(digest(STORY.replace("没有标签的一条", "没有标签的一条 [x](javascript:1)")))
        Issue.objects.update(findings=[])
        done = bring(digest(STORY.replace("没有标签的一条", "没有标签的一条 [x](javascript:1)")) + "\n")
        assert done.changed
        assert done.comparison == Comparison(unchanged=1)
        assert not done.comparison

    def test_takes_the_newsletters_language_for_the_issues(self, desk: Desk) -> None:
        Newsletter.objects.update(language="zh-Hant")
        desk.draft()
        for dry_run in (True, False):
            assert bring(CHANGED, dry_run=dry_run).comparison == self.RENAMED

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_takes_as_many_queries_for_many_stories_as_for_one(self, dry_run: bool, desk: Desk) -> None:
        counts = []
        for count, day in ((1, "11"), (30, "12")):
            title = TITLE.replace("09日", f"{day}日")
            stories = [STORY.replace("甲厂", f"第{number}厂").replace("/2", f"/{number}") for number in range(count)]
            bring(digest(*stories, title=title))
            with CaptureQueriesContext(connection) as queries:
                done = bring(digest(*stories[1:], STORY, title=title), dry_run=dry_run)
            assert done.comparison
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_a_dry_run_refuses_another_newsletters_issue_as_the_import_would(self, desk: Desk) -> None:
        other = Newsletter.objects.get(slug="report")
        Issue.objects.create(newsletter=other, slug=SLUG, title="别刊", date_start="2025-03-09")
        with pytest.raises(Refused, match="is an issue of report"):
            bring(TEXT, dry_run=True)

    def test_counts_stories_that_came_and_went(self, desk: Desk) -> None:
        desk.draft()
        other = (
            STORY.replace("甲厂开源小模型", "芯片产能翻倍").replace("x_y-1", "chips").replace("example/2", "example/3")
        )
        comparison = bring(digest(other)).comparison
        assert comparison == Comparison(added=(StoryAt(1, "芯片产能翻倍"),), removed=(StoryAt(1, "甲厂开源小模型"),))


class TestTheNewsletter:
    def another(self) -> Newsletter:
        mailing_list = MailingList.objects.create(slug="evening", name="Evening")
        fields = {"language": "zh-Hans", "format": "express", "from_name": "晚报", "from_email": "e@example.test"}
        return Newsletter.objects.create(slug="evening", name="晚报", mailing_list=mailing_list, **fields)

    def test_is_the_only_one_of_the_format(self, desk: Desk) -> None:
        assert bring(TEXT).newsletter == desk.newsletter

    def test_must_be_named_where_two_share_a_format(self, desk: Desk) -> None:
        self.another()
        refused(TEXT, Refused, "say which with --newsletter: evening, express")
        assert bring(TEXT, newsletter_slug="evening").newsletter.slug == "evening"
        assert bring(TEXT, newsletter_slug="express").created

    def test_must_take_the_format(self, desk: Desk) -> None:
        wanted = "report takes report digests; this is one in the format express"
        refused(TEXT, Refused, wanted, newsletter_slug="report")
        refused(TEXT, Refused, wanted, newsletter_slug="report", dry_run=True)

    def test_must_exist(self, desk: Desk) -> None:
        refused(TEXT, NotFound, r"no newsletter 'evening'. Known: bulletin, express, report", newsletter_slug="evening")

    def test_must_be_there_for_the_format(self, desk: Desk) -> None:
        desk.newsletter.delete()
        refused(TEXT, NotFound, "No newsletter takes express digests; make one, or run manage.py bootstrap")

    def test_never_takes_over_an_issue_of_another(self, desk: Desk) -> None:
        Issue.objects.create(newsletter=self.another(), slug=SLUG, title="晚报", date_start="2025-03-09")
        refused(TEXT, Refused, f"{SLUG} is an issue of evening", newsletter_slug="express")


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b"\xef\xbb\xbf \r\n\n", "empty"),
    "GB 18030": (TEXT.encode("gb18030"), "GB 18030"),
    "UTF-16": (TEXT.encode("utf-16"), "UTF-16"),
    "binary": (TEXT.encode() + b"\0", "binary"),
    "more than 2 MiB": ((TEXT + "好" * 700_000).encode(), "2 MiB"),
    "no format": ("# 随笔\n\n今天天气不错。\n".encode(), "fits no format"),
    "no title": (TEXT.partition("\n")[2].encode(), "no title"),
    "no date": (digest(title="# 🤖 晨间试刊").encode(), "no date"),
    "no such day": (digest(title=TITLE.replace("09日", "32日")).encode(), "no day"),
    "no story": (f"{TITLE}\n".encode(), "no story"),
}


class TestABadDigest:
    @pytest.mark.parametrize("what", BAD)
    def test_is_refused_by_name_with_nothing_stored(self, what: str, desk: Desk) -> None:
        data, says = BAD[what]
        for dry_run in (False, True):
            refused(data, DigestError, rf"(?s)^试\.md.*{says}", dry_run=dry_run)

    @pytest.mark.parametrize("what", BAD)
    def test_leaves_the_issue_that_is_there(self, what: str, desk: Desk) -> None:
        desk.approved()
        refused(BAD[what][0], DigestError, "expected")

    def test_says_everything_at_once(self, desk: Desk) -> None:
        refused(TITLE.replace("09日", "32日").encode(), DigestError, "(?s)no day.*no story")

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (digest(STORY.replace("甲厂", "甲" * 500)), "story: title has 505 characters; 500 at most"),
            (digest(STORY.replace("甲报", "甲" * 301)), "source: name has 301 characters; 300 at most"),
            (digest(STORY.replace("动态", "动" * 201)), "story: category has 201 characters; 200 at most"),
            (digest(title=TITLE.replace("晨间试刊", "晨" * 201)), "issue: series has 201 characters; 200 at most"),
        ],
    )
    def test_that_no_database_would_hold_is_refused_on_each(self, text: str, says: str, desk: Desk) -> None:
        refused(text, Refused, says)
        desk.draft()
        refused(text, Refused, says)


class TestPermission:
    @pytest.mark.parametrize("who", ["ops", "stranger", "anonymous"])
    def test_is_needed(self, who: str, desk: Desk) -> None:
        stranger = User.objects.create(username="stranger")
        user = {"ops": desk.ops, "stranger": stranger, "anonymous": AnonymousUser()}[who]
        refused(TEXT, NotPermitted, r"may not import a digest; the permission is newsletter\.add_issue", user=user)
        refused(TEXT, NotPermitted, "may not import", user=user, dry_run=True)

    @pytest.mark.parametrize("role", ["writer", "editor"])
    def test_writers_and_editors_have_it(self, role: str, desk: Desk) -> None:
        assert bring(TEXT, user=getattr(desk, role)).created


def test_a_draft_needs_no_reopening(desk: Desk) -> None:
    issue = desk.draft()
    before = rows()
    reopen(issue, desk.writer, "a comma")
    assert rows() == before
