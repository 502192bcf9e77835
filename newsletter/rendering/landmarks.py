"""The mail's main landmark, for those who jump from part to part by ear."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from newsletter.rendering.errors import BrokenMail

_SHOWN = re.compile(r'(<div [^>]*role="article".*</div>)(?=</body>)', re.DOTALL)


def with_main(html: str) -> str:
    """``html`` with all that it shows in one ``main``.

    MJML makes an article of the mail, which reads well inside a web client's page: it has the mail's title and its
    language. Alone in a window the mail is the page, and an article is no landmark; MJML has no tag for one.
    """
    wrapped, articles = _SHOWN.subn(r'<div role="main">\1</div>', html)
    if articles != 1:
        raise BrokenMail(_("MJML no longer makes an article of the mail, which the main landmark goes around"))
    return wrapped
