"""What the tests of the desk share."""

from __future__ import annotations

import pytest

from tests.newsletter.desk import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """The desk of a new installation."""
    return Desk()
