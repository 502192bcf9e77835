"""The WSGI entry point."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from config.env import ConfigurationError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except ConfigurationError as error:
    sys.stderr.write(f"Sudi can't start: {error}\n")
    sys.exit(3)  # to gunicorn: a worker that can't boot, and needn't be tried again
