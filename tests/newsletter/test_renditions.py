from __future__ import annotations

from typing import Any

import pytest

from newsletter import renditions
from newsletter.digest.document import Document
from newsletter.digest.jsonform import to_public_json
from newsletter.errors import Refused
from newsletter.models import Issue, Newsletter, Rendition, Story
from newsletter.rendering.publication import Theme
from tests.newsletter.desk import CHANGED, Desk


def stored(issue: Issue) -> Issue:
    return Issue.objects.select_related("newsletter").get(pk=issue.pk)


class TestFreezing:
    def test_keeps_what_is_rendered_and_who_sends_it(self, desk: Desk) -> None:
        Newsletter.objects.update(reply_to="desk@example.test")
        issue = stored(desk.draft())
        frozen, rendered = renditions.freeze(issue), renditions.render_issue(issue)
        assert (frozen.subject, frozen.preheader) == (rendered.subject, rendered.preheader)
        assert (frozen.html, frozen.text) == (rendered.html, rendered.text)
        sender = (frozen.from_name, frozen.from_email, frozen.reply_to)
        assert sender == ("AI行业速递", "express@sudi.example", "desk@example.test")

    def test_the_same_bytes_are_the_same_row(self, desk: Desk) -> None:
        issue = desk.draft()
        assert renditions.freeze(issue) == renditions.freeze(stored(issue))
        assert Rendition.objects.count() == 1

    def test_another_content_is_another_row(self, desk: Desk) -> None:
        first = renditions.freeze(desk.draft())
        second = renditions.freeze(desk.draft(CHANGED))
        assert first.hash != second.hash
        assert first.inputs_hash != second.inputs_hash
        assert renditions.freeze(desk.draft()) == first

    def test_takes_what_is_stored_and_not_what_is_at_hand(self, desk: Desk) -> None:
        issue = desk.draft()
        Issue.objects.update(subject="存下的主题")
        issue.subject = "手里的主题"
        assert renditions.freeze(issue).subject == "存下的主题"

    def test_the_same_bytes_of_other_inputs_are_those_of_the_new_inputs(self, desk: Desk) -> None:
        first = renditions.freeze(desk.draft())
        Issue.objects.update(front_matter={"weight": 1})
        again = renditions.freeze(Issue.objects.get())
        assert again == first
        assert again.inputs_hash == renditions.inputs_hash(Issue.objects.get()) != first.inputs_hash
        assert Rendition.objects.get().inputs_hash == again.inputs_hash

    def test_is_for_good(self, desk: Desk) -> None:
        rendition = renditions.freeze(desk.draft())
        rendition.subject = "another"
        with pytest.raises(TypeError, match="frozen"):
            rendition.save()


class TestIntact:
    def test_as_it_was_frozen(self, desk: Desk) -> None:
        renditions.freeze(desk.draft())
        assert renditions.is_intact(Rendition.objects.get())

    @pytest.mark.parametrize("field", renditions.HASHED)
    def test_not_with_another(self, field: str, desk: Desk) -> None:
        renditions.freeze(desk.draft())
        Rendition.objects.update(**{field: "x@example.test"})
        assert not renditions.is_intact(Rendition.objects.get())

    def test_not_with_another_hash(self, desk: Desk) -> None:
        renditions.freeze(desk.draft())
        Rendition.objects.update(hash="0" * 64)
        assert not renditions.is_intact(Rendition.objects.get())

    def test_hashes_all_that_a_reader_sees(self) -> None:
        apart = {"id", "issue", "hash", "inputs_hash", "inputs", "created_at"}
        assert {field.name for field in Rendition._meta.fields} - apart == set(renditions.HASHED)


class TestInputs:
    def test_are_the_same_however_the_issue_was_fetched(self, desk: Desk) -> None:
        issue = desk.draft()
        assert renditions.inputs_hash(issue) == renditions.inputs_hash(stored(issue))

    def test_change_with_the_stories(self, desk: Desk) -> None:
        issue = desk.draft()
        before = renditions.inputs_hash(issue)
        Story.objects.update(title="别的")
        assert renditions.inputs_hash(issue) != before

    def test_are_without_findings(self, desk: Desk) -> None:
        issue = desk.draft()
        before = renditions.inputs_hash(issue)
        Issue.objects.update(findings=[{"code": "a", "severity": "warning", "message": "m", "line": 1}])
        assert renditions.inputs_hash(issue) == before

    def test_are_the_same_for_a_newer_version_that_knows_more_fields(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issue = desk.draft()
        before = renditions.inputs_hash(issue)

        def newer(document: Document) -> dict[str, Any]:
            form = to_public_json(document)
            form["sections"][0]["stories"][0]["picture"] = None
            return form | {"new": None, "newer": [], "newest": {}}

        monkeypatch.setattr("newsletter.renditions.to_public_json", newer)
        assert renditions.inputs_hash(issue) == before


class TestRendering:
    def test_uses_the_subject_and_preheader_of_the_issue(self, desk: Desk) -> None:
        issue = desk.draft()
        issue.subject, issue.preheader = "{{recipient_name}}，早", "请看"
        rendered = renditions.render_issue(issue)
        assert (rendered.subject, rendered.preheader) == ("{{recipient_name}}，早", "请看")

    @pytest.mark.parametrize("subject", ["{{name}}", "{{", "两\n行"])
    def test_refuses_a_subject_that_no_mail_can_have(self, subject: str, desk: Desk) -> None:
        Issue.objects.filter(pk=desk.draft().pk).update(subject=subject)
        issue = Issue.objects.get()
        for work in (renditions.render_issue, renditions.freeze):
            with pytest.raises(Refused, match=f"No mail can be made of {issue.slug}: "):
                work(issue)
        assert not Rendition.objects.exists()

    @pytest.mark.parametrize(
        ("theme", "says"),
        [
            ({"colour": "#ffffff"}, "unexpected keyword argument 'colour'"),
            (["#ffffff"], "must be a mapping"),
            ({"accent": "red"}, "'red' where a colour like #0b57d0"),
            ({"accent_dark": "#fff;}</style>"}, "where a colour"),
            ({"accent": None}, "None where a colour"),
        ],
    )
    def test_refuses_a_theme_that_is_none(self, theme: Any, says: str, desk: Desk) -> None:
        desk.draft()
        Newsletter.objects.update(theme=theme)
        with pytest.raises(Refused, match=f"The theme of express .*{says}"):
            renditions.render_issue(Issue.objects.get())


def test_a_publication_is_the_newsletter_as_a_value(desk: Desk) -> None:
    publication = renditions.publication_of(desk.newsletter)
    assert (publication.slug, publication.name, publication.language) == ("express", "AI行业速递", "zh-Hans")
    assert (publication.format, publication.reply_to) == ("express", None)
    assert publication.theme == Theme(accent="#0b57d0", accent_dark="#8ab4f8")
