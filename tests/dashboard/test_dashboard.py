"""The module of the pages is served at an address of its version, where there are pages."""

from pathlib import Path
import re

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.dashboard import async_set_up_dashboard
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def modules(hass: HomeAssistant) -> UrlManager:
    """Return what every page loads, as the frontend keeps it."""
    hass.config.components.add("frontend")
    manager = UrlManager(lambda *_: None, [])
    hass.data[DATA_EXTRA_MODULE_URL] = manager
    return manager


async def test_every_page_loads_a_module_from_an_address_of_the_version(
    hass: HomeAssistant, modules: UrlManager, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "http", {})
    await async_set_up_dashboard(hass)
    [address] = modules.urls
    version = (await async_get_integration(hass, DOMAIN)).version
    assert re.fullmatch(
        rf"/heatpump_insight/{re.escape(str(version))}-[0-9a-f]{{8}}/heatpump-insight\.js",
        address,
    )
    client = await hass_client()
    seen, waiting = set[str](), {address}
    # The module and all that it imports are there, and are what a browser takes for modules.
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response = await client.get(path)
        assert response.status == 200, path
        assert response.content_type in ("text/javascript", "application/javascript")
        assert "max-age" in response.headers["Cache-Control"]
        folder = path.rpartition("/")[0]
        imported = re.findall(
            r'(?:from |import\()"\./([\w.-]+)"', await response.text()
        )
        waiting |= {f"{folder}/{name}" for name in imported} - seen
    there = Path(__file__).parents[2].glob("custom_components/*/dashboard/www/*.js")
    assert {path.rpartition("/")[2] for path in seen} == {each.name for each in there}


async def test_a_home_assistant_without_pages_is_served_nothing(
    hass: HomeAssistant,
) -> None:
    await async_set_up_dashboard(hass)
    assert DATA_EXTRA_MODULE_URL not in hass.data
