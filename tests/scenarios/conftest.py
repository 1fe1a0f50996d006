"""The home that the scenarios befall."""

from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest

import custom_components.heatpump_insight as integration
from homeassistant.core import HomeAssistant
from tests.simulator import Simulator, World

from .home import Home
from .scenario import NOW, Scenario


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Leave out what the test kit lets the event loop note of every call."""


@pytest.fixture(autouse=True)
def without_entities() -> Iterator[None]:
    """Leave entities out: they only show, and cost most of the recorder's time."""
    with patch.object(integration, "PLATFORMS", ()):
        yield


@pytest.fixture
def now() -> datetime:
    """Return when the home is set up."""
    return NOW


@pytest.fixture
def history() -> int:
    """Return how many days of history the home has."""
    return 3


@pytest.fixture
def time_zone() -> str:
    """Return where Home Assistant is."""
    return "Europe/London"


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    freezer: FrozenDateTimeFactory,
    now: datetime,
    history: int,
) -> World:
    """Return a world whose history ends now, under the clock of the test."""
    if "scenario" in request.fixturenames:
        scenario: Scenario = request.getfixturevalue("scenario")
        now, history = scenario.now, scenario.history
    freezer.move_to(now)
    return World.small(days=history, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def home(
    hass: HomeAssistant,
    home_assistant: None,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    time_zone: str,
) -> Home:
    """Return the home; nothing is set up in it yet."""
    await hass.config.async_set_time_zone(time_zone)
    return Home(hass=hass, freezer=freezer, simulator=simulator)
