"""Both services, simulated in a process of their own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from threading import Thread
import time
from typing import Final, Literal, cast, override

from aiohttp import web

from tests.simulator import Clock, Simulator, UsageCorrected, World
from tests.simulator.fleet import Fleet

_HOUR: Final = 3600
_HALF_HOUR: Final = 1800
_DAY: Final = 24 * _HOUR

type Scene = Literal["home", "street"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the services are and what they serve."""

    url: str
    token: str | None
    consent: str | None
    systems: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Requests that each service was asked, and seconds in which it owed an answer."""

    heatpumpmonitor: int = 0
    powershaper: int = 0
    seconds: float = 0.0

    def __sub__(self, earlier: Tally) -> Tally:
        """Return what came since an earlier one."""
        return Tally(
            heatpumpmonitor=self.heatpumpmonitor - earlier.heatpumpmonitor,
            powershaper=self.powershaper - earlier.powershaper,
            seconds=self.seconds - earlier.seconds,
        )

    @property
    def requests(self) -> int:
        """Return the requests to both."""
        return self.heatpumpmonitor + self.powershaper


class _Timed(Simulator):
    """Knows for how long it owed anybody an answer."""

    busy = 0.0
    _open = 0
    _since = 0.0

    @override
    async def _respond(self, request: web.Request) -> web.StreamResponse:
        if not self._open:
            self._since = time.perf_counter()
        self._open += 1
        try:
            return await super()._respond(request)
        finally:
            self._open -= 1
            if not self._open:
                self.busy += time.perf_counter() - self._since


class Service:
    """The services as the benchmark steers them; every method is called from afar.

    The clock stands still some hours ago, so that there is news when it is moved and
    none before, however long the benchmark takes.
    """

    def __init__(self, scene: Scene, days: int, size: int) -> None:
        """Serve a home with its meters and a fleet, or a street, of such a size.

        What takes long to compute is computed here.
        """
        self._clock = Clock(time.time() // _HOUR * _HOUR - 6 * _HOUR + _HOUR // 3)
        match scene:
            case "home":
                world = World.small(days=days, now=self._clock)
                world.fleet = Fleet(size, seed=world.seed)
            case "street":
                world = World.street(days=days, systems=size, now=self._clock)
        for system in world.systems.values():
            world.statistics.daily(system)
        for meter in world.meters.values():
            world.readings(meter)
        self._simulator = _Timed(world)
        loop = asyncio.new_event_loop()
        Thread(target=loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._simulator.__aenter__(), loop).result()

    def place(self) -> Place:
        """Return where the services are."""
        world = self._simulator.world
        token = next(iter(world.tokens), None)
        return Place(
            url=self._simulator.url,
            token=token,
            consent=world.tokens[token][0] if token else None,
            systems=tuple(world.systems),
        )

    def tally(self) -> Tally:
        """Return what was asked so far."""
        asked = [request.service for request in self._simulator.requests]
        return Tally(
            heatpumpmonitor=asked.count("heatpumpmonitor"),
            powershaper=asked.count("powershaper"),
            seconds=self._simulator.busy,
        )

    def advance(self, seconds: float) -> None:
        """Let time pass for the services."""
        self._clock.advance(seconds)

    def correct(self, days: int) -> int:
        """Correct one half-hour of electricity so many days after the beginning.

        Returns the hour that holds it, in unix seconds.
        """
        world = self._simulator.world
        start = world.start + days * _DAY + 12 * _HOUR
        world.add(
            UsageCorrected(
                consent=world.tokens[world.token][0],
                start=start,
                end=start + _HALF_HOUR,
                factor=1.5,
                at=0.0,
            )
        )
        return start


class _Manager(BaseManager):
    """Keeps a service in a process of its own."""


_Manager.register("Service", Service)


@contextmanager
def service(scene: Scene, *, days: int, size: int) -> Iterator[Service]:
    """Serve a scene from a process of its own, and end it."""
    with _Manager(address=("127.0.0.1", 0), ctx=get_context("spawn")) as manager:
        yield cast(Service, vars(_Manager)["Service"](manager, scene, days, size))
