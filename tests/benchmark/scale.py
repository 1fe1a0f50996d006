"""Many heat pumps in one Home Assistant: what set-up and an hour of polling take."""

from dataclasses import dataclass
from pathlib import Path
import time
from typing import Final

from .gauges import memory
from .home_assistant import add_heat_pumps, home_assistant, settled
from .service import Place, Service

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """What so many heat pumps take.

    `set_up` is in seconds until all sensors show; the processor's time, also in seconds,
    is that of the set-up, of the first import with it, and of an hour of polling that
    brings each heat pump an hour. `memory` is in MB, `requests` are those of that hour.
    """

    heat_pumps: int
    sensors: int
    set_up: float
    set_up_processor: float
    first_import: float
    memory: float
    requests: float
    processor: float


async def settle_down(folder: Path, place: Place, service: Service) -> Street:
    """Set up all heat pumps of a place, import their history and poll for an hour."""
    async with home_assistant(folder) as hass:
        await hass.async_start()
        await settled(hass)
        empty = memory()
        began, started = time.process_time(), time.perf_counter()
        entry = await add_heat_pumps(hass, place)
        set_up = time.perf_counter() - started
        set_up_processor = time.process_time() - began
        await settled(hass)
        first_import = time.process_time() - began
        systems = entry.runtime_data.systems
        service.advance(_HOUR)
        requests = processor = 0.0
        for times, coordinators in (
            (12, [system.live for system in systems]),
            # The history follows the feeds that bring news.
            (1, [system.feeds for system in systems]),
            (1 / 3, [system.performance for system in systems]),
        ):
            before, began = service.tally(), time.process_time()
            for coordinator in coordinators:
                await coordinator.async_refresh()
            await settled(hass)
            processor += times * (time.process_time() - began)
            requests += times * (service.tally() - before).requests
        return Street(
            heat_pumps=len(systems),
            sensors=len(hass.states.async_entity_ids(("binary_sensor", "sensor"))),
            set_up=set_up,
            set_up_processor=set_up_processor,
            first_import=first_import,
            memory=memory() - empty,
            requests=requests,
            processor=processor,
        )
