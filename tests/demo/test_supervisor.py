"""The supervisor over real processes: however it ends, nothing is left behind."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.supervisor import Child, StopRequested, Supervisor

ROOT = Path(__file__).parents[2]
WITHIN = 60.0  # seconds; far beyond what anything takes, for machines that are busy with other tests

# Makes the terminal on stdin the controlling one, as it is for a program started by hand.
ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Run:
    """A running supervisor, and what its children say through the pipe that they all hold open."""

    def __init__(self, folder: Path, programs: tuple[str, ...], *, patient: bool, terminal: bool) -> None:
        os.mkfifo(folder / "alive")
        self.events: list[str] = []
        self._alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
        self._stderr = folder / "stderr"
        self.keyboard = -1
        command = [sys.executable, "-m", "tests.demo.supervised", str(folder), *programs]
        keyboard = None
        if terminal:
            self.keyboard, keyboard = os.openpty()
            command = [sys.executable, "-c", ON_TERMINAL, *command]
        with self._stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=keyboard,
                stderr=stderr,
                env={**os.environ, **({"PATIENT": "1"} if patient else {})},
                start_new_session=True,
            )
        if keyboard is not None:
            os.close(keyboard)

    @property
    def stderr(self) -> str:
        return self._stderr.read_text()

    def wait_for(self, *events: str) -> None:
        """Read until each of `events` has been said as often as it is given."""
        deadline = time.monotonic() + WITHIN
        while any(self.events.count(event) < events.count(event) for event in events):
            assert time.monotonic() < deadline, f"{self.events}\n{self.stderr}"
            self._read(0.05)

    def wait_until_all_are_gone(self) -> int:
        """The supervisor's exit code, once every process that held the pipe has ended."""
        code = self.process.wait(WITHIN)
        deadline = time.monotonic() + WITHIN
        while self._read(0.05):
            assert time.monotonic() < deadline, f"somebody is left: {self.events}\n{self.stderr}"
        return code

    def _read(self, timeout: float) -> bool:
        """Take in what was said; False when nobody holds the other end any more."""
        select.select([self._alive], [], [], timeout)
        try:
            said = os.read(self._alive, 65536)
        except BlockingIOError:
            return True
        self.events += said.decode().splitlines()
        return bool(said)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for fd in (self._alive, self.keyboard):
            if fd >= 0:
                os.close(fd)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    with contextlib.ExitStack() as stack:

        def start(*programs: str, patient: bool = False, terminal: bool = False) -> Run:
            run = Run(tmp_path, programs, patient=patient, terminal=terminal)
            stack.callback(run.close)
            return run

        yield start


FAMILY = ("first=polite", "forking", "stubborn", "last=polite")
FAMILY_UP = ("first up", "forking up", "forking forked", "stubborn up", "last up")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everybody_in_reverse_order(supervise: Callable[..., Run], signum: signal.Signals) -> None:
    run = supervise(*FAMILY)
    run.wait_for(*FAMILY_UP)
    run.process.send_signal(signum)
    assert run.wait_until_all_are_gone() == 0
    assert run.events[-2:] == ["last SIGTERM", "first SIGTERM"]
    assert "stubborn did not stop in time and is killed" in run.stderr


def test_ctrl_c_on_the_terminal_reaches_the_supervisor_alone(supervise: Callable[..., Run]) -> None:
    run = supervise("first=polite", "last=polite", terminal=True)
    run.wait_for("first up", "last up")
    os.write(run.keyboard, b"\x03")
    assert run.wait_until_all_are_gone() == 0
    assert sorted(run.events) == ["first SIGTERM", "first up", "last SIGTERM", "last up"]


def test_a_second_ctrl_c_kills_at_once(supervise: Callable[..., Run]) -> None:
    run = supervise("first=stubborn", "forking", "last=polite", "stubborn", patient=True)
    run.wait_for("first up", "forking up", "forking forked", "last up", "stubborn up")
    run.process.send_signal(signal.SIGINT)
    until(lambda: "SIGINT: stopping" in run.stderr)
    run.process.send_signal(signal.SIGINT)
    assert run.wait_until_all_are_gone() == 0
    assert "last SIGTERM" not in run.events


def test_nobody_outlives_a_killed_supervisor(supervise: Callable[..., Run]) -> None:
    run = supervise(*FAMILY)
    run.wait_for(*FAMILY_UP)
    run.process.kill()
    assert run.wait_until_all_are_gone() == -signal.SIGKILL
    assert {"last SIGTERM", "first SIGTERM"} <= set(run.events)


def test_gunicorn_and_its_workers_do_not_outlive_a_killed_supervisor(supervise: Callable[..., Run]) -> None:
    run = supervise("web=gunicorn")
    run.wait_for("web up", "web up")
    run.process.kill()
    assert run.wait_until_all_are_gone() == -signal.SIGKILL


def test_gunicorn_stops_its_workers_itself(supervise: Callable[..., Run]) -> None:
    run = supervise("web=gunicorn")
    run.wait_for("web up", "web up")
    run.process.send_signal(signal.SIGTERM)
    assert run.wait_until_all_are_gone() == 0
    assert run.stderr.count("Worker exiting") == 2


def test_a_child_that_dies_is_started_again_and_later_each_time(supervise: Callable[..., Run]) -> None:
    run = supervise("steady=polite", "mortal")
    run.wait_for("steady up", "mortal up", "mortal up", "mortal up")
    run.process.send_signal(signal.SIGTERM)
    assert run.wait_until_all_are_gone() == 0
    assert run.events.count("steady up") == 1
    told = [line for line in run.stderr.splitlines() if "mortal ended (exit code 3)" in line]
    assert [line.rpartition(" in ")[2] for line in told[:2]] == ["0.2 s", "0.4 s"]


def test_a_child_that_ends_before_it_is_ready_is_reported_with_its_last_lines(supervise: Callable[..., Run]) -> None:
    run = supervise("first=polite", "hopeless")
    assert run.wait_until_all_are_gone() == 5
    report = run.stderr.partition("hopeless ended (exit code 1) before it was ready.\n")[2]
    assert "  line 39\n  no way\n" in report
    assert "line 12\n" not in report


def test_a_child_that_does_not_get_ready_in_time_is_reported_with_its_last_lines(
    supervise: Callable[..., Run],
) -> None:
    run = supervise("slow")
    assert run.wait_until_all_are_gone() == 5
    assert "slow was not ready within 0.5 s.\n  warming up\n" in run.stderr


def test_a_signal_while_children_are_starting_stops_those_that_run(supervise: Callable[..., Run]) -> None:
    run = supervise("first=polite", "stubborn=hopeful")
    run.wait_for("first up", "stubborn up")
    run.process.send_signal(signal.SIGINT)
    assert run.wait_until_all_are_gone() == 0
    assert "first SIGTERM" in run.events


def test_output_is_shown_with_its_name_and_kept_in_a_file(supervise: Callable[..., Run], tmp_path: Path) -> None:
    run = supervise("mortal", "steady=polite")
    run.wait_for("mortal up", "mortal up")
    until(lambda: (tmp_path / "log" / "mortal.log").read_text().startswith("I was here\nI was here\n"))
    run.process.send_signal(signal.SIGTERM)
    run.wait_until_all_are_gone()
    assert run.stderr.splitlines().count("mortal     | I was here") >= 2
    assert "\x1b" not in run.stderr


# In this process


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def sleeper(folder: Path, name: str = "sleeper") -> Child:
    script = folder / "sleeper.py"
    script.write_text("import time\ntime.sleep(600)\n")
    return Child(name, (str(script),))


def test_run_returns_true_when_the_work_is_done_and_the_exit_stops_the_children(tmp_path: Path) -> None:
    with Supervisor([sleeper(tmp_path)], tmp_path / "log") as supervisor:
        supervisor.start()
        pid = supervisor.pid("sleeper")
        assert pid is not None
        assert supervisor.run(until=lambda: True) is True
        assert os.getpgid(pid) == os.getsid(pid) == pid
    assert supervisor.pid("sleeper") is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_killed_child_has_a_new_pid(tmp_path: Path) -> None:
    with Supervisor([sleeper(tmp_path)], tmp_path / "log") as supervisor:
        supervisor.start()
        first = supervisor.pid("sleeper")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert supervisor.run(until=lambda: supervisor.pid("sleeper") not in (None, first))


def test_a_signal_interrupts_the_callers_own_code_and_handlers_are_given_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    went_on = []
    with contextlib.ExitStack() as stack:
        stopped = stack.enter_context(pytest.raises(StopRequested))
        supervisor = stack.enter_context(Supervisor([sleeper(tmp_path)], tmp_path / "log"))
        supervisor.start()
        signal.raise_signal(signal.SIGTERM)
        went_on.append("after the signal")
    assert not went_on
    assert stopped.value.signum == signal.SIGTERM
    assert supervisor.pid("sleeper") is None
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_script_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with Supervisor([Child("absent", (str(tmp_path / "absent.py"),))], tmp_path / "log") as supervisor:
        supervisor.start()
        log = tmp_path / "log" / "absent.log"
        supervisor.run(until=lambda: "No such file" in log.read_text())


def test_the_wrapper_refuses_to_run_in_somebody_elses_process_group() -> None:
    command = [sys.executable, "-m", "demo.child", "0", "1", "--", "this"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=WITHIN)
    assert refused.returncode == 1
    assert "MODULE-OR-SCRIPT" in refused.stderr
