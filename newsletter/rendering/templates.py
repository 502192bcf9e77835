"""The mail's own template engine: MJML and CSS from ``templates/email``, apart from the pages of the site."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.template.context import Context
from django.template.engine import Engine
from django.utils.translation import gettext as _

from newsletter.rendering.errors import UnknownLook

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "email"


@cache
def engine() -> Engine:
    """Reads each file once; a value that a template names and does not get shows up in the checks, not as blanks."""
    return Engine(
        dirs=[str(FOLDER)],
        autoescape=True,
        loaders=[("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
        builtins=["newsletter.rendering.filters"],
        string_if_invalid="{{missing %s}}",
    )


@cache
def looks() -> frozenset[str]:
    """The formats that have a look."""
    return frozenset(path.stem for path in FOLDER.glob("*.mjml") if path.stem != "layout")


def render(name: str, values: dict[str, Any], *, autoescape: bool = True) -> str:
    return engine().get_template(name).render(Context(values, autoescape=autoescape))


def mjml(format_name: str, values: dict[str, Any]) -> str:
    """The MJML of an issue in the look of its format; raises :class:`UnknownLook` where there is none."""
    if format_name not in looks():
        said = {"format": repr(format_name), "known": ", ".join(sorted(looks()))}
        raise UnknownLook(_("no look for the format %(format)s; there are %(known)s") % said)
    return render(f"{format_name}.mjml", values)
