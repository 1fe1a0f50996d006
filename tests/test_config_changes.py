"""An entry that is there gets a new token, read key or address."""

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.api.errors import ServiceError
from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ConfigEntryAuthFailed

from .flows import (
    NEW_KEY_TROUBLE,
    OWNER_KEY,
    SERVER_TROUBLE,
    UNREACHABLE,
    account_entry,
    add_private_systems,
    failing,
    fill,
    host,
    server_entry,
    typed_before,
)
from .simulator import Simulator, World
from .simulator.homes import consent_of

pytestmark = pytest.mark.usefixtures("home_assistant")

CONSENT = consent_of("home of marlow")
NEW_TOKEN = "newer-token"


@pytest.fixture
async def account(
    hass: HomeAssistant, set_up: AsyncMock, world: World, simulator: Simulator
) -> MockConfigEntry:
    """Return a running account."""
    world.tokens[NEW_TOKEN] = world.tokens[world.token]
    return await started(hass, account_entry(simulator.url, world.token, CONSENT))


@pytest.fixture
async def elsewhere(world: World, simulator: Simulator) -> AsyncIterator[str]:
    """Return another address of both services."""
    async with Simulator(world) as other:
        yield other.url


@pytest.fixture
async def server(
    hass: HomeAssistant, set_up: AsyncMock, world: World, simulator: Simulator
) -> MockConfigEntry:
    """Return a running server with a private heat pump, whose key is an old one."""
    add_private_systems(world, 360)
    system = {"system_id": 360, "read_key": "0" * 32, "meter": CONSENT}
    return await started(hass, server_entry(simulator.url, system))


async def started(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def subentry_id(entry: MockConfigEntry) -> str:
    """Return the id of the only heat pump of a server."""
    return next(iter(entry.subentries))


def read_key(entry: MockConfigEntry) -> Any:
    """Return the stored read key of the only heat pump of a server."""
    return entry.subentries[subentry_id(entry)].data["read_key"]


# New tokens


@pytest.mark.parametrize("new", [True, False], ids=["new token", "same token"])
@pytest.mark.parametrize("running", [True, False], ids=["running", "failed"])
async def test_a_token_that_works_sets_the_account_up_once(
    hass: HomeAssistant,
    *,
    set_up: AsyncMock,
    world: World,
    simulator: Simulator,
    running: bool,
    new: bool,
) -> None:
    listen = set_up.side_effect
    if not running:
        set_up.side_effect = ConfigEntryAuthFailed
    world.tokens[NEW_TOKEN] = world.tokens[world.token]
    account = await started(hass, account_entry(simulator.url, world.token, CONSENT))
    if running:
        account.async_start_reauth(hass)
        await hass.async_block_till_done()
    set_up.side_effect = listen
    set_up.reset_mock()

    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "reauth_confirm"
    token = NEW_TOKEN if new else world.token
    result = await fill(hass, flow, token=token)
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert account.data["token"] == token
    assert account.state is ConfigEntryState.LOADED
    assert set_up.await_count == 1


async def test_a_token_of_another_account_is_not_taken(
    hass: HomeAssistant, account: MockConfigEntry, world: World
) -> None:
    consent = consent_of("another home")
    for commodity in ("electricity", "gas"):
        meter = world.meters[CONSENT, commodity]
        world.meters[consent, commodity] = type(meter)(
            consent=consent,
            commodity=meter.commodity,
            home=meter.home,
            last_digits="7305",
        )
    world.tokens["anothers-token"] = (consent,)
    result = await account.start_reauth_flow(hass)
    result = await fill(hass, result, token="anothers-token")
    assert result["errors"] == {"base": "wrong_account"}

    # A further home does not make it another account, whichever comes first.
    world.tokens[NEW_TOKEN] = (consent, CONSENT)
    result = await fill(hass, result, token=NEW_TOKEN)
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


async def test_a_refused_token_asks_for_another_one(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    result = await account.start_reauth_flow(hass)
    result = await fill(hass, result, token="wrong")
    assert result["errors"] == {"base": "invalid_auth"}
    assert typed_before(result) == {"token": "wrong"}
    result = await fill(hass, result, token=NEW_TOKEN)
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


@pytest.mark.parametrize(("kind", "words"), SERVER_TROUBLE)
async def test_a_new_token_can_be_sent_again_when_the_service_fails(
    hass: HomeAssistant,
    account: MockConfigEntry,
    kind: type[ServiceError],
    words: str,
) -> None:
    result = await account.start_reauth_flow(hass)
    with failing("powershaper", "meters", kind):
        result = await fill(hass, result, token=NEW_TOKEN)
    assert result["errors"] == {"base": words}
    result = await fill(hass, result, token=NEW_TOKEN)
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


# New read keys


async def test_a_refused_read_key_is_replaced_for_its_heat_pump_alone(
    hass: HomeAssistant, server: MockConfigEntry, set_up: AsyncMock
) -> None:
    set_up.reset_mock()
    server.async_start_reauth(hass, data={"subentry_id": subentry_id(server)})
    await hass.async_block_till_done()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "reauth_read_key"

    result = await fill(hass, flow, read_key="f" * 32)
    assert result["errors"] == {"base": "key_refused"}
    assert result["description_placeholders"]["system"] == "Heat pump 360"
    assert typed_before(result) == {"read_key": "f" * 32}
    assert read_key(server) == "0" * 32

    result = await fill(hass, result, read_key=f"{OWNER_KEY} ")
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert dict(server.subentries[subentry_id(server)].data) == {
        "system_id": 360,
        "read_key": OWNER_KEY,
        "meter": CONSENT,
    }
    assert set_up.await_count == 1


@pytest.mark.parametrize(("kind", "words"), NEW_KEY_TROUBLE)
async def test_a_new_read_key_can_be_sent_again_when_the_service_fails(
    hass: HomeAssistant,
    server: MockConfigEntry,
    kind: type[ServiceError],
    words: str,
) -> None:
    data = {**server.data, "subentry_id": subentry_id(server)}
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": "reauth", "entry_id": server.entry_id},
        data=data,
    )
    with failing("heatpumpmonitor", "available", kind):
        result = await fill(hass, result, read_key=OWNER_KEY)
    assert result["errors"] == {"base": words}
    result = await fill(hass, result, read_key=OWNER_KEY)
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


async def test_a_heat_pump_that_was_removed_meanwhile_needs_no_key(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    # Of a server that does not run: a running one ends the flow as it is set up anew.
    server = server_entry(simulator.url, {"system_id": 360, "read_key": "0" * 32})
    server.add_to_hass(hass)
    server.async_start_reauth(hass, data={"subentry_id": subentry_id(server)})
    await hass.async_block_till_done()
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    hass.config_entries.async_remove_subentry(server, subentry_id(server))
    result = await fill(hass, flow, read_key=OWNER_KEY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "system_removed"


async def test_no_key_is_asked_for_where_no_heat_pump_is_named(
    hass: HomeAssistant, server: MockConfigEntry
) -> None:
    result = await server.start_reauth_flow(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "system_removed"


# Other accounts and servers


async def test_an_account_keeps_its_token_when_none_is_typed(
    hass: HomeAssistant, account: MockConfigEntry, world: World, elsewhere: str
) -> None:
    token = world.token
    result = await account.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure_account"
    result = await fill(hass, result, advanced={"url": UNREACHABLE})
    assert result["errors"] == {"base": "cannot_connect"}
    assert typed_before(result) == {"url": UNREACHABLE}

    result = await fill(hass, result, advanced={"url": f"{elsewhere}/"})
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert account.data == {
        "service": "powershaper",
        "url": elsewhere,
        "token": token,
    }


async def test_an_account_takes_a_new_token(
    hass: HomeAssistant,
    account: MockConfigEntry,
    set_up: AsyncMock,
    simulator: Simulator,
) -> None:
    set_up.reset_mock()
    result = await account.start_reconfigure_flow(hass)
    typed = {"advanced": {"url": simulator.url}}
    result = await fill(hass, result, token="wrong", **typed)
    assert result["errors"] == {"base": "invalid_auth"}
    result = await fill(hass, result, token=NEW_TOKEN, **typed)
    await hass.async_block_till_done()
    assert account.data["token"] == NEW_TOKEN
    assert set_up.await_count == 1


async def test_a_server_moves_to_another_address(
    hass: HomeAssistant,
    server: MockConfigEntry,
    set_up: AsyncMock,
    simulator: Simulator,
    elsewhere: str,
) -> None:
    set_up.reset_mock()
    result = await server.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure_server"
    assert typed_before(result) == {"url": simulator.url}
    for typed, words in (
        ("ftp://somewhere", "invalid_url"),
        (UNREACHABLE, "cannot_connect"),
    ):
        result = await fill(hass, result, url=typed)
        assert result["errors"] == {"base": words}
        assert typed_before(result) == {"url": typed}

    result = await fill(hass, result, url=elsewhere)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert server.data == {"service": "heatpumpmonitor", "url": elsewhere}
    assert server.unique_id == f"heatpumpmonitor:{host(elsewhere)}"
    assert server.title == host(elsewhere)
    assert set_up.await_count == 1


async def test_a_server_is_set_up_anew_at_the_same_address(
    hass: HomeAssistant,
    server: MockConfigEntry,
    set_up: AsyncMock,
    simulator: Simulator,
) -> None:
    set_up.reset_mock()
    result = await server.start_reconfigure_flow(hass)
    result = await fill(hass, result, url=simulator.url)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert set_up.await_count == 1


async def test_a_server_does_not_move_where_another_one_is(
    hass: HomeAssistant, server: MockConfigEntry, simulator: Simulator, elsewhere: str
) -> None:
    server_entry(elsewhere).add_to_hass(hass)
    result = await server.start_reconfigure_flow(hass)
    result = await fill(hass, result, url=elsewhere)
    assert result["reason"] == "already_configured_server"
    assert server.data["url"] == simulator.url


async def test_a_server_that_was_renamed_keeps_its_name(
    hass: HomeAssistant, server: MockConfigEntry, elsewhere: str
) -> None:
    hass.config_entries.async_update_entry(server, title="Our street")
    await hass.async_block_till_done()
    result = await server.start_reconfigure_flow(hass)
    await fill(hass, result, url=elsewhere)
    await hass.async_block_till_done()
    assert server.title == "Our street"
