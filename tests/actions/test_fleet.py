"""The league table of the published systems."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.json import json_bytes
from tests.flows import server_entry
from tests.household import set_up
from tests.simulator import DatabaseDown, QuotaSpent, Simulator, World
from tests.simulator.fleet import Fleet

from .calling import act, read_csv, refusal
from .conftest import NOW

pytestmark = [
    pytest.mark.usefixtures("home_assistant"),
    pytest.mark.usefixtures("systems"),
]

LIST = "/system/list/public.json"


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with a fleet of 300."""
    freezer.move_to(NOW)
    world = World.small(days=14, now=lambda: datetime.now(UTC).timestamp())
    world.fleet = Fleet(300, seed=world.seed)
    return world


def all_at_once(simulator: Simulator, path: str) -> int:
    """Return how often a path was asked for all systems at once."""
    return sum(
        request.path == path and "id" not in request.query
        for request in simulator.requests
    )


def public(world: World) -> dict[int, Any]:
    """Return every public system with its window of 90 days, as the world has them."""
    return {
        system.id: (system, row)
        for system in world.all_systems().values()
        if system.public and (row := world.statistics.window(system, "last90"))
    }


async def test_the_table_holds_every_published_system_by_its_cop(
    hass: HomeAssistant, world: World
) -> None:
    answer = await act(hass, "get_fleet")
    assert list(answer) == ["systems"]
    rows = answer["systems"]
    true = public(world)
    assert len(true) == 301
    assert {row["system_id"] for row in rows} == true.keys()
    cops = [row["cop"] for row in rows]
    assert cops == sorted(cops, reverse=True)
    assert rows[0]["rank"] == 1
    for row in rows:
        system, figures = true[row["system_id"]]
        said = system.columns()
        assert row["place"] == said["location"]
        assert row["model"] == said["hp_model"]
        assert row["output_kw"] == said["hp_output"]
        assert row["cop"] == pytest.approx(
            figures["combined_heat_kwh"] / figures["combined_elec_kwh"], abs=1e-3
        )
        assert row["days"] == pytest.approx(
            figures["combined_data_length"] / 86_400, abs=1e-3
        )
        assert row["flow_temperature"] == pytest.approx(
            figures["weighted_flowT"], abs=1e-3
        )
        boundary = said["metering_boundary_code"]
        assert row["boundary"] == (f"H{boundary}" if boundary else None)
    assert len(json_bytes(answer)) / 301 * 1000 < 1_000_000


async def test_the_table_may_be_narrowed_and_cut(
    hass: HomeAssistant, world: World
) -> None:
    answer = await act(
        hass,
        "get_fleet",
        window=90,
        sort_by="flow_temperature",
        descending=False,
        type="air_source",
        maker="norrvind",
        min_days=72,
        trusted_only=True,
        limit=10,
    )
    wanted = sorted(
        row["weighted_flowT"]
        for system, row in public(world).values()
        if (said := system.columns())["hp_type"] == "Air Source"
        and said["hp_manufacturer"] == "Norrvind"
        and row["combined_data_length"] > 72 * 86_400
        and said["mid_metering"]
        and said["metering_boundary_code"] == 4
        and row["combined_prc_carnot"] < 75
    )
    assert len(wanted) > 30
    assert [row["flow_temperature"] for row in answer["systems"]] == pytest.approx(
        wanted[:10], abs=1e-3
    )
    assert [row["rank"] for row in answer["systems"]] == list(range(1, 11))
    assert {row["trusted"] for row in answer["systems"]} == {True}


async def test_a_card_that_asks_again_and_again_asks_the_service_once_an_hour(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    answers = await asyncio.gather(*(act(hass, "get_fleet") for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    stats = "/system/stats/last90"
    assert (all_at_once(simulator, LIST), all_at_once(simulator, stats)) == (1, 1)
    # Another window needs its own statistics alone.
    await act(hass, "get_fleet", window="365")
    assert (
        all_at_once(simulator, LIST),
        all_at_once(simulator, "/system/stats/last365"),
    ) == (1, 1)
    freezer.tick(3599)
    await act(hass, "get_fleet")
    assert (all_at_once(simulator, LIST), all_at_once(simulator, stats)) == (1, 1)
    freezer.tick(2)
    await act(hass, "get_fleet")
    assert (all_at_once(simulator, LIST), all_at_once(simulator, stats)) == (2, 2)


async def test_a_failure_holds_for_a_minute_and_is_not_remembered_longer(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    simulator.faults.add(DatabaseDown(path_contains=LIST, count=1))
    for _ in range(3):
        key, _ = await refusal(hass, "get_fleet", HomeAssistantError)
        assert key == "unexpected_answer"
    assert all_at_once(simulator, LIST) == 1
    freezer.tick(61)
    assert len((await act(hass, "get_fleet"))["systems"]) == 301


async def test_a_service_that_asks_for_patience_is_given_it(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    simulator.faults.add(
        QuotaSpent(path_contains=LIST, status=429, retry_after=900, count=1)
    )
    key, _ = await refusal(hass, "get_fleet", HomeAssistantError)
    assert key == "quota"
    freezer.tick(890)
    key, _ = await refusal(hass, "get_fleet", HomeAssistantError)
    assert (key, all_at_once(simulator, LIST)) == ("quota", 1)
    freezer.tick(20)
    await act(hass, "get_fleet")
    assert all_at_once(simulator, LIST) == 2


async def test_a_csv_holds_the_same_rows(hass: HomeAssistant) -> None:
    answer = await act(hass, "get_fleet", limit=20)
    lines = await read_csv(hass, "get_fleet", limit=20)
    assert lines[0] == list(answer["systems"][0])
    assert lines[1:] == [
        ["" if cell is None else str(cell) for cell in row.values()]
        for row in answer["systems"]
    ]
    # Many places hold a comma.
    assert any("," in row["place"] for row in answer["systems"])


async def test_what_others_wrote_is_no_formula_in_a_spreadsheet(
    hass: HomeAssistant, world: World
) -> None:
    known = world.systems[204]
    world.systems[204] = replace(
        known, metadata={**known.metadata, "location": '=HYPERLINK("x")'}
    )
    lines = await read_csv(hass, "get_fleet")
    assert next(line for line in lines if line[1] == "204")[2] == '\'=HYPERLINK("x")'
    answer = await act(hass, "get_fleet")
    row = next(each for each in answer["systems"] if each["system_id"] == 204)
    assert row["place"] == '=HYPERLINK("x")'


async def test_the_entry_of_a_server_may_be_named(
    hass: HomeAssistant, systems: MockConfigEntry
) -> None:
    answer = await act(hass, "get_fleet", config_entry_id=systems.entry_id)
    assert len(answer["systems"]) == 301


async def test_of_several_servers_one_is_to_be_named(
    hass: HomeAssistant, simulator: Simulator, systems: MockConfigEntry
) -> None:
    await set_up(hass, server_entry(simulator.url.replace("127.0.0.1", "localhost")))
    key, _ = await refusal(hass, "get_fleet")
    assert key == "which_server"
    answer = await act(hass, "get_fleet", config_entry_id=systems.entry_id)
    assert len(answer["systems"]) == 301


async def test_the_entry_of_meters_is_no_server(
    hass: HomeAssistant, meters: MockConfigEntry
) -> None:
    key, _ = await refusal(hass, "get_fleet", config_entry_id=meters.entry_id)
    assert key == "no_server"


async def test_without_a_server_there_is_no_table(
    hass: HomeAssistant, systems: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(systems.entry_id)
    key, _ = await refusal(hass, "get_fleet")
    assert key == "no_server"
    with pytest.raises(ServiceValidationError):
        await act(hass, "get_fleet", config_entry_id=systems.entry_id)
    with pytest.raises(ServiceValidationError):
        await act(hass, "get_fleet", config_entry_id="of nobody")
