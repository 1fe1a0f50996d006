"""What HeatpumpMonitor.org tells of all systems at once, remembered for an hour."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .analysis.league import Row, rows
from .api.errors import QuotaExceeded, ServiceError
from .api.heatpumpmonitor import HeatpumpMonitorClient, System, Window

_LASTS: Final = 3600.0
# A card asks again and again, and the service is not to be asked as often when it fails.
_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer[T]:
    """What was answered, and the moment (unix s) until which it holds."""

    value: T
    until: float


class FleetTables:
    """The tables of all published systems of one server.

    Each takes two answers of about 0.9 MB. They are asked for one after the other, once
    an hour at most, however many ask for a table at once. A failure holds for a minute,
    or as long as the service asks for.
    """

    def __init__(self, client: HeatpumpMonitorClient, now: Callable[[], float]) -> None:
        """Take the client of the server, and the clock."""
        self._client = client
        self._now = now
        self._turn = asyncio.Lock()
        self._systems: _Answer[tuple[System, ...]] | None = None
        self._tables: dict[Window, _Answer[tuple[Row, ...]]] = {}
        self._failure: _Answer[ServiceError] | None = None

    async def async_table(self, window: Window) -> tuple[Row, ...]:
        """Return a row for each published system; raises ServiceError."""
        async with self._turn:
            now = self._now()
            table = self._tables.get(window)
            if table is not None and now < table.until:
                return table.value
            if self._failure is not None and now < self._failure.until:
                raise self._failure.value.with_traceback(None)
            try:
                return await self._async_ask(window)
            except ServiceError as error:
                asked = error.retry_after if isinstance(error, QuotaExceeded) else None
                self._failure = _Answer(
                    value=error, until=now + max(_PAUSE, asked or 0)
                )
                raise

    async def _async_ask(self, window: Window) -> tuple[Row, ...]:
        """Ask for the statistics, and for the descriptions where they are too old."""
        now = self._now()
        systems = self._systems
        if systems is None or now >= systems.until:
            answered = await self._client.public_systems()
            systems = self._systems = _Answer(value=answered, until=now + _LASTS)
        table = rows(systems.value, await self._client.all_stats(window), window)
        self._tables[window] = _Answer(value=table, until=now + _LASTS)
        return table
