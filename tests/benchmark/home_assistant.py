"""A real Home Assistant in this process, with the recorder and the integration's entries."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from aiohttp.resolver import ThreadedResolver

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.identity import host_of, meter_key
from homeassistant import loader
from homeassistant.bootstrap import async_load_base_functionality
from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntries,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryData,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import DATA_RESOLVER
from homeassistant.helpers.recorder import async_initialize_recorder
from homeassistant.setup import async_setup_component
from tests.soak.joined import HOME_OPTIONS

from .service import Place

DATABASE: Final = "home-assistant_v2.db"


@asynccontextmanager
async def home_assistant(folder: Path) -> AsyncIterator[HomeAssistant]:
    """Give a Home Assistant with its recorder in a folder; it is not yet started.

    It holds the entries that an earlier one left in the folder, not yet set up. Who
    takes it starts it; it is stopped in any case.
    """
    hass = HomeAssistant(str(folder))
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    loader.async_setup(hass)
    await async_load_base_functionality(hass)
    await hass.config.async_set_time_zone("Europe/London")
    # Home Assistant's own would listen to the whole network for names.
    hass.data[str(DATA_RESOLVER)] = ThreadedResolver()
    async_initialize_recorder(hass)
    # Home Assistant's own hourly rows are made of sensors: without them every row that
    # is written is the integration's.
    recorder = {"exclude": {"domains": ["binary_sensor", "sensor"]}}
    if not await async_setup_component(hass, RECORDER, {RECORDER: recorder}):
        raise RuntimeError("the recorder does not start")
    try:
        yield hass
    finally:
        await hass.async_stop(force=True)


async def add_heat_pumps(hass: HomeAssistant, place: Place) -> ConfigEntry:
    """Add and set up the entry of all heat pumps of a place, linked with its meter."""
    return await _add(
        hass,
        title="HeatpumpMonitor.org",
        data={"service": "heatpumpmonitor", "url": place.url},
        unique_id=f"heatpumpmonitor:{host_of(place.url)}",
        subentries=[
            ConfigSubentryData(
                subentry_type="system",
                title=f"Heat pump {system_id}",
                unique_id=str(system_id),
                data={
                    "system_id": system_id,
                    "read_key": None,
                    "meter": place.consent,
                },
            )
            for system_id in place.systems
        ],
    )


async def add_meters(hass: HomeAssistant, place: Place) -> ConfigEntry:
    """Add and set up the entry of the meters of a place, which have prices."""
    return await _add(
        hass,
        options={"meters": {meter_key(place.consent or ""): HOME_OPTIONS}},
        title="PowerShaper Monitor",
        data={"service": "powershaper", "url": place.url, "token": place.token},
        unique_id=f"powershaper:{place.consent}",
        subentries=[],
    )


async def _add(
    hass: HomeAssistant,
    *,
    title: str,
    data: dict[str, str | None],
    unique_id: str,
    subentries: list[ConfigSubentryData],
    options: Mapping[str, Any] | None = None,
) -> ConfigEntry:
    entry: ConfigEntry = ConfigEntry(
        domain=DOMAIN,
        title=title,
        data=data,
        unique_id=unique_id,
        subentries_data=subentries,
        options=options or {},
        version=1,
        minor_version=1,
        source=SOURCE_USER,
        discovery_keys=MappingProxyType({}),
    )
    await hass.config_entries.async_add(entry)
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"{title} is not set up: {entry.reason}")
    return entry


async def restart(hass: HomeAssistant) -> None:
    """Set up the entries that an earlier run left, and start, as on every start."""
    if not await async_setup_component(hass, DOMAIN, {}):
        raise RuntimeError("the integration does not start")
    await hass.async_start()
    await settled(hass)


async def settled(hass: HomeAssistant) -> None:
    """Wait until nothing goes on any more, imports in the background included."""
    await hass.async_block_till_done(wait_background_tasks=True)


def entries(hass: HomeAssistant) -> dict[str, ConfigEntry]:
    """Return the integration's entries by the service that they ask."""
    return {
        entry.data["service"]: entry
        for entry in hass.config_entries.async_entries(DOMAIN)
    }
