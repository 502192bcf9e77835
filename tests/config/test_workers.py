"""The background processes of one machine, forked as they are in production."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.sink import sink_environment
from config import workers
from config.env import BASE_DIR
from demo.probes import free_port

SEND = """
import dataclasses, json, django
django.setup()
from django.core.management import call_command
from benchmark.sending import measure_sending
call_command("migrate", verbosity=0)
(timing,) = measure_sending((120,))
print(json.dumps(dataclasses.asdict(timing)))
"""


def test_they_freeze_and_send_a_campaign(tmp_path: Path) -> None:
    """With the benchmark's campaign, which counts in the ledger and at SES's stand-in who was sent to."""
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")},
        **sink_environment(free_port()),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONWARNINGS": "ignore:You're running the worker",
        "SUDI_INSTANCE": "workers",
        "SUDI_DATA_DIR": str(tmp_path),
        "SUDI_BATCH_SIZE": "20",
        "SUDI_WORKER_PROCESSES": "2",
        "SUDI_WORKER_THREADS": "2",
    }
    done = subprocess.run(
        [sys.executable, "-c", SEND],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["recipients"] == 114  # of 120, without who can't be mailed


def test_one_engine_and_as_many_senders_as_are_wanted() -> None:
    assert [each.name for each in workers.processes(senders=2, threads=8)] == ["engine", "send1", "send2"]


def test_another_machine_has_no_engine() -> None:
    assert [each.name for each in workers.processes(senders=1, threads=8, engine=False)] == ["send1"]


@pytest.mark.parametrize("arguments", [["--senders", "many"], ["--workers", "2"]])
def test_wrong_usage_is_status_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        workers.main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m config.workers" in capsys.readouterr().err
