"""The actions on the Energy dashboard: for admins, and with an answer to whom wants one."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
from tests.household import heat_pump_entry, meters_entry, set_up
from tests.simulator import Simulator, World

from .calling import act, refusal

pytestmark = pytest.mark.usefixtures("home_assistant")

ADD = "add_to_energy_dashboard"
REMOVE = "remove_from_energy_dashboard"
METERS = [
    {"name": "Electricity meter", "place": "grid", "energy": True, "cost": False},
    {"name": "Gas meter", "place": "gas", "energy": True, "cost": False},
]
HEAT_PUMP = {
    "name": "Heat pump 204",
    "place": "device",
    "energy": True,
    "cost": False,
}
GAS_COST = {"name": "Gas meter", "place": "gas", "energy": False, "cost": True}


@pytest.fixture
async def energy(hass: HomeAssistant, home_assistant: None) -> None:
    """Let Home Assistant have an Energy dashboard."""
    assert await async_setup_component(hass, "energy", {})


@pytest.fixture
async def account(
    hass: HomeAssistant, energy: None, simulator: Simulator
) -> MockConfigEntry:
    """Return the account, whose history is imported."""
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    return entry


async def in_dashboard(hass: HomeAssistant) -> list[str]:
    """Return the names of all that is in the Energy dashboard."""
    preferences = (await async_get_manager(hass)).data
    if preferences is None:
        return []
    items = [*preferences["energy_sources"], *preferences["device_consumption"]]
    return [str(item.get("name")) for item in items]


async def test_what_is_missing_is_added_and_what_was_added_taken_out(
    hass: HomeAssistant, account: MockConfigEntry, simulator: Simulator, world: World
) -> None:
    assert await act(hass, ADD) == {"added": METERS, "there_already": []}
    await set_up(hass, heat_pump_entry(simulator))
    key = f"meter_{min(world.tokens[world.token]).replace('-', '')}"
    price = {"gas_price": {"periods": [{"kind": "flat", "price": 0.07}]}}
    hass.config_entries.async_update_entry(account, options={"meters": {key: price}})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await act(hass, ADD) == {
        "added": [HEAT_PUMP, GAS_COST],
        "there_already": ["Electricity meter"],
    }
    assert await act(hass, ADD) == {
        "added": [],
        "there_already": ["Electricity meter", "Gas meter", "Heat pump 204"],
    }
    manager = await async_get_manager(hass)
    assert manager.data is not None
    devices = [{**manager.data["device_consumption"][0], "name": "The old one"}]
    await manager.async_update({"device_consumption": devices})  # type: ignore[typeddict-item]
    assert await act(hass, REMOVE) == {
        "removed": [*METERS, GAS_COST],
        "left": ["Heat pump 204"],
    }
    assert await in_dashboard(hass) == ["The old one"]
    assert await act(hass, REMOVE) == {"removed": [], "left": []}


async def test_nobody_has_to_want_the_answer(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    await hass.services.async_call(DOMAIN, ADD, blocking=True)
    assert await in_dashboard(hass) == ["Electricity meter", "Gas meter"]
    await hass.services.async_call(DOMAIN, REMOVE, blocking=True)
    assert await in_dashboard(hass) == []


@pytest.mark.parametrize("action", [ADD, REMOVE])
async def test_only_admins_may_change_what_belongs_to_the_whole_home(
    hass: HomeAssistant,
    account: MockConfigEntry,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
    action: str,
) -> None:
    await act(hass, ADD)
    before = await in_dashboard(hass)
    for user in (hass_read_only_user.id, "nobody"):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN, action, blocking=True, context=Context(user_id=user)
            )
    assert await in_dashboard(hass) == before
    await hass.services.async_call(
        DOMAIN, action, blocking=True, context=Context(user_id=hass_admin_user.id)
    )


@pytest.mark.parametrize("action", [ADD, REMOVE])
async def test_without_an_energy_dashboard_there_is_nothing_to_change(
    hass: HomeAssistant, action: str
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    key, _ = await refusal(hass, action)
    assert key == "no_energy"
