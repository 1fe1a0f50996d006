"""What the rows must be: computed from what the services finally hold, hour by hour.

Nothing here asks the integration: its rules are written out again, as plainly as can be.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from tests.simulator import World
from tests.simulator.homes import Meter, System
from tests.simulator.physics import Floats

from .schedule import DAY, HOUR, MINUTE

LONDON: Final = ZoneInfo("Europe/London")
_PER_HOUR: Final = HOUR // MINUTE
_TEMPERATURES: Final = {
    "heatpump_flowT": "flow_temperature",
    "heatpump_returnT": "return_temperature",
    "heatpump_outsideT": "outside_temperature",
    "heatpump_roomT": "room_temperature",
}
# The last hours of feeds that were replaced may have been read in time, or not.
_UNHEARD: Final = 36 * HOUR

type Hours = dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The amounts or means of the hours that must be known; all others are unknown.

    `perhaps` are the hours that may be unknown as well.
    """

    hours: Hours
    perhaps: frozenset[int] = field(default_factory=frozenset)


def of_system(world: World, system: System) -> dict[str, Hours]:
    """Return the hours of each statistic of a heat pump, but for its COP."""
    deleted = world.deleted(system)
    feeds = {
        key: _Feed(world, system, key)
        for key in world.configured(system)
        if key not in deleted
    }
    feeds = {key: feed for key, feed in feeds.items() if feed.last > feed.first}
    found: dict[str, Hours] = {}
    for name in ("elec", "heat"):
        total, power = (feeds.get(f"heatpump_{name}{end}") for end in ("_kwh", ""))
        if total is not None or power is not None:
            key = "electricity" if name == "elec" else "heat"
            found[key] = _energy(total, power, may_fall=name == "heat")
    for feed, key in _TEMPERATURES.items():
        if feed in feeds:
            found[key] = feeds[feed].means()
    return found


def with_what_was_before(
    hours: dict[str, Hours], before: dict[str, Hours], replaced: float
) -> dict[str, Expected]:
    """Return what must be known after all feeds were replaced: the rows of both."""
    first = int(-(-replaced // HOUR) * HOUR)
    last = int(replaced // HOUR * HOUR)
    found: dict[str, Expected] = {}
    for key in hours.keys() | before.keys():
        new = hours.get(key, {})
        kept = {
            hour: value for hour, value in before.get(key, {}).items() if hour < last
        }
        unheard = (hour for hour in kept if hour >= first - _UNHEARD)
        found[key] = Expected(hours=kept | new, perhaps=frozenset(unheard))
    return found


def cop(electricity: Hours, heat: Hours, zone: tzinfo = LONDON) -> Hours:
    """Return for each hour of a complete local day that day's heat / electricity."""
    days: dict[date, list[int]] = {}
    for hour in sorted(electricity.keys() & heat.keys()):
        days.setdefault(datetime.fromtimestamp(hour, zone).date(), []).append(hour)
    found: Hours = {}
    for day, hours in days.items():
        out = sum(heat[hour] for hour in hours)
        used = sum(electricity[hour] for hour in hours)
        if len(hours) == hours_of(day, zone) and out > 0 and used > 0:
            found |= dict.fromkeys(hours, out / used)
    return found


def hours_of(day: date, zone: tzinfo) -> int:
    """Return how many full hours of UTC begin in a local day."""
    start, end = (
        datetime(each.year, each.month, each.day, tzinfo=zone).timestamp()
        for each in (day, day + timedelta(days=1))
    )
    return ceil(end / HOUR) - ceil(start / HOUR)


def of_meter(world: World, meter: Meter, now: float) -> tuple[Hours, Hours]:
    """Return the energy and the carbon of each hour of a meter.

    An hour of which one half is missing is the other half, from two days after its end.
    """
    readings = world.readings(meter)
    energy: Hours = {}
    carbon: Hours = {}
    for first in range(0, readings.energy.size, 2):
        hour = readings.start + first * HOUR // 2
        pair = range(first, min(first + 2, readings.energy.size))
        good = [n for n in pair if not readings.error[n] and not readings.absent[n]]
        if len(good) == 2 or (good and now >= hour + HOUR + 2 * DAY):
            energy[hour] = float(sum(readings.energy[n] for n in good))
            carbon[hour] = float(sum(readings.carbon[n] for n in good))
    return energy, carbon


class _Feed:
    """The samples of a feed, one a minute, by the hour."""

    def __init__(self, world: World, system: System, key: str) -> None:
        """Take what the service holds now."""
        self.start, feeds, _ = world.samples(system)
        values = feeds[key].astype(float)
        there = np.flatnonzero(~np.isnan(values))
        # The moments of the first and of the last sample.
        self.first = self.start + (int(there[0]) if there.size else 0) * MINUTE
        self.last = self.start + (int(there[-1]) if there.size else 0) * MINUTE
        rest = -values.size % _PER_HOUR
        padded: Floats = np.append(values, np.full(rest, np.nan))
        self._hours = padded.reshape(-1, _PER_HOUR)

    def means(self) -> Hours:
        """Return the mean of the samples of each hour between the first and the last."""
        found: Hours = {}
        for n, samples in enumerate(self._hours):
            hour = self.start + n * HOUR
            is_whole = self.first <= hour and hour + HOUR <= self.last + MINUTE
            if is_whole and not np.isnan(samples).all():
                found[hour] = float(np.nanmean(samples))
        return found

    def readings(self) -> Hours:
        """Return what the feed reads at the full hours."""
        return {
            self.start + n * HOUR: float(samples[0])
            for n, samples in enumerate(self._hours)
            if not np.isnan(samples[0])
        }


def _energy(total: _Feed | None, power: _Feed | None, *, may_fall: bool) -> Hours:
    """Return the kWh of each hour: from the counter, and from the mean power without it."""
    watts = power.means() if power else {}
    found: Hours = {}
    for hour, mean in watts.items():
        kwh = mean / 1000
        if may_fall and abs(kwh) <= 100:
            found[hour] = kwh
        elif not may_fall and -0.01 <= kwh <= 100:
            found[hour] = max(kwh, 0.0)
    if total is None:
        return found
    powered = dict(found)
    for (first, before), (last, after) in pairwise(total.readings().items()):
        span = range(first, last, HOUR)
        counted = after - before
        told = [powered[hour] for hour in span if hour in powered]
        expected = sum(told) if len(told) == len(span) else None
        if counted < 0 and not may_fall:
            is_true = counted >= -0.01
            counted = 0.0
        elif counted < 0 and expected is not None:
            is_true = abs(counted - expected) <= 0.5 + 0.25 * abs(expected)
        else:
            is_true = -5 <= counted <= 100 * len(span)
        if is_true:
            found |= dict.fromkeys(span, counted / len(span))
    return found
