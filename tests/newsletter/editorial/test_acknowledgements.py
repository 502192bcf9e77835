from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from newsletter import inspection
from newsletter.editing import import_digest
from newsletter.editorial import acknowledgements
from newsletter.editorial.acknowledgements import Known
from newsletter.errors import NotPermitted, Refused
from newsletter.models import Acknowledgement, Issue, IssueStatus
from tests.newsletter.desk import Desk
from tests.newsletter.digest.samples import STORY, digest

S = IssueStatus
# Two links without encryption in one story: two warnings of one code at one place.
INSECURE = STORY.replace("https://", "http://")
OTHER = (
    STORY.replace("甲厂开源小模型", "乙厂发布机器人")
    .replace("a.example/s/x_y-1", "c.example/9")
    .replace("b.example", "d.example")
)
CODE = "link-insecure"


def warnings(issue: Issue, code: str = CODE) -> list[Known]:
    standing = acknowledgements.open_and_acknowledged(issue, inspection.inspect(issue))
    return [known for known in standing.open if known.finding.code == code]


def acknowledge_all(issue: Issue, desk: Desk) -> None:
    for known in warnings(issue):
        acknowledgements.acknowledge(issue, known.key, "the site has no other", desk.editor)


def again(text: str, desk: Desk) -> Issue:
    issue = import_digest(text.encode(), "试.md", user=desk.writer).issue
    assert issue is not None
    return issue


class TestAcknowledging:
    def test_keeps_who_and_why_and_leaves_the_others_open(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        first, second = warnings(issue)
        acknowledgements.acknowledge(issue, first.key, " the site has no other ", desk.editor)
        assert [known.key for known in warnings(issue)] == [second.key]
        standing = acknowledgements.open_and_acknowledged(issue, inspection.inspect(issue))
        (known,) = standing.acknowledged
        assert known.acknowledgement is not None
        assert known.acknowledgement.user == desk.editor
        assert (known.acknowledgement.code, known.acknowledgement.reason) == (CODE, "the site has no other")
        assert known.finding == first.finding

    def test_can_be_taken_back(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        acknowledge_all(issue, desk)
        (key,) = set(Acknowledgement.objects.values_list("finding", flat=True)[:1])
        acknowledgements.take_back(issue, key, desk.writer)
        assert [known.key for known in warnings(issue)] == [key]
        with pytest.raises(Refused, match="open already"):
            acknowledgements.take_back(issue, key, desk.writer)

    def test_is_asked_for_once(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        first, _ = warnings(issue)
        acknowledgements.acknowledge(issue, first.key, "so be it", desk.editor)
        with pytest.raises(Refused, match="editor has acknowledged"):
            acknowledgements.acknowledge(issue, first.key, "so be it", desk.writer)

    @pytest.mark.parametrize(("reason", "why"), [("  ", "say why"), ("长" * 1001, "1001 characters; 1000")])
    def test_needs_a_reason_that_somebody_can_read(self, reason: str, why: str, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        with pytest.raises(Refused, match=why):
            acknowledgements.acknowledge(issue, warnings(issue)[0].key, reason, desk.editor)

    def test_is_of_warnings_that_are_there(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        standing = acknowledgements.open_and_acknowledged(issue, inspection.inspect(issue))
        for key in ("", "0" * 64, standing.notes[0].key):
            with pytest.raises(Refused, match="no such warning"):
                acknowledgements.acknowledge(issue, key, "so be it", desk.editor)

    def test_is_not_everybodys(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        key = warnings(issue)[0].key
        with pytest.raises(NotPermitted, match="acknowledge_issue"):
            acknowledgements.acknowledge(issue, key, "so be it", desk.ops)
        with pytest.raises(NotPermitted, match="acknowledge_issue"):
            acknowledgements.take_back(issue, key, desk.ops)

    @pytest.mark.parametrize("status", S)
    def test_ends_with_editing(self, status: IssueStatus, desk: Desk) -> None:
        issue = desk.issue_at(status)
        if status in {S.SENDING, S.SENT, S.ARCHIVED}:
            with pytest.raises(Refused, match="warnings stand as they are"):
                acknowledgements.check(issue, desk.editor)
        else:
            acknowledgements.check(issue, desk.editor)


class TestAnAcknowledgement:
    def test_speaks_every_language(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE))
        with translation.override("zh-hans"):
            acknowledge_all(issue, desk)
        assert warnings(issue) == []

    def test_outlives_a_story_put_in_before(self, desk: Desk) -> None:
        acknowledge_all(desk.draft(digest(INSECURE)), desk)
        issue = again(digest(OTHER, INSECURE), desk)
        assert warnings(issue) == []

    def test_ends_when_its_story_changes(self, desk: Desk) -> None:
        acknowledge_all(desk.draft(digest(INSECURE)), desk)
        issue = again(digest(INSECURE.replace("小而快", "大而慢")), desk)
        assert len(warnings(issue)) == 2

    def test_is_of_one_story_and_not_of_its_twin(self, desk: Desk) -> None:
        issue = desk.draft(digest(INSECURE, INSECURE))
        first, *others = warnings(issue)
        acknowledgements.acknowledge(issue, first.key, "so be it", desk.editor)
        assert len({known.key for known in (first, *others)}) == 4
        assert warnings(issue) == others

    def test_of_a_subject_ends_with_another_subject(self, desk: Desk) -> None:
        issue = desk.draft(digest(STORY))
        Issue.objects.update(subject="很长的主题" * 10)
        (known,) = warnings(issue, "subject-long")
        acknowledgements.acknowledge(issue, known.key, "so be it", desk.editor)
        assert warnings(issue, "subject-long") == []
        Issue.objects.update(subject="另一个主题" * 10)
        assert len(warnings(issue, "subject-long")) == 1

    def test_of_the_newsletter_ends_when_that_changes(self, desk: Desk) -> None:
        issue = desk.draft(digest(STORY))
        desk.newsletter.theme = {"accent": "#eeeeee"}
        desk.newsletter.save()
        (known, *_) = warnings(issue, "contrast-low")
        acknowledgements.acknowledge(issue, known.key, "so be it", desk.editor)
        before = len(warnings(issue, "contrast-low"))
        desk.newsletter.theme = {"accent": "#dddddd"}
        desk.newsletter.save()
        assert len(warnings(issue, "contrast-low")) == before + 1

    def test_of_what_the_import_found_outlives_other_lines(self, desk: Desk) -> None:
        strange = STORY.replace("**内容简介：**", "**奇怪标签：** 没人认识。\n**内容简介：**")
        issue = desk.draft(digest(strange))
        found = warnings(issue, "import-warning")
        for known in found:
            acknowledgements.acknowledge(issue, known.key, "meant so", desk.editor)
        issue = again(digest(OTHER, strange), desk)
        assert found
        assert warnings(issue, "import-warning") == []


def test_open_warnings_are_those_that_nobody_has_acknowledged(desk: Desk) -> None:
    issue = desk.draft(digest(INSECURE))
    before = acknowledgements.open_warnings(issue, inspection.inspect(issue))
    acknowledgements.acknowledge(issue, warnings(issue)[0].key, "so be it", desk.editor)
    after = acknowledgements.open_warnings(issue, inspection.inspect(issue))
    assert len(after) == len(before) - 1


def test_costs_as_many_queries_however_much_was_found(desk: Desk, django_assert_num_queries: Any) -> None:
    for stories in ((INSECURE,), (INSECURE,) * 9):
        issue = again(digest(*stories), desk)
        findings = inspection.inspect(issue)
        with django_assert_num_queries(5):
            acknowledgements.open_and_acknowledged(issue, findings)
