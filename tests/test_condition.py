"""Automations go on while a heat pump does so or so, and only then."""

from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, entity_registry as er
from homeassistant.setup import async_setup_component

from .automating import automated_by_event, device_of
from .household import heat_pump_entry, pass_time, set_up, shown
from .simulator import Simulator, World
from .simulator.data_faults import MonitorDark

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
COP = "sensor.heat_pump_204_cop_7_days"
MONITORING = "binary_sensor.heat_pump_204_monitoring"

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some weeks of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=20, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def heat_pump(hass: HomeAssistant, simulator: Simulator) -> MockConfigEntry:
    """Return the entry of the heat pump, set up."""
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    return entry


def threshold(kind: str, factor: float, cop: float) -> dict[str, Any]:
    """Return a threshold at some factor of a COP, or from there to the double."""
    limit = {"number": cop * factor}
    if kind in ("above", "below"):
        return {"threshold": {"type": kind, "value": limit}}
    double = {"number": cop * factor * 2}
    return {"threshold": {"type": kind, "value_min": limit, "value_max": double}}


@pytest.mark.parametrize(
    ("kind", "factor", "holds"),
    [
        ("below", 1.1, True),
        ("below", 0.9, False),
        ("above", 0.9, True),
        ("above", 1.1, False),
        ("between", 0.9, True),
        ("between", 1.1, False),
        ("outside", 1.1, True),
        ("outside", 0.9, False),
    ],
)
async def test_a_cop_is_compared_with_a_threshold(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    kind: str,
    factor: float,
    holds: bool,
) -> None:
    happens = await automated_by_event(
        hass,
        "is_cop",
        {"entity_id": COP},
        threshold(kind, factor, float(shown(hass, COP))),
    )
    assert await happens() is holds


@pytest.mark.parametrize(
    ("places", "holds"), [([0], True), ([1], False), ([0, 1], True), ([], True)]
)
async def test_of_a_device_the_cop_of_the_period_is_compared(
    hass: HomeAssistant, heat_pump: MockConfigEntry, places: list[int], holds: bool
) -> None:
    """The lower of two COPs is below the higher one, which is not below itself."""
    cops = {
        float(shown(hass, f"sensor.heat_pump_204_cop_{window}")): window
        for window in ("yesterday", "7_days")
    }
    in_order = sorted(cops)
    happens = await automated_by_event(
        hass,
        "is_cop",
        {"device_id": device_of(hass, heat_pump, "Heat pump 204")},
        threshold("below", 1, in_order[1])
        | {"window": [cops[in_order[place]] for place in places]},
    )
    assert await happens() is holds


async def test_a_cop_has_to_be_so_for_as_long_as_asked(
    hass: HomeAssistant, heat_pump: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    happens = await automated_by_event(
        hass,
        "is_cop",
        {"entity_id": COP},
        threshold("below", 1.5, float(shown(hass, COP))) | {"for": {"hours": 9}},
    )
    assert not await happens()
    await pass_time(hass, freezer, 8 * HOUR)
    assert not await happens()
    await pass_time(hass, freezer, HOUR)
    assert await happens()


@pytest.mark.parametrize("by", ["entity", "device"])
async def test_monitoring_is_up_to_date_while_the_monitor_sends(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
    by: str,
) -> None:
    start = NOW.timestamp() + HOUR
    world.add(MonitorDark(system_id=204, start=start, end=start + 6 * HOUR))
    target = {"entity_id": MONITORING}
    if by == "device":
        target = {"device_id": device_of(hass, heat_pump, "Heat pump 204")}
    happens = await automated_by_event(hass, "is_monitoring_up_to_date", target)
    for state in ("on", "off", "on"):
        assert shown(hass, MONITORING) == state
        assert await happens() is (state == "on")
        await pass_time(hass, freezer, 4 * HOUR)


async def test_performance_is_degraded_while_its_sensor_says_so(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    device_id = device_of(hass, heat_pump, "Heat pump 204")
    degraded = entity_registry.async_get_or_create(
        "binary_sensor",
        DOMAIN,
        "made_for_this_test",
        config_entry=heat_pump,
        device_id=device_id,
        translation_key="performance_degraded",
    ).entity_id
    target = {"entity_id": degraded}
    happens = await automated_by_event(hass, "is_performance_degraded", target)
    for state in ("unknown", "off", "on", "unavailable"):
        hass.states.async_set(degraded, state)
        assert await happens() is (state == "on")


async def test_the_interface_finds_every_condition_with_its_fields(
    hass: HomeAssistant, heat_pump: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "automation", {})
    described = await condition.async_get_all_descriptions(hass)
    ours = {
        key.removeprefix(f"{DOMAIN}."): set((value or {}).get("fields", {}))
        for key, value in described.items()
        if key.startswith(f"{DOMAIN}.")
    }
    usual = {"behavior", "for"}
    assert ours == {
        "is_cop": {*usual, "threshold", "window"},
        "is_monitoring_up_to_date": usual,
        "is_performance_degraded": usual,
    }
