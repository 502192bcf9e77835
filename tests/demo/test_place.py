"""Where the demo lives, and that it stays there."""

from __future__ import annotations

from demo.place import Place


def test_the_web_server_writes_nothing_into_the_home_folder() -> None:
    children = {child.name: child for child in Place.choose(port=0).children(workers=1, rate=1)}
    assert "--no-control-socket" in children["web"].args
