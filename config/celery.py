"""The Celery application; its settings are Django's ``CELERY_*``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks would load every page of the desk into every worker; who deploys runs them (`manage.py check`).
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("sudi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
