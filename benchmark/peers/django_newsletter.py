"""django-newsletter, in the peers' environment: ``django_newsletter.py CONTENT PORT RECIPIENTS WARM_UP``.

As its documentation tells: a newsletter, its subscriptions, a message with one article, and a submission whose
``submit()`` the command ``submit_newsletter`` would call. It renders its own templates for each subscription, with its
own unsubscribe link and header, and sends each mail by Django's SMTP backend on a connection of its own. The database
is SQLite in the current folder.
"""

from __future__ import annotations

import json
import re
import sys
import time
from email.utils import parseaddr
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

DOMAIN = "news.example"


def main() -> None:
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    port, recipients, warm_up = map(int, sys.argv[2:])
    _configure(port)
    call_command("migrate", verbosity=0)
    # By name: a package called newsletter is also what it measures itself against.
    models = import_module("newsletter.models")
    message = _message(models, content)
    with transaction.atomic():
        warming = _submission(models, message, range(recipients, recipients + warm_up))
        measured = _submission(models, message, range(recipients))
    warming.submit()
    began, worked = time.perf_counter(), time.process_time()
    measured.submit()
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    told = {"version": version("django-newsletter"), "recipients": recipients}
    print(json.dumps({**told, "seconds": seconds, "cpu_seconds": cpu_seconds}))


def _configure(port: int) -> None:
    required = ["django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.auth", "django.contrib.sites"]
    settings.configure(
        INSTALLED_APPS=[*required, "sorl.thumbnail", "newsletter"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path.cwd() / "newsletter.sqlite3"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        ROOT_URLCONF="newsletter.urls",
        SITE_ID=1,
        USE_TZ=True,
        NEWSLETTER_THUMBNAIL="sorl-thumbnail",
        NEWSLETTER_USE_HTTPS=True,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
    )
    django.setup()


def _message(models: Any, content: dict[str, str]) -> Any:
    """The mail's body as an article, with the peer's own pages for its links, which are the same for everybody."""
    import_module("django.contrib.sites.models").Site.objects.update(domain=DOMAIN)
    name, address = parseaddr(content["sender"])
    newsletter = models.Newsletter.objects.create(title=name, slug="report", email=address, sender=name)
    message = models.Message.objects.create(title=content["subject"], slug="report", newsletter=newsletter)
    body = re.sub(r"(?s)^.*<body[^>]*>|</body>.*$", "", content["html"])
    pages = {
        "{{unsubscribe_url}}": newsletter.unsubscribe_url(),
        "{{preferences_url}}": newsletter.update_url(),
        "{{web_url}}": newsletter.archive_url(),
    }
    for slot, page in pages.items():
        body = body.replace(slot, f"https://{DOMAIN}{page}")
    models.Article.objects.create(post=message, title=content["subject"], text=body)
    return message


def _submission(models: Any, message: Any, readers: range) -> Any:
    subscriptions = [
        models.Subscription.objects.create(
            newsletter=message.newsletter,
            name_field=f"Reader {reader}",
            email_field=f"reader{reader}@example.test",
            subscribed=True,
        )
        for reader in readers
    ]
    submission = models.Submission.from_message(message)
    submission.subscriptions.set(subscriptions)
    return submission


if __name__ == "__main__":
    main()
