"""A home owner sets up a server with heat pumps, or an account with meters."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight import config_flow, setup_forms
from custom_components.heatpump_insight.api.errors import CannotConnect, ServiceError
from custom_components.heatpump_insight.config_flow import HeatPumpInsightConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .flows import (
    OWNER,
    OWNER_KEY,
    SERVER_TROUBLE,
    SYSTEM_TROUBLE,
    UNREACHABLE,
    Result,
    account_entry,
    add_loaded_account,
    add_private_systems,
    choose,
    failing,
    fill,
    find_on,
    host,
    options_of,
    server_entry,
    typed_before,
)
from .simulator import Simulator, World
from .simulator.homes import consent_of

pytestmark = pytest.mark.usefixtures("home_assistant", "set_up")

CONSENT = consent_of("home of marlow")
LABEL_204 = "Nether Wexcombe, Westshire · Norrvind Aero 8 · 8 kW · #204"
TITLE_204 = "Norrvind Aero 8 · Nether Wexcombe, Westshire"


def systems_of(result: Result) -> list[tuple[str, str, dict[str, Any]]]:
    """Return unique id, title and data of the heat pumps that a flow has added."""
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return [
        (subentry.unique_id, subentry.title, dict(subentry.data))
        for subentry in result["result"].subentries.values()
        if subentry.subentry_type == "system"
    ]


# Finding heat pumps


async def test_the_services_are_offered_first(hass: HomeAssistant) -> None:
    result = await choose(hass)
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["heatpumpmonitor", "powershaper", "server"]


async def test_a_public_heat_pump_is_found_by_search(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    result = await find_on(hass, simulator.url, "search")
    offered = result["data_schema"].schema["system_id"].config["options"]
    assert LABEL_204 in offered
    assert len(offered) == len(simulator.world.all_systems())
    assert offered == sorted(offered, key=str.casefold)

    result = await fill(hass, result, system_id=LABEL_204)
    assert systems_of(result) == [
        ("204", TITLE_204, {"system_id": 204, "read_key": None, "meter": None})
    ]
    assert result["title"] == host(simulator.url)
    assert result["data"] == {"service": "heatpumpmonitor", "url": simulator.url}
    assert result["result"].unique_id == f"heatpumpmonitor:{host(simulator.url)}"


@pytest.mark.parametrize("typed", [{}, {"system_id": "wexcombe"}])
async def test_a_search_waits_for_a_choice(
    hass: HomeAssistant, simulator: Simulator, typed: dict[str, str]
) -> None:
    result = await find_on(hass, simulator.url, "search")
    assert result["data_schema"]({}) == {}, "nothing is chosen by itself"
    result = await fill(hass, result, **typed)
    assert result["errors"] == {"system_id": "not_in_list"}
    result = await fill(hass, result, system_id="204")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_set_up_that_was_left_does_not_block_the_next(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await find_on(hass, simulator.url, "number")
    result = await find_on(hass, simulator.url, "number")
    result = await fill(hass, result, system_id="204")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not hass.config_entries.flow.async_progress()


async def test_the_usual_server_needs_no_address(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    with (
        patch.object(config_flow, "HEATPUMPMONITOR_URL", simulator.url),
        patch.object(setup_forms, "HEATPUMPMONITOR_URL", simulator.url),
    ):
        result = await choose(hass, "heatpumpmonitor", "search")
        result = await fill(hass, result, system_id="204")
    assert result["title"] == "HeatpumpMonitor.org"


@pytest.mark.parametrize(("kind", "words"), SERVER_TROUBLE)
async def test_a_list_that_cannot_be_had_is_asked_for_again(
    hass: HomeAssistant,
    simulator: Simulator,
    kind: type[ServiceError],
    words: str,
) -> None:
    with patch.object(config_flow, "HEATPUMPMONITOR_URL", simulator.url):
        with failing("heatpumpmonitor", "public_systems", kind):
            result = await choose(hass, "heatpumpmonitor", "search")
            assert result["errors"] == {"base": words}
            result = await fill(hass, result)
            assert result["errors"] == {"base": words}
        result = await fill(hass, result)
    assert not result["errors"]
    result = await fill(hass, result, system_id="204")
    assert [number for number, _, _ in systems_of(result)] == ["204"]


async def test_a_server_without_public_heat_pumps_says_so(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    world.fleet = None
    world.systems[204].share = False
    result = await find_on(hass, simulator.url, "search")
    assert result["errors"] == {"base": "none_public"}


@pytest.mark.parametrize(("kind", "words"), SYSTEM_TROUBLE)
async def test_a_heat_pump_that_does_not_answer_is_not_added(
    hass: HomeAssistant, simulator: Simulator, kind: type[ServiceError], words: str
) -> None:
    result = await find_on(hass, simulator.url, "search")
    with failing("heatpumpmonitor", "available", kind):
        result = await fill(hass, result, system_id="204")
    assert result["errors"] == {"base": words}
    assert result["description_placeholders"]["system"] == LABEL_204
    assert typed_before(result) == {"system_id": "204"}
    result = await fill(hass, result, system_id="204")
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("typed", ["204", "{url}/system/view?id=204"])
async def test_a_heat_pump_is_found_by_its_number_or_page(
    hass: HomeAssistant, simulator: Simulator, typed: str
) -> None:
    result = await find_on(hass, simulator.url, "number")
    result = await fill(hass, result, system_id=typed.format(url=simulator.url))
    assert systems_of(result) == [
        ("204", TITLE_204, {"system_id": 204, "read_key": None, "meter": None})
    ]


async def test_a_private_heat_pump_asks_for_the_key_of_its_owner(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world, 360)
    result = await find_on(hass, simulator.url, "number")

    result = await fill(hass, result, system_id="no number")
    assert result["errors"] == {"system_id": "invalid_number"}
    assert typed_before(result) == {"system_id": "no number"}

    result = await fill(hass, result, system_id="360")
    assert result["errors"] == {"base": "no_access"}
    assert result["description_placeholders"]["system"] == "Heat pump #360"

    result = await fill(hass, result, system_id="360", read_key="f" * 32)
    assert result["errors"] == {"base": "no_access"}

    result = await fill(hass, result, system_id="360", read_key=f" {OWNER_KEY} ")
    assert systems_of(result) == [
        (
            "360",
            "Heat pump 360",
            {"system_id": 360, "read_key": OWNER_KEY, "meter": None},
        )
    ]


async def test_a_heat_pump_without_monitoring_is_told_from_an_unknown_one(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world, 360, monitored=False)
    result = await find_on(hass, simulator.url, "number")
    result = await fill(hass, result, system_id="360", read_key=OWNER_KEY)
    assert result["errors"] == {"base": "no_monitoring"}

    world.systems[204].config.clear()
    result = await fill(hass, result, system_id="204")
    assert result["errors"] == {"base": "no_monitoring"}

    result = await fill(hass, result, system_id="9999")
    assert result["errors"] == {"base": "no_access"}


async def test_signing_in_finds_all_heat_pumps_of_the_owner(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world, 360, 361)
    result = await find_on(hass, simulator.url, "account")

    result = await fill(hass, result, username=OWNER, password="wrong")
    assert result["errors"] == {"base": "invalid_login"}
    assert typed_before(result) == {"username": OWNER}

    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    assert options_of(result, "system_id") == {
        "360": "Tarnwick · Aero 360 · #360",
        "361": "Tarnwick · Aero 361 · #361",
    }

    result = await fill(hass, result, system_id=[])
    assert result["errors"] == {"base": "none_chosen"}

    result = await fill(hass, result, system_id=["361", "360"])
    assert systems_of(result) == [
        (
            str(number),
            f"Aero {number} · Tarnwick",
            {"system_id": number, "read_key": OWNER_KEY, "meter": None},
        )
        for number in (361, 360)
    ]
    assert "keeps-warm" not in repr(result["result"].as_dict())


async def test_one_heat_pump_that_does_not_answer_keeps_the_others_back(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world, 360, 361)
    world.systems[361].has_app = False
    result = await find_on(hass, simulator.url, "account")
    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    result = await fill(hass, result, system_id=["360", "361"])
    assert result["errors"] == {"base": "no_monitoring"}
    assert result["description_placeholders"]["system"] == "Tarnwick · Aero 361 · #361"

    result = await fill(hass, result, system_id=["360"])
    assert [number for number, _, _ in systems_of(result)] == ["360"]


async def test_an_account_without_heat_pumps_says_so(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world)
    result = await find_on(hass, simulator.url, "account")
    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    assert result["errors"] == {"base": "no_systems"}

    add_private_systems(world, 360)
    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    result = await fill(hass, result)
    assert [number for number, _, _ in systems_of(result)] == ["360"]


async def test_a_read_key_finds_all_heat_pumps_of_its_owner(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world, 360)
    world.systems[204].owner = OWNER
    world.systems[204].read_key = OWNER_KEY
    result = await find_on(hass, simulator.url, "read_key")

    result = await fill(hass, result, read_key="no key")
    assert result["errors"] == {"base": "invalid_read_key"}
    assert typed_before(result) == {"read_key": "no key"}

    result = await fill(hass, result, read_key="f" * 32)
    assert result["errors"] == {"base": "no_systems"}

    result = await fill(hass, result, read_key=OWNER_KEY)
    # The key opens no descriptions: only the public one has a name.
    assert options_of(result, "system_id") == {
        "204": LABEL_204,
        "360": "Heat pump #360",
    }
    result = await fill(hass, result, system_id=["204", "360"])
    assert systems_of(result) == [
        ("204", TITLE_204, {"system_id": 204, "read_key": OWNER_KEY, "meter": None}),
        (
            "360",
            "Heat pump 360",
            {"system_id": 360, "read_key": OWNER_KEY, "meter": None},
        ),
    ]


@pytest.mark.parametrize(("kind", "words"), SERVER_TROUBLE)
@pytest.mark.parametrize(
    ("way", "method", "typed"),
    [
        ("account", "sign_in", {"username": OWNER, "password": "keeps-warm"}),
        ("read_key", "owned_systems", {"read_key": OWNER_KEY}),
    ],
)
async def test_an_owner_can_try_again_when_the_server_fails(
    hass: HomeAssistant,
    *,
    world: World,
    simulator: Simulator,
    way: str,
    method: str,
    typed: dict[str, str],
    kind: type[ServiceError],
    words: str,
) -> None:
    add_private_systems(world, 360)
    result = await find_on(hass, simulator.url, way)
    with failing("heatpumpmonitor", method, kind):
        result = await fill(hass, result, **typed)
    assert result["errors"] == {"base": words}
    result = await fill(hass, result, **typed)
    result = await fill(hass, result)
    assert [number for number, _, _ in systems_of(result)] == ["360"]


# Linking the meter


async def test_an_only_meter_is_proposed_for_a_heat_pump(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    add_loaded_account(hass, CONSENT)
    result = await find_on(hass, simulator.url, "number")
    result = await fill(hass, result, system_id="204")
    assert result["step_id"] == "meter"
    assert result["description_placeholders"]["system"] == TITLE_204
    assert options_of(result, "meter") == {
        "none": "none",
        CONSENT: "PowerShaper Monitor · …1000 · –",
    }
    result = await fill(hass, result)
    assert [data["meter"] for _, _, data in systems_of(result)] == [CONSENT]


async def test_each_heat_pump_is_asked_for_its_own_meter(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    add_private_systems(world, 360, 361, 362)
    add_loaded_account(hass, CONSENT, "0000-second")
    result = await find_on(hass, simulator.url, "account")
    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    result = await fill(hass, result, system_id=["360", "361", "362"])
    result = await fill(hass, result, meter="0000-second")
    assert result["description_placeholders"]["system"] == "Aero 361 · Tarnwick"
    result = await fill(hass, result)
    result = await fill(hass, result, meter=CONSENT)
    assert [data["meter"] for _, _, data in systems_of(result)] == [
        "0000-second",
        None,
        CONSENT,
    ]


async def test_a_meter_is_not_asked_for_where_none_is_known(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    add_loaded_account(hass)
    result = await find_on(hass, simulator.url, "number")
    result = await fill(hass, result, system_id="204")
    assert result["type"] is FlowResultType.CREATE_ENTRY


# Servers


async def test_a_server_is_set_up_only_once(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    server_entry(simulator.url).add_to_hass(hass)
    result = await choose(hass, "server")
    result = await fill(hass, result, url=f"{simulator.url}/system/list")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured_server"


async def test_the_usual_server_is_set_up_only_once(hass: HomeAssistant) -> None:
    server_entry("https://heatpumpmonitor.org").add_to_hass(hass)
    result = await choose(hass, "heatpumpmonitor")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured_server"


@pytest.mark.parametrize(("kind", "words"), SERVER_TROUBLE)
async def test_a_server_is_proven_before_it_is_used(
    hass: HomeAssistant, simulator: Simulator, kind: type[ServiceError], words: str
) -> None:
    result = await choose(hass, "server")
    with failing("heatpumpmonitor", "public_systems", kind):
        result = await fill(hass, result, url=simulator.url)
    assert result["errors"] == {"base": words}
    assert typed_before(result) == {"url": simulator.url}
    result = await fill(hass, result, url=simulator.url)
    assert result["type"] is FlowResultType.MENU


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ftp://somewhere", "invalid_url"),
        ("https://user:password@somewhere", "invalid_url"),
        (UNREACHABLE, "cannot_connect"),
    ],
)
async def test_an_address_that_is_no_server_is_told_so(
    hass: HomeAssistant, simulator: Simulator, typed: str, words: str
) -> None:
    result = await choose(hass, "server")
    result = await fill(hass, result, url=typed)
    assert result["errors"] == {"base": words}
    assert typed_before(result) == {"url": typed}
    result = await fill(hass, result, url=simulator.url)
    assert result["type"] is FlowResultType.MENU


# Accounts


async def test_an_account_shows_its_meters_before_it_is_added(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    result = await choose(hass, "powershaper")
    result = await fill(
        hass, result, token=f" {world.token}\n", advanced={"url": simulator.url}
    )
    assert result["step_id"] == "meters"
    shown = result["description_placeholders"]
    assert shown["electricity"].startswith("…4821 · 20")
    assert shown["gas"].startswith("…1284 · 20")

    result = await fill(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "PowerShaper Monitor"
    assert result["data"] == {
        "service": "powershaper",
        "url": simulator.url,
        "token": world.token,
    }
    assert result["result"].unique_id == f"powershaper:{CONSENT}"


async def test_a_home_without_gas_shows_none(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    del world.meters[CONSENT, "gas"]
    result = await choose(hass, "powershaper")
    result = await fill(
        hass, result, token=world.token, advanced={"url": simulator.url}
    )
    assert result["description_placeholders"]["gas"] == "–"


@pytest.mark.parametrize(("kind", "words"), SERVER_TROUBLE)
async def test_a_token_can_be_sent_again_when_the_service_fails(
    hass: HomeAssistant,
    world: World,
    simulator: Simulator,
    kind: type[ServiceError],
    words: str,
) -> None:
    typed = {"token": world.token, "advanced": {"url": simulator.url}}
    result = await choose(hass, "powershaper")
    with failing("powershaper", "meters", kind):
        result = await fill(hass, result, **typed)
    assert result["errors"] == {"base": words}
    assert typed_before(result) == {"token": world.token, "url": simulator.url}
    result = await fill(hass, result, **typed)
    assert result["step_id"] == "meters"


@pytest.mark.parametrize(
    ("token", "url", "words"),
    [
        ("wrong", None, "invalid_auth"),
        ("", None, "invalid_auth"),
        ("two words", None, "invalid_auth"),
        ("wrong", "ftp://somewhere", "invalid_url"),
        ("wrong", UNREACHABLE, "cannot_connect"),
    ],
)
async def test_a_wrong_token_or_address_can_be_put_right(
    hass: HomeAssistant,
    *,
    world: World,
    simulator: Simulator,
    token: str,
    url: str | None,
    words: str,
) -> None:
    result = await choose(hass, "powershaper")
    result = await fill(
        hass, result, token=token, advanced={"url": url or simulator.url}
    )
    assert result["errors"] == {"base": words}
    folded = result["data_schema"].schema["advanced"].options["collapsed"]
    assert folded is False

    result = await fill(
        hass, result, token=world.token, advanced={"url": simulator.url}
    )
    result = await fill(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_account_without_meters_says_so(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    meters = dict(world.meters)
    world.meters.clear()
    result = await choose(hass, "powershaper")
    typed = {"token": world.token, "advanced": {"url": simulator.url}}
    result = await fill(hass, result, **typed)
    assert result["errors"] == {"base": "no_meters"}

    world.meters |= meters
    result = await fill(hass, result, **typed)
    assert result["step_id"] == "meters"


async def test_an_account_is_set_up_only_once(
    hass: HomeAssistant, world: World, simulator: Simulator
) -> None:
    account_entry(simulator.url, "older token", CONSENT).add_to_hass(hass)
    result = await choose(hass, "powershaper")
    result = await fill(
        hass, result, token=world.token, advanced={"url": simulator.url}
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


# What an entry offers


@pytest.mark.parametrize(
    ("entry", "subentries"),
    [
        (server_entry("http://127.0.0.1"), {"system"}),
        (account_entry("http://127.0.0.1", "token", CONSENT), set()),
    ],
)
def test_a_server_takes_heat_pumps_and_both_have_options(
    entry: MockConfigEntry, subentries: set[str]
) -> None:
    flow = HeatPumpInsightConfigFlow
    assert set(flow.async_get_supported_subentry_types(entry)) == subentries
    assert flow.async_supports_options_flow(entry)


async def test_no_secret_is_logged(
    hass: HomeAssistant,
    world: World,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", logger="custom_components.heatpump_insight")
    add_private_systems(world, 360)
    result = await find_on(hass, simulator.url, "account")
    with failing("heatpumpmonitor", "sign_in", CannotConnect):
        await fill(hass, result, username=OWNER, password="keeps-warm")
    result = await fill(hass, result, username=OWNER, password="keeps-warm")
    await fill(hass, result)
    result = await choose(hass, "powershaper")
    typed = {"token": world.token, "advanced": {"url": simulator.url}}
    result = await fill(hass, result, **typed)
    await fill(hass, result)
    for secret in ("keeps-warm", OWNER_KEY, world.token, CONSENT, "4821"):
        # Four digits may stand by chance inside of a longer number.
        alone = rf"(?<![0-9.]){re.escape(secret)}(?![0-9])"
        assert not re.search(alone, caplog.text)
