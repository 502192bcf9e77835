from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's, which also finds what the parsers of digests say (``newsletter/digest/wording.py``)."""

    help = "Collect the strings to translate, those of the digests' parsers included."
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=said"]
