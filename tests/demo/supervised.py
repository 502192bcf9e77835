"""Runs the supervisor over small programs, in a process of its own, for the tests.

    python -m tests.demo.supervised FOLDER PROGRAM…

PROGRAM is the name of a program below, NAME or NAME=PROGRAM. Every process of it opens the pipe FOLDER/alive, so that
the reader of that pipe knows when the last one is gone, and writes what happens to it there.
"""

import os
import signal
import sys
from pathlib import Path

from demo.supervisor import Child, ChildFailed, StopRequested, Supervisor

START = """
import os, pathlib, signal, subprocess, sys, time
folder, name = pathlib.Path(os.environ["FOLDER"]), os.environ["NAME"]
alive = os.open(folder / "alive", os.O_WRONLY)
def say(event):
    os.write(alive, f"{name} {event}\\n".encode())
def rest():
    while True:
        time.sleep(60)
"""

PROGRAMS = {
    # Says that it was asked to stop, and stops.
    "polite": """
def stop(signum, frame):
    say(signal.Signals(signum).name)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
say("up")
rest()
""",
    # SIGTERM ends it at once, as is the default, and it leaves a child behind that ignores SIGTERM.
    "forking": """
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("forked")
    rest()
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=[alive])
say("up")
rest()
""",
    "stubborn": """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
say("up")
rest()
""",
    "mortal": """
say("up")
print("I was", "here")
sys.exit(3)
""",
    "hopeless": """
for line in range(40):
    print("line", line)
say("up")
sys.exit("no way")
""",
    "hopeful": """
say("up")
rest()
""",
    # An application that gunicorn's two workers import.
    "gunicorn": """
say("up")
def application(environ, start_response):
    start_response("200 OK", [])
    return []
""",
    "slow": """
print("warming up")
say("up")
rest()
""",
}


def child(folder: Path, word: str) -> Child:
    name, _, program = word.partition("=")
    program = program or name
    script = folder / f"{name}.py"
    script.write_text(START + PROGRAMS[program])
    args: tuple[str, ...] = (str(script),)
    if program == "gunicorn":
        args = ("gunicorn", "--chdir", str(folder), "--bind=127.0.0.1:0", "--workers=2", f"{name}:application")
    return Child(
        name,
        args,
        env={"FOLDER": str(folder), "NAME": name},
        ready=bool if program in ("hopeless", "hopeful", "slow") else None,  # bool() is never true
        ready_within=0.5 if program == "slow" else 30,
        grace=60 if "PATIENT" in os.environ else 0.5 if program == "stubborn" else 10,
    )


def main(folder: Path, words: list[str]) -> int:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests under nohup has it ignored
    children = [child(folder, word) for word in words]
    try:
        with Supervisor(children, folder / "log") as supervisor:
            supervisor.start()
            return 0 if not supervisor.run() else 1
    except StopRequested:
        return 0
    except ChildFailed as error:
        sys.stderr.write(f"{error}\n")
        return 5


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
