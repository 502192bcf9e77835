"""``make chaos``: kill workers and engine at every boundary while the sandbox throttles, delays, fails and drops
answers, then hold its own record against the ledger. The last line of stdout is JSON; exit status 1 unless nobody got
a mail twice, nobody was lost and every doubt was settled.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import shutil
import sys
import time
from pathlib import Path

from chaos.place import Scene
from chaos.servers import own_servers
from chaos.sizes import SIZES
from config.env import BASE_DIR
from demo.place import DemoRefused
from demo.supervisor import ChildFailed, StopRequested, Supervisor

STEADY = 0.5  # seconds; here a death says nothing of the next life


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    size = SIZES[parser.parse_args().size]
    scene = Scene.choose(Path(os.environ.get("SUDI_DATA_DIR") or BASE_DIR / "var") / "chaos", size)
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(scene.place.occupy())
            given = stack.enter_context(own_servers("chaos")) if size.servers else {}
            for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
                os.environ.pop(name, None)
            os.environ.update(scene.environment() | given)
            return _run(scene)
    except (DemoRefused, ChildFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except StopRequested:
        return 130


def _run(scene: Scene) -> int:
    import django  # noqa: PLC0415 - with the environment made above

    django.setup()
    from chaos import moves, story  # noqa: PLC0415
    from chaos.killer import Killer  # noqa: PLC0415

    began = time.monotonic()
    scene.place.make_afresh()
    with Supervisor(scene.children(), scene.logs, steady_after=STEADY) as supervisor:
        campaign = story.prepare(scene)
        killer = Killer(scene.size, supervisor, faults=scene.faults, logs=scene.logs)
        supervisor.start()
        told = story.Story(scene, campaign, killer)
        if not supervisor.run(until=told.over):
            return 130
        found, kills, fired, forbidden = told.reckoning(), killer.kills, killer.fired, moves.forbidden()
    _close()
    numbers = dataclasses.asdict(found)
    numbers = {"recipients": numbers.pop("recipients"), "kills": kills, **numbers}
    print(f"chaos: killed at {', '.join(f'{point} {n}' for point, n in sorted(fired.items()))}", file=sys.stderr)
    print(json.dumps(numbers | {"seconds": round(time.monotonic() - began, 1)}))
    if found.holds and not forbidden:
        shutil.rmtree(scene.place.folder)
        return 0
    why = "; ".join(["the state table has no move", *forbidden]) if forbidden else "the numbers above say what is wrong"
    print(f"chaos: failed ({why}); the logs are in {scene.logs}", file=sys.stderr)
    return 1


def _close() -> None:
    from django.db import connection  # noqa: PLC0415

    connection.close()


if __name__ == "__main__":
    sys.exit(main())
