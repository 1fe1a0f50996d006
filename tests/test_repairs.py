"""Issues that the user can settle: told once with what to do, and gone when cured."""

from collections.abc import Mapping
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from .household import heat_pump_entry, meters_entry, pass_time, set_up
from .simulator import Simulator, World
from .simulator.data_faults import FeedEnds, MeterGone, MeterLate, MonitorDark
from .simulator.faults import Outage, QuotaSpent

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
MOMENT = NOW.timestamp()
HOUR = 3600
DAY = 24 * HOUR

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=12, now=lambda: datetime.now(UTC).timestamp())


def consent(world: World) -> str:
    """Return the consent of the home."""
    return min(world.tokens[world.token])


def issues(hass: HomeAssistant) -> dict[str, Mapping[str, str] | None]:
    """Return the words of the issues that are shown, by the key of their texts."""
    found = [
        issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    ]
    assert all(not issue.is_fixable for issue in found)
    return {
        str(issue.translation_key): issue.translation_placeholders for issue in found
    }


async def pass_hours(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hours: int
) -> None:
    """Let so many hours pass, one after the other."""
    for _ in range(hours):
        await pass_time(hass, freezer, HOUR)


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up anew, as a restart does."""
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


# A heat pump whose monitor is dead.


async def test_a_monitor_that_is_silent_for_a_week_is_told_until_it_sends_again(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(MonitorDark(system_id=204, start=MOMENT, end=MOMENT + 8 * DAY))
    await set_up(hass, heat_pump_entry(simulator))
    await pass_time(hass, freezer, 6 * DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {}
    await pass_time(hass, freezer, DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {
        "feeds_dead": {
            "name": "Heat pump 204",
            "system_id": "204",
            "last": "2026-02-12",
        }
    }
    await pass_time(hass, freezer, DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {}


async def test_a_dead_monitor_is_told_at_once_after_a_restart(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(FeedEnds(system_id=204, at=MOMENT - 8 * DAY))
    await set_up(hass, heat_pump_entry(simulator))
    assert issues(hass).keys() == {"feeds_dead"}


async def test_an_outage_of_the_service_says_nothing_of_the_monitor(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    simulator.faults.add(Outage(start=MOMENT, end=MOMENT + 9 * DAY))
    await pass_time(hass, freezer, 8 * DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {}


async def test_what_was_told_stays_as_it_was_while_the_service_is_out_of_reach(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(FeedEnds(system_id=204, at=MOMENT - 8 * DAY))
    await set_up(hass, heat_pump_entry(simulator))
    before = issues(hass)
    simulator.faults.add(Outage(start=MOMENT, end=MOMENT + DAY))
    await pass_hours(hass, freezer, 3)
    assert issues(hass) == before != {}


async def test_a_heat_pump_that_is_hidden_is_told_for_that_alone(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    simulator.world.systems[204].share = False
    await pass_time(hass, freezer, 8 * DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass).keys() == {"system_not_public"}


@pytest.mark.parametrize("way", ["subentry", "entry", "disabled"])
async def test_the_issue_of_a_heat_pump_goes_with_it(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    way: str,
) -> None:
    simulator.world.add(FeedEnds(system_id=204, at=MOMENT - 8 * DAY))
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    assert issues(hass).keys() == {"feeds_dead"}
    match way:
        case "subentry":
            (subentry_id,) = entry.subentries
            hass.config_entries.async_remove_subentry(entry, subentry_id)
        case "entry":
            await hass.config_entries.async_remove(entry.entry_id)
        case _:
            await hass.config_entries.async_set_disabled_by(
                entry.entry_id, ConfigEntryDisabler.USER
            )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {}


# Meters.


async def test_readings_that_are_late_are_told_until_they_come(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(
        MeterLate(consent=consent(simulator.world), start=MOMENT, end=MOMENT + 4 * DAY)
    )
    await set_up(hass, meters_entry(simulator))
    await pass_time(hass, freezer, 2 * DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {}
    await pass_time(hass, freezer, DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass).keys() == {"meter_late"}
    told = [
        issue.translation_placeholders
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN
    ]
    assert sorted(str(words) for words in told) == [
        "{'name': 'Electricity meter', 'until': '2026-02-11'}",
        "{'name': 'Gas meter', 'until': '2026-02-11'}",
    ]
    await pass_time(hass, freezer, DAY)
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {}


@pytest.mark.parametrize("how", ["row", "403", "404"])
async def test_a_lost_consent_is_told_until_it_is_given_again(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    how: Any,
) -> None:
    await set_up(hass, meters_entry(simulator))
    simulator.world.add(
        MeterGone(
            consent=consent(simulator.world),
            commodity="gas",
            at=MOMENT,
            until=MOMENT + 3 * DAY,
            how=how,
        )
    )
    await pass_time(hass, freezer, DAY)
    await pass_hours(hass, freezer, 3)
    assert issues(hass) == {"consent_lost": {"name": "Gas meter"}}
    # The token works, so nobody is asked for another.
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await pass_time(hass, freezer, 2 * DAY)
    await pass_hours(hass, freezer, 3)
    assert issues(hass) == {}


async def test_a_lost_consent_is_still_told_after_a_restart_and_goes_with_the_device(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    simulator.world.add(
        MeterGone(consent=consent(simulator.world), commodity="gas", at=MOMENT)
    )
    await reload(hass, entry)
    assert issues(hass) == {"consent_lost": {"name": "Gas meter"}}
    (gone,) = (
        device
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
        if device.name == "Gas meter"
    )
    device_registry.async_remove_device(gone.id)
    await hass.async_block_till_done()
    assert issues(hass) == {}


async def test_a_refused_token_is_no_lost_consent(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, meters_entry(simulator))
    simulator.world.tokens.clear()
    await pass_hours(hass, freezer, 5)
    assert issues(hass) == {}
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN)


# The quota.


@pytest.mark.parametrize("make_entry", [heat_pump_entry, meters_entry])
async def test_a_quota_is_told_when_it_is_spent_for_hours(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    make_entry: Any,
) -> None:
    entry = make_entry(simulator)
    await set_up(hass, entry)
    simulator.faults.add(QuotaSpent(end=MOMENT + 6 * HOUR, status=429))
    await pass_hours(hass, freezer, 2)
    assert issues(hass) == {}
    await pass_hours(hass, freezer, 3)
    service = (
        "HeatpumpMonitor.org"
        if make_entry is heat_pump_entry
        else "PowerShaper Monitor"
    )
    assert issues(hass) == {"quota_reached": {"service": service}}
    await pass_hours(hass, freezer, 6)
    assert issues(hass) == {}


# What they have in common.


async def test_an_issue_is_told_once_and_stays_ignored(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(FeedEnds(system_id=204, at=MOMENT - 8 * DAY))
    entry = heat_pump_entry(simulator)
    changes = async_capture_events(hass, ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED)
    await set_up(hass, entry)
    assert len(changes) == 1
    registry = ir.async_get(hass)
    ((_, issue_id),) = (key for key in registry.issues if key[0] == DOMAIN)
    ir.async_ignore_issue(hass, DOMAIN, issue_id, ignore=True)
    await hass.async_block_till_done()
    await pass_hours(hass, freezer, 4)
    await reload(hass, entry)
    assert len(changes) == 2
    issue = registry.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.dismissed_version


async def test_no_issue_holds_a_secret(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    world = simulator.world
    system = world.systems[204]
    world.add(
        FeedEnds(system_id=204, at=MOMENT - 8 * DAY),
        MeterLate(consent=consent(world), start=MOMENT, end=MOMENT + 99 * DAY),
    )
    await set_up(hass, heat_pump_entry(simulator, read_key=system.read_key))
    await set_up(hass, meters_entry(simulator))
    simulator.faults.add(QuotaSpent(start=MOMENT + 5 * DAY))
    world.add(
        MeterGone(consent=consent(world), commodity="gas", at=MOMENT + DAY, how="403")
    )
    await pass_time(hass, freezer, 4 * DAY)
    await pass_hours(hass, freezer, 2)
    await pass_time(hass, freezer, DAY)
    await pass_hours(hass, freezer, 8)
    assert issues(hass).keys() >= {"feeds_dead", "meter_late", "quota_reached"}
    found = str(
        [
            (key, issue.translation_placeholders)
            for key, issue in ir.async_get(hass).issues.items()
            if key[0] == DOMAIN
        ]
    )
    (meter, *_) = world.meters.values()
    for secret in (
        world.token,
        system.read_key,
        meter.consent,
        meter.consent.replace("-", ""),
        meter.last_digits,
    ):
        assert secret not in found


async def test_every_issue_has_texts_for_its_words(hass: HomeAssistant) -> None:
    texts = json.loads(
        (
            Path(__file__).parents[1]
            / "custom_components"
            / DOMAIN
            / "translations"
            / "en.json"
        ).read_text()
    )["issues"]
    words = {
        "system_not_public": {"name", "system_id"},
        "feeds_dead": {"name", "system_id", "last"},
        "meter_late": {"name", "until"},
        "consent_lost": {"name"},
        "quota_reached": {"service"},
    }
    for key, known in words.items():
        for text in texts[key].values():
            text.format(**dict.fromkeys(known, "x"))
