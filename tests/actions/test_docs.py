"""Every example in the page of the actions is a valid call, and answers what it says."""

from datetime import UTC, date, datetime
from pathlib import Path
import re
from statistics import fmean
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.core import Context, CoreState, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from tests.project.test_words import read_actions
from tests.simulator import World
from tests.simulator.fleet import Fleet
from tests.simulator.times import midnight

from .calling import act

pytestmark = pytest.mark.usefixtures("home_assistant")

PAGE = (Path(__file__).parents[2] / "docs" / "actions.md").read_text(encoding="utf-8")
HEAT_PUMP = "0123456789abcdef0123456789abcdef"
METER = "fedcba9876543210fedcba9876543210"
DECLARED = read_actions("services")

type Example = tuple[dict[str, Any], dict[str, Any]]


def examples(page: str = PAGE) -> list[Example]:
    """Return each call of a page with the answer that follows it."""
    blocks: list[Any] = [
        parse_yaml(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    ]
    calls, answers = blocks[::2], blocks[1::2]
    assert all({"action", "sequence"} & {*call} for call in calls)
    return list(zip(calls, answers, strict=True))


def below(heading: str) -> str:
    """Return what stands below a heading, up to the next one."""
    _, _, rest = PAGE.partition(f"# {heading}\n")
    return re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]


def action_of(example: Example) -> str:
    """Return the action of an example."""
    call, _ = example
    name: str = call.get("sequence", [call])[0]["action"]
    return name.removeprefix(f"{DOMAIN}.")


EXAMPLES = examples()


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world that has seen the days of the examples."""
    freezer.move_to(datetime(2026, 8, 6, 9, 20, tzinfo=UTC))
    world = World.small(days=220, now=lambda: datetime.now(UTC).timestamp())
    world.fleet = Fleet(300, seed=world.seed)
    return world


def shape(value: Any) -> Any:
    """Return the names and the kinds of what is in an answer; of a list its first."""
    match value:
        case dict():
            return {name: shape(each) for name, each in value.items()}
        case list():
            return [shape(each) for each in value[:1]]
        case str():
            return str
        case bool() | None:
            return type(value)
    return float


def alike(found: Any, documented: Any) -> bool:
    """Tell whether two shapes are the same, where either may not know a figure."""
    if isinstance(found, dict) and isinstance(documented, dict):
        return found.keys() == documented.keys() and all(
            alike(found[name], documented[name]) for name in found
        )
    if isinstance(found, list) and isinstance(documented, list):
        return len(found) == len(documented) and all(
            alike(*pair) for pair in zip(found, documented, strict=True)
        )
    return found == documented or type(None) in (found, documented)


async def run(hass: HomeAssistant, call: dict[str, Any], ids: dict[str, str]) -> Any:
    """Run an example as Home Assistant runs a script, and return what it answers."""
    call = _with(call, ids)
    steps = call.get("sequence", [call])
    script = Script(hass, cv.SCRIPT_SCHEMA(steps), "an example", DOMAIN, top_level=True)
    result = await script.async_run(context=Context())
    assert result is not None
    if "sequence" in call:
        return result.service_response
    return result.variables[call["response_variable"]]


def _with(value: Any, ids: dict[str, str]) -> Any:
    """Return an example with the real ids of the devices."""
    match value:
        case dict():
            return {name: _with(each, ids) for name, each in value.items()}
        case list():
            return [_with(each, ids) for each in value]
        case str():
            return ids.get(value, value)
    return value


@pytest.mark.parametrize("example", EXAMPLES, ids=action_of)
async def test_an_example_answers_what_it_says(
    hass: HomeAssistant,
    systems: MockConfigEntry,
    heat_pump: str,
    electricity: str,
    example: Example,
) -> None:
    call, answer = example
    hass.set_state(CoreState.running)
    ids = {HEAT_PUMP: heat_pump, METER: electricity}
    if action_of(example) == "get_report":
        for written, real in ids.items():
            if written in str(call):
                await act(hass, "import_history", device_id=real)
    if action_of(example).endswith("energy_dashboard"):
        assert await async_setup_component(hass, "energy", {})
        for real in ids.values():
            await act(hass, "import_history", device_id=real, start_date="2026-08-01")
    if action_of(example) == "remove_from_energy_dashboard":
        await act(hass, "add_to_energy_dashboard")
    found = await run(hass, call, ids)
    assert alike(shape(found), shape(answer)), found


@pytest.mark.parametrize("action", DECLARED)
def test_every_action_is_told_with_all_its_fields(action: str) -> None:
    part = below(f"{DOMAIN}.{action}")
    table, _, _ = part.partition("```yaml")
    table, _, _ = table.partition("| Feed |")
    told = {
        field
        for line in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for field in re.findall(r"`(\w+)`", line)
    }
    assert told == {*DECLARED[action]["fields"]}
    assert examples(part)


def test_every_feed_is_told() -> None:
    _, _, table = below(f"{DOMAIN}.get_timeseries").partition("| Feed |")
    told = {
        feed
        for line in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for feed in re.findall(r"`(\w+)`", line)
    }
    field = DECLARED["get_timeseries"]["fields"]["feeds"]
    assert told == {*field["selector"]["select"]["options"]}


async def test_the_first_week_of_june_has_all_its_half_hours(
    hass: HomeAssistant, world: World, electricity: str
) -> None:
    [(call, _)] = examples(below("The half-hours of the first week of June"))
    found = (await run(hass, call, {METER: electricity}))["usage"]
    true = world.truth.meter_half_hours(
        min(world.tokens[world.token]),
        "electricity",
        midnight(date(2026, 6, 1)),
        midnight(date(2026, 6, 8)),
    )
    assert len(found) == 7 * 48
    assert [row["energy_kwh"] for row in found] == pytest.approx(
        [half.energy_kwh for half in true], abs=1e-6
    )


async def test_january_and_july_stand_beside_each_other(
    hass: HomeAssistant, world: World, electricity: str
) -> None:
    [(call, _)] = examples(below("January's average day beside July's"))
    found = (await run(hass, call, {METER: electricity}))["average_days"]
    assert len(found) == 48
    for month, name in ((1, "january_kwh"), (7, "july_kwh")):
        true = world.truth.meter_half_hours(
            min(world.tokens[world.token]),
            "electricity",
            midnight(date(2026, month, 1)),
            midnight(date(2026, month + 1, 1)),
        )
        for n, row in enumerate(found):
            assert row["time_of_day"] == f"{n // 2:02}:{n % 2 * 30:02}:00"
            assert row[name] == pytest.approx(
                fmean(half.energy_kwh for half in true[n::48]), abs=1e-6
            )


async def test_the_league_table_of_90_days_tells_who_is_first_and_with_what(
    hass: HomeAssistant, world: World, systems: MockConfigEntry
) -> None:
    [(call, _)] = examples(below("The league table of the last 90 days"))
    found = (await run(hass, call, {}))["systems"]
    assert world.fleet is not None
    # As many rows as have enough days, and all that is to be known of the first.
    assert 100 < len(found) < 301
    first = found[0]
    system = world.all_systems()[first["system_id"]]
    row = world.statistics.window(system, "last90")
    assert row is not None
    assert first["place"] == system.columns()["location"]
    assert first["model"] == system.columns()["hp_model"]
    assert first["output_kw"] == system.columns()["hp_output"]
    assert first["cop"] == pytest.approx(row["combined_cop"], abs=1e-3)
    assert first["flow_temperature"] == pytest.approx(row["weighted_flowT"], abs=1e-3)
    assert first["outside_temperature"] == pytest.approx(
        row["weighted_outsideT"], abs=1e-3
    )
    assert first["days"] == 90
    assert [each["cop"] for each in found] == sorted(
        (each["cop"] for each in found), reverse=True
    )
