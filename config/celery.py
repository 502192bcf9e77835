"""The Celery application; its settings are Django's ``CELERY_*``."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks would load every page of the desk into every worker; who deploys runs them (`manage.py check`).
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("sudi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery would close a thread's connection before and after every task; making one costs the database as much as sending
# to fifty readers. Django's own rules (CONN_MAX_AGE, CONN_HEALTH_CHECKS) decide, as they do for requests.
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize


@task_prerun.connect
def _mind_connections(**_: Any) -> None:
    close_old_connections()
