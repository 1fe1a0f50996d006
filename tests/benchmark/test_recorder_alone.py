"""The recorder is given what a database holds, neither more nor less."""

from pathlib import Path
import sqlite3

import pytest

from .recorder_alone import CHUNK, stored

HOUR = 3600


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database with a sum that fills more than one chunk, and a short mean."""
    path = tmp_path / "statistics.db"
    with sqlite3.connect(path) as connection:
        connection.executescript("""
            CREATE TABLE statistics_meta (id, statistic_id, source, name,
                unit_of_measurement, unit_class, has_sum, mean_type);
            CREATE TABLE statistics (metadata_id, start_ts, mean, state, sum);
            INSERT INTO statistics_meta VALUES
                (1, 'home:energy', 'home', 'Energy', 'kWh', 'energy', 1, 0),
                (2, 'home:warmth', 'home', 'Warmth', '°C', 'temperature', 0, 1);
        """)
        connection.executemany(
            "INSERT INTO statistics VALUES (1, ?, NULL, 2.0, ?)",
            [(float(n * HOUR), 2.0 * (n + 1)) for n in range(CHUNK + 5)],
        )
        connection.execute("INSERT INTO statistics VALUES (2, 0.0, 20.5, NULL, NULL)")
    connection.close()
    return path


def test_every_row_is_given_in_chunks_of_one_statistic(database: Path) -> None:
    sizes = [
        (chunk.metadata["statistic_id"], len(chunk.rows)) for chunk in stored(database)
    ]
    assert sizes == [("home:energy", CHUNK), ("home:energy", 5), ("home:warmth", 1)]


def test_a_row_holds_what_its_kind_needs(database: Path) -> None:
    energy, _, warmth = stored(database)
    assert energy.rows[1]["start"].timestamp() == HOUR
    assert {**energy.rows[1], "start": 0} == {"start": 0, "state": 2.0, "sum": 4.0}
    assert {**warmth.rows[0], "start": 0} == {"start": 0, "mean": 20.5}
    assert warmth.metadata["has_sum"] is False


def test_only_the_rows_that_a_correction_changes_are_given(database: Path) -> None:
    (chunk,) = stored(database, "home:energy", (CHUNK + 2) * HOUR)
    assert [row["sum"] for row in chunk.rows] == [
        2.0 * n for n in range(CHUNK + 3, CHUNK + 6)
    ]
