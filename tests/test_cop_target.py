"""An owner sets the COP that is wanted, and sees whether it is reached."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_load_restore_state_from_storage,
)

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from .household import heat_pump_entry, pass_time, set_up, show_all, shown
from .simulator import Outage, Simulator, World
from .simulator.data_faults import FeedEnds

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
TARGET = "number.heat_pump_204_cop_target"
WINDOW = "select.heat_pump_204_cop_target_period"
BELOW = "binary_sensor.heat_pump_204_cop_below_target"
LONG_AGO = datetime(2026, 2, 1, 12, tzinfo=UTC)

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


def cop(hass: HomeAssistant, window: str = "7_days") -> float:
    """Return the COP that is shown of some days."""
    return float(shown(hass, f"sensor.heat_pump_204_cop_{window}"))


async def want(hass: HomeAssistant, target: float) -> None:
    """Set the target."""
    await hass.services.async_call(
        "number", "set_value", {"entity_id": TARGET, "value": target}, blocking=True
    )


async def look_at(hass: HomeAssistant, window: str) -> None:
    """Choose the days whose COP is compared."""
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": WINDOW, "option": window},
        blocking=True,
    )


type Restart = Callable[[float, str, bool | None], Awaitable[None]]


@pytest.fixture
def restart(
    hass: HomeAssistant, heat_pump: MockConfigEntry, hass_storage: dict[str, Any]
) -> Restart:
    """Return what starts anew after a time with a target, a period and a verdict.

    A verdict of None: no COP was known.
    """

    async def start(target: float, window: str, below: bool | None) -> None:
        number = {
            "native_max_value": 8.0,
            "native_min_value": 1.0,
            "native_step": 0.1,
            "native_unit_of_measurement": None,
            "native_value": target,
        }
        told = {} if below is None else {"below": below, "since": LONG_AGO.timestamp()}
        kept = (
            (State(TARGET, str(target)), number),
            (State(WINDOW, window), None),
            (State(BELOW, "unavailable"), told),
        )
        await hass.config_entries.async_unload(heat_pump.entry_id)
        hass_storage["core.restore_state"] = {
            "version": 1,
            "key": "core.restore_state",
            "data": [
                {
                    "state": state.as_dict(),
                    "extra_data": extra,
                    "last_seen": datetime.now(UTC).isoformat(),
                }
                for state, extra in kept
            ],
        }
        await async_mock_load_restore_state_from_storage(hass)
        await hass.config_entries.async_setup(heat_pump.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)

    return start


async def test_at_first_a_week_is_compared_with_the_usual_target(
    hass: HomeAssistant, heat_pump: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    assert shown(hass, TARGET) == "3.0"
    assert shown(hass, WINDOW) == "7_days"
    assert shown(hass, BELOW) == ("on" if cop(hass) < 3 else "off")
    for entity_id, category in ((TARGET, "config"), (WINDOW, "config"), (BELOW, None)):
        entry = entity_registry.async_get(entity_id)
        assert entry is not None and entry.entity_category == category


async def test_a_target_above_the_cop_is_missed_and_one_below_it_is_not(
    hass: HomeAssistant, heat_pump: MockConfigEntry
) -> None:
    for target, state in ((8.0, "on"), (1.0, "off")):
        await want(hass, target)
        assert shown(hass, TARGET) == str(target)
        assert shown(hass, BELOW) == state
        attributes = hass.states.get(BELOW).attributes  # type: ignore[union-attr]
        assert attributes["cop"] == cop(hass)
        assert attributes["target"] == target
        assert attributes["since"] == (datetime.now(UTC) if state == "on" else None)


@pytest.mark.parametrize("window", ["yesterday", "30_days", "90_days", "365_days"])
async def test_the_cop_of_the_chosen_days_is_compared(
    hass: HomeAssistant, heat_pump: MockConfigEntry, window: str
) -> None:
    """Also where the sensor of those days is switched off, as that of 90 days at first."""
    await show_all(hass, heat_pump)
    await look_at(hass, window)
    assert shown(hass, WINDOW) == window
    attributes = hass.states.get(BELOW).attributes  # type: ignore[union-attr]
    assert attributes["cop"] == pytest.approx(cop(hass, window))
    assert shown(hass, BELOW) == ("on" if cop(hass, window) < 3 else "off")


async def test_another_target_is_judged_anew(
    hass: HomeAssistant, heat_pump: MockConfigEntry
) -> None:
    """A COP a little above the new target is on it, whatever was said of the old one."""
    await want(hass, 8.0)
    assert shown(hass, BELOW) == "on"
    # What a person cannot set in steps, an automation can.
    await want(hass, cop(hass) - 0.01)
    assert shown(hass, BELOW) == "off"


@pytest.mark.parametrize(
    ("below", "distance", "state"),
    [
        pytest.param(True, -0.02, "on", id="was below and is a little above"),
        pytest.param(False, -0.02, "off", id="was above and is a little above"),
        pytest.param(None, -0.02, "off", id="was not known and is a little above"),
        pytest.param(True, -0.2, "off", id="was below and is far above"),
        pytest.param(False, 0.2, "on", id="was above and is below"),
    ],
)
async def test_a_restart_changes_nothing_of_what_was_said(
    hass: HomeAssistant,
    restart: Restart,
    below: bool | None,
    distance: float,
    state: str,
) -> None:
    target = round(cop(hass, "30_days"), 6) + distance
    await restart(target, "30_days", below)
    assert float(shown(hass, TARGET)) == pytest.approx(target)
    assert shown(hass, WINDOW) == "30_days"
    assert shown(hass, BELOW) == state
    attributes = hass.states.get(BELOW).attributes  # type: ignore[union-attr]
    since = {"on": LONG_AGO if below else NOW, "off": None}[state]
    assert attributes["since"] == since


async def test_what_cannot_have_been_set_is_not_restored(
    hass: HomeAssistant, restart: Restart
) -> None:
    await restart(80.0, "2_days", None)
    assert shown(hass, TARGET) == "3.0"
    assert shown(hass, WINDOW) == "7_days"


async def test_a_reload_keeps_what_is_set_and_since_when_it_is_missed(
    hass: HomeAssistant, heat_pump: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await want(hass, 7.3)
    await look_at(hass, "30_days")
    since = hass.states.get(BELOW).attributes["since"]  # type: ignore[union-attr]
    await pass_time(hass, freezer, 4 * HOUR)
    await hass.config_entries.async_reload(heat_pump.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, TARGET) == "7.3"
    assert shown(hass, WINDOW) == "30_days"
    assert shown(hass, BELOW) == "on"
    after = hass.states.get(BELOW).attributes["since"]  # type: ignore[union-attr]
    assert after == since


async def test_days_without_data_are_neither_below_the_target_nor_on_it(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    await want(hass, 8.0)
    world.add(FeedEnds(system_id=204, at=NOW.timestamp()))
    await pass_time(hass, freezer, 9 * DAY)
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, BELOW) == "unknown"
    await look_at(hass, "yesterday")
    assert shown(hass, BELOW) == "unknown"
    await look_at(hass, "30_days")
    assert shown(hass, BELOW) == "on"


async def test_what_is_wanted_can_be_set_while_the_service_does_not_answer(
    hass: HomeAssistant,
    simulator: Simulator,
    heat_pump: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    simulator.faults.add(Outage(path_contains="stats"))
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, BELOW) == "unavailable"
    await want(hass, 8.0)
    assert shown(hass, TARGET) == "8.0"
    simulator.faults.clear()
    await pass_time(hass, freezer, HOUR)
    assert shown(hass, BELOW) == "on"
    await want(hass, 1.0)
    assert shown(hass, BELOW) == "off"


async def test_the_targets_of_two_heat_pumps_are_two(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, socket_enabled: None
) -> None:
    freezer.move_to(NOW)
    world = World.demo(days=9, now=lambda: datetime.now(UTC).timestamp())
    async with Simulator(world) as simulator:
        await set_up(hass, heat_pump_entry(simulator, 204, 311))
        await want(hass, 7.9)
        assert shown(hass, TARGET) == "7.9"
        assert shown(hass, BELOW) == "on"
        assert shown(hass, "number.heat_pump_311_cop_target") == "3.0"
        other = hass.states.get("binary_sensor.heat_pump_311_cop_below_target")
        assert other is not None and other.attributes["target"] == 3.0
