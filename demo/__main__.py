"""``make demo``: everything running on this machine, with one issue imported, approved by a second person and sent.

``--once`` leaves when the campaign is finished and its feedback is in; the last line of stdout is JSON.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from demo.place import DemoRefused, Place
from demo.supervisor import ChildFailed, StopRequested, Supervisor

ONCE_RATE, SHOWN_RATE = 200.0, 15.0  # recipients a second; the slower one can be watched
READERS = 400


def main() -> int:
    options = _options()
    place = Place.choose(port=options.port)
    os.environ.update(place.environment(workers=options.workers))
    try:
        with place.occupy():
            place.refuse_somebody_elses_data()
            place.make_afresh()
            return _show(place, options)
    except (DemoRefused, ChildFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except StopRequested:
        return 130


def _show(place: Place, options: argparse.Namespace) -> int:
    from demo import story  # noqa: PLC0415 - Django starts with the environment made above

    began = time.monotonic()
    rate = options.rate or max(ONCE_RATE if options.once else SHOWN_RATE, options.readers / 30)
    with Supervisor(place.children(workers=options.workers, rate=rate), place.folder / "logs") as supervisor:
        issue = story.prepare(options.digest, readers=options.readers)
        supervisor.start()
        told = story.Told(issue, place.sandbox_url)
        told.send()
        if options.once:
            if not supervisor.run(until=told.over):
                return 130
            print(told.summary(seconds=time.monotonic() - began))
        else:
            print(story.welcome(place, issue), flush=True)
            supervisor.run()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="leave when everything is accounted for")
    parser.add_argument("--digest", type=Path, help="send this digest instead of the sample")
    parser.add_argument("--port", type=int, default=8000, help="of the web server; another if it is taken")
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--workers", type=int, default=1, help="sending worker processes")
    parser.add_argument("--rate", type=float, help="what the sandbox allows, in recipients a second")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
