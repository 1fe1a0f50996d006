"""`get_timeseries`: what the feeds of a heat pump measured, at even times."""

from typing import Any, Final

import probatio

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..analysis.hours import DAY, HOUR
from ..api.heatpumpmonitor import FEED_KEYS, FeedKey
from ..const import CONF_READ_KEY, CONF_SYSTEM_ID, DOMAIN
from ..runtime import SystemRuntime
from .common import DEVICE_FIELD, Action, async_system, check_length
from .tables import FORMAT_FIELD, rounded, table

ATTR_FEEDS: Final = "feeds"
ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_INTERVAL: Final = "interval"

_MOST_DAYS: Final = 1_100
_MOST_POINTS: Final = 20_000
_MOST_VALUES: Final = 100_000
# In seconds: the fastest monitors measure every 10.
_SHORTEST: Final = 10
_LONGEST: Final = 31 * DAY

_FEEDS: Final = {key.name.lower(): key for key in FEED_KEYS}
# Their mean means nothing: a counter goes on, a state and a code are what they are.
_SAMPLED: Final = frozenset(
    {
        FeedKey.ELEC_KWH,
        FeedKey.HEAT_KWH,
        FeedKey.HOT_WATER,
        FeedKey.HEATING,
        FeedKey.COOLING,
        FeedKey.ERROR,
    }
)


async def _async_get_timeseries(call: ServiceCall) -> ServiceResponse:
    """Return the values of feeds from a moment up to another one, but not beyond now."""
    system = async_system(call)
    feeds = _feeds(system, call.data[ATTR_FEEDS])
    times = _times(system, call, len(feeds))
    sampled = [key for key in feeds.values() if key in _SAMPLED]
    averaged = [key for key in feeds.values() if key not in _SAMPLED]
    values = await _async_values(system, averaged, times, average=True)
    values |= await _async_values(system, sampled, times, average=False)
    # What was deleted since the feeds were asked for has no values.
    columns = [values.get(key, [None] * len(times)) for key in feeds.values()]
    rows = zip(map(_text, times), *columns, strict=True)
    there = system.feeds.data.feeds
    units: JsonObjectType = {name: there[key].unit for name, key in feeds.items()}
    return table(call, "timeseries", ("start", *feeds), rows, units=units)


def _feeds(system: SystemRuntime, names: list[str]) -> dict[str, FeedKey]:
    """Return the keys of the feeds asked for, by their names."""
    there = {
        name: key for name, key in _FEEDS.items() if key in system.feeds.data.feeds
    }
    for name in names:
        if name not in there:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_feed",
                translation_placeholders={"feed": name, "feeds": ", ".join(there)},
            )
    return {name: there[name] for name in names}


def _times(system: SystemRuntime, call: ServiceCall, feeds: int) -> range:
    """Return the moments (unix s) that values are asked for."""
    start: int = call.data[ATTR_START]
    end: int = call.data[ATTR_END]
    interval: int = call.data[ATTR_INTERVAL]
    if end <= start:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="end_not_after_start"
        )
    check_length((end - start) / DAY, _MOST_DAYS)
    times = range(start, min(end, int(dt_util.utcnow().timestamp())), interval)
    # What was measured before is to be ignored, says its owner.
    heeded = system.feeds.data.start_date or start
    times = times[max(-(-(heeded - start) // interval), 0) :]
    if len(times) > _MOST_POINTS or len(times) * feeds > _MOST_VALUES:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="too_many_values",
            translation_placeholders={
                "asked": str(len(times) * feeds),
                "points": str(_MOST_POINTS),
                "values": str(_MOST_VALUES),
            },
        )
    return times


async def _async_values(
    system: SystemRuntime, keys: list[FeedKey], times: range, *, average: bool
) -> dict[FeedKey, list[JsonValueType]]:
    """Return the means of the intervals, or the samples at their beginning."""
    if not (keys and times):
        return {}
    found = await system.client.data(
        system.subentry.data[CONF_SYSTEM_ID],
        keys,
        times.start,
        times.stop,
        times.step,
        average=average,
        read_key=system.subentry.data.get(CONF_READ_KEY),
    )
    return {key: [rounded(each) for each in row] for key, row in found.values.items()}


def _text(moment: int) -> str:
    return dt_util.as_local(dt_util.utc_from_timestamp(moment)).isoformat()


def _moment(value: Any) -> int:
    """Return the unix second of a time, which is local where it names no zone."""
    moment = cv.datetime(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt_util.get_default_time_zone())
    return int(moment.timestamp())


# Of other years the service knows nothing, and the calendar ends somewhere.
_MOMENT: Final = probatio.All(
    _moment,
    probatio.Range(
        min=_moment("2000-01-01 00:00:00Z"), max=_moment("2099-12-31 00:00:00Z")
    ),
)

GET_TIMESERIES: Final = Action(
    name="get_timeseries",
    schema=probatio.Schema(
        {
            **DEVICE_FIELD,
            probatio.Required(ATTR_FEEDS): probatio.All(
                cv.ensure_list, [cv.string], probatio.Length(min=1)
            ),
            probatio.Required(ATTR_START): _MOMENT,
            probatio.Required(ATTR_END): _MOMENT,
            probatio.Optional(ATTR_INTERVAL, default=HOUR): probatio.All(
                cv.positive_int, probatio.Range(min=_SHORTEST, max=_LONGEST)
            ),
            **FORMAT_FIELD,
        }
    ),
    act=_async_get_timeseries,
)
