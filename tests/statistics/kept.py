"""The recorder's statistics themselves, for a life that may be killed while it writes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast, override

from custom_components.heatpump_insight.statistics.series import Kind, Series
from custom_components.heatpump_insight.statistics.writer import (
    Change,
    StatisticsWriter,
)
from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

from .schedule import SERIES, Fuse, Rows


class _FusedWriter(StatisticsWriter):
    """A writer that hands the recorder no more rows than its fuse allows."""

    def __init__(self, hass: HomeAssistant, fuse: Fuse) -> None:
        """Take the fuse."""
        super().__init__(hass)
        self._fuse = fuse

    @override
    def _write(self, series: Series, change: Change, end: int) -> None:
        if change.rows:
            self._fuse.burn()
        super()._write(series, change, end)


class Kept:
    """The rows as the recorder keeps them in its database."""

    def __init__(
        self, hass: HomeAssistant, fuse: Fuse, series: tuple[Series, ...] = SERIES
    ) -> None:
        """Take the recorder; from now on no totals are moved without the fuse."""
        self._series = series
        self.writer: StatisticsWriter = _FusedWriter(hass, fuse)
        self._hass = hass
        recorder = get_instance(hass)
        adjust = recorder.async_adjust_statistics

        def _adjust(
            statistic_id: str, start_time: datetime, shift: float, unit: str
        ) -> None:
            fuse.burn()
            adjust(statistic_id, start_time, shift, unit)

        setattr(recorder, "async_adjust_statistics", _adjust)  # noqa: B010

    async def rows(self) -> dict[Series, Rows]:
        """Return all rows."""
        await self.writer.async_wait_until_kept()
        found = await get_instance(self._hass).async_add_executor_job(
            statistics_during_period,
            self._hass,
            datetime.fromtimestamp(0, UTC),
            None,
            {series.statistic_id for series in self._series},
            "hour",
            None,
            {"mean", "state", "sum"},
        )
        return {
            series: {
                int(row["start"]): (
                    (row["state"], row["sum"])
                    if series.measure.kind is Kind.SUM
                    else (row["mean"], None)
                )
                for row in found.get(series.statistic_id, [])
            }
            for series in self._series
        }

    async def restore(self, rows: Mapping[Series, Rows]) -> None:
        """Put back earlier rows."""
        await self.writer.async_clear(series.statistic_id for series in self._series)
        for series, hours in rows.items():
            async_add_external_statistics(
                self._hass,
                series.metadata,
                [_row(series, hour, *row) for hour, row in hours.items()],
            )
        await self.writer.async_wait_until_kept()


def _row(
    series: Series, hour: int, value: float | None, total: float | None
) -> StatisticData:
    """Return a row to write; an unknown value is NULL, though the type does not say so."""
    start, known = datetime.fromtimestamp(hour, UTC), cast(float, value)
    if series.measure.kind is Kind.SUM:
        return StatisticData(start=start, state=known, sum=total or 0.0)
    return StatisticData(start=start, mean=known)
