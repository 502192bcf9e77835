from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest

from newsletter.digest import document as d
from newsletter.digest.errors import InvalidJson
from newsletter.digest.jsonform import from_json, to_json, to_public_json
from newsletter.digest.wording import said
from tests.newsletter.digest.samples import digest, read

_DAY = datetime.date(2025, 1, 2)
_MOMENT = datetime.datetime(2025, 1, 2, 3, 4, tzinfo=datetime.UTC)

FULL = d.Document(
    format="report",
    language="zh-Hant",
    title="題",
    series="刊",
    date_start=_DAY,
    date_end=_DAY,
    generated_at=_MOMENT,
    front_matter={"key": ["值", {"n": 1}]},
    cover=d.Cover("/x.png", "圖", relative=True),
    tags=("甲", "乙"),
    draft=False,
    highlights=(d.Highlight("題", "類"),),
    sections=(
        d.Section(
            1,
            "節",
            "Section",
            (
                d.Story(
                    "事",
                    sources=(d.Source("甲", "https://a.example"),),
                    primary_link=d.PrimaryLink("原文", "https://b.example", _DAY),
                    blocks=(
                        d.Block(None, (d.Item(d.ItemType.BULLET, "a", "b", (d.Item(d.ItemType.PARAGRAPH, "c"),)),)),
                    ),
                    entities=("甲",),
                    links=(d.Link("論文", "https://c.example"),),
                ),
            ),
        ),
    ),
    other_links=(d.OtherLink("乙", "https://d.example"),),
    editor_insight=d.EditorInsight(
        "洞察", parts=(d.InsightPart(None, ("段",)),), watchlist=d.Watchlist("清單", ("一",))
    ),
    reading=(d.ReadingGroup("組", (d.ReadingItem(title="詞", text="文"),)),),
    keywords=("鍵",),
    colophon=(d.ColophonLine("來源", "19"),),
    declared_articles=19,
    findings=(d.Finding("x", d.Severity.ERROR, "…", 3),),
)


@pytest.mark.parametrize("document", [FULL, read(digest())], ids=["full", "express"])
def test_the_form_comes_back_as_the_same_document_through_json_text(document: d.Document) -> None:
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


def test_the_names_are_the_public_contract() -> None:
    form = to_public_json(dataclasses.replace(FULL, notation=d.Notation(marks=("*",))))
    assert list(form) == [field.name for field in dataclasses.fields(d.Document) if field.name != "notation"]
    story = form["sections"][0]["stories"][0]
    assert story["primary_link"] == {"label": "原文", "url": "https://b.example", "date": "2025-01-02"}
    assert story["blocks"][0]["items"][0]["type"] == "bullet"
    assert form["findings"] == [{"code": "x", "severity": "error", "message": "…", "line": 3}]
    assert form["generated_at"] == "2025-01-02T03:04:00+00:00"
    assert form["tags"] == ["甲", "乙"]


def test_how_it_is_spelt_is_kept_for_the_writer_alone() -> None:
    item = d.Item(d.ItemType.BULLET, "文", spelling="+")
    section = d.Section(stories=(d.Story(title="題", blocks=(d.Block(None, (item,)),)),))
    quaint = dataclasses.replace(FULL, sections=(section,), notation=d.Notation(marks=("*",)))
    assert from_json(to_json(quaint)).notation == quaint.notation
    assert from_json(to_json(quaint)) == quaint
    shown = to_public_json(quaint)["sections"][0]["stories"][0]["blocks"][0]["items"][0]
    assert set(shown) == {"type", "text", "label", "children"}


class TestAFindingsWording:
    FOUND = d.Finding.of(
        "x", d.Severity.WARNING, said("the report holds %(count)d of %(what)s", count=2, what="甲%"), 3
    )
    WORDED = dataclasses.replace(FULL, findings=(FOUND,))

    def test_is_kept_in_the_stored_form(self) -> None:
        (found,) = from_json(json.loads(json.dumps(to_json(self.WORDED)))).findings
        assert (found.template, found.values) == (self.FOUND.template, {"count": 2, "what": "甲%"})
        assert found.message == "the report holds 2 of 甲%"

    def test_is_no_part_of_the_public_one(self) -> None:
        (form,) = to_public_json(self.WORDED)["findings"]
        assert form == {"code": "x", "severity": "warning", "message": "the report holds 2 of 甲%", "line": 3}

    def test_makes_no_other_document_of_one_stored_without_it(self) -> None:
        before = {**to_json(self.WORDED), "findings": to_public_json(self.WORDED)["findings"]}
        assert from_json(before).findings[0].template is None
        assert from_json(before) == self.WORDED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sections": {}}, r"document\.sections: expected list, not dict"),
        ({"title": 1}, r"document\.title: expected str, not int"),
        ({"draft": 1}, r"document\.draft: expected bool, not int"),
        ({"declared_articles": True}, r"document\.declared_articles: expected int, not bool"),
        ({"date_start": "2025-02-30"}, r"document\.date_start: expected date"),
        (
            {"findings": [{"code": "x", "severity": "mild", "message": "m"}]},
            r"findings\[0\]\.severity: expected Severity",
        ),
        ({"headline": "x"}, "unknown names headline"),
        ({"other_links": [{"title": "x"}]}, "missing 1 required positional argument: 'url'"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidJson, match=message):
        from_json({**to_json(FULL), **change})
