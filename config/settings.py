"""Django's settings, derived from ``config.env``. Nothing else reads the environment."""

from __future__ import annotations

from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from config import env
from config.broker import embedded_broker

ENV = env.read()
BASE_DIR = env.BASE_DIR

SECRET_KEY = ENV.secret_key
DEBUG = False
ALLOWED_HOSTS = ENV.allowed_hosts
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Without its discovery, which the addresses do: workers serve no pages and needn't hold the desk in memory.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "subscribers",
    "newsletter",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    if ENV.database_url:
        parsed: dict[str, Any] = dict(dj_database_url.parse(ENV.database_url, conn_max_age=60, conn_health_checks=True))
        return parsed
    try:
        ENV.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise env.ConfigurationError(f"SUDI_DATA_DIR: {ENV.data_dir} can't be made: {error.strerror}") from error
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ENV.data_dir / "sudi.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # Deferred transactions fail by the thousand when two upgrade to writers; FULL because a claim that
            # power loss undoes would be mailed twice.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        # A file, not memory: tests use the same locking as the product.
        "TEST": {"NAME": ENV.data_dir / "test.sqlite3"},
    }


DATABASES = {"default": _database()}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = ENV.data_dir / "static" if ENV.production else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENV.production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not ENV.production

# Uploaded pictures, named by the hash of their bytes; ``newsletter.web.pictures`` serves them.
MEDIA_URL = "media/"
MEDIA_ROOT = ENV.data_dir / "media"

# What our pages may load and run: nothing inline but style blocks that carry the answer's nonce. An answer with a
# policy of its own (the preview of a mail) keeps that.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        # Pictures have whole addresses, and somebody may look at the site by another name of this machine.
        "img-src": [SELF, ENV.base_url, "https:", "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

if ENV.production:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Probes ask over plain HTTP; SNS follows no redirect, and RFC 8058 forbids one.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^hooks/", r"^u/"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

SUDI = ENV

# Notices to the desk. They leave by SES as the campaigns do, and where those never call AWS, they leave for nowhere.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.notice_sender
EMAIL_BACKEND = (
    "newsletter.editorial.mail_backend.EmailBackend"
    if ENV.production or ENV.ses_endpoint
    else "django.core.mail.backends.console.EmailBackend"
)

# Celery: two queues, no results, and a broker that is allowed to lose everything, since the ledger is the truth.
_BROKER: dict[str, Any] = {"broker_url": ENV.broker_url} if ENV.broker_url else embedded_broker(ENV.data_dir)
CELERY_BROKER_URL = _BROKER["broker_url"]
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = _BROKER.get("broker_transport_options", {})
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "send"
# Ticks never wait behind batches.
CELERY_TASK_ROUTES = {
    "newsletter.tasks.tick": {"queue": "engine"},
    "newsletter.tasks.apply_events": {"queue": "engine"},
}
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(ENV.data_dir / "beat-schedule")
# Messages expire: a backlog of ticks is worth one.
_EVERY_TICK = {"schedule": ENV.tick_seconds, "options": {"expires": max(5.0, 2 * ENV.tick_seconds)}}
_NOTICES = max(5.0, 5 * ENV.tick_seconds)
_SUPPRESSIONS = 600.0
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "newsletter.tasks.tick", **_EVERY_TICK},
    "apply events": {"task": "newsletter.tasks.apply_events", **_EVERY_TICK},
    # Seldomer: what happens within a few ticks is one mail.
    "send notices": {"task": "newsletter.tasks.send_notices", "schedule": _NOTICES, "options": {"expires": _NOTICES}},
    # Mostly finds that it isn't due: it is once a day, when one was cut short, and when a suppression was lifted.
    "sync suppressions": {
        "task": "newsletter.tasks.sync_suppressions",
        "schedule": _SUPPRESSIONS,
        "options": {"expires": _SUPPRESSIONS},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"botocore": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
