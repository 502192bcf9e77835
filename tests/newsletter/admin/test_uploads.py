"""Uploading digests in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from newsletter import content
from newsletter.models import Issue, IssueStatus, Newsletter
from tests.newsletter.desk import CHANGED, FAULTY, SLUG, TEXT, Desk
from tests.newsletter.people import make_person, signed_in

pytestmark = pytest.mark.django_db
S = IssueStatus


@pytest.fixture
def writer(desk: Desk) -> Client:
    return signed_in(make_person("Writers", "wen"))


def page() -> str:
    return reverse("admin:newsletter_issue_upload")


def upload(client: Client, *texts: str | bytes, button: str = "import", **fields: str) -> Any:
    data = [text if isinstance(text, bytes) else text.encode() for text in texts]
    files = [SimpleUploadedFile(f"file-{number}.md", each) for number, each in enumerate(data, 1)]
    return client.post(page(), {"digests": files, button: "x", **fields})


def said(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_imports_as_the_command_does(writer: Client) -> None:
    html = said(upload(writer, TEXT))
    issue = Issue.objects.get()
    assert (issue.slug, str(issue.last_editor), content.export(issue)) == (SLUG, "wen", TEXT)
    assert "file-1.md: Created" in html
    assert reverse("admin:newsletter_issue_review", args=[issue.pk]) in html


def test_the_same_again_changes_nothing(desk: Desk, writer: Client) -> None:
    issue = desk.approved()
    assert "file-1.md: Unchanged" in said(upload(writer, TEXT))
    assert Issue.objects.get().version == issue.version


def test_a_changed_digest_is_compared_and_reopens_the_issue(desk: Desk, writer: Client) -> None:
    desk.approved()
    html = said(upload(writer, CHANGED))
    assert "file-1.md: Changed" in html
    assert "<ins>乙</ins>" in html
    assert Issue.objects.get().status == S.DRAFT


def test_checking_stores_nothing(desk: Desk, writer: Client) -> None:
    assert "Would be created" in said(upload(writer, TEXT, button="check"))
    assert not Issue.objects.exists()
    issue = desk.in_review()
    html = said(upload(writer, CHANGED, button="check"))
    assert "Would be changed" in html
    assert "<ins>乙</ins>" in html
    assert "Would stay as it is" in said(upload(writer, TEXT, button="check"))
    assert Issue.objects.get().version == issue.version


def test_each_file_has_its_own_answer(desk: Desk, writer: Client) -> None:
    html = said(upload(writer, "no digest", FAULTY, b"\xff\xfe\x00", b"x" * 2_200_000))
    for shown in ("file-1.md: Refused", "file-2.md: Created", "file-3.md: Refused", "file-4.md: Refused"):
        assert shown in html
    assert "line 6" in html
    assert "2,097,152" in html
    assert Issue.objects.count() == 1


@pytest.mark.parametrize("status", [S.SENDING, S.SENT, S.ARCHIVED])
@pytest.mark.parametrize("button", ["import", "check"])
def test_an_issue_past_editing_is_refused(status: IssueStatus, button: str, desk: Desk, writer: Client) -> None:
    desk.issue_at(status)
    assert "file-1.md: Refused" in said(upload(writer, CHANGED, button=button))
    assert content.export(Issue.objects.get()) == TEXT


def test_no_file_is_said_beside_the_field(writer: Client) -> None:
    assert "Choose at least one file" in said(upload(writer))


def test_the_newsletter_is_asked_for_where_two_share_a_format(desk: Desk, writer: Client) -> None:
    assert 'name="newsletter"' not in said(writer.get(page()))
    desk.newsletter.pk, desk.newsletter.slug = None, "second"
    desk.newsletter.save()
    assert 'name="newsletter"' in said(writer.get(page()))
    assert "Several newsletters" in said(upload(writer, TEXT))
    assert "Created" in said(upload(writer, TEXT, newsletter="second"))
    assert Issue.objects.get().newsletter == Newsletter.objects.get(slug="second")


@pytest.mark.parametrize("role", ["Ops", None])
def test_without_the_permission_there_is_no_button_and_no_page(role: str | None, desk: Desk) -> None:
    client = signed_in(make_person(role))
    assert client.get(page()).status_code == 403
    assert upload(client, TEXT).status_code == 403
    if role:
        assert page() not in client.get(reverse("admin:newsletter_issue_changelist")).content.decode()
    assert not Issue.objects.exists()


def test_the_list_leads_there(desk: Desk, writer: Client) -> None:
    assert page() in writer.get(reverse("admin:newsletter_issue_changelist")).content.decode()


def test_a_post_from_elsewhere_is_refused(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person("Writers", "wen"))
    assert upload(client, TEXT).status_code == 403


def test_more_files_than_one_upload_may_have(desk: Desk, writer: Client) -> None:
    assert upload(writer, *["x"] * 101).status_code == 413
