"""A database to measure in, beside the one that the settings name, which nothing here touches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment


@contextmanager
def scratch_database() -> Iterator[None]:
    """Empty and migrated, and gone afterwards."""
    kept = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="sudi-bench-") as folder:
        own = str(Path(folder) / "bench.sqlite3") if connection.vendor == "sqlite" else "sudi_bench"
        connection.settings_dict["TEST"]["NAME"] = own
        setup_test_environment(debug=False)
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(str(kept), verbosity=0)
            teardown_test_environment()
