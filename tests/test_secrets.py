"""Nothing secret is logged, shown, or told in an error, whatever goes wrong."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
import json
import logging
import re

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from .household import heat_pump_entry, meters_entry, pass_time, set_up
from .simulator import Simulator, World
from .simulator.faults import (
    DatabaseDown,
    Elsewhere,
    EmoncmsDown,
    Fault,
    Garbage,
    HtmlPage,
    Outage,
    ProxyRefuses,
    QuotaSpent,
    Reply,
    TokenRefused,
    Truncated,
)

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
# What the simulated server writes of its requests, and the stores of what they keep.
FOREIGN_LOGS = (
    "aiohttp.access",
    "homeassistant.components.recorder",
    "pytest_homeassistant_custom_component",
    "sqlalchemy",
)

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=2, now=lambda: datetime.now(UTC).timestamp())


def secrets(world: World) -> set[str]:
    """Return everything that nobody else may learn."""
    consent = min(world.tokens[world.token])
    digits = {meter.last_digits for meter in world.meters.values()}
    return {
        world.token,
        world.systems[204].read_key,
        consent,
        consent.replace("-", ""),
        *(digit for digit in digits if digit),
    }


PLAIN: tuple[Callable[[], Fault], ...] = (
    Outage,
    Garbage,
    HtmlPage,
    DatabaseDown,
    EmoncmsDown,
    ProxyRefuses,
    TokenRefused,
    QuotaSpent,
    partial(QuotaSpent, retry_after=60),
    Elsewhere,
    Truncated,
)
TELLING = (200, 400, 401, 403, 404, 500, 503)


def faults(world: World) -> list[Fault]:
    """Return what can go wrong with an answer; the last ones tell what they were asked."""
    body = json.dumps({"detail": sorted(secrets(world))})
    return [
        *(make() for make in PLAIN),
        *(Reply(status=status, body=body) for status in TELLING),
    ]


def told(
    hass: HomeAssistant,
    entries: list[MockConfigEntry],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[str]:
    """Yield everything that a person can see or that is written down."""
    for record in caplog.records:
        if not record.name.startswith(FOREIGN_LOGS):
            yield record.getMessage()
            yield str(record.exc_info and record.exc_info[1])
    for state in hass.states.async_all():
        yield f"{state.entity_id} {state.state} {dict(state.attributes)}"
    for issue in ir.async_get(hass).issues.values():
        yield f"{issue.translation_key} {issue.translation_placeholders}"
    for entry in entries:
        yield f"{entry.title} {entry.reason}"
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        ):
            yield f"{device.name} {device.serial_number} {device.configuration_url}"


@pytest.mark.parametrize("number", range(len(PLAIN) + len(TELLING)))
async def test_no_fault_brings_a_secret_to_light(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    number: int,
) -> None:
    caplog.set_level(logging.DEBUG, logger="custom_components.heatpump_insight")
    world = simulator.world
    fault = faults(world)[number]
    entries = [
        heat_pump_entry(simulator, read_key=world.systems[204].read_key),
        meters_entry(simulator),
    ]
    for entry in entries:
        await set_up(hass, entry)
    simulator.faults.add(fault)
    seen: list[str] = []
    for device in [
        device.id
        for entry in entries
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        )
    ]:
        try:
            await hass.services.async_call(
                DOMAIN, "import_history", {"device_id": device}, blocking=True
            )
        except HomeAssistantError as error:
            seen += [str(error), repr(error), repr(error.__cause__)]
    await pass_time(hass, freezer, 4 * 3600)
    for entry in entries:
        if entry.state is ConfigEntryState.LOADED:
            found = await async_get_config_entry_diagnostics(hass, entry)
            seen.append(json.dumps(found))
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    seen += told(hass, entries, caplog)
    assert len(seen) > 100
    for secret in secrets(world):
        # Four digits may stand by chance inside of a longer number.
        alone = re.compile(rf"(?<![0-9.]){re.escape(secret)}(?![0-9])")
        leaks = [line for line in seen if alone.search(line)]
        assert leaks == []


def test_every_kind_of_fault_is_tried(world: World) -> None:
    assert len(list(faults(world))) == 18
