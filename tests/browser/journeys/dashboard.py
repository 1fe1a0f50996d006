"""A dashboard that draws itself is added, and shows what the services know."""

import asyncio
from datetime import timedelta
from pathlib import Path
import time
from typing import Any, Final

from playwright.async_api import Locator, expect

from tests.browser.errors import BrowserError
from tests.browser.numbers import kwh, number
from tests.browser.pictures import DESKTOP, PHONE
from tests.browser.steps import Step
from tests.browser.visit import Visit
from tests.browser.words import in_language, said
from tests.demo.report import say
from tests.demo.set_up import SYSTEM
from tests.simulator.times import local_day, midnight

_TITLE: Final = "Heat pumps"
_PATH: Final = "/heat-pumps"
_COMMON: Final = "common.dashboard"
_UNITS: Final = ("day", "month", "year", "all")
# Every picture of a heat pump that is linked with a meter and has a price.
_PICTURES: Final = (
    "energy",
    "carbon",
    "cost",
    "cop_outside",
    "flow_outside",
    "profile",
    "fleet",
    "calendar",
    "quality",
)
_ARITHMETIC: Final = Path(__file__).parents[1] / "arithmetic.js"
_CARDS: Final = _ARITHMETIC.with_name("cards.js")
# From where the page has its modules.
_ADDRESS: Final = """performance.getEntriesByType("resource")
  .map(({ name }) => name)
  .find((name) => name.endsWith("/heatpump-insight.js"))
  .replace(/\\/[^/]*$/, "")"""
# All of it has to be there within so many seconds.
_AT_MOST: Final = 2.0
_PATIENCE: Final = 20


async def _add(visit: Visit) -> None:
    """Add a dashboard, and choose ours among those of the community."""
    screen, page = visit.screen, visit.screen.page
    await screen.open("/config/lovelace/dashboards")
    await screen.click("Add dashboard")
    offered = page.locator("dashboard-card").filter(has_text="Heat Pump Insight")
    await expect(offered).to_contain_text(said(f"{_COMMON}_description"))
    await visit.album.keep("add-dashboard", page.get_by_role("dialog").first)
    await offered.click()
    name = page.get_by_role("textbox", name="Title")
    await name.click()
    await name.press("ControlOrMeta+a")
    await page.keyboard.type(_TITLE)
    await page.get_by_role("button", name="Create", exact=True).click()
    await screen.sees(_TITLE)


async def _look(visit: Visit) -> None:
    """Look at all pictures, and compare the figures of each period with the truth."""
    await _open(visit)
    for picture in _PICTURES:
        await expect(_card(visit, said(f"{_COMMON}_{picture}"))).to_be_visible()
    # By the keyboard alone: from the year with the arrows, round to all and to the day.
    year = visit.screen.page.get_by_role("radio", name=said(f"{_COMMON}_unit_year"))
    await expect(year).to_be_checked()
    await year.focus()
    for unit in ("year", "all", "day", "month"):
        if unit != "year":
            await visit.screen.page.keyboard.press("ArrowRight")
        chosen = visit.screen.page.get_by_role(
            "radio", name=said(f"{_COMMON}_unit_{unit}"), exact=True
        )
        await expect(chosen).to_be_checked()
        await expect(chosen).to_be_focused()
        await _wait_for(visit, unit)


async def _open(visit: Visit) -> None:
    await visit.screen.open(_PATH)
    await expect(_card(visit, said(f"{_COMMON}_quality"))).to_contain_text("%")


def _card(visit: Visit, title: str) -> Locator:
    page = visit.screen.page
    heading = page.get_by_role("heading", name=title)
    return page.locator("heatpump-insight-picture").filter(has=heading)


async def _figure(card: Locator, name: str) -> str:
    """Return the text of a figure of a picture."""
    term = card.locator("dl > div").filter(has_text=name)
    return await term.locator("dd").first.inner_text()


def _span(visit: Visit, unit: str) -> tuple[int, int]:
    """Return the first and the last second of the period that is shown."""
    today = local_day(visit.world.now())
    after = midnight(today + timedelta(days=1))
    first = {
        "day": today,
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
        "all": today - timedelta(days=3000),
    }[unit]
    return midnight(first), after


async def _wait_for(visit: Visit, unit: str) -> None:
    """Wait until the page shows the true heat, electricity and COP of a period."""
    hours = visit.world.truth.system_hours(SYSTEM, *_span(visit, unit))
    card = _card(visit, said(f"{_COMMON}_energy"))
    if not hours:
        # The first hour of a day is not over yet.
        await expect(card).to_contain_text(said(f"{_COMMON}_no_data_yet"))
        return
    heat = sum(hour.heat_kwh for hour in hours)
    electricity = sum(hour.elec_kwh for hour in hours)
    true = {"heat": heat, "electricity": electricity}
    # Of standby alone there is no COP.
    if heat > 0:
        true["cop"] = heat / electricity
    end = time.monotonic() + _PATIENCE
    while True:
        shown = {
            "heat": kwh(await _figure(card, said(f"{_COMMON}_heat"))),
            "electricity": kwh(await _figure(card, said(f"{_COMMON}_electricity"))),
        }
        if heat > 0:
            shown["cop"] = number(await _figure(card, "COP"))
        if all(
            abs(shown[name] - amount) <= _rounded(amount)
            for name, amount in true.items()
        ):
            return
        if time.monotonic() > end:
            raise BrowserError(f"{unit}: the page shows {shown} and not {true}")
        await asyncio.sleep(0.2)


def _rounded(amount: float) -> float:
    """Return by how much a figure may differ that is written with three digits or so."""
    return 0.51 if amount >= 100 else 0.051 if amount >= 10 else 0.0051


async def _computes(visit: Visit) -> None:
    """Check what its modules compute, where they compute it."""
    await _open(visit)
    page = visit.screen.page
    address: str = await page.evaluate(_ADDRESS)
    faults: list[str] = await page.evaluate(_ARITHMETIC.read_text(), address)
    if faults:
        raise BrowserError("\n".join(faults))


async def _tells_what_it_waits_for(visit: Visit) -> None:
    """Check what the cards say while there is nothing to draw."""
    await _open(visit)
    faults: list[str] = await visit.screen.page.evaluate(_CARDS.read_text())
    if faults:
        raise BrowserError("\n".join(faults))


async def _is_quick(visit: Visit) -> None:
    """Measure how long all years take from the click until the last picture is drawn."""
    await _open(visit)
    seconds: float = await visit.screen.page.evaluate(_MEASURE)
    say(f"{seconds:5.2f} s from the click until all years were drawn")
    if seconds > _AT_MOST:
        raise BrowserError(f"All years took {seconds:.2f} s and not {_AT_MOST} s")


# What is wider than the screen, or than the card that it is in, cannot be seen whole.
_TOO_WIDE: Final = """(cards) => cards.filter((card) => {
  const inside = card.shadowRoot.querySelector("ha-card");
  return inside.getBoundingClientRect().right > window.innerWidth
    || inside.scrollWidth > inside.clientWidth;
}).length"""


# Every picture replaces what it shows when it has drawn; the last one ends the measurement.
_MEASURE: Final = """async () => {
  const found = [];
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.localName.startsWith("heatpump-insight-")) found.push(each);
      if (each.shadowRoot) look(each.shadowRoot);
    }
  };
  look(document);
  const period = found.find((each) => each.localName.endsWith("period"));
  const cards = found.filter((each) => each !== period).map((each) => each.shadowRoot.querySelector("ha-card"));
  const begun = performance.now();
  const drawn = cards.map((card) => new Promise((done) => {
    new MutationObserver(() => requestAnimationFrame(() => done(performance.now())))
      .observe(card, { childList: true });
  }));
  period.shadowRoot.getElementById("all").click();
  return (Math.max(...await Promise.all(drawn)) - begun) / 1000;
}"""


async def _look_everywhere(visit: Visit) -> None:
    """Look at it on a desktop and on a phone, by day and by night."""
    page = visit.screen.page
    for name, size, colours in (
        ("dashboard-year", DESKTOP, "light"),
        ("dashboard-dark", DESKTOP, "dark"),
        ("dashboard-phone", PHONE, "light"),
    ):
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        await _open(visit)
        cards = page.locator("heatpump-insight-period, heatpump-insight-picture")
        too_wide: int = await cards.evaluate_all(_TOO_WIDE)
        if too_wide:
            raise BrowserError(f"{name}: {too_wide} cards are wider than their place")
        await visit.album.keep_page(name)
    await page.set_viewport_size(DESKTOP)
    await page.emulate_media(color_scheme="light")


async def _read_german(visit: Visit) -> None:
    """Read it in another language, with its numbers."""
    await _choose_language(visit, "de")
    await visit.screen.open(_PATH)
    every = in_language("de", f"{_COMMON}_unit_all")
    await visit.screen.page.get_by_role("radio", name=every, exact=True).click()
    hours = visit.world.truth.system_hours(SYSTEM, *_span(visit, "all"))
    # A German groups digits with points.
    heat = f"{sum(hour.heat_kwh for hour in hours):,.0f}".replace(",", ".")
    card = _card(visit, in_language("de", f"{_COMMON}_energy"))
    await expect(card.locator("dl")).to_contain_text(
        f"{in_language('de', f'{_COMMON}_heat')}{heat}\xa0kWh"
    )
    await _choose_language(visit, "en-GB")
    await _open(visit)


async def _choose_language(visit: Visit, language: str) -> None:
    """Choose in the profile in which language to read."""
    value: dict[str, Any] = {
        "language": language,
        "number_format": "language",
        "time_format": "language",
        "date_format": "language",
        "time_zone": "local",
        "first_weekday": "language",
    }
    async with visit.owner() as home:
        await home.command("frontend/set_user_data", key="language", value=value)


STEPS: Final = (
    Step(
        name="a dashboard is added",
        do=_add,
        needs=("all figures are known",),
    ),
    Step(
        name="the dashboard shows each period as it was",
        do=_look,
        needs=("a dashboard is added",),
    ),
    Step(
        name="the dashboard computes as it should",
        do=_computes,
        needs=("a dashboard is added",),
    ),
    Step(
        name="the dashboard tells what it waits for",
        do=_tells_what_it_waits_for,
        needs=("a dashboard is added",),
    ),
    Step(
        name="all years are drawn in two seconds",
        do=_is_quick,
        needs=("a dashboard is added",),
    ),
    Step(
        name="the dashboard is looked at on a phone and at night",
        do=_look_everywhere,
        needs=("a dashboard is added",),
    ),
    Step(
        name="the dashboard is read in German",
        do=_read_german,
        needs=("a dashboard is added",),
    ),
)
