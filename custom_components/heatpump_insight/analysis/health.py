"""Whether a heat pump's monitor tells the truth: its feeds, heat meter, sensors, gaps.

Each rule looks at what is read anyway: how far the feeds reach, and the days as the
service keeps them. What is said of the fleet is of 301 published systems, November 2026.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import fmean
from typing import Final

from ..api.heatpumpmonitor import Available, FeedKey, Quality, Stats
from .days import SERVICE_ZONE
from .hours import HOUR

HEALTH_DAYS: Final = 30
"""How many whole days the rules look at."""

_WEEK: Final = 7

# What live values and statistics are made of. The status of something may rest for months.
_WATCHED: Final = (
    FeedKey.ELEC,
    FeedKey.ELEC_KWH,
    FeedKey.HEAT,
    FeedKey.HEAT_KWH,
    FeedKey.FLOW_TEMPERATURE,
    FeedKey.RETURN_TEMPERATURE,
    FeedKey.FLOW_RATE,
    FeedKey.ROOM_TEMPERATURE,
    FeedKey.OUTSIDE_TEMPERATURE,
)
_SILENT: Final = 3 * HOUR
_MISSED_SAMPLES: Final = 3

# Percent of the electricity.
_MOST_AIR: Final = 2.0

# K between means that are one and the same: the service has six digits of each.
_STILL: Final = 0.001
# kWh of heat on a day on which the heat pump ran.
_RAN: Final = 1.0

# Percentage points.
_CLEARLY: Final = 5.0


class Problem(StrEnum):
    """What may be wrong with a monitor."""

    FEED_STALE = "feed_stale"
    AIR_IN_HEAT_METER = "air_in_heat_meter"
    SENSOR_FROZEN = "sensor_frozen"
    DATA_QUALITY_FALLING = "data_quality_falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """For how many hours of seven days a heat meter felt no flow, since air was in it.

    `percent` is the share of the electricity that was used meanwhile: about by how much
    the heat and the COP are too low.
    """

    hours: float
    percent: float

    @property
    def is_problem(self) -> bool:
        """Tell whether more than 2 % of the heat is missed.

        A good heat meter (class 2 of EN 1434) may be wrong by as much at its rated flow:
        below that nobody could tell. Of the fleet 14 of 301 are above it in a week.
        """
        return self.percent > _MOST_AIR


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the rules say; None where they cannot tell.

    `stale` are feeds that stopped while others go on, `frozen` temperatures that do not
    move, and `fallen` the percentage points that the share of time with data fell by.
    """

    stale: tuple[FeedKey, ...] | None = None
    air: Air | None = None
    frozen: tuple[FeedKey, ...] | None = None
    fallen: Mapping[FeedKey, float] | None = None

    @property
    def states(self) -> Mapping[Problem, bool | None]:
        """Return of each problem whether it is there, None where that is not known."""
        return {
            Problem.FEED_STALE: _any(self.stale),
            Problem.AIR_IN_HEAT_METER: self.air.is_problem if self.air else None,
            Problem.SENSOR_FROZEN: _any(self.frozen),
            Problem.DATA_QUALITY_FALLING: _any(self.fallen),
        }

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the problems that are there."""
        return tuple(problem for problem, is_there in self.states.items() if is_there)

    @property
    def is_problem(self) -> bool | None:
        """Tell whether any problem is there, None where nothing is known."""
        known = [state for state in self.states.values() if state is not None]
        return any(known) if known else None


def health(available: Available, days: Iterable[Stats], last: date) -> Health:
    """Judge a monitor by its feeds and its days; `last` is the last whole British day."""
    by_day = {_day(each): each for each in days if each.start is not None}
    # The newest first; None where the service has no row.
    recent = [by_day.get(last - timedelta(days=n)) for n in range(HEALTH_DAYS)]
    return Health(
        stale=stale_feeds(available),
        air=air(recent),
        frozen=frozen_feeds(available, recent),
        fallen=fallen_quality(available, recent),
    )


def stale_feeds(available: Available) -> tuple[FeedKey, ...] | None:
    """Return the feeds that have been silent for three hours while others went on.

    Monitors send in bundles, and the service answers five minutes late: three hours are
    far beyond both. A feed with few samples may miss two of them. When the monitor is
    silent as a whole, that is no matter of one feed. None without any feed.
    """
    newest = max((feed.end for feed in available.feeds.values()), default=None)
    if newest is None:
        return None
    return tuple(
        key
        for key in _WATCHED
        if (feed := available.feeds.get(key)) is not None
        and newest - feed.end > max(_SILENT, _MISSED_SAMPLES * feed.interval)
    )


def air(recent: Sequence[Stats | None]) -> Air | None:
    """Return how long air was in the heat meter in the last seven days, newest first.

    None where the service tells of none or nothing was used. Seven days, since a single
    bubble after work on the pipes is gone the next day.
    """
    week = [each for each in recent[:_WEEK] if each is not None]
    known = [each for each in week if each.error_air_kwh is not None]
    used = sum(each.combined.elec_kwh or 0 for each in known)
    if used <= 0:
        return None
    return Air(
        hours=sum(each.error_air_s or 0 for each in known) / HOUR,
        percent=100 * sum(each.error_air_kwh or 0 for each in known) / used,
    )


type _Means = Callable[[Stats], tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class _Sensor:
    """The means of a day that a sensor gives, and for how many days it has to stand."""

    means: _Means
    days: int


# What a sensor of 0.1 K gives over a day with heating and pauses never comes out the same
# twice, and by time the same as by heat. A thermostat that tells its room in steps of
# 0.5 K may stand for days in a steady house, though not for a week.
_SENSORS: Final[Mapping[FeedKey, _Sensor]] = {
    FeedKey.FLOW_TEMPERATURE: _Sensor(
        lambda day: (day.combined.flow_temperature, day.weighted_flow_temperature), 2
    ),
    FeedKey.RETURN_TEMPERATURE: _Sensor(
        lambda day: (day.combined.return_temperature,), 2
    ),
    FeedKey.OUTSIDE_TEMPERATURE: _Sensor(
        lambda day: (
            day.combined.outside_temperature,
            day.weighted_outside_temperature,
        ),
        2,
    ),
    FeedKey.ROOM_TEMPERATURE: _Sensor(
        lambda day: (day.combined.room_temperature,), _WEEK
    ),
}


def frozen_feeds(
    available: Available, recent: Sequence[Stats | None]
) -> tuple[FeedKey, ...] | None:
    """Return the temperatures that have not moved for the last whole days, newest first.

    Two days on which the heat pump ran, seven for the room: then the means of all these
    days, by time and weighted by heat, are one and the same number. None where that can
    be said of no temperature.
    """
    found = {
        key: _stands(sensor, recent)
        for key, sensor in _SENSORS.items()
        if key in available.feeds
    }
    if all(stands is None for stands in found.values()):
        return None
    return tuple(key for key, stands in found.items() if stands)


def _stands(sensor: _Sensor, recent: Sequence[Stats | None]) -> bool | None:
    """Tell whether a sensor has not moved, None where the days do not tell."""
    means: list[float] = []
    for day in recent[: sensor.days]:
        if day is None or (day.combined.heat_kwh or 0) < _RAN:
            return None
        told = [mean for mean in sensor.means(day) if mean is not None]
        if not told:
            return None
        means += told
    return max(means) - min(means) < _STILL


_QUALITIES: Final[Mapping[FeedKey, Callable[[Quality], float | None]]] = {
    FeedKey.ELEC: lambda quality: quality.elec,
    FeedKey.HEAT: lambda quality: quality.heat,
    FeedKey.FLOW_TEMPERATURE: lambda quality: quality.flow_temperature,
    FeedKey.RETURN_TEMPERATURE: lambda quality: quality.return_temperature,
    FeedKey.OUTSIDE_TEMPERATURE: lambda quality: quality.outside_temperature,
    FeedKey.ROOM_TEMPERATURE: lambda quality: quality.room_temperature,
}


def fallen_quality(
    available: Available, recent: Sequence[Stats | None]
) -> Mapping[FeedKey, float] | None:
    """Return by how much the quality of feeds fell in the last seven days, newest first.

    The quality of a feed is the percent of time with data; it is compared with the 23
    days before. Five points are told: eight hours of the week. The median system has a
    quality of 99, and of the fleet 2 of 301 fall by as much. A day without a row has a
    quality of 0 now, and is none to compare with. None where there are not seven of those.
    """
    before = [each for each in recent[_WEEK:] if each is not None]
    if len(before) < _WEEK:
        return None
    fallen: dict[FeedKey, float] = {}
    for key, read in _QUALITIES.items():
        if key in available.feeds:
            usual = fmean(read(each.quality) or 0 for each in before)
            now = fmean((each and read(each.quality)) or 0 for each in recent[:_WEEK])
            if usual - now > _CLEARLY:
                fallen[key] = usual - now
    return fallen


def _any(found: Collection[FeedKey] | None) -> bool | None:
    return None if found is None else bool(found)


def _day(stats: Stats) -> date:
    return datetime.fromtimestamp(stats.start or 0, UTC).astimezone(SERVICE_ZONE).date()
