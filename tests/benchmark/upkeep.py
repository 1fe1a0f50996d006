"""What is asked and written when nothing is new: a poll, and a restart."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median
import time
from typing import Any, Final

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.setup import async_setup_component

from .gauges import written_rows
from .home_assistant import DATABASE, entries, home_assistant, restart, settled
from .service import Service, Tally

_POLLS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What a poll without news takes: rows, requests, and the processor's time in ms."""

    rows: int
    requests: float
    processor: float


async def poll(folder: Path, service: Service) -> dict[str, Poll]:
    """Ask each service for news, of which there are none, time and again."""
    async with home_assistant(folder) as hass:
        await restart(hass)
        running = entries(hass)
        system = running["heatpumpmonitor"].runtime_data.systems[0]
        account = running["powershaper"].runtime_data
        return {
            name: await _poll(hass, folder, service, *coordinators)
            for name, coordinators in {
                "values of a heat pump": (system.live,),
                "news of a heat pump": (system.feeds, system.history),
                "news of a home": (account.account, *account.histories),
            }.items()
        }


async def _poll(
    hass: HomeAssistant,
    folder: Path,
    service: Service,
    *coordinators: DataUpdateCoordinator[Any],
) -> Poll:
    before = service.tally()
    spent = []
    with written_rows(folder / DATABASE) as written:
        for _ in range(_POLLS):
            started = time.process_time()
            for coordinator in coordinators:
                await coordinator.async_refresh()
            await settled(hass)
            spent.append(time.process_time() - started)
    asked = service.tally() - before
    return Poll(
        rows=written.count,
        requests=asked.requests / _POLLS,
        processor=1000 * median(spent),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """What a restart takes: s until every sensor shows, and the services' part of it."""

    seconds: float
    service_seconds: float
    sensors: int
    rows: int
    asked: Tally


async def start_again(folder: Path, service: Service) -> Restart:
    """Start a Home Assistant whose history is imported already."""
    before = service.tally()
    async with home_assistant(folder) as hass:
        with written_rows(folder / DATABASE) as written:
            started = time.perf_counter()
            await async_setup_component(hass, DOMAIN, {})
            seconds = time.perf_counter() - started
            shown = service.tally() - before
            sensors = _showing(hass)
            await hass.async_start()
            await settled(hass)
        return Restart(
            seconds=seconds,
            service_seconds=shown.seconds,
            sensors=sensors,
            rows=written.count,
            asked=service.tally() - before,
        )


def _showing(hass: HomeAssistant) -> int:
    """Return how many sensors there are; raises where one is without a state."""
    registry = er.async_get(hass)
    enabled = [
        each.entity_id
        for entry in entries(hass).values()
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        if each.disabled_by is None
    ]
    missing = [each for each in enabled if hass.states.get(each) is None]
    if missing or not enabled:
        raise RuntimeError(f"{len(missing)} of {len(enabled)} sensors do not show")
    return len(enabled)
