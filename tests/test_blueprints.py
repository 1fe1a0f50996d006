"""Each blueprint is loaded by Home Assistant and does what it says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
import shutil
from typing import Any
from urllib.parse import quote

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.core import (
    CoreState,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict

from .automating import device_of, set_up_automation
from .household import heat_pump_entry, pass_time, set_up, shown
from .simulator import Simulator, World
from .simulator.data_faults import MonitorDark

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "blueprints" / "automation" / "heatpump_insight"
BLUEPRINTS = sorted(path.name for path in FOLDER.iterdir())
REPOSITORY = "https://github.com/heat-pump-insight/heat-pump-insight"
# A Thursday.
NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
BELOW = "binary_sensor.heat_pump_204_cop_below_target"
MONITORING = "binary_sensor.heat_pump_204_monitoring"

pytestmark = pytest.mark.usefixtures("home_assistant")

type Answer = Callable[[ServiceCall], ServiceResponse]


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some weeks of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=20, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def blueprints(
    hass: HomeAssistant,
    home_assistant: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[None]:
    """Put the blueprints where Home Assistant looks for what was imported."""
    place = tmp_path / "blueprints" / "automation" / "heatpump_insight"
    shutil.copytree(FOLDER, place)
    monkeypatch.setattr(hass.config, "config_dir", str(tmp_path))
    await hass.config.async_set_time_zone("Europe/London")
    yield
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )


@pytest.fixture
async def heat_pump(
    hass: HomeAssistant, blueprints: None, simulator: Simulator
) -> MockConfigEntry:
    """Return the entry of the heat pump, set up."""
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    return entry


async def use(hass: HomeAssistant, name: str, inputs: Mapping[str, Any]) -> None:
    """Set up an automation of a blueprint."""
    path = f"heatpump_insight/{name}.yaml"
    await set_up_automation(hass, {"use_blueprint": {"path": path, "input": inputs}})


def stand_in(hass: HomeAssistant, action: str, answer: Answer) -> list[ServiceCall]:
    """Answer an action of the integration, and return the calls of it."""
    calls = []

    async def respond(call: ServiceCall) -> ServiceResponse:
        calls.append(call)
        return answer(call)

    hass.services.async_register(
        DOMAIN, action, respond, supports_response=SupportsResponse.ONLY
    )
    return calls


def said(calls: list[ServiceCall]) -> list[str]:
    """Return the messages of some notifications."""
    return [call.data["message"] for call in calls]


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_a_blueprint_says_where_it_is_from_and_the_page_offers_it(name: str) -> None:
    place = f"blob/main/blueprints/automation/heatpump_insight/{name}"
    url = f"{REPOSITORY}/{place}"
    blueprint = load_yaml_dict(FOLDER / name)["blueprint"]
    assert blueprint["source_url"] == url
    assert blueprint["homeassistant"]["min_version"] == "2026.10.0"
    link = f"https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={quote(url, safe='')}"
    assert link in (ROOT / "docs" / "automations.md").read_text(encoding="utf-8")


async def test_a_cop_below_its_target_is_told_once_after_the_days(
    hass: HomeAssistant, heat_pump: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    told = async_mock_service(hass, "persistent_notification", "create")
    await use(hass, "cop_below_target", {"below_target": BELOW, "days": 2})
    await set_target(hass, 8.0)
    assert shown(hass, BELOW) == "on"
    await pass_time(hass, freezer, DAY)
    await at_eight(hass, freezer)
    assert told == []
    cops = [shown_cop(hass)]
    await at_eight(hass, freezer)
    cops.append(shown_cop(hass))
    (message,) = said(told)
    # It is updated in the same minute, before it is told or after that.
    assert message in {
        f"The COP of Heat pump 204 is {cop:.2f}. {sentence}"
        for cop in cops
        for sentence in ["It has been below its target of 8.0 for 2 days."]
    }
    for _ in range(3):
        await at_eight(hass, freezer)
    assert len(told) == 1
    await set_target(hass, 1.0)
    await pass_time(hass, freezer, DAY)
    await set_target(hass, 8.0)
    for _ in range(4):
        await at_eight(hass, freezer)
    assert len(told) == 2


async def test_the_days_below_a_target_are_counted_on_over_a_reload(
    hass: HomeAssistant, heat_pump: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    told = async_mock_service(hass, "test", "tell")
    actions = [{"action": "test.tell", "data": {"message": "{{ days_below }}"}}]
    await use(
        hass,
        "cop_below_target",
        {"below_target": BELOW, "days": 3, "actions": actions},
    )
    await set_target(hass, 8.0)
    await pass_time(hass, freezer, 2 * DAY)
    await hass.config_entries.async_reload(heat_pump.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await at_eight(hass, freezer)
    assert told == []
    await at_eight(hass, freezer)
    assert [call.data["message"] for call in told] == [3]


def shown_cop(hass: HomeAssistant) -> float:
    """Return the COP that is compared with the target."""
    return float(hass.states.get(BELOW).attributes["cop"])  # type: ignore[union-attr]


async def set_target(hass: HomeAssistant, target: float) -> None:
    """Set the COP that is wanted."""
    await hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": "number.heat_pump_204_cop_target", "value": target},
        blocking=True,
    )


async def at_eight(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let time pass until it is eight in the morning, and a little later."""
    now = datetime.now(UTC)
    hours = (8 - now.hour - now.minute / 60) % 24
    await pass_time(hass, freezer, hours * HOUR + 60)


async def test_a_monitor_that_stops_and_one_that_is_back_are_told(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    start = NOW.timestamp() + HOUR
    world.add(MonitorDark(system_id=204, start=start, end=start + 12 * HOUR))
    told = async_mock_service(hass, "persistent_notification", "create")
    back = async_mock_service(hass, "test", "back")
    inputs = {
        "heat_pumps": [device_of(hass, heat_pump, "Heat pump 204")],
        "hours": 4,
        "actions_back": [{"action": "test.back", "data": {"message": "{{ message }}"}}],
    }
    await use(hass, "monitoring_stopped", inputs)
    await pass_time(hass, freezer, 3 * HOUR)
    assert shown(hass, MONITORING) == "off"
    assert told == []
    await pass_time(hass, freezer, 4 * HOUR)
    (message,) = said(told)
    assert message.startswith("The monitor of Heat pump 204 has stopped sending.")
    assert back == []
    await pass_time(hass, freezer, 7 * HOUR)
    assert shown(hass, MONITORING) == "on"
    assert said(back) == ["The monitor of Heat pump 204 sends again."]
    assert len(told) == 1


async def test_a_short_silence_of_a_monitor_is_not_told_nor_its_end(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    world: World,
    freezer: FrozenDateTimeFactory,
) -> None:
    start = NOW.timestamp()
    world.add(MonitorDark(system_id=204, start=start, end=start + 3 * HOUR))
    told = async_mock_service(hass, "test", "tell")
    tell = [{"action": "test.tell", "data": {"message": "{{ message }}"}}]
    inputs = {
        "heat_pumps": [device_of(hass, heat_pump, "Heat pump 204")],
        "hours": 4,
        "actions": tell,
        "actions_back": tell,
    }
    await use(hass, "monitoring_stopped", inputs)
    await pass_time(hass, freezer, 2 * HOUR)
    assert shown(hass, MONITORING) == "off"
    await pass_time(hass, freezer, 2 * HOUR)
    assert shown(hass, MONITORING) == "on"
    await pass_time(hass, freezer, 8 * HOUR)
    assert told == []


REPORT = {
    "electricity_kwh": 61.04,
    "heat_kwh": 243.55,
    "cop": 3.99,
    "carbon_kg": 8.449,
    "cost": 15.871,
    "carbon_saved_kg": 46.2,
    "money_saved": -1.5,
    "percentile": 71.6,
    "rank_among": "model",
}
LINES = [
    "COP: 3.99",
    "Electricity: 61.0 kWh",
    "Heat: 243.6 kWh",
    "Carbon: 8.4 kg",
    "Cost: £15.87",
    "Saved against a gas boiler: 46.2 kg of carbon",
    "Saved against a gas boiler: £-1.50",
    (
        "Over 365 days: a better COP than 72 % of the published HeatpumpMonitor.org systems "
        "of its model and size"
    ),
]


@pytest.mark.parametrize(
    ("report", "message"),
    [
        pytest.param(REPORT, "\n".join(LINES), id="all is known"),
        pytest.param(
            dict.fromkeys(REPORT) | {"cop": 3.99, "heat_kwh": 243.55},
            "\n".join([LINES[0], LINES[2]]),
            id="some is known",
        ),
        pytest.param(
            dict.fromkeys(REPORT) | {"percentile": 71.6, "rank_among": "all"},
            LINES[-1].removesuffix(" of its model and size"),
            id="a percentile among all",
        ),
        pytest.param(
            dict.fromkeys(REPORT), "There is no data of this week.", id="nothing"
        ),
    ],
)
async def test_a_report_of_the_last_week_comes_each_week(
    hass: HomeAssistant,
    heat_pump: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    report: dict[str, Any],
    message: str,
) -> None:
    device_id = device_of(hass, heat_pump, "Heat pump 204")
    asked = stand_in(hass, "get_report", lambda _: report)
    told = async_mock_service(hass, "persistent_notification", "create")
    await use(hass, "weekly_report", {"heat_pump": device_id})
    for _ in range(4):
        await at_eight(hass, freezer)
    assert asked == []
    for _ in range(7):
        await at_eight(hass, freezer)
    assert [dict(call.data) for call in asked] == [
        {
            "device_id": device_id,
            "start_date": "2026-02-09",
            "end_date": "2026-02-15",
        }
    ]
    assert said(told) == [message]
    assert told[0].data["title"] == "Heat pump 204, 2026-02-09 to 2026-02-15"


class Heater:
    """A thing that is switched on and off, and when."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Offer the two actions."""
        self._on = async_mock_service(hass, "heater", "turn_on")
        self._off = async_mock_service(hass, "heater", "turn_off")
        self._seen = (0, 0)

    @property
    def turned(self) -> str | None:
        """Return what was done since the last look: on, off or nothing."""
        now = (len(self._on), len(self._off))
        before, self._seen = self._seen, now
        done = [
            word
            for word, old, new in zip(("on", "off"), before, now, strict=True)
            if new > old
        ]
        assert len(done) <= 1
        return done[0] if done else None


INPUTS = {
    "half_hours": 5,
    "actions_clean": [{"action": "heater.turn_on"}],
    "actions_over": [{"action": "heater.turn_off"}],
}


def profile(_: ServiceCall) -> ServiceResponse:
    """Return a typical day: cleanest 01:00 to 02:30 and 13:00 to 14:00, in that order.

    The half-hour with the least carbon is not among them: it has the least energy too.
    One without energy and one that is not known have no intensity.
    """
    clean = {"01:00:00": 50, "01:30:00": 40, "02:00:00": 60, "13:00:00": 70}
    clean["13:30:00"] = 75
    usage: list[Any] = []
    for n in range(48):
        at = f"{n // 2:02d}:{n % 2 * 30:02d}:00"
        energy = 0.01 if n == 36 else 0.5
        intensity = clean.get(at, 200) / 1000
        usage.append(
            {"time_of_day": at, "energy_kwh": energy, "carbon_kg": energy * intensity}
        )
    usage[40] |= {"energy_kwh": 0.0, "carbon_kg": 0.0}
    usage[42] |= {"energy_kwh": None, "carbon_kg": None}
    return {"usage": usage}


@pytest.fixture
async def meter(
    hass: HomeAssistant,
    world: World,
    blueprints: None,
    device_registry: dr.DeviceRegistry,
) -> str:
    """Return the device of an electricity meter, which nothing asks in this test."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    identifiers = {(DOMAIN, "meter_of_this_test")}
    return device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers=identifiers
    ).id


async def settle() -> None:
    """Let all happen that waits for nothing; what waits for its time goes on waiting."""
    for _ in range(50):
        await asyncio.sleep(0)


async def turns(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    heater: Heater,
    *,
    hours: float,
) -> list[tuple[str, str]]:
    """Let time pass in steps of five minutes, and return what is done at what time."""
    done = []
    for _ in range(int(hours * 12)):
        freezer.tick(300)
        async_fire_time_changed(hass)
        await settle()
        if turned := heater.turned:
            done.append((f"{dt_util.now():%H:%M}", turned))
    return done


DAY_OF_TURNS = [("01:00", "on"), ("02:30", "off"), ("13:00", "on"), ("14:00", "off")]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(datetime(2026, 2, 12, tzinfo=UTC), 24, id="in winter"),
        pytest.param(datetime(2026, 7, 1, 23, tzinfo=UTC), 24, id="in summer"),
        pytest.param(datetime(2026, 10, 24, 23, tzinfo=UTC), 25, id="25 hours"),
    ],
)
async def test_a_thing_runs_in_the_cleanest_half_hours(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    meter: str,
    day: datetime,
    hours: int,
) -> None:
    # A second after the full minute: what is due then is due by all clocks.
    freezer.move_to(day - timedelta(seconds=299))
    asked = stand_in(hass, "get_usage", profile)
    heater = Heater(hass)
    await use(hass, "run_when_clean", {"meter": meter, **INPUTS})
    done = await turns(hass, freezer, heater, hours=hours)
    assert done == [("00:00", "off"), *DAY_OF_TURNS]
    date = (day + timedelta(hours=1)).date()
    assert [dict(call.data) for call in asked] == [
        {
            "device_id": meter,
            "start_date": (date - timedelta(weeks=4)).isoformat(),
            "end_date": (date - timedelta(days=1)).isoformat(),
            "aggregate": "profile",
        }
    ]


async def test_at_a_start_a_thing_is_set_as_it_should_be_and_goes_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, meter: str
) -> None:
    freezer.move_to(datetime(2026, 2, 12, 1, 40, 1, tzinfo=UTC))
    stand_in(hass, "get_usage", profile)
    heater = Heater(hass)
    hass.set_state(CoreState.not_running)
    await use(hass, "run_when_clean", {"meter": meter, **INPUTS})
    before = heater.turned
    assert before is None
    await hass.async_start()
    await settle()
    assert heater.turned == "on"
    assert await turns(hass, freezer, heater, hours=22) == DAY_OF_TURNS[1:]


async def test_a_service_that_does_not_answer_is_asked_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, meter: str
) -> None:
    freezer.move_to(datetime(2026, 2, 11, 23, 55, 2, tzinfo=UTC))

    def fails_twice(call: ServiceCall) -> ServiceResponse:
        if len(asked) <= 2:
            raise HomeAssistantError("no answer")
        return profile(call)

    asked = stand_in(hass, "get_usage", fails_twice)
    heater = Heater(hass)
    await use(hass, "run_when_clean", {"meter": meter, **INPUTS})
    done = await turns(hass, freezer, heater, hours=20)
    assert done == [("00:20", "off"), *DAY_OF_TURNS]
    assert len(asked) == 3


async def test_without_any_answer_a_thing_is_off_all_day(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, meter: str
) -> None:
    freezer.move_to(datetime(2026, 2, 11, 23, 55, 2, tzinfo=UTC))

    def fails(_: ServiceCall) -> ServiceResponse:
        raise HomeAssistantError("no answer")

    asked = stand_in(hass, "get_usage", fails)
    heater = Heater(hass)
    await use(hass, "run_when_clean", {"meter": meter, **INPUTS})
    assert await turns(hass, freezer, heater, hours=20) == [("00:50", "off")]
    assert len(asked) == 6
