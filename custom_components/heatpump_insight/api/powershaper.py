"""Client of PowerShaper Monitor, which reads the smart meters of British homes."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from http import HTTPStatus
import re
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp

from .errors import NotFound, Refused, UnexpectedAnswer
from .meters import (
    Aggregate,
    Commodity,
    Meter,
    ProfileUsage,
    Usage,
    read_meters,
    read_profile,
    read_usage,
)
from .reading import Malformed
from .transport import Answer, Transport

__all__ = [
    "DEFAULT_URL",
    "SERVICE",
    "Aggregate",
    "Commodity",
    "Meter",
    "PowerShaperClient",
    "ProfileUsage",
    "Usage",
]

DEFAULT_URL: Final = "https://app.powershaper.io"
SERVICE: Final = "PowerShaper Monitor"

_API: Final = "/meters/api/v1"
# The words that a path may show in an error: any other part may name a home.
_PUBLIC_PARTS: Final = frozenset({"meters", "api", "v1", "meter", *Commodity})
_TOKEN: Final = re.compile(r"[!-~]+")
# Seconds for an answer with months of half-hours in it.
_LONG: Final = 60.0
_UTC_NAMES: Final = frozenset({"Etc/UTC", "UTC"})


class PowerShaperClient:
    """Client of one user's meters.

    All methods raise `ServiceError`s: `Refused` where the service does not take the token
    and `NotFound` where it does not know a meter. A quota is likely but not documented, so
    half-hours are asked for in spans with a pause between.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token: str,
        url: str = DEFAULT_URL,
        *,
        max_days: int = 90,
        pause: float = 1.0,
    ) -> None:
        """Take a session that keeps no cookies, a token, days per span and seconds between."""
        self._transport = Transport(
            session, url, SERVICE, headers={"Authorization": f"Token {token}"}
        )
        self._usable = _TOKEN.fullmatch(token) is not None
        self._max_days = max_days
        self._pause = pause

    async def meters(self) -> tuple[Meter, ...]:
        """Return the user's meters, each once."""
        # Without its last slash the path is another one.
        return await self._ask(
            f"{_API}/meters/", {}, partial(read_meters, path_of=self._transport.path_of)
        )

    async def usage(
        self,
        meter: Meter,
        first: date,
        last: date,
        aggregate: Aggregate = Aggregate.HALF_HOUR,
        tz: str = "Etc/UTC",
    ) -> tuple[Usage, ...]:
        """Return a meter's use on the days from first to last, both included.

        Days are those of `tz`. Ascending, one row per stamp. Whether a stamp is the
        beginning or the end of its period is not documented, so both midnights that bound
        the days are included.
        """
        if aggregate is Aggregate.PROFILE:
            raise ValueError("profile() answers the average day")
        zone = UTC if tz in _UTC_NAMES else await asyncio.to_thread(ZoneInfo, tz)
        fine = aggregate in (Aggregate.HALF_HOUR, Aggregate.HOUR)
        days = self._max_days if fine else max((last - first).days + 1, 1)
        found: dict[datetime, Usage] = {}
        for begin, end in _spans(first, last, days):
            if begin != first:
                await asyncio.sleep(self._pause)
            earliest, latest = _stamps(begin, end, aggregate, zone)
            reader = partial(
                read_usage,
                aggregate=aggregate,
                zone=zone,
                first=earliest,
                last=latest,
            )
            found |= await self._records(
                meter, begin, end, reader, aggregate=aggregate, tz=tz
            )
        # Each span is ascending and follows the one before.
        return tuple(found.values())

    async def profile(
        self, meter: Meter, first: date, last: date, tz: str = "Europe/London"
    ) -> tuple[ProfileUsage, ...]:
        """Return the average day of the days from first to last, both included."""
        return await self._records(
            meter, first, last, read_profile, aggregate=Aggregate.PROFILE, tz=tz
        )

    async def _records[T](
        self,
        meter: Meter,
        first: date,
        last: date,
        reader: Callable[[object], T],
        *,
        aggregate: Aggregate,
        tz: str,
    ) -> T:
        """Return what the reader makes of a meter's records."""
        path = meter.records_path or f"{_API}/meter/{meter.consent}/{meter.commodity}"
        params = {
            "start": first.isoformat(),
            "end": last.isoformat(),
            "aggregate": str(aggregate),
            "tz": tz,
        }
        return await self._ask(path, params, reader)

    async def _ask[T](
        self, path: str, params: Mapping[str, str], reader: Callable[[object], T]
    ) -> T:
        """Return what the reader makes of the JSON at a path."""
        hide = [part for part in path.split("/") if part not in _PUBLIC_PARTS]
        if not self._usable:
            # A line break in it would forge a header.
            raise Refused(SERVICE, _API, "a token is printable and has no blanks")
        answer = await self._transport.get(path, params, hide=hide, timeout=_LONG)
        return await answer.read(partial(_read, reader))


def _spans(first: date, last: date, days: int) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of spans of at most `days` days."""
    while first <= last:
        end = min(first + timedelta(days=days - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def _stamps(
    first: date, last: date, aggregate: Aggregate, zone: tzinfo
) -> tuple[datetime, datetime]:
    """Return the earliest and the latest stamp that a row of these days may have."""
    if aggregate is Aggregate.MONTH:
        first = first.replace(day=1)
    earliest = datetime.combine(first, time.min, zone).astimezone(UTC)
    latest = datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC)
    if aggregate in (Aggregate.DAY, Aggregate.MONTH):
        # Britain's own days, if it ignores the zone, begin an hour off in summer.
        earliest -= timedelta(hours=1)
    return earliest, latest


def _read[T](reader: Callable[[object], T], answer: Answer) -> T:
    """Return what the reader makes of an answer; raises what its status means."""
    match answer.status:
        case HTTPStatus.OK:
            pass
        case HTTPStatus.UNAUTHORIZED:
            raise answer.error(Refused, "the token is not accepted")
        case HTTPStatus.FORBIDDEN if isinstance(answer.json(), dict):
            # A proxy refuses with a page, which is no word of the service.
            raise answer.error(Refused, "the service forbids it")
        case HTTPStatus.NOT_FOUND:
            raise answer.error(NotFound, "the service has nothing there")
        case status:
            raise answer.error(UnexpectedAnswer, f"status {status}")
    try:
        return reader(answer.json())
    except Malformed as malformed:
        raise answer.error(UnexpectedAnswer, str(malformed)) from None
