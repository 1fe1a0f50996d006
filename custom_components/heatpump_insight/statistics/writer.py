"""The recorder: reading rows, writing those that differ, waiting until they are kept."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import (
    StatisticsRow,
    async_add_external_statistics,
    get_last_statistics,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

from ..analysis.hours import DAY
from .rows import SumRow, compare_means, compare_sums
from .series import Kind, Series

# How far to look for the row after a window, before looking everywhere.
_LOOK_AHEAD: Final = (31 * DAY, 366 * DAY)
# The recorder serves nobody else while it writes one batch.
_BATCH: Final = 1000
# A recorder that does not answer for so long is gone, as it is while stopping.
_PATIENCE: Final = 600

type Hours = dict[int, float]
type Truth = Mapping[Series, Mapping[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What is kept of one series in and around a window."""

    rows: list[StatisticsRow]
    base: float
    follows: float | None


class StatisticsWriter:
    """The one writer of the integration's statistics."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take the Home Assistant whose recorder is written to."""
        self._hass = hass

    async def async_rewrite(self, start: int, end: int, truth: Truth) -> int:
        """Make the hours in [start, end) equal to the truth and return the rows written.

        All later totals follow. On return everything is committed.
        """
        await self.async_wait_until_kept()
        stored = await self._async_read(_read_windows, tuple(truth), start, end)
        written = 0
        for series, hours in truth.items():
            match series.measure.kind:
                case Kind.SUM:
                    written += self._write_sums(series, stored[series], hours, end)
                case Kind.MEAN:
                    written += self._write_means(series, stored[series], hours)
            # Months of all series at a stretch would hold the loop for too long.
            await asyncio.sleep(0)
        if written:
            await self.async_wait_until_kept()
        return written

    async def async_amounts(
        self, series: Iterable[Series], start: int, end: int
    ) -> dict[Series, Hours]:
        """Return the known amounts or means that are stored in [start, end)."""
        stored = await self._async_read(_read_amounts, tuple(series), start, end)
        return {each: _known(each, rows) for each, rows in stored.items()}

    async def async_last_hours(self, statistic_ids: Iterable[str]) -> dict[str, int]:
        """Return the last stored hour of each statistic that has one."""
        return await self._async_read(_read_last_hours, tuple(statistic_ids))

    async def async_clear(self, statistic_ids: Iterable[str]) -> None:
        """Clear statistics, with everything that is known of them."""
        get_instance(self._hass).async_clear_statistics(list(statistic_ids))
        await self.async_wait_until_kept()

    async def async_wait_until_kept(self) -> None:
        """Wait until the recorder has committed everything that was handed to it.

        Its own `async_block_till_done` may return before that; a task that does nothing
        comes back in turn. Must not be called before Home Assistant has started: the
        recorder works off nothing until then.
        """
        loop = self._hass.loop
        done: asyncio.Future[None] = loop.create_future()

        def _set() -> None:
            if not done.done():
                done.set_result(None)

        def _done() -> None:
            loop.call_soon_threadsafe(_set)

        get_instance(self._hass).async_clear_statistics([], on_done=_done)
        async with asyncio.timeout(_PATIENCE):
            await done

    async def _async_read[*Args, T](
        self, job: Callable[[HomeAssistant, *Args], T], *args: *Args
    ) -> T:
        """Run a job in the recorder's executor; once begun it is waited for in any case.

        When Home Assistant stops, it cancels the task that reads, and the recorder then
        closes its connections: under a read that goes on, that ends the whole process.
        """
        reading = get_instance(self._hass).async_add_executor_job(
            job, self._hass, *args
        )
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            while not reading.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({reading})
            raise

    def _write_sums(
        self, series: Series, stored: _Stored, truth: Mapping[int, float], end: int
    ) -> int:
        change = compare_sums(
            {
                int(row["start"]): SumRow(amount=row["state"], total=row["sum"] or 0.0)
                for row in stored.rows
            },
            truth,
            stored.base,
            stored.follows,
        )
        self._write(
            series,
            [
                # An unknown amount is stored as NULL, though the type does not say so.
                StatisticData(
                    start=_moment(hour),
                    state=cast(float, row.amount),
                    sum=row.total,
                )
                for hour, row in change.rows.items()
            ],
        )
        if change.shift:
            get_instance(self._hass).async_adjust_statistics(
                series.statistic_id,
                _moment(end),
                change.shift,
                series.measure.unit or "",
            )
        return len(change.rows) + bool(change.shift)

    def _write_means(
        self, series: Series, stored: _Stored, truth: Mapping[int, float]
    ) -> int:
        means = compare_means(
            {int(row["start"]): row["mean"] for row in stored.rows}, truth
        )
        self._write(
            series,
            [
                StatisticData(start=_moment(hour), mean=cast(float, mean))
                for hour, mean in means.items()
            ],
        )
        return len(means)

    def _write(self, series: Series, rows: list[StatisticData]) -> None:
        for first in range(0, len(rows), _BATCH):
            async_add_external_statistics(
                self._hass, series.metadata, rows[first : first + _BATCH]
            )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _known(series: Series, rows: list[StatisticsRow]) -> Hours:
    """Return the amounts of a sum, or the means, that are not unknown."""
    sums = series.measure.kind is Kind.SUM
    return {
        int(row["start"]): value
        for row in rows
        if (value := row["state"] if sums else row["mean"]) is not None
    }


# What follows runs in the recorder's own executor: the database refuses any other thread.


def _rows(
    hass: HomeAssistant, ids: set[str], start: int, end: int | None
) -> dict[str, list[StatisticsRow]]:
    return statistics_during_period(
        hass,
        _moment(start),
        None if end is None else _moment(end),
        ids,
        "hour",
        None,
        {"change", "mean", "state", "sum"},
    )


def _last_row(hass: HomeAssistant, statistic_id: str) -> StatisticsRow | None:
    rows = get_last_statistics(hass, 1, statistic_id, False, {"sum"})
    return rows[statistic_id][0] if rows.get(statistic_id) else None


def _read_last_hours(
    hass: HomeAssistant, statistic_ids: tuple[str, ...]
) -> dict[str, int]:
    return {
        statistic_id: int(row["start"])
        for statistic_id in statistic_ids
        if (row := _last_row(hass, statistic_id)) is not None
    }


def _read_amounts(
    hass: HomeAssistant, series: tuple[Series, ...], start: int, end: int
) -> dict[Series, list[StatisticsRow]]:
    rows = _rows(hass, {each.statistic_id for each in series}, start, end)
    return {each: rows.get(each.statistic_id, []) for each in series}


def _read_windows(
    hass: HomeAssistant, series: tuple[Series, ...], start: int, end: int
) -> dict[Series, _Stored]:
    return {
        each: _read_window(hass, each, rows, start, end)
        for each, rows in _read_amounts(hass, series, start, end).items()
    }


def _read_window(
    hass: HomeAssistant,
    series: Series,
    rows: list[StatisticsRow],
    start: int,
    end: int,
) -> _Stored:
    """Find the running total before a window and the one from which the rows after it go on.

    The recorder tells a row's change from the last row before it, however old that is.
    """
    if series.measure.kind is Kind.MEAN:
        return _Stored(rows=rows, base=0.0, follows=None)
    last = _last_row(hass, series.statistic_id)
    after = None
    if last is not None and last["start"] >= end:
        after = _first_row(hass, series, end)
    if rows:
        base = (rows[0]["sum"] or 0.0) - (rows[0]["change"] or 0.0)
    elif after is not None:
        base = (after["sum"] or 0.0) - (after["change"] or 0.0)
    else:
        base = 0.0 if last is None else last["sum"] or 0.0
    follows = None
    if after is not None:
        follows = (after["sum"] or 0.0) - (after["state"] or 0.0)
    return _Stored(rows=rows, base=base, follows=follows)


def _first_row(hass: HomeAssistant, series: Series, start: int) -> StatisticsRow | None:
    """Return the first row of a series from an hour on."""
    for span in (*_LOOK_AHEAD, None):
        rows = _rows(
            hass, {series.statistic_id}, start, None if span is None else start + span
        )
        if rows.get(series.statistic_id):
            return rows[series.statistic_id][0]
    return None
