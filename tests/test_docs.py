"""The documents hold what the code holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from config.env import BASE_DIR, table

DOCS = BASE_DIR / "docs"
CODE = ("config", "demo", "newsletter", "sandbox", "subscribers")
OURS = ("newsletter", "subscribers")


def rows(path: Path) -> list[list[str]]:
    """The cells of every table of a Markdown file, without its head and its rule."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    rules = {index for index, row in enumerate(cells) if set("".join(row)) <= set("-: ")}
    return [row for index, row in enumerate(cells) if not {index, index + 1} & rules]


def our_commands() -> dict[str, str]:
    """The help text of each of our commands."""
    ours = sorted((name, app) for name, app in get_commands().items() if app in OURS)
    return {name: load_command_class(app, name).help for name, app in ours}


def terms() -> list[str]:
    return [term.strip() for row in rows(DOCS / "glossary.md") for term in row[0].split(",")]


def source() -> str:
    files = [path for folder in CODE for path in (BASE_DIR / folder).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files).lower()


def test_every_variable_stands_in_the_configuration() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert table() in text, "docs/configuration.md: put in what `python -m config.env` prints"


def test_no_other_variable_does() -> None:
    documented = {row[0].strip("`") for row in rows(DOCS / "configuration.md")}
    assert documented == set(re.findall(r"^\| `(\w+)` \|", table(), re.MULTILINE))


def test_every_command_is_listed_with_its_help() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows(DOCS / "commands.md")}
    wanted = "\n".join(f"| `{name}` | {text} |" for name, text in our_commands().items())
    assert listed == our_commands(), f"docs/commands.md: put in\n{wanted}"


@pytest.mark.skipif(not (DOCS / "glossary.md").exists(), reason="there is no glossary yet")
class TestTheGlossary:
    def test_names_nothing_twice(self) -> None:
        assert len(set(map(str.lower, terms()))) == len(terms()) > 20

    def test_has_only_words_that_the_code_uses(self) -> None:
        text = source()
        unused = [
            term
            for term in terms()
            if not any(word in text for word in (term.lower(), re.sub(r"[ -]", "_", term.lower())))
        ]
        assert unused == []


@pytest.mark.parametrize("path", sorted([BASE_DIR / "README.md", *DOCS.glob("*.md")]), ids=lambda path: path.name)
def test_no_link_leads_nowhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (path.parent / link).exists()] == []


def test_every_command_that_a_document_shows_exists() -> None:
    known = {*get_commands()}
    shown = {
        (path.name, name)
        for path in (BASE_DIR / "README.md", *DOCS.glob("*.md"))
        for name in re.findall(r"manage\.py ([a-z_]+)", path.read_text(encoding="utf-8"))
    }
    assert [pair for pair in shown if pair[1] not in known] == []
