"""mjml-python validates nothing, so the reference compiler does: npm's ``mjml``, strictly."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from newsletter.digest.document import Document
from newsletter.rendering.pipeline import render
from tests.newsletter.rendering.factories import document, publication, publication_of, story
from tests.newsletter.rendering.full import FORMATS, full_document
from tests.node import installed

COMPILE = """
const mjml = require('mjml');
const result = mjml(require('fs').readFileSync(0, 'utf8'), {validationLevel: 'strict', fonts: {}});
console.log(JSON.stringify(result.errors.map(error => error.formattedMessage)));
"""


@pytest.fixture(scope="session")
def node_modules() -> Path:
    return installed.node_modules()


def complaints(mjml: str, node_modules: Path) -> list[str]:
    result = subprocess.run(
        ["node", "-e", COMPILE],
        input=mjml,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NODE_PATH": str(node_modules)},
    )
    if result.returncode:
        return [result.stderr]
    errors: list[str] = json.loads(result.stdout)
    return errors


def test_the_reference_compiler_accepts_a_real_issue(issue: Document, node_modules: Path) -> None:
    assert complaints(render(issue, publication_of(issue)).mjml, node_modules) == []


@pytest.mark.parametrize("format_name", FORMATS)
def test_it_accepts_every_field_in_every_look(format_name: str, node_modules: Path) -> None:
    issue = full_document(format_name)
    assert complaints(render(issue, publication_of(issue)).mjml, node_modules) == []


def test_it_would_notice_a_mistake(node_modules: Path) -> None:
    mjml = render(document(story()), publication()).mjml.replace("<mj-column>", '<mj-column colour="red">', 1)
    assert "colour" in "".join(complaints(mjml, node_modules))
