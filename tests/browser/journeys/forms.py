"""What the forms of all flows have in common: how they begin, and mistakes in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from playwright.async_api import Locator

from tests.browser.screen import Form
from tests.browser.visit import Visit
from tests.browser.words import said
from tests.simulator.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is typed into the fields by their labels, and the error that it leads to.

    With a fault it is not the person's mistake, but that of the service.
    """

    error: str
    typed: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    about: str = ""


async def make(visit: Visit, mistakes: Iterable[Mistake], flow: str = "config") -> None:
    """Fill the form in wrongly in all ways, and read what it says to each."""
    for mistake in mistakes:
        for label, value in mistake.typed.items():
            await visit.screen.form.fill(label, value)
        await meet(visit, mistake, flow)


async def meet(visit: Visit, mistake: Mistake, flow: str = "config") -> None:
    """Send the form as it is filled in, and read what it says."""
    if mistake.fault is not None:
        visit.simulator.faults.add(mistake.fault)
    await visit.screen.form.submit()
    await visit.sees_error(mistake.error, flow, system=mistake.about)
    await visit.album.keep_step(mistake.error)
    visit.simulator.faults.clear()


async def begin(visit: Visit, service: str) -> Form:
    """Begin to add the integration, with the service of an item of the menu."""
    screen = visit.screen
    await screen.open("/config/integrations/dashboard")
    row = await screen.find_integration("heat pump insight")
    await row.get_by_role("button").click()
    await screen.form.shows(said("config.step.user.title"))
    await visit.album.keep("choose-a-service", dialog(visit))
    await screen.form.choose(said(f"config.step.user.menu_options.{service}"))
    return screen.form


def dialog(visit: Visit) -> Locator:
    """Return the dialog itself, as it is seen."""
    return visit.screen.page.get_by_role("dialog").first


def label(path: str, name: str) -> str:
    """Return the label of a field of the form at a path."""
    return said(f"{path}.data.{name}")
