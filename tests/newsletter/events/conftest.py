from __future__ import annotations

from tests.newsletter.delivery.conftest import environment, installation, statements

__all__ = ["environment", "installation", "statements"]
