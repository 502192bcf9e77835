"""Django as a library: settings, URLs and templates of the sandbox alone, made in its own process."""

import logging
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import URLPattern, path, re_path

from sandbox import ses
from sandbox.api import Api
from sandbox.inbox import Inbox
from sandbox.service import Service

_HERE = Path(__file__).parent


def build(service: Service) -> WSGIHandler:
    """The WSGI application."""
    settings.configure(
        ALLOWED_HOSTS=["*"],  # guard.py asks for more
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        LOGGING_CONFIG=None,
        MIDDLEWARE=["sandbox.guard.guard"],
        ROOT_URLCONF=urls(service),
        SECRET_KEY="unused",  # noqa: S106 - nothing is signed with it
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [_HERE / "templates"],
                "OPTIONS": {"libraries": {}},
            }
        ],
        USE_I18N=False,
        USE_TZ=True,
        TIME_ZONE="UTC",
    )
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a refusal is no news here
    django.setup(set_prefix=False)
    return get_wsgi_application()


def urls(service: Service) -> tuple[URLPattern, ...]:
    """Every URL of the sandbox; a tuple, because Django caches by it."""
    api, inbox = Api(service), Inbox(service)
    return (
        *(re_path(pattern, view) for pattern, view in ses.views(service)),
        re_path(r"^v2/(.*)$", ses.unknown),
        path("healthz", api.health),
        path("api/messages", api.messages),
        path("api/stats", api.stats),
        path("api/events", api.events),
        path("api/faults", api.faults),
        *inbox.urls(),
    )
