"""What helps to find a fault tells everything but secrets."""

from datetime import UTC, datetime
import json

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .household import heat_pump_entry, meters_entry, pass_time, set_up
from .simulator import Simulator, World
from .simulator.faults import Reply

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=3, now=lambda: datetime.now(UTC).timestamp())


async def test_diagnostics_of_heat_pumps_tell_feeds_and_progress(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    found = await async_get_config_entry_diagnostics(hass, entry)
    (system,) = found["systems"]
    assert found["url"] == simulator.url
    assert system["system_id"] == 204
    assert system["has_read_key"] is False
    assert system["feeds"]["heatpump_elec"]["interval"] == 60
    assert system["windows"] == ["all", "last30", "last365", "last7", "last90"]
    assert system["coordinators"]["history"] == {
        "last_update_success": True,
        "last_error": None,
        "hours_imported": 3 * 24 + 9,
        "hours_in_all": 3 * 24 + 9,
    }
    json.dumps(found)


async def test_diagnostics_of_meters_tell_what_last_went_wrong(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    simulator.faults.add(Reply(status=502))
    await pass_time(hass, freezer, 3600)
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["account"]["last_update_success"] is False
    assert "PowerShaper Monitor" in found["account"]["last_error"]
    assert [meter["commodity"] for meter in found["meters"]] == ["electricity", "gas"]
    assert found["meters"][0]["coordinators"]["history"]["hours_imported"] == 3 * 24


async def test_diagnostics_hold_no_secret(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    world = simulator.world
    system = world.systems[204]
    entries = [
        heat_pump_entry(simulator, read_key=system.read_key),
        meters_entry(simulator),
    ]
    for entry in entries:
        await set_up(hass, entry)
    simulator.faults.add(Reply(status=500))
    await pass_time(hass, freezer, 3600)
    found = json.dumps(
        [await async_get_config_entry_diagnostics(hass, entry) for entry in entries]
    )
    (meter, *_) = world.meters.values()
    for secret in (
        world.token,
        system.read_key,
        meter.consent,
        meter.consent.replace("-", ""),
        meter.last_digits,
    ):
        assert secret
        assert secret not in found


async def test_system_health_tells_how_much_is_imported(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    await set_up(hass, meters_entry(simulator))
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    assert await info.pop("can_reach_heatpumpmonitor") == "ok"
    assert await info.pop("can_reach_powershaper") == "ok"
    hours = 3 * 24 + 9 + 2 * 3 * 24
    assert info == {
        "heat_pumps": 1,
        "meters": 2,
        "hours_imported": f"{hours} of {hours}",
    }


async def test_system_health_tells_of_any_server_that_does_not_answer(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    """Two servers of a service share a line."""
    await set_up(hass, heat_pump_entry(simulator))
    async with Simulator(simulator.world) as other:
        await set_up(hass, heat_pump_entry(other))
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    assert await info["can_reach_heatpumpmonitor"] == {
        "type": "failed",
        "error": "unreachable",
    }
    assert info["heat_pumps"] == 2
