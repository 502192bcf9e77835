from __future__ import annotations

import io
import json
import sys

import pytest

from newsletter.digest.jsonform import from_json, to_json
from newsletter.models import Newsletter
from tests.newsletter.desk import SLUG, TEXT, Desk
from tests.newsletter.digest.samples import read
from tests.newsletter.management.running import refused, run, run_json


def test_what_is_exported_reads_back_as_the_same(desk: Desk) -> None:
    desk.draft()
    exported = run("export_digest", SLUG)
    assert read(exported) == read(TEXT)


def test_importing_an_export_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.approved()
    exported = run("export_digest", SLUG)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(exported.encode())))
    assert run_json("import_digest", "-")["changed"] is False


def test_is_named_by_its_id_too(desk: Desk) -> None:
    issue = desk.draft()
    assert run("export_digest", str(issue.pk)) == run("export_digest", SLUG)


def test_as_json_is_the_document(desk: Desk) -> None:
    desk.draft()
    form = json.loads(run("export_digest", SLUG, "--format", "json"))
    assert form == to_json(read(TEXT))
    assert from_json(form) == read(TEXT)


def test_of_a_newsletter_in_another_language_is_a_digest_all_the_same(desk: Desk) -> None:
    desk.draft()
    Newsletter.objects.update(language="zh-Hant")
    assert read(run("export_digest", SLUG)) == read(TEXT)


def test_of_no_issue_is_refused(desk: Desk) -> None:
    assert refused("export_digest", SLUG).startswith(f"There is no issue '{SLUG}'")
