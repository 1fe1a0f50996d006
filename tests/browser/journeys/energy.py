"""The Energy dashboard shows what the services know, to the last digit on the page."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
import time
from typing import Any, Final

from playwright.async_api import Locator

from tests.browser.errors import BrowserError
from tests.browser.numbers import kwh
from tests.browser.screen import Form
from tests.browser.steps import Step
from tests.browser.visit import Visit
from tests.browser.words import said
from tests.demo.expected import DOMAIN
from tests.demo.set_up import SYSTEM
from tests.simulator.times import local_day, midnight

from .changing import HEAT_PUMP, options_of_home
from .forms import dialog

_OFFER: Final = "issues.energy_dashboard.fix_flow.step.init"
_OPTION: Final = "options.step.energy_dashboard"
ELECTRICITY: Final = said("device.electricity_meter.name")
GAS: Final = said("device.gas_meter.name")
# What the pictures of the documentation are called.
_PICTURES: Final = {"Yesterday": "day", "This year": "year"}
# The page rounds to hundredths.
_ROUNDED: Final = 0.0051
# How long a page may take until it shows what it should, in seconds.
_PATIENCE: Final = 20


def _yesterday(today: date) -> tuple[date, date]:
    return today - timedelta(days=1), today


def _this_month(today: date) -> tuple[date, date]:
    return today.replace(day=1), today + timedelta(days=1)


def _this_year(today: date) -> tuple[date, date]:
    return today.replace(month=1, day=1), today + timedelta(days=1)


# What is chosen for a day, a month and a year, with the first day and that after the last.
_PERIODS: Final[dict[str, Callable[[date], tuple[date, date]]]] = {
    "Yesterday": _yesterday,
    "This month": _this_month,
    "This year": _this_year,
}


async def _add_in_one_click(visit: Visit) -> None:
    """Open what the repairs offer, read what will be added, and agree."""
    screen, form = visit.screen, visit.screen.form
    await screen.open("/config/repairs")
    await screen.page.get_by_text(said("issues.energy_dashboard.title")).click()
    await form.shows(said(f"{_OFFER}.title"))
    await _sees_all(visit)
    await visit.album.keep("energy-repair", dialog(visit))
    await form.choose(said(f"{_OFFER}.menu_options.add"))
    await form.finish()
    await screen.misses(said("issues.energy_dashboard.title"))
    await _is_filled(visit)


async def _take_out_again(visit: Visit) -> None:
    """Take out in the options what was added, and add it there once more."""
    form = await _energy_options(visit)
    await form.choose(said(f"{_OPTION}.menu_options.remove_from_energy"))
    await _sees_all(visit)
    await form.submit()
    await form.finish()
    if await _preferences(visit) != ([], []):
        raise BrowserError("What was added is not taken out again")
    form = await _energy_options(visit)
    await form.shows(said("options.step.add_to_energy.title"))
    await _sees_all(visit)
    await visit.album.keep("energy-option", dialog(visit))
    await form.submit()
    await form.finish()
    await _is_filled(visit)


async def _energy_options(visit: Visit) -> Form:
    """Choose the Energy dashboard among the options of a home."""
    form = await options_of_home(visit)
    await form.choose(said("options.step.home.menu_options.energy_dashboard"))
    return form


async def _sees_all(visit: Visit) -> None:
    """Read the names of a meter of each kind and of the heat pump in the form."""
    for name in (ELECTRICITY, GAS, HEAT_PUMP):
        await visit.screen.form.sees(name)


async def _is_filled(visit: Visit) -> None:
    """Look whether each statistic is in its place once, and Home Assistant content."""
    prefix = f"{DOMAIN}:meter_{visit.first_consent.replace('-', '')}"
    sources, devices = await _preferences(visit)
    for commodity in ("electricity", "gas"):
        energy = f"{prefix}_{commodity}"
        costs = [
            source["stat_cost"]
            for source in sources
            if source["stat_energy_from"] == energy
        ]
        if costs != [f"{energy}_cost"]:
            raise BrowserError(f"The {commodity} meter is there with {costs}")
    if any("heat" in each["stat_consumption"].split("_") for each in devices):
        raise BrowserError("Heat is shown as if it were electricity")
    async with visit.owner() as home:
        complaints = await home.command("energy/validate")
    if any(issues for issues in complaints["energy_sources"]) or any(
        issues for issues in complaints["device_consumption"]
    ):
        raise BrowserError(f"Home Assistant complains: {complaints}")


async def _preferences(visit: Visit) -> tuple[list[Any], list[Any]]:
    """Return the sources and the devices of the Energy dashboard."""
    async with visit.owner() as home:
        known = await home.command("energy/get_prefs")
    return known["energy_sources"], known["device_consumption"]


async def _compare(visit: Visit) -> None:
    """Look at a day, a month and a year, and compare with what is true."""
    screen = visit.screen
    await screen.open("/energy/electricity")
    today = local_day(visit.world.now())
    for period, days_of in _PERIODS.items():
        await screen.click("Select time period")
        await screen.page.get_by_text(period, exact=True).click()
        first, after = days_of(today)
        await _wait_for(visit, period, _true(visit, midnight(first), midnight(after)))
        if period in _PICTURES:
            await visit.album.keep(f"energy-dashboard-{_PICTURES[period]}")


def _true(visit: Visit, start: int, end: int) -> dict[str, float]:
    """Return the kWh of a span as the simulator knows them, by what the page calls them."""
    truth, consents = visit.world.truth, next(iter(visit.world.tokens.values()))
    homes = [
        sum(
            hour.energy_kwh
            for hour in truth.meter_hours(consent, "electricity", start, end)
        )
        for consent in consents
        if (consent, "electricity") in visit.world.meters
    ]
    heat_pump = truth.system_hours(SYSTEM, start, end)
    return {
        "Grid total": sum(homes),
        ELECTRICITY: homes[0],
        HEAT_PUMP: sum(hour.elec_kwh for hour in heat_pump),
    }


async def _wait_for(visit: Visit, period: str, true: dict[str, float]) -> None:
    """Wait until the page shows the true amounts; raises BrowserError where it does not."""
    end = time.monotonic() + _PATIENCE
    while True:
        shown = await _shown(visit)
        if all(abs(shown[name] - amount) <= _ROUNDED for name, amount in true.items()):
            return
        if time.monotonic() > end:
            raise BrowserError(f"{period}: the page shows {shown} kWh and not {true}")
        await asyncio.sleep(0.2)


async def _shown(visit: Visit) -> dict[str, float]:
    """Return the kWh that the page shows."""
    page = visit.screen.page
    total = page.get_by_role("row", name="Grid total")
    home = page.get_by_role("row").filter(has=page.get_by_text(ELECTRICITY, exact=True))
    devices = page.locator("hui-energy-devices-detail-graph-card")
    heat_pump = devices.get_by_role("listitem").filter(has_text=HEAT_PUMP)
    return {
        "Grid total": await _amount(total),
        ELECTRICITY: await _amount(home),
        HEAT_PUMP: await _amount(heat_pump),
    }


async def _amount(shown: Locator) -> float:
    """Return the kWh that are told; on the first of a month there are none to tell of."""
    return kwh(await shown.inner_text()) if await shown.count() else 0.0


STEPS: Final = (
    Step(
        name="the Energy dashboard is filled in one click",
        do=_add_in_one_click,
        needs=(
            "the history is imported",
            "the gas price is told",
            "the electricity prices are told",
            "all figures are known",
        ),
    ),
    Step(
        name="the Energy dashboard is cleared and filled in the options",
        do=_take_out_again,
        needs=("the Energy dashboard is filled in one click",),
    ),
    Step(
        name="the Energy dashboard shows a day, a month and a year",
        do=_compare,
        needs=("the Energy dashboard is filled in one click",),
    ),
)
