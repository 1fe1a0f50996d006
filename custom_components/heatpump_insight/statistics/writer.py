"""The recorder: reading rows, writing those that differ, waiting until they are kept."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import (
    StatisticsRow,
    async_add_external_statistics,
    get_last_statistics,
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..analysis.hours import DAY, HOUR
from ..const import DOMAIN
from .derived import Derived
from .rows import SumRow, compare_means, compare_sums
from .series import Kind, Series

# How far to look for the row after a window, before looking everywhere.
_LOOK_AHEAD: Final = (31 * DAY, 366 * DAY)
# The recorder serves nobody else while it writes one batch.
_BATCH: Final = 1000
# A recorder that does not answer for so long is gone, as it is while stopping.
_PATIENCE: Final = 600

_TURN: HassKey[asyncio.Lock] = HassKey(f"{DOMAIN}_writing")
_SPAN: HassKey[asyncio.Lock] = HassKey(f"{DOMAIN}_span")

type Hours = dict[int, float]
type _Column = Literal["change", "mean", "state", "sum"]
_COLUMNS: Final[AbstractSet[_Column]] = frozenset({"change", "mean", "state", "sum"})
type Truth = Mapping[Series, Mapping[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What is kept of one series in and around a window."""

    rows: list[StatisticsRow]
    base: float
    follows: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What has to be written of one series: rows, and by how much all later totals move.

    `is_new` tells that there was no row in the window before.
    """

    rows: list[StatisticData]
    shift: float = 0.0
    is_new: bool = False

    @property
    def is_needed(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self.rows or self.shift)

    def batches(self) -> Iterator[list[StatisticData]]:
        """Yield the rows as they are handed over, each batch in one transaction."""
        for first in range(0, len(self.rows), _BATCH):
            yield self.rows[first : first + _BATCH]

    def witnesses(self) -> dict[int, float | None]:
        """Return the running totals or means, by their hours, that tell of all rows.

        Of new rows a transaction keeps all or none, so its last one tells of the others.
        """
        rows = [batch[-1] for batch in self.batches()] if self.is_new else self.rows
        return {
            int(row["start"].timestamp()): row.get("sum", row.get("mean"))
            for row in rows
        }

    @property
    def retracted(self) -> int:
        """Return how many hours are no longer known."""
        return sum(row.get("state", row.get("mean")) is None for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many rows were written, and of how many of them the amount is now unknown."""

    rows: int = 0
    retracted: int = 0

    def __add__(self, other: Written) -> Written:
        """Return what both did together."""
        return Written(
            rows=self.rows + other.rows, retracted=self.retracted + other.retracted
        )


class NotKept(HomeAssistantError):
    """The recorder did not write what it was given, or does not answer."""

    def __init__(self) -> None:
        """Say it in the user's language."""
        super().__init__(translation_domain=DOMAIN, translation_key="not_kept")


class StatisticsWriter:
    """The one writer of the integration's statistics.

    All of them take turns, so that two that write the same statistic for a moment, as
    before and after a reload, do not write between each other's reading and writing.

    `span` is held by who makes a span of hours right, with all that depends on it: what
    was computed from older rows must not be written after what newer ones made. Two at
    once would also be no faster, and stop every other thread for longer.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Take the Home Assistant whose recorder is written to."""
        self._hass = hass
        self._turn = hass.data.setdefault(_TURN, asyncio.Lock())
        self.span = hass.data.setdefault(_SPAN, asyncio.Lock())

    async def async_rewrite(self, start: int, end: int, truth: Truth) -> Written:
        """Make the hours in [start, end) equal to the truth, and all later totals follow.

        On return everything is committed, which is seen by reading it back: the recorder
        gives a batch up when its disk fails, and does not say so. Raises NotKept.
        """
        async with self._turn:
            await self.async_wait_until_kept()
            changes = await self._async_changes(start, end, truth)
            if not changes:
                return Written()
            for series, change in changes.items():
                self._write(series, change, end)
                await asyncio.sleep(0)
            await self.async_wait_until_kept()
            if not await self._async_are_kept(changes, start, end):
                raise NotKept
        return Written(
            rows=sum(len(each.rows) + bool(each.shift) for each in changes.values()),
            retracted=sum(each.retracted for each in changes.values()),
        )

    async def async_derive(
        self,
        derived: Derived,
        start: int,
        end: int,
        known: Mapping[str, Mapping[int, float]],
    ) -> tuple[Truth, Written]:
        """Make what depends on the hours in [start, end) equal to what its inputs tell.

        Who changes an input calls this afterwards, and holds `span` meanwhile. `known` are
        the hours of that span that were just written, by statistic: they need not be read
        again.
        """
        first, last = derived.window(start, end)
        inputs = await self._async_inputs(derived, (first, start, end, last), known)
        truth: Truth = {
            derived.series: await self._async_compute(derived, first, last, inputs)
        }
        return truth, await self.async_rewrite(first, last, truth)

    async def _async_inputs(
        self,
        derived: Derived,
        edges: tuple[int, int, int, int],
        known: Mapping[str, Mapping[int, float]],
    ) -> dict[Series, Hours]:
        """Return the inputs of a window; of what is known only the hours around a span."""
        first, start, end, last = edges
        unknown = [each for each in derived.inputs if each.statistic_id not in known]
        inputs = await self.async_amounts(unknown, first, last)
        for series in derived.inputs:
            if series in inputs:
                continue
            inputs[series] = dict(known[series.statistic_id])
            for outside in ((first, start), (end, last)):
                if outside[0] < outside[1]:
                    around = await self.async_amounts([series], *outside)
                    inputs[series] |= around[series]
        return inputs

    async def _async_compute(
        self, derived: Derived, start: int, end: int, inputs: Mapping[Series, Hours]
    ) -> Hours:
        """Compute apart from the loop: months of local times would hold it too long."""
        return await asyncio.to_thread(derived.compute, start, end, inputs)

    async def _async_changes(
        self, start: int, end: int, truth: Truth
    ) -> dict[Series, Change]:
        """Return what has to be written of each series of which anything differs."""
        stored = await self._async_read(_read_windows, tuple(truth), start, end)
        changes: dict[Series, Change] = {}
        for series, hours in truth.items():
            change = _compare(series, stored[series], hours)
            if change.is_needed:
                changes[series] = change
            # Months of all series at a stretch would hold the loop for too long.
            await asyncio.sleep(0)
        return changes

    async def _async_are_kept(
        self, changes: Mapping[Series, Change], start: int, end: int
    ) -> bool:
        """Tell whether the database holds what was written."""
        for series, change in changes.items():
            witnesses = change.witnesses()
            spans = (
                [(hour, hour + HOUR) for hour in witnesses]
                if change.is_new
                else [(start, end)]
            )
            kept = await self._async_read(_read_kept, series, spans)
            if any(kept.get(hour) != value for hour, value in witnesses.items()):
                return False
        moved: Truth = {series: {} for series, each in changes.items() if each.shift}
        # A window of no length tells whether the rows after it go on from before it.
        return not moved or not await self._async_changes(end, end, moved)

    async def async_ids(self, key: str) -> set[str]:
        """Return the ids of the statistics of a heat pump or a meter that there are."""
        return await self._async_read(_read_ids, f"{DOMAIN}:{key}")

    async def async_amounts(
        self, series: Iterable[Series], start: int, end: int
    ) -> dict[Series, Hours]:
        """Return the known amounts or means that are stored in [start, end)."""
        stored = await self._async_read(_read_amounts, tuple(series), start, end)
        amounts = {each: _known(each, rows) for each, rows in stored.items()}
        for each, hours in amounts.items():
            if each.is_of_entity:
                hours |= self._present(each.key, start, end, hours)
        return amounts

    def _present(
        self, entity_id: str, start: int, end: int, known: Hours
    ) -> dict[int, float]:
        """Return the hours that statistics do not tell yet, but the entity's state does.

        It tells those in which it did not change any more, and that are over.
        """
        state = self._hass.states.get(entity_id)
        if state is None:
            return {}
        try:
            value = float(state.state)
        except ValueError:
            return {}
        first = max(start, -(-int(state.last_changed.timestamp()) // HOUR) * HOUR)
        last = min(end, int(dt_util.utcnow().timestamp()) // HOUR * HOUR)
        return {hour: value for hour in range(first, last, HOUR) if hour not in known}

    async def async_last_hours(self, statistic_ids: Iterable[str]) -> dict[str, int]:
        """Return the last stored hour of each statistic that has one."""
        return await self._async_read(_read_last_hours, tuple(statistic_ids))

    async def async_clear(self, statistic_ids: Iterable[str]) -> None:
        """Clear statistics, with everything that is known of them."""
        async with self._turn:
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
        try:
            async with asyncio.timeout(_PATIENCE):
                await done
        except TimeoutError:
            raise NotKept from None

    async def _async_read[*Args, T](
        self, job: Callable[[HomeAssistant, *Args], T], *args: *Args
    ) -> T:
        """Run a job in the recorder's executor; its end is waited for in any case.

        When Home Assistant stops, it cancels the task that reads and does not wait for it,
        and the recorder then closes its connections: under a read that goes on, that ends
        the whole process. A task that begins after the cancellation is waited for.
        """
        reading = get_instance(self._hass).async_add_executor_job(
            job, self._hass, *args
        )
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            self._hass.async_create_task(
                _end_of(reading), "end of a read of statistics"
            )
            raise

    def _write(self, series: Series, change: Change, end: int) -> None:
        """Hand a change over to the recorder."""
        for batch in change.batches():
            async_add_external_statistics(self._hass, series.metadata, batch)
        if change.shift:
            get_instance(self._hass).async_adjust_statistics(
                series.statistic_id,
                _moment(end),
                change.shift,
                series.measure.unit or "",
            )


def _compare(series: Series, stored: _Stored, truth: Mapping[int, float]) -> Change:
    """Return what makes the stored rows of a window equal to the truth."""
    # An unknown amount is stored as NULL, though the type does not say so.
    match series.measure.kind:
        case Kind.SUM:
            sums = compare_sums(
                {
                    int(row["start"]): SumRow(
                        amount=row["state"], total=row["sum"] or 0.0
                    )
                    for row in stored.rows
                },
                truth,
                stored.base,
                stored.follows,
            )
            rows = [
                StatisticData(
                    start=_moment(hour), state=cast(float, row.amount), sum=row.total
                )
                for hour, row in sums.rows.items()
            ]
            return Change(rows=rows, shift=sums.shift, is_new=not stored.rows)
        case Kind.MEAN:
            means = compare_means(
                {int(row["start"]): row["mean"] for row in stored.rows}, truth
            )
            return Change(
                rows=[
                    StatisticData(start=_moment(hour), mean=cast(float, mean))
                    for hour, mean in means.items()
                ],
                is_new=not stored.rows,
            )


async def _end_of(reading: asyncio.Future[Any]) -> None:
    await asyncio.gather(reading, return_exceptions=True)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _known(series: Series, rows: list[StatisticsRow]) -> Hours:
    """Return the amounts of a sum, or the means, that are not unknown."""
    is_sum = series.measure.kind is Kind.SUM
    known: Hours = {}
    for row in rows:
        value = None if is_sum else row.get("mean")
        # An entity may have no means, but what it was last; ours have no such state.
        if value is None:
            value = row.get("state")
        if value is not None:
            known[int(row["start"])] = value
    return known


# What follows runs in the recorder's own executor: the database refuses any other thread.


def _rows(
    hass: HomeAssistant,
    series: Series,
    start: int,
    end: int | None,
    columns: AbstractSet[_Column] = _COLUMNS,
) -> list[StatisticsRow]:
    """Return the rows of one series: those of all at once would stop every other thread."""
    found = statistics_during_period(
        hass,
        _moment(start),
        None if end is None else _moment(end),
        {series.statistic_id},
        "hour",
        None,
        {*columns},
    )
    return found.get(series.statistic_id, [])


def _last_row(hass: HomeAssistant, statistic_id: str) -> StatisticsRow | None:
    rows = get_last_statistics(hass, 1, statistic_id, False, {"sum"})
    return rows[statistic_id][0] if rows.get(statistic_id) else None


def _read_kept(
    hass: HomeAssistant, series: Series, spans: list[tuple[int, int]]
) -> dict[int, float | None]:
    """Return the running totals or means of one series in some spans of hours."""
    column: _Column = "sum" if series.measure.kind is Kind.SUM else "mean"
    # Asked for one column alone it takes a third of the time.
    return {
        int(row["start"]): row.get(column)
        for start, end in spans
        for row in _rows(hass, series, start, end, {column})
    }


def _read_ids(hass: HomeAssistant, statistic_id: str) -> set[str]:
    ids = {each["statistic_id"] for each in list_statistic_ids(hass)}
    return {
        each
        for each in ids
        if each == statistic_id or each.startswith(f"{statistic_id}_")
    }


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
    return {each: _rows(hass, each, start, end) for each in series}


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
        rows = _rows(hass, series, start, None if span is None else start + span)
        if rows:
            return rows[0]
    return None
