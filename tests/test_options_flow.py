"""An account is told how the half-hours of a home are stamped."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .flows import Result, account_entry, add_loaded_account, options_of

pytestmark = pytest.mark.usefixtures("home_assistant", "set_up")


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the options of an account."""
    return await hass.config_entries.options.async_init(entry.entry_id)


async def fill(hass: HomeAssistant, result: Result, **typed: Any) -> Result:
    """Fill in the form of a flow of options."""
    return await hass.config_entries.options.async_configure(result["flow_id"], typed)


async def test_an_only_home_is_asked_for_at_once(hass: HomeAssistant) -> None:
    entry = add_loaded_account(hass, "AB-1")
    result = await begin(hass, entry)
    assert result["step_id"] == "home"
    assert result["description_placeholders"] == {"home": "…1000 · –"}
    assert result["data_schema"]({}) == {"stamp": "start"}

    result = await fill(hass, result, stamp="end")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"meters": {"meter_ab1": {"stamp": "end"}}}

    result = await begin(hass, entry)
    assert result["data_schema"]({}) == {"stamp": "end"}


async def test_one_of_several_homes_is_chosen_and_the_others_stay(
    hass: HomeAssistant,
) -> None:
    entry = add_loaded_account(hass, "first", "second")
    meters = {"meter_first": {"stamp": "end"}, "meter_second": {"x": 2}}
    hass.config_entries.async_update_entry(
        entry, options={"tariff": 1, "meters": meters}
    )
    result = await begin(hass, entry)
    assert result["step_id"] == "init"
    assert options_of(result, "home") == {
        "first": "…1000 · –",
        "second": "…1001 · –",
    }
    result = await fill(hass, result, home="second")
    assert result["description_placeholders"] == {"home": "…1001 · –"}
    await fill(hass, result, stamp="end")
    assert entry.options == {
        "tariff": 1,
        "meters": {
            "meter_first": {"stamp": "end"},
            "meter_second": {"x": 2, "stamp": "end"},
        },
    }


async def test_an_account_without_meters_has_nothing_to_set(
    hass: HomeAssistant,
) -> None:
    entry = add_loaded_account(hass)
    result = await begin(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_meters"


async def test_an_account_that_does_not_run_is_not_asked_for(
    hass: HomeAssistant,
) -> None:
    entry = account_entry("http://127.0.0.1", "token", "consent")
    entry.add_to_hass(hass)
    assert entry.state is ConfigEntryState.NOT_LOADED
    result = await begin(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"
