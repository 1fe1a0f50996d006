"""The recorder alone, given rows that are stored already: what nobody can be faster than."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
import sqlite3
import time
from typing import Final, NamedTuple

from custom_components.heatpump_insight.statistics.writer import StatisticsWriter
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant

CHUNK: Final = 2000
"""Rows that the recorder is given at once: the most with which it still serves others."""

_SERIES: Final = """
    SELECT id, statistic_id, source, name, unit_of_measurement, unit_class, has_sum,
        mean_type
    FROM statistics_meta WHERE statistic_id LIKE ? ORDER BY id
"""
_ROWS: Final = """
    SELECT start_ts, mean, state, sum FROM statistics
    WHERE metadata_id = ? AND start_ts >= ? ORDER BY start_ts
"""


class Chunk(NamedTuple):
    """Rows of one statistic, as many as the recorder is given at once."""

    metadata: StatisticMetaData
    rows: list[StatisticData]


@dataclass(slots=True, kw_only=True)
class Given:
    """How many rows the recorder was given, and what it took to keep them.

    That is seconds by the clock, and of the processor.
    """

    rows: int = 0
    seconds: float = 0.0
    processor: float = 0.0


async def give(hass: HomeAssistant, chunks: Iterator[Chunk]) -> Given:
    """Give the recorder rows, each chunk when the one before is kept.

    The time that it takes to have the rows is not counted.
    """
    writer = StatisticsWriter(hass)
    given = Given()
    while chunk := await asyncio.to_thread(next, chunks, None):
        started, began = time.perf_counter(), time.process_time()
        async_add_external_statistics(hass, chunk.metadata, chunk.rows)
        await writer.async_wait_until_kept()
        given.seconds += time.perf_counter() - started
        given.processor += time.process_time() - began
        given.rows += len(chunk.rows)
    return given


def stored(database: Path, like: str = "%", since: int = 0) -> Iterator[Chunk]:
    """Yield the rows of a database: those of statistics with such an id, from an hour on.

    They are read as they are asked for, so that they need no memory. Every chunk may be
    asked for by another thread.
    """
    with closing(sqlite3.connect(database, check_same_thread=False)) as connection:
        connection.row_factory = sqlite3.Row
        for series in connection.execute(_SERIES, (like,)).fetchall():
            metadata = _metadata(series)
            rows = connection.execute(_ROWS, (series["id"], since))
            for chunk in batched(rows, CHUNK, strict=False):
                yield Chunk(metadata, [_row(metadata, row) for row in chunk])


def _metadata(series: sqlite3.Row) -> StatisticMetaData:
    return StatisticMetaData(
        statistic_id=series["statistic_id"],
        source=series["source"],
        name=series["name"],
        unit_of_measurement=series["unit_of_measurement"],
        unit_class=series["unit_class"],
        has_sum=bool(series["has_sum"]),
        mean_type=StatisticMeanType(series["mean_type"]),
    )


def _row(metadata: StatisticMetaData, row: sqlite3.Row) -> StatisticData:
    start = datetime.fromtimestamp(row["start_ts"], UTC)
    if metadata["has_sum"]:
        return StatisticData(start=start, state=row["state"], sum=row["sum"])
    return StatisticData(start=start, mean=row["mean"])
