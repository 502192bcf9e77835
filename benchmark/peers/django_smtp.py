"""Django's SMTP backend, in the peers' environment: ``django_smtp.py CONTENT PORT RECIPIENTS WARM_UP``.

As Django's documentation tells to send many mails: one connection kept open, ``send_messages`` with a list at a time.
Each mail is its reader's: slots filled by ``str.replace``, List-Unsubscribe in the header.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

AT_ONCE = 50
SHARED = {"{{web_url}}": "https://news.example/n/report/", "{{campaign_id}}": "1", "{{lbrace}}": "{{"}


def main() -> None:
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    port, recipients, warm_up = map(int, sys.argv[2:])
    settings.configure(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
    )
    django.setup()
    connection = get_connection()
    connection.open()

    def send(first: int, count: int) -> None:
        for at in range(first, first + count, AT_ONCE):
            readers = range(at, min(at + AT_ONCE, first + count))
            connection.send_messages([_mail(content, reader) for reader in readers])

    send(recipients, warm_up)
    began, worked = time.perf_counter(), time.process_time()
    send(0, recipients)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    connection.close()
    told = {"version": django.get_version(), "recipients": recipients}
    print(json.dumps({**told, "seconds": seconds, "cpu_seconds": cpu_seconds}))


def _mail(content: dict[str, str], reader: int) -> EmailMultiAlternatives:
    preferences = f"https://news.example/s/{reader:032x}/"
    values = {
        "{{unsubscribe_url}}": f"{preferences}unsubscribe/",
        "{{preferences_url}}": preferences,
        "{{recipient_name}}": f"Reader {reader}",
        **SHARED,
    }
    headers = {
        "List-Unsubscribe": f"<https://news.example/u/{reader:032x}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail = EmailMultiAlternatives(
        _filled(content["subject"], values),
        _filled(content["text"], values),
        content["sender"],
        [f"reader{reader}@example.test"],
        headers=headers,
    )
    mail.attach_alternative(_filled(content["html"], values), "text/html")
    return mail


def _filled(text: str, values: dict[str, str]) -> str:
    for slot, value in values.items():
        text = text.replace(slot, value)
    return text


if __name__ == "__main__":
    main()
