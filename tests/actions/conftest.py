"""The home whose actions are called: a heat pump and two meters, some days old."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import CoreState, HomeAssistant
from tests.household import heat_pump_entry, meters_entry, set_up
from tests.simulator import Simulator, World

from .calling import device

# Between 25 and 26 October 2026 clocks go back in Britain.
NOW = datetime(2026, 10, 28, 9, 20, tzinfo=UTC)


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with two weeks of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=14, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def london(hass: HomeAssistant, home_assistant: None) -> None:
    """Let Home Assistant be in London."""
    await hass.config.async_set_time_zone("Europe/London")


@pytest.fixture
def nothing_imported(hass: HomeAssistant, london: None) -> None:
    """Let no history be imported, which what is asked of a service does not need."""
    hass.set_state(CoreState.not_running)


@pytest.fixture
async def systems(
    hass: HomeAssistant, nothing_imported: None, simulator: Simulator
) -> MockConfigEntry:
    """Return the entry of the server, with heat pump 204."""
    entry = heat_pump_entry(simulator, entry_id="asks_in_the_night")
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def meters(
    hass: HomeAssistant, nothing_imported: None, simulator: Simulator
) -> MockConfigEntry:
    """Return the entry of the account, with the two meters of the home."""
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    return entry


@pytest.fixture
def heat_pump(hass: HomeAssistant, systems: MockConfigEntry) -> str:
    """Return the device of the heat pump."""
    return device(hass, systems, "Heat pump 204")


@pytest.fixture
def electricity(hass: HomeAssistant, meters: MockConfigEntry) -> str:
    """Return the device of the electricity meter."""
    return device(hass, meters, "Electricity meter")
