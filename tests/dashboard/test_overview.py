"""What the pages are told: what there is to draw, and where its rows are."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.heatpump_insight.analysis.expected import Line
from custom_components.heatpump_insight.analysis.fleet import Tier
from custom_components.heatpump_insight.api.heatpumpmonitor import Window
from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.dashboard.overview import (
    async_overview,
    async_tell_overview,
)
from custom_components.heatpump_insight.identity import meter_key, system_key
from homeassistant.components.websocket_api import async_register_command
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.household import heat_pump_entry, imported, meters_entry, set_up
from tests.joined import consents, home_price
from tests.simulator import Simulator, World

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with three days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=3, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture(autouse=True)
async def in_london(hass: HomeAssistant, home_assistant: None) -> None:
    """Let the home be in Britain."""
    await hass.config.async_set_time_zone("Europe/London")
    await hass.config.async_update(currency="GBP")


async def test_a_page_is_told_by_websocket(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(datetime.now(UTC))
    client = await hass_ws_client()
    async_register_command(hass, async_tell_overview)
    await client.send_json_auto_id({"type": f"{DOMAIN}/overview"})
    answer = await client.receive_json()
    assert answer["result"] == {"systems": [], "meters": [], "fleets": {}}
    await client.close()


async def test_every_statistic_that_is_named_has_its_rows(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    own = consents(simulator.world)[0]
    await set_up(hass, meters_entry(simulator, options=home_price(own)))
    await set_up(hass, heat_pump_entry(simulator, meters={204: own}))
    told = async_overview(hass)
    [system] = told["systems"]
    key = system_key(simulator.url, 204)
    assert system["statistics"] == {
        name: f"{DOMAIN}:{key}_{name}"
        for name in (
            "electricity",
            "heat",
            "cop",
            "flow_temperature",
            "return_temperature",
            "outside_temperature",
            "room_temperature",
            "carbon",
            "cost",
        )
    }
    for statistic_id in system["statistics"].values():
        assert await imported(hass, statistic_id), statistic_id
    electricity = next(
        meter for meter in told["meters"] if meter["commodity"] == "electricity"
    )
    assert system["meter"] == electricity["key"]
    assert electricity["statistics"] == {
        "energy": f"{DOMAIN}:{meter_key(own)}_electricity",
        "carbon": f"{DOMAIN}:{meter_key(own)}_electricity_carbon",
        "cost": f"{DOMAIN}:{meter_key(own)}_electricity_cost",
    }
    for statistic_id in electricity["statistics"].values():
        assert await imported(hass, statistic_id), statistic_id
    gas = next(meter for meter in told["meters"] if meter["commodity"] == "gas")
    assert set(gas["statistics"]) == {"energy", "carbon"}
    assert {each["history"]["total"] for each in (system, electricity)} != {None}
    for each in (system, electricity):
        assert each["history"]["imported"] == each["history"]["total"]


async def test_a_price_that_was_removed_again_gives_no_cost(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    key = meter_key(consents(simulator.world)[0])
    removed: dict[str, Any] = {"meters": {key: {"electricity_price": {"periods": []}}}}
    await set_up(hass, meters_entry(simulator, options=removed))
    meters = async_overview(hass)["meters"]
    assert meters
    assert not any("cost" in meter["statistics"] for meter in meters)


async def test_a_heat_pump_alone_has_neither_carbon_nor_cost_nor_a_meter(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    [system] = async_overview(hass)["systems"]
    assert system["meter"] is None
    assert not {"carbon", "cost"} & set(system["statistics"])
    # 0.183 kg and 7.33 p of gas at 85 %.
    assert system["boiler"] == pytest.approx(
        {"carbon": 0.21529, "cost": 0.086235}, rel=1e-4
    )


async def test_what_the_history_waits_for_is_told_while_it_has_not_begun(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    hass.set_state(CoreState.not_running)
    await set_up(hass, heat_pump_entry(simulator))
    [system] = async_overview(hass)["systems"]
    assert system["history"] == {"imported": 0, "total": None}


async def test_a_device_is_called_what_its_owner_calls_it(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    registry = dr.async_get(hass)
    [entry] = hass.config_entries.async_entries(DOMAIN)
    [device] = dr.async_entries_for_config_entry(registry, entry.entry_id)
    registry.async_update_device(device.id, name_by_user="The barn")
    [system] = async_overview(hass)["systems"]
    assert system["name"] == "The barn"


async def test_only_enabled_entities_are_shown(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    [system] = async_overview(hass)["systems"]
    entities = system["entities"]
    assert list(entities)[:3] == ["cop_now", "power", "heat_output"]
    er.async_get(hass).async_update_entity(
        entities["power"], disabled_by=er.RegistryEntryDisabler.USER
    )
    [system] = async_overview(hass)["systems"]
    assert set(entities) - set(system["entities"]) == {"power"}


async def test_the_fleet_is_told_with_the_own_place_in_it(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator, entry_id="asks_in_the_night")
    hass.set_state(CoreState.not_running)
    await set_up(hass, entry)
    told = async_overview(hass)
    [system] = told["systems"]
    assert told["fleets"] == {system["fleet"]: []}
    [runtime] = entry.runtime_data.systems
    await runtime.fleet.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    told = async_overview(hass)
    [system] = told["systems"]
    members = runtime.fleet.data.members(Window.LAST_365)
    assert members
    assert told["fleets"][system["fleet"]] == [
        {
            "id": member.system.system_id,
            "kind": member.system.kind,
            "cop": round(member.cop, 3),
        }
        for member in members
    ]
    known = runtime.performance.data.system
    assert (system["standing"]["id"], system["standing"]["kind"]) == (204, known.kind)
    [percentile] = [
        each.percentile
        for each in runtime.comparison.data.standings.get(Window.LAST_365, ())
        if each.tier is Tier.TYPE
    ] or [None]
    assert system["standing"]["percentile"] == percentile


async def test_a_line_of_air_source_systems_is_told_to_no_other(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator, entry_id="asks_in_the_night")
    hass.set_state(CoreState.not_running)
    await set_up(hass, entry)
    [runtime] = entry.runtime_data.systems
    line = Line(n=20, intercept=7.0, slope=-0.11)
    runtime.fleet.data = replace(runtime.fleet.data, line=line)
    [system] = async_overview(hass)["systems"]
    assert system["standing"]["line"] == {"intercept": 7.0, "slope": -0.11}
    performance = runtime.performance
    other = replace(performance.data.system, kind="Ground Source")
    performance.data = replace(performance.data, system=other)
    [system] = async_overview(hass)["systems"]
    assert system["standing"]["line"] is None


async def test_what_cannot_be_loaded_is_there_with_its_rows(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    home = consents(simulator.world)[0]
    entries = [
        meters_entry(simulator, options=home_price(home)),
        heat_pump_entry(simulator, meters={204: home}),
    ]
    for entry in entries:
        await set_up(hass, entry)
    before = async_overview(hass)
    for entry in entries:
        await hass.config_entries.async_unload(entry.entry_id)
    after = async_overview(hass)
    for kind in ("systems", "meters"):
        names = [each["name"] for each in before[kind]]
        assert names
        assert [each["name"] for each in after[kind]] == names
        assert [each["statistics"] for each in after[kind]] == [
            each["statistics"] for each in before[kind]
        ]
        # Nothing of it is coming that could be waited for.
        assert {each["history"] for each in after[kind]} == {None}


async def test_nothing_secret_is_told(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, heat_pump_entry(simulator, read_key="f" * 32))
    told = str(async_overview(hass))
    assert simulator.world.token not in told
    assert "f" * 32 not in told
