"""Uploading a cover, and making it an issue's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter import content, inspection, renditions, workflow
from newsletter.admin.desk import review_url
from newsletter.editing import import_digest
from newsletter.models import Issue, IssueStatus, Picture
from tests.newsletter.desk import Desk
from tests.newsletter.images import encoded, noise, png
from tests.newsletter.people import make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
S = IssueStatus
REPORT = Path("samples/report-2026-01-17.md")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def issue(desk: Desk) -> Issue:
    """One with a cover beside a page of another site."""
    return desk.draft(REPORT.read_text())


@pytest.fixture
def writer() -> Client:
    return signed_in(make_person("Writers", "wen"))


def page_of(issue: Issue) -> str:
    return f"/admin/newsletter/issue/{issue.pk}/picture/"


def post(client: Client, issue: Issue, data: bytes | None = None, **fields: str) -> Any:
    issue.refresh_from_db()
    values: dict[str, Any] = {"alt": "A robot reads", "version": str(issue.version)}
    if data is not None:
        values["file"] = SimpleUploadedFile("my cover.png", data)
    return client.post(page_of(issue), {**values, **fields}, follow=True)


def codes(issue: Issue) -> set[str]:
    return {finding.code for finding in inspection.inspect(issue)}


class TestUsed:
    def test_a_relative_cover_is_mended(self, issue: Issue, writer: Client) -> None:
        assert "cover-relative" in codes(issue)
        assert "The picture is the cover now." in post(writer, issue, png()).text
        issue.refresh_from_db()
        picture = Picture.objects.get()
        address = f"{settings.SUDI.base_url}/media/{picture.file.name}"
        assert issue.cover == {"image": address, "alt": "A robot reads", "relative": False}
        assert str(issue.last_editor) == "wen"
        assert not codes(issue) & {"cover-relative", "image-without-alt"}
        assert f'src="{address}"' in renditions.render_issue(issue).html

    def test_its_address_brings_the_picture(self, issue: Issue, writer: Client, client: Client) -> None:
        post(writer, issue, png())
        issue.refresh_from_db()
        assert issue.cover
        assert client.get(issue.cover["image"].removeprefix(settings.SUDI.base_url)).content

    def test_the_export_carries_it_and_can_be_imported_again(self, issue: Issue, writer: Client) -> None:
        post(writer, issue, png())
        issue.refresh_from_db()
        text = content.export(issue)
        assert issue.cover
        assert issue.cover["image"] in text
        done = import_digest(text.encode(), "again.md")
        assert done.issue is not None
        assert not done.comparison
        assert content.load(done.issue).cover == content.load(issue).cover

    def test_it_is_an_edit_and_takes_the_approval_away(self, desk: Desk, issue: Issue, writer: Client) -> None:
        workflow.submit(issue, desk.writer)
        workflow.approve(issue, desk.editor)
        assert "goes back to draft" in writer.get(page_of(issue)).text
        post(writer, issue, png())
        issue.refresh_from_db()
        assert (issue.status, issue.approved_rendition) == (S.DRAFT, None)

    def test_one_that_was_uploaded_before(self, issue: Issue, writer: Client) -> None:
        post(writer, issue, png())
        picture = Picture.objects.get()
        assert f'name="picture" value="{picture.pk}"' in writer.get(page_of(issue)).text
        post(writer, issue, None, picture=str(picture.pk), alt="Something else")
        issue.refresh_from_db()
        assert issue.cover
        assert issue.cover["alt"] == "Something else"

    def test_the_same_image_twice_is_one_picture(self, issue: Issue, writer: Client, tmp_path: Path) -> None:
        for _each in range(2):
            post(writer, issue, png())
        assert Picture.objects.count() == 1
        assert len(list((tmp_path / "pictures").iterdir())) == 1

    def test_a_file_that_was_lost_is_written_again(self, issue: Issue, writer: Client, tmp_path: Path) -> None:
        post(writer, issue, png())
        (file,) = (tmp_path / "pictures").iterdir()
        file.unlink()
        post(writer, issue, png())
        assert file.exists()

    def test_its_row_says_what_it_is(self, issue: Issue, writer: Client, tmp_path: Path) -> None:
        post(writer, issue, png(2720, 1360))
        picture = Picture.objects.get()
        (file,) = (tmp_path / "pictures").iterdir()
        assert (picture.width, picture.height, picture.size) == (1360, 680, file.stat().st_size)
        assert (picture.original_name, str(picture.uploaded_by)) == ("my cover.png", "wen")


class TestAskedAgain:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "no image that can be mailed"),
            (b"hello", "no image that can be mailed"),
            (b"<svg></svg>", "no image that can be mailed"),
            (encoded(noise(100, 100), "PNG")[:900], "broken or not complete"),
            (png() + bytes(10_000_000), "10 MB at most"),
            (None, "Choose a file"),
        ],
    )
    def test_what_cannot_be_used_says_why_and_keeps_the_words(
        self, data: bytes | None, said: str, issue: Issue, writer: Client
    ) -> None:
        before = issue.cover
        response = post(writer, issue, data)
        assert response.status_code == 422
        assert said in response.text
        assert 'value="A robot reads"' in response.text
        issue.refresh_from_db()
        assert issue.cover == before
        assert not Picture.objects.exists()

    @pytest.mark.parametrize("picture", ["0", "x", "²", "99999"])
    def test_a_picture_that_is_not_there(self, picture: str, issue: Issue, writer: Client) -> None:
        assert "Choose a file" in post(writer, issue, None, picture=picture).text

    def test_without_words_for_it_the_file_is_kept(self, issue: Issue, writer: Client) -> None:
        response = post(writer, issue, png(), alt=" ")
        assert response.status_code == 422
        assert "Say in a few words" in response.text
        assert f'value="{Picture.objects.get().pk}" checked' in response.text

    def test_after_somebody_elses_change_nothing_is_lost(self, issue: Issue, writer: Client) -> None:
        before = issue.cover
        response = post(writer, issue, png(), version="0")
        assert "changed since you looked at it" in response.text
        assert 'value="A robot reads"' in response.text
        assert f'value="{Picture.objects.get().pk}" checked' in response.text
        issue.refresh_from_db()
        assert issue.cover == before


class TestRefused:
    @pytest.mark.parametrize("status", [S.SENDING, S.SENT, S.ARCHIVED])
    def test_past_editing(self, status: IssueStatus, desk: Desk, writer: Client) -> None:
        issue = desk.issue_at(status)
        response = post(writer, issue, png())
        assert response.status_code == 403
        entry = issue.transitions.first()
        assert entry is not None
        assert (entry.action, entry.refused, str(entry.user)) == ("cover", True, "wen")
        assert not Picture.objects.exists()

    def test_to_who_may_not_edit(self, issue: Issue) -> None:
        ops = signed_in(make_person("Ops"))
        assert post(ops, issue, png()).status_code == 403
        assert ops.get(page_of(issue), follow=True).redirect_chain == [(review_url(issue), 302)]
        assert page_of(issue) not in ops.get(f"/admin/newsletter/issue/{issue.pk}/change/").text
        assert not Picture.objects.exists()

    def test_where_digests_have_no_cover(self, desk: Desk, writer: Client) -> None:
        issue = desk.draft()
        assert post(writer, issue, png()).status_code == 403
        assert page_of(issue) not in writer.get(f"/admin/newsletter/issue/{issue.pk}/change/").text

    def test_to_a_stranger(self, issue: Issue, client: Client) -> None:
        assert client.post(page_of(issue))["Location"].startswith("/admin/login/")


def test_the_issues_own_page_leads_there(issue: Issue, writer: Client) -> None:
    assert page_of(issue) in writer.get(f"/admin/newsletter/issue/{issue.pk}/change/").text
