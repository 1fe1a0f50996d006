"""The history of a heat pump, read from its feeds at HeatpumpMonitor.org."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from hashlib import blake2s
from typing import Final

from .analysis.cop import daily_cop_hours, local_days
from .analysis.hours import (
    BROKEN_AT_MOST,
    DAY,
    ELECTRICITY,
    HEAT,
    HOUR,
    Counter,
    counter_hours,
    hourly_values,
    power_hours,
)
from .analysis.months import months
from .api.heatpumpmonitor import (
    Available,
    Feed,
    FeedKey,
    HeatpumpMonitorClient,
    Timeseries,
)
from .statistics.derived import Derived
from .statistics.importer import Block, Reading, begins_unknown
from .statistics.series import ENERGY, RATIO, TEMPERATURE, Measure, Series
from .statistics.writer import Hours

# How far to look for the readings on both sides of a hole, a step.
_LOOK_BEYOND: Final = 31 * DAY
# What a sensor of a heating system can measure, in °C; what lies outside is broken.
_COLDEST: Final = -60.0
_HOTTEST: Final = 150.0


def _ceil_hour(moment: int) -> int:
    return -(-moment // HOUR) * HOUR


def _floor_hour(moment: int) -> int:
    return moment // HOUR * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class _Energy:
    """An energy of the heat pump, with its cumulative feed and its power feed."""

    key: str
    name: str
    counter: Counter
    total: FeedKey
    power: FeedKey


_ENERGIES: Final = (
    _Energy(
        key="electricity",
        name="electricity",
        counter=ELECTRICITY,
        total=FeedKey.ELEC_KWH,
        power=FeedKey.ELEC,
    ),
    _Energy(
        key="heat",
        name="heat output",
        counter=HEAT,
        total=FeedKey.HEAT_KWH,
        power=FeedKey.HEAT,
    ),
)
_TEMPERATURES: Final = {
    FeedKey.FLOW_TEMPERATURE: ("flow_temperature", "flow temperature"),
    FeedKey.RETURN_TEMPERATURE: ("return_temperature", "return temperature"),
    FeedKey.OUTSIDE_TEMPERATURE: ("outside_temperature", "outside temperature"),
    FeedKey.ROOM_TEMPERATURE: ("room_temperature", "room temperature"),
}


class SystemHistory:
    """The history of a heat pump: hourly energies, temperatures and the COP of each day."""

    tail = 2 * DAY

    def __init__(
        self,
        client: HeatpumpMonitorClient,
        system_id: int,
        read_key: str | None,
        *,
        key: str,
        name: str,
        zone: tzinfo,
        available: Callable[[], Available],
        now: Callable[[], float],
        joins: Callable[[], tuple[Derived, ...]] = tuple,
    ) -> None:
        """Take the system, its stable key, the name to show, and what it feeds now.

        `joins` are the series that its rows make together with others'.
        """
        self._client = client
        self._system_id = system_id
        self._read_key = read_key
        self._name = name
        self._zone = zone
        self._available = available
        self._now = now
        self.key = key
        self.settings = {"time_zone": str(zone)}
        electricity, heat = (
            self._series(energy.key, energy.name, ENERGY) for energy in _ENERGIES
        )
        self._joins = joins
        self._cop = Derived(
            series=self._series("cop", "COP of the day", RATIO),
            inputs=(electricity, heat),
            window=self._whole_days,
            compute=lambda start, end, inputs: daily_cop_hours(
                local_days(start, end, zone), inputs[electricity], inputs[heat]
            ),
        )

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Return the COP of the day, and what its rows make together with others'."""
        return self._cop, *self._joins()

    def end(self) -> int | None:
        """Return the end of the last complete hour of any feed."""
        feeds = self._feeds()
        if not feeds:
            return None
        return _floor_hour(
            min(int(self._now()), max(map(_recorded_to, feeds.values())))
        )

    async def async_blocks(self) -> tuple[Block, ...]:
        """Return the months, each marked by what its energy feeds say of every day.

        Of a counter that is what it reads at midnight. Of a power without a counter it is
        the mean over the day, for which the service has to read every sample.
        """
        feeds = self._feeds()
        end = self.end()
        if end is None:
            return ()
        start = min(map(_first_hour, feeds.values()))
        first = start // DAY * DAY
        totals = [energy.total for energy in _ENERGIES if energy.total in feeds]
        powers = [
            energy.power
            for energy in _ENERGIES
            if energy.power in feeds and energy.total not in feeds
        ]
        midnights = await self._data(totals, first, end + 1, DAY, average=False)
        means = await self._data(powers, first, end, DAY, average=True)
        blocks = []
        for block_start, block_end in months(start, end):
            days = slice((block_start - first) // DAY, (block_end - first) // DAY)
            mark = _mark(
                block_end,
                *(
                    feed.key
                    for feed in feeds.values()
                    if feed.start < block_end and feed.end >= block_start
                ),
                *(_edges(values, days) for values in midnights.values.values()),
                *(values[days] for values in means.values.values()),
            )
            blocks.append(Block(start=block_start, end=block_end, mark=mark))
        return tuple(blocks)

    async def async_read(self, start: int, end: int) -> Reading:
        """Return the truth of the hours in [start, end)."""
        feeds = self._feeds()
        # The newest days are read again even where the history is shorter than they are.
        start = max(start, min(map(_first_hour, feeds.values()), default=start))
        # What a counter reads at the edges is only judged by what it reads around them.
        first = start - BROKEN_AT_MOST - HOUR
        now = _floor_hour(int(self._now()))
        last = max(end, min(end + BROKEN_AT_MOST + HOUR, now))
        averaged = [
            feed
            for feed in (*(energy.power for energy in _ENERGIES), *_TEMPERATURES)
            if feed in feeds
        ]
        means = await self._data(averaged, first, last, HOUR, average=True)
        known = {
            feed: _complete_hours(feeds[feed], first, values)
            for feed, values in means.values.items()
        }
        totals = [energy.total for energy in _ENERGIES if energy.total in feeds]
        readings = await self._data(totals, first, last + HOUR, HOUR, average=False)
        truth: dict[Series, Hours] = {}
        for energy in _ENERGIES:
            if energy.total not in feeds and energy.power not in feeds:
                continue
            hours = await self._energy_hours(
                energy,
                feeds,
                first,
                readings.values.get(energy.total, ()),
                known.get(energy.power, {}),
            )
            series = self._series(energy.key, energy.name, ENERGY)
            truth[series] = {
                hour: amount for hour, amount in hours.items() if start <= hour < end
            }
        for temperature, (key, name) in _TEMPERATURES.items():
            if temperature in known:
                series = self._series(key, name, TEMPERATURE)
                truth[series] = {
                    hour: value
                    for hour, value in known[temperature].items()
                    if start <= hour < end and _COLDEST <= value <= _HOTTEST
                }
        since = self._since(feeds)
        if begins_unknown(truth, since, start, end):
            # Feeds that took others' place since they were asked for have no past.
            available = await self._client.available(self._system_id, self._read_key)
            since = self._since(self._heeded(available))
            truth = {series: truth[series] for series in truth.keys() & since.keys()}
        # What was measured by feeds that others took the place of is kept.
        return Reading(truth=truth, since=since)

    def _since(self, feeds: Mapping[FeedKey, Feed]) -> dict[Series, int]:
        """Return the first whole hour of each series that the feeds make."""
        since = {
            self._series(key, name, TEMPERATURE): _first_hour(feeds[temperature])
            for temperature, (key, name) in _TEMPERATURES.items()
            if temperature in feeds
        }
        for energy in _ENERGIES:
            own = [feeds[key] for key in (energy.total, energy.power) if key in feeds]
            if own:
                series = self._series(energy.key, energy.name, ENERGY)
                since[series] = min(map(_first_hour, own))
        return since

    async def _energy_hours(
        self,
        energy: _Energy,
        feeds: Mapping[FeedKey, Feed],
        start: int,
        readings: tuple[float | None, ...],
        watts: Mapping[int, float],
    ) -> Hours:
        """Return hourly energies from a counter's readings and the mean power beside it.

        Where a hole reaches over an edge of the readings they are widened until it does
        not, and the power with them: so what was counted over a hole is spread alike from
        wherever it is looked at.
        """
        if energy.total not in feeds:
            return power_hours(energy.counter, watts)
        first, wide = await self._widened(feeds[energy.total], start, readings)
        if energy.power in feeds and len(wide) > len(readings):
            last = first + len(wide) * HOUR
            means = await self._data([energy.power], first, last, HOUR, average=True)
            watts = _complete_hours(
                feeds[energy.power], first, means.values[energy.power]
            )
        return counter_hours(energy.counter, first, wide, watts)

    async def _widened(
        self, feed: Feed, start: int, readings: tuple[float | None, ...]
    ) -> tuple[int, tuple[float | None, ...]]:
        """Return a counter's hourly readings, from a known one to a known one if it can be.

        Before and after the counter's life they stay as they are.
        """
        end = start + len(readings) * HOUR
        if not readings or end <= feed.start or start > feed.end:
            return start, readings
        while readings[0] is None and start > feed.start:
            before = max(start - _LOOK_BEYOND, _floor_hour(feed.start))
            more = await self._data([feed.key], before, start, HOUR, average=False)
            start, readings = before, more.values[feed.key] + readings
        while readings[-1] is None and end <= feed.end:
            after = min(end + _LOOK_BEYOND, _floor_hour(feed.end) + HOUR)
            more = await self._data([feed.key], end, after, HOUR, average=False)
            end, readings = after, readings + more.values[feed.key]
        return start, readings

    def _whole_days(self, start: int, end: int) -> tuple[int, int]:
        """Widen a span to whole local days."""
        days = tuple(local_days(start, end, self._zone))
        return days[0][0], days[-1][1]

    def _series(self, key: str, name: str, measure: Measure) -> Series:
        return Series(
            key=f"{self.key}_{key}", name=f"{self._name} {name}", measure=measure
        )

    def _feeds(self) -> dict[FeedKey, Feed]:
        """Return the feeds that make statistics, as they were asked for last."""
        return self._heeded(self._available())

    def _heeded(self, available: Available) -> dict[FeedKey, Feed]:
        """Return the feeds that make statistics, from and to where they are to be heeded.

        None tells of the future, whatever it says of itself.
        """
        wanted = {*_TEMPERATURES}
        for energy in _ENERGIES:
            wanted |= {energy.total, energy.power}
        begin, now = available.start_date or 0, int(self._now())
        heeded = {
            key: replace(feed, start=max(feed.start, begin), end=min(feed.end, now))
            for key, feed in available.feeds.items()
            if key in wanted
        }
        return {key: feed for key, feed in heeded.items() if feed.end > feed.start}

    async def _data(
        self,
        feeds: list[FeedKey],
        start: int,
        end: int,
        interval: int,
        *,
        average: bool,
    ) -> Timeseries:
        if not feeds or end <= start:
            return Timeseries(start=start, interval=interval, values={})
        return await self._client.data(
            self._system_id,
            feeds,
            start,
            end,
            interval,
            average=average,
            read_key=self._read_key,
        )


def _first_hour(feed: Feed) -> int:
    """Return the first whole hour of a feed."""
    return _ceil_hour(feed.start)


def _recorded_to(feed: Feed) -> int:
    """Return the end of the last sample of a feed."""
    return feed.end + feed.interval


def _complete_hours(
    feed: Feed, start: int, values: tuple[float | None, ...]
) -> dict[int, float]:
    """Return the hours that the feed covers from their first to their last sample."""
    return {
        hour: value
        for hour, value in hourly_values(start, values, _recorded_to(feed)).items()
        if hour >= feed.start
    }


def _edges(values: Sequence[float | None], days: slice) -> tuple[float | None, ...]:
    """Return a counter's midnights of a month, and the known ones on both sides of it.

    What a hole holds that reaches over an edge of the month is told by those.
    """
    before = (value for value in reversed(values[: days.start]) if value is not None)
    after = (value for value in values[days.stop :] if value is not None)
    return next(before, None), *values[days], next(after, None)


def _mark(*parts: object) -> str:
    """Return a few characters that differ when anything in the parts differs."""
    return blake2s(repr(parts).encode(), digest_size=8).hexdigest()
