"""The whole way: from what a service answers to what a dashboard shows."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.recorder import get_instance

from .household import (
    Hours,
    heat_pump_entry,
    imported,
    meter_statistic,
    meters_entry,
    pass_time,
    set_up,
    system_statistic,
)
from .simulator import Simulator, SystemHour, World
from .simulator.data_faults import (
    CounterRestart,
    HalfHoursMissing,
    MonitorDark,
    PowerCorrected,
    UsageCorrected,
)
from .simulator.faults import Outage
from .soak.hanging import Hanging

HOUR = 3600
DAY = 24 * HOUR
# In the middle of a month, so that the history of some weeks has an edge of months in it.
NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("home_assistant")

ENERGIES: dict[str, Callable[[SystemHour], float | None]] = {
    "electricity": lambda hour: hour.elec_kwh,
    "heat": lambda hour: hour.heat_kwh,
}
TEMPERATURES: dict[str, Callable[[SystemHour], float | None]] = {
    "flow_temperature": lambda hour: hour.flow_temperature,
    "return_temperature": lambda hour: hour.return_temperature,
    "outside_temperature": lambda hour: hour.outside_temperature,
    "room_temperature": lambda hour: hour.room_temperature,
}


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture(autouse=True)
async def in_london(hass: HomeAssistant) -> None:
    """Let the home be in Britain."""
    await hass.config.async_set_time_zone("Europe/London")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some weeks of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=20, now=lambda: datetime.now(UTC).timestamp())


def of_system(
    world: World, figure: Callable[[SystemHour], float | None], system_id: int = 204
) -> Hours:
    """Return the truth of a figure for every whole hour of a heat pump."""
    hours = world.truth.system_hours(system_id, 0, 2**40)
    found = ((hour.start, figure(hour)) for hour in hours)
    return {start: value for start, value in found if value is not None}


def of_meter(world: World, commodity: str) -> Hours:
    """Return the true kWh of every whole hour of the first home's meter."""
    consent = min(world.tokens[world.token])
    hours = world.truth.meter_hours(consent, commodity, 0, 2**40)
    return {hour.start: hour.energy_kwh for hour in hours}


@pytest.mark.parametrize(
    ("key", "figure"),
    (ENERGIES | TEMPERATURES).items(),
    ids=(ENERGIES | TEMPERATURES).keys(),
)
async def test_every_hour_of_a_heat_pump_equals_the_truth(
    hass: HomeAssistant,
    simulator: Simulator,
    key: str,
    figure: Callable[[SystemHour], float | None],
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    truth = of_system(simulator.world, figure)
    assert len(truth) == 20 * 24 + 9
    shown = await imported(hass, system_statistic(simulator, key))
    assert shown == pytest.approx(truth, abs=1e-6)


async def test_every_hour_of_a_whole_local_day_carries_the_cop_of_the_day(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    expected: Hours = {}
    days = simulator.world.truth.daily_cop(204, ZoneInfo("Europe/London"))
    for day, ratio in days.items():
        midnight = datetime.combine(day, datetime.min.time(), ZoneInfo("Europe/London"))
        start = int(midnight.timestamp())
        expected |= dict.fromkeys(range(start, start + DAY, HOUR), ratio)
    assert len(expected) == 20 * 24
    shown = await imported(hass, system_statistic(simulator, "cop"))
    assert shown == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("commodity", ["electricity", "gas"])
async def test_every_hour_of_a_meter_equals_the_truth(
    hass: HomeAssistant, simulator: Simulator, commodity: str
) -> None:
    await set_up(hass, meters_entry(simulator))
    truth = of_meter(simulator.world, commodity)
    assert len(truth) == 20 * 24
    shown = await imported(hass, meter_statistic(simulator, commodity))
    assert shown == pytest.approx(truth, abs=1e-6)


async def test_new_hours_follow_without_reading_the_past_again(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    before = len(simulator.requests)
    await pass_time(hass, freezer, HOUR)
    shown = await imported(hass, system_statistic(simulator, "electricity"))
    assert shown == pytest.approx(
        of_system(simulator.world, ENERGIES["electricity"]), abs=1e-6
    )
    asked = [
        request
        for request in simulator.requests[before:]
        if request.path.endswith("/data")
    ]
    assert len(asked) == 2
    assert all(
        int(request.query["end"]) - int(request.query["start"]) <= 3 * DAY
        for request in asked
    )


async def test_an_hour_without_news_asks_for_nothing_but_the_news(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, meters_entry(simulator))
    before = len(simulator.requests)
    await pass_time(hass, freezer, HOUR)
    assert [request.path for request in simulator.requests[before:]] == [
        "/meters/api/v1/meters/"
    ]


async def test_what_is_imported_is_not_read_again_after_a_restart(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    rows = await imported(hass, system_statistic(simulator, "heat"))
    before = len(simulator.requests)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    read = [
        (int(request.query["end"]) - int(request.query["start"])) / DAY
        for request in simulator.requests[before:]
        if request.path.endswith("/data")
    ]
    # The tail of two days, once of each kind of feed.
    assert len(read) == 2
    assert max(read) < 3
    assert len(simulator.requests) - before == 12
    assert await imported(hass, system_statistic(simulator, "heat")) == rows


async def test_a_reload_in_the_middle_of_the_import_ends_at_the_truth(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    shown = await imported(hass, system_statistic(simulator, "electricity"))
    assert shown == pytest.approx(
        of_system(simulator.world, ENERGIES["electricity"]), abs=1e-6
    )


async def test_nothing_is_imported_before_home_assistant_has_started(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    hass.set_state(CoreState.starting)
    await set_up(hass, heat_pump_entry(simulator))
    assert not any(request.path.endswith("/data") for request in simulator.requests)
    assert hass.states.get("sensor.heat_pump_204_cop_7_days") is not None
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done(wait_background_tasks=True)
    shown = await imported(hass, system_statistic(simulator, "electricity"))
    assert len(shown) == 20 * 24 + 9


async def test_an_import_that_an_outage_cuts_off_goes_on_by_itself(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    # A request on a connection that was open is sent once more when it breaks.
    simulator.faults.add(Outage(path_contains="/data", count=2))
    await set_up(hass, heat_pump_entry(simulator))
    assert await imported(hass, system_statistic(simulator, "electricity")) == {}
    await pass_time(hass, freezer, 10 * 60)
    shown = await imported(hass, system_statistic(simulator, "electricity"))
    assert shown == pytest.approx(
        of_system(simulator.world, ENERGIES["electricity"]), abs=1e-6
    )


async def test_a_dark_monitor_keeps_the_total_and_spreads_it_evenly(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    """Six hours are missing; the counter went on."""
    start = int(NOW.timestamp()) // DAY * DAY - 3 * DAY
    simulator.world.add(
        MonitorDark(system_id=204, start=start + 30, end=start + 6 * HOUR - 30)
    )
    truth = of_system(simulator.world, ENERGIES["electricity"])
    hole = range(start, start + 6 * HOUR, HOUR)
    total = sum(truth[hour] for hour in hole)
    await set_up(hass, heat_pump_entry(simulator))
    shown = await imported(hass, system_statistic(simulator, "electricity"))
    expected = truth | dict.fromkeys(hole, total / 6)
    assert shown == pytest.approx(expected, abs=1e-6)


async def test_what_a_dark_monitor_sends_later_takes_its_place(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    now = int(NOW.timestamp())
    simulator.world.add(
        MonitorDark(
            system_id=204,
            start=now - 20 * HOUR,
            end=now - 4 * HOUR,
            filled=now + 30 * 60,
        )
    )
    await set_up(hass, heat_pump_entry(simulator))
    await pass_time(hass, freezer, HOUR)
    shown = await imported(hass, system_statistic(simulator, "heat"))
    assert shown == pytest.approx(
        of_system(simulator.world, ENERGIES["heat"]), abs=1e-6
    )


async def test_a_counter_that_restarts_is_bridged_by_the_power(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.add(
        CounterRestart(system_id=204, at=NOW.timestamp() - 5 * DAY - 1000)
    )
    await set_up(hass, heat_pump_entry(simulator))
    for key, figure in ENERGIES.items():
        shown = await imported(hass, system_statistic(simulator, key))
        assert shown == pytest.approx(of_system(simulator.world, figure), abs=1e-6)


async def test_a_correction_of_the_past_is_found_and_every_later_total_follows(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The corrected days lie in the month before, out of reach of the newest days."""
    await set_up(hass, meters_entry(simulator))
    consent = min(simulator.world.tokens[simulator.world.token])
    start = simulator.world.start + DAY
    simulator.world.add(
        UsageCorrected(
            consent=consent,
            commodity="electricity",
            start=start,
            end=start + 5 * HOUR,
            factor=1.5,
            at=NOW.timestamp() + 60,
        )
    )
    old = await imported(hass, meter_statistic(simulator, "electricity"))
    await pass_time(hass, freezer, DAY + HOUR)
    shown = await imported(hass, meter_statistic(simulator, "electricity"))
    truth = of_meter(simulator.world, "electricity")
    assert shown == pytest.approx(truth, abs=1e-6)
    assert shown[start] == pytest.approx(1.5 * old[start])


async def test_a_corrected_power_feed_is_found_through_its_counter(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    start = simulator.world.start + DAY
    simulator.world.add(
        PowerCorrected(
            system_id=204,
            start=start,
            end=start + 5 * HOUR,
            factor=1.5,
            at=NOW.timestamp() + 60,
        )
    )
    await pass_time(hass, freezer, DAY + HOUR)
    for key, figure in ENERGIES.items():
        shown = await imported(hass, system_statistic(simulator, key))
        assert shown == pytest.approx(of_system(simulator.world, figure), abs=1e-6)


@pytest.mark.parametrize("kind", ["error", "absent"])
async def test_a_half_hour_that_fails_waits_two_days_and_is_repaired_when_it_comes(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    kind: Literal["error", "absent"],
) -> None:
    consent = min(simulator.world.tokens[simulator.world.token])
    yesterday = int(NOW.timestamp()) // DAY * DAY - DAY
    hour = yesterday + 12 * HOUR
    simulator.world.add(
        HalfHoursMissing(
            consent=consent,
            commodity="electricity",
            start=hour + HOUR // 2,
            end=hour + HOUR,
            kind=kind,
            filled=NOW.timestamp() + 5 * DAY,
        )
    )
    await set_up(hass, meters_entry(simulator))
    statistic = meter_statistic(simulator, "electricity")
    truth = of_meter(simulator.world, "electricity")
    shown = await imported(hass, statistic)
    assert hour not in shown
    assert shown == pytest.approx(
        {start: value for start, value in truth.items() if start != hour}, abs=1e-6
    )
    for _ in range(3):
        await pass_time(hass, freezer, DAY)
    alone = (await imported(hass, statistic))[hour]
    assert 0 < alone < truth[hour]
    for _ in range(3):
        await pass_time(hass, freezer, DAY)
    assert await imported(hass, statistic) == pytest.approx(
        of_meter(simulator.world, "electricity"), abs=1e-6
    )


async def test_a_cleared_database_is_filled_again(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, meters_entry(simulator))
    statistic = meter_statistic(simulator, "electricity")
    get_instance(hass).async_clear_statistics([statistic])
    await pass_time(hass, freezer, DAY + HOUR)
    assert await imported(hass, statistic) == pytest.approx(
        of_meter(simulator.world, "electricity"), abs=1e-6
    )


async def test_half_hours_stamped_with_their_end_are_told_by_an_option(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.style.stamp = "end"
    consent = min(simulator.world.tokens[simulator.world.token])
    key = f"meter_{consent.replace('-', '')}"
    await set_up(
        hass, meters_entry(simulator, options={"meters": {key: {"stamp": "end"}}})
    )
    shown = await imported(hass, meter_statistic(simulator, "electricity"))
    assert shown == pytest.approx(of_meter(simulator.world, "electricity"), abs=1e-6)


async def test_removing_an_entry_keeps_its_statistics(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    statistic = meter_statistic(simulator, "gas")
    before = await imported(hass, statistic)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert await imported(hass, statistic) == before
    await set_up(hass, meters_entry(simulator))
    assert await imported(hass, statistic) == before


# Home Assistant that stops: it waits for what runs in the foreground, and the recorder then
# closes its database under whatever goes on.


async def test_an_import_after_news_runs_in_the_background(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    hanging = Hanging(path_contains="/data")
    simulator.faults.add(hanging)
    (system,) = entry.runtime_data.systems
    freezer.tick(2 * HOUR)
    await system.feeds.async_refresh()
    await _until(lambda: hanging.waiting > 0)
    waiting = asyncio.create_task(hass.async_block_till_done())
    await _until(waiting.done)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_an_import_by_hand_ends_with_its_entry(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    hanging = Hanging(path_contains="/data")
    simulator.faults.add(hanging)
    (history,) = entry.runtime_data.histories
    by_hand = hass.async_create_task(history.async_import_again(None, None))
    await _until(lambda: hanging.waiting > 0)
    await hass.config_entries.async_unload(entry.entry_id)
    await _until(by_hand.done)
    assert by_hand.cancelled()


async def _until(is_so: Callable[[], bool]) -> None:
    """Let the loop go round until something is so; its clock stands still."""
    for _ in range(100_000):
        if is_so():
            return
        await asyncio.sleep(0)
    pytest.fail("it does not come")
