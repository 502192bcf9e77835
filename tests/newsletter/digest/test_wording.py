from __future__ import annotations

import ast
from pathlib import Path

import pytest

import newsletter.digest
from newsletter.digest.document import Finding
from newsletter.digest.errors import DigestError, Problem
from newsletter.digest.findings import Findings
from newsletter.digest.reading import parse_digest
from newsletter.digest.wording import said

PACKAGE = Path(newsletter.digest.__file__ or "").parent
SAMPLES = sorted(path for path in (Path(__file__).parents[3] / "samples").glob("*.md") if path.name != "README.md")


def wordings() -> list[tuple[str, ast.Call]]:
    """Every call of ``said``, with its place."""
    trees = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in PACKAGE.rglob("*.py")]
    calls = [(path, each) for path, tree in trees for each in ast.walk(tree) if isinstance(each, ast.Call)]
    return [(f"{path}:{each.lineno}", each) for path, each in calls if getattr(each.func, "id", "") == "said"]


def test_every_template_is_a_literal_that_the_catalogues_find() -> None:
    assert len(wordings()) > 100
    for place, call in wordings():
        (template,) = call.args
        assert isinstance(template, ast.Constant), place


def test_every_template_has_just_the_values_it_names() -> None:
    for place, call in wordings():
        (template,) = call.args
        given = {keyword.arg or "": 0 for keyword in call.keywords}
        assert isinstance(template, ast.Constant), place
        assert str(template.value) % given, place
        assert all(f"%({name})" in str(template.value) for name in given), place


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_digests_findings_say_what_their_templates_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("**", "*", 3) + "\n\nodd 100% 'text'\n\n[x](javascript:1)\n"
    found = parse_digest(text.encode(), path.name).findings
    assert found
    assert all(each.template and each.template % (each.values or {}) == each.message for each in found)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", "中文".encode("gbk"), b"a\x00", b"nothing", b"---\n'\n---\n", b"# \xe9"]
)
def test_so_do_the_problems_of_a_refusal(data: bytes) -> None:
    with pytest.raises(DigestError) as refused:
        parse_digest(data, "x.md")
    assert all(each.template and each.template % (each.values or {}) == each.message for each in refused.value.problems)


def test_equal_messages_are_equal_however_they_came_about() -> None:
    assert Problem.of("x", said("%(what)s is odd", what="this"), 1) == Problem("x", "this is odd", 1)
    findings = Findings()
    findings.warn("x", said("%(what)s is odd", what="this"), 1)
    (found,) = findings.all()
    assert {found} == {Finding("x", found.severity, "this is odd", 1)}
