from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from newsletter.digest.jsonform import from_json
from newsletter.models import Issue, IssueStatus
from tests.newsletter.desk import CHANGED, FAULTY, SLUG, TEXT, Desk
from tests.newsletter.digest.samples import STORY, TITLE, digest, read
from tests.newsletter.management.running import refused, run, run_json, shell

# The document of the public contract, in its order, and what an import adds to it.
KEYS = [
    "format",
    "language",
    "title",
    "icon",
    "series",
    "date_start",
    "date_end",
    "generated_at",
    "front_matter",
    "cover",
    "tags",
    "description",
    "summary",
    "draft",
    "highlights",
    "sections",
    "other_links",
    "editor_insight",
    "reading",
    "keywords",
    "colophon",
    "declared_articles",
    "declared_topics",
    "findings",
    "issue",
    "newsletter",
    "list",
    "created",
    "changed",
    "changes",
]
STORY_KEYS = [
    "title",
    "category",
    "sources",
    "primary_link",
    "summary",
    "insight",
    "blocks",
    "entities",
    "importance",
    "links",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "试刊.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def answer(form: dict[str, Any]) -> dict[str, Any]:
    return {name: form[name] for name in KEYS[-6:]}


class TestOnePath:
    def test_is_imported_and_told(self, path: Path, desk: Desk) -> None:
        said = f"{SLUG}: {{}}; 1 stories, 0 findings. 晨间试刊 - 2025年03月09日\n"
        assert run("import_digest", str(path), "--as", "writer") == said.format("created")
        assert run("import_digest", str(path)) == said.format("unchanged")
        path.write_text(CHANGED, encoding="utf-8")
        assert run("import_digest", str(path)) == said.format("changed") + "  ~ story 1: title\n"

    def test_says_who(self, path: Path, desk: Desk) -> None:
        run("import_digest", str(path), "--as", "writer")
        assert Issue.objects.get().last_editor == desk.writer

    def test_lists_the_findings_with_their_lines(self, path: Path, desk: Desk) -> None:
        path.write_text(FAULTY, encoding="utf-8")
        assert "\n  error line 6: the address 'javascript:" in run("import_digest", str(path))

    def test_as_json_has_the_names_of_the_contract(self, path: Path, desk: Desk) -> None:
        form = run_json("import_digest", str(path))
        assert list(form) == KEYS
        assert list(form["sections"][0]) == ["number", "title", "title_en", "stories"]
        assert list(form["sections"][0]["stories"][0]) == STORY_KEYS
        assert from_json({name: form[name] for name in KEYS[:-6]}) == read(TEXT)
        expected = {"issue": SLUG, "newsletter": "express", "list": "express", "created": True, "changed": True}
        expected["changes"] = None
        assert answer(form) == expected
        again = run_json("import_digest", str(path))
        assert answer(again) == expected | {"created": False, "changed": False}

    def test_as_json_is_readable(self, path: Path, desk: Desk) -> None:
        assert "甲厂开源小模型" in run("import_digest", str(path), "--json")


class TestDryRun:
    def test_stores_nothing(self, path: Path, desk: Desk) -> None:
        assert run("import_digest", str(path), "--dry-run").startswith("express: would import; 1 stories")
        assert not Issue.objects.exists()

    def test_as_json_has_no_issue(self, path: Path, desk: Desk) -> None:
        form = run_json("import_digest", str(path), "--dry-run")
        expected = {"issue": None, "newsletter": "express", "list": "express", "created": False, "changed": False}
        expected["changes"] = None
        assert list(form) == KEYS
        assert answer(form) == expected


def story(title: str, page: str) -> str:
    return STORY.replace("甲厂开源小模型", title).replace("x_y-1", page).replace("example/2", f"example/{page}")


class TestAChangedDigest:
    ONE, TWO, THREE, FOUR = (
        story(*each) for each in (("芯片产能翻倍", "1"), ("机器人学会做饭", "2"), ("火箭回收", "3"), ("电池涨价", "4"))
    )
    BEFORE = digest(STORY, ONE, TWO, THREE)
    AFTER = digest(
        THREE,
        STORY.replace("小而快", "小而稳").replace("动态", "模型"),
        TWO,
        FOUR,
        rest="## 其他相关资讯\n\n- [题](https://c.example/1)",
    )
    LINES = [
        "  + story 4: 电池涨价",
        "  - story 2: 芯片产能翻倍",
        "  ~ story 2: category, insight",
        "  ↕ story 1 was 4",
        "  ~ other links",
    ]

    @pytest.fixture(autouse=True)
    def brought(self, path: Path, desk: Desk) -> None:
        desk.draft(self.BEFORE)
        path.write_text(self.AFTER, encoding="utf-8")

    def test_is_told_story_by_story(self, path: Path) -> None:
        first, *lines = run("import_digest", str(path)).splitlines()
        assert first.startswith(f"{SLUG}: changed; 4 stories")
        assert lines == self.LINES

    def test_is_told_on_a_dry_run_that_stores_nothing(self, path: Path) -> None:
        first, *lines = run("import_digest", str(path), "--dry-run").splitlines()
        assert first.startswith("express: would import; 4 stories")
        assert lines == self.LINES
        assert Issue.objects.get().source_text == self.BEFORE
        form = run_json("import_digest", str(path), "--dry-run")
        assert (form["issue"], form["changed"], len(form["changes"]["added"])) == (None, False, 1)

    def test_is_told_as_json(self, path: Path) -> None:
        form = run_json("import_digest", str(path))
        assert list(form) == KEYS
        assert form["changes"] == {
            "added": [{"number": 4, "title": "电池涨价"}],
            "removed": [{"number": 2, "title": "芯片产能翻倍"}],
            "changed": [
                {
                    "number": 2,
                    "was": 1,
                    "title": "甲厂开源小模型",
                    "moved": False,
                    "changes": [
                        {"field": "category", "before": "动态", "after": "模型"},
                        {"field": "insight", "before": "小而快。", "after": "小而稳。"},
                    ],
                }
            ],
            "moved": [{"number": 1, "was": 4, "title": "火箭回收"}],
            "parts": [{"field": "other_links", "before": None, "after": "[题](https://c.example/1)"}],
        }
        assert run_json("import_digest", str(path))["changes"] is None

    def test_says_where_a_changed_story_stood(self, path: Path) -> None:
        path.write_text(digest(self.ONE, self.TWO, self.THREE, STORY.replace("动态", "模型")), encoding="utf-8")
        assert "  ~ story 4 (was 1): category" in run("import_digest", str(path)).splitlines()

    def test_says_so_where_only_the_findings_differ(self, path: Path) -> None:
        Issue.objects.update(findings=[{"code": "x", "severity": "warning", "message": "…", "line": 1}])
        path.write_text(self.BEFORE + "\n", encoding="utf-8")
        _, line = run("import_digest", str(path)).splitlines()
        assert line == "  = the stories and parts are the same; findings or spelling differ"


class TestSeveralPaths:
    def test_are_each_imported(self, path: Path, desk: Desk) -> None:
        other = path.with_name("10.md")
        other.write_text(digest(title=TITLE.replace("09日", "10日")), encoding="utf-8")
        forms = run_json("import_digest", str(path), str(other))
        assert [form["issue"] for form in forms] == [SLUG, "express-2025-03-10"]
        assert Issue.objects.count() == 2

    def test_a_bad_one_stops_none_of_the_others(self, path: Path, desk: Desk) -> None:
        empty = path.with_name("empty.md")
        empty.write_bytes(b"")
        missing = str(path.with_name("missing.md"))
        message = refused("import_digest", str(empty), missing, str(path), "--json")
        assert message.splitlines() == [
            f"{empty}: the file is empty; expected a digest in Markdown",
            f"{missing} can't be read: No such file or directory.",
        ]
        assert Issue.objects.get().slug == SLUG


class TestStandardInput:
    def test_is_a_dash(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
        assert run_json("import_digest", "-")["issue"] == SLUG

    def test_is_named_in_errors(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        assert refused("import_digest", "-").startswith("standard input: the file is empty")


class TestRefusals:
    def test_of_what_is_no_file(self, tmp_path: Path, desk: Desk) -> None:
        assert refused("import_digest", str(tmp_path)) == f"{tmp_path} can't be read: Is a directory."

    def test_of_who_may_not(self, path: Path, desk: Desk) -> None:
        assert "ops may not import a digest" in refused("import_digest", str(path), "--as", "ops")
        assert "no active user 'nobody'" in refused("import_digest", str(path), "--as", "nobody")
        assert not Issue.objects.exists()

    def test_of_another_newsletters_format(self, path: Path, desk: Desk) -> None:
        assert "report takes report digests" in refused("import_digest", str(path), "--newsletter", "report")

    def test_of_an_issue_that_went_out(self, path: Path, desk: Desk) -> None:
        desk.issue_at(IssueStatus.SENT)
        path.write_text(CHANGED, encoding="utf-8")
        assert refused("import_digest", str(path)) == f"{SLUG} is sent; it can't be edited any more."

    @pytest.mark.parametrize("status", [IssueStatus.SENDING, IssueStatus.SENT, IssueStatus.ARCHIVED])
    def test_are_the_same_on_a_dry_run(self, path: Path, desk: Desk, status: IssueStatus) -> None:
        desk.issue_at(status)
        path.write_text(CHANGED, encoding="utf-8")
        message = refused("import_digest", str(path))
        assert message.endswith("it can't be edited any more.")
        assert refused("import_digest", str(path), "--dry-run") == message

    def test_leave_an_approved_issue_as_it_is_on_a_dry_run(self, path: Path, desk: Desk) -> None:
        issue = desk.issue_at(IssueStatus.APPROVED)
        path.write_text(CHANGED, encoding="utf-8")
        assert "~ story 1: title" in run("import_digest", str(path), "--dry-run")
        again = Issue.objects.get()
        assert (again.status, again.version, again.source_text) == (issue.status, issue.version, issue.source_text)


class TestFromAShell:
    def test_a_refusal_is_a_message_and_status_1(self, tmp_path: Path) -> None:
        (tmp_path / "bad.md").write_text("# 随笔\n", encoding="utf-8")
        done = shell("import_digest", "bad.md", str(tmp_path / "bad.md"), data_dir=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        first, second = done.stderr.strip().splitlines()
        assert first == "CommandError: bad.md can't be read: No such file or directory."
        assert "bad.md: the text fits no format; expected one of these marks" in second

    def test_wrong_usage_is_status_2(self, tmp_path: Path) -> None:
        done = shell("import_digest", "--jsonn", data_dir=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("usage: manage.py import_digest")
        assert "Traceback" not in done.stderr
