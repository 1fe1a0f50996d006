"""The largest answers, from the request to the records, beside an event loop's patience."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import time
from typing import Final

from aiohttp import ClientSession, DummyCookieJar

from custom_components.heatpump_insight.api.heatpumpmonitor import (
    HeatpumpMonitorClient,
    Window,
)
from custom_components.heatpump_insight.api.powershaper import PowerShaperClient

from .gauges import Heartbeat
from .service import Place

_TIMES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsing:
    """The heartbeat's worst, in ms, and the processor's time at best, in s."""

    name: str
    held: float
    worked: float
    processor: float


async def parse(place: Place) -> tuple[Parsing, ...]:
    """Ask for each of the largest answers some times."""
    assert place.token is not None
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        heat_pumps = HeatpumpMonitorClient(session, place.url)
        meters = PowerShaperClient(session, place.token, place.url, pause=0)
        meter, *_ = await meters.meters()
        assert meter.earliest is not None
        assert meter.latest is not None
        first, last = meter.earliest.date(), meter.latest.date()
        (system_id,) = place.systems
        answers: dict[str, Callable[[], Awaitable[object]]] = {
            "half-hours of years": lambda: meters.usage(meter, first, last),
            "daily statistics of years": lambda: heat_pumps.daily(system_id),
            "list of all systems": heat_pumps.public_systems,
            "statistics of all systems": lambda: heat_pumps.all_stats(Window.ALL),
        }
        return tuple([await _parse(name, ask) for name, ask in answers.items()])


async def _parse(name: str, ask: Callable[[], Awaitable[object]]) -> Parsing:
    # Once before, for what is loaded on first use.
    await ask()
    spent = []
    async with Heartbeat() as heartbeat:
        for _ in range(_TIMES):
            began = time.process_time()
            await ask()
            spent.append(time.process_time() - began)
    return Parsing(
        name=name,
        held=heartbeat.held,
        worked=heartbeat.worked,
        processor=min(spent),
    )
