"""Finds totals that do not follow from the hours, in the database itself."""

from contextlib import closing
from pathlib import Path
import shutil
import sqlite3
from tempfile import TemporaryDirectory
from typing import Final

from tests.demo.expected import DOMAIN

_NAME: Final = "home-assistant_v2.db"
_BROKEN: Final = """
    SELECT COUNT(*) FROM (
        SELECT state, sum, LAG(sum, 1, 0.0) OVER (
            PARTITION BY metadata_id ORDER BY start_ts
        ) AS before
        FROM statistics JOIN statistics_meta ON statistics_meta.id = metadata_id
        WHERE source = ? AND has_sum
    )
    WHERE ABS(sum - before - COALESCE(state, 0.0)) > 1e-6
"""


def broken_totals(folder: Path) -> int:
    """Return how many rows hold another total than the row before and their own amount give.

    A copy is read: who opens the database after a kill also repairs it, which is for Home
    Assistant to do.
    """
    with TemporaryDirectory() as copy:
        shutil.copy(folder / _NAME, copy)
        # What is not yet in the database itself; after a good end all is.
        if (log := folder / f"{_NAME}-wal").exists():
            shutil.copy(log, copy)
        with closing(sqlite3.connect(Path(copy) / _NAME)) as database:
            count: int = database.execute(_BROKEN, (DOMAIN,)).fetchone()[0]
            return count
