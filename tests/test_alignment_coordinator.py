"""The weekly test of what a meter's stamps mean, from the services to the repair."""

from datetime import UTC, datetime
import json

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.heatpump_insight.identity import meter_key
from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .household import (
    Hours,
    heat_pump_entry,
    imported,
    meter_statistic,
    meters_entry,
    pass_time,
    set_up,
)
from .joined import NIGHT_RATE, consents
from .simulator import Simulator, World
from .simulator.faults import Reply

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
# The test is made some minutes after a start.
SOON = 900

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Leave out what the test kit lets the event loop note of every call."""


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with a month of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=32, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
def home(world: World) -> str:
    """Return the consent of the home."""
    return consents(world)[0]


@pytest.fixture
def linked(simulator: Simulator, home: str) -> MockConfigEntry:
    """Return an entry of a heat pump that is linked with its home's meter."""
    return heat_pump_entry(simulator, 204, meters={204: home})


def stamp_of(home: str, stamp: str) -> dict[str, object]:
    """Return an account's options that tell a home's stamps, and its price."""
    return {
        "meters": {
            meter_key(home): {"stamp": stamp, "electricity_price": NIGHT_RATE},
            "meter_of_another_home": {"stamp": "start"},
        }
    }


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return the issues of the integration, by what they are."""
    return {
        str(issue.translation_key): issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


def half_hours_asked_for(simulator: Simulator, since: int = 0) -> list[str]:
    """Return the services that were asked for half-hours of a month."""
    return [
        request.service
        for request in simulator.requests[since:]
        if request.query.get("interval") == "1800"
        or (
            request.query.get("start") == "2026-01-13"
            and request.query.get("end") == "2026-02-11"
        )
    ]


def true_hours(world: World, home: str) -> Hours:
    """Return the kWh of every whole hour of the home's meter."""
    usages = world.truth.meter_hours(home, "electricity", 0, 2**40)
    return {usage.start: usage.energy_kwh for usage in usages}


async def diagnosed(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, object]:
    """Return what diagnostics tell of the last test."""
    found = await async_get_config_entry_diagnostics(hass, entry)
    alignment: dict[str, object] = found["systems"][0]["alignment"]
    return alignment


async def test_a_wrong_option_is_told_and_mended_and_all_rows_are_right_then(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
    home: str,
) -> None:
    world = simulator.world
    world.style.stamp = "end"
    meters = meters_entry(simulator, options=stamp_of(home, "start"))
    await async_setup_component(hass, "repairs", {})
    await set_up(hass, meters)
    await set_up(hass, linked)
    assert issues(hass) == {}
    await pass_time(hass, freezer, SOON)
    issue = issues(hass)["other_stamp"]
    assert issue.is_fixable
    assert issue.translation_placeholders == {"name": "Heat pump 204"}
    assert meter_key(home).removeprefix("meter_") not in str(issue.to_json())
    assert home not in str((issue.data, issue.issue_id))
    found = await diagnosed(hass, linked)
    assert (found["offset_minutes"], found["is_clear"]) == (30, True)
    wrong = await imported(hass, meter_statistic(simulator, "electricity"))
    truth = true_hours(world, home)
    assert wrong != pytest.approx(truth, abs=1e-6)

    flows = repairs_flow_manager(hass)
    assert flows is not None
    form = await flows.async_init(DOMAIN, context={"issue_id": issue.issue_id})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "confirm")
    assert form["description_placeholders"] == {"name": "Heat pump 204"}
    done = await flows.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)

    assert meters.options == stamp_of(home, "end")
    assert issues(hass) == {}
    right = await imported(hass, meter_statistic(simulator, "electricity"))
    assert right == pytest.approx(truth, abs=1e-6)
    await pass_time(hass, freezer, 7 * HOUR)
    assert issues(hass) == {}


async def test_right_options_raise_no_issue_and_the_test_is_in_the_diagnostics(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
    home: str,
) -> None:
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, linked)
    assert await diagnosed(hass, linked) is None
    await pass_time(hass, freezer, SOON)
    assert issues(hass) == {}
    found = await diagnosed(hass, linked)
    assert (found["offset_minutes"], found["is_clear"]) == (0, True)
    assert found["pairs"] == pytest.approx(30 * 48, abs=5)
    assert set(found["correlations_by_minutes"]) == {"-30", "0", "30"}  # type: ignore[call-overload]
    assert meter_key(home).removeprefix("meter_") not in json.dumps(found)


async def test_each_service_is_asked_once_a_week_and_a_restart_asks_nothing(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
) -> None:
    simulator.world.style.stamp = "end"
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, linked)
    assert half_hours_asked_for(simulator) == []
    await pass_time(hass, freezer, SOON)
    assert sorted(half_hours_asked_for(simulator)) == ["heatpumpmonitor", "powershaper"]
    ir.async_delete_issue(hass, DOMAIN, issues(hass)["other_stamp"].issue_id)
    asked = len(simulator.requests)
    await hass.config_entries.async_reload(linked.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    # What was found is told again at once.
    assert "other_stamp" in issues(hass)
    await pass_time(hass, freezer, SOON)
    await pass_time(hass, freezer, 7 * HOUR)
    assert half_hours_asked_for(simulator, asked) == []
    tested = (await diagnosed(hass, linked))["tested"]
    await pass_time(hass, freezer, 7 * DAY)
    await pass_time(hass, freezer, 7 * HOUR)
    later = (await diagnosed(hass, linked))["tested"]
    assert later != tested
    asked_again = [
        request.query["interval"]
        for request in simulator.requests[asked:]
        if request.query.get("interval") == "1800"
    ]
    assert len(asked_again) == 1


async def test_the_issue_goes_when_the_option_is_changed_by_hand(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
    home: str,
) -> None:
    simulator.world.style.stamp = "end"
    meters = meters_entry(simulator)
    await set_up(hass, meters)
    await set_up(hass, linked)
    await pass_time(hass, freezer, SOON)
    assert "other_stamp" in issues(hass)
    hass.config_entries.async_update_entry(meters, options=stamp_of(home, "end"))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {}


async def test_an_option_that_is_wrong_the_other_way_is_told_as_well(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
    home: str,
) -> None:
    await set_up(hass, meters_entry(simulator, options=stamp_of(home, "end")))
    await set_up(hass, linked)
    await pass_time(hass, freezer, SOON)
    data = issues(hass)["other_stamp"].data
    assert data is not None
    assert (data["option"], data["value"]) == ("stamp", "start")


async def test_a_heat_pump_with_a_counter_alone_is_tested_by_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
) -> None:
    del simulator.world.systems[204].config["heatpump_elec"]
    simulator.world.style.stamp = "end"
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, linked)
    await pass_time(hass, freezer, SOON)
    assert (await diagnosed(hass, linked))["offset_minutes"] == 30
    assert "other_stamp" in issues(hass)


async def test_without_the_account_nothing_is_asked_and_nothing_can_be_mended(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
) -> None:
    simulator.world.style.stamp = "end"
    await async_setup_component(hass, "repairs", {})
    meters = meters_entry(simulator)
    await set_up(hass, meters)
    await set_up(hass, linked)
    await pass_time(hass, freezer, SOON)
    issue_id = issues(hass)["other_stamp"].issue_id
    await hass.config_entries.async_unload(meters.entry_id)
    asked = len(simulator.requests)
    await pass_time(hass, freezer, 8 * DAY)
    assert half_hours_asked_for(simulator, asked) == []
    flows = repairs_flow_manager(hass)
    assert flows is not None
    result = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    assert (result["type"], result["reason"]) == ("abort", "account_not_loaded")
    assert "other_stamp" in issues(hass)


async def test_a_link_that_is_taken_away_takes_its_issues_with_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
) -> None:
    simulator.world.style.stamp = "end"
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, linked)
    await pass_time(hass, freezer, SOON)
    assert "other_stamp" in issues(hass)
    (subentry,) = linked.subentries.values()
    hass.config_entries.async_update_subentry(
        linked, subentry, data={**subentry.data, "meter": None}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {}


async def test_a_fix_of_a_link_that_is_gone_says_so_and_the_file_goes_with_the_entry(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
    hass_storage: dict[str, object],
) -> None:
    simulator.world.style.stamp = "end"
    await async_setup_component(hass, "repairs", {})
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, linked)
    await pass_time(hass, freezer, SOON)
    flows = repairs_flow_manager(hass)
    assert flows is not None
    issue_id = issues(hass)["other_stamp"].issue_id
    form = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    name = f"{DOMAIN}.{linked.entry_id}.alignment"
    assert name in hass_storage
    await hass.config_entries.async_remove(linked.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert name not in hass_storage
    assert issues(hass) == {}
    result = await flows.async_configure(form["flow_id"], {})
    assert (result["type"], result["reason"]) == ("abort", "not_linked")


async def test_a_failure_is_made_up_for_and_says_nothing_of_stamps(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    linked: MockConfigEntry,
) -> None:
    simulator.world.style.stamp = "end"
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, linked)
    simulator.faults.add(Reply(status=502))
    await pass_time(hass, freezer, SOON)
    assert issues(hass) == {}
    assert await diagnosed(hass, linked) is None
    simulator.faults.clear()
    await pass_time(hass, freezer, HOUR)
    assert "other_stamp" in issues(hass)
