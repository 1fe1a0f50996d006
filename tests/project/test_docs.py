"""The pages tell of everything that there is, of nothing else, and lead somewhere."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.api import heatpumpmonitor, powershaper
from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.identity import meter_key, system_key
from custom_components.heatpump_insight.own_entities import COP_KEYS
from custom_components.heatpump_insight.sensor import METER_SENSORS
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_list_statistic_ids
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import ATTR_ATTRIBUTION, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util.yaml import load_yaml_dict
from tests.household import heat_pump_entry, meters_entry, pass_time, set_up, show_all
from tests.joined import NIGHT_RATE, consents
from tests.simulator import Simulator, World

from .pages import (
    Page,
    Table,
    link_complaints,
    picture_complaints,
    plain,
    row_complaints,
)
from .source import Scope, descriptions, read_package
from .test_words import INTEGRATION, PACKAGE, WORDS, read_actions

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [Page(path) for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"))]
ENTITIES, INSTALL, AUTOMATIONS, STATISTICS, TROUBLE, PRIVACY, ACTIONS = (
    Page(DOCS / f"{name}.md")
    for name in (
        "entities",
        "install",
        "automations",
        "statistics",
        "troubleshooting",
        "privacy",
        "actions",
    )
)
BLUEPRINTS = ROOT / "blueprints" / "automation" / DOMAIN
HEAT_PUMP, METER = "Heat pump", "Meter"
NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
# What Home Assistant itself shows beside a state.
USUAL_ATTRIBUTES = {
    "device_class",
    "friendly_name",
    "icon",
    "max",
    "min",
    "mode",
    "options",
    "state_class",
    "step",
    "unit_of_measurement",
}

type Entity = tuple[Platform, EntityDescription]


@pytest.fixture(scope="module")
def integration() -> Scope:
    """Return the source of the integration."""
    return read_package(INTEGRATION, PACKAGE)


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=3, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def household(
    hass: HomeAssistant,
    home_assistant: None,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> tuple[MockConfigEntry, ...]:
    """Set up a heat pump that is linked with a meter, and prices of all that is metered."""
    consent = consents(simulator.world)[0]
    prices = {"electricity_price": NIGHT_RATE, "gas_price": NIGHT_RATE}
    entries = (
        meters_entry(simulator, options={"meters": {meter_key(consent): prices}}),
        heat_pump_entry(simulator, meters={204: consent}),
    )
    for entry in entries:
        await set_up(hass, entry)
    for entry in entries:
        await show_all(hass, entry)
    # What both make together is looked at soon after their news.
    await pass_time(hass, freezer, 60)
    return entries


def entities(scope: Scope) -> dict[str, dict[str, Entity]]:
    """Return the entities of heat pumps and of meters by their keys."""
    meters = {id(each) for each in METER_SENSORS}
    found: dict[str, dict[str, Entity]] = {HEAT_PUMP: {}, METER: {}}
    for module in scope.modules:
        if module.name in {*Platform}:
            platform = Platform(module.name)
            for each in descriptions(module):
                owner = METER if id(each) in meters else HEAT_PUMP
                found[owner][each.key] = platform, each
    return found


def words_of(entity: Entity) -> Mapping[str, Any]:
    """Return the words of an entity."""
    platform, description = entity
    words: Mapping[str, Any] = WORDS["entity"][platform][description.translation_key]
    return words


def unit_of(entity: Entity) -> str:
    """Return what the page tells as the unit of an entity, or as its states."""
    platform, description = entity
    words = words_of(entity)
    own = getattr(description, "native_unit_of_measurement", None)
    if platform is Platform.BINARY_SENSOR:
        states = words.get("state", {"on": "Problem", "off": "OK"})
        return f"{states['on']} or {states['off']}"
    if platform is Platform.SELECT:
        return "a choice"
    # Whoever has installed the monitor chose its unit.
    if description.key == "flow_rate":
        return "that of its feed"
    if own or "unit_of_measurement" in words:
        return str(own or words["unit_of_measurement"])
    if "state" in words:
        return "a word"
    kinds: dict[str | None, str] = {
        SensorDeviceClass.MONETARY: "your currency",
        SensorDeviceClass.DATE: "a date",
        SensorDeviceClass.TIMESTAMP: "a time",
    }
    return kinds.get(description.device_class, "–")


def known_of(entity: Entity) -> dict[str, str]:
    """Return what the row of an entity has to tell."""
    on = entity[1].entity_registry_enabled_default
    return {
        "Entity": words_of(entity)["name"],
        "Unit": unit_of(entity),
        "On at first": "yes" if on else "no",
    }


def tables_below(page: Page, heading: str, *columns: str) -> Iterator[Table]:
    """Yield the tables of a page below a heading whose columns begin so."""
    for table in page.tables:
        if heading in table.headings and table.columns[: len(columns)] == columns:
            yield table


def accept(complaints: Iterable[str]) -> None:
    """Fail with all complaints, so that whoever adds something sees what to write."""
    found = list(complaints)
    assert not found, "\n".join(found)


def short(text: str) -> str:
    """Return a text with its placeholders as an ellipsis."""
    return re.sub(r"\{\w+\}", "…", text)


@pytest.mark.parametrize("owner", [HEAT_PUMP, METER])
def test_every_entity_is_told_once_with_its_unit_and_whether_it_is_on(
    integration: Scope, owner: str
) -> None:
    there = entities(integration)[owner]
    assert len(there) > 10
    columns = ("Entity", "Key", "What it is", "Unit", "On at first", "There when")
    rows = [
        row for table in tables_below(ENTITIES, owner, *columns) for row in table.rows
    ]
    accept(row_complaints(there, [row["Key"] for row in rows]))
    accept(
        f"{row['Key']} has {row[column]!r} as {column}, and not {known!r}"
        for row in rows
        for column, known in known_of(there[row["Key"]]).items()
        if row[column] != known
    )
    assert all(row["What it is"] and row["There when"] for row in rows)


def told_attributes() -> list[tuple[str, str]]:
    """Return each attribute of a heat pump's entities that the page tells."""
    table = ENTITIES.table("Entity", "Attribute")
    return [
        (name, attribute)
        for row in table.rows
        for name in row["Entity"].split(", ")
        for attribute in row["Attribute"].split(", ")
    ]


def test_every_attribute_that_has_a_name_is_told_once(integration: Scope) -> None:
    there = entities(integration)
    named = {
        (words_of(entity)["name"], attribute)
        for entity in there[HEAT_PUMP].values()
        for attribute in words_of(entity).get("state_attributes", {})
    }
    told = told_attributes()
    assert len(told) == len(set(told))
    assert named - set(told) == set()
    names = {words_of(entity)["name"] for entity in there[HEAT_PUMP].values()}
    assert {name for name, _ in told} - names == set()
    others = {each for _, each in set(told) - named} - {ATTR_ATTRIBUTION}
    assert integration.unwritten(others) == []
    assert not any(
        "state_attributes" in words_of(entity) for entity in there[METER].values()
    )


async def test_every_attribute_that_is_shown_is_told(
    hass: HomeAssistant, household: tuple[MockConfigEntry, ...]
) -> None:
    registry = er.async_get(hass)
    shown = {
        (own.original_name, attribute)
        for entry in household
        for own in er.async_entries_for_config_entry(registry, entry.entry_id)
        if (state := hass.states.get(own.entity_id))
        for attribute in state.attributes.keys() - USUAL_ATTRIBUTES
    }
    assert ("Cost yesterday", "days_of_data") in shown
    assert shown - set(told_attributes()) == set()


async def test_every_statistic_is_told_once_with_its_kind_and_its_unit(
    hass: HomeAssistant,
    simulator: Simulator,
    household: tuple[MockConfigEntry, ...],
) -> None:
    there = {
        each["statistic_id"]: (
            "mean" if each["mean_type"] is StatisticMeanType.ARITHMETIC else "sum",
            each["statistics_unit_of_measurement"] or "–",
        )
        for each in await async_list_statistic_ids(hass)
        if each["source"] == DOMAIN
    }
    consent = consents(simulator.world)[0]
    # The account has a second home, whose meters have no price.
    of_home = {
        statistic: told
        for statistic, told in there.items()
        if ":system_" in statistic or meter_key(consent) in statistic
    }
    ids = {
        "system_<id>": system_key(simulator.url, 204),
        "meter_<consent>": meter_key(consent),
    }
    rows = []
    for row in STATISTICS.table("Statistic", "What it is", "Kind", "Unit").rows:
        statistic = row["Statistic"]
        for written, real in ids.items():
            statistic = statistic.replace(written, real)
        unit = row["Unit"].replace("your currency", hass.config.currency)
        rows.append((statistic, (row["Kind"], unit)))
    accept(row_complaints(of_home, [statistic for statistic, _ in rows]))
    assert dict(rows) == of_home


def test_every_action_is_told_once() -> None:
    actions = read_actions("services")
    accept(row_complaints(actions, ACTIONS.table("Action").column("Action")))


@pytest.mark.parametrize(
    ("kind", "column"), [("triggers", "Trigger"), ("conditions", "Condition")]
)
def test_every_trigger_and_condition_is_told_once_by_its_name(
    kind: str, column: str
) -> None:
    table = AUTOMATIONS.table(column, "In YAML")
    declared = {f"{DOMAIN}.{name}": name for name in read_actions(kind)}
    accept(row_complaints(declared, table.column("In YAML")))
    for row in table.rows:
        assert row[column] == WORDS[kind][declared[row["In YAML"]]]["name"]


def test_every_field_of_triggers_and_conditions_is_told_once() -> None:
    fields = {
        f"{field['name']}: {key}"
        for kind in ("triggers", "conditions")
        for words in WORDS[kind].values()
        for key, field in words.get("fields", {}).items()
    }
    rows = AUTOMATIONS.table("Field", "In YAML").rows
    told = [f"{row['Field']}: {row['In YAML']}" for row in rows]
    accept(row_complaints(fields, told))
    (period,) = [row["Meaning"] for row in rows if row["In YAML"] == "window"]
    assert [key for key in COP_KEYS if key not in period] == []


def test_every_blueprint_is_told_once_with_what_is_filled_in() -> None:
    there = [
        load_yaml_dict(path)["blueprint"] for path in sorted(BLUEPRINTS.glob("*.yaml"))
    ]
    rows = {
        row["Blueprint"].removesuffix(" (import)"): row["What you fill in"]
        for row in AUTOMATIONS.table("Blueprint").rows
    }
    accept(row_complaints([each["name"] for each in there], list(rows)))
    assert len(AUTOMATIONS.table("Blueprint").rows) == len(rows)
    for each in there:
        inputs = ", ".join(field["name"] for field in each["input"].values())
        assert rows[each["name"]] == inputs


def test_every_option_is_told_once() -> None:
    steps = WORDS["options"]["step"]
    account = {*steps["home"]["menu_options"].values()}
    server = {
        option
        for step in ("system", "linked_system")
        for option in steps[step]["menu_options"].values()
    }
    expected = {
        *(f"PowerShaper Monitor, for each home: {option}" for option in account),
        *(f"HeatpumpMonitor.org, for each heat pump: {option}" for option in server),
    }
    rows = INSTALL.table("Entry", "Option").rows
    told = [f"{row['Entry']}: {row['Option']}" for row in rows]
    accept(row_complaints(expected, told))


def test_every_kind_of_price_is_told_once() -> None:
    kinds = WORDS["options"]["step"]["add_price"]["menu_options"].values()
    accept(row_complaints(kinds, INSTALL.table("Kind").column("Kind")))


def test_every_field_of_the_forms_is_told_once() -> None:
    flows = {
        "set-up": [WORDS["config"], WORDS["config_subentries"]["system"]],
        "options": [WORDS["options"]],
    }
    tables = tables_below(INSTALL, "What the forms ask", "Field")
    for blocks, table in zip(flows.values(), tables, strict=True):
        fields = {
            name
            for block in blocks
            for step in block["step"].values()
            for part in (step, *step.get("sections", {}).values())
            for name in part.get("data", {}).values()
        }
        accept(row_complaints(fields, table.column("Field")))


def test_every_repair_is_told_once_by_its_title_and_whether_it_can_be_submitted() -> (
    None
):
    rows = TROUBLE.table("Repair", "Key").rows
    issues = WORDS["issues"]
    accept(row_complaints(issues, [row["Key"] for row in rows]))
    for row in rows:
        issue = issues[row["Key"]]
        assert row["Repair"] == short(issue["title"])
        # A form is submitted; of a menu the first item is what settles the issue.
        steps = issue.get("fix_flow", {}).get("step", {}).values()
        wanted = {
            next(iter(step.get("menu_options", {"": "Submit"}).values()))
            for step in steps
        }
        assert [each for each in wanted if each not in row["What to do"]] == []
        assert ("Submit" in row["What to do"]) == ("Submit" in wanted)


@pytest.mark.parametrize(
    ("heading", "messages"),
    [
        (
            "Messages when setting up",
            WORDS["config"]["error"] | WORDS["config_subentries"]["system"]["error"],
        ),
        ("Messages of the options", WORDS["options"]["error"]),
        (
            "Messages of actions, and of what could not be updated",
            {key: text["message"] for key, text in WORDS["exceptions"].items()},
        ),
    ],
)
def test_every_message_is_told_once_as_it_begins(
    heading: str, messages: dict[str, str]
) -> None:
    rows = TROUBLE.table("Message", "Key", below=heading).rows
    accept(row_complaints(messages, [row["Key"] for row in rows]))
    for row in rows:
        message = plain(short(messages[row["Key"]]))
        assert message.startswith(row["Message"]), message


def test_the_hosts_that_are_asked_are_told_once() -> None:
    hosts = {
        url.removeprefix("https://")
        for url in (heatpumpmonitor.DEFAULT_URL, powershaper.DEFAULT_URL)
    }
    accept(row_complaints(hosts, PRIVACY.table("Host").column("Host")))


async def test_nothing_is_asked_that_the_page_does_not_tell(
    simulator: Simulator, household: tuple[MockConfigEntry, ...]
) -> None:
    cells = PRIVACY.table("Service", "What", "Path").column("Path")
    told = {path for cell in cells for path in cell.split(", ")}
    asked = {request.path for request in simulator.requests}
    assert len(asked) > 8

    def told_of(path: str) -> str | None:
        return (
            path
            if path in told
            else next(
                (each for each in told if each.endswith("/") and path.startswith(each)),
                None,
            )
        )

    assert [path for path in asked if told_of(path) is None] == []
    # Only who chooses to sign in sends these.
    signing_in = {"/user/login.json", "/system/list/user.json"}
    assert told - {told_of(path) for path in asked} == signing_in


def test_every_page_is_linked_from_the_first_one() -> None:
    linked = {
        (ROOT / link.partition("#")[0]).resolve()
        for link in Page(ROOT / "README.md").links
    }
    assert [path.name for path in DOCS.glob("*.md") if path not in linked] == []


def test_every_link_leads_somewhere() -> None:
    accept(complaint for page in PAGES for complaint in link_complaints(page))


def test_every_picture_is_there_and_has_words() -> None:
    accept(complaint for page in PAGES for complaint in picture_complaints(page))


def test_no_picture_is_left_over() -> None:
    shown = {
        (page.path.parent / target).resolve()
        for page in PAGES
        for target in page.pictures
    }
    assert set((DOCS / "pictures").iterdir()) - shown == set()


BROKEN = """
# A page

## What it `is.not`

| Name | Kind |
|---|---|
| *One* | [a](page.md) |
| `Two` | b \\| c |

### What it `is.not`

[top](#a-page) [again](#what-it-isnot-1) [there](https://x.org) [lost](lost.md#top)
[nowhere](#nowhere) [itself](page.md#what-it-isnot) ![a picture](lost.png) ![](page.md)

```yaml
| No | Table |
[no](link.md)
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """Return a page with a table, and with links of which some lead nowhere."""
    path = tmp_path / "page.md"
    path.write_text(BROKEN)
    return Page(path)


def test_a_link_that_leads_nowhere_is_refused(page: Page) -> None:
    assert list(link_complaints(page)) == [
        "page.md links to lost.md#top, which is not there",
        "page.md links to #nowhere, and there is no such heading",
    ]


def test_a_picture_that_is_not_there_or_has_no_words_is_refused(page: Page) -> None:
    assert list(picture_complaints(page)) == [
        "page.md shows lost.png, which is not there",
        "page.md has no words for page.md",
    ]


def test_a_table_is_read_as_plain_words_with_the_headings_above_it(page: Page) -> None:
    (table,) = page.tables
    assert table.headings == ("A page", "What it is.not")
    assert table.rows == (
        {"Name": "One", "Kind": "a"},
        {"Name": "Two", "Kind": "b | c"},
    )
    assert page.table("Name") is table


def test_a_row_that_is_missing_left_over_or_there_twice_is_refused() -> None:
    complaints = partial(row_complaints, {"one", "two"})
    assert list(complaints(["one", "two"])) == []
    assert list(complaints(["one", "three", "one"])) == [
        "two has no row",
        "three has a row and is not there",
        "one has 2 rows",
    ]
