"""A stand-in for the recorder's statistics: rows in memory, written a few at a time."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final, override

from custom_components.heatpump_insight.statistics.derived import Derived
from custom_components.heatpump_insight.statistics.rows import (
    SumRow,
    compare_means,
    compare_sums,
)
from custom_components.heatpump_insight.statistics.series import Kind, Series
from custom_components.heatpump_insight.statistics.writer import (
    Hours,
    StatisticsWriter,
    Truth,
    Written,
)

from .schedule import Fuse, Rows

# So few rows are kept at once that a kill may leave any beginning of a change.
_BATCH: Final = 5

type _Row = tuple[float | None, float | None]


class Table(StatisticsWriter):
    """Keeps rows as the recorder does, and writes to itself as to the recorder.

    A batch of rows, the move of all later totals, and the clearing of statistics are kept
    whole or not at all, one after another.
    """

    def __init__(self, fuse: Fuse) -> None:
        """Start without rows; the fuse tells when nothing is kept any more."""
        self._fuse = fuse
        self.span = asyncio.Lock()
        self._rows: dict[Series, dict[int, _Row]] = {}

    @property
    def writer(self) -> StatisticsWriter:
        """Return itself."""
        return self

    async def rows(self) -> dict[Series, Rows]:
        """Return a copy of all rows."""
        return {series: dict(rows) for series, rows in self._rows.items()}

    async def restore(self, rows: Mapping[Series, Rows]) -> None:
        """Put back earlier rows."""
        self._rows = {series: dict(each) for series, each in rows.items()}

    @override
    async def async_rewrite(self, start: int, end: int, truth: Truth) -> Written:
        """Make the hours in [start, end) equal to the truth."""
        written = retracted = 0
        for series, hours in truth.items():
            rows = self._rows.setdefault(series, {})
            if series.measure.kind is Kind.SUM:
                known = len(_known(rows, start, end))
                written += self._write_sums_in(rows, start, end, hours)
                retracted += max(known - len(_known(rows, start, end)), 0)
            else:
                means = compare_means(
                    {hour: rows[hour][0] for hour in _within(rows, start, end)}, hours
                )
                self._keep(rows, {hour: (mean, None) for hour, mean in means.items()})
                written += len(means)
                retracted += sum(mean is None for mean in means.values())
        return Written(rows=written, retracted=retracted)

    @override
    async def async_ids(self, key: str) -> set[str]:
        """Return the ids of the statistics of a key that have rows."""
        return {
            series.statistic_id
            for series, rows in self._rows.items()
            if rows and series.key.startswith(key)
        }

    @override
    async def async_amounts(
        self, series: Iterable[Series], start: int, end: int
    ) -> dict[Series, Hours]:
        """Return the known amounts or means in [start, end)."""
        found: dict[Series, Hours] = {}
        for each in series:
            rows = self._rows.get(each, {})
            found[each] = {
                hour: value
                for hour in _within(rows, start, end)
                if (value := rows[hour][0]) is not None
            }
        return found

    @override
    async def _async_compute(
        self, derived: Derived, start: int, end: int, inputs: Mapping[Series, Hours]
    ) -> Hours:
        """Compute at once: there is no loop to hold."""
        return derived.compute(start, end, inputs)

    @override
    async def async_last_hours(self, statistic_ids: Iterable[str]) -> dict[str, int]:
        """Return the last hour of each statistic that has one."""
        wanted = {*statistic_ids}
        return {
            series.statistic_id: max(rows)
            for series, rows in self._rows.items()
            if rows and series.statistic_id in wanted
        }

    @override
    async def async_clear(self, statistic_ids: Iterable[str]) -> None:
        """Clear statistics."""
        gone = {*statistic_ids}
        self._fuse.burn()
        self._rows = {
            series: rows
            for series, rows in self._rows.items()
            if series.statistic_id not in gone
        }

    @override
    async def async_wait_until_kept(self) -> None:
        """Return: what is handed over is kept at once."""

    def _write_sums_in(
        self, rows: dict[int, _Row], start: int, end: int, hours: Mapping[int, float]
    ) -> int:
        """Rewrite a window of a sum, and move every total after it."""
        before = [hour for hour in rows if hour < start]
        after = [hour for hour in rows if hour >= end]
        follows = None
        if after:
            amount, total = rows[min(after)]
            follows = (total or 0.0) - (amount or 0.0)
        change = compare_sums(
            {
                hour: SumRow(amount=rows[hour][0], total=rows[hour][1] or 0.0)
                for hour in _within(rows, start, end)
            },
            hours,
            (rows[max(before)][1] or 0.0) if before else 0.0,
            follows,
        )
        self._keep(
            rows, {hour: (row.amount, row.total) for hour, row in change.rows.items()}
        )
        if change.shift:
            self._fuse.burn()
            for hour in after:
                amount, total = rows[hour]
                rows[hour] = (amount, (total or 0.0) + change.shift)
        return len(change.rows) + bool(change.shift)

    def _keep(self, rows: dict[int, _Row], changed: Mapping[int, _Row]) -> None:
        """Keep changed rows, some at a time."""
        hours = sorted(changed)
        for first in range(0, len(hours), _BATCH):
            self._fuse.burn()
            rows.update({hour: changed[hour] for hour in hours[first : first + _BATCH]})


def _known(rows: Mapping[int, _Row], start: int, end: int) -> list[int]:
    return [hour for hour in _within(rows, start, end) if rows[hour][0] is not None]


def _within(rows: Mapping[int, _Row], start: int, end: int) -> list[int]:
    return [hour for hour in rows if start <= hour < end]
