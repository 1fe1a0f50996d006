"""Both services are added, with every error that their forms know."""

from typing import Final

from playwright.async_api import expect

from tests.browser.screen import Form
from tests.browser.steps import Step
from tests.browser.visit import Visit
from tests.browser.words import NAME, said
from tests.demo.set_up import SYSTEM
from tests.simulator import DatabaseDown, HtmlPage, Outage, QuotaSpent, Reply
from tests.simulator.homes import Account

from .forms import Mistake, begin, dialog, label, make, meet

# By what people search: either service, or the integration itself.
SOUGHT: Final = ("heatpumpmonitor", "powershaper", "heat pump insight")

# Of another owner: one that opens with a key, and one that measures nothing yet.
PRIVATE: Final = 360
_NOT_CONNECTED: Final = 361
_NEIGHBOUR: Final = "tamsin"
_NOBODY: Final = "nobody"

_METERS: Final = "powershaper"
_NUMBER: Final = "config.step.number"
_ADDRESS: Final = label("config.step.server", "url")
_SERVER: Final = label("config.step.powershaper.sections.advanced", "url")
_TOKEN: Final = label("config.step.powershaper", "token")

NO_ADDRESS: Final = "http://"


async def _is_found(visit: Visit) -> None:
    """Search for the integration by the names that people know."""
    for sought in SOUGHT:
        await visit.screen.open("/config/integrations/dashboard")
        row = await visit.screen.find_integration(sought)
        await expect(row).to_contain_text(NAME)


async def _enter_server(visit: Visit) -> Form:
    """Enter the address of the simulated server."""
    form = await begin(visit, "server")
    await form.fill(_ADDRESS, visit.simulator.url)
    await form.submit()
    await form.shows(said("config.step.find.title"))
    return form


async def _find_by(visit: Visit, way: str) -> Form:
    """Enter the server, and choose in which way the heat pump is to be found."""
    form = await _enter_server(visit)
    await form.choose(said(f"config.step.find.menu_options.{way}"))
    await form.shows(said(f"config.step.{way}.title"))
    return form


async def _is_offered(visit: Visit) -> None:
    """Look at the ways to find a heat pump of the usual server, which is not asked yet."""
    form = await begin(visit, "heatpumpmonitor")
    await form.shows(said("config.step.find.title"))
    await form.sees("https://heatpumpmonitor.org")
    await visit.album.keep("find-your-heat-pump", dialog(visit))
    await form.close()
    for way in ("number", "account"):
        form = await begin(visit, "heatpumpmonitor")
        await form.choose(said(f"config.step.find.menu_options.{way}"))
        await form.shows(said(f"config.step.{way}.title"))
        await visit.album.keep(way, dialog(visit))
        await form.close()


async def _mistake_server(visit: Visit) -> None:
    """Give addresses that are none, and one of a server that fails in all ways."""
    form = await begin(visit, "server")
    typed = {_ADDRESS: visit.simulator.url}
    await make(
        visit,
        (
            Mistake(error="invalid_url", typed={_ADDRESS: NO_ADDRESS}),
            Mistake(error="cannot_connect", typed=typed, fault=Outage()),
            Mistake(error="quota", fault=QuotaSpent()),
            Mistake(error="not_such_a_server", fault=DatabaseDown()),
        ),
    )
    await form.close()


async def _mistake_number(visit: Visit) -> None:
    """Enter what is no number, and numbers that do not open."""
    form = await _find_by(visit, "number")
    number, key = label(_NUMBER, "system_id"), label(_NUMBER, "read_key")
    opens = visit.world.systems[_NOT_CONNECTED].read_key
    await make(
        visit,
        (
            Mistake(error="invalid_number", typed={number: "my heat pump"}),
            Mistake(
                error="no_access",
                typed={number: str(PRIVATE)},
                about=f"Heat pump #{PRIVATE}",
            ),
            Mistake(
                error="no_monitoring",
                typed={number: str(_NOT_CONNECTED), key: opens},
                about=f"Heat pump #{_NOT_CONNECTED}",
            ),
            Mistake(
                error="unexpected_answer",
                typed={number: str(SYSTEM), key: ""},
                fault=HtmlPage(path_contains="/timeseries/"),
                about=name_of(visit, SYSTEM),
            ),
        ),
    )
    await form.close()


def name_of(visit: Visit, system_id: int) -> str:
    """Return the words that tell a public heat pump from the others."""
    known = visit.world.systems[system_id].metadata
    machine = f"{known['hp_manufacturer']} {known['hp_model']}"
    output = f"{known['hp_output']} kW"
    return " · ".join((known["location"], machine, output, f"#{system_id}"))


async def _mistake_account(visit: Visit) -> None:
    """Sign in wrongly, as somebody without a heat pump, and choose none of those shown."""
    form = await _find_by(visit, "account")
    world = visit.world
    world.accounts[_NOBODY] = Account(
        username=_NOBODY, password="none at all", user_id=9, read_key=""
    )
    username = label("config.step.account", "username")
    password = label("config.step.account", "password")
    owner = world.accounts[_NEIGHBOUR]
    await make(
        visit,
        (
            Mistake(
                error="invalid_login",
                typed={username: owner.username, password: "a guess"},
            ),
            Mistake(
                error="no_systems",
                typed={username: _NOBODY, password: world.accounts[_NOBODY].password},
            ),
        ),
    )
    await form.fill(username, owner.username)
    await form.fill(password, owner.password)
    await form.submit()
    await form.shows(said("config.step.choose.title"))
    await form.sees(f"#{PRIVATE}")
    await visit.album.keep("choose-heat-pumps", dialog(visit))
    await meet(visit, Mistake(error="none_chosen"))
    await form.close()


async def _mistake_read_key(visit: Visit) -> None:
    """Give what is no read key."""
    form = await _find_by(visit, "read_key")
    key = label("config.step.read_key", "read_key")
    await make(visit, [Mistake(error="invalid_read_key", typed={key: "no key"})])
    await form.close()


async def _mistake_search(visit: Visit) -> None:
    """Search where nothing is public, and then for what is not in the list."""
    empty = Reply(service="heatpumpmonitor", body="[]")
    visit.simulator.faults.add(empty)
    form = await _find_by(visit, "search")
    await visit.sees_error("none_public")
    visit.simulator.faults.clear()
    await form.close()
    form = await _find_by(visit, "search")
    field = label("config.step.search", "system_id")
    await form.pick(field, "next door", "Add custom item")
    await meet(visit, Mistake(error="not_in_list"))
    await form.close()


async def _add_heat_pump(visit: Visit) -> None:
    """Search for the heat pump by its place, and add it."""
    form = await _find_by(visit, "search")
    field = label("config.step.search", "system_id")
    name = name_of(visit, SYSTEM)
    await form.open_list(field, "wexcombe")
    found = visit.screen.page.get_by_role("option", name=name)
    await visit.album.keep("search", dialog(visit), found)
    await form.take(name)
    await form.submit()
    await form.finish()
    await visit.open_integration()
    await visit.screen.sees("Norrvind Aero 8")


async def _mistake_token(visit: Visit) -> None:
    """Give a wrong address, a wrong token, and a right one to a service that fails."""
    form = await begin(visit, "powershaper")
    await form.shows(said("config.step.powershaper.title"))
    await visit.album.keep("powershaper-token", dialog(visit))
    await form.unfold(said("config.step.powershaper.sections.advanced.name"))
    right = {_TOKEN: visit.world.token}
    await make(
        visit,
        (
            Mistake(
                error="invalid_url", typed={_TOKEN: "a guess", _SERVER: NO_ADDRESS}
            ),
            Mistake(error="invalid_auth", typed={_SERVER: visit.simulator.url}),
            Mistake(error="cannot_connect", typed=right, fault=Outage(service=_METERS)),
            Mistake(error="quota", fault=QuotaSpent(service=_METERS)),
            Mistake(error="not_such_a_server", fault=HtmlPage(service=_METERS)),
            Mistake(error="no_meters", fault=Reply(service=_METERS, body="[]")),
        ),
    )
    await form.close()


async def _enter_token(visit: Visit) -> Form:
    """Give the account's token, and the server beside it."""
    form = await begin(visit, "powershaper")
    await form.fill(_TOKEN, visit.world.token)
    await form.unfold(said("config.step.powershaper.sections.advanced.name"))
    await form.fill(_SERVER, visit.simulator.url)
    await form.submit()
    return form


async def _add_account(visit: Visit) -> None:
    """Add the account with all its meters."""
    form = await _enter_token(visit)
    await form.shows(said("config.step.meters.title"))
    for consent in visit.world.tokens[visit.world.token]:
        for commodity in ("electricity", "gas"):
            await form.sees(visit.world.meters[consent, commodity].last_digits)
    await visit.album.keep("your-meters", dialog(visit))
    await form.submit()
    await form.finish()
    await visit.open_integration()
    for name in ("Electricity meter", "Gas meter", "Electricity meter 2"):
        await visit.screen.sees(name)


async def _add_again(visit: Visit) -> None:
    """Add the same account and the same server once more, and be told so."""
    form = await _enter_token(visit)
    await form.end("config.abort.already_configured")
    form = await begin(visit, "server")
    await form.fill(_ADDRESS, visit.simulator.url)
    await form.submit()
    await form.end("config.abort.already_configured_server")


STEPS: Final = (
    Step(name="the integration is found by the names of both services", do=_is_found),
    Step(name="the usual server is offered", do=_is_offered),
    Step(name="a server that does not answer is told of", do=_mistake_server),
    Step(name="a number that does not open is told of", do=_mistake_number),
    Step(name="a wrong password is told of", do=_mistake_account),
    Step(name="a wrong read key is told of", do=_mistake_read_key),
    Step(name="a heat pump that is not listed is told of", do=_mistake_search),
    Step(name="a heat pump is added", do=_add_heat_pump),
    Step(name="a wrong token is told of", do=_mistake_token),
    Step(name="an account is added", do=_add_account),
    Step(
        name="nothing is added twice",
        do=_add_again,
        needs=("a heat pump is added", "an account is added"),
    ),
)
