#!/usr/bin/env python
"""Django's command line, with a configuration error said in one line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named

    from config.env import ConfigurationError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.exit(f"Sudi can't start: {error}")


if __name__ == "__main__":
    main()
