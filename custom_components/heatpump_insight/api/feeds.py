"""Feeds of a system at HeatpumpMonitor.org: which there are, their last values, their past."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from .reading import Malformed, flag, mapping, number, text, whole


class FeedKey(StrEnum):
    """What a feed measures.

    Power is in W, energy a cumulative counter in kWh, a temperature in °C, a status non-zero
    while it is active. Heat is negative while defrosting or cooling.
    """

    ELEC = "heatpump_elec"
    ELEC_KWH = "heatpump_elec_kwh"
    HEAT = "heatpump_heat"
    HEAT_KWH = "heatpump_heat_kwh"
    FLOW_TEMPERATURE = "heatpump_flowT"
    RETURN_TEMPERATURE = "heatpump_returnT"
    FLOW_RATE = "heatpump_flowrate"
    """In the unit that its owner chose: see `Feed.unit`."""
    ROOM_TEMPERATURE = "heatpump_roomT"
    OUTSIDE_TEMPERATURE = "heatpump_outsideT"
    TARGET_TEMPERATURE = "heatpump_targetT"
    """Of the room or of the flow; the service does not say."""
    HOT_WATER = "heatpump_dhw"
    HEATING = "heatpump_ch"
    COOLING = "heatpump_cooling"
    ERROR = "heatpump_error"
    """A heat meter's code; 1024: no flow, air in the pipe."""
    IMMERSION = "immersion_elec"
    HOT_WATER_TEMPERATURE = "heatpump_dhwT"
    """Percent instead of °C for some heat stores; the service does not say."""
    HOT_WATER_TARGET_TEMPERATURE = "heatpump_dhwTargetT"
    BOILER_HEAT = "boiler_heat"


FEED_KEYS: Final = tuple(FeedKey)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's extent: unix seconds of its first and last sample, seconds between two."""

    key: FeedKey
    start: int
    end: int
    interval: int
    points: int
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """The feeds of a system and the settings of its monitoring app.

    Data before `start_date` (unix s) is to be ignored. `starting_power` is in W. A cached
    answer may be 5 minutes old.
    """

    feeds: Mapping[FeedKey, Feed]
    start_date: int | None
    starting_power: float | None
    auto_detect_cooling: bool
    cached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The last value of a feed and the unix seconds it was measured at, perhaps long ago."""

    time: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeseries:
    """Values of feeds at equal distances: value k belongs to `start + k * interval` (unix s).

    None: no data. An average covers the interval that begins at its time.
    """

    start: int
    interval: int
    values: Mapping[FeedKey, tuple[float | None, ...]]


class PointLimit(Exception):
    """The service answers fewer intervals per feed at once than were asked for."""

    def __init__(self, limit: int) -> None:
        """Take the number of intervals that it answers."""
        super().__init__(f"at most {limit} intervals at once")
        self.limit = limit


# The year 2000: no heat pump was monitored before.
_EARLIEST: Final = 946_684_800
_POINT_LIMIT: Final = re.compile(r"datapoint limit reached \((\d{1,9})\)")


def read_available(answered: object) -> Available:
    """Read which feeds there are; a feed that was deleted has no extent and is left out."""
    found = mapping(answered, "the answer")
    extents = mapping(found.get("feeds"), "the feeds")
    feeds = (_feed(key, extents[key]) for key in FEED_KEYS if key in extents)
    return Available(
        feeds={feed.key: feed for feed in feeds if feed is not None},
        start_date=whole(found.get("start_date")) or None,
        starting_power=number(found.get("starting_power")),
        auto_detect_cooling=flag(found.get("auto_detect_cooling")),
        cached=flag(found.get("config_cache")),
    )


def _feed(key: FeedKey, answered: object) -> Feed | None:
    """Read one feed's extent; None where it holds no data, or from beyond reason."""
    extent = mapping(answered, "a feed")
    start, end, interval, points = (
        whole(extent.get(name))
        for name in ("start_time", "end_time", "interval", "npoints")
    )
    if not (start and end and interval and points) or start < _EARLIEST:
        return None
    return Feed(
        key=key,
        start=start,
        end=end,
        interval=interval,
        points=points,
        unit=text(extent.get("unit")),
    )


def read_values(answered: object) -> dict[FeedKey, Value]:
    """Read last values; a feed without any is answered with time 0 and is left out."""
    found = mapping(answered, "the answer")
    values: dict[FeedKey, Value] = {}
    for key in FEED_KEYS:
        if key in found:
            last = mapping(found[key], "a value")
            time, value = whole(last.get("time")), number(last.get("value"))
            if time and value is not None:
                values[key] = Value(time=time, value=value)
    return values


def read_series(
    answered: object, keys: Iterable[FeedKey], times: range
) -> dict[FeedKey, tuple[float | None, ...]]:
    """Read the values, at these unix seconds, of each of the keys that were answered.

    Raises PointLimit where the service wants to be asked for less, and Malformed where
    points are missing or not at the times asked for.
    """
    found = mapping(answered, "the answer")
    return {key: _points(found[key], times) for key in keys if key in found}


def _points(answered: object, times: range) -> tuple[float | None, ...]:
    """Read the points of one feed at these times; the service adds one at the end."""
    match answered:
        case {"success": False, "message": str(message)}:
            if limit := _POINT_LIMIT.search(message):
                raise PointLimit(int(limit[1]))
            raise Malformed("a feed is refused")
        case list():
            points = answered[: len(times)]
        case _:
            raise Malformed("a feed is no list")
    if len(points) < len(times):
        raise Malformed("points are missing")
    values: list[float | None] = []
    for time, point in zip(times, points, strict=True):
        match point:
            case [stamp, value] if stamp == time:
                values.append(number(value))
            case _:
                raise Malformed("a point is not at the time asked for")
    return tuple(values)
