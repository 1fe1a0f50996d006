"""Sets the integration up as its owner would: through the forms, and then waits."""

import asyncio
from typing import Any, Final

from tests.simulator import World

from .client import Client
from .errors import DemoError
from .expected import DOMAIN
from .found import entities

SYSTEM: Final = 204

_FLOWS: Final = "/api/config/config_entries/flow"

# The name of each form, and what is filled in.
type Answers = tuple[tuple[str, dict[str, Any]], ...]


async def set_up(home: Client, world: World, url: str) -> None:
    """Add the account with its meters, and then the heat pump of the first home."""
    home_consent = world.tokens[world.token][0]
    await _fill_in(
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
            ("meter", {"meter": home_consent}),
        ),
    )


async def _fill_in(home: Client, answers: Answers) -> None:
    """Go through a flow; raises DemoError where another form comes than is expected."""
    step = await home.post(_FLOWS, {"handler": DOMAIN})
    for name, answer in answers:
        if step.get("step_id") != name or step.get("errors"):
            raise DemoError(f"Set-up shows {step} instead of the form {name!r}")
        step = await home.post(f"{_FLOWS}/{step['flow_id']}", answer)
    if step["type"] != "create_entry":
        raise DemoError(f"Set-up ends with {step} instead of an entry")


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
