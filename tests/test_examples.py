"""The automations that the pages show are ones that Home Assistant takes, and they run."""

from datetime import UTC, datetime
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.heatpump_insight.condition import CONDITIONS
from custom_components.heatpump_insight.trigger import TRIGGERS
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml

from .automating import set_up_automation
from .household import heat_pump_entry, pass_time, set_up, shown
from .simulator import Simulator, World
from .simulator.data_faults import MonitorDark, PowerCorrected

DOCS = Path(__file__).parents[1] / "docs"
NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
DAY = 24 * 3600
TARGET = "number.heat_pump_204_cop_target"

pytestmark = pytest.mark.usefixtures("home_assistant")


def automations(page: str = "automations") -> list[dict[str, Any]]:
    """Return the automations of a page, for the heat pump of the tests."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    text = text.replace(".heat_pump_", ".heat_pump_204_")
    blocks = map(parse_yaml, re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    return [each for each in blocks if isinstance(each, dict) and "triggers" in each]


def used(keyword: str) -> set[str]:
    """Return which of our triggers or conditions the page uses."""
    return {
        part[keyword].removeprefix("heatpump_insight.")
        for automation in automations()
        for part in automation.get(f"{keyword}s", [])
        if part[keyword].startswith("heatpump_insight.")
    }


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world whose heat pump becomes worse and whose monitor stops at last."""
    freezer.move_to(NOW)
    world = World.small(days=20, now=lambda: datetime.now(UTC).timestamp())
    start = NOW.timestamp() + DAY
    world.add(
        PowerCorrected(
            system_id=204,
            start=start,
            end=start + 60 * DAY,
            factor=0.3,
            at=start,
            feeds=("heatpump_heat",),
        ),
        MonitorDark(system_id=204, start=start + 6 * DAY, end=start + 60 * DAY),
    )
    return world


def test_the_page_shows_every_trigger_and_every_condition() -> None:
    assert len(automations()) == 7
    assert used("trigger") == {*TRIGGERS}
    assert used("condition") == {*CONDITIONS}


@pytest.mark.parametrize(
    "config", [*automations()[4:], *automations("limits")], ids=lambda _: "automation"
)
async def test_home_assistant_takes_an_automation_of_the_pages(
    hass: HomeAssistant, simulator: Simulator, config: dict[str, Any]
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    await set_up_automation(hass, config)
    # It would wait for its time after the test.
    await hass.services.async_call(
        AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True
    )


# The fourth looks at what is live, the others at what changes every few hours.
@pytest.mark.parametrize(("place", "minutes"), [(0, 180), (1, 180), (2, 180), (3, 5)])
async def test_an_automation_of_the_page_runs(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    place: int,
    minutes: int,
) -> None:
    config = automations()[place]
    domain, action = config["actions"][0]["action"].split(".")
    await set_up(hass, heat_pump_entry(simulator))
    assert float(shown(hass, "sensor.heat_pump_204_cop_7_days")) > 2.8
    calls = async_mock_service(hass, domain, action)
    await set_up_automation(hass, config)
    for _ in range(400):
        if calls:
            break
        await pass_time(hass, freezer, 60 * minutes)
    assert calls
