"""Test sends from the review page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from newsletter.admin import test_sends
from newsletter.delivery.gateways import CallFailed, Failure
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.models import Issue, IssueTransition, Newsletter
from tests.browser import audit
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

ME = "mei@desk.example"
LIN = "lin@desk.example"


@pytest.fixture
def gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> MemoryGateway:
    settings.SUDI = dataclasses.replace(settings.SUDI, ses_endpoint="http://127.0.0.1:9", sending_enabled=True)
    gateway = MemoryGateway()
    monkeypatch.setattr(test_sends, "default_gateway", lambda: gateway)
    return gateway


@pytest.fixture
def issue(desk: Desk, gateway: MemoryGateway) -> Issue:
    return desk.draft()


@pytest.fixture
def user(issue: Issue) -> User:
    user = make_person("Writers", "mei")
    user.email = ME
    user.save()
    return user


@pytest.fixture
def writer(user: User) -> Client:
    return signed_in(user)


def review(client: Client, issue: Issue) -> str:
    return client.get(reverse("admin:newsletter_issue_review", args=[issue.pk])).text


def post(client: Client, issue: Issue, to: str, **fields: str) -> _MonkeyPatchedWSGIResponse:
    address = reverse("admin:newsletter_issue_test", args=[issue.pk])
    return client.post(address, {"to": to, "reader": "none", "addresses": "", **fields}, follow=True)


def addresses(gateway: MemoryGateway) -> list[str]:
    return [letter.address for _, letter in gateway.singles]


def test_to_me_goes_to_my_own_address(issue: Issue, writer: Client, gateway: MemoryGateway) -> None:
    page = post(writer, issue, "me")
    assert addresses(gateway) == [ME]
    assert f"A test was sent to {ME}." in page.text
    assert page.redirect_chain[-1][0].endswith("/review/#tests")
    line = IssueTransition.objects.get(action="test")
    assert (line.user and line.user.username, ME in line.note) == ("mei", True)


def test_to_the_proof_list_goes_to_each_of_it(issue: Issue, writer: Client, gateway: MemoryGateway) -> None:
    Newsletter.objects.update(proof_list=f"{ME}\n{LIN}\n")
    assert f"{ME}, {LIN}" in review(writer, issue)
    page = post(writer, issue, "list").text
    assert addresses(gateway) == [ME, LIN]
    assert f"A test was sent to {LIN}." in page


def test_to_typed_addresses_and_as_the_chosen_reader(issue: Issue, writer: Client, gateway: MemoryGateway) -> None:
    post(writer, issue, "typed", addresses=f"{ME}, {LIN}；ada@desk.example", reader="chinese")
    assert addresses(gateway) == [ME, LIN, "ada@desk.example"]
    assert {letter.values["recipient_name"] for _, letter in gateway.singles} == {"欧阳晓宁"}


def test_an_address_that_got_none_stays_in_the_form_with_the_reason(
    issue: Issue, writer: Client, gateway: MemoryGateway
) -> None:
    gateway.failures[LIN] = CallFailed(Failure.BAD_REQUEST, "MessageRejected", "no", "Verify it.")
    response = post(writer, issue, "typed", addresses=f"nobody\n{LIN}\n{ME}", reader="latin")
    assert addresses(gateway) == [ME]
    assert f"A test was sent to {ME}." in response.text
    assert f">nobody\n{LIN}</textarea>" in response.text
    assert "can&#x27;t be mailed" in response.text
    assert f"{LIN}: SES: MessageRejected: no Verify it." in response.text
    assert '<option value="latin" selected>' in response.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "Name at least one address."), (",".join(f"r{n}@desk.example" for n in range(21)), "20 addresses at most")],
)
def test_bad_input_is_told_beside_the_field_and_nothing_typed_is_lost(
    typed: str, says: str, issue: Issue, writer: Client, gateway: MemoryGateway
) -> None:
    response = post(writer, issue, "typed", addresses=typed)
    assert response.status_code == 400
    assert says in response.text
    assert f">{typed}</textarea>" in response.text
    assert gateway.singles == []


def test_a_fault_of_the_proof_list_is_told_with_its_address(
    issue: Issue, writer: Client, gateway: MemoryGateway
) -> None:
    Newsletter.objects.update(proof_list=f"nobody\n{ME}")
    page = post(writer, issue, "list").text
    assert "Not sent to nobody: " in page
    assert addresses(gateway) == [ME]


def test_pressed_twice_it_is_sent_once(issue: Issue, writer: Client, gateway: MemoryGateway) -> None:
    post(writer, issue, "me")
    assert "sent a moment ago" in post(writer, issue, "me").text
    assert addresses(gateway) == [ME]


def test_without_an_address_of_ones_own_the_button_is_off_and_says_why(
    issue: Issue, user: User, writer: Client, gateway: MemoryGateway
) -> None:
    User.objects.filter(pk=user.pk).update(email="")
    page = review(writer, issue)
    assert 'value="me" disabled' in page
    assert "Your account has no address" in page
    assert post(writer, issue, "me").status_code == 400
    assert gateway.singles == []


def test_without_a_proof_list_its_button_is_off(issue: Issue, writer: Client) -> None:
    page = review(writer, issue)
    assert 'value="list" disabled' in page
    assert "has no proof list" in page


def test_where_sending_is_off_the_reason_stands_instead_of_buttons(issue: Issue, writer: Client, settings: Any) -> None:
    settings.SUDI = dataclasses.replace(settings.SUDI, sending_enabled=False)
    page = review(writer, issue)
    assert "Sending is switched off" in page
    assert 'value="me"' not in page
    response = post(writer, issue, "me")
    assert response.status_code == 400
    assert "Sending is switched off" in response.text


def test_without_a_mail_no_button_is_offered(issue: Issue, writer: Client, gateway: MemoryGateway) -> None:
    Issue.objects.update(subject="{{name}}")
    assert 'value="me"' not in review(writer, issue)
    assert "No mail can be made" in post(writer, issue, "me").text
    assert gateway.singles == []


def test_who_may_not_is_offered_nothing_and_refused_with_a_line_in_the_audit(
    issue: Issue, gateway: MemoryGateway
) -> None:
    ops = signed_in(make_person("Ops", "ravi"))
    assert 'id="tests"' not in review(ops, issue)
    response = post(ops, issue, "typed", addresses=ME)
    assert response.status_code == 403
    assert gateway.singles == []
    line = IssueTransition.objects.get(action="test")
    assert (line.refused, line.user and line.user.username) == (True, "ravi")


def test_it_is_only_ever_posted(issue: Issue, writer: Client) -> None:
    assert writer.get(reverse("admin:newsletter_issue_test", args=[issue.pk])).status_code == 405


@pytest.mark.chromium
def test_the_form_is_clean_even_with_its_faults(issue: Issue, writer: Client) -> None:
    page = post(writer, issue, "typed", addresses="nobody")
    assert audit({"/test/": page.text}) == []
