"""Client of HeatpumpMonitor.org, the open data of how well heat pumps perform.

The service answers everything with status 200, PHP's warnings and crashes included, so
each body is judged before it is read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import Final

import aiohttp

from .errors import Refused, UnexpectedAnswer
from .feeds import (
    FEED_KEYS,
    Available,
    Feed,
    FeedKey,
    PointLimit,
    Timeseries,
    Value,
    read_available,
    read_series,
    read_values,
)
from .stats import Category, Quality, Stats, read_months, read_stats_by_system
from .systems import System, is_read_key, read_system, read_systems
from .transport import Answer, Transport
from .verdict import check_login, read_daily, read_json

__all__ = [
    "DEFAULT_URL",
    "FEED_KEYS",
    "SERVICE",
    "Account",
    "Available",
    "Category",
    "Feed",
    "FeedKey",
    "HeatpumpMonitorClient",
    "Quality",
    "Stats",
    "System",
    "Timeseries",
    "Value",
    "Window",
]

DEFAULT_URL: Final = "https://heatpumpmonitor.org"
SERVICE: Final = "HeatpumpMonitor.org"

# Seconds for an answer with months of data or all systems in it.
_LONG: Final = 60.0

_DATA: Final = "/timeseries/data"
# How the page ends that the service crashes to where no feed is left to answer.
_NO_FEED: Final = b'{"":null}'


class Window(StrEnum):
    """A period up to now for which the service keeps statistics, in London days.

    The last 7 days are seven full ones and today so far; 30, 90 and 365 include today. A
    system without new data keeps its old row, so freshness is told by its feeds alone.
    """

    LAST_7 = "last7"
    LAST_30 = "last30"
    LAST_90 = "last90"
    LAST_365 = "last365"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What signing in tells: the systems of an account and the key that reads them.

    `read_key` is None where the systems have several owners: each system carries its own.
    """

    read_key: str | None = field(repr=False)
    systems: tuple[System, ...]


class HeatpumpMonitorClient:
    """Client of one HeatpumpMonitor.org server.

    Public systems need no read key. With its owner's read key a private system answers
    everything but its description. All methods raise `ServiceError`s: `Refused` where the
    service does not let the caller at a system (an unknown one, too: it does not tell them
    apart) and `NotFound` where a system has no monitoring app. A wrong argument is a
    ValueError.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str = DEFAULT_URL,
        *,
        max_points: int = 20_000,
    ) -> None:
        """Take a session that keeps no cookies, and the intervals to ask for at once."""
        self._transport = Transport(session, url, SERVICE)
        self._max_points = max_points

    async def public_systems(self) -> tuple[System, ...]:
        """Return all public systems, sorted by id (about 0.9 MB)."""
        # Without its extension the same path is a page.
        return await self._ask("/system/list/public.json", {}, read_systems, _LONG)

    async def system(self, system_id: int) -> System:
        """Return one public system; a read key does not open a private one."""
        path = "/system/get.json"
        return await self._ask(path, _params(path, system_id), read_system)

    async def stats(
        self, window: Window, system_id: int, read_key: str | None = None
    ) -> Stats | None:
        """Return the statistics of one system over a window; None where it has none."""
        path = f"/system/stats/{window}"
        params = _params(path, system_id, read_key)
        return (await self._ask(path, params, read_stats_by_system)).get(system_id)

    async def all_stats(self, window: Window) -> dict[int, Stats]:
        """Return the statistics of all public systems by id (about 0.8 MB)."""
        return await self._ask(
            f"/system/stats/{window}", {}, read_stats_by_system, _LONG
        )

    async def month_stats(
        self,
        first: date,
        last: date,
        system_id: int | None = None,
        read_key: str | None = None,
    ) -> dict[int, Stats]:
        """Return the statistics by id over calendar months, `last`'s month included.

        Without an id those of all public systems. The service weighs tariffs over several
        months wrongly: they are given for one month alone.
        """
        path = "/system/stats"
        # For other days it leaves out the first month or adds one at the end.
        first, last = first.replace(day=1), last.replace(day=1)
        params = {"start": first.isoformat(), "end": last.isoformat()}
        if system_id is not None:
            params |= _params(path, system_id, read_key)
        found = await self._ask(path, params, read_stats_by_system, _LONG)
        if first == last:
            return found
        return {
            key: replace(
                stats, unit_rate_agile=None, unit_rate_cosy=None, unit_rate_go=None
            )
            for key, stats in found.items()
        }

    async def monthly(
        self, system_id: int, read_key: str | None = None
    ) -> tuple[Stats, ...]:
        """Return the statistics of each month of the past year, in ascending order."""
        path = "/system/stats/monthly"
        return await self._ask(path, _params(path, system_id, read_key), read_months)

    async def daily(
        self,
        system_id: int,
        start: int | None = None,
        end: int | None = None,
        fields: Sequence[str] | None = None,
        read_key: str | None = None,
    ) -> tuple[Stats, ...]:
        """Return the statistics of each London day in [start, end), in ascending order.

        Both ends are unix seconds; without them the whole history is returned. `fields` are
        the service's names; what is not asked for is None. Today's row is partial.
        """
        path = "/system/stats/daily"
        params = _params(path, system_id, read_key)
        if (start is None) != (end is None):
            raise ValueError("start and end belong together")
        if start is not None and end is not None:
            # The service takes a 0 for "not given" and answers the whole history.
            params |= {"start": str(max(start, 1)), "end": str(max(end, 1))}
        if fields is not None:
            params["fields"] = ",".join(dict.fromkeys(("timestamp", *fields)))
        answer = await self._transport.get(path, params, timeout=_LONG)
        return await answer.read(read_daily)

    async def available(self, system_id: int, read_key: str | None = None) -> Available:
        """Return the feeds of a system and their extent, up to 5 minutes old."""
        path = "/timeseries/available"
        return await self._ask(path, _params(path, system_id, read_key), read_available)

    async def values(
        self, system_id: int, feeds: Iterable[FeedKey], read_key: str | None = None
    ) -> dict[FeedKey, Value]:
        """Return the last value of each of the feeds that has one."""
        path = "/timeseries/values"
        params = _params(path, system_id, read_key)
        params["feeds"] = ",".join(dict.fromkeys(feeds))
        # The service says false where it keeps no key for the monitoring app.
        return await self._ask(path, params, read_values, when_false={})

    async def data(
        self,
        system_id: int,
        feeds: Iterable[FeedKey],
        start: int,
        end: int,
        interval: int,
        *,
        average: bool,
        read_key: str | None = None,
    ) -> Timeseries:
        """Return values of feeds at start, start + interval, … before end (unix s).

        `average` gives the mean of each interval, else the sample at its beginning (for
        counters). A feed that the system does not have is left out; UnexpectedAnswer is
        raised where none is left.
        """
        keys = tuple(dict.fromkeys(feeds))
        if not keys or interval <= 0 or end <= start:
            raise ValueError("data needs feeds, an interval and an end after its start")
        params = _params(_DATA, system_id, read_key) | {
            "interval": str(interval),
            "average": str(int(average)),
            "timeformat": "unix",
        }
        left = range(start, end, interval)
        parts: list[dict[FeedKey, tuple[float | None, ...]]] = []
        while left:
            times = left[: self._max_points]
            try:
                parts.append(await self._part(params, keys, times))
            except PointLimit as refused:
                if not 0 < refused.limit < len(times):
                    raise UnexpectedAnswer(
                        SERVICE, _DATA, "fewer points refused than its own limit"
                    ) from None
                self._max_points = refused.limit
            else:
                left = left[len(times) :]
        return Timeseries(
            start=start,
            interval=interval,
            values={
                key: tuple(chain.from_iterable(part[key] for part in parts))
                for key in keys
                if all(key in part for part in parts)
            },
        )

    async def owned_systems(self, read_key: str) -> tuple[int, ...]:
        """Return the ids of the systems that a read key's owner has, private ones too.

        A system that never had data is not among them.
        """
        owned: set[int] = set()
        for window in Window.LAST_30, Window.ALL:
            path = f"/system/stats/{window}"
            params = {"mode": "user", "readkey": _checked(path, read_key)}
            owned |= (await self._ask(path, params, read_stats_by_system)).keys()
        return tuple(sorted(owned))

    async def sign_in(self, username: str, password: str) -> Account:
        """Return the systems of an account; raises Refused for a wrong password."""
        answer = await self._transport.post_form(
            "/user/login.json", {"username": username, "password": password}
        )
        await answer.read(check_login)
        cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        answer = await self._transport.get(
            "/system/list/user.json", headers={"Cookie": cookie}
        )
        systems = await answer.read(partial(read_json, read_systems, None))
        keys = {system.read_key for system in systems}
        return Account(read_key=keys.pop() if len(keys) == 1 else None, systems=systems)

    async def _ask[T](
        self,
        path: str,
        params: Mapping[str, str],
        reader: Callable[[object], T],
        timeout: float = 30,
        *,
        when_false: object = None,
    ) -> T:
        """Return what the reader makes of the JSON at a path."""
        answer = await self._transport.get(path, params, timeout=timeout)
        return await answer.read(partial(read_json, reader, when_false))

    async def _part(
        self, params: Mapping[str, str], keys: tuple[FeedKey, ...], times: range
    ) -> dict[FeedKey, tuple[float | None, ...]]:
        """Return the values of feeds at these times, of each feed that there is."""
        found = await self._points(params, keys, times)
        if len(keys) > 1:
            # Of two keys on one feed only the later is answered, and one deleted feed
            # crashes all: asked alone, each tells.
            for key in keys:
                if key not in found:
                    found |= await self._points(params, (key,), times)
        if not found:
            raise UnexpectedAnswer(SERVICE, _DATA, "none of the feeds is answered")
        return found

    async def _points(
        self, params: Mapping[str, str], keys: tuple[FeedKey, ...], times: range
    ) -> dict[FeedKey, tuple[float | None, ...]]:
        """Return the values of the feeds that one request answers at these times."""
        span = {
            "feeds": ",".join(keys),
            "start": str(times.start),
            # The service answers the end too, which the reader drops.
            "end": str(times.start + len(times) * times.step),
        }
        answer = await self._transport.get(_DATA, {**params, **span}, timeout=_LONG)
        return await answer.read(partial(_series, keys, times))


def _params(path: str, system_id: int, read_key: str | None = None) -> dict[str, str]:
    """Return the parameters that name a system; raises ValueError for an impossible id."""
    if type(system_id) is not int or system_id <= 0:
        raise ValueError("a system id is a positive whole number")
    if read_key is None:
        return {"id": str(system_id)}
    return {"id": str(system_id), "readkey": _checked(path, read_key)}


def _checked(path: str, read_key: str) -> str:
    """Return a well-formed read key; raises Refused for any other, which is never sent."""
    if not is_read_key(read_key):
        raise Refused(SERVICE, path, "a read key is 32 hexadecimal digits")
    return read_key


def _series(
    keys: tuple[FeedKey, ...], times: range, answer: Answer
) -> dict[FeedKey, tuple[float | None, ...]]:
    """Read points of feeds; none where the service crashes since no feed is left."""
    if answer.body.startswith(b"<") and answer.body.endswith(_NO_FEED):
        return {}
    return read_json(partial(read_series, keys=keys, times=times), None, answer)
