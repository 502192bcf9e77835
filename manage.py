#!/usr/bin/env python
"""Django's command line: UTF-8 out, and what can't be helped said in one line."""

import io
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an export is UTF-8 in every locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named
    from django.db import OperationalError  # noqa: PLC0415

    from config.env import ConfigurationError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.exit(f"Sudi can't start: {error}")
    except OperationalError as error:  # from a command of Django's own
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database can't be used: {' '.join(str(error).split())}.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
