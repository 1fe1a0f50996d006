"""Automations run when something happens to a heat pump or a meter, and only then."""

from datetime import UTC, date, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.own_entities import COP_KEYS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, trigger
from homeassistant.setup import async_setup_component

from .automating import automate, device_of
from .household import heat_pump_entry, meters_entry, pass_time, set_up, shown
from .simulator import Outage, Simulator, World
from .simulator.data_faults import MeterLate, MonitorDark, PowerCorrected

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
YESTERDAY = "sensor.heat_pump_204_cop_yesterday"
MONITORING = "binary_sensor.heat_pump_204_monitoring"
LATEST_DAY = "sensor.heat_pump_204_latest_day"

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


def worsens(world: World, at: datetime) -> None:
    """Let the heat of all that is measured from a moment on be two thirds of it."""
    world.add(
        PowerCorrected(
            system_id=204,
            start=at.timestamp(),
            end=at.timestamp() + 60 * DAY,
            factor=2 / 3,
            at=at.timestamp(),
            feeds=("heatpump_heat",),
        )
    )


@pytest.fixture
def dark(world: World) -> None:
    """Let the monitor be silent for six hours, from an hour on."""
    start = NOW.timestamp() + HOUR
    world.add(MonitorDark(system_id=204, start=start, end=start + 6 * HOUR))


def below(cop: float) -> dict[str, Any]:
    """Return the options of a threshold that is crossed downwards."""
    return {"threshold": {"type": "below", "value": {"number": cop}}}


def cop(hass: HomeAssistant, window: str = "yesterday") -> float:
    """Return the COP that is shown."""
    return float(shown(hass, f"sensor.heat_pump_204_cop_{window}"))


@pytest.mark.parametrize("by", ["entity", "device"])
async def test_a_cop_that_falls_below_a_threshold_fires_once(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
    by: str,
) -> None:
    worsens(world, datetime(2026, 2, 13, tzinfo=UTC))
    before = cop(hass)
    target, options = {"entity_id": YESTERDAY}, below(before * 0.8)
    if by == "device":
        target = {"device_id": device_of(hass, heat_pump, "Heat pump 204")}
        options |= {"window": "yesterday"}
    automated = await automate(hass, "cop_crossed_threshold", target, options)
    await pass_time(hass, freezer, DAY)
    assert cop(hass) > before * 0.8
    assert automated.entities == []
    await pass_time(hass, freezer, DAY)
    assert cop(hass) < before * 0.8
    assert automated.entities == [YESTERDAY]
    await pass_time(hass, freezer, DAY)
    assert cop(hass) < before * 0.8
    assert automated.entities == [YESTERDAY]


async def test_without_a_period_every_cop_of_a_device_is_looked_at(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    worsens(world, datetime(2026, 2, 13, tzinfo=UTC))
    # That of 90 days is switched off at first.
    windows = [key for key in COP_KEYS if key not in ("now", "90_days")]
    before = {window: cop(hass, window) for window in windows}
    limit = min(before.values()) * 0.99
    target = {"device_id": device_of(hass, heat_pump, "Heat pump 204")}
    automated = await automate(
        hass, "cop_crossed_threshold", target, below(limit) | {"window": []}
    )
    for _ in range(5):
        await pass_time(hass, freezer, DAY)
    fell = {
        f"sensor.heat_pump_204_cop_{window}"
        for window in windows
        if before[window] >= limit > cop(hass, window)
    }
    assert {YESTERDAY, "sensor.heat_pump_204_cop_30_days"} <= fell
    assert len(fell) < len(windows)
    fired = set(automated.entities) - {"sensor.heat_pump_204_cop_now"}
    assert fired == fell


@pytest.mark.parametrize("kind", ["above", "between", "outside"])
async def test_a_cop_that_rises_into_a_range_fires(
    hass: HomeAssistant,
    simulator: Simulator,
    world: World,
    freezer: FrozenDateTimeFactory,
    kind: str,
) -> None:
    world.add(
        PowerCorrected(
            system_id=204,
            start=datetime(2026, 2, 11, tzinfo=UTC).timestamp(),
            end=datetime(2026, 2, 12, tzinfo=UTC).timestamp(),
            factor=0.5,
            at=0,
            feeds=("heatpump_heat",),
        )
    )
    await set_up(hass, heat_pump_entry(simulator))
    low = cop(hass)
    threshold: dict[str, Any] = {"type": kind}
    if kind == "above":
        threshold["value"] = {"number": low * 1.2}
    else:
        threshold["value_min"] = {"number": low * 1.2}
        threshold["value_max"] = {"number": low * 4}
    options = {"threshold": threshold}
    automated = await automate(
        hass, "cop_crossed_threshold", {"entity_id": YESTERDAY}, options
    )
    await pass_time(hass, freezer, DAY)
    assert low * 1.2 < cop(hass) < low * 4
    assert automated.entities == ([] if kind == "outside" else [YESTERDAY])


async def test_a_threshold_may_be_the_target_of_the_heat_pump(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    worsens(world, datetime(2026, 2, 12, tzinfo=UTC))
    number = "number.heat_pump_204_cop_target"
    await hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": number, "value": round(cop(hass) * 0.8, 1)},
        blocking=True,
    )
    automated = await automate(
        hass,
        "cop_crossed_threshold",
        {"entity_id": YESTERDAY},
        {"threshold": {"type": "below", "value": {"entity": number}}},
    )
    await pass_time(hass, freezer, DAY)
    assert automated.entities == [YESTERDAY]


async def test_a_cop_that_stays_below_for_a_time_fires_after_it(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    worsens(world, datetime(2026, 2, 12, tzinfo=UTC))
    automated = await automate(
        hass,
        "cop_crossed_threshold",
        {"entity_id": YESTERDAY},
        below(cop(hass) * 0.8) | {"for": {"hours": 6}},
    )
    await pass_time(hass, freezer, DAY)
    await pass_time(hass, freezer, 3 * HOUR)
    assert automated.entities == []
    await pass_time(hass, freezer, 3 * HOUR)
    assert automated.entities == [YESTERDAY]


async def test_a_cop_that_fell_while_the_service_did_not_answer_fires_afterwards(
    hass: HomeAssistant,
    simulator: Simulator,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    worsens(world, datetime(2026, 2, 12, tzinfo=UTC))
    before = cop(hass)
    automated = await automate(
        hass,
        "cop_crossed_threshold",
        {"entity_id": YESTERDAY},
        below(before * 0.8),
    )
    simulator.faults.add(Outage(path_contains="stats"))
    await pass_time(hass, freezer, DAY)
    assert shown(hass, YESTERDAY) == "unavailable"
    simulator.faults.clear()
    await pass_time(hass, freezer, 3 * HOUR)
    assert cop(hass) < before * 0.8
    assert automated.entities == [YESTERDAY]


async def test_a_cop_of_another_integration_is_not_looked_at(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    foreign = entity_registry.async_get_or_create(
        "sensor", "other", "1", translation_key="cop_yesterday"
    ).entity_id
    power = "sensor.heat_pump_204_power"
    automated = await automate(
        hass, "cop_crossed_threshold", {"entity_id": [foreign, power]}, below(3)
    )
    for entity_id in (foreign, power):
        hass.states.async_set(entity_id, "4")
        hass.states.async_set(entity_id, "2")
    await hass.async_block_till_done()
    assert automated.entities == []


# How often each has fired before the monitor stops, after that, and when it is back.
RUNS = {"monitoring_went_stale": (0, 1, 1), "monitoring_came_back": (0, 0, 1)}


@pytest.mark.usefixtures("dark")
@pytest.mark.parametrize("key", RUNS)
@pytest.mark.parametrize("by", ["entity", "device"])
async def test_monitoring_that_stops_and_comes_back_fires(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    key: str,
    by: str,
) -> None:
    target = {"entity_id": MONITORING}
    if by == "device":
        target = {"device_id": device_of(hass, heat_pump, "Heat pump 204")}
    automated = await automate(hass, key, target)
    for count, state in zip(RUNS[key], ("on", "off", "on"), strict=True):
        assert shown(hass, MONITORING) == state
        assert automated.entities == [MONITORING] * count
        await pass_time(hass, freezer, 4 * HOUR)


@pytest.mark.usefixtures("dark")
async def test_monitoring_that_comes_back_in_time_does_not_fire(
    hass: HomeAssistant, heat_pump: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    automated = await automate(
        hass, "monitoring_went_stale", {"entity_id": MONITORING}, {"for": "08:00:00"}
    )
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, MONITORING) == "off"
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, MONITORING) == "on"
    await pass_time(hass, freezer, 8 * HOUR)
    assert automated.entities == []


async def test_nothing_fires_when_home_assistant_starts(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """What is known then for the first time has not changed."""
    start = NOW.timestamp() - 5 * HOUR
    simulator.world.add(MonitorDark(system_id=204, start=start, end=start + DAY))
    automated = await automate(hass, "monitoring_went_stale", {"entity_id": MONITORING})
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    assert shown(hass, MONITORING) == "off"
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(hass, freezer, HOUR)
    assert shown(hass, MONITORING) == "off"
    assert automated.entities == []


async def test_monitoring_that_stopped_while_the_service_did_not_answer_fires(
    hass: HomeAssistant,
    simulator: Simulator,
    heat_pump: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    automated = await automate(hass, "monitoring_went_stale", {"entity_id": MONITORING})
    simulator.faults.add(Outage(service="heatpumpmonitor"))
    simulator.world.add(
        MonitorDark(system_id=204, start=NOW.timestamp(), end=NOW.timestamp() + 9 * DAY)
    )
    await pass_time(hass, freezer, 3 * HOUR)
    assert shown(hass, MONITORING) == "unavailable"
    assert automated.entities == []
    simulator.faults.clear()
    await pass_time(hass, freezer, 2 * HOUR)
    assert shown(hass, MONITORING) == "off"
    assert automated.entities == [MONITORING]


async def test_performance_that_degrades_fires(
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
    hass.states.async_set(degraded, "unknown")
    automated = await automate(hass, "performance_degraded", {"device_id": device_id})
    for state, count in (("off", 0), ("on", 1), ("unavailable", 1), ("on", 1)):
        hass.states.async_set(degraded, state)
        await hass.async_block_till_done()
        assert automated.entities == [degraded] * count


@pytest.mark.parametrize("by", ["entity", "device"])
async def test_each_new_day_of_a_heat_pump_fires_once(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    by: str,
) -> None:
    target = {"entity_id": LATEST_DAY}
    if by == "device":
        target = {"device_id": device_of(hass, heat_pump, "Heat pump 204")}
    automated = await automate(hass, "new_day_of_data", target)
    assert shown(hass, LATEST_DAY) == "2026-02-11"
    await pass_time(hass, freezer, 3 * HOUR)
    assert automated.entities == []
    await pass_time(hass, freezer, 15 * HOUR)
    assert shown(hass, LATEST_DAY) == "2026-02-12"
    assert automated.entities == [LATEST_DAY]
    for _ in range(6):
        await pass_time(hass, freezer, 3 * HOUR)
    assert shown(hass, LATEST_DAY) == "2026-02-12"
    assert automated.entities == [LATEST_DAY]
    await pass_time(hass, freezer, 9 * HOUR)
    assert automated.entities == [LATEST_DAY] * 2


async def test_the_latest_day_is_that_of_a_monitor_before_it_was_silent(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    start = datetime(2026, 2, 9, 15, tzinfo=UTC).timestamp()
    simulator.world.add(MonitorDark(system_id=204, start=start, end=start + 9 * DAY))
    await set_up(hass, heat_pump_entry(simulator))
    assert shown(hass, LATEST_DAY) == "2026-02-09"


async def test_an_outage_neither_repeats_a_day_nor_loses_one(
    hass: HomeAssistant,
    simulator: Simulator,
    heat_pump: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    automated = await automate(hass, "new_day_of_data", {"entity_id": LATEST_DAY})

    async def outage(seconds: float) -> None:
        simulator.faults.add(Outage(path_contains="stats"))
        await pass_time(hass, freezer, seconds)
        assert shown(hass, LATEST_DAY) == "unavailable"
        simulator.faults.clear()
        await pass_time(hass, freezer, 2 * HOUR)

    await outage(4 * HOUR)
    assert shown(hass, LATEST_DAY) == "2026-02-11"
    assert automated.entities == []
    await outage(20 * HOUR)
    assert shown(hass, LATEST_DAY) == "2026-02-12"
    assert automated.entities == [LATEST_DAY]


async def test_a_new_day_fires_for_each_meter(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    consent = min(simulator.world.tokens[simulator.world.token])
    simulator.world.add(
        MeterLate(consent=consent, start=NOW.timestamp(), end=NOW.timestamp() + 2 * DAY)
    )
    automated = await automate(
        hass,
        "new_day_of_data",
        {"device_id": device_of(hass, entry, "Electricity meter")},
    )
    latest_day = "sensor.electricity_meter_latest_day"
    assert shown(hass, latest_day) == "2026-02-11"
    await pass_time(hass, freezer, DAY)
    assert shown(hass, latest_day) == "2026-02-11"
    assert automated.entities == []
    await pass_time(hass, freezer, DAY)
    assert date.fromisoformat(shown(hass, latest_day)) == date(2026, 2, 13)
    assert automated.entities == [latest_day]


async def test_the_interface_finds_every_trigger_with_its_fields(
    hass: HomeAssistant, heat_pump: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "automation", {})
    described = await trigger.async_get_all_descriptions(hass)
    ours = {
        key.removeprefix(f"{DOMAIN}."): set((value or {}).get("fields", {}))
        for key, value in described.items()
        if key.startswith(f"{DOMAIN}.")
    }
    usual = {"behavior", "for"}
    assert ours == {
        "cop_crossed_threshold": {*usual, "threshold", "window"},
        "monitoring_came_back": usual,
        "monitoring_went_stale": usual,
        "new_day_of_data": set(),
        "performance_degraded": usual,
    }
