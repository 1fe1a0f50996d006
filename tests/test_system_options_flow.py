"""The owner of a heat pump tells its price and the boiler that it is compared with."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.analysis.boiler import Boiler
from custom_components.heatpump_insight.options import system_options
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .analysis.tariffs import LONDON
from .flows import Result, open_options, options_of, server_entry, tell, typed_before

pytestmark = pytest.mark.usefixtures("home_assistant", "set_up")

NOON = int(datetime(2026, 2, 12, 12, tzinfo=UTC).timestamp())
TYPED = {"efficiency": 92.5, "gas_price": 0.061, "gas_carbon": 0.2}


def add_server(
    hass: HomeAssistant, *system_ids: int, meter: str | None = None
) -> MockConfigEntry:
    """Add a server with some heat pumps, all of them linked with the same meter."""
    entry = server_entry(
        "http://127.0.0.1",
        *({"system_id": each, "read_key": None, "meter": meter} for each in system_ids),
    )
    entry.add_to_hass(hass)
    return entry


def boiler(entry: MockConfigEntry, system_id: int = 204) -> Boiler:
    """Return the boiler that a heat pump is compared with."""
    return system_options(entry, system_id, LONDON).boiler


async def test_a_heat_pump_without_a_meter_has_a_price_of_its_own(
    hass: HomeAssistant,
) -> None:
    entry = add_server(hass, 204)
    result = await open_options(hass, entry)
    assert result["step_id"] == "system"
    assert result["menu_options"] == ["own_price", "boiler", "energy_dashboard"]
    assert result["description_placeholders"] == {"system": "Heat pump 204"}
    result = await open_options(hass, entry, "own_price", "flat")
    subject = result["description_placeholders"]["subject"]
    assert subject == "Electricity of Heat pump 204"
    # It pays for what it takes; the standing charge is the home's with or without it.
    assert [*result["data_schema"].schema] == ["price", "valid_from"]
    result = await tell(hass, result, price=0.25)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    tariff = system_options(entry, 204, LONDON).tariff
    assert tariff is not None
    assert tariff.price_at(NOON, {}) == 0.25


async def test_a_heat_pump_with_a_meter_takes_the_price_of_that(
    hass: HomeAssistant,
) -> None:
    entry = add_server(hass, 204, meter="first")
    result = await open_options(hass, entry)
    assert result["step_id"] == "linked_system"
    assert result["menu_options"] == ["boiler", "energy_dashboard"]
    assert result["description_placeholders"] == {"system": "Heat pump 204"}


async def test_one_of_several_heat_pumps_is_chosen_and_the_others_stay(
    hass: HomeAssistant,
) -> None:
    entry = add_server(hass, 204, 360)
    systems = {"204": {"boiler": {"efficiency": 0.9}}, "360": {"x": 2}}
    hass.config_entries.async_update_entry(
        entry, options={"theme": 1, "systems": systems}
    )
    result = await open_options(hass, entry)
    assert result["step_id"] == "heat_pump"
    assert options_of(result, "system_id") == {
        "204": "Heat pump 204",
        "360": "Heat pump 360",
    }
    result = await tell(hass, result, system_id="360")
    assert result["description_placeholders"] == {"system": "Heat pump 360"}
    result = await tell(hass, result, next_step_id="boiler")
    await tell(hass, result, **TYPED)
    kept = {"efficiency": 0.925, "gas_carbon": 0.2, "gas_price": 0.061}
    assert entry.options == {
        "theme": 1,
        "systems": {"204": systems["204"], "360": {"x": 2, "boiler": kept}},
    }
    assert boiler(entry, 204) == Boiler(efficiency=0.9)
    assert boiler(entry, 360) == Boiler(**kept)


async def test_a_server_without_heat_pumps_has_nothing_to_set(
    hass: HomeAssistant,
) -> None:
    result = await open_options(hass, add_server(hass))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_systems"


async def ask_boiler(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form of the boiler of the only heat pump."""
    return await open_options(hass, entry, "boiler")


async def test_a_boiler_is_proposed_as_it_is_known_with_its_efficiency_in_percent(
    hass: HomeAssistant,
) -> None:
    entry = add_server(hass, 204)
    result = await ask_boiler(hass, entry)
    assert result["description_placeholders"] == {"system": "Heat pump 204"}
    usual = {"efficiency": 85.0, "gas_price": 0.0733, "gas_carbon": 0.183}
    assert typed_before(result) == usual
    await tell(hass, result, **usual)
    assert boiler(entry) == Boiler()
    await tell(hass, await ask_boiler(hass, entry), **TYPED)
    assert typed_before(await ask_boiler(hass, entry)) == TYPED


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"efficiency": 0.85}, {"efficiency": "out_of_range"}),
        ({"efficiency": 105}, {"efficiency": "out_of_range"}),
        ({"gas_price": 0}, {"gas_price": "out_of_range"}),
        ({"gas_carbon": 183}, {"gas_carbon": "out_of_range"}),
        ({"gas_carbon": "nan"}, {"gas_carbon": "not_a_number"}),
    ],
)
async def test_a_boiler_that_cannot_be_is_refused_and_the_next_one_taken(
    hass: HomeAssistant, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    entry = add_server(hass, 204)
    result = await ask_boiler(hass, entry)
    result = await tell(hass, result, **TYPED | wrong)
    assert result["errors"] == errors
    assert entry.options == {}
    shown = typed_before(result)
    assert {key: shown[key] for key in TYPED if key not in wrong} == {
        key: TYPED[key] for key in TYPED if key not in wrong
    }
    result = await tell(hass, result, **TYPED)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert boiler(entry).efficiency == 0.925
