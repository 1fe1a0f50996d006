"""Automations of a test: what they are made of, and what they did."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

type Target = Mapping[str, str | list[str]]
type Options = Mapping[str, Any]

_ACTION = {
    "action": "test.automated",
    "data": {"entity_id": "{{ trigger.entity_id | default('') }}"},
}


class Automated:
    """What an automation did: for each run, the entity that triggered it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Offer the action that the automation runs."""
        self._calls = async_mock_service(hass, "test", "automated")

    @property
    def entities(self) -> list[str]:
        """Return the entities that triggered it, in order."""
        return [call.data["entity_id"] for call in self._calls]


async def automate(
    hass: HomeAssistant, trigger: str, target: Target, options: Options | None = None
) -> Automated:
    """Set up an automation with one of our triggers, and return what it does."""
    automated = Automated(hass)
    given = {
        "trigger": f"heatpump_insight.{trigger}",
        "target": target,
        "options": options or {},
    }
    await set_up_automation(hass, {"triggers": given, "actions": _ACTION})
    return automated


async def automated_by_event(
    hass: HomeAssistant, condition: str, target: Target, options: Options | None = None
) -> Callable[[], Awaitable[bool]]:
    """Set up an automation with one of our conditions.

    Return what lets its event happen, and tells whether the automation ran.
    """
    automated = Automated(hass)
    given = {
        "condition": f"heatpump_insight.{condition}",
        "target": target,
        "options": options or {},
    }
    await set_up_automation(
        hass,
        {
            "triggers": {"trigger": "event", "event_type": "happens"},
            "conditions": given,
            "actions": _ACTION,
        },
    )

    async def happens() -> bool:
        before = len(automated.entities)
        hass.bus.async_fire("happens")
        await hass.async_block_till_done()
        return len(automated.entities) > before

    return happens


async def set_up_automation(hass: HomeAssistant, config: Mapping[str, Any]) -> None:
    """Set up an automation, and make sure that Home Assistant takes it as it is."""
    named = {"alias": "Test", **config}
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: named})
    await hass.async_block_till_done()
    (state,) = hass.states.async_all(AUTOMATION)
    assert state.state == "on"


def device_of(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    """Return the id of a device of an entry."""
    (device,) = [
        device
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        )
        if device.name == name
    ]
    return device.id
