"""What every action refuses, and that each is there whether an entry is loaded or not."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.helpers.selector import validate_selector
from homeassistant.setup import async_setup_component
from tests.project.test_words import read_actions

from .calling import act, refusal

pytestmark = pytest.mark.usefixtures("home_assistant")

DAYS: dict[str, Any] = {"start_date": "2026-10-20", "end_date": "2026-10-24"}
SERIES: dict[str, Any] = {
    "feeds": ["elec"],
    "start": "2026-10-20 00:00:00",
    "end": "2026-10-21 00:00:00",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "get_report": DAYS,
    "get_usage": DAYS,
    "get_timeseries": SERIES,
    "get_daily": DAYS,
}


async def test_all_that_is_declared_is_there_without_an_entry(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    services = hass.services.async_services()[DOMAIN]
    assert services.keys() == read_actions("services").keys()
    answering = {
        name
        for name, service in services.items()
        if service.supports_response is SupportsResponse.ONLY
    }
    assert answering == {*ANSWERS, "get_fleet"}


def test_every_field_is_shown_by_a_selector_that_there_is() -> None:
    fields = [
        field
        for action in read_actions("services").values()
        for field in action["fields"].values()
    ]
    assert len(fields) > 25
    for field in fields:
        validate_selector(field["selector"])


@pytest.mark.parametrize("action", ANSWERS)
async def test_a_device_of_somebody_else_is_refused(
    hass: HomeAssistant, systems: MockConfigEntry, action: str
) -> None:
    key, _ = await refusal(
        hass, action, device_id="of somebody else", **ANSWERS[action]
    )
    assert key == "no_such_device"


@pytest.mark.parametrize("action", ANSWERS)
async def test_a_device_whose_entry_is_not_loaded_is_refused(
    hass: HomeAssistant, systems: MockConfigEntry, heat_pump: str, action: str
) -> None:
    await hass.config_entries.async_unload(systems.entry_id)
    key, _ = await refusal(hass, action, device_id=heat_pump, **ANSWERS[action])
    assert key == "no_such_device"


@pytest.mark.parametrize("action", ["get_timeseries", "get_daily"])
async def test_a_meter_is_no_heat_pump(
    hass: HomeAssistant, electricity: str, action: str
) -> None:
    key, _ = await refusal(hass, action, device_id=electricity, **ANSWERS[action])
    assert key == "not_a_heat_pump"


async def test_a_heat_pump_is_no_meter(hass: HomeAssistant, heat_pump: str) -> None:
    key, _ = await refusal(hass, "get_usage", device_id=heat_pump, **DAYS)
    assert key == "not_a_meter"


@pytest.mark.parametrize("action", ["get_report", "get_daily"])
async def test_the_last_day_may_not_lie_before_the_first(
    hass: HomeAssistant, heat_pump: str, action: str
) -> None:
    turned: dict[str, Any] = {"start_date": "2026-10-24", "end_date": "2026-10-23"}
    key, _ = await refusal(hass, action, device_id=heat_pump, **turned)
    assert key == "end_before_start"


@pytest.mark.parametrize(
    ("action", "change"),
    [
        ("get_report", {"end_date": "9999-12-31"}),
        ("get_daily", {"start_date": "0001-01-01"}),
        ("get_timeseries", {"end": "9999-12-31 23:59:59"}),
        ("get_timeseries", {"start": "0001-01-01 00:00:00+14:00"}),
        ("get_timeseries", {"feeds": []}),
        ("get_timeseries", {"interval": 1}),
        ("get_usage", {"aggregate": "century"}),
        ("get_report", {"format": "xml"}),
    ],
)
async def test_what_makes_no_sense_is_invalid(
    hass: HomeAssistant, heat_pump: str, action: str, change: dict[str, Any]
) -> None:
    call: dict[str, Any] = {"device_id": heat_pump, **ANSWERS[action], **change}
    with pytest.raises(Exception, match=next(iter(change))) as raised:
        await act(hass, action, **call)
    assert type(raised.value).__name__ == "MultipleInvalid"
