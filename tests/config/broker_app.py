"""A tiny Celery app on the embedded broker in BROKER_APP_DIR. Its tasks write into the file `notes` there."""

import os
import time
from pathlib import Path

from celery import Celery

from config.broker import embedded_broker

FOLDER = Path(os.environ["BROKER_APP_DIR"])

app = Celery("broker_app", set_as_current=False)
app.conf.update(embedded_broker(FOLDER), task_ignore_result=True, worker_prefetch_multiplier=1)


def note(text: str) -> None:
    with (FOLDER / "notes").open("a") as file:
        file.write(f"{text}\n")


@app.task
def run(name: str) -> None:
    note(name)


@app.task
def hold(name: str) -> None:
    """Run until the file `release` is there."""
    note(name)
    while not (FOLDER / "release").exists():
        time.sleep(0.01)
