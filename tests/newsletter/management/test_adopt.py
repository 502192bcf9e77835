from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from newsletter.delivery import guard
from newsletter.errors import SendingRefused
from newsletter.models import Installation
from tests.newsletter.desk import Desk
from tests.newsletter.management.running import refused, run


@pytest.fixture
def moved(desk: Desk, settings: Any) -> None:
    """The database runs somewhere else than where it was made."""
    settings.SUDI = dataclasses.replace(
        settings.SUDI, instance="new", base_url="https://new.example", ses_endpoint="http://127.0.0.1:9"
    )


def test_lets_a_moved_database_send(moved: None) -> None:
    with pytest.raises(SendingRefused, match="adopt --as USER"):
        guard.check()
    assert run("adopt", "--as", "ops") == "This database belongs to new at https://new.example.\n"
    guard.check()


@pytest.mark.parametrize("name", ["writer", "editor"])
def test_is_for_ops(name: str, moved: None) -> None:
    assert refused("adopt", "--as", name) == f"{name} may not adopt this database; Ops may."
    assert Installation.objects.get().instance != "new"


def test_needs_a_name(moved: None) -> None:
    assert "--as" in refused("adopt")
    assert refused("adopt", "--as", "nobody") == "There is no active user 'nobody'."
