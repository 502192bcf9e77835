"""django-anymail through Amazon SES, in the peers' environment: ``anymail_ses.py CONTENT PORT RECIPIENTS WARM_UP``.

As its documentation tells to send in batches: a template that SES keeps, ``merge_data``, ``merge_headers`` and
``metadata`` for 50 recipients a message, which is one SendBulkEmail, on one connection kept open.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.mail import get_connection

AT_ONCE = 50  # the most that SendBulkEmail takes
SHARED = {"web_url": "https://news.example/n/report/", "campaign_id": "1", "lbrace": "{{"}


def main() -> None:
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    port, recipients, warm_up = map(int, sys.argv[2:])
    client = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1"}
    settings.configure(
        INSTALLED_APPS=["anymail"],
        EMAIL_BACKEND="anymail.backends.amazon_ses.EmailBackend",
        ANYMAIL={"AMAZON_SES_CLIENT_PARAMS": client},
    )
    django.setup()
    message_class = import_module("anymail.message").AnymailMessage
    connection = get_connection()
    connection.open()

    def send(first: int, count: int) -> None:
        for at in range(first, first + count, AT_ONCE):
            readers = range(at, min(at + AT_ONCE, first + count))
            connection.send_messages([_message(message_class, content["sender"], readers)])

    send(recipients, warm_up)
    began, worked = time.perf_counter(), time.process_time()
    send(0, recipients)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    connection.close()
    told = {"version": version("django-anymail"), "recipients": recipients}
    print(json.dumps({**told, "seconds": seconds, "cpu_seconds": cpu_seconds}))


def _message(message_class: Any, sender: str, readers: range) -> Any:
    addresses = {reader: f"reader{reader}@example.test" for reader in readers}
    # No subject and no body: SES has them in the template.
    message = message_class(subject=None, from_email=sender, to=list(addresses.values()))
    message.template_id = "report"
    message.merge_data = {address: _values(reader) for reader, address in addresses.items()}
    message.merge_global_data = SHARED
    message.merge_headers = {address: _headers(reader) for reader, address in addresses.items()}
    message.metadata = {"campaign": "1"}
    return message


def _values(reader: int) -> dict[str, str]:
    preferences = f"https://news.example/s/{reader:032x}/"
    return {
        "unsubscribe_url": f"{preferences}unsubscribe/",
        "preferences_url": preferences,
        "recipient_name": f"Reader {reader}",
    }


def _headers(reader: int) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<https://news.example/u/{reader:032x}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


if __name__ == "__main__":
    main()
