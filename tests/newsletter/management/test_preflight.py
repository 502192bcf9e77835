from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from newsletter.models import Story
from tests.newsletter.desk import FAULTY, SLUG, Desk
from tests.newsletter.digest.samples import STORY, digest
from tests.newsletter.management.running import refused, run, run_json

WARNS = digest(STORY.replace("小而快。", "小而快，见[这里](http://a.example/x)。"))


def failing(*words: str) -> tuple[str, str]:
    """What the command prints before it fails, and its error."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(*words, stdout=out)
    assert error.value.returncode == 1
    return out.getvalue(), str(error.value)


def test_findings_are_grouped_with_place_and_remedy(desk: Desk) -> None:
    issue = desk.draft(WARNS)
    printed = run("preflight", issue.slug)
    assert "Blocks:" not in printed
    assert printed.index("Warns:") < printed.index("Informs:")
    assert "  story 1, insight: http://a.example/x is a link without encryption. [link-insecure]\n" in printed
    assert "    → Try the same address with https://.\n" in printed


def test_a_blocker_fails_the_command(desk: Desk) -> None:
    desk.draft(FAULTY)
    printed, error = failing("preflight", SLUG)
    assert printed.startswith("Blocks:\n  line 6: The import found: ")
    assert error == f"{SLUG}: 1 findings block it."


def test_an_issue_may_be_named_by_its_id(desk: Desk) -> None:
    assert "reading-time" in run("preflight", str(desk.draft().pk))


def test_json(desk: Desk) -> None:
    desk.draft(WARNS)
    printed = run_json("preflight", SLUG)
    assert (printed["issue"], printed["blocks"]) == (SLUG, False)
    (finding,) = (each for each in printed["findings"] if each["code"] == "link-insecure")
    assert finding == {
        "code": "link-insecure",
        "severity": "warn",
        "message": "http://a.example/x is a link without encryption.",
        "remedy": "Try the same address with https://.",
        "place": "story 1, insight",
        "story": 1,
        "section": 1,
        "field": "insight",
        "line": None,
    }


def test_json_of_what_blocks(desk: Desk) -> None:
    Story.objects.filter(section__issue=desk.draft()).update(insight="TODO")
    printed, _error = failing("preflight", SLUG, "--json")
    assert json.loads(printed)["blocks"] is True


def test_an_unknown_issue(db: None) -> None:
    assert "no issue 'nothing'" in refused("preflight", "nothing")
