"""The actions on the imported history."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.recorder import get_instance
from tests.household import (
    heat_pump_entry,
    imported,
    meter_statistic,
    meters_entry,
    set_up,
)
from tests.simulator import Simulator, World
from tests.simulator.faults import Outage

from .calling import act, device

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
# Electricity and gas have each the hours of 40 days, of energy and of carbon.
DAYS = 40

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world whose history begins in the year before."""
    freezer.move_to(NOW)
    return World.small(days=DAYS + 3, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator) -> MockConfigEntry:
    """Return the entry of the meters, whose history is imported."""
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    return entry


async def test_reading_all_again_tells_what_was_read_and_leaves_what_is_right(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hours = 2 * (DAYS + 3) * 24
    assert await act(
        hass, "import_history", device_id=device(hass, entry, "Electricity meter")
    ) == {"hours_read": hours, "hours_written": 0, "hours_left": hours}


async def test_reading_a_span_again_reads_its_months_alone(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    before = len(simulator.requests)
    await act(
        hass,
        "import_history",
        device_id=device(hass, entry, "Gas meter"),
        start_date="2025-12-31",
        end_date="2025-12-31",
    )
    read = [
        (request.query["start"], request.query["end"])
        for request in simulator.requests[before:]
        if request.query.get("aggregate", "none") == "none"
    ]
    assert [start for start, _ in read] == ["2025-12-31"]


async def test_lost_rows_are_written_again(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    statistic = meter_statistic(simulator, "electricity")
    before = await imported(hass, statistic)
    get_instance(hass).async_clear_statistics([statistic])
    found = await act(
        hass, "import_history", device_id=device(hass, entry, "Electricity meter")
    )
    assert found["hours_written"] == len(before)
    assert await imported(hass, statistic) == pytest.approx(before)


async def test_a_rebuild_clears_and_imports_anew(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    statistic = meter_statistic(simulator, "electricity")
    before = await imported(hass, statistic)
    assert len(before) == (DAYS + 3) * 24
    hours = 2 * len(before)
    assert await act(
        hass,
        "rebuild_statistics",
        device_id=device(hass, entry, "Electricity meter"),
        confirm=True,
    ) == {"hours_read": hours, "hours_written": hours, "hours_left": 0}
    assert await imported(hass, statistic) == pytest.approx(before)


async def test_a_heat_pump_can_be_rebuilt_too(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    found = await act(
        hass,
        "rebuild_statistics",
        device_id=device(hass, entry, "Heat pump 204"),
        confirm=True,
    )
    assert found["hours_written"] == found["hours_read"] > 0


async def test_a_rebuild_needs_to_be_confirmed(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    statistic = meter_statistic(simulator, "electricity")
    before = await imported(hass, statistic)
    with pytest.raises(ServiceValidationError) as raised:
        await act(
            hass,
            "rebuild_statistics",
            device_id=device(hass, entry, "Electricity meter"),
            confirm=False,
        )
    assert raised.value.translation_key == "not_confirmed"
    assert await imported(hass, statistic) == before


async def test_the_last_day_may_not_lie_before_the_first(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await act(
            hass,
            "import_history",
            device_id=device(hass, entry, "Gas meter"),
            start_date="2026-01-02",
            end_date="2026-01-01",
        )
    assert raised.value.translation_key == "end_before_start"


@pytest.mark.parametrize("field", ["start_date", "end_date"])
async def test_a_day_of_which_nobody_can_know_anything_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, field: str
) -> None:
    meter = device(hass, entry, "Gas meter")
    for day in ("1850-01-01", "9999-12-31"):
        with pytest.raises(probatio.Invalid):
            await act(hass, "import_history", **{"device_id": meter, field: day})


async def test_another_device_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "import_history", device_id="of somebody else")
    assert raised.value.translation_key == "no_such_device"


async def test_a_device_whose_entry_is_not_loaded_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    meter = device(hass, entry, "Gas meter")
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "import_history", device_id=meter)
    assert raised.value.translation_key == "no_such_device"


async def test_a_service_that_does_not_answer_is_told(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    simulator.faults.add(Outage())
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "import_history", device_id=device(hass, entry, "Gas meter"))
    assert raised.value.translation_key == "cannot_connect"


async def test_nothing_can_be_imported_before_home_assistant_has_started(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hass.set_state(CoreState.starting)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "import_history", device_id=device(hass, entry, "Gas meter"))
    assert raised.value.translation_key == "not_started"
