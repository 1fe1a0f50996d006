"""A server that is set up takes a further heat pump, and changes to one it has."""

from typing import Any
from unittest.mock import AsyncMock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.api.errors import ServiceError
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .flows import (
    NEW_KEY_TROUBLE,
    OWNER,
    OWNER_KEY,
    Result,
    add_loaded_account,
    add_private_systems,
    failing,
    options_of,
    server_entry,
    typed_before,
)
from .simulator import Simulator, World

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
async def server(
    hass: HomeAssistant, set_up: AsyncMock, world: World, simulator: Simulator
) -> MockConfigEntry:
    """Return a running server with heat pump 360; its owner has 361 and 362 as well."""
    add_private_systems(world, 360, 361, 362)
    entry = server_entry(
        simulator.url, {"system_id": 360, "read_key": OWNER_KEY, "meter": None}
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    set_up.reset_mock()
    return entry


async def find(hass: HomeAssistant, entry: MockConfigEntry, way: str) -> Result:
    """Go to one way of finding a further heat pump."""
    subentries = hass.config_entries.subentries
    result = await subentries.async_init(
        (entry.entry_id, "system"), context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["search", "number", "account", "read_key"]
    return await subentries.async_configure(result["flow_id"], {"next_step_id": way})


async def change(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Begin to change the first heat pump."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "system"),
        context={
            "source": SOURCE_RECONFIGURE,
            "subentry_id": next(iter(entry.subentries)),
        },
    )


async def fill(hass: HomeAssistant, result: Result, **typed: Any) -> Result:
    """Fill in the form of a flow of heat pumps."""
    return await hass.config_entries.subentries.async_configure(
        result["flow_id"], typed
    )


def stored(entry: MockConfigEntry) -> dict[str | None, dict[str, Any]]:
    """Return the data of each heat pump by its unique id."""
    return {each.unique_id: dict(each.data) for each in entry.subentries.values()}


async def test_a_further_heat_pump_is_found_by_search(
    hass: HomeAssistant, server: MockConfigEntry, set_up: AsyncMock
) -> None:
    result = await find(hass, server, "search")
    result = await fill(hass, result, system_id="204")
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Norrvind Aero 8 · Nether Wexcombe, Westshire"
    assert stored(server)["204"] == {
        "system_id": 204,
        "read_key": None,
        "meter": None,
    }
    assert set_up.await_count == 1


async def test_a_heat_pump_that_is_there_is_not_found_again(
    hass: HomeAssistant, server: MockConfigEntry
) -> None:
    result = await find(hass, server, "search")
    await fill(hass, result, system_id="204")
    await hass.async_block_till_done()
    result = await find(hass, server, "search")
    offered = result["data_schema"].schema["system_id"].config["options"]
    assert offered
    assert not any(label.endswith("#204") for label in offered)


async def test_a_number_that_is_there_is_refused_and_another_one_taken(
    hass: HomeAssistant, server: MockConfigEntry
) -> None:
    result = await find(hass, server, "number")
    result = await fill(hass, result, system_id="360", read_key=OWNER_KEY)
    assert result["errors"] == {"base": "already_configured"}
    assert result["description_placeholders"]["system"] == "Heat pump #360"
    result = await fill(hass, result, system_id="361", read_key=OWNER_KEY)
    await hass.async_block_till_done()
    assert set(stored(server)) == {"360", "361"}


async def test_one_further_heat_pump_of_the_owner_is_chosen(
    hass: HomeAssistant, server: MockConfigEntry
) -> None:
    add_loaded_account(hass, "first", "second")
    result = await find(hass, server, "account")
    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    assert set(options_of(result, "system_id")) == {"361", "362"}
    result = await fill(hass, result, system_id="362")
    result = await fill(hass, result, meter="second")
    await hass.async_block_till_done()
    assert result["title"] == "Aero 362 · Tarnwick"
    assert stored(server)["362"] == {
        "system_id": 362,
        "read_key": OWNER_KEY,
        "meter": "second",
    }


async def test_an_owner_whose_heat_pumps_are_all_there_is_told_so(
    hass: HomeAssistant, server: MockConfigEntry, world: World
) -> None:
    del world.systems[361], world.systems[362]
    result = await find(hass, server, "read_key")
    result = await fill(hass, result, read_key=OWNER_KEY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


# Changes


async def test_a_new_read_key_is_proven_before_it_is_kept(
    hass: HomeAssistant, server: MockConfigEntry, world: World, set_up: AsyncMock
) -> None:
    newer = "ab" * 16
    world.accounts[OWNER].read_key = newer
    world.systems[360].read_key = newer
    result = await change(hass, server)
    result = await fill(hass, result, read_key=OWNER_KEY)
    assert result["errors"] == {"base": "key_refused"}
    assert result["description_placeholders"]["system"] == "Heat pump 360"
    assert typed_before(result) == {"read_key": OWNER_KEY}

    result = await fill(hass, result, read_key=newer)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert stored(server)["360"]["read_key"] == newer
    assert set_up.await_count == 1


@pytest.mark.parametrize(("kind", "words"), NEW_KEY_TROUBLE)
async def test_a_read_key_can_be_sent_again_when_the_service_fails(
    hass: HomeAssistant,
    server: MockConfigEntry,
    kind: type[ServiceError],
    words: str,
) -> None:
    result = await change(hass, server)
    with failing("heatpumpmonitor", "available", kind):
        result = await fill(hass, result, read_key=OWNER_KEY)
    assert result["errors"] == {"base": words}
    result = await fill(hass, result, read_key=OWNER_KEY)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"


async def test_a_meter_is_linked_and_taken_off_without_the_service(
    hass: HomeAssistant, server: MockConfigEntry, simulator: Simulator
) -> None:
    add_loaded_account(hass, "first")
    asked = len(simulator.requests)
    for choice, meter in (("first", "first"), ("none", None)):
        result = await change(hass, server)
        await fill(hass, result, meter=choice)
        await hass.async_block_till_done()
        assert stored(server)["360"] == {
            "system_id": 360,
            "read_key": OWNER_KEY,
            "meter": meter,
        }
    assert len(simulator.requests) == asked


async def test_a_linked_meter_stays_while_its_account_is_away(
    hass: HomeAssistant, server: MockConfigEntry
) -> None:
    [subentry] = server.subentries.values()
    hass.config_entries.async_update_subentry(
        server, subentry, data={**subentry.data, "meter": "away"}
    )
    await hass.async_block_till_done()
    result = await change(hass, server)
    assert set(options_of(result, "meter")) == {"none", "keep"}
    await fill(hass, result)
    await hass.async_block_till_done()
    assert stored(server)["360"]["meter"] == "away"


async def test_a_change_of_nothing_sets_the_server_up_anew(
    hass: HomeAssistant, server: MockConfigEntry, set_up: AsyncMock
) -> None:
    before = stored(server)
    result = await change(hass, server)
    result = await fill(hass, result)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert stored(server) == before
    assert set_up.await_count == 1
