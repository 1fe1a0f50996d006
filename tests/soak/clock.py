"""Time that is driven: the loop's timers, the services' clock and Home Assistant's own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import override
from unittest.mock import patch

from homeassistant.util import dt as dt_util
from tests.simulator import Clock


class DrivenLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers may be brought forward."""

    ahead = 0.0

    @override
    def time(self) -> float:
        """Return the seconds of a clock that goes on by itself and is moved as well."""
        return super().time() + self.ahead


class Time(Clock):
    """The time of a simulated home.

    `now` is true, and is what both services go by. Home Assistant's own clock is wrong by
    `error` seconds. Both stand still until they are moved; the timers of the loop go on
    with them.
    """

    def __init__(self, now: float, loop: DrivenLoop) -> None:
        """Start at a unix time."""
        super().__init__(now)
        self.error = 0.0
        self._loop = loop

    @override
    def advance(self, seconds: float) -> None:
        """Let so many seconds pass for everybody."""
        super().advance(seconds)
        self._loop.ahead += seconds

    @contextmanager
    def in_home_assistant(self) -> Iterator[None]:
        """Let Home Assistant take its time from here."""

        def utcnow() -> datetime:
            return datetime.fromtimestamp(self.now + self.error, UTC)

        def now(zone: tzinfo | None = None) -> datetime:
            return utcnow().astimezone(zone or dt_util.get_default_time_zone())

        with patch.object(dt_util, "utcnow", utcnow), patch.object(dt_util, "now", now):
            yield
