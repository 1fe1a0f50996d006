"""The owner of an account tells, home by home, the stamp of its half-hours and its prices."""

from datetime import UTC, datetime

import pytest

from custom_components.heatpump_insight.api.powershaper import Commodity
from custom_components.heatpump_insight.options import home_options
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .analysis.tariffs import LONDON
from .flows import account_entry, add_loaded_account, open_options, options_of, tell
from .household import meters_entry, set_up as set_up_for_real
from .simulator import Simulator, World

pytestmark = pytest.mark.usefixtures("home_assistant")

BOTH = (Commodity.ELECTRICITY, Commodity.GAS)
ENERGY = "energy_dashboard"
NOON = int(datetime(2026, 2, 12, 12, tzinfo=UTC).timestamp())


@pytest.mark.usefixtures("set_up")
async def test_an_only_home_is_asked_for_at_once(hass: HomeAssistant) -> None:
    entry = add_loaded_account(hass, "AB-1")
    result = await open_options(hass, entry)
    assert result["step_id"] == "home"
    assert result["description_placeholders"] == {"home": "…1000"}
    result = await tell(hass, result, next_step_id="stamp")
    assert result["description_placeholders"] == {"home": "…1000"}
    assert result["data_schema"]({}) == {"stamp": "start"}

    result = await tell(hass, result, stamp="end")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"meters": {"meter_ab1": {"stamp": "end"}}}

    result = await open_options(hass, entry, "stamp")
    assert result["data_schema"]({}) == {"stamp": "end"}


@pytest.mark.usefixtures("set_up")
async def test_a_home_has_panels_or_has_them_no_longer(hass: HomeAssistant) -> None:
    entry = add_loaded_account(hass, "AB-1")
    result = await open_options(hass, entry, "own_supply")
    assert result["data_schema"]({}) == {"own_supply": False}
    await tell(hass, result, own_supply=True)
    assert home_options(entry, "AB-1", LONDON).has_own_supply

    result = await open_options(hass, entry, "own_supply")
    assert result["data_schema"]({}) == {"own_supply": True}
    await tell(hass, result, own_supply=False)
    assert not home_options(entry, "AB-1", LONDON).has_own_supply


@pytest.mark.usefixtures("set_up")
async def test_one_of_several_homes_is_chosen_and_the_others_stay(
    hass: HomeAssistant,
) -> None:
    entry = add_loaded_account(hass, "first", "second")
    meters = {"meter_first": {"stamp": "end"}, "meter_second": {"x": 2}}
    hass.config_entries.async_update_entry(
        entry, options={"tariff": 1, "meters": meters}
    )
    result = await open_options(hass, entry)
    assert result["step_id"] == "init"
    assert options_of(result, "home") == {
        "first": "…1000 · –",
        "second": "…1001 · –",
    }
    result = await tell(hass, result, home="second")
    assert result["description_placeholders"] == {"home": "…1001"}
    result = await tell(hass, result, next_step_id="stamp")
    await tell(hass, result, stamp="end")
    assert entry.options == {
        "tariff": 1,
        "meters": {
            "meter_first": {"stamp": "end"},
            "meter_second": {"x": 2, "stamp": "end"},
        },
    }


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize(
    ("commodities", "choices"),
    [
        (BOTH, ["electricity_price", "gas_price", "stamp", "own_supply", ENERGY]),
        (BOTH[:1], ["electricity_price", "stamp", "own_supply", ENERGY]),
        (BOTH[1:], ["gas_price", "stamp", ENERGY]),
    ],
)
async def test_the_prices_of_the_meters_that_a_home_has_are_asked_for(
    hass: HomeAssistant, commodities: tuple[Commodity, ...], choices: list[str]
) -> None:
    entry = add_loaded_account(hass, "AB-1", commodities=commodities)
    result = await open_options(hass, entry)
    assert result["menu_options"] == choices


@pytest.mark.usefixtures("set_up")
async def test_electricity_and_gas_have_prices_of_their_own(
    hass: HomeAssistant,
) -> None:
    entry = add_loaded_account(hass, "AB-1", commodities=BOTH)
    for choice, subject, price in (
        ("electricity_price", "Electricity of the home with the meter …1000", 0.26),
        ("gas_price", "Gas of the home with the meter …1000", 0.07),
    ):
        result = await open_options(hass, entry, choice, "flat")
        assert result["description_placeholders"]["subject"] == subject
        await tell(hass, result, price=price)
    tariffs = home_options(entry, "AB-1", LONDON).tariffs
    assert {each: tariffs[each].price_at(NOON, {}) for each in tariffs} == {
        Commodity.ELECTRICITY: 0.26,
        Commodity.GAS: 0.07,
    }


async def test_a_price_that_is_told_sets_the_account_up_anew(
    hass: HomeAssistant, simulator: Simulator, world: World
) -> None:
    entry = meters_entry(simulator, options={"theme": "dark"})
    await set_up_for_real(hass, entry)
    before = entry.runtime_data
    result = await open_options(hass, entry, "electricity_price", "flat")
    await tell(hass, result, price=0.2611, standing_charge=0.54)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data is not before
    assert entry.options["theme"] == "dark"
    consent = min(world.tokens[world.token])
    tariff = home_options(entry, consent, LONDON).tariffs[Commodity.ELECTRICITY]
    assert [period.standing_charge for period in tariff.periods] == [0.54]


@pytest.mark.usefixtures("set_up")
async def test_an_account_without_meters_has_nothing_to_set(
    hass: HomeAssistant,
) -> None:
    entry = add_loaded_account(hass)
    result = await open_options(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_meters"


@pytest.mark.usefixtures("set_up")
async def test_an_account_that_does_not_run_is_not_asked_for(
    hass: HomeAssistant,
) -> None:
    entry = account_entry("http://127.0.0.1", "token", "consent")
    entry.add_to_hass(hass)
    assert entry.state is ConfigEntryState.NOT_LOADED
    result = await open_options(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"
