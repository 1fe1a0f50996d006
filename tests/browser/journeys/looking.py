"""What a person looks at: a device, its sensors, and an automation with our trigger."""

import asyncio
import json
import re
import time
from typing import Final

from playwright.async_api import expect

from tests.browser.errors import BrowserError
from tests.browser.steps import Step
from tests.browser.visit import Visit
from tests.browser.words import said
from tests.demo import expected
from tests.demo.compare import compare_entities
from tests.demo.found import entities
from tests.demo.set_up import SYSTEM, wait_for_history

from .changing import ACCOUNT, HEAT_PUMP, SERVER

# How long it may take until all figures are known, in seconds.
_SOON: Final = 60
_AUTOMATION: Final = "Tell me when the COP is good"
_TRIGGER: Final = said("triggers.cop_crossed_threshold.name")
_A_COP: Final = re.compile(r"\b\d\.\d\d\b")
_COP: Final = said("entity.sensor.cop_30_days.name")


async def _wait_for_history(visit: Visit) -> None:
    """Wait until everything is imported."""
    async with visit.owner() as home:
        imported = [
            entity
            for entity in await entities(home)
            if entity.key.endswith("_history_imported")
        ]
        await wait_for_history(home, len(imported))


async def _wait_for_figures(visit: Visit) -> None:
    """Wait until all is known of the heat pump and the meters that can be known.

    What is computed from the history shows soon after it.
    """
    devices = expected.devices(visit.world, visit.simulator.url, SYSTEM)
    unknown = expected.may_be_unknown(visit.world)
    end = time.monotonic() + _SOON
    async with visit.owner() as home:
        while True:
            theirs = [
                entity
                for entity in await entities(home)
                if entity.key.startswith(tuple(devices))
            ]
            missing = list(compare_entities(devices, theirs, unknown))
            if not missing:
                return
            if time.monotonic() > end:
                raise BrowserError("\n".join(missing))
            await asyncio.sleep(0.5)


async def _look_at_device(visit: Visit) -> None:
    """Open the heat pump's page, and look at its most important figures."""
    screen = visit.screen
    await visit.open_integration()
    await screen.heat_pump(HEAT_PUMP).get_by_role("listitem").last.click()
    await screen.sees("Device info")
    await screen.sees(f"Serial number: {SYSTEM}")
    for key in ("cop_30_days", "cop_yesterday", "electricity_30_days", "power"):
        await screen.sees(said(f"entity.sensor.{key}.name"))
    await visit.album.keep("heat-pump-device")
    await visit.album.keep_on_phone("heat-pump-phone")


async def _look_at_meter(visit: Visit) -> None:
    """Open a meter's page, and look at what it has counted."""
    screen = visit.screen
    await visit.open_integration()
    name = screen.page.get_by_text(said("device.electricity_meter.name"), exact=True)
    await screen.entry(ACCOUNT).get_by_role("listitem").filter(has=name).last.click()
    await screen.sees("Service info")
    for key in ("energy_latest_day", "energy_this_month", "carbon_intensity"):
        await screen.sees(said(f"entity.sensor.{key}.name"))
    await visit.album.keep("meter-device")


async def _look_at_sensor(visit: Visit) -> None:
    """Open a sensor, and look at its value and where its history will be."""
    screen = visit.screen
    await screen.page.get_by_text(_COP, exact=True).click()
    more = screen.page.locator("ha-more-info-dialog")
    await expect(more.get_by_text("History")).to_be_visible()
    await expect(more.get_by_text(_COP).first).to_be_visible()
    await expect(more.get_by_text(_A_COP).first).to_be_visible()
    await screen.page.keyboard.press("Escape")


async def _automate(visit: Visit) -> None:
    """Make an automation that starts when the COP of the heat pump passes a number."""
    screen, page = visit.screen, visit.screen.page
    await screen.open("/config/automation/dashboard")
    await screen.click("Create automation")
    await page.get_by_text("Create new automation").click()
    await screen.click("Add trigger")
    search = page.locator("add-automation-element-dialog").get_by_role("textbox")
    await search.click()
    await page.keyboard.type(_TRIGGER)
    await page.get_by_role("listitem").get_by_role("button", name=_TRIGGER).click()
    await screen.sees(said("triggers.cop_crossed_threshold.description"))
    await screen.click("Add target")
    await page.get_by_role("button", name="Filter: Devices").click()
    await page.keyboard.type(HEAT_PUMP)
    await page.get_by_role("option", name=HEAT_PUMP).click()
    # The first number of the form is the threshold.
    await page.get_by_role("spinbutton").first.click()
    await page.keyboard.type("3.5")
    summary = page.get_by_role("heading", name=f"{_TRIGGER} above 3.5")
    await expect(summary).to_be_visible()
    await visit.album.keep("automation-trigger")
    await screen.click("Save")
    name = page.get_by_role("textbox", name="Name")
    await expect(name).to_be_focused()
    await name.press("ControlOrMeta+a")
    await page.keyboard.type(_AUTOMATION)
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page).to_have_url(visit.url_of(r"/config/automation/edit/\d+"))
    await screen.open("/config/automation/dashboard")
    await screen.sees(_AUTOMATION)
    async with visit.owner() as home:
        states = [
            state["state"]
            for state in await home.get("/api/states")
            if state["attributes"].get("friendly_name") == _AUTOMATION
        ]
    if states != ["on"]:
        raise BrowserError(f"The automation is {states} and not on")


async def _download_diagnostics(visit: Visit) -> None:
    """Download the diagnostics of both entries, which hold no secret."""
    screen = visit.screen
    await visit.open_integration()
    for title in (SERVER, ACCOUNT):
        row = screen.entry(title)
        await screen.press(row, "Menu")
        item = screen.page.get_by_role("menuitem", name="Download diagnostics")
        await visit.album.keep("diagnostics")
        path = await screen.download(item, visit.folder)
        text = path.read_text()
        if not json.loads(text)["data"]:
            raise BrowserError(f"The diagnostics of {title} are empty")
        for secret in visit.secrets():
            if secret in text:
                raise BrowserError(f"The diagnostics of {title} hold a secret")


STEPS: Final = (
    Step(
        name="the history is imported",
        do=_wait_for_history,
        needs=("a heat pump is added", "an account is added"),
    ),
    Step(
        name="all figures are known",
        do=_wait_for_figures,
        needs=(
            "the history is imported",
            "the meter is linked",
            "the gas price is told",
            "the electricity prices are told",
        ),
    ),
    Step(
        name="the heat pump's page is looked at",
        do=_look_at_device,
        needs=("all figures are known",),
    ),
    Step(
        name="a sensor is looked at",
        do=_look_at_sensor,
        needs=("the heat pump's page is looked at",),
    ),
    Step(
        name="a meter's page is looked at",
        do=_look_at_meter,
        needs=("all figures are known",),
    ),
    Step(
        name="an automation is made with our trigger",
        do=_automate,
        needs=("a heat pump is added",),
    ),
    Step(
        name="the diagnostics are downloaded",
        do=_download_diagnostics,
        needs=("the server gets a name", "an account is added"),
    ),
)
