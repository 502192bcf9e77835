from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone, translation

from newsletter import discussion, notices, tasks
from newsletter.editorial import mail_backend, notice_mail
from newsletter.models import Installation, Issue, Notice, NoticeKind, StaffPreference
from tests.newsletter.delivery.making import gateway_to
from tests.newsletter.desk import Desk

NOW = datetime.datetime(2025, 3, 9, 1, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def sending(desk: Desk, settings: Any) -> None:
    settings.SUDI = dataclasses.replace(settings.SUDI, ses_endpoint="http://127.0.0.1:9", sending_enabled=True)
    for user in User.objects.all():
        user.email = f"{user.username}@desk.example"
        user.save()


@pytest.fixture
def issue(desk: Desk) -> Issue:
    return desk.draft()


def tell(issue: Issue, desk: Desk, note: str = "看看标题", kind: NoticeKind = NoticeKind.SUBMITTED) -> None:
    notices.tell(User.objects.filter(pk=desk.editor.pk), issue, kind, by=desk.writer, note=note)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the next mails fail with, in turn; those after them leave."""
    errors: list[Exception] = []
    leave = EmailBackend.send_messages

    def send(backend: EmailBackend, messages: Any) -> int:
        if errors:
            raise RuntimeError("the carrier's own words") from errors.pop(0)
        return leave(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return errors


NEVER_LEFT = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
THROTTLED = ClientError({"ResponseMetadata": {"HTTPStatusCode": 429}}, "SendEmail")  # type: ignore[typeddict-item]
BROKEN = ClientError({"ResponseMetadata": {"HTTPStatusCode": 503}}, "SendEmail")  # type: ignore[typeddict-item]
UNANSWERED = ReadTimeoutError(endpoint_url="http://127.0.0.1:9")


class TestTheMail:
    def test_says_what_happened_who_did_it_and_where_to_look(self, issue: Issue, desk: Desk, settings: Any) -> None:
        with time_machine.travel(NOW, tick=False):
            tell(issue, desk)
            assert notice_mail.send_waiting() == 1
        (sent,) = mail.outbox
        assert sent.to == ["editor@desk.example"]
        assert sent.from_email == settings.DEFAULT_FROM_EMAIL
        assert sent.subject == "express-2025-03-09 waits for your review"
        assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
        base = settings.SUDI.base_url
        for words in (
            "express-2025-03-09 waits for your review.",
            "writer · Sun 9 Mar 2025, 09:00 (UTC+08:00, Asia/Shanghai)",
            "看看标题",
            f"{base}{reverse('admin:newsletter_issue_review', args=[issue.pk])}\n",
            f"{base}{reverse('admin:newsletter_issue_preferences')}\n",
        ):
            assert words in sent.body
        notice = Notice.objects.get()
        assert (notice.tries, notice.problem, bool(notice.ended_at)) == (1, "", True)

    def test_is_in_its_readers_language(self, issue: Issue, desk: Desk) -> None:
        StaffPreference.objects.create(user=desk.editor, language="zh-hans")
        with time_machine.travel(NOW, tick=False):
            tell(issue, desk)
            notice_mail.send_waiting()
        assert "3月" in mail.outbox[0].body
        assert "Mar" not in mail.outbox[0].body
        assert translation.get_language() == "en"

    def test_is_plain_text_whatever_somebody_wrote(self, issue: Issue, desk: Desk) -> None:
        Issue.objects.update(title="<b>&amp;")
        tell(issue, desk, "<script>alert(1)</script> & “so”")
        notice_mail.send_waiting()
        assert "<script>alert(1)</script> & “so”" in mail.outbox[0].body
        assert "<b>&amp;" in mail.outbox[0].body
        assert mail.outbox[0].content_subtype == "plain"

    def test_leads_to_the_discussion_where_there_is_one(self, issue: Issue, desk: Desk) -> None:
        discussion.comment(issue, desk.editor, "标题太长")
        notice_mail.send_waiting()
        assert mail.outbox[0].to == ["writer@desk.example"]
        assert "/review/#discussion\n" in mail.outbox[0].body
        assert "标题太长" in mail.outbox[0].body


class TestOneMail:
    def test_tells_all_of_one_kind_about_one_issue(self, issue: Issue, desk: Desk) -> None:
        for number in range(3):
            tell(issue, desk, f"comment {number}", NoticeKind.COMMENTED)
        tell(issue, desk)
        assert notice_mail.send_waiting() == 4
        folded, other = mail.outbox
        assert [folded.body.count(f"comment {number}") for number in range(3)] == [1, 1, 1]
        assert "comment" not in other.body

    def test_is_sent_once(self, issue: Issue, desk: Desk) -> None:
        tell(issue, desk)
        assert [notice_mail.send_waiting() for _ in range(2)] == [1, 0]
        assert len(mail.outbox) == 1

    def test_is_sent_once_by_two_passes_that_found_it_together(
        self, issue: Issue, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tell(issue, desk)
        found = list(notice_mail._due())
        monkeypatch.setattr(notice_mail, "_due", lambda: found)
        assert [notice_mail.send_waiting() for _ in range(2)] == [1, 0]
        assert len(mail.outbox) == 1

    def test_that_a_crash_interrupts_is_never_sent_again(
        self, issue: Issue, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_: Any) -> int:
            raise KeyboardInterrupt

        tell(issue, desk)
        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, "send_messages", die)
            with pytest.raises(KeyboardInterrupt):
                notice_mail.send_waiting()
        assert notice_mail.send_waiting() == 0
        assert Notice.objects.get().problem == "No answer came; the mail may have left."

    def test_of_one_pass_among_fifty(self, issue: Issue, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(notice_mail, "MOST", 2)
        for kind in (NoticeKind.SUBMITTED, NoticeKind.APPROVED, NoticeKind.HELD):
            tell(issue, desk, kind=kind)
        assert [notice_mail.send_waiting() for _ in range(3)] == [2, 1, 0]


class TestAFailure:
    @pytest.mark.parametrize("error", [NEVER_LEFT, THROTTLED])
    def test_before_anything_left_is_tried_again_later(
        self, error: Exception, issue: Issue, desk: Desk, failing: list[Exception]
    ) -> None:
        failing.append(error)
        with time_machine.travel(NOW, tick=False) as clock:
            tell(issue, desk)
            assert notice_mail.send_waiting() == 1
            assert notice_mail.send_waiting() == 0
            assert "the carrier's own words" in Notice.objects.get().problem
            clock.shift(datetime.timedelta(minutes=2))
            assert notice_mail.send_waiting() == 1
        notice = Notice.objects.get()
        assert (len(mail.outbox), notice.tries, notice.problem) == (1, 2, "")

    def test_is_given_up_after_three_tries_for_all_to_see(
        self, issue: Issue, desk: Desk, failing: list[Exception], caplog: pytest.LogCaptureFixture
    ) -> None:
        failing += [NEVER_LEFT] * 4
        with time_machine.travel(NOW, tick=False) as clock:
            tell(issue, desk)
            for _ in range(6):
                notice_mail.send_waiting()
                clock.shift(datetime.timedelta(minutes=30))
        notice = Notice.objects.get()
        assert (len(mail.outbox), notice.tries, bool(notice.ended_at)) == (0, 3, True)
        assert "the carrier's own words" in notice.problem
        assert "given up" in caplog.text

    @pytest.mark.parametrize("error", [UNANSWERED, BROKEN, ValueError("a template")])
    def test_after_which_it_may_have_left_is_given_up_at_once(
        self, error: Exception, issue: Issue, desk: Desk, failing: list[Exception]
    ) -> None:
        failing.append(error)
        with time_machine.travel(NOW, tick=False) as clock:
            tell(issue, desk)
            notice_mail.send_waiting()
            clock.shift(datetime.timedelta(hours=1))
            assert notice_mail.send_waiting() == 0
        assert Notice.objects.get().ended_at

    def test_of_the_real_carrier_is_told_from_an_answer_that_never_came(
        self, issue: Issue, desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No line to SES at all: nothing has left."""
        gateway = gateway_to("http://127.0.0.1:9", monkeypatch)
        monkeypatch.setattr(mail_backend, "default_gateway", lambda: gateway)
        settings.EMAIL_BACKEND = "newsletter.editorial.mail_backend.EmailBackend"
        tell(issue, desk)
        notice_mail.send_waiting()
        notice = Notice.objects.get()
        assert (notice.tries, notice.ended_at) == (1, None)
        assert "Could not connect" in notice.problem

    def test_of_one_is_no_other_ones(self, issue: Issue, desk: Desk, failing: list[Exception]) -> None:
        failing.append(UNANSWERED)
        tell(issue, desk)
        tell(issue, desk, kind=NoticeKind.COMMENTED)
        assert notice_mail.send_waiting() == 2
        assert len(mail.outbox) == 1


class TestNothingIsMailed:
    def test_where_sending_is_switched_off(self, issue: Issue, desk: Desk, settings: Any) -> None:
        settings.SUDI = dataclasses.replace(settings.SUDI, sending_enabled=False)
        tell(issue, desk)
        assert notice_mail.send_waiting() == 0
        assert Notice.objects.get().tries == 0

    def test_from_a_restored_copy(self, issue: Issue, desk: Desk) -> None:
        Installation.objects.update(instance="another")
        tell(issue, desk)
        assert notice_mail.send_waiting() == 0
        assert mail.outbox == []

    def test_in_development_without_the_sandbox(self, issue: Issue, desk: Desk, settings: Any) -> None:
        settings.SUDI = dataclasses.replace(settings.SUDI, ses_endpoint="")
        tell(issue, desk)
        assert notice_mail.send_waiting() == 0

    def test_of_what_is_long_past(self, issue: Issue, desk: Desk) -> None:
        tell(issue, desk)
        Notice.objects.update(created_at=timezone.now() - datetime.timedelta(days=4))
        notice_mail.send_waiting()
        assert mail.outbox == []
        assert "too old" in Notice.objects.get().problem
        tell(issue, desk, "new")
        notice_mail.send_waiting()
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
    def test_to_who_can_not_be_reached_any_more(self, change: dict[str, Any], issue: Issue, desk: Desk) -> None:
        tell(issue, desk)
        User.objects.filter(pk=desk.editor.pk).update(**change)
        notice_mail.send_waiting()
        assert mail.outbox == []
        assert Notice.objects.get().ended_at

    def test_to_who_has_switched_it_off_meanwhile(self, issue: Issue, desk: Desk) -> None:
        tell(issue, desk)
        StaffPreference.objects.create(user=desk.editor, notices=False)
        notice_mail.send_waiting()
        assert mail.outbox == []


def test_the_task_sends_what_waits(issue: Issue, desk: Desk) -> None:
    tell(issue, desk)
    tasks.send_notices()
    assert len(mail.outbox) == 1


def test_a_pass_asks_few_questions_of_many_notices(issue: Issue, desk: Desk, django_assert_num_queries: Any) -> None:
    tell(issue, desk)
    notice_mail.send_waiting()
    for number in range(3):
        tell(issue, desk, str(number))
    with django_assert_num_queries(1 + 1 + 3 + 1):  # the guard, what is due, each claim, the answer
        notice_mail.send_waiting()
