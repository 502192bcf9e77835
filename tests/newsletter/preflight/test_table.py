from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.digest import document as digest
from newsletter.digest.document import Item, ItemType, Section
from newsletter.preflight.checking import MOST, Hit, check
from newsletter.preflight.findings import FIELDS, Place, Severity
from newsletter.preflight.inspected import EarlierIssue, EarlierStory, Inspected
from newsletter.preflight.table import CHECKS, blockers, run
from newsletter.rendering.errors import BrokenMail, UnknownLook
from newsletter.rendering.pipeline import render
from newsletter.rendering.slots import UnknownSlot
from tests.newsletter.preflight.subjects import DAY, codes, document, inspected, mail, publication, saying, story

HERE = Path(__file__).parent


def test_codes_are_unique_and_in_kebab_case() -> None:
    names = [check.code for check in CHECKS]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in names)


def test_every_check_has_a_test_that_names_it() -> None:
    told = "".join(path.read_text() for path in HERE.glob("test_*.py"))
    assert [check.code for check in CHECKS if f'"{check.code}"' not in told] == []


def test_an_issue_without_fault_has_its_reading_time_only() -> None:
    (finding,) = run(inspected())
    assert (finding.code, finding.severity) == ("reading-time", Severity.INFORM)


def test_a_mail_as_it_is_rendered_has_no_fault_either() -> None:
    issue, newsletter = document(story("一则"), story("又是一则，与它无关")), publication()
    assert codes(inspected(issue, rendered=render(issue, newsletter))) <= {"preheader-length"}


def test_blockers_come_first_then_warnings_then_notes() -> None:
    findings = run(saying("lorem [这](http://plain.test/)"))
    order = [finding.severity for finding in findings]
    assert order == [Severity.BLOCK, Severity.WARN, Severity.INFORM]
    assert blockers(findings) == findings[:1]


def test_every_finding_says_what_and_how_to_mend_it() -> None:
    for finding in run(saying("lorem {{name}} [https://a.test/](http://a.test/) \u202e \x07 生腾")):
        assert finding.message
        assert finding.remedy
        assert "%(" not in finding.message + finding.remedy


def test_of_one_kind_only_so_many_are_listed() -> None:
    @check("many", Severity.WARN)
    def many(_subject: Inspected) -> list[Hit]:
        return [Hit(f"hit {number}", "mend it") for number in range(MOST + 7)]

    findings = many.findings(inspected())
    assert len(findings) == MOST + 1
    assert findings[-1].message == "7 more of this kind are not listed."


class TestPlace:
    def test_for_people(self) -> None:
        assert str(Place()) == ""
        assert str(Place(story=3, section=1, field="insight")) == "story 3, insight"
        assert str(Place(section=2, field="title")) == "section 2, title"
        assert str(Place(line=14)) == "line 14"

    def test_every_field_has_a_name(self) -> None:
        everywhere = {finding.place.field for finding in run(_full("lorem"))} - {None}
        assert len(everywhere) > 15
        assert everywhere <= set(FIELDS)


def _full(text: str) -> Inspected:
    """An issue and a newsletter with this text in every place there is."""
    link, item = digest.Link(text, "https://a.test/"), digest.ReadingItem(text, None, text, text)
    told = digest.Story(
        title=text,
        category=text,
        sources=(digest.Source(text, "https://b.test/"),),
        primary_link=digest.PrimaryLink(text, "https://c.test/"),
        summary=text,
        insight=text,
        blocks=(digest.Block(text, (Item(ItemType.BULLET, text, text, (Item(ItemType.PARAGRAPH, text),)),)),),
        entities=(text,),
        importance=text,
        links=(link,),
    )
    issue = digest.Document(
        format="report",
        language="zh-Hant",
        title=text,
        icon=text,
        series=text,
        date_start=DAY,
        cover=digest.Cover(text, text),
        tags=(text,),
        description=text,
        summary=text,
        highlights=(digest.Highlight(text, text, text),),
        sections=(Section(1, text, text, (told,)),),
        other_links=(digest.OtherLink(text, "https://d.test/", text, text),),
        editor_insight=digest.EditorInsight(
            text, text, (digest.InsightPart(text, (text,)),), digest.Watchlist(text, (text,))
        ),
        reading=(digest.ReadingGroup(text, (item, digest.ReadingItem(text, "https://e.test/", text))),),
        keywords=(text,),
        colophon=(digest.ColophonLine(text, text),),
        declared_articles=7,
        declared_topics=7,
        findings=(digest.Finding("x.y", digest.Severity.ERROR, text, 3),),
    )
    newsletter = publication(name=text, tagline=text, from_name=text, postal_address=text, language="zh-Hant")
    return inspected(
        issue,
        publication=newsletter,
        rendered=mail(subject=text, preheader=text, html=text, text=text),
        earlier=(EarlierIssue("before", DAY, stories=(EarlierStory(text, (text,)),)),),
    )


ODD = st.text(
    alphabet=st.sampled_from("a10.测試体{}[]()<>*`\\\"'&#%\x00\x85\u202e\ud800\n\r /:?=,，。") | st.characters()
)


class TestWhateverStandsInAnIssue:
    @settings(max_examples=60, deadline=None)
    @given(text=ODD)
    def test_nothing_breaks(self, text: str) -> None:
        for finding in run(_full(text)):
            assert str(finding.place) is not None

    @settings(max_examples=20, deadline=None)
    @given(text=ODD, reason=st.sampled_from([BrokenMail, UnknownLook, UnknownSlot, ValueError]))
    def test_a_mail_that_cannot_be_rendered_blocks(self, text: str, reason: type[Exception]) -> None:
        subject = inspected(document(story(text or "-")), rendered=reason("no"))
        assert {"mail-impossible", "slot-unknown"} & {finding.code for finding in blockers(run(subject))}

    @settings(max_examples=20, deadline=None)
    @given(text=ODD)
    def test_the_same_issue_has_the_same_findings(self, text: str) -> None:
        assert run(_full(text)) == run(_full(text))
