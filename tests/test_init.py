"""Setting up, going on in bad times, and taking away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight import async_remove_config_entry_device
from custom_components.heatpump_insight.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from .household import heat_pump_entry, meters_entry, pass_time, set_up, shown
from .simulator import Simulator, World
from .simulator.data_faults import MeterGone
from .simulator.faults import Outage, ProxyRefuses, QuotaSpent, Reply, TokenRefused

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
type MakeEntry = Callable[[Simulator], MockConfigEntry]

OWN_LOG = "custom_components.heatpump_insight"

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some days of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=3, now=lambda: datetime.now(UTC).timestamp())


def loading(entry: MockConfigEntry) -> ConfigEntryState:
    """Return how far the entry is set up now."""
    return entry.state


def own_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines above debug that the integration has logged."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(OWN_LOG) and record.levelno > logging.DEBUG
    ]


@pytest.mark.parametrize("make_entry", [heat_pump_entry, meters_entry])
async def test_an_entry_is_set_up_and_unloaded_without_a_word(
    hass: HomeAssistant,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
    make_entry: MakeEntry,
) -> None:
    entry = make_entry(simulator)
    await set_up(hass, entry)
    assert loading(entry) is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)
    assert loading(entry) is ConfigEntryState.NOT_LOADED
    assert own_lines(caplog) == []


@pytest.mark.parametrize("make_entry", [heat_pump_entry, meters_entry])
async def test_without_internet_at_start_home_assistant_tries_again(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    make_entry: MakeEntry,
) -> None:
    simulator.faults.add(Outage(end=NOW.timestamp() + 120))
    entry = make_entry(simulator)
    await set_up(hass, entry)
    assert loading(entry) is ConfigEntryState.SETUP_RETRY
    assert own_lines(caplog) == []
    await pass_time(hass, freezer, 130)
    assert loading(entry) is ConfigEntryState.LOADED
    assert own_lines(caplog) == []


@pytest.mark.parametrize("make_entry", [heat_pump_entry, meters_entry])
async def test_an_outage_is_told_in_one_line_and_its_end_in_another(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    make_entry: MakeEntry,
) -> None:
    await set_up(hass, make_entry(simulator))
    simulator.faults.add(Outage(end=NOW.timestamp() + 3 * 3600))
    for _ in range(12):
        await pass_time(hass, freezer, 3600)
    lost, back = own_lines(caplog)
    service = "HeatpumpMonitor.org", "PowerShaper Monitor"
    assert lost.removeprefix("No data from ").startswith(service)
    assert back.removesuffix(" answers again") in service


async def test_an_outage_of_weeks_is_still_one_line(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await set_up(hass, meters_entry(simulator))
    simulator.faults.add(Outage())
    for _ in range(60):
        await pass_time(hass, freezer, 2 * 3600)
    assert len(own_lines(caplog)) == 1
    assert not [
        record
        for record in caplog.records
        if record.exc_info and record.levelno > logging.DEBUG
    ]


async def test_sensors_are_unavailable_during_an_outage_and_come_back(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    power = "sensor.heat_pump_204_power"
    assert shown(hass, power) not in ("unknown", "unavailable")
    simulator.faults.add(Outage(end=NOW.timestamp() + 600))
    await pass_time(hass, freezer, 310)
    assert shown(hass, power) == "unavailable"
    await pass_time(hass, freezer, 600)
    assert shown(hass, power) not in ("unknown", "unavailable")


async def test_one_heat_pump_that_is_refused_does_not_stop_the_others(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator, 204, 999_999)
    await set_up(hass, entry)
    assert loading(entry) is ConfigEntryState.LOADED
    assert hass.states.get("sensor.heat_pump_204_power") is not None
    assert hass.states.get("sensor.heat_pump_999999_power") is None


async def test_a_system_that_is_public_no_longer_is_told_with_what_to_do(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    issue_registry: ir.IssueRegistry,
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    system = simulator.world.systems[204]
    system.share = False
    await pass_time(hass, freezer, 3600)
    issues = [key for key in issue_registry.issues if key[0] == DOMAIN]
    assert len(issues) == 1
    issue = issue_registry.async_get_issue(*issues[0])
    assert issue is not None
    assert issue.translation_key == "system_not_public"
    assert issue.translation_placeholders == {
        "name": "Heat pump 204",
        "system_id": "204",
    }
    system.share = True
    await pass_time(hass, freezer, 7200)
    assert not [key for key in issue_registry.issues if key[0] == DOMAIN]


async def test_the_issue_of_a_heat_pump_goes_with_it(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    issue_registry: ir.IssueRegistry,
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    simulator.world.systems[204].share = False
    await pass_time(hass, freezer, 3600)
    assert [key for key in issue_registry.issues if key[0] == DOMAIN]
    (subentry_id,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await pass_time(hass, freezer, 1)
    assert not [key for key in issue_registry.issues if key[0] == DOMAIN]


async def test_the_issue_of_a_heat_pump_goes_with_its_entry(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    issue_registry: ir.IssueRegistry,
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    simulator.world.systems[204].share = False
    await pass_time(hass, freezer, 3600)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in issue_registry.issues if key[0] == DOMAIN]


async def test_a_refused_read_key_asks_for_a_new_one(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.systems[204].share = False
    entry = heat_pump_entry(simulator, read_key="0" * 32)
    await set_up(hass, entry)
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


async def test_a_private_system_is_read_with_its_owners_key(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    system = simulator.world.systems[204]
    system.share = False
    await set_up(hass, heat_pump_entry(simulator, read_key=system.read_key))
    assert hass.states.get("sensor.heat_pump_204_cop_7_days") is not None
    # Its description is not to be had, so neither is the boundary.
    assert hass.states.get("sensor.heat_pump_204_metering_boundary") is None


async def test_a_refused_token_asks_for_a_new_one(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, meters_entry(simulator))
    simulator.faults.add(TokenRefused())
    await pass_time(hass, freezer, 3600)
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


async def test_a_proxys_page_is_not_taken_for_a_refusal(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, meters_entry(simulator))
    simulator.faults.add(ProxyRefuses())
    await pass_time(hass, freezer, 3600)
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_a_quota_is_respected_as_long_as_the_service_asks(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, meters_entry(simulator))
    simulator.faults.add(QuotaSpent(retry_after=5 * 3600, count=1))
    await pass_time(hass, freezer, 3600)
    before = len(simulator.requests)
    for _ in range(4):
        await pass_time(hass, freezer, 3600)
    assert len(simulator.requests) == before
    await pass_time(hass, freezer, 2 * 3600)
    assert len(simulator.requests) > before


async def test_the_wait_after_failures_grows_and_has_an_end(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    simulator.faults.add(Reply(status=500, path_contains="/values"))
    times: list[float] = []
    for _ in range(6 * 60):
        before = len(simulator.requests)
        freezer.tick(timedelta(minutes=1))
        await pass_time(hass, freezer, 0)
        times += [
            request.time
            for request in simulator.requests[before:]
            if request.path.endswith("/values")
        ]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert waits[0] < 10 * 60
    assert waits[-1] > 45 * 60
    assert max(waits) < 70 * 60


async def test_a_meter_that_appears_later_appears_without_a_restart(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    consent = min(simulator.world.tokens[simulator.world.token])
    gas = simulator.world.meters.pop((consent, "gas"))
    await set_up(hass, meters_entry(simulator))
    assert hass.states.get("sensor.gas_meter_data_until") is None
    simulator.world.meters[consent, "gas"] = gas
    await pass_time(hass, freezer, 3600)
    assert hass.states.get("sensor.gas_meter_data_until") is not None


async def test_only_a_meter_that_is_gone_can_be_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    consent = min(simulator.world.tokens[simulator.world.token])
    simulator.world.add(
        MeterGone(consent=consent, commodity="gas", at=NOW.timestamp() + 60)
    )
    await pass_time(hass, freezer, 3600)
    assert shown(hass, "sensor.gas_meter_data_until") == "unavailable"
    removable = {
        device.name: await async_remove_config_entry_device(hass, entry, device)
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    }
    assert removable == {"Electricity meter": False, "Gas meter": True}
