"""What children say: a prefixed line on stderr, a line in a file, and the last few lines for an error message."""

import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.text import Text

COLOURS = ("bold", "cyan", "magenta", "green", "yellow", "blue", "bright_red")
LONGEST_LINE = 64 * 1024  # bytes; a longer one is broken, so that a child that never ends its line costs no memory


class Screen:
    """Writes lines with a name in front to stderr, in colour when that is a terminal."""

    def __init__(self, names: list[str]) -> None:
        width = max(map(len, names))
        self._prefixes = {
            name: _coloured(f"{name:<{width}} |", COLOURS[i % len(COLOURS)]) for i, name in enumerate(names)
        }
        self._lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        """Show one line. Says nothing when stderr is gone: a closed terminal must not stop anybody from stopping."""
        try:
            with self._lock:
                sys.stderr.write(f"{self._prefixes[name]} {text}\n")
                sys.stderr.flush()
        except (OSError, ValueError):
            return


def _coloured(text: str, colour: str) -> str:
    console = Console(stderr=True)
    with console.capture() as captured:
        console.print(Text(text, style=colour), end="", soft_wrap=True)
    return captured.get()


class Output:
    """One child's output, read to its end by a thread, through all of the child's lives."""

    def __init__(self, name: str, screen: Screen, log: Path) -> None:
        self._name = name
        self._screen = screen
        self._log = log
        self._last: deque[str] = deque(maxlen=15)
        self._reader: threading.Thread | None = None
        log.write_bytes(b"")

    def read(self, pipe: IO[bytes]) -> None:
        """Read `pipe` in the background until all who hold its other end are gone, and close it."""
        self._reader = threading.Thread(target=self._copy, args=(pipe,), name=f"output of {self._name}", daemon=True)
        self._reader.start()

    def last_lines(self) -> str:
        """The last lines it said, as many as an error message should hold, indented."""
        return "\n".join(f"  {line}" for line in self._last) or "  (it said nothing)"

    def finish(self) -> None:
        """Wait, not for long, until what an ended child said has been read."""
        if self._reader is not None:
            self._reader.join(timeout=1)

    def _copy(self, pipe: IO[bytes]) -> None:
        with pipe, self._log.open("ab", buffering=0) as log:
            while raw := pipe.readline(LONGEST_LINE):
                log.write(raw)
                text = raw.decode(errors="replace").rstrip()
                self._last.append(text)
                self._screen.line(self._name, text)
