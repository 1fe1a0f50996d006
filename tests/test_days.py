"""What the days of a heat pump tell: the watch on its COP, and its monitor's health."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .household import heat_pump_entry, pass_time, set_up, shown
from .simulator import AbsurdSamples, EfficiencyLost, Simulator, World
from .simulator.data_faults import FeedEnds, MonitorDark
from .simulator.faults import EmoncmsDown, Outage
from .simulator.heat_pump import HeatPump
from .simulator.homes import usual_config
from .simulator.plant import Plant

NOW = datetime(2026, 1, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
DAILY = "/system/stats/daily"
PUMP = "binary_sensor.heat_pump_204"
CYCLING = f"{PUMP}_cycling"
PROBLEM = f"{PUMP}_monitoring_problem"
DEGRADED = f"{PUMP}_performance_degraded"

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
async def simulator(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Serve a heat pump that has been monitored for some weeks."""
    async with serve(freezer, 50) as simulator:
        yield simulator


@pytest.fixture
async def long_simulator(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Serve a heat pump that has been monitored for more than a year."""
    async with serve(freezer, 400) as simulator:
        yield simulator


def serve(freezer: FrozenDateTimeFactory, days: int) -> Simulator:
    """Return a server of a heat pump with the feeds that the watch needs.

    Samples of the past are out of reach, so that no time is spent on importing them: the
    days come from statistics of their own.
    """
    freezer.move_to(NOW)
    world = World.small(days=days, now=lambda: datetime.now(UTC).timestamp())
    world.systems[204].config = usual_config(
        "heatpump_elec",
        "heatpump_heat",
        "heatpump_flowT",
        "heatpump_returnT",
        "heatpump_outsideT",
        "heatpump_dhw",
    )
    simulator = Simulator(world)
    simulator.faults.add(EmoncmsDown(path_contains="/timeseries/data"))
    return simulator


HEALTH = ("feed_stale", "air_in_heat_meter", "sensor_frozen", "data_quality_falling")


def attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """Return the figures of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


def days_asked(simulator: Simulator) -> list[int]:
    """Return for how many days each request for the watch has asked."""
    return [
        (int(request.query["end"]) - int(request.query["start"])) // DAY
        for request in simulator.requests
        if request.path == DAILY and "weighted_flowT" in request.query["fields"]
    ]


# The watch on the COP.


async def test_a_tenth_lost_overnight_is_told_within_three_weeks(
    hass: HomeAssistant, long_simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(long_simulator))
    assert shown(hass, DEGRADED) == "off"
    before = attributes(hass, DEGRADED)
    assert before["since"] is None
    assert before["days_compared"] > 150
    onset = datetime(2026, 1, 13, tzinfo=UTC)
    long_simulator.world.add(
        EfficiencyLost(system_id=204, at=onset.timestamp(), loss=0.1)
    )
    for _ in range(21):
        await pass_time(hass, freezer, DAY)
    assert shown(hass, DEGRADED) == "on"
    found = attributes(hass, DEGRADED)
    assert found["loss_percent"] == pytest.approx(10, abs=1.5)
    since = date.fromisoformat(found["since"])
    assert abs(since - onset.date()) <= timedelta(days=2)
    assert found["cusum"] > found["limit"]
    assert found["last_heating_day"] > found["since"]


async def test_a_healthy_winter_is_not_told(
    hass: HomeAssistant, long_simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(long_simulator))
    for _ in range(4):
        await pass_time(hass, freezer, 10 * DAY)
        assert shown(hass, DEGRADED) == "off"
    found = attributes(hass, DEGRADED)
    assert found["last_heating_day"] == "2026-02-20"
    assert (found["loss_percent"], found["since"]) == (None, None)


async def test_two_years_are_read_at_a_start_and_then_two_weeks_a_day(
    hass: HomeAssistant, long_simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(long_simulator))
    assert days_asked(long_simulator) == [730]
    for _ in range(8 * 8):
        await pass_time(hass, freezer, 3 * HOUR)
    assert days_asked(long_simulator) == [730, *6 * [14], 730, 14]


async def test_what_is_not_heating_days_enough_is_unknown(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    assert shown(hass, DEGRADED) == "unknown"
    assert "days_compared" not in attributes(hass, DEGRADED)


async def test_days_before_the_owners_start_date_are_ignored(
    hass: HomeAssistant, long_simulator: Simulator
) -> None:
    system = long_simulator.world.systems[204]
    system.start_date = int(NOW.timestamp()) - 80 * DAY
    entry = heat_pump_entry(long_simulator)
    await set_up(hass, entry)
    assert shown(hass, DEGRADED) == "unknown"
    (watched,) = entry.runtime_data.systems
    assert watched.days.data.count == 79


async def test_without_a_return_temperature_nothing_is_watched(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    """The service then weighs neither flow nor outside temperature by heat."""
    del simulator.world.systems[204].config["heatpump_returnT"]
    await set_up(hass, heat_pump_entry(simulator))
    assert hass.states.get(DEGRADED) is None
    assert hass.states.get(CYCLING) is None
    assert hass.states.get(PROBLEM) is not None


async def test_an_outage_of_the_service_changes_no_verdict(
    hass: HomeAssistant, long_simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(long_simulator))
    before = attributes(hass, DEGRADED)
    start = NOW.timestamp()
    long_simulator.faults.add(Outage(start=start, end=start + 2 * DAY))
    await pass_time(hass, freezer, DAY)
    assert shown(hass, DEGRADED) == "unavailable"
    for _ in range(4):
        await pass_time(hass, freezer, 8 * HOUR)
    assert shown(hass, DEGRADED) == "off"
    assert attributes(hass, DEGRADED)["last_heating_day"] > before["last_heating_day"]


# How often the compressor starts.


async def test_starts_are_told_only_above_those_of_the_fleet(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    system = simulator.world.systems[204]
    assert system.plant is not None
    # Its least output is more than the house needs in the cold.
    system.plant = Plant(
        HeatPump(min_output=6500.0),
        system.plant.climate,
        system.plant.dice,
        system.plant.first_day,
    )
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    assert shown(hass, CYCLING) == "unknown"
    (watched,) = entry.runtime_data.systems
    starts = [
        await counted_starts(simulator, NOW - timedelta(days=back))
        for back in (1, 2, 3)
    ]
    for fleet, state in ((0.5 * min(starts), "on"), (2 * max(starts), "off")):
        watched.days.fleet_starts = partial(list, [fleet] * 20)
        watched.days.async_update_listeners()
        assert shown(hass, CYCLING) == state
        found = attributes(hass, CYCLING)
        # The service counts a run that goes on over midnight as a start.
        assert found["starts_per_hour"] == pytest.approx(starts[0], abs=1 / 24 + 0.01)
        assert found["limit"] == pytest.approx(fleet, abs=0.006)
        assert found["systems"] == 20
        assert found["fleet_percentile"] == (100 if state == "on" else 0)
        assert (found["days_above"] >= 3) == (state == "on")


async def counted_starts(simulator: Simulator, day: datetime) -> float:
    """Return the starts per hour of a UTC day, counted in the samples of the power."""
    start, feeds, _ = simulator.world.samples(simulator.world.systems[204])
    first = int(day.replace(hour=0, minute=0).timestamp() - start) // 60
    power: list[float] = feeds["heatpump_elec"][first : first + DAY // 60].tolist()
    return sum(a < 150 <= b for a, b in pairwise(power)) / 24


# The health of the monitor.


async def show_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up with the sensors that are disabled at first."""
    registry = er.async_get(hass)
    await set_up(hass, entry)
    for each in er.async_entries_for_config_entry(registry, entry.entry_id):
        if each.disabled_by is not None:
            registry.async_update_entity(each.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def told(hass: HomeAssistant) -> dict[str, str]:
    """Return the states of all sensors of health that are there."""
    found = {key: hass.states.get(f"{PUMP}_{key}") for key in HEALTH}
    return {key: state.state for key, state in found.items() if state}


async def test_a_sound_monitor_is_told_to_be_so(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await show_all(hass, heat_pump_entry(simulator))
    assert shown(hass, PROBLEM) == "off"
    assert attributes(hass, PROBLEM)["problems"] == []
    # Without the heat meter's own code nothing is known of air.
    assert told(hass) == {
        "feed_stale": "off",
        "sensor_frozen": "off",
        "data_quality_falling": "off",
    }


async def test_the_sensors_of_single_problems_are_disabled_at_first(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    assert told(hass) == {}
    assert shown(hass, PROBLEM) == "off"


async def test_a_feed_that_is_silent_while_others_go_on_is_named_and_comes_back(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    now = NOW.timestamp()
    simulator.world.add(
        MonitorDark(
            system_id=204,
            start=now,
            end=now + 8 * HOUR,
            feeds=("heatpump_outsideT",),
        )
    )
    await show_all(hass, heat_pump_entry(simulator))
    await pass_time(hass, freezer, 2 * HOUR)
    assert told(hass)["feed_stale"] == "off"
    for _ in range(3):
        await pass_time(hass, freezer, HOUR)
    assert told(hass)["feed_stale"] == "on"
    assert attributes(hass, f"{PUMP}_feed_stale")["feeds"] == ["outside_temperature"]
    assert shown(hass, PROBLEM) == "on"
    found = attributes(hass, PROBLEM)
    assert found["problems"] == ["feed_stale"]
    assert found["feed_stale"] == {"feeds": ["outside_temperature"]}
    for _ in range(6):
        await pass_time(hass, freezer, HOUR)
    assert told(hass)["feed_stale"] == "off"
    assert shown(hass, PROBLEM) == "off"


async def test_a_silent_monitor_is_no_matter_of_a_feed(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(FeedEnds(system_id=204, at=NOW.timestamp()))
    await show_all(hass, heat_pump_entry(simulator))
    for _ in range(6):
        await pass_time(hass, freezer, HOUR)
    assert shown(hass, "binary_sensor.heat_pump_204_monitoring") == "off"
    assert told(hass)["feed_stale"] == "off"


async def test_air_in_the_heat_meter_is_told_with_its_share(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.systems[204].config["heatpump_error"] = "heatpump_error"
    start = datetime(2026, 1, 8, tzinfo=UTC).timestamp()
    simulator.world.add(
        AbsurdSamples(
            system_id=204,
            start=start,
            end=start + DAY,
            value=1024.0,
            feeds=("heatpump_error",),
        )
    )
    await show_all(hass, heat_pump_entry(simulator))
    assert told(hass)["air_in_heat_meter"] == "on"
    feeds = simulator.world.samples(simulator.world.systems[204]).feeds
    last = int(datetime(2026, 1, 12, tzinfo=UTC).timestamp())
    power = feeds["heatpump_elec"][(last - simulator.world.start) // 60 - 7 * 1440 :]
    airy = power[3 * 1440 : 4 * 1440]
    running = airy[airy >= 150]
    found = attributes(hass, f"{PUMP}_air_in_heat_meter")
    assert found["hours"] == pytest.approx(running.size / 60, abs=0.06)
    assert found["percent_of_electricity"] == pytest.approx(
        100 * running.sum() / power[: 7 * 1440].sum(), abs=0.06
    )


async def test_a_temperature_that_stands_still_is_told_after_two_whole_days(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    start = datetime(2026, 1, 11, tzinfo=UTC).timestamp()
    simulator.world.add(
        AbsurdSamples(
            system_id=204,
            start=start,
            end=start + 4 * DAY,
            value=33.3,
            feeds=("heatpump_flowT",),
        )
    )
    await show_all(hass, heat_pump_entry(simulator))
    assert told(hass)["sensor_frozen"] == "off"
    await pass_time(hass, freezer, DAY)
    assert told(hass)["sensor_frozen"] == "on"
    assert attributes(hass, f"{PUMP}_sensor_frozen")["feeds"] == ["flow_temperature"]
    assert attributes(hass, PROBLEM)["problems"] == ["sensor_frozen"]


async def test_quality_that_falls_is_told_by_how_much(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    start = datetime(2026, 1, 9, tzinfo=UTC).timestamp()
    simulator.world.add(
        MonitorDark(
            system_id=204,
            start=start,
            end=start + 12 * HOUR,
            feeds=("heatpump_heat",),
        )
    )
    await show_all(hass, heat_pump_entry(simulator))
    assert told(hass)["data_quality_falling"] == "on"
    found = attributes(hass, f"{PUMP}_data_quality_falling")
    assert found["points_lost"] == {"heat": pytest.approx(100 / 14, abs=0.06)}


async def test_diagnostics_tell_the_figures_of_the_watch(
    hass: HomeAssistant, long_simulator: Simulator
) -> None:
    entry = heat_pump_entry(long_simulator)
    await set_up(hass, entry)
    found = await async_get_config_entry_diagnostics(hass, entry)
    (system,) = found["systems"]
    assert system["watch"]["days"] == 400
    assert system["watch"]["degradation"]["degraded"] is False
    assert system["watch"]["health"]["stale"] == ()
    assert system["coordinators"]["days"]["last_update_success"]
    json.dumps(found)
