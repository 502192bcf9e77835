"""Every string that people read is in the three catalogues, translated, with its placeholders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "newsletter", "subscribers", "templates")
LOCALES = {"en", "zh_Hans", "zh_Hant"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
Key = tuple[str | None, str]


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def of(locale: str) -> Catalog:
    return catalogue(ROOT / "locale" / locale / "LC_MESSAGES" / "django.po")


def texts(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def said(message: Message) -> tuple[str, ...]:
    """The translation, all of its plural forms."""
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(form or "" for form in forms)


def keys(found: Catalog) -> set[Key]:
    return {(message.context, texts(message)[0]) for message in found if message.id}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> set[Key]:
    """What ``make messages`` finds in the code and the templates as they are now."""
    if not shutil.which("xgettext"):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("xgettext is not installed")
    folder = tmp_path_factory.mktemp("messages")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "locale").mkdir()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "SUDI_DATA_DIR": str(folder / "var")}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--verbosity", "0"]
    subprocess.run(command, cwd=folder, env={**environment, "PYTHONPATH": str(folder)}, check=True)
    return keys(catalogue(folder / "locale" / "en" / "LC_MESSAGES" / "django.po"))


def test_there_are_three_catalogues() -> None:
    assert {path.name for path in (ROOT / "locale").iterdir() if path.is_dir()} == LOCALES


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_a_catalogue_has_every_string_and_no_other(locale: str, extracted: set[Key]) -> None:
    assert len(extracted) > 300
    assert keys(of(locale)) == extracted, "run make messages"


@pytest.mark.parametrize("locale", sorted(LOCALES - {"en"}))
def test_every_string_is_translated(locale: str) -> None:
    for message in of(locale):
        if message.id:
            assert all(said(message)), f"{locale}: {texts(message)[0]!r} is not translated"
            assert not message.fuzzy, f"{locale}: {texts(message)[0]!r} is fuzzy"


@pytest.mark.parametrize("locale", sorted(LOCALES - {"en"}))
def test_a_translation_keeps_the_placeholders(locale: str) -> None:
    for message in of(locale):
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(texts(message)[-1]))
        for form in said(message):
            assert set(PLACEHOLDER.findall(form)) == wanted, f"{locale}: {form!r}"


@pytest.mark.parametrize(("locale", "foreign"), [("zh_Hans", "訊請檢視發門開關"), ("zh_Hant", "讯请检视发门开关")])
def test_a_catalogue_is_written_in_its_own_characters(locale: str, foreign: str) -> None:
    for message in of(locale):
        for form in said(message) if message.id else ():
            assert not set(foreign) & set(form), f"{locale}: {form!r}"
