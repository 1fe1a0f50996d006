"""Where a heat pump stands among published systems, from the answers to the sensors."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
import json
from random import Random
from statistics import median
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from .household import heat_pump_entry, pass_time, set_up, show_all, shown
from .simulator import Request, Simulator, World
from .simulator.faults import Altered, Held, Outage, Reply
from .simulator.fleet import Fleet

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
WINDOWS = {"365_days": "last365", "30_days": "last30"}
# A window counts with more days of data than this.
DAYS = {"last365": 330, "last30": 27}
AMONG = "Among published HeatpumpMonitor.org systems"
KEYS = (
    "cop_percentile_365_days",
    "cop_percentile_30_days",
    "cop_rank_365_days",
    "expected_cop",
    "cop_gap",
    "kelvin_saving",
)

type Row = dict[str, Any]

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def now() -> datetime:
    """Return when a test begins."""
    return NOW


@pytest.fixture
def world(freezer: FrozenDateTimeFactory, now: datetime) -> World:
    """Return a world with hundreds of public systems, under the clock of the test."""
    freezer.move_to(now)
    world = World.demo(days=3, now=lambda: datetime.now(UTC).timestamp())
    assert world.fleet is not None
    assert world.fleet.size == 300
    return world


@pytest.fixture
async def simulator(simulator: Simulator) -> Simulator:
    """Let the monitored systems have years behind them, of which only days are served."""
    simulator.faults.add(
        *(
            Altered(
                path_contains=f"/stats/{window}",
                alter=partial(_over, days + 3),
            )
            for window, days in DAYS.items()
        )
    )
    return simulator


def _over(days: int, body: bytes) -> bytes:
    """Return an answer whose short rows are of so many days."""
    rows = json.loads(body)
    if isinstance(rows, dict):
        for row in rows.values():
            if isinstance(row, dict) and row["combined_data_length"] < 14 * DAY:
                row["combined_data_length"] = days * DAY
    return json.dumps(rows).encode()


def sensor(key: str, system_id: int = 204) -> str:
    """Return the entity id of a comparing sensor."""
    return f"sensor.heat_pump_{system_id}_{key}"


PERCENTILE = sensor("cop_percentile_365_days")
RANK = sensor("cop_rank_365_days")
EXPECTED = sensor("expected_cop_365_days")
GAP = sensor("cop_above_expected_365_days")
SAVING = sensor("saving_per_kelvin_of_flow_temperature")


def of_the_fleet(requests: Iterable[Request]) -> list[Request]:
    """Return the requests that are about all systems."""
    return [
        request
        for request in requests
        if request.path == "/system/list/public.json"
        or (request.path.startswith("/system/stats/") and "id" not in request.query)
    ]


# What the service says, read again by another path.


async def answer(simulator: Simulator, path: str) -> Any:
    """Return what the service says of all systems."""
    async with (
        ClientSession() as session,
        session.get(f"{simulator.url}{path}") as response,
    ):
        return await response.json(content_type=None)


async def rows_of(simulator: Simulator, window: str) -> dict[int, Row]:
    """Return the rows that may be compared, with what each system is."""
    systems = await answer(simulator, "/system/list/public.json")
    stats = await answer(simulator, f"/system/stats/{window}")
    return dict(_comparable(systems, stats, DAYS[window]))


def _comparable(
    systems: list[Row], stats: dict[str, Row], days: int
) -> Iterator[tuple[int, Row]]:
    for system in systems:
        row = stats[str(system["id"])]
        carnot = max(row["weighted_prc_carnot"] or 0, row["combined_prc_carnot"] or 0)
        if (
            system["mid_metering"] == 1
            and system["metering_boundary_code"] == 4
            and row["combined_data_length"] / DAY > days
            and not row["cooling_heat_kwh"]
            and carnot <= 75
            and 1 < (row["combined_cop"] or 0) <= 8
        ):
            yield system["id"], system | row


def alike(rows: dict[int, Row], system: Row, *names: str) -> list[float]:
    """Return the COPs of the other systems with the same words under the names."""
    return [
        row["combined_cop"]
        for system_id, row in rows.items()
        if system_id != system["id"]
        and all(row[name] == system[name] for name in names)
    ]


def rank(own: float, others: list[float]) -> int:
    """Return the place of a COP when the best is first."""
    return sorted([own, *others], reverse=True).index(own) + 1


def line_of(rows: dict[int, Row]) -> tuple[float, float]:
    """Return the slope between all pairs at the middle, and the intercept that fits it."""
    points = [
        (row["weighted_flowT_minus_outsideT"], row["combined_cop"])
        for row in rows.values()
        if row["hp_type"] == "Air Source"
    ]
    slopes = [
        (points[i][1] - points[j][1]) / (points[i][0] - points[j][0])
        for i in range(len(points))
        for j in range(i)
        if points[i][0] != points[j][0]
    ]
    slope = median(slopes)
    return slope, median(cop - slope * lift for lift, cop in points)


# The sensors.


@pytest.mark.parametrize("name", WINDOWS)
async def test_the_percentile_counts_the_systems_of_each_tier(
    hass: HomeAssistant, simulator: Simulator, name: str
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await show_all(hass, entry)
    rows = await rows_of(simulator, WINDOWS[name])
    assert len(rows) > 150
    system = rows[204]
    own = float(shown(hass, f"sensor.heat_pump_204_cop_{name}"))
    assert own == pytest.approx(system["combined_cop"])
    tiers = {
        "model": ("hp_type", "hp_manufacturer", "hp_model", "hp_output"),
        "maker": ("hp_type", "hp_manufacturer"),
        "type": ("hp_type",),
        "all": (),
    }
    expected: dict[str, Any] = {}
    for tier, names in tiers.items():
        others = alike(rows, system, *names)
        assert len(others) >= 9
        found = {
            "percentile": pytest.approx(
                100 * sum(other < own for other in others) / len(others), abs=0.05
            ),
            "rank": rank(own, others),
            "systems": len(others) + 1,
        }
        prefix = "" if tier == "model" else f"{tier}_"
        expected |= {f"{prefix}{key}": value for key, value in found.items()}
    percentile = expected.pop("percentile")
    entity_id = sensor(f"cop_percentile_{name}")
    state = hass.states.get(entity_id)
    assert state is not None
    assert float(state.state) == percentile
    told = {
        key: value
        for key, value in state.attributes.items()
        if key.endswith(("tier", "rank", "systems", "_percentile"))
    }
    assert told == {"tier": "model"} | expected
    assert state.attributes["unit_of_measurement"] == "%"


async def test_the_rank_is_that_of_the_nearest_tier(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await show_all(hass, entry)
    rows = await rows_of(simulator, "last365")
    names = ("hp_type", "hp_manufacturer", "hp_model", "hp_output")
    others = alike(rows, rows[204], *names)
    state = hass.states.get(RANK)
    assert state is not None
    assert int(state.state) == rank(rows[204]["combined_cop"], others)
    assert state.attributes["systems"] == len(others) + 1
    assert state.attributes["tier"] == "model"


async def test_the_expected_cop_lies_on_the_line_of_the_fleet(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await show_all(hass, entry)
    rows = await rows_of(simulator, "last365")
    slope, intercept = line_of(rows)
    # The fleet is drawn around 7.04 − 0.1095 × lift.
    assert slope == pytest.approx(-0.11, abs=0.02)
    system = rows[204]
    lift = system["weighted_flowT_minus_outsideT"]
    expected = intercept + slope * lift
    assert float(shown(hass, EXPECTED)) == pytest.approx(expected)
    own = float(shown(hass, "sensor.heat_pump_204_cop_365_days"))
    assert float(shown(hass, GAP)) == pytest.approx(own - expected)
    less = 1 - expected / (expected - slope)
    assert float(shown(hass, SAVING)) == pytest.approx(100 * less)
    state = hass.states.get(SAVING)
    assert state is not None
    assert state.attributes["energy_saved_kwh"] == pytest.approx(
        system["combined_elec_kwh"] * less, abs=0.05
    )


async def test_only_three_of_the_sensors_are_on_at_first(
    hass: HomeAssistant, simulator: Simulator, entity_registry: er.EntityRegistry
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    all_of_them = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    comparing = [each for each in all_of_them if each.unique_id.endswith(KEYS)]
    assert len(comparing) == len(KEYS)
    on = {each.entity_id for each in comparing if each.disabled_by is None}
    assert on == {PERCENTILE, EXPECTED, GAP}
    for entity_id in on:
        state = hass.states.get(entity_id)
        assert state is not None
        assert state.attributes["attribution"] == AMONG


async def test_a_heat_pump_of_few_days_has_no_rank_yet(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.faults.clear()
    await set_up(hass, heat_pump_entry(simulator))
    assert float(shown(hass, "sensor.heat_pump_204_cop_365_days")) > 1
    for entity_id in (PERCENTILE, EXPECTED, GAP):
        assert shown(hass, entity_id) == "unknown"


async def test_a_handful_of_published_systems_makes_no_rank(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.fleet = Fleet(4, seed=1)
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    members = entry.runtime_data.fleet.data.windows
    assert 0 < len(members["last365"]) < 10
    for entity_id in (PERCENTILE, EXPECTED, GAP):
        assert shown(hass, entity_id) == "unknown"


async def test_nothing_is_expected_of_a_ground_source(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator, 311))
    percentile = hass.states.get(sensor("cop_percentile_365_days", 311))
    assert percentile is not None
    # Too few draw from the ground to be compared with.
    assert percentile.attributes["tier"] == "all"
    assert hass.states.get(sensor("cop_365_days_expected", 311)) is None


async def test_a_private_heat_pump_is_compared_with_all(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    system = simulator.world.systems[204]
    system.share = False
    await set_up(hass, heat_pump_entry(simulator, read_key=system.read_key))
    state = hass.states.get(PERCENTILE)
    assert state is not None
    assert state.attributes["tier"] == "all"
    rows = await rows_of(simulator, "last365")
    assert state.attributes["systems"] == len(rows) + 1
    assert hass.states.get(EXPECTED) is None


async def test_a_new_figure_of_the_heat_pump_moves_it_in_the_fleet(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    before = float(shown(hass, PERCENTILE))
    assert 0 < before < 100

    def best(body: bytes) -> bytes:
        rows = json.loads(_over(333, body))
        rows["204"] |= {"combined_cop": 7.9}
        return json.dumps(rows).encode()

    simulator.faults.clear()
    simulator.faults.add(Altered(path_contains="/stats/last365", alter=best))
    asked = len(of_the_fleet(simulator.requests))
    await pass_time(hass, freezer, 3 * HOUR)
    assert float(shown(hass, "sensor.heat_pump_204_cop_365_days")) == 7.9
    assert shown(hass, PERCENTILE) == "100.0"
    gap = float(shown(hass, GAP))
    assert gap == pytest.approx(7.9 - float(shown(hass, EXPECTED)))
    # The daily answer may have fallen into these hours, no other.
    assert len(of_the_fleet(simulator.requests)) - asked in (0, 3)


# When the service is asked.


async def test_the_fleet_is_asked_for_once_for_all_heat_pumps(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator, 204, 311)
    await set_up(hass, entry)
    assert [request.path for request in of_the_fleet(simulator.requests)] == [
        "/system/list/public.json",
        "/system/stats/last365",
        "/system/stats/last30",
    ]
    for system_id in (204, 311):
        entity_id = sensor("cop_percentile_365_days", system_id)
        assert 0 <= float(shown(hass, entity_id)) <= 100
    fleets = {id(system.fleet) for system in entry.runtime_data.systems}
    assert fleets == {id(entry.runtime_data.fleet)}


async def test_one_answer_is_waited_for_before_the_next_is_asked_for(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    held = Held(path_contains="/system/list/public", count=1)
    simulator.faults.add(held)
    entry = heat_pump_entry(simulator)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await held.reached.wait()
    await hass.async_block_till_done()
    assert len(of_the_fleet(simulator.requests)) == 1
    assert shown(hass, PERCENTILE) == "unknown"
    held.let_go.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(of_the_fleet(simulator.requests)) == 3
    assert shown(hass, PERCENTILE) != "unknown"


async def test_the_first_answer_is_asked_for_when_home_assistant_has_started(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    hass.set_state(CoreState.starting)
    await set_up(hass, heat_pump_entry(simulator))
    assert of_the_fleet(simulator.requests) == []
    for entity_id in (PERCENTILE, EXPECTED, GAP):
        assert shown(hass, entity_id) == "unknown"
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(of_the_fleet(simulator.requests)) == 3
    for entity_id in (PERCENTILE, EXPECTED, GAP):
        assert shown(hass, entity_id) not in ("unknown", "unavailable")


async def test_an_entry_without_heat_pumps_asks_for_no_fleet(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    entry.add_to_hass(hass)
    (subentry_id,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(3):
        await pass_time(hass, freezer, DAY / 2)
    assert simulator.requests == []


async def test_a_restart_shows_the_figures_at_once_and_asks_for_none(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    before = {each: shown(hass, each) for each in (PERCENTILE, EXPECTED, GAP)}
    asked = len(of_the_fleet(simulator.requests))
    await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    assert {each: shown(hass, each) for each in before} == before
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {each: shown(hass, each) for each in before} == before
    assert len(of_the_fleet(simulator.requests)) == asked


async def test_a_restart_after_more_than_a_day_asks_anew(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    asked = len(of_the_fleet(simulator.requests))
    await pass_time(hass, freezer, DAY)
    assert len(of_the_fleet(simulator.requests)) == asked
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(of_the_fleet(simulator.requests)) == asked + 3


async def test_a_clock_that_was_set_back_does_not_put_the_next_answer_off(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    asked = len(of_the_fleet(simulator.requests))
    freezer.move_to(NOW - timedelta(hours=30))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(of_the_fleet(simulator.requests)) == asked + 3


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 3, 28, 1, tzinfo=UTC), id="clocks go forward"),
        pytest.param(datetime(2026, 10, 24, 1, tzinfo=UTC), id="clocks go back"),
    ],
)
async def test_the_fleet_is_asked_for_at_the_same_moment_of_every_day(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    now: datetime,
) -> None:
    """Whether or not the clocks change, and Home Assistant restarts."""
    await hass.config.async_set_time_zone("Europe/London")
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    moment = Random(entry.entry_id).randrange(DAY)
    # What was read first is not read again within half a day.
    earliest = now.timestamp() + DAY / 2
    daily = earliest + (moment - earliest) % DAY
    for _ in range(4):
        asked = len(of_the_fleet(simulator.requests))
        await pass_until(hass, freezer, daily - 30)
        assert len(of_the_fleet(simulator.requests)) == asked
        await pass_until(hass, freezer, daily + 30)
        assert len(of_the_fleet(simulator.requests)) == asked + 3
        await hass.config_entries.async_reload(entry.entry_id)
        daily += DAY


async def pass_until(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: float
) -> None:
    """Let time pass until a moment (unix s), and whatever is due happen."""
    freezer.move_to(datetime.fromtimestamp(moment, UTC))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_nothing_is_asked_for_after_the_entry_is_unloaded(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    asked = len(simulator.requests)
    for _ in range(4):
        await pass_time(hass, freezer, DAY / 2)
    assert len(simulator.requests) == asked


async def test_two_servers_have_a_fleet_each(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    other_world = World.small(days=3, now=simulator.world.now)
    other_world.fleet = Fleet(40, seed=9)
    async with Simulator(other_world) as other:
        entries = [heat_pump_entry(each) for each in (simulator, other)]
        for entry in entries:
            await set_up(hass, entry)
        first, second = (entry.runtime_data.fleet.data for entry in entries)
        assert len(of_the_fleet(simulator.requests)) == 3
        assert len(of_the_fleet(other.requests)) == 3
        assert len(first.members("last365")) > 150
        assert 10 < len(second.members("last365")) < 41
        for entry in entries:
            await hass.config_entries.async_unload(entry.entry_id)


# When the service fails.


async def test_old_figures_last_a_week_and_are_unknown_afterwards(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    seen: list[str] = []

    def see(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        seen.append(state.state if state else "gone")

    async_track_state_change_event(hass, [EXPECTED], see)
    before = shown(hass, EXPECTED)
    down = Reply(status=500, path_contains="/system/list/public")
    simulator.faults._faults.insert(0, down)
    unknown_after = None
    for passed in range(1, 36):
        await pass_time(hass, freezer, 6 * HOUR - 60)
        if shown(hass, EXPECTED) == "unknown":
            unknown_after = passed * 6 / 24
            break
    assert unknown_after is not None
    # Tried every three hours, of which steps of six see every other.
    assert 7 <= unknown_after <= 7.5
    assert "unavailable" not in seen
    assert before != "unknown"
    down.count = 0
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, EXPECTED) not in ("unknown", "unavailable")


async def test_figures_of_more_than_a_week_ago_are_not_shown_after_a_restart(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    simulator.faults._faults.insert(0, Outage(path_contains="/system/list/public"))
    await pass_time(hass, freezer, 8 * DAY)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, PERCENTILE) == "unknown"


async def test_a_failure_at_first_is_followed_by_another_try_soon(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.faults._faults.insert(
        0, Reply(status=500, path_contains="/system/list/public")
    )
    await set_up(hass, heat_pump_entry(simulator))
    assert shown(hass, PERCENTILE) == "unknown"
    simulator.faults._faults.pop(0)
    await pass_time(hass, freezer, 10 * 60)
    assert shown(hass, PERCENTILE) not in ("unknown", "unavailable")


# What is kept, and what is told of it.


async def test_the_file_goes_with_the_entry(
    hass: HomeAssistant, simulator: Simulator, hass_storage: dict[str, Any]
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    file = f"{DOMAIN}.{entry.entry_id}.fleet"
    assert len(hass_storage[file]["data"]["members"]["last365"]) > 150
    await hass.config_entries.async_remove(entry.entry_id)
    assert file not in hass_storage


async def test_diagnostics_tell_of_the_fleet(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = heat_pump_entry(simulator)
    hass.set_state(CoreState.starting)
    await set_up(hass, entry)
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["fleet"] == {
        "last_update_success": True,
        "last_error": None,
        "age_hours": None,
        "members": {},
        "line": None,
    }
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done(wait_background_tasks=True)
    freezer.tick(1.5 * HOUR)
    found = await async_get_config_entry_diagnostics(hass, entry)
    fleet = found["fleet"]
    assert fleet["age_hours"] == pytest.approx(1.5, abs=0.01)
    year = await rows_of(simulator, "last365")
    month = await rows_of(simulator, "last30")
    slope, intercept = line_of(year)
    assert fleet["members"] == {"last365": len(year), "last30": len(month)}
    assert fleet["line"] == {
        "n": sum(row["hp_type"] == "Air Source" for row in year.values()),
        "intercept": pytest.approx(intercept),
        "slope": pytest.approx(slope),
    }
    json.dumps(found)
