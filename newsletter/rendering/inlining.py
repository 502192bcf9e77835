"""Styles into the elements, by premailer, because many clients drop style blocks."""

from __future__ import annotations

import logging
from functools import lru_cache
from threading import Lock
from typing import Any

from premailer import Premailer

_BLOCK = '<style type="text/css"'
_IGNORE = ' data-premailer="ignore"'

# cssutils keeps its parser and its log in module state, and tasks run in threads.
_lock = Lock()


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no types
    """Premailer with a memory: it would write all rules out anew, property by property, for every mail."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> Any:
        rules, leftover = _rules(css_body, ruleset_index)
        return list(rules), list(leftover)

    def _style_to_basic_html_attributes(self, element: Any, style_content: str, force: bool = False) -> None:
        """Nothing: MJML has written the attributes that old clients want."""


@lru_cache(maxsize=64)
def _rules(css: str, index: int) -> Any:
    return Premailer(css_text=css, **_OPTIONS)._parse_style_rules(css, index)


_OPTIONS: dict[str, Any] = {
    "allow_network": False,
    "disable_validation": True,
    "disable_leftover_css": True,
    "align_floating_images": False,
    "cssutils_logging_level": logging.ERROR,  # it warns of every property that CSS 2 did not know
}


def inlined(html: str, css: str) -> str:
    """``html`` with the rules of ``css`` in the ``style`` attributes they apply to.

    The style blocks in the document itself stay as they are: premailer would strip their ``!important`` and delete
    what it can't match, which is all of the dark mode. The doctype, which it drops, is put back. It never sees a
    ``base_url``, which would rewrite the merge slots in links, nor the network.
    """
    with _lock:
        premailer = _Inliner(css_text=css, **_OPTIONS)
        result: str = premailer.transform(html.replace(_BLOCK, _BLOCK + _IGNORE), pretty_print=False)
    return "<!doctype html>" + result.replace(_IGNORE, "")
