"""Short ways to call an action, and to learn how it refuses."""

from collections.abc import Mapping
import csv
import io
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from tests.simulator import Simulator


def device(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    """Return the id of a device of an entry."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return next(device.id for device in devices if device.name == name)


async def act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Call an action and return its response."""
    response = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    return response


async def refusal(
    hass: HomeAssistant,
    action: str,
    kind: type[HomeAssistantError] = ServiceValidationError,
    **data: Any,
) -> tuple[str | None, Mapping[str, str]]:
    """Return the key and the placeholders of what an action refuses with."""
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, action, **data)
    assert type(raised.value) is kind
    return (
        raised.value.translation_key,
        raised.value.translation_placeholders or {},
    )


async def read_csv(hass: HomeAssistant, action: str, **data: Any) -> list[list[str]]:
    """Return the lines of the CSV that an action answers, as a spreadsheet reads them."""
    answer = await act(hass, action, **data, format="csv")
    assert list(answer) == ["csv"]
    return list(csv.reader(io.StringIO(answer["csv"])))


def asked(simulator: Simulator, part: str) -> list[Mapping[str, str]]:
    """Return the queries of the requests whose path holds a part."""
    return [request.query for request in simulator.requests if part in request.path]
