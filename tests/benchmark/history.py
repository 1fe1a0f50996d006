"""The first import of years and the correction of an old half-hour, beside the recorder."""

import asyncio
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
import time
from typing import Final

from custom_components.heatpump_insight.identity import meter_key

from .gauges import Heartbeat, peak_memory, written_rows
from .home_assistant import (
    DATABASE,
    add_heat_pumps,
    add_meters,
    entries,
    home_assistant,
    restart,
    settled,
)
from .recorder_alone import give, stored
from .service import Place, Service, Tally

_DAY: Final = 86_400
_CORRECTIONS: Final = 5
_NOTHING: Final = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What an import took, by the clock and of the processor (s), and the peak (MB).

    `held`, `worked` and `collected` are the heartbeat's, in ms; `set_up` is what the loop
    worked in the set-up before, in which Home Assistant adds every sensor.
    """

    seconds: float
    processor: float
    held: float
    worked: float
    collected: float
    peak: float
    rows: int
    set_up: float = 0.0
    asked: Tally = _NOTHING


async def import_all(folder: Path, place: Place, service: Service) -> Import:
    """Import the whole history of a heat pump and a home into an empty database."""
    before = service.tally()
    async with home_assistant(folder) as hass:
        await hass.async_start()
        await settled(hass)
        started, began = time.perf_counter(), time.process_time()
        async with Heartbeat() as set_up:
            await asyncio.gather(add_heat_pumps(hass, place), add_meters(hass, place))
        async with Heartbeat() as heartbeat:
            await settled(hass)
        seconds = time.perf_counter() - started
        processor = time.process_time() - began
    rows = sum(len(chunk.rows) for chunk in stored(folder / DATABASE))
    return Import(
        seconds=seconds,
        processor=processor,
        held=heartbeat.held,
        worked=heartbeat.worked,
        collected=heartbeat.collected,
        peak=peak_memory(),
        rows=rows,
        set_up=set_up.worked,
        asked=service.tally() - before,
    )


async def give_all(folder: Path, source: Path) -> Import:
    """Give the recorder of an empty database every row that another one holds."""
    async with home_assistant(folder) as hass:
        await hass.async_start()
        await settled(hass)
        async with Heartbeat() as heartbeat:
            given = await give(hass, stored(source))
    return Import(
        seconds=given.seconds,
        processor=given.processor,
        held=heartbeat.held,
        worked=heartbeat.worked,
        collected=heartbeat.collected,
        peak=peak_memory(),
        rows=given.rows,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a correction took beside giving the rows that it changes directly, in s.

    `rows` counts what the integration wrote, `given` what the recorder was given.
    """

    seconds: float
    alone: float
    rows: int
    given: int
    asked: Tally


async def correct(folder: Path, service: Service, days: int) -> tuple[Correction, ...]:
    """Correct half-hours, so many days after the beginning and a month after each other.

    Every total after a corrected hour changes, so that the recorder is given all of them.
    """
    found = []
    async with home_assistant(folder) as hass:
        await restart(hass)
        meter = next(
            meter
            for meter in entries(hass)["powershaper"].runtime_data.meters
            if meter.commodity == "electricity"
        )
        (system,) = entries(hass)["heatpumpmonitor"].runtime_data.systems
        for number in range(_CORRECTIONS):
            hour = service.correct(days + 31 * number)
            before = service.tally()
            with written_rows(folder / DATABASE) as written:
                started = time.perf_counter()
                # The past is looked at once a day.
                await meter.history.importer.async_update(
                    time.time() + (number + 1) * _DAY, lambda _: None
                )
                seconds = time.perf_counter() - started
            asked = service.tally() - before
            # The heat pump's carbon is a part of the meter's.
            rows = chain(
                stored(folder / DATABASE, f"%{meter_key(meter.consent)}_elec%", hour),
                stored(folder / DATABASE, f"%:{system.key}_carbon", hour),
            )
            given = await give(hass, rows)
            found.append(
                Correction(
                    seconds=seconds,
                    alone=given.seconds,
                    rows=written.count,
                    given=given.rows,
                    asked=asked,
                )
            )
    return tuple(found)
