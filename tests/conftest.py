"""What every test gets."""

from __future__ import annotations

import os

import pytest
from django.utils import translation

from tests import services


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A file has nobody who ends its connections: those tests exist only where the database is a server."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    elsewhere = [item for item in items if item.get_closest_marker("server_database")]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]


def pytest_runtest_setup(item: pytest.Item) -> None:
    services.demand(item)
    # The last request's language stays with its thread, and Django's test client is no server that starts anew.
    translation.deactivate()
