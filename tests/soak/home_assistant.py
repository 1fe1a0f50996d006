"""A Home Assistant that is started and stopped in earnest, on one folder."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from unittest.mock import patch

from aiohttp import ThreadedResolver

import custom_components.heatpump_insight as integration
from custom_components.heatpump_insight.alignment_coordinator import (
    AlignmentCoordinator,
)
from custom_components.heatpump_insight.coordinator import (
    LiveCoordinator,
    PerformanceCoordinator,
    ServiceCoordinator,
)
from custom_components.heatpump_insight.days_coordinator import DaysCoordinator
from custom_components.heatpump_insight.fleet_coordinator import FleetCoordinator
from custom_components.heatpump_insight.insight_coordinator import InsightCoordinator
from homeassistant import bootstrap, loader
from homeassistant.components.recorder import statistics
from homeassistant.config_entries import (
    ConfigEntries,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryData,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import aiohttp_client
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance
from homeassistant.setup import async_setup_component

DOMAIN: Final = "heatpump_insight"

# They make no rows.
_ONLY_SHOWN: Final = (
    AlignmentCoordinator,
    DaysCoordinator,
    FleetCoordinator,
    InsightCoordinator,
    LiveCoordinator,
    PerformanceCoordinator,
)


class _Resolver(ThreadedResolver):
    """Resolves names without asking the neighbours for theirs."""

    def __init__(self, _: HomeAssistant) -> None:
        """Be made as Home Assistant makes its own."""
        super().__init__()

    async def real_close(self) -> None:
        """End, as Home Assistant calls it."""
        await self.close()


@contextmanager
def only_what_makes_rows() -> Iterator[None]:
    """Leave out what has no part in the rows, and costs most of the time.

    Entities only show, so there are none of which the recorder had to catch up with
    statistics; nor is asked what only they would show. An address of this machine needs
    no resolver.
    """
    with (
        ExitStack() as left_out,
        patch.object(integration, "PLATFORMS", ()),
        patch.object(aiohttp_client, "_async_make_resolver", _Resolver),
        patch.object(statistics, "compile_missing_statistics", return_value=True),
    ):
        for coordinator in _ONLY_SHOWN:
            left_out.enter_context(patch.object(coordinator, "_async_fetch", _as_it_is))
        yield


async def _as_it_is[T](coordinator: ServiceCoordinator[T]) -> T:
    """Return what a coordinator has, without asking."""
    return coordinator.data


class Home:
    """Home Assistant on a folder: its database and its storage outlast a stop."""

    hass: HomeAssistant

    def __init__(self, folder: Path) -> None:
        """Take an empty folder."""
        self._folder = folder

    async def start(self) -> None:
        """Start, with the entries that are in the storage."""
        hass = self.hass = HomeAssistant(str(self._folder))
        loader.async_setup(hass)
        hass.config.skip_pip = True
        await hass.config.async_set_time_zone("Europe/London")
        hass.config_entries = ConfigEntries(hass, {})
        async_initialize_recorder(hass)
        await bootstrap.async_load_base_functionality(hass)
        recorder = {
            "db_url": f"sqlite:///{self._folder / 'home.db'}",
            "auto_purge": False,
            "auto_repack": False,
            "commit_interval": 0,
        }
        assert await async_setup_component(hass, "recorder", {"recorder": recorder})
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_start()

    async def add(
        self,
        data: Mapping[str, Any],
        *subentries: ConfigSubentryData,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an entry and set it up."""
        await self.hass.config_entries.async_add(
            ConfigEntry(
                data=data,
                discovery_keys=MappingProxyType({}),
                domain=DOMAIN,
                minor_version=1,
                options=options or {},
                source="user",
                subentries_data=subentries,
                title=data["service"],
                unique_id=f"{data['service']}:{data['url']}",
                version=1,
            )
        )

    async def reload(self) -> None:
        """Unload the entries and set them up again."""
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                await self.hass.config_entries.async_reload(entry.entry_id)

    async def stop(self) -> None:
        """Stop as Home Assistant does when its machine is shut down."""
        await self.hass.async_stop(force=True)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        # It marks the loop as one that ends; here the loop goes on.
        vars(self.hass.loop).pop("_shutdown_run_callback_threadsafe", None)

    async def settle(self) -> None:
        """Wait until everything that is due has been done."""
        # Timers that became due begin first.
        await asyncio.sleep(0.001)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def read[T](self, job: Callable[[HomeAssistant], T]) -> T:
        """Run a job in the recorder's own executor."""
        return await get_instance(self.hass).async_add_executor_job(job, self.hass)
