"""Puts together what runs for the heat pumps of a HeatpumpMonitor.org server."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .alignment_coordinator import AlignmentCoordinator, AlignmentMemory
from .analysis.live import Live
from .api.heatpumpmonitor import HeatpumpMonitorClient, Window
from .clients import async_heatpumpmonitor_client
from .comparison_coordinator import ComparisonCoordinator
from .const import CONF_METER, CONF_READ_KEY, CONF_SYSTEM_ID, SUBENTRY_SYSTEM
from .coordinator import (
    NO_FEEDS,
    FeedsCoordinator,
    LiveCoordinator,
    Performance,
    PerformanceCoordinator,
)
from .cop_target import CopTarget
from .days_coordinator import Days, DaysCoordinator
from .fleet_coordinator import FleetCoordinator
from .fleet_tables import FleetTables
from .identity import system_key
from .insight_coordinator import InsightCoordinator
from .joins import async_joins_of_system
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData, SystemRuntime
from .system_history import SystemHistory
from .workshop import (
    HOURLY,
    Workshop,
    async_workshop,
    follow,
    now,
    raise_not_ready,
    start_histories,
    tell_news,
)

_LIVE_EVERY: Final = timedelta(minutes=5)
_PERFORMANCE_EVERY: Final = timedelta(hours=3)


async def async_set_up_systems(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> HeatpumpMonitorData:
    """Ask for every heat pump of the entry once, and go on asking.

    One that cannot be had does not keep the others from their place; when none can be had
    Home Assistant tries again later.
    """
    workshop = await async_workshop(hass, entry)
    url: str = entry.data[CONF_URL]
    client = async_heatpumpmonitor_client(hass, url)
    fleet = FleetCoordinator(hass, entry, workshop.reachability, client)
    await fleet.async_load()
    tests = AlignmentMemory(hass, entry.entry_id)
    await tests.async_load()
    systems = tuple(
        _system(workshop, client, subentry, url=url, fleet=fleet, tests=tests)
        for subentry in entry.get_subentries_of_type(SUBENTRY_SYSTEM)
    )
    await asyncio.gather(*(system.feeds.async_refresh() for system in systems))
    if systems and not any(system.feeds.last_update_success for system in systems):
        raise_not_ready(systems[0].feeds.last_exception)
    await asyncio.gather(
        *(system.live.async_refresh() for system in systems),
        *(system.performance.async_refresh() for system in systems),
    )
    await asyncio.gather(*(system.comparison.async_refresh() for system in systems))
    data = HeatpumpMonitorData(
        systems=systems, fleet=fleet, tables=FleetTables(client, now)
    )
    for system in systems:
        follow(workshop, system.feeds, (system.history, system.days))
        follow(workshop, system.performance, (system.comparison,))
        # How often others start is a part of what the days show.
        entry.async_on_unload(
            fleet.async_add_listener(system.days.async_update_listeners)
        )
    start_histories(workshop, data.histories)
    if systems:
        _ask_for_the_fleet(workshop, data)
    tell_news(workshop, systems)
    for system in systems:
        if system.insight is not None:
            system.insight.async_start()
        if system.alignment is not None:
            system.alignment.async_start()
    _start_days(workshop, [system.days for system in systems])
    return data


def _system(
    workshop: Workshop,
    client: HeatpumpMonitorClient,
    subentry: ConfigSubentry,
    *,
    url: str,
    fleet: FleetCoordinator,
    tests: AlignmentMemory,
) -> SystemRuntime:
    hass, entry, reachability = workshop.hass, workshop.entry, workshop.reachability
    common = (hass, entry, reachability, client, subentry)
    system_id: int = subentry.data[CONF_SYSTEM_ID]
    key = system_key(url, system_id)
    feeds = FeedsCoordinator(*common, name="feeds", interval=HOURLY, start=NO_FEEDS)
    live = LiveCoordinator(*common, name="values", interval=_LIVE_EVERY, start=Live())
    live.feeds = feeds
    performance = PerformanceCoordinator(
        *common,
        name="performance",
        interval=_PERFORMANCE_EVERY,
        start=Performance(),
    )
    performance.feeds = feeds
    comparison = ComparisonCoordinator(
        hass,
        entry,
        reachability,
        system_id=system_id,
        performance=performance,
        fleet=fleet,
    )
    days = DaysCoordinator(*common, name="days", interval=HOURLY, start=Days())
    days.feeds = feeds
    days.fleet_starts = lambda: _starts_per_hour(fleet)
    history = workshop.history(
        f"heat pump {system_id}",
        SystemHistory(
            client,
            system_id,
            subentry.data.get(CONF_READ_KEY),
            key=key,
            name=f"Heat pump {system_id}",
            zone=dt_util.get_default_time_zone(),
            available=lambda: feeds.data,
            now=now,
            joins=lambda: async_joins_of_system(hass, entry, subentry),
        ),
    )
    is_linked = subentry.data.get(CONF_METER) is not None
    insight = InsightCoordinator(
        hass, entry, reachability, workshop.writer, subentry, key=key
    )
    alignment = (
        AlignmentCoordinator(*common, feeds=feeds, memory=tests) if is_linked else None
    )
    return SystemRuntime(
        subentry=subentry,
        client=client,
        key=key,
        url=url,
        feeds=feeds,
        live=live,
        performance=performance,
        fleet=fleet,
        comparison=comparison,
        days=days,
        history=history,
        insight=insight if is_linked or insight.is_priced else None,
        alignment=alignment,
        cop_target=CopTarget(performance),
    )


def _starts_per_hour(fleet: FleetCoordinator) -> list[float]:
    """Return how often the compressors of the fleet start, in its last 30 days."""
    return [
        member.starts_per_hour
        for member in fleet.data.members(Window.LAST_30)
        if member.starts_per_hour is not None
    ]


def _ask_for_the_fleet(workshop: Workshop, data: HeatpumpMonitorData) -> None:
    """Ask for the fleet daily, and compare each heat pump with it when it has news."""
    entry = workshop.entry

    async def _compare() -> None:
        # One after another: hundreds at once would hold everything else up.
        for system in data.systems:
            await system.comparison.async_refresh()

    @callback
    def _news() -> None:
        entry.async_create_background_task(
            workshop.hass, _compare(), f"comparisons of {entry.title}"
        )

    async def _started(hass: HomeAssistant) -> None:
        if data.fleet.is_due:
            entry.async_create_background_task(
                hass, data.fleet.async_refresh(), f"fleet of {entry.title}"
            )

    entry.async_on_unload(data.fleet.async_add_listener(_news))
    entry.async_on_unload(async_at_started(workshop.hass, _started))


def _start_days(workshop: Workshop, coordinators: Iterable[DaysCoordinator]) -> None:
    """Read the days of one heat pump after another once Home Assistant has started."""
    entry = workshop.entry

    async def _read() -> None:
        for coordinator in coordinators:
            await coordinator.async_refresh()

    async def _started(hass: HomeAssistant) -> None:
        entry.async_create_background_task(hass, _read(), f"days of {entry.title}")

    entry.async_on_unload(async_at_started(workshop.hass, _started))
