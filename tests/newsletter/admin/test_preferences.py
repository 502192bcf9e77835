from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import Issue, Notice, NoticeKind, StaffPreference
from tests.newsletter.desk import Desk
from tests.newsletter.people import make_person, signed_in

ADDRESS = "/admin/newsletter/issue/preferences/"


@pytest.mark.django_db
class TestPreferences:
    @pytest.mark.parametrize("role", ["Writers", "Editors", "Ops", None])
    def test_are_everybodys_own(self, role: str | None) -> None:
        user = make_person(role, "wen")
        client = signed_in(user)
        assert reverse("admin:newsletter_issue_preferences") == ADDRESS
        assert "checked" in client.get(ADDRESS).content.decode()
        assert client.post(ADDRESS, {"language": "zh-hant"})["Location"] == ADDRESS
        preference = StaffPreference.objects.get()
        assert (preference.user, preference.notices, preference.language) == (user, False, "zh-hant")
        html = client.get(ADDRESS).content.decode()
        assert "checked" not in html
        assert '<option value="zh-hant" selected>' in html

    def test_keep_what_was_chosen_where_something_is_wrong(self) -> None:
        client = signed_in(make_person("Writers"))
        html = client.post(ADDRESS, {"language": "tlh", "notices": "on"}).content.decode()
        assert "Select a valid choice" in html
        assert not StaffPreference.objects.exists()

    def test_are_linked_from_every_page_of_the_admin(self) -> None:
        assert f'href="{ADDRESS}"' in signed_in(make_person("Writers")).get("/admin/").content.decode()

    def test_say_that_there_is_no_address_to_mail_to(self) -> None:
        assert "There is no mail address in your account" in signed_in(make_person("Ops")).get(ADDRESS).content.decode()

    def test_are_for_people_of_the_desk(self, client: Client) -> None:
        assert client.get(ADDRESS)["Location"].startswith("/admin/login/")


def test_show_the_mail_that_could_not_be_sent(desk: Desk) -> None:
    user, issue = make_person("Editors"), desk.draft()
    Notice.objects.create(user=user, issue=issue, kind=NoticeKind.HELD, problem="no <route>", ended_at=issue.created_at)
    Notice.objects.create(user=desk.writer, issue=issue, kind=NoticeKind.HELD, problem="x", ended_at=issue.created_at)
    html = signed_in(user).get(ADDRESS).content.decode()
    assert html.count("is late and waits for a word") == 1
    assert "no &lt;route&gt;" in html
    assert reverse("admin:newsletter_issue_review", args=[Issue.objects.get().pk]) in html
