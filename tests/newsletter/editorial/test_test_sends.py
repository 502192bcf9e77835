"""Test sends: to whom, marked how, and what becomes of each address."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.bootstrap import bootstrap
from newsletter.delivery import rate
from newsletter.delivery.gateways import CallFailed, Failure, Quota
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.editorial import single_mails, test_sends
from newsletter.editorial.proof_addresses import MOST, Failed
from newsletter.editorial.test_sends import Report
from newsletter.errors import NotPermitted, Refused, SendingRefused
from newsletter.models import Delivery, Installation, Issue, IssueStatus, IssueTransition, Newsletter, SendRate
from newsletter.rendering import slots
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.models import SuppressionReason
from tests.newsletter.desk import Desk

ME = "mei@desk.example"


@pytest.fixture
def gateway(settings: Any) -> MemoryGateway:
    settings.SUDI = dataclasses.replace(settings.SUDI, ses_endpoint="http://127.0.0.1:9", sending_enabled=True)
    return MemoryGateway()


def send(issue: Issue, *addresses: str, user: User | None = None, gateway: MemoryGateway, **options: Any) -> Report:
    return test_sends.send(issue, addresses, user, gateway=gateway, **options)


def history() -> list[tuple[str | None, str]]:
    lines = IssueTransition.objects.filter(action="test").order_by("pk")
    return [(line.user.username if line.user else None, line.note) for line in lines]


class TestTheMail:
    @pytest.mark.parametrize(("language", "mark"), [("en", "[Test] "), ("zh-Hans", "[测试] "), ("zh-Hant", "[測試] ")])
    def test_says_in_the_newsletters_language_that_it_is_a_test(
        self, language: str, mark: str, desk: Desk, gateway: MemoryGateway
    ) -> None:
        issue = desk.draft()
        Newsletter.objects.update(language=language)
        send(Issue.objects.get(pk=issue.pk), ME, gateway=gateway)
        mail, letter = gateway.singles[0]
        assert slots.fill(mail.subject, letter.values, "header").startswith(mark)

    def test_has_headers_that_lead_to_no_reader_and_no_tag_of_a_delivery(
        self, desk: Desk, gateway: MemoryGateway
    ) -> None:
        issue = desk.draft()
        send(issue, ME, gateway=gateway)
        _, letter = gateway.singles[0]
        assert letter.headers["List-Unsubscribe"].endswith("/u/sample>")
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.headers["X-Sudi-Test"] == issue.slug
        assert letter.tags == {}
        assert not Delivery.objects.exists()

    def test_has_links_that_lead_to_no_reader_and_the_sample_readers_name(
        self, desk: Desk, gateway: MemoryGateway
    ) -> None:
        send(desk.draft(), ME, gateway=gateway, reader="O'Brien & 欧阳")
        mail, letter = gateway.singles[0]
        assert letter.values["recipient_name"] == "O’Brien ＆ 欧阳"
        assert "/s/sample/unsubscribe/" in slots.fill(mail.html, letter.values, "html")
        assert "/s/sample/unsubscribe/" in slots.fill(mail.text, letter.values, "text")

    def test_is_never_tracked(self, desk: Desk, gateway: MemoryGateway) -> None:
        issue = desk.draft()
        Newsletter.objects.update(track_opens=True, track_clicks=True)
        send(Issue.objects.get(pk=issue.pk), ME, gateway=gateway)
        mail, _ = gateway.singles[0]
        assert (mail.track_opens, mail.track_clicks) == (False, False)

    @pytest.mark.parametrize("status", IssueStatus)
    def test_can_be_sent_whatever_the_issues_status_and_moves_nothing(
        self, status: IssueStatus, desk: Desk, gateway: MemoryGateway
    ) -> None:
        issue = desk.issue_at(status)
        version = issue.version
        assert send(issue, ME, user=desk.editor, gateway=gateway).sent == (ME,)
        issue.refresh_from_db()
        assert (issue.status, issue.version) == (status, version)

    def test_that_can_not_be_made_is_refused(self, desk: Desk, gateway: MemoryGateway) -> None:
        Issue.objects.filter(pk=desk.draft().pk).update(subject="{{name}}")
        with pytest.raises(Refused, match="No mail can be made"):
            send(Issue.objects.get(), ME, gateway=gateway)
        assert gateway.singles == []


class TestWhoMay:
    def test_writers_and_editors_may(self, desk: Desk, gateway: MemoryGateway) -> None:
        issue = desk.draft()
        for user in (desk.writer, desk.editor):
            assert send(issue, ME, user=user, gateway=gateway).sent == (ME,)

    def test_ops_may_not(self, desk: Desk, gateway: MemoryGateway) -> None:
        with pytest.raises(NotPermitted, match=r"ops may not send tests; .* newsletter.send_test_issue"):
            send(desk.draft(), ME, user=desk.ops, gateway=gateway)
        assert gateway.singles == []

    def test_history_says_to_whom_by_whom_and_which_version(self, desk: Desk, gateway: MemoryGateway) -> None:
        issue = desk.approved()
        assert issue.approved_rendition is not None
        send(issue, ME, "lin@desk.example", user=desk.editor, gateway=gateway)
        digits = issue.approved_rendition.hash[:6]
        assert history() == [("editor", f"{digits} → {ME}, lin@desk.example")]


class TestAddresses:
    def test_each_gets_one(self, desk: Desk, gateway: MemoryGateway) -> None:
        report = send(desk.draft(), ME, " MEI@Desk.Example ", "lin@bücher.example", gateway=gateway)
        assert report == Report((ME, "lin@xn--bcher-kva.example"), ())

    def test_a_bad_one_does_not_stop_the_rest(self, desk: Desk, gateway: MemoryGateway) -> None:
        report = send(desk.draft(), "nobody", ME, gateway=gateway)
        assert report.sent == (ME,)
        assert [each.address for each in report.failed] == ["nobody"]
        assert "can't be mailed" in report.failed[0].reason
        assert report.failed[0].remedy == "Mend the address."

    def test_a_suppressed_one_gets_none_and_the_reason_is_told(self, desk: Desk, gateway: MemoryGateway) -> None:
        suppression.suppress([normalise(ME)], SuppressionReason.HARD_BOUNCE)
        report = send(desk.draft(), ME, "lin@desk.example", gateway=gateway)
        assert report.sent == ("lin@desk.example",)
        assert "It is suppressed" in str(report.failed[0])
        assert "ask Ops to lift" in str(report.failed[0])

    def test_none_that_can_be_mailed_sends_and_audits_nothing(self, desk: Desk, gateway: MemoryGateway) -> None:
        report = send(desk.draft(), "nobody", gateway=gateway)
        assert (report.sent, len(report.failed)) == ((), 1)
        assert history() == []

    @pytest.mark.parametrize(
        ("addresses", "says"),
        [([], "Name at least one"), ([f"r{n}@desk.example" for n in range(MOST + 1)], f"{MOST} addresses at most")],
    )
    def test_none_and_too_many_are_refused(
        self, addresses: list[str], says: str, desk: Desk, gateway: MemoryGateway
    ) -> None:
        with pytest.raises(Refused, match=says):
            send(desk.draft(), *addresses, gateway=gateway)
        assert gateway.singles == []


class TestFailures:
    def fail(self, gateway: MemoryGateway, address: str, failure: Failure, remedy: str = "") -> None:
        gateway.failures[address] = CallFailed(failure, "TheCode", "what SES said", remedy)

    @pytest.mark.parametrize(
        ("failure", "remedy"), [(Failure.BAD_REQUEST, "Ask Ops"), (Failure.IN_DOUBT, "look into the inbox before")]
    )
    def test_one_addresss_own_trouble_does_not_stop_the_rest(
        self, failure: Failure, remedy: str, desk: Desk, gateway: MemoryGateway
    ) -> None:
        self.fail(gateway, "a@desk.example", failure)
        report = send(desk.draft(), "a@desk.example", ME, user=desk.writer, gateway=gateway)
        assert report.sent == (ME,)
        assert report.failed[0].reason == "SES: TheCode: what SES said"
        assert remedy in report.failed[0].remedy
        assert history()[1] == ("writer", f"not sent: {report.failed[0]}")

    @pytest.mark.parametrize(
        ("failure", "remedy"),
        [
            (Failure.STOP, "Verify the domain."),
            (Failure.THROTTLED, "Try again in a minute."),
            (Failure.NOT_SENT, "Try again in a minute."),
        ],
    )
    def test_what_would_befall_all_is_tried_once(
        self, failure: Failure, remedy: str, desk: Desk, gateway: MemoryGateway
    ) -> None:
        self.fail(gateway, "a@desk.example", failure, "Verify the domain.")
        report = send(desk.draft(), "a@desk.example", ME, gateway=gateway)
        assert [(each.address, each.remedy) for each in report.failed] == [("a@desk.example", remedy), (ME, remedy)]
        assert gateway.singles == []


def test_a_page_in_place_of_an_answer_is_told_in_short(desk: Desk, gateway: MemoryGateway) -> None:
    gateway.failures[ME] = CallFailed(Failure.STOP, "404", "<!doctype html>\n" * 500)
    reason = send(desk.draft(), ME, gateway=gateway).failed[0].reason
    assert len(reason) < 200
    assert "\n" not in reason


class TestBrakes:
    def test_nothing_is_sent_where_sending_is_off(self, desk: Desk, gateway: MemoryGateway, settings: Any) -> None:
        settings.SUDI = dataclasses.replace(settings.SUDI, sending_enabled=False)
        with pytest.raises(SendingRefused, match="switched off"):
            send(desk.draft(), ME, gateway=gateway)

    def test_nothing_is_sent_from_a_copy(self, desk: Desk, gateway: MemoryGateway) -> None:
        Installation.objects.update(instance="another")
        with pytest.raises(SendingRefused, match="belongs to another"):
            send(desk.draft(), ME, gateway=gateway)

    @pytest.mark.parametrize(
        ("quota", "says"), [(Quota(10, 100, 100, True), "used up"), (Quota(10, -1, 5, False), "doesn't allow")]
    )
    def test_the_accounts_limits_hold(self, quota: Quota, says: str, desk: Desk, gateway: MemoryGateway) -> None:
        limited = MemoryGateway(quota=quota)
        with pytest.raises(Refused, match=says):
            send(desk.draft(), ME, gateway=limited)
        assert (limited.singles, history()) == ([], [])

    def test_each_takes_from_the_rate_that_all_mail_shares(self, desk: Desk, gateway: MemoryGateway) -> None:
        send(desk.draft(), ME, "lin@desk.example", gateway=gateway)
        assert rate.current().tat > 0

    def test_who_would_wait_too_long_gets_none(
        self, desk: Desk, gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(single_mails, "PATIENCE", 0)
        bootstrap()
        assert rate.reserve(10_000) is not None
        SendRate.objects.update(max_send_rate=1, polled_at=timezone.now())
        report = send(desk.draft(), ME, "lin@desk.example", gateway=gateway)
        assert report.sent == ()
        reason, remedy = "Too much other mail is being sent.", "Send it again in a few minutes."
        assert report.failed == (Failed(ME, reason, remedy), Failed("lin@desk.example", reason, remedy))


class TestAButtonPressedTwice:
    def test_sends_once(self, desk: Desk, gateway: MemoryGateway) -> None:
        issue = desk.draft()
        send(issue, ME, user=desk.writer, gateway=gateway)
        with pytest.raises(Refused, match="sent a moment ago; it can be sent again after 10 seconds"):
            send(issue, ME, user=desk.writer, gateway=gateway)
        assert len(gateway.singles) == 1

    def test_does_not_stop_others_or_other_addresses(self, desk: Desk, gateway: MemoryGateway) -> None:
        issue = desk.draft()
        for user, address in [(desk.writer, ME), (desk.editor, ME), (desk.writer, "lin@desk.example")]:
            assert send(issue, address, user=user, gateway=gateway).sent == (address,)

    def test_may_be_pressed_again_after_a_while(self, desk: Desk, gateway: MemoryGateway) -> None:
        issue = desk.draft()
        send(issue, ME, user=desk.writer, gateway=gateway)
        with time_machine.travel(timezone.now() + datetime.timedelta(seconds=11)):
            assert send(issue, ME, user=desk.writer, gateway=gateway).sent == (ME,)
