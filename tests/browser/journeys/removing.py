"""All is removed again, and nothing is left behind."""

from typing import Final

from playwright.async_api import Locator, expect

from tests.browser.errors import BrowserError
from tests.browser.steps import Step
from tests.browser.visit import Visit
from tests.browser.words import NAME
from tests.demo.expected import DOMAIN

from .adding import PRIVATE
from .changing import ACCOUNT, SERVER


async def _delete(visit: Visit, row: Locator) -> None:
    """Delete what a row shows, and wait until the row is gone."""
    await visit.screen.choose(row, "Delete")
    await visit.screen.answer("Delete")
    await expect(row).to_have_count(0)


async def _delete_heat_pump(visit: Visit) -> None:
    """Delete the second heat pump alone."""
    await visit.open_integration()
    await _delete(visit, visit.screen.heat_pump(f"Heat pump {PRIVATE}"))
    await expect(visit.screen.entry(SERVER)).to_be_visible()


async def _delete_all(visit: Visit) -> None:
    """Delete both entries, and look that no entity and no device is left."""
    await visit.open_integration()
    for title in (ACCOUNT, SERVER):
        await visit.entries_at_rest()
        await _delete(visit, visit.screen.entry(title))
    await visit.screen.open("/config/integrations/dashboard")
    await visit.screen.sees("Backup")
    await visit.screen.misses(NAME)
    async with visit.owner() as home:
        left = [
            entry["entity_id"]
            for entry in await home.command("config/entity_registry/list")
            if entry["platform"] == DOMAIN
        ] + [
            device["name"]
            for device in await home.command("config/device_registry/list")
            if DOMAIN in dict(device["identifiers"])
        ]
    if left:
        raise BrowserError(f"There is still {', '.join(left)}")


STEPS: Final = (
    Step(
        name="the second heat pump is removed",
        do=_delete_heat_pump,
        needs=("a second heat pump is added", "the server gets a name"),
    ),
    Step(
        name="everything is removed",
        do=_delete_all,
        needs=("the server gets a name", "an account is added"),
    ),
)
