"""What every test gets."""

from __future__ import annotations

import pytest

from tests import services


def pytest_runtest_setup(item: pytest.Item) -> None:
    services.demand(item)
