from __future__ import annotations

import pytest

from newsletter import renditions
from newsletter.models import Issue, Newsletter, Rendition
from newsletter.rendering import slots
from subscribers.models import Subscription
from tests.newsletter.desk import SLUG, Desk
from tests.newsletter.management.running import refused, run


def part(name: str, *options: str) -> str:
    return run("render_issue", SLUG, "--part", name, *options)


class TestADraft:
    def test_is_rendered_now(self, desk: Desk) -> None:
        rendered = renditions.render_issue(desk.draft())
        assert part("subject") == f"{rendered.subject}\n"
        assert part("preheader") == f"{rendered.preheader}\n"
        assert part("html") == rendered.html
        assert part("text") == rendered.text
        assert part("mjml") == rendered.mjml

    def test_has_the_size_of_its_html_in_bytes(self, desk: Desk) -> None:
        desk.draft()
        assert int(part("size")) == len(part("html").encode())

    def test_that_can_not_be_rendered_is_refused(self, desk: Desk) -> None:
        Issue.objects.filter(pk=desk.draft().pk).update(subject="{{name}}")
        message = refused("render_issue", SLUG, "--part", "html")
        assert message.startswith(f"No mail can be made of {SLUG}: unknown merge slot 'name'")


class TestWhatWasApproved:
    @pytest.mark.parametrize("name", ["subject", "preheader", "html", "text"])
    def test_is_what_would_be_sent_whatever_became_of_the_look(self, name: str, desk: Desk) -> None:
        rendition = renditions.freeze(desk.approved())
        Newsletter.objects.update(name="别名", theme={"accent": "#ff0000"})
        assert part(name).rstrip("\n") == getattr(rendition, name).rstrip("\n")
        assert Rendition.objects.count() == 1

    def test_has_its_own_size(self, desk: Desk) -> None:
        rendition = renditions.freeze(desk.approved())
        Newsletter.objects.update(tagline="长" * 200)
        assert int(part("size")) == len(rendition.html.encode())


class TestAsAReaderGetsIt:
    @pytest.fixture(autouse=True)
    def reader(self, desk: Desk) -> Subscription:
        desk.draft()
        desk.readers(["Reader@bücher.example"])
        Issue.objects.update(subject="{{recipient_name}}，早", preheader="{{recipient_name}}，请看")
        subscription = Subscription.objects.get()
        subscription.subscriber.name = "O'Brien & Söhne"
        subscription.subscriber.save()
        return subscription

    @pytest.mark.parametrize("email", ["Reader@bücher.example", " reader@XN--bcher-kva.example "])
    def test_every_slot_is_filled(self, email: str, reader: Subscription) -> None:
        for name in ("subject", "preheader", "html", "text"):
            filled = part(name, "--subscriber", email)
            assert slots.used(filled) == frozenset(), name
        assert part("subject", "--subscriber", email) == "O’Brien ＆ Söhne，早\n"
        assert f"/s/{reader.token}/unsubscribe/" in part("html", "--subscriber", email)
        assert f"/s/{reader.token}/unsubscribe/" in part("text", "--subscriber", email)

    def test_the_size_is_of_the_filled_html(self) -> None:
        email = "reader@bücher.example"
        size = len(part("html", "--subscriber", email).encode())
        assert int(part("size", "--subscriber", email)) == size

    @pytest.mark.parametrize(
        ("email", "says"),
        [("other@example.test", "other@example.test is not on the list express."), ("nobody", "can't be mailed")],
    )
    def test_who_is_not_on_the_list_is_refused(self, email: str, says: str) -> None:
        assert says in refused("render_issue", SLUG, "--part", "html", "--subscriber", email)

    def test_who_is_on_another_list_is_refused(self, desk: Desk) -> None:
        Newsletter.objects.filter(slug="express").update(
            mailing_list=Newsletter.objects.get(slug="report").mailing_list
        )
        assert "not on the list report" in refused(
            "render_issue", SLUG, "--part", "html", "--subscriber", "reader@bücher.example"
        )


def test_the_part_must_be_named(desk: Desk) -> None:
    desk.draft()
    assert "--part" in refused("render_issue", SLUG)
    assert "invalid choice" in refused("render_issue", SLUG, "--part", "pdf")


def test_of_no_issue_is_refused(desk: Desk) -> None:
    assert refused("render_issue", SLUG, "--part", "html").startswith("There is no issue")
