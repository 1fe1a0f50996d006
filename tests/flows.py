"""Short ways through the flows, and what their tests share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.api.errors import (
    CannotConnect,
    NotFound,
    QuotaExceeded,
    Refused,
    ServiceError,
    UnexpectedAnswer,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import HeatpumpMonitorClient
from custom_components.heatpump_insight.api.powershaper import (
    Commodity,
    Meter,
    PowerShaperClient,
)
from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section

from .simulator import World
from .simulator.homes import Account, key_of

OWNER = "tamsin"
OWNER_KEY = key_of("read key of tamsin")

UNREACHABLE = "http://127.0.0.1:1"

# What a step of any flow returns; Home Assistant types each kind of flow on its own.
type Result = Any

_CLIENTS = {"heatpumpmonitor": HeatpumpMonitorClient, "powershaper": PowerShaperClient}


def host(url: str) -> str:
    """Return the host and port of an address."""
    return url.partition("://")[2]


def add_private_systems(world: World, *numbers: int, monitored: bool = True) -> None:
    """Let somebody have an account with some private heat pumps."""
    world.accounts[OWNER] = Account(
        username=OWNER, password="keeps-warm", user_id=8, read_key=OWNER_KEY
    )
    for number in numbers:
        world.systems[number] = replace(
            world.systems[204],
            id=number,
            metadata={"location": "Tarnwick", "hp_model": f"Aero {number}"},
            owner=OWNER,
            read_key=OWNER_KEY,
            share=False,
            published=False,
            has_app=monitored,
        )


def server_entry(url: str, *systems: dict[str, Any]) -> MockConfigEntry:
    """Return the entry of a HeatpumpMonitor.org server with its heat pumps."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=host(url),
        unique_id=f"heatpumpmonitor:{host(url)}",
        data={"service": "heatpumpmonitor", "url": url},
        subentries_data=[
            {
                "subentry_type": "system",
                "title": f"Heat pump {system['system_id']}",
                "unique_id": str(system["system_id"]),
                "data": system,
            }
            for system in systems
        ],
    )


def account_entry(url: str, token: str, consent: str) -> MockConfigEntry:
    """Return the entry of a PowerShaper Monitor account."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="PowerShaper Monitor",
        unique_id=f"powershaper:{consent}",
        data={"service": "powershaper", "url": url, "token": token},
    )


def add_loaded_account(
    hass: HomeAssistant,
    *consents: str,
    commodities: tuple[Commodity, ...] = (Commodity.ELECTRICITY,),
) -> MockConfigEntry:
    """Add an account that is running and knows the meters of some homes."""
    entry = account_entry("http://127.0.0.1", "token", consents[0] if consents else "")
    meters = tuple(
        Meter(
            consent=consent,
            commodity=commodity,
            last_digits=f"{1000 + number}",
            status="active",
            earliest=None,
            latest=None,
            records_path=None,
        )
        for number, consent in enumerate(consents)
        for commodity in commodities
    )
    entry.runtime_data = SimpleNamespace(
        account=SimpleNamespace(data=SimpleNamespace(meters=meters))
    )
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.LOADED)
    return entry


async def choose(hass: HomeAssistant, *choices: str) -> Result:
    """Start a new entry and take these choices of the menus."""
    flow = hass.config_entries.flow
    result: Result = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for choice in choices:
        result = await flow.async_configure(result["flow_id"], {"next_step_id": choice})
    return result


async def fill(hass: HomeAssistant, result: Result, **typed: Any) -> Result:
    """Fill in the form of a flow of entries."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], typed)


async def open_options(
    hass: HomeAssistant, entry: MockConfigEntry, *choices: str
) -> Result:
    """Open the options of an entry and take these choices of the menus."""
    options = hass.config_entries.options
    result: Result = await options.async_init(entry.entry_id)
    for choice in choices:
        result = await options.async_configure(
            result["flow_id"], {"next_step_id": choice}
        )
    return result


async def tell(hass: HomeAssistant, result: Result, **typed: Any) -> Result:
    """Fill in the form of a flow of options, or choose from its menu."""
    return await hass.config_entries.options.async_configure(result["flow_id"], typed)


async def find_on(hass: HomeAssistant, url: str, way: str) -> Result:
    """Go to one way of finding a heat pump on a server."""
    result = await choose(hass, "server")
    result = await fill(hass, result, url=url)
    assert result["step_id"] == "find"
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": way}
    )


def typed_before(result: Result) -> dict[str, Any]:
    """Return what a form shows in its fields, those in its sections included."""
    found: dict[str, Any] = {}
    for key, value in result["data_schema"].schema.items():
        if isinstance(value, section):
            found |= typed_before({"data_schema": value.schema})
        elif key.description:
            found[str(key)] = key.description["suggested_value"]
    return found


def options_of(result: Result, field: str) -> dict[str, str]:
    """Return the labels that a form offers for a field, by their values."""
    options = result["data_schema"].schema[field].config["options"]
    return {option["value"]: option["label"] for option in options}


def error(kind: type[ServiceError]) -> ServiceError:
    """Return an error of a client."""
    return kind("The service", "/somewhere", "something")


@contextmanager
def failing(service: str, method: str, kind: type[ServiceError]) -> Iterator[None]:
    """Let a method of a service's client fail for a while."""
    with patch.object(_CLIENTS[service], method, side_effect=error(kind)):
        yield


# What goes wrong with a server itself, and what is told of it.
SERVER_TROUBLE = [
    (CannotConnect, "cannot_connect"),
    (QuotaExceeded, "quota"),
    (UnexpectedAnswer, "not_such_a_server"),
    (NotFound, "not_such_a_server"),
]
SYSTEM_TROUBLE = [
    (CannotConnect, "cannot_connect"),
    (QuotaExceeded, "quota"),
    (UnexpectedAnswer, "unexpected_answer"),
    (NotFound, "no_monitoring"),
    (Refused, "no_access"),
]
NEW_KEY_TROUBLE = [*SYSTEM_TROUBLE[:-1], (Refused, "key_refused")]
