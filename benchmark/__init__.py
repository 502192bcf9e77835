"""What Sudi costs on this machine: ``make bench``."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not apps.ready:  # before any part of the benchmark imports models
    django.setup()
