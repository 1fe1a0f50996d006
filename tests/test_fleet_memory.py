"""The published fleet on disk."""

import json
from typing import Any

from custom_components.heatpump_insight.analysis.comparison import (
    PublishedFleet,
    published_fleet,
)
from custom_components.heatpump_insight.analysis.fleet import Member, Tier, standings
from custom_components.heatpump_insight.api.heatpumpmonitor import Window
from custom_components.heatpump_insight.fleet_memory import FleetMemory
from homeassistant.core import HomeAssistant

from .analysis.fleet_rows import member, system

NOW = 1_770_000_000.0
FILE = "heatpump_insight.entry.fleet"
WINDOWS = {
    Window.LAST_365: (
        *(
            member(k, 3 + k / 100, lift=40.0 - k / 10, location="Upper Marl")
            for k in range(1, 230)
        ),
        member(230, 4.0, lift=None, hp_model=None, hp_output=None),
    ),
    Window.LAST_30: tuple(member(k, 2 + k / 100) for k in range(120, 230)),
}


def figures(members: tuple[Member, ...]) -> list[tuple[object, ...]]:
    """Return what members are compared by."""
    return [
        (
            each.system.system_id,
            each.system.kind,
            each.system.manufacturer,
            each.system.model,
            each.system.output_kw,
            each.cop,
            each.lift,
            each.starts_per_hour,
        )
        for each in members
    ]


async def test_nothing_is_known_at_first(hass: HomeAssistant) -> None:
    assert await FleetMemory(hass, "entry").async_load() == PublishedFleet()


async def test_a_restart_finds_what_was_kept(hass: HomeAssistant) -> None:
    kept = await FleetMemory(hass, "entry").async_keep(WINDOWS, NOW)
    found = await FleetMemory(hass, "entry").async_load()
    assert found == kept
    assert found.read_at == NOW
    assert found.line is not None
    assert found.line == published_fleet(WINDOWS, NOW).line
    for window, members in WINDOWS.items():
        assert figures(found.members(window)) == figures(members)


async def test_who_is_kept_is_as_much_a_member_as_before(hass: HomeAssistant) -> None:
    kept = await FleetMemory(hass, "entry").async_keep(WINDOWS, NOW)
    year = Window.LAST_365
    of_kept = standings(system(999), 3.5, kept.members(year))
    assert of_kept == standings(system(999), 3.5, WINDOWS[year])
    assert of_kept[0].tier is Tier.MODEL
    for each in kept.members(year):
        assert each.system.published
        assert each.system.mid_metering
        assert each.system.boundary == 4


async def test_the_file_is_small_and_tells_nobodys_address(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    await FleetMemory(hass, "entry").async_keep(WINDOWS, NOW)
    text = json.dumps(hass_storage[FILE]["data"], indent=2)
    assert len(text) < 200_000
    assert "Norrvind" in text
    assert "Upper Marl" not in text


async def test_the_file_can_be_removed(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    memory = FleetMemory(hass, "entry")
    await memory.async_keep(WINDOWS, NOW)
    assert FILE in hass_storage
    await memory.async_remove()
    assert FILE not in hass_storage
