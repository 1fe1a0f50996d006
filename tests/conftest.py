"""What every test of the integration in Home Assistant starts from."""

from collections.abc import AsyncIterator, Iterator
import logging
from unittest.mock import AsyncMock, patch

import pytest

# Imported before the test kit puts a package of the same name in its place.
import custom_components.heatpump_insight as integration
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .simulator import Simulator, World

# The test kit lets every statement of the database be logged; with years of rows that is
# most of the time that a test takes.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


@pytest.fixture
async def mock_recorder_before_hass(async_test_recorder: None) -> None:
    """Prepare the database before Home Assistant, as the test kit wants it."""


@pytest.fixture
def home_assistant(recorder_mock: None, enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration and the database that it depends on."""


@pytest.fixture
def set_up() -> Iterator[AsyncMock]:
    """Let an entry count as set up, with its listener and nothing else running for it."""

    async def listen(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        listener = entry.add_update_listener(integration._async_reload)
        entry.async_on_unload(listener)
        return True

    with (
        patch.object(integration, "async_setup_entry", side_effect=listen) as set_up,
        patch.object(integration, "async_unload_entry", return_value=True),
    ):
        yield set_up


@pytest.fixture
def world() -> World:
    """Return a world with heat pump 204, its home's two meters, and four others."""
    return World.small(days=3)


@pytest.fixture
async def simulator(world: World, socket_enabled: None) -> AsyncIterator[Simulator]:
    """Serve the world on this machine."""
    async with Simulator(world) as simulator:
        yield simulator
