"""The Energy dashboard gets what the home has, once, when its owner wants it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    flush_store,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.energy_dashboard import (
    _DASHBOARD,
    async_energy_dashboard,
    async_look_at_energy,
)
from custom_components.heatpump_insight.energy_repairs import EnergyDashboardFlow
from custom_components.heatpump_insight.repairs import async_create_fix_flow
from custom_components.heatpump_insight.statistics.writer import StatisticsWriter
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component

from .flows import Result, open_options, tell
from .household import (
    heat_pump_entry,
    meter_statistic,
    meters_entry,
    pass_time,
    set_up,
    system_statistic,
)
from .simulator import Simulator, World

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
ISSUE = "energy_dashboard"
MODULE = "custom_components.heatpump_insight.energy_dashboard"
PRICE = {"periods": [{"kind": "flat", "price": 0.26}]}

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=3, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def energy(hass: HomeAssistant, home_assistant: None) -> None:
    """Let Home Assistant have an Energy dashboard and repairs."""
    assert await async_setup_component(hass, "energy", {})
    assert await async_setup_component(hass, "repairs", {})


class Dashboard:
    """The Energy dashboard as its own page sees it."""

    def __init__(self, hass: HomeAssistant, client: Any) -> None:
        """Take the connection of the page."""
        self._hass = hass
        self._client = client

    async def ask(self, command: str, **data: Any) -> Any:
        """Send a command, which must succeed, and wait until all have taken notice."""
        await self._client.send_json_auto_id({"type": f"energy/{command}", **data})
        answer = await self._client.receive_json()
        await settle(self._hass)
        assert answer["success"] or answer["error"]["code"] == "not_found"
        return answer.get("result")

    async def sources(self) -> list[dict[str, Any]]:
        """Return the sources."""
        sources: list[dict[str, Any]] = (await self.ask("get_prefs"))["energy_sources"]
        return sources

    async def devices(self) -> list[dict[str, Any]]:
        """Return the devices."""
        devices: list[dict[str, Any]] = (await self.ask("get_prefs"))[
            "device_consumption"
        ]
        return devices

    async def complaints(self) -> list[Any]:
        """Return what Home Assistant has to complain of any item."""
        found = await self.ask("validate")
        return [
            complaint
            for items in found.values()
            for item in items
            for complaint in item
        ]


@pytest.fixture
async def dashboard(
    hass: HomeAssistant, energy: None, hass_ws_client: WebSocketGenerator
) -> Dashboard:
    """Return the Energy dashboard."""
    return Dashboard(hass, await hass_ws_client(hass))


async def settle(hass: HomeAssistant) -> None:
    """Wait for all that is done in the background."""
    await hass.async_block_till_done(wait_background_tasks=True)


def priced(world: World, *options: str) -> dict[str, Any]:
    """Return options of the home with prices."""
    key = f"meter_{min(world.tokens[world.token]).replace('-', '')}"
    return {"meters": {key: dict.fromkeys(options, PRICE)}}


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the offer, if it stands."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)


def is_offered(hass: HomeAssistant) -> bool:
    """Tell whether the user is asked."""
    told = issue(hass)
    return told is not None and told.active and told.dismissed_version is None


async def restart(hass: HomeAssistant, *entries: MockConfigEntry) -> None:
    """Let what is remembered be read from disk again, and the entries be set up anew."""
    dashboard = hass.data.pop(_DASHBOARD)
    issues = ir.async_get(hass)
    await flush_store(dashboard._store)
    await flush_store(issues._store)
    await issues._async_load()
    # The one before hears no more of the preferences.
    (await async_get_manager(hass))._update_listeners.clear()
    for entry in entries:
        await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)


async def ignore(hass: HomeAssistant, *, ignored: bool = True) -> None:
    """Ignore the offer, or call it back."""
    ir.async_ignore_issue(hass, DOMAIN, ISSUE, ignored)
    await settle(hass)


async def tell_prices(
    hass: HomeAssistant, world: World, entry: MockConfigEntry, *options: str
) -> None:
    """Tell prices of the home, and wait until its costs are imported."""
    hass.config_entries.async_update_entry(entry, options=priced(world, *options))
    await settle(hass)


async def repair(hass: HomeAssistant, *, choose: str | None = "add") -> Result:
    """Open the flow that settles the issue, choose there, and return what it had shown."""
    flows = hass.data["repairs"]["flow_manager"]
    result: Result = await flows.async_init(DOMAIN, data={"issue_id": ISSUE})
    shown = result
    if choose and result["type"] is FlowResultType.MENU:
        chosen = {"next_step_id": choose}
        result = await flows.async_configure(result["flow_id"], chosen)
        assert result["type"] is (
            FlowResultType.CREATE_ENTRY if choose == "add" else FlowResultType.ABORT
        )
    await settle(hass)
    return shown


async def agree(hass: HomeAssistant, result: Result) -> None:
    """Agree to what a form of the options shows, which changes no option."""
    result = await tell(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass)


def lines(result: Result, name: str) -> list[str]:
    """Return the lines of a list that a form shows."""
    text: str = result["description_placeholders"][name]
    return [line.removeprefix("- ") for line in text.splitlines()]


async def add_all(hass: HomeAssistant) -> None:
    """Add all there is."""
    energy = await async_energy_dashboard(hass)
    await energy.async_add(await energy.async_plan())
    await settle(hass)


# One click.


async def test_one_click_puts_all_in_its_place(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, world: World
) -> None:
    options = priced(world, "electricity_price", "gas_price")
    await set_up(hass, meters_entry(simulator, options=options))
    await set_up(hass, heat_pump_entry(simulator))
    offer = issue(hass)
    assert offer is not None
    assert is_offered(hass)
    assert offer.is_fixable
    assert offer.severity is ir.IssueSeverity.WARNING
    assert not offer.is_persistent
    shown = await repair(hass)
    assert shown["step_id"] == "init"
    assert shown["menu_options"] == ["add", "ignore"]
    assert lines(shown, "additions") == [
        "Electricity meter: electricity from the grid, with its cost",
        "Gas meter: gas, with its cost",
        "Heat pump 204: an individual device, with the electricity that it uses",
    ]
    assert shown["description_placeholders"]["present"] == "Nothing."
    electricity = meter_statistic(simulator, "electricity")
    gas = meter_statistic(simulator, "gas")
    assert await dashboard.ask("get_prefs") == {
        "energy_sources": [
            {
                "type": "grid",
                "stat_energy_from": electricity,
                "stat_energy_to": None,
                "stat_cost": f"{electricity}_cost",
                "entity_energy_price": None,
                "number_energy_price": None,
                "stat_compensation": None,
                "entity_energy_price_export": None,
                "number_energy_price_export": None,
                "cost_adjustment_day": 0,
                "name": "Electricity meter",
            },
            {
                "type": "gas",
                "stat_energy_from": gas,
                "stat_cost": f"{gas}_cost",
                "entity_energy_price": None,
                "number_energy_price": None,
                "name": "Gas meter",
            },
        ],
        "device_consumption": [
            {
                "stat_consumption": system_statistic(simulator, "electricity"),
                "name": "Heat pump 204",
            }
        ],
        "device_consumption_water": [],
    }
    assert await dashboard.complaints() == []
    assert issue(hass) is None


async def test_what_was_added_can_be_saved_by_the_dashboards_own_page(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, world: World
) -> None:
    await set_up(hass, meters_entry(simulator, options=priced(world, "gas_price")))
    await set_up(hass, heat_pump_entry(simulator))
    await add_all(hass)
    preferences = await dashboard.ask("get_prefs")
    assert await dashboard.ask("save_prefs", **preferences) == preferences
    # Saved by somebody else, it is still what was added.
    energy = await async_energy_dashboard(hass)
    assert len((await energy.async_remove()).removed) == 3
    assert await dashboard.sources() == await dashboard.devices() == []


async def test_what_others_have_put_there_stays_where_it_is(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    solar = {"type": "solar", "stat_energy_from": "sensor.sun"}
    kettle = {"stat_consumption": "sensor.kettle"}
    water = [{"stat_consumption": "sensor.tap"}]
    before = await dashboard.ask(
        "save_prefs",
        energy_sources=[solar],
        device_consumption=[kettle],
        device_consumption_water=water,
    )
    await set_up(hass, heat_pump_entry(simulator))
    await set_up(hass, meters_entry(simulator))
    await repair(hass)
    after = await dashboard.ask("get_prefs")
    assert after["energy_sources"][0] == solar
    assert after["device_consumption"][0] == kettle
    assert after["device_consumption_water"] == water
    assert len(after["energy_sources"]) == 3
    await (await async_energy_dashboard(hass)).async_remove()
    assert await dashboard.ask("get_prefs") == before


async def test_each_home_has_a_source_of_its_own(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, world: World
) -> None:
    second = "ffffffff-0000-4000-8000-000000000002"
    first = min(world.tokens[world.token])
    meter = world.meters[first, "electricity"]
    world.meters[second, "electricity"] = replace(meter, consent=second)
    world.tokens[world.token] += (second,)
    await set_up(hass, meters_entry(simulator))
    await repair(hass)
    names = {source["name"]: source["type"] for source in await dashboard.sources()}
    assert names == {
        "Electricity meter": "grid",
        "Electricity meter 2": "grid",
        "Gas meter": "gas",
    }
    assert await dashboard.complaints() == []


async def test_a_heat_pump_is_called_as_its_owner_calls_it(
    hass: HomeAssistant,
    dashboard: Dashboard,
    simulator: Simulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    (device,) = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    device_registry.async_update_device(device.id, name_by_user="The old one")
    await repair(hass)
    assert [each["name"] for each in await dashboard.devices()] == ["The old one"]


async def test_what_has_no_device_is_not_offered(
    hass: HomeAssistant,
    dashboard: Dashboard,
    simulator: Simulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    (device,) = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    device_registry.async_remove_device(device.id)
    await async_look_at_energy(hass)
    assert issue(hass) is None


# When it is offered.


async def test_nothing_is_offered_without_an_energy_dashboard(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass) is None
    assert _DASHBOARD not in hass.data


async def test_nothing_is_offered_before_there_are_statistics(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    hass.set_state(CoreState.not_running)
    await set_up(hass, heat_pump_entry(simulator))
    assert issue(hass) is None
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await settle(hass)
    assert is_offered(hass)


async def test_the_offer_goes_when_its_things_were_added_by_hand(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    assert is_offered(hass)
    item = {"stat_consumption": system_statistic(simulator, "electricity")}
    await dashboard.ask("save_prefs", device_consumption=[item])
    assert issue(hass) is None
    # It comes back with them: who takes out by hand what was put there by hand.
    await dashboard.ask("save_prefs", device_consumption=[])
    assert is_offered(hass)


async def test_a_price_that_is_told_later_is_offered_for_what_is_there(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, world: World
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    await repair(hass)
    before = await dashboard.ask("get_prefs")
    assert issue(hass) is None
    await tell_prices(hass, world, entry, "gas_price")
    assert is_offered(hass)
    shown = await repair(hass)
    assert lines(shown, "additions") == [
        "Gas meter: the cost, for what is there already"
    ]
    assert lines(shown, "present") == ["Electricity meter"]
    grid, gas = await dashboard.sources()
    assert grid == before["energy_sources"][0]
    assert gas["stat_cost"] == meter_statistic(simulator, "gas_cost")
    assert await dashboard.complaints() == []
    await (await async_energy_dashboard(hass)).async_remove()
    assert await dashboard.sources() == []


async def test_what_is_taken_out_by_hand_is_not_offered_again_but_can_be_added(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await repair(hass)
    await dashboard.ask("save_prefs", device_consumption=[])
    await restart(hass, entry)
    assert issue(hass) is None
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["step_id"] == "add_to_energy"
    await agree(hass, result)
    assert len(await dashboard.devices()) == 1


async def test_the_dashboard_stays_as_it_is_when_an_entry_is_removed(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await add_all(hass)
    before = await dashboard.ask("get_prefs")
    await hass.config_entries.async_remove(entry.entry_id)
    await settle(hass)
    assert await dashboard.ask("get_prefs") == before
    assert await dashboard.complaints() == []


@pytest.mark.parametrize("way", ["removed", "disabled"])
async def test_nothing_is_offered_of_an_entry_that_is_gone(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, way: str
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    assert is_offered(hass)
    if way == "removed":
        await hass.config_entries.async_remove(entry.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(
            entry.entry_id, ConfigEntryDisabler.USER
        )
    await settle(hass)
    assert issue(hass) is None


async def test_an_offer_that_stands_is_told_once_and_looks_cost_little(
    hass: HomeAssistant,
    dashboard: Dashboard,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    entry = heat_pump_entry(simulator)
    changes = async_capture_events(hass, ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED)
    await set_up(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    for _ in range(3):
        await pass_time(hass, freezer, 3600)
    told = [each for each in changes if each.data["issue_id"] == ISSUE]
    assert [each.data["action"] for each in told] == ["create"]

    async def know_nothing(*_: object) -> list[object]:
        await asyncio.sleep(0)
        return []

    with patch(f"{MODULE}.async_list_statistic_ids", side_effect=know_nothing) as asked:
        await asyncio.gather(*(async_look_at_energy(hass) for _ in range(9)))
    # Those that come while one looks and another waits have nothing to add.
    assert asked.call_count == 2
    assert issue(hass) is None
    await add_all(hass)
    with patch(f"{MODULE}.async_list_statistic_ids") as asked:
        await async_look_at_energy(hass)
        await pass_time(hass, freezer, 3600)
    assert asked.call_count == 0


# Dismissed is dismissed.


async def test_an_offer_that_is_ignored_never_comes_back(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, world: World
) -> None:
    server = heat_pump_entry(simulator)
    await set_up(hass, server)
    await ignore(hass)
    # Not for what is found later.
    account = meters_entry(simulator)
    await set_up(hass, account)
    assert not is_offered(hass)
    # Not after a restart.
    await restart(hass, server, account)
    assert not is_offered(hass)
    # Not when it was settled in between, by the same form or in another way.
    await repair(hass)
    assert issue(hass) is None
    await tell_prices(hass, world, account, "gas_price")
    assert issue(hass) is None
    await restart(hass, server, account)
    assert issue(hass) is None
    # And still it can be done.
    result = await open_options(hass, account, "energy_dashboard", "add_to_energy")
    assert lines(result, "additions") == [
        "Gas meter: the cost, for what is there already"
    ]


async def test_who_wants_nothing_says_so_in_the_dialog(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await repair(hass, choose="ignore")
    assert await dashboard.ask("get_prefs") is None
    offer = issue(hass)
    assert offer is not None
    assert offer.dismissed_version is not None
    await restart(hass, entry)
    assert not is_offered(hass)


async def test_an_ignored_offer_that_is_settled_leaves_the_list_for_good(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    await ignore(hass)
    item = {"stat_consumption": system_statistic(simulator, "electricity")}
    await dashboard.ask("save_prefs", device_consumption=[item])
    assert issue(hass) is None
    await dashboard.ask("save_prefs", device_consumption=[])
    assert issue(hass) is None


async def test_an_ignored_offer_can_be_called_back(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await ignore(hass)
    await restart(hass, entry)
    await ignore(hass, ignored=False)
    await restart(hass, entry)
    assert is_offered(hass)


async def test_other_issues_say_nothing_of_the_offer(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    for domain, name in ((DOMAIN, "other"), ("other", ISSUE)):
        ir.async_create_issue(
            hass,
            domain,
            name,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="quota_reached",
        )
        ir.async_ignore_issue(hass, domain, name, True)
    ir.async_delete_issue(hass, DOMAIN, ISSUE)
    await async_look_at_energy(hass)
    assert is_offered(hass)


# The form of the issue.


async def test_what_was_added_meanwhile_is_not_added_twice(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    shown = await repair(hass, choose=None)
    item = {"stat_consumption": system_statistic(simulator, "electricity")}
    await dashboard.ask("save_prefs", device_consumption=[item])
    flows = hass.data["repairs"]["flow_manager"]
    await flows.async_configure(shown["flow_id"], {"next_step_id": "add"})
    assert await dashboard.devices() == [item]


async def test_an_offer_whose_statistics_are_cleared_is_none(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    gone = [system_statistic(simulator, "electricity")]
    await StatisticsWriter(hass).async_clear(gone)
    shown = await repair(hass)
    assert shown["type"] is FlowResultType.ABORT
    assert shown["reason"] == "nothing_to_add"


async def test_the_form_says_when_there_is_no_energy_dashboard(
    hass: HomeAssistant,
) -> None:
    flow = await async_create_fix_flow(hass, ISSUE, None)
    assert isinstance(flow, EnergyDashboardFlow)
    flow.hass = hass
    result = await flow.async_step_init()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_energy"


# The options.


@pytest.mark.parametrize("make_entry", [heat_pump_entry, meters_entry])
async def test_the_options_of_any_entry_add_and_take_out(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, make_entry: Any
) -> None:
    entry = make_entry(simulator)
    await set_up(hass, entry)
    before = dict(entry.options)
    loaded = entry.runtime_data
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["step_id"] == "add_to_energy"
    await agree(hass, result)
    assert await dashboard.complaints() == []
    assert [*await dashboard.sources(), *await dashboard.devices()]
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["step_id"] == "energy_dashboard"
    assert result["menu_options"] == ["remove_from_energy"]
    result = await tell(hass, result, next_step_id="remove_from_energy")
    assert lines(result, "removed")
    assert result["description_placeholders"]["left"] == "Nothing."
    await agree(hass, result)
    assert [*await dashboard.sources(), *await dashboard.devices()] == []
    # Who takes it out is not asked to add it again.
    assert issue(hass) is None
    assert entry.options == before
    assert entry.runtime_data is loaded


async def test_the_options_add_what_came_later(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator, world: World
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    await add_all(hass)
    await tell_prices(hass, world, entry, "electricity_price")
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["menu_options"] == ["add_to_energy", "remove_from_energy"]
    result = await tell(hass, result, next_step_id="add_to_energy")
    await agree(hass, result)
    assert await dashboard.complaints() == []
    result = await open_options(hass, entry, "energy_dashboard", "remove_from_energy")
    assert lines(result, "removed") == [
        "Electricity meter: electricity from the grid",
        "Gas meter: gas",
        "Electricity meter: the cost, for what is there already",
    ]


async def test_what_the_owner_has_changed_since_is_left_and_told(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    await add_all(hass)
    grid, gas = await dashboard.sources()
    changed = grid | {"name": "The house"}
    await dashboard.ask("save_prefs", energy_sources=[changed, gas])
    await restart(hass, entry)
    result = await open_options(hass, entry, "energy_dashboard", "remove_from_energy")
    assert lines(result, "removed") == ["Gas meter: gas"]
    assert lines(result, "left") == ["Electricity meter"]
    await agree(hass, result)
    assert await dashboard.sources() == [changed]
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["step_id"] == "add_to_energy"


async def test_the_options_say_when_there_is_nothing_to_add(
    hass: HomeAssistant, dashboard: Dashboard, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    item = {"stat_consumption": system_statistic(simulator, "electricity")}
    await dashboard.ask("save_prefs", device_consumption=[item])
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "nothing_to_add"
    assert lines(result, "present") == ["Heat pump 204"]


async def test_the_options_say_when_there_is_no_energy_dashboard(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    result = await open_options(hass, entry, "energy_dashboard")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_energy"
