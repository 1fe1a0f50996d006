"""The forms of the set-up: what they ask, how choices are named, what errors are called."""

from collections.abc import Iterable, Mapping
import re
from typing import Any

import probatio

from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .api.errors import (
    CannotConnect,
    NotFound,
    QuotaExceeded,
    Refused,
    ServiceError,
    UnexpectedAnswer,
)
from .api.heatpumpmonitor import (
    DEFAULT_URL as HEATPUMPMONITOR_URL,
    SERVICE as HEATPUMPMONITOR,
    System,
)
from .api.powershaper import DEFAULT_URL as POWERSHAPER_URL
from .const import (
    CONF_METER,
    CONF_READ_KEY,
    CONF_SYSTEM_ID,
    OPTION_OWN_SUPPLY,
    OPTION_STAMP,
    SERVICE_HEATPUMPMONITOR,
    SERVICE_POWERSHAPER,
    STAMP_END,
    STAMP_START,
)
from .identity import host_of

SECTION_ADVANCED = "advanced"
CONF_HOME = "home"

NO_METER = "none"
KEEP_METER = "keep"

type Errors = dict[str, str]

# What each of the clients' errors means where a server is tried, by the key of its words.
SERVER_ERRORS: Mapping[type[ServiceError], str] = {
    CannotConnect: "cannot_connect",
    QuotaExceeded: "quota",
    Refused: "not_such_a_server",
    NotFound: "not_such_a_server",
    UnexpectedAnswer: "not_such_a_server",
}
TOKEN_ERRORS = {**SERVER_ERRORS, Refused: "invalid_auth"}
ACCOUNT_ERRORS = {**SERVER_ERRORS, Refused: "invalid_login"}
READ_KEY_ERRORS = {**SERVER_ERRORS, Refused: "invalid_read_key"}
SYSTEM_ERRORS = {
    **SERVER_ERRORS,
    Refused: "no_access",
    NotFound: "no_monitoring",
    UnexpectedAnswer: "unexpected_answer",
}
NEW_KEY_ERRORS = {**SYSTEM_ERRORS, Refused: "key_refused"}

_TEXT = TextSelector()
_URL = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_SECRET = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)

# Shown where there is nothing to fill in but the words, so that a person may go on.
EMPTY_FORM = probatio.Schema({})

NUMBER_FORM = probatio.Schema(
    {
        probatio.Required(CONF_SYSTEM_ID): _TEXT,
        probatio.Optional(CONF_READ_KEY): _SECRET,
    }
)
ACCOUNT_FORM = probatio.Schema(
    {
        probatio.Required(CONF_USERNAME): TextSelector(
            TextSelectorConfig(autocomplete="username")
        ),
        probatio.Required(CONF_PASSWORD): TextSelector(
            TextSelectorConfig(
                type=TextSelectorType.PASSWORD, autocomplete="current-password"
            )
        ),
    }
)
READ_KEY_FORM = probatio.Schema({probatio.Required(CONF_READ_KEY): _SECRET})
TOKEN_FORM = probatio.Schema({probatio.Required(CONF_TOKEN): _SECRET})
SERVER_FORM = probatio.Schema({probatio.Required(CONF_URL): _URL})


def server_unique_id(url: str) -> str:
    """Return the unique id of the entry of a HeatpumpMonitor.org server."""
    return f"{SERVICE_HEATPUMPMONITOR}:{host_of(url)}"


def server_title(url: str) -> str:
    """Return the name of a HeatpumpMonitor.org server: that of the service, or its host."""
    usual = host_of(url) == host_of(HEATPUMPMONITOR_URL)
    return HEATPUMPMONITOR if usual else host_of(url)


def account_unique_id(consent: str) -> str:
    """Return the unique id of the entry of the account that `consent` belongs to."""
    return f"{SERVICE_POWERSHAPER}:{consent.lower()}"


def parse_system_id(text: str) -> int | None:
    """Return the number in `204`, `#204`, a label or a page's address with `id=204`."""
    found = re.fullmatch(
        r"(?:#|.* #|.*[?&]id=)?([1-9]\d{0,8})(?:[&#].*)?", text.strip()
    )
    return int(found[1]) if found else None


def parse_key(text: str | None) -> str | None:
    """Return a read key without the blanks around it, None where none was given."""
    return (text or "").strip() or None


def system_title(system_id: int, system: System | None) -> str:
    """Return what a heat pump is called: maker and model, and the place."""
    if system is None:
        return f"Heat pump {system_id}"
    return _joined(_machine(system), system.location) or f"Heat pump {system_id}"


def system_label(system_id: int, system: System | None) -> str:
    """Return the words that tell a heat pump from the others of a list, place first."""
    parts: list[str | None] = []
    if system is not None:
        output = f"{system.output_kw:g} kW" if system.output_kw else None
        parts = [system.location, _machine(system), output]
    number = f"#{system_id}"
    return _joined(*parts, number) if any(parts) else f"Heat pump {number}"


def _machine(system: System) -> str:
    """Return the maker and the model, as far as they are given."""
    return " ".join(filter(None, (system.manufacturer, system.model)))


def _joined(*parts: str | None) -> str:
    """Return the parts that are known with a dot between them."""
    return " · ".join(filter(None, parts))


def system_options(
    system_ids: Iterable[int], systems: Mapping[int, System]
) -> list[SelectOptionDict]:
    """Return heat pumps to choose from in the order of their labels."""
    options = [
        SelectOptionDict(
            value=str(system_id), label=system_label(system_id, systems.get(system_id))
        )
        for system_id in system_ids
    ]
    return sorted(options, key=lambda option: option["label"].casefold())


def search_form(options: list[SelectOptionDict]) -> probatio.Schema:
    """Return the form that finds one heat pump among all public ones, by its label.

    The interface searches only a list that takes other values as well, and then shows
    the value that was chosen. It would choose the first one where it must not be empty.
    """
    return probatio.Schema(
        {
            probatio.Optional(CONF_SYSTEM_ID): SelectSelector(
                SelectSelectorConfig(
                    options=[option["label"] for option in options],
                    custom_value=True,
                    mode=SelectSelectorMode.DROPDOWN,
                )
            )
        }
    )


def choose_form(options: list[SelectOptionDict], *, several: bool) -> probatio.Schema:
    """Return the form that takes one or several of an owner's heat pumps.

    An only one is chosen already. Of several ticks the interface would set the first by
    itself where none is told.
    """
    only = [option["value"] for option in options] if len(options) == 1 else []
    default: Any = only if several else next(iter(only), probatio.UNDEFINED)
    return probatio.Schema(
        {
            probatio.Required(CONF_SYSTEM_ID, default=default): SelectSelector(
                SelectSelectorConfig(
                    options=options, multiple=several, mode=SelectSelectorMode.LIST
                )
            )
        }
    )


def _meter_field(choices: Mapping[str, str], default: str) -> dict[Any, Any]:
    """Return the field that links a meter, with `none` before the meters there are."""
    return {
        probatio.Required(CONF_METER, default=default): SelectSelector(
            SelectSelectorConfig(
                options=[
                    SelectOptionDict(value=value, label=label)
                    for value, label in {NO_METER: NO_METER, **choices}.items()
                ],
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_METER,
            )
        )
    }


def meter_form(meters: Mapping[str, str]) -> probatio.Schema:
    """Return the form that links a new heat pump with a meter; an only one is proposed."""
    default = next(iter(meters)) if len(meters) == 1 else NO_METER
    return probatio.Schema(_meter_field(meters, default))


def system_form(meters: Mapping[str, str], linked: str | None) -> probatio.Schema:
    """Return the form that changes a heat pump's read key and meter.

    A linked meter that no account knows at the moment can be kept all the same.
    """
    fields: dict[Any, Any] = {probatio.Optional(CONF_READ_KEY): _SECRET}
    choices = dict(meters)
    default = NO_METER
    if linked is not None:
        default = linked.lower()
        if default not in meters:
            default = KEEP_METER
            choices[KEEP_METER] = KEEP_METER
    if choices:
        fields |= _meter_field(choices, default)
    return probatio.Schema(fields)


def chosen_meter(choice: str, linked: str | None = None) -> str | None:
    """Return the consent of the meter that was chosen, None for none."""
    special: dict[str, str | None] = {NO_METER: None, KEEP_METER: linked}
    return special.get(choice, choice)


def account_form(url: str = POWERSHAPER_URL, *, new: bool = True) -> probatio.Schema:
    """Return the form that asks for a token; an account that is there may keep its own.

    The server is folded away where it is the usual one.
    """
    token = probatio.Required(CONF_TOKEN) if new else probatio.Optional(CONF_TOKEN)
    server = probatio.Schema({probatio.Required(CONF_URL, default=url): _URL})
    return probatio.Schema(
        {
            token: _SECRET,
            probatio.Required(SECTION_ADVANCED): section(
                server, {"collapsed": url == POWERSHAPER_URL}
            ),
        }
    )


def one_of(labels: Mapping[str, str]) -> SelectSelector:
    """Return a field that takes one value, shown by its label."""
    options = [
        SelectOptionDict(value=value, label=label) for value, label in labels.items()
    ]
    return SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
    )


def home_form(labels: Mapping[str, str]) -> probatio.Schema:
    """Return the form that takes one of an account's homes."""
    return probatio.Schema({probatio.Required(CONF_HOME): one_of(labels)})


def heat_pump_form(titles: Mapping[str, str]) -> probatio.Schema:
    """Return the form that takes one of a server's heat pumps, by its number."""
    return probatio.Schema({probatio.Required(CONF_SYSTEM_ID): one_of(titles)})


def stamp_form(stamp: str) -> probatio.Schema:
    """Return the form that says which end of the half-hour its stamp marks."""
    return probatio.Schema(
        {
            probatio.Required(OPTION_STAMP, default=stamp): SelectSelector(
                SelectSelectorConfig(
                    options=[STAMP_START, STAMP_END],
                    mode=SelectSelectorMode.LIST,
                    translation_key=OPTION_STAMP,
                )
            )
        }
    )


def own_supply_form(*, has_own: bool) -> probatio.Schema:
    """Return the form that says whether a home has panels or a battery."""
    return probatio.Schema(
        {probatio.Required(OPTION_OWN_SUPPLY, default=has_own): BooleanSelector()}
    )
