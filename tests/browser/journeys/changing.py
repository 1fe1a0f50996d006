"""What was added is changed: a second heat pump, the meter, prices, and new tokens."""

from dataclasses import replace
from typing import Final

from playwright.async_api import expect

from tests.browser.errors import BrowserError
from tests.browser.screen import Form
from tests.browser.steps import Step
from tests.browser.visit import Visit
from tests.browser.words import keys, said
from tests.demo.prices import BAND, DEAR, FLAT_GAS
from tests.demo.set_up import SYSTEM
from tests.simulator import Outage
from tests.simulator.homes import consent_of, key_of

from .adding import NO_ADDRESS, PRIVATE
from .forms import Mistake, dialog, label, make

ACCOUNT: Final = "PowerShaper Monitor"
SERVER: Final = "HeatpumpMonitor.org"
HEAT_PUMP: Final = "Norrvind Aero 8"

_SYSTEM: Final = "config_subentries.system"
_ADD: Final = said(f"{_SYSTEM}.initiate_flow.user")
_CHANGE: Final = said(f"{_SYSTEM}.initiate_flow.reconfigure")
_NUMBER: Final = label("config.step.number", "system_id")
_KEY: Final = label("config.step.number", "read_key")
_TOKEN: Final = label("config.step.reauth_confirm", "token")
_ADDRESS: Final = label("config.step.reconfigure_server", "url")

_STRANGER: Final = key_of("token of a stranger")
_NEXT_TOKEN: Final = key_of("second token of marlow")
_NEXT_KEY: Final = key_of("second read key of tamsin")


async def _rename_server(visit: Visit) -> None:
    """Give the server a name of one's own."""
    screen = visit.screen
    await visit.open_integration()
    await screen.choose(screen.entry(HEAT_PUMP), "Rename")
    question = screen.page.locator("dialog-box")
    field = question.get_by_role("textbox")
    await field.click()
    await field.press("ControlOrMeta+a")
    await screen.page.keyboard.type(SERVER)
    await screen.answer("OK")
    await expect(screen.entry(SERVER)).to_be_visible()


async def _find_by(visit: Visit, way: str) -> Form:
    """Begin to add a further heat pump, in one of the ways to find it."""
    screen = visit.screen
    await visit.open_integration()
    await screen.click(_ADD)
    await screen.form.shows(said(f"{_SYSTEM}.step.find.title"))
    await screen.form.choose(said(f"{_SYSTEM}.step.find.menu_options.{way}"))
    await screen.form.shows(said(f"{_SYSTEM}.step.{way}.title"))
    return screen.form


async def _add_known(visit: Visit) -> None:
    """Add a heat pump that is there already, in two ways."""
    form = await _find_by(visit, "number")
    typed = {_NUMBER: str(SYSTEM)}
    about = f"Heat pump #{SYSTEM}"
    known = Mistake(error="already_configured", typed=typed, about=about)
    await make(visit, [known], _SYSTEM)
    await form.close()
    form = await _find_by(visit, "read_key")
    key = label("config.step.read_key", "read_key")
    await form.fill(key, visit.world.systems[SYSTEM].read_key)
    await form.submit()
    await form.end(f"{_SYSTEM}.abort.already_configured")


async def _add_second(visit: Visit) -> None:
    """Add a private heat pump by its number and read key, and link no meter."""
    form = await _find_by(visit, "number")
    await form.fill(_NUMBER, str(PRIVATE))
    await form.fill(_KEY, visit.world.systems[PRIVATE].read_key)
    await form.submit()
    await form.shows(said(f"{_SYSTEM}.step.meter.title"))
    await form.mark(said("selector.meter.options.none"))
    await form.submit()
    await form.finish()
    await visit.open_integration()
    await expect(visit.screen.heat_pump(_private())).to_be_visible()


def _private() -> str:
    """Return what a heat pump is called that tells nothing of itself."""
    return f"Heat pump {PRIVATE}"


async def _change(visit: Visit, title: str) -> Form:
    """Open the cog wheel of a heat pump."""
    screen = visit.screen
    await visit.open_integration()
    await screen.press(screen.heat_pump(title), _CHANGE)
    return screen.form


async def _link_meter(visit: Visit) -> None:
    """Link the heat pump with the meter of its home, with a wrong read key first."""
    form = await _change(visit, HEAT_PUMP)
    digits = visit.world.meters[visit.first_consent, "electricity"].last_digits
    await form.mark(digits)
    await visit.album.keep("link-the-meter", dialog(visit))
    await form.submit()
    await form.end(f"{_SYSTEM}.abort.reconfigure_successful")
    await visit.open_integration()
    await expect(visit.screen.heat_pump(HEAT_PUMP)).to_be_visible()
    await visit.album.keep("integration-page")


async def _mistake_key(visit: Visit) -> None:
    """Change the read key of a private heat pump to one that does not open it."""
    form = await _change(visit, _private())
    wrong = Mistake(error="key_refused", typed={_KEY: _NEXT_KEY}, about=_private())
    await make(visit, [wrong], _SYSTEM)
    await form.close()


async def options_of_home(visit: Visit) -> Form:
    """Open the options of the account, and choose the home that has the heat pump."""
    screen = visit.screen
    form = screen.form
    await visit.open_integration()
    await screen.press(screen.entry(ACCOUNT), "Configure")
    await form.shows(said("options.step.init.title"))
    digits = visit.world.meters[visit.first_consent, "electricity"].last_digits
    await form.mark(digits)
    await form.submit()
    await form.shows(said("options.step.home.title"))
    return form


async def _save_gas_price(visit: Visit) -> None:
    """Tell what gas costs."""
    form = await options_of_home(visit)
    await visit.album.keep("options-of-home", dialog(visit))
    await form.choose(said("options.step.home.menu_options.gas_price"))
    await form.choose(said("options.step.add_price.menu_options.flat"))
    step = "options.step.flat"
    await form.fill(label(step, "price"), str(FLAT_GAS["price"]))
    charge = str(FLAT_GAS["standing_charge"])
    await form.fill(label(step, "standing_charge"), charge)
    await form.submit()
    await form.finish()


async def _save_electricity_price(visit: Visit) -> None:
    """Tell what electricity costs, and that a cheap night began some months ago."""
    form = await options_of_home(visit)
    await form.choose(said("options.step.home.menu_options.electricity_price"))
    await form.choose(said("options.step.add_price.menu_options.flat"))
    step = "options.step.flat"
    await form.fill(label(step, "price"), str(DEAR["price"]))
    charge = str(DEAR["standing_charge"])
    await form.fill(label(step, "standing_charge"), charge)
    await form.submit()
    await form.finish()
    form = await options_of_home(visit)
    await form.choose(said("options.step.home.menu_options.electricity_price"))
    await form.choose(said("options.step.price.menu_options.add_price"))
    await form.choose(said("options.step.add_price.menu_options.time_of_use"))
    step = "options.step.time_of_use"
    await form.fill(label(step, "default"), str(DEAR["price"]))
    await form.fill_date(label(step, "valid_from"), months_ago=2)
    await form.submit()
    step = "options.step.band"
    await form.fill_time(label(step, "start"), BAND["start"][:5])
    await form.fill_time(label(step, "end"), BAND["end"][:5])
    await form.fill(label(step, "price"), str(BAND["price"]))
    await form.fill_time(label(step, "start"), "23:15")
    await form.submit()
    await visit.sees_error("not_on_the_half_hour", "options")
    await form.fill_time(label(step, "start"), BAND["start"][:5])
    await form.submit()
    await form.shows(said("options.step.bands.title"))
    await visit.album.keep("price-time-of-use", dialog(visit))
    await form.choose(said("options.step.bands.menu_options.save"))
    await form.finish()


async def _tell_boiler(visit: Visit) -> None:
    """Tell the efficiency of the boiler that the heat pump is compared with."""
    screen = visit.screen
    form = screen.form
    await visit.open_integration()
    await screen.press(screen.entry(SERVER), "Configure")
    await form.shows(said("options.step.heat_pump.title"))
    await form.mark(HEAT_PUMP)
    await form.submit()
    await form.choose(said("options.step.linked_system.menu_options.boiler"))
    await form.fill(label("options.step.boiler", "efficiency"), "88")
    await visit.album.keep("boiler", dialog(visit))
    await form.submit()
    await form.finish()


async def _refuse_token(visit: Visit) -> None:
    """Let the token end, and give a new one where Home Assistant asks for it."""
    screen, world = visit.screen, visit.world
    form = screen.form
    world.tokens[_STRANGER] = (consent_of("home of a stranger"),)
    stranger = world.tokens[_STRANGER][0]
    world.meters[stranger, "electricity"] = replace(
        world.meters[visit.first_consent, "electricity"], consent=stranger
    )
    old = world.token
    world.tokens = {_NEXT_TOKEN: world.tokens.pop(old)} | world.tokens
    await visit.open_integration()
    await screen.choose(screen.entry(ACCOUNT), "Reload")
    await screen.sees("Attention required")
    await visit.album.keep("token-refused")
    await screen.click("Reconfigure")
    await form.shows(said("config.step.reauth_confirm.title"))
    await make(
        visit,
        (
            Mistake(error="invalid_auth", typed={_TOKEN: old}),
            Mistake(error="wrong_account", typed={_TOKEN: _STRANGER}),
        ),
    )
    await form.fill(_TOKEN, _NEXT_TOKEN)
    await form.submit()
    await form.end("config.abort.reauth_successful")
    await screen.misses("Attention required")


async def _refuse_key(visit: Visit) -> None:
    """Let a read key end, and give a new one where Home Assistant asks for it."""
    screen, form = visit.screen, visit.screen.form
    system = visit.world.systems[PRIVATE]
    old, system.read_key = system.read_key, _NEXT_KEY
    await visit.open_integration()
    await screen.choose(screen.entry(SERVER), "Reload")
    await screen.sees("Attention required")
    await screen.click("Reconfigure")
    await form.shows(said("config.step.reauth_read_key.title"))
    key = label("config.step.reauth_read_key", "read_key")
    wrong = Mistake(error="key_refused", typed={key: old}, about=_private())
    await make(visit, [wrong])
    await form.fill(key, _NEXT_KEY)
    await form.submit()
    await form.end("config.abort.reauth_successful")
    await screen.misses("Attention required")


async def _reconfigure_account(visit: Visit) -> None:
    """Change the account, wrongly first, and then keep its token."""
    screen, form = visit.screen, visit.screen.form
    await visit.open_integration()
    await screen.choose(screen.entry(ACCOUNT), "Reconfigure")
    await form.shows(said("config.step.reconfigure_account.title"))
    token = label("config.step.reconfigure_account", "token")
    server = label("config.step.reconfigure_account.sections.advanced", "url")
    await make(
        visit,
        (
            Mistake(error="invalid_url", typed={server: NO_ADDRESS}),
            Mistake(
                error="invalid_auth",
                typed={token: "a guess", server: visit.simulator.url},
            ),
        ),
    )
    await form.fill(token, "")
    await form.submit()
    await form.end("config.abort.reconfigure_successful")


async def _reconfigure_server(visit: Visit) -> None:
    """Change the address of the server, wrongly first; its name stays."""
    screen, form = visit.screen, visit.screen.form
    await visit.open_integration()
    await screen.choose(screen.entry(SERVER), "Reconfigure")
    await form.shows(said("config.step.reconfigure_server.title"))
    await make(
        visit,
        [
            Mistake(error="invalid_url", typed={_ADDRESS: NO_ADDRESS}),
            Mistake(
                error="cannot_connect",
                typed={_ADDRESS: visit.simulator.url},
                fault=Outage(path_contains="/system/list/"),
            ),
        ],
    )
    await form.submit()
    await form.end("config.abort.reconfigure_successful")
    await expect(screen.entry(SERVER)).to_be_visible()


async def _have_all_errors(visit: Visit) -> None:
    """Look whether each error that the set-up forms know was shown once."""
    known = keys("config.error") | keys(f"{_SYSTEM}.error")
    if missing := known - visit.errors_seen:
        raise BrowserError(f"No form has shown {', '.join(sorted(missing))}")


STEPS: Final = (
    Step(
        name="the server gets a name",
        do=_rename_server,
        needs=("a heat pump is added",),
    ),
    Step(
        name="no heat pump is added twice",
        do=_add_known,
        needs=("a heat pump is added",),
    ),
    Step(
        name="a second heat pump is added",
        do=_add_second,
        needs=("a heat pump is added", "an account is added"),
    ),
    Step(
        name="a read key that does not open is told of",
        do=_mistake_key,
        needs=("a second heat pump is added",),
    ),
    Step(
        name="the meter is linked",
        do=_link_meter,
        needs=("a heat pump is added", "an account is added"),
    ),
    Step(
        name="the gas price is told",
        do=_save_gas_price,
        needs=("an account is added",),
    ),
    Step(
        name="the electricity prices are told",
        do=_save_electricity_price,
        needs=("an account is added",),
    ),
    Step(
        name="the boiler is told",
        do=_tell_boiler,
        needs=(
            "the server gets a name",
            "a second heat pump is added",
            "the meter is linked",
        ),
    ),
    Step(
        name="a new token is given after the old one was refused",
        do=_refuse_token,
        needs=("an account is added",),
        logs=("the token is not accepted",),
    ),
    Step(
        name="a new read key is given after the old one was refused",
        do=_refuse_key,
        needs=("a second heat pump is added", "the server gets a name"),
        logs=("no access to this system",),
    ),
    Step(
        name="the account is reconfigured",
        do=_reconfigure_account,
        needs=("an account is added",),
    ),
    Step(
        name="the server is reconfigured",
        do=_reconfigure_server,
        needs=("the server gets a name",),
    ),
    Step(
        name="every error of the set-up was shown",
        do=_have_all_errors,
        needs=(
            "a server that does not answer is told of",
            "a number that does not open is told of",
            "a wrong password is told of",
            "a wrong read key is told of",
            "a heat pump that is not listed is told of",
            "a wrong token is told of",
            "no heat pump is added twice",
            "a read key that does not open is told of",
            "a new token is given after the old one was refused",
        ),
    ),
)
