from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import IssueStatus, Newsletter
from tests.newsletter.admin.issues import make_issue, posted_by
from tests.newsletter.admin.test_editing import errors, stand
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return signed_in(make_person("superuser"))


def page_of(newsletter: Newsletter) -> str:
    return reverse("admin:newsletter_newsletter_change", args=[newsletter.pk])


def test_a_change_warns_of_approvals_that_it_may_undo(owner: Client) -> None:
    issue = make_issue()
    stand(issue, IssueStatus.APPROVED)
    address = page_of(issue.newsletter)
    response = owner.post(address, posted_by(owner, address, tagline="新"), follow=True)
    assert "1 approved issue may look different now" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("theme", '{"colour": "#fff"}', "A theme is an object with any of: accent, accent_dark, logo_url"),
        ("theme", '["x"]', "A theme is an object with any of"),
        ("time_zone", "Asia/Nowhere", "There is no time zone of this name"),
    ],
)
def test_what_rendering_could_not_read_is_refused(name: str, value: str, problem: str, owner: Client) -> None:
    address = page_of(make_issue().newsletter)
    assert problem in errors(owner.post(address, posted_by(owner, address, **{name: value})))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("proof_list", "mei@desk.example\nnobody", "Line 2: &#x27;nobody&#x27; can&#x27;t be mailed"),
        ("proof_list", "\n".join(f"r{n}@desk.example" for n in range(21)), "20 addresses at most"),
        ("usual_days", "08", "Days are digits"),
        ("usual_days", "7" * 8, "at most 7 characters"),
    ],
)
def test_what_the_desk_could_not_use_is_refused_beside_its_field(
    name: str, value: str, problem: str, owner: Client
) -> None:
    address = page_of(make_issue().newsletter)
    response = owner.post(address, posted_by(owner, address, **{name: value}))
    assert problem in response.text
    assert value.rsplit("\n", maxsplit=1)[-1] in response.text


def test_the_proof_list_is_kept_one_address_a_line(owner: Client) -> None:
    newsletter = make_issue().newsletter
    address = page_of(newsletter)
    typed = " Mei@Bücher.example, lin@desk.example\n\nlin@desk.example；"
    owner.post(address, posted_by(owner, address, proof_list=typed, usual_time="08:00", usual_days="135"))
    newsletter.refresh_from_db()
    assert newsletter.proof_list == "Mei@xn--bcher-kva.example\nlin@desk.example"
    assert (str(newsletter.usual_time), newsletter.usual_days) == ("08:00:00", "135")


def test_its_slug_and_format_stay(owner: Client) -> None:
    newsletter = make_issue().newsletter
    address, before = page_of(newsletter), newsletter.slug
    owner.post(address, posted_by(owner, address, slug="other", format="report", name="Renamed"))
    newsletter.refresh_from_db()
    assert (newsletter.name, newsletter.slug, newsletter.format) == ("Renamed", before, "express")
