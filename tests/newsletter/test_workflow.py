from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import transaction

from newsletter import renditions, workflow
from newsletter.bootstrap import ROLES
from newsletter.editing import import_digest
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Issue, IssueStatus, IssueTransition, Newsletter, Rendition, SecondPerson, Story
from newsletter.rendering import pipeline
from newsletter.rendering.pipeline import Rendered
from newsletter.workflow import approval_problems
from subscribers.models import MailingList
from tests.newsletter.desk import CHANGED, FAULTY, Desk, person

S = IssueStatus
SYSTEM = ("start", "withhold", "finish")
MOVES: dict[str, dict[IssueStatus, IssueStatus]] = {
    "submit": {S.DRAFT: S.IN_REVIEW, S.CHANGES_REQUESTED: S.IN_REVIEW},
    "approve": {S.IN_REVIEW: S.APPROVED},
    "request-changes": {S.IN_REVIEW: S.CHANGES_REQUESTED},
    "edit": {
        S.DRAFT: S.DRAFT,
        S.CHANGES_REQUESTED: S.CHANGES_REQUESTED,
        S.IN_REVIEW: S.DRAFT,
        S.APPROVED: S.DRAFT,
        S.SCHEDULED: S.DRAFT,
    },
    "schedule": {S.APPROVED: S.SCHEDULED},
    "unschedule": {S.SCHEDULED: S.APPROVED},
    "archive": {
        S.DRAFT: S.ARCHIVED,
        S.IN_REVIEW: S.ARCHIVED,
        S.CHANGES_REQUESTED: S.ARCHIVED,
        S.APPROVED: S.ARCHIVED,
    },
    "start": {S.SCHEDULED: S.SENDING},
    "withhold": {S.SCHEDULED: S.APPROVED, S.SENDING: S.APPROVED},
    "finish": {S.SENDING: S.SENT},
    "correct": {S.SENT: S.SENT},
    "withdraw": {S.SENT: S.SENT},
}
MAY = {
    "Writers": {"submit"},
    "Editors": {"submit", "approve", "request-changes", "schedule", "unschedule", "archive", "correct", "withdraw"},
    "Ops": set[str](),
}
ORIGIN = {action: min(moves, key=list(S).index) for action, moves in MOVES.items()}


def act(action: str, issue: Issue, user: User | None) -> None:
    doors: dict[str, Callable[..., object]] = {
        "submit": workflow.submit,
        "approve": workflow.approve,
        "archive": workflow.archive,
    }
    if action in doors:
        doors[action](issue, user, note="why")
    elif action in {"request-changes", "correct", "withdraw"}:
        getattr(workflow, action.replace("-", "_"))(issue, user, "why")
    elif action == "edit":
        workflow.reopen(issue, user, "why")
    else:
        workflow.advance(issue, action, user, "why")


def stored(issue: Issue) -> Issue:
    return Issue.objects.select_related("newsletter").get(pk=issue.pk)


def statuses(issue: Issue) -> tuple[IssueStatus, int, int]:
    now = stored(issue)
    return IssueStatus(now.status), now.version, IssueTransition.objects.filter(issue=issue).count()


class TestTheTable:
    def test_has_every_action(self) -> None:
        assert {*MOVES, "restore"} == set(workflow.TRANSITIONS)

    @pytest.mark.parametrize("status", S)
    def test_moves_from(self, status: IssueStatus, desk: Desk) -> None:
        made = desk.issue_at(status)
        before = statuses(made)
        for action, moves in MOVES.items():
            with transaction.atomic():
                issue = stored(made)
                user = None if action in SYSTEM else desk.editor
                if status in moves:
                    act(action, issue, user)
                    moved = int(action != "edit" or moves[status] != status)
                    expected = (moves[status], before[1] + moved, before[2] + moved)
                    assert (issue.status, issue.version) == expected[:2], action
                else:
                    expected = before
                    with pytest.raises(Refused, match=made.slug):
                        act(action, issue, user)
                assert statuses(made) == expected, action
                transaction.set_rollback(True)

    def test_sending_has_no_other_actions(self, desk: Desk) -> None:
        with pytest.raises(ValueError, match="approve"):
            workflow.advance(desk.in_review(), "approve", desk.editor)


class TestWebPage:
    def test_is_withdrawn_with_a_note_and_restored(self, desk: Desk) -> None:
        issue = desk.issue_at(S.SENT)
        with pytest.raises(Refused, match="is not withdrawn"):
            workflow.restore(issue, desk.editor)
        workflow.withdraw(issue, desk.editor, "a name that must not stand there")
        assert issue.withdrawn_at is not None
        assert issue.withdrawal_note == "a name that must not stand there"
        with pytest.raises(Refused, match="withdrawn already"):
            workflow.withdraw(issue, desk.editor, "again")
        workflow.restore(issue, desk.editor)
        issue = stored(issue)
        assert (issue.withdrawn_at, issue.withdrawal_note, issue.status) == (None, "", S.SENT)
        assert list(issue.transitions.values_list("action", flat=True)[:2]) == ["restore", "withdraw"]


class TestRefusals:
    def test_are_audited_and_change_nothing(self, desk: Desk) -> None:
        issue = desk.draft()
        version = issue.version
        workflow.record_refusal(issue, "approve", desk.writer, "not yours")
        (refusal,) = issue.transitions.all()
        assert (refusal.action, refusal.user, refusal.refused, refusal.note) == (
            "approve",
            desk.writer,
            True,
            "not yours",
        )
        assert (refusal.from_status, refusal.to_status, stored(issue).version) == (S.DRAFT, S.DRAFT, version)


class TestPermissions:
    @pytest.mark.parametrize("role", ROLES)
    def test_of_a_role(self, role: str, desk: Desk) -> None:
        user = person(f"another of {role}", role)
        for action in MAY["Editors"]:
            issue = Issue(slug="x", status=ORIGIN[action])
            if action in MAY[role]:
                workflow.check(issue, action, user)
            else:
                with pytest.raises(NotPermitted, match=rf"may not {action} .* newsletter\.\w+_issue"):
                    workflow.check(issue, action, user)

    @pytest.mark.parametrize("action", sorted(MAY["Editors"]))
    def test_nobody_may(self, action: str, desk: Desk) -> None:
        user = User.objects.create(username="gone", is_superuser=True, is_active=False)
        for nobody in (None, AnonymousUser(), user):
            with pytest.raises(NotPermitted):
                workflow.check(Issue(slug="x", status=ORIGIN[action]), action, nobody)

    def test_refused_is_not_done(self, desk: Desk) -> None:
        issue = desk.in_review()
        before = statuses(issue)
        for action in ("approve", "request-changes", "archive"):
            with pytest.raises(NotPermitted):
                act(action, issue, desk.writer)
        assert statuses(issue) == before
        assert not Rendition.objects.exists()


class TestAudit:
    def test_says_who_from_where_to_where_which_hash_and_why(self, desk: Desk) -> None:
        issue = desk.draft()
        workflow.submit(issue, desk.writer, "please")
        rendition = workflow.approve(issue, desk.editor, note="good")
        workflow.advance(issue, "schedule", desk.editor)
        workflow.advance(issue, "start")
        fields = ("action", "from_status", "to_status", "user__username", "rendition_hash", "note")
        assert list(issue.transitions.order_by("pk").values_list(*fields)) == [
            ("submit", "draft", "in_review", "writer", "", "please"),
            ("approve", "in_review", "approved", "editor", rendition.hash, "good"),
            ("schedule", "approved", "scheduled", "editor", rendition.hash, ""),
            ("start", "scheduled", "sending", None, rendition.hash, ""),
        ]

    @pytest.mark.parametrize("note", ["", " \n"])
    def test_changes_are_requested_with_a_reason(self, note: str, desk: Desk) -> None:
        issue = desk.in_review()
        before = statuses(issue)
        with pytest.raises(Refused, match="say why"):
            workflow.request_changes(issue, desk.editor, note)
        assert statuses(issue) == before


class TestTwoAtOnce:
    def test_the_second_is_refused(self, desk: Desk) -> None:
        issue = desk.draft()
        late = stored(issue)
        workflow.submit(issue, desk.writer)
        with pytest.raises(Refused, match="changed by somebody else"):
            workflow.submit(late, desk.editor)
        assert statuses(issue) == (S.IN_REVIEW, 2, 1)

    def test_an_approval_of_what_was_changed_meanwhile_freezes_nothing(self, desk: Desk) -> None:
        late = stored(desk.in_review())
        issue = desk.draft(CHANGED)
        workflow.submit(issue, desk.writer)
        before = statuses(issue)
        with pytest.raises(Refused, match="changed by somebody else"):
            workflow.approve(late, desk.editor)
        assert statuses(issue) == before
        assert not Rendition.objects.exists()


class TestSecondPerson:
    def approve_own(self, desk: Desk, rule: str) -> str | None:
        Newsletter.objects.update(second_person=rule)
        issue = stored(desk.draft(user=desk.editor))
        workflow.submit(issue, desk.writer)
        problem = workflow.second_person_problem(issue, desk.editor)
        if problem:
            with pytest.raises(Refused, match="a second person must approve it"):
                workflow.approve(issue, desk.editor)
            assert issue.status == S.IN_REVIEW
        else:
            workflow.approve(issue, desk.editor)
        return problem

    def test_always(self, desk: Desk) -> None:
        assert self.approve_own(desk, SecondPerson.ALWAYS)

    def test_never(self, desk: Desk) -> None:
        person("another", "Editors")
        assert self.approve_own(desk, SecondPerson.NEVER) is None

    def test_auto_is_not_asked_of_the_only_editor(self, desk: Desk) -> None:
        User.objects.create(username="gone", is_superuser=True, is_active=False)
        assert self.approve_own(desk, SecondPerson.AUTO) is None

    def test_auto_with_two_editors(self, desk: Desk) -> None:
        person("another", "Editors")
        assert self.approve_own(desk, SecondPerson.AUTO)

    def test_auto_with_a_superuser(self, desk: Desk) -> None:
        User.objects.create(username="root", is_superuser=True)
        assert self.approve_own(desk, SecondPerson.AUTO)

    def test_auto_with_somebody_who_may_of_their_own(self, desk: Desk) -> None:
        desk.ops.user_permissions.add(Permission.objects.get(codename="approve_issue"))
        assert self.approve_own(desk, SecondPerson.AUTO)

    def test_an_editor_with_every_kind_of_right_is_one_person(self, desk: Desk) -> None:
        desk.editor.user_permissions.add(Permission.objects.get(codename="approve_issue"))
        User.objects.filter(pk=desk.editor.pk).update(is_superuser=True)
        assert self.approve_own(desk, SecondPerson.AUTO) is None

    def test_who_submitted_is_involved(self, desk: Desk) -> None:
        Newsletter.objects.update(second_person=SecondPerson.ALWAYS)
        issue = stored(desk.draft())
        workflow.submit(issue, desk.editor)
        with pytest.raises(Refused, match="editor edited or submitted"):
            workflow.approve(issue, desk.editor)
        workflow.approve(issue, person("another", "Editors"))
        assert issue.status == S.APPROVED


class TestApproval:
    def test_freezes_what_is_there(self, desk: Desk) -> None:
        issue = desk.in_review()
        rendition = workflow.approve(issue, desk.editor)
        assert issue.approved_rendition == rendition
        assert approval_problems(issue) == approval_problems(stored(issue)) == []

    @pytest.mark.parametrize("digits", [6, 12, 64])
    def test_of_the_version_that_was_seen(self, digits: int, desk: Desk) -> None:
        issue = desk.in_review()
        seen = renditions.freeze(issue).hash
        assert workflow.approve(issue, desk.editor, rendition_hash=seen[:digits].upper()).hash == seen

    def test_not_of_another_version_than_was_seen(self, desk: Desk) -> None:
        seen = renditions.freeze(desk.draft()).hash
        issue = desk.in_review(CHANGED)
        now = renditions.freeze(issue).hash
        with pytest.raises(Refused) as refused:
            workflow.approve(issue, desk.editor, rendition_hash=seen)
        assert seen[:12] in str(refused.value)
        assert now[:12] in str(refused.value)
        assert statuses(issue)[0] == S.IN_REVIEW
        assert stored(issue).approved_rendition is None

    def test_a_few_digits_name_no_version(self, desk: Desk) -> None:
        issue = desk.in_review()
        seen = renditions.freeze(issue).hash
        for digits in (0, 5):
            with pytest.raises(Refused):
                workflow.approve(issue, desk.editor, rendition_hash=seen[:digits])

    def test_waits_for_import_errors_to_be_mended(self, desk: Desk) -> None:
        issue = desk.in_review(FAULTY)
        with pytest.raises(Refused, match=r"1 finding that blocks; mend it first: line 6: .*import it again"):
            workflow.approve(issue, desk.editor)
        assert statuses(issue)[0] == S.IN_REVIEW
        assert not Rendition.objects.exists()

    def test_is_of_the_newsletter_as_it_is_stored(self, desk: Desk) -> None:
        issue = desk.in_review()
        assert issue.newsletter.from_name != "速递编辑部"
        Newsletter.objects.update(from_name="速递编辑部")
        assert workflow.approve(issue, desk.editor).from_name == "速递编辑部"
        assert approval_problems(stored(issue)) == []


def change_story(issue: Issue) -> None:
    Story.objects.filter(section__issue=issue).update(insight="又小又快。")


def change_subject(issue: Issue) -> None:
    Issue.objects.filter(pk=issue.pk).update(subject="新主题")


def change_preheader(issue: Issue) -> None:
    Issue.objects.filter(pk=issue.pk).update(preheader="新提要")


def change_newsletter(**fields: Any) -> Callable[[Issue], None]:
    def change(issue: Issue) -> None:
        assert Newsletter.objects.filter(pk=issue.newsletter_id).exclude(**fields).update(**fields)

    return change


def change_list(issue: Issue) -> None:
    other = MailingList.objects.exclude(pk=issue.newsletter.mailing_list_id)[0]
    Newsletter.objects.filter(pk=issue.newsletter_id).update(mailing_list=other)


def rename_list(issue: Issue) -> None:
    MailingList.objects.filter(pk=issue.newsletter.mailing_list_id).update(slug="other")


def tamper(issue: Issue) -> None:
    Rendition.objects.filter(issue=issue).update(html="<!doctype html><p>Buy now")


class TestApprovalProblems:
    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (change_story, "story 1 changed"),
            (change_subject, "subject changed"),
            (change_preheader, "preheader changed"),
            (change_newsletter(theme={"accent": "#ff0000"}), "theme changed"),
            (change_newsletter(name="别名"), "newsletter: name changed"),
            (change_newsletter(tagline="别的"), "tagline changed"),
            (change_newsletter(postal_address="别处"), "postal address changed"),
            (change_newsletter(from_name="别人"), "sender's name changed"),
            (change_newsletter(from_email="other@example.test"), "sender's address changed"),
            (change_newsletter(reply_to="other@example.test"), "reply address changed"),
            (change_list, "audience changed"),
            (rename_list, "audience changed"),
            (tamper, "not the one that was approved"),
        ],
    )
    def test_finds(self, change: Callable[[Issue], None], says: str, desk: Desk) -> None:
        issue = desk.approved()
        change(issue)
        (problem,) = approval_problems(stored(issue))
        assert says in problem

    def test_finds_all_at_once(self, desk: Desk) -> None:
        issue = desk.approved()
        for change in (change_story, change_list, tamper):
            change(issue)
        intact, since = approval_problems(stored(issue))
        assert "not the one that was approved" in intact
        assert "approved" in since
        assert since.endswith("since then: story 1 changed, audience changed. Approve it again.")

    def test_a_newer_template_is_none(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        issue = desk.in_review()
        approved = workflow.approve(issue, desk.editor)

        def newer(*args: Any, **options: Any) -> Rendered:
            rendered = pipeline.render(*args, **options)
            return dataclasses.replace(rendered, html=rendered.html.replace("</body>", "<p>new</body>"))

        monkeypatch.setattr("newsletter.renditions.render", newer)
        assert renditions.freeze(issue).hash != approved.hash
        assert approval_problems(stored(issue)) == []

    @pytest.mark.parametrize("unrelated", [{"time_zone": "UTC"}, {"second_person": "always"}])
    def test_what_no_reader_sees_is_none(self, unrelated: dict[str, str], desk: Desk) -> None:
        issue = desk.approved()
        change_newsletter(**unrelated)(issue)
        assert approval_problems(stored(issue)) == []

    def test_without_an_approval(self, desk: Desk) -> None:
        issue = desk.in_review()
        assert approval_problems(issue) == [f"{issue.slug} is not approved."]

    def test_an_edit_takes_the_approval_away(self, desk: Desk) -> None:
        issue = desk.approved()
        import_digest(CHANGED.encode(), "试.md", user=desk.writer)
        assert approval_problems(stored(issue)) == [f"{issue.slug} is not approved."]


class TestApprovingAgain:
    def test_what_went_stale_without_an_edit(self, desk: Desk) -> None:
        issue = desk.approved()
        change_newsletter(from_name="别人")(issue)
        issue = stored(issue)
        workflow.approve(issue, desk.editor)
        assert approval_problems(issue) == []
        assert issue.transitions.filter(action="approve", from_status=S.APPROVED).count() == 1

    def test_not_what_still_holds(self, desk: Desk) -> None:
        issue = desk.approved()
        before = statuses(issue)
        with pytest.raises(Refused, match="approved already"):
            workflow.approve(issue, desk.editor)
        assert statuses(issue) == before

    def test_although_the_bytes_are_the_same(self, desk: Desk) -> None:
        issue = desk.approved()
        Issue.objects.filter(pk=issue.pk).update(front_matter={"weight": 1})
        issue = stored(issue)
        assert approval_problems(issue)
        workflow.approve(issue, desk.editor)
        assert approval_problems(issue) == []
        assert Rendition.objects.count() == 1
