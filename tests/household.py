"""A simulated household in Home Assistant: its entries, and what it sees."""

from collections.abc import Mapping
from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.identity import host_of, meter_key, system_key
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance

from .simulator import Simulator

type Hours = dict[int, float]


def heat_pump_entry(
    simulator: Simulator,
    *system_ids: int,
    read_key: str | None = None,
    meters: Mapping[int, str] | None = None,
    options: Mapping[str, object] | None = None,
    entry_id: str | None = None,
) -> MockConfigEntry:
    """Return an entry of the simulated HeatpumpMonitor.org with some of its systems.

    `meters` are the consents that systems are linked with. From the `entry_id`, any where
    it is not given, follows at which moment of the day the fleet is asked for.
    """
    return MockConfigEntry(
        domain=DOMAIN,
        title="HeatpumpMonitor.org",
        data={"service": "heatpumpmonitor", "url": simulator.url},
        entry_id=entry_id,
        unique_id=f"heatpumpmonitor:{host_of(simulator.url)}",
        options=options or {},
        subentries_data=[
            ConfigSubentryData(
                subentry_type="system",
                title=f"Heat pump {system_id}",
                unique_id=str(system_id),
                data={
                    "system_id": system_id,
                    "read_key": read_key,
                    "meter": (meters or {}).get(system_id),
                },
            )
            for system_id in system_ids or (204,)
        ],
    )


def meters_entry(
    simulator: Simulator, *, options: Mapping[str, object] | None = None
) -> MockConfigEntry:
    """Return an entry of the simulated PowerShaper account."""
    token = simulator.world.token
    lowest = min(simulator.world.tokens[token])
    return MockConfigEntry(
        domain=DOMAIN,
        title="PowerShaper Monitor",
        data={"service": "powershaper", "url": simulator.url, "token": token},
        unique_id=f"powershaper:{lowest}",
        options=options or {},
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up and wait until its history is imported."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def system_statistic(simulator: Simulator, key: str, system_id: int = 204) -> str:
    """Return the id of a statistic of a heat pump."""
    return f"{DOMAIN}:{system_key(simulator.url, system_id)}_{key}"


def meter_statistic(simulator: Simulator, key: str) -> str:
    """Return the id of a statistic of the meters of the first home."""
    consent = min(simulator.world.tokens[simulator.world.token])
    return f"{DOMAIN}:{meter_key(consent)}_{key}"


async def imported(hass: HomeAssistant, statistic_id: str) -> Hours:
    """Return what a dashboard shows of each hour: the change of a sum, or the mean."""
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.fromtimestamp(0, UTC),
        None,
        {statistic_id},
        "hour",
        None,
        {"change", "mean"},
    )
    shown = (
        (int(row["start"]), row.get("change", row.get("mean")))
        for row in rows.get(statistic_id, [])
    )
    return {hour: value for hour, value in shown if value is not None}


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass, and whatever is due happen, with what that puts off for a moment."""
    for step in (seconds, 60):
        freezer.tick(step)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)


def shown(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None, f"{entity_id} is not there"
    return state.state


async def show_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Switch on what is off at first."""
    registry = er.async_get(hass)
    for each in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(each.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
