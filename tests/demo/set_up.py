"""Sets the integration up as its owner would: through the forms, and then waits."""

import asyncio
from collections.abc import Iterable, Mapping
import time
from typing import Any, Final

from tests.simulator import World

from .client import Client
from .compare import compare_entities
from .errors import DemoError
from .expected import DOMAIN
from .found import Entity, entities
from .prices import BAND, DEAR, FLAT_GAS, changed_on

SYSTEM: Final = 204

# What is computed from the history shows soon after it.
_SOON: Final = 60

_ENTRIES: Final = "/api/config/config_entries/entry"
_FLOWS: Final = "/api/config/config_entries/flow"
_OPTIONS: Final = "/api/config/config_entries/options/flow"

# The name of each form, and what is filled in.
type Answers = tuple[tuple[str, dict[str, Any]], ...]


async def set_up(home: Client, world: World, url: str) -> None:
    """Add the account with its meters, the heat pump of the first home, and prices."""
    consents = world.tokens[world.token]
    account = await _fill_in(
        home,
        (
            ("user", {"next_step_id": "powershaper"}),
            ("powershaper", {"token": world.token, "advanced": {"url": url}}),
            ("meters", {}),
        ),
    )
    await _fill_in(
        home,
        (
            ("user", {"next_step_id": "server"}),
            ("server", {"url": url}),
            ("find", {"next_step_id": "number"}),
            ("number", {"system_id": str(SYSTEM)}),
            ("meter", {"meter": consents[0]}),
        ),
    )
    await _tell_prices(home, world, account, consents)


async def _tell_prices(
    home: Client, world: World, account: str, consents: tuple[str, ...]
) -> None:
    """Tell what the first home pays: for gas, and for electricity before and since a day."""
    # An account with one home does not ask which.
    choice: Answers = (("init", {"home": consents[0]}),) if consents[1:] else ()
    since = changed_on(world).isoformat()
    for answers in (
        (
            ("home", {"next_step_id": "gas_price"}),
            ("add_price", {"next_step_id": "flat"}),
            ("flat", FLAT_GAS),
        ),
        (
            ("home", {"next_step_id": "electricity_price"}),
            ("add_price", {"next_step_id": "flat"}),
            ("flat", DEAR),
        ),
        (
            ("home", {"next_step_id": "electricity_price"}),
            ("price", {"next_step_id": "add_price"}),
            ("add_price", {"next_step_id": "time_of_use"}),
            ("time_of_use", {"default": DEAR["price"], "valid_from": since}),
            ("band", BAND),
            ("bands", {"next_step_id": "save"}),
        ),
    ):
        await _wait_until_loaded(home, account)
        await _fill_in(home, (*choice, *answers), _OPTIONS, account)


async def _wait_until_loaded(home: Client, entry_id: str) -> None:
    """Wait until an entry is set up, as it is anew after each change."""
    while True:
        states = {
            entry["entry_id"]: entry["state"] for entry in await home.get(_ENTRIES)
        }
        if states[entry_id] == "loaded":
            return
        await asyncio.sleep(0.1)


async def _fill_in(
    home: Client, answers: Answers, flows: str = _FLOWS, handler: str = DOMAIN
) -> str:
    """Go through a flow and return the entry's id, empty for options.

    Raises DemoError where another form comes than is expected.
    """
    step = await home.post(flows, {"handler": handler})
    for name, answer in answers:
        if step.get("step_id") != name or step.get("errors"):
            raise DemoError(f"Set-up shows {step} instead of the form {name!r}")
        step = await home.post(f"{flows}/{step['flow_id']}", answer)
    if step["type"] != "create_entry":
        raise DemoError(f"Set-up ends with {step} instead of an entry")
    # What ends a flow of options tells no entry.
    return str(step["result"]["entry_id"]) if "result" in step else ""


async def wait_for_history(home: Client, histories: int) -> None:
    """Wait until so many histories are imported and the recorder has kept all rows."""
    while True:
        imported = [
            entity.state
            for entity in await entities(home)
            if entity.key.endswith("_history_imported")
        ]
        if len(imported) == histories and set(imported) <= {"100", "100.0"}:
            break
        await asyncio.sleep(0.5)
    # The recorder does one thing after another: this, which does nothing, comes last.
    await home.command("recorder/clear_statistics", statistic_ids=[])


async def all_known(
    home: Client,
    devices: Mapping[str, Iterable[str]],
    may_be_unknown: tuple[str, ...],
) -> list[Entity]:
    """Return the entities once all that they must show is known, or after a minute."""
    end = time.monotonic() + _SOON
    while True:
        shown = await entities(home)
        missing = any(compare_entities(devices, shown, may_be_unknown))
        if not missing or time.monotonic() > end:
            return shown
        await asyncio.sleep(0.5)
