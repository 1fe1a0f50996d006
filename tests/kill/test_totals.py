"""Totals that do not follow from the hours are found in the database itself."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from .totals import broken_totals

type Row = tuple[float | None, float]


def keep(folder: Path, rows: Iterable[Row], source: str = "heatpump_insight") -> None:
    """Keep hours with their amounts and totals as the recorder does."""
    with (
        closing(sqlite3.connect(folder / "home-assistant_v2.db")) as database,
        database,
    ):
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE statistics_meta (id, source, has_sum)")
        database.execute("INSERT INTO statistics_meta VALUES (1, ?, 1)", (source,))
        database.execute("CREATE TABLE statistics (metadata_id, start_ts, state, sum)")
        database.executemany(
            "INSERT INTO statistics VALUES (1, ?, ?, ?)",
            ((hour, *row) for hour, row in enumerate(rows)),
        )


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        pytest.param([(1, 1), (2, 3), (3, 6)], 0, id="sound"),
        pytest.param([(1, 1), (None, 1), (3, 4)], 0, id="unknown amount"),
        pytest.param([(1, 1), (5, 6), (3, 6)], 1, id="later totals not moved"),
        pytest.param([(1, 2), (2, 4), (3, 7)], 1, id="begins above its first amount"),
        pytest.param([(1, 1), (2, 2), (3, 3)], 2, id="totals are not sums"),
    ],
)
def test_a_total_that_does_not_follow_is_counted(
    tmp_path: Path, rows: list[Row], count: int
) -> None:
    keep(tmp_path, rows)
    assert broken_totals(tmp_path) == count


def test_statistics_of_others_are_left_alone(tmp_path: Path) -> None:
    keep(tmp_path, [(1, 7)], source="another")
    assert broken_totals(tmp_path) == 0


def test_what_is_only_in_the_log_of_the_database_counts(tmp_path: Path) -> None:
    keep(tmp_path, [(1, 1)])
    name = tmp_path / "home-assistant_v2.db"
    with closing(sqlite3.connect(name)) as open_database:
        open_database.execute("INSERT INTO statistics VALUES (1, 1, 2, 9)")
        open_database.commit()
        assert name.with_name(f"{name.name}-wal").stat().st_size > 0
        assert broken_totals(tmp_path) == 1
