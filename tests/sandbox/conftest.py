"""One sandbox for the session, with a hook that listens; each test finds it empty."""

from collections.abc import Iterator

import pytest

from tests.sandbox.receiver import Receiver
from tests.sandbox.running import Sandbox


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """The hook."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def running(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The process."""
    options = ["--hook", receiver.url, "--feedback-delay-ms", "20", "--identity", "example.test"]
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"), *options)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The process, with no mail, no faults and an empty suppression list."""
    running.reset()
    return running
