"""What the sensors show, compared with the simulated truth and the service's own words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .household import heat_pump_entry, meters_entry, pass_time, set_up, show_all, shown
from .simulator import Simulator, World
from .simulator.data_faults import FeedAppears, FeedEnds, HalfHoursMissing, MonitorDark

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR
LONDON = ZoneInfo("Europe/London")

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with some weeks of history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=45, now=lambda: datetime.now(UTC).timestamp())


def heat_pump(key: str) -> str:
    """Return the entity id of a sensor of the heat pump."""
    return f"sensor.heat_pump_204_{key}"


def consent(world: World) -> str:
    """Return the consent of the first home."""
    return min(world.tokens[world.token])


def used(world: World, first: date, last: date) -> float:
    """Return the true kWh of electricity of some British days."""
    start, end = (
        datetime.combine(day, datetime.min.time(), LONDON).timestamp()
        for day in (first, last + timedelta(days=1))
    )
    hours = world.truth.meter_hours(consent(world), "electricity", start, end)
    return sum(hour.energy_kwh for hour in hours)


async def test_yesterday_is_the_last_whole_day(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    start = datetime(2026, 2, 11, tzinfo=LONDON).timestamp()
    hours = simulator.world.truth.system_hours(204, start, start + DAY)
    electricity = sum(hour.elec_kwh for hour in hours)
    heat = sum(hour.heat_kwh for hour in hours)
    assert float(shown(hass, heat_pump("electricity_yesterday"))) == pytest.approx(
        electricity, abs=1e-3
    )
    assert float(shown(hass, heat_pump("heat_yesterday"))) == pytest.approx(
        heat, abs=1e-3
    )
    assert float(shown(hass, heat_pump("cop_yesterday"))) == pytest.approx(
        heat / electricity, abs=1e-3
    )


@pytest.mark.parametrize(("key", "days"), [("7_days", 8), ("30_days", 30)])
async def test_a_window_is_a_ratio_of_its_energies(
    hass: HomeAssistant, simulator: Simulator, key: str, days: int
) -> None:
    """The service's last 7 days are seven and today so far; the others include today."""
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    await show_all(hass, entry)
    midnight = datetime(2026, 2, 12, tzinfo=LONDON).timestamp()
    hours = simulator.world.truth.system_hours(
        204, midnight - (days - 1) * DAY, NOW.timestamp()
    )
    electricity = float(shown(hass, heat_pump(f"electricity_{key}")))
    heat = float(shown(hass, heat_pump(f"heat_{key}")))
    # The service's own row ends some minutes before the last whole hour or after it.
    assert electricity == pytest.approx(sum(h.elec_kwh for h in hours), rel=0.01)
    assert heat == pytest.approx(sum(h.heat_kwh for h in hours), rel=0.01)
    assert float(shown(hass, heat_pump(f"cop_{key}"))) == pytest.approx(
        heat / electricity, rel=1e-4
    )


async def test_live_values_are_the_last_samples(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    power = float(shown(hass, heat_pump("power")))
    heat = float(shown(hass, heat_pump("heat_output")))
    ratio = shown(hass, heat_pump("cop_now"))
    if power >= 150:
        assert float(ratio) == pytest.approx(heat / power)
    else:
        assert ratio == "unknown"
    await pass_time(hass, freezer, 300)
    assert shown(hass, heat_pump("last_data")) == "2026-02-12T09:24:00+00:00"


async def test_a_heat_pump_in_standby_has_no_cop(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.systems[204].starting_power = 1e6
    await set_up(hass, heat_pump_entry(simulator))
    assert shown(hass, heat_pump("cop_now")) == "unknown"
    assert float(shown(hass, heat_pump("power"))) > 0


async def test_old_samples_are_not_shown_as_live(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(
        MonitorDark(system_id=204, start=NOW.timestamp(), end=NOW.timestamp() + DAY)
    )
    await set_up(hass, heat_pump_entry(simulator))
    assert shown(hass, heat_pump("power")) != "unknown"
    await pass_time(hass, freezer, 20 * 60)
    assert shown(hass, heat_pump("power")) == "unknown"
    assert shown(hass, heat_pump("cop_now")) == "unknown"
    assert shown(hass, "binary_sensor.heat_pump_204_monitoring") == "on"
    await pass_time(hass, freezer, HOUR)
    assert shown(hass, "binary_sensor.heat_pump_204_monitoring") == "off"
    assert shown(hass, heat_pump("last_data")) == "2026-02-12T09:19:00+00:00"


async def test_windows_that_ended_long_ago_are_unknown_and_not_old(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The service keeps the last row of a system that has stopped for ever."""
    await set_up(hass, heat_pump_entry(simulator))
    assert shown(hass, heat_pump("cop_7_days")) != "unknown"
    simulator.world.add(FeedEnds(system_id=204, at=NOW.timestamp()))
    await pass_time(hass, freezer, 9 * DAY)
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, heat_pump("cop_7_days")) == "unknown"
    assert shown(hass, heat_pump("electricity_30_days")) != "unknown"
    await pass_time(hass, freezer, 23 * DAY)
    await pass_time(hass, freezer, 4 * HOUR)
    assert shown(hass, heat_pump("electricity_30_days")) == "unknown"
    assert shown(hass, heat_pump("cop_all_time")) != "unknown"


async def test_a_feed_that_is_not_there_makes_no_entity_until_it_appears(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.world.add(
        FeedAppears(system_id=204, at=NOW.timestamp() + HOUR, feeds=("heatpump_roomT",))
    )
    await set_up(hass, heat_pump_entry(simulator))
    assert hass.states.get(heat_pump("room_temperature")) is None
    await pass_time(hass, freezer, 2 * HOUR)
    await pass_time(hass, freezer, 5 * 60)
    assert float(shown(hass, heat_pump("room_temperature"))) > 10


async def test_what_the_heat_pump_is_stands_on_its_device(
    hass: HomeAssistant, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    (device,) = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    metadata = simulator.world.systems[204].columns()
    assert device.manufacturer == metadata["hp_manufacturer"]
    assert device.model == metadata["hp_model"]
    assert device.serial_number == "204"
    assert device.configuration_url == f"{simulator.url}/system/view?id=204"
    assert shown(hass, heat_pump("metering_boundary")) == "h4"


async def test_the_flow_rate_has_the_unit_of_its_feed(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    state = hass.states.get(heat_pump("flow_rate"))
    assert state is not None
    assert state.attributes[ATTR_UNIT_OF_MEASUREMENT] == "L/min"
    assert state.attributes[ATTR_DEVICE_CLASS] == SensorDeviceClass.VOLUME_FLOW_RATE


async def test_the_days_and_months_of_a_meter_equal_the_truth(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, meters_entry(simulator))
    world = simulator.world
    last = date(2026, 2, 11)
    for key, first, end in (
        ("latest_day", last, last),
        ("7_days", date(2026, 2, 5), last),
        ("30_days", date(2026, 1, 13), last),
        ("this_month", date(2026, 2, 1), last),
        ("last_month", date(2026, 1, 1), date(2026, 1, 31)),
    ):
        state = float(shown(hass, f"sensor.electricity_meter_energy_{key}"))
        assert state == pytest.approx(used(world, first, end), abs=1e-6), key
    intensity = float(
        shown(hass, "sensor.electricity_meter_carbon_intensity_latest_day")
    )
    carbon = float(shown(hass, "sensor.electricity_meter_carbon_latest_day"))
    assert intensity == pytest.approx(1000 * carbon / used(world, last, last))
    assert (
        shown(hass, "sensor.electricity_meter_data_until")
        == "2026-02-12T00:00:00+00:00"
    )


async def test_missing_half_hours_are_counted_and_their_day_is_not_the_latest(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    world = simulator.world
    yesterday = datetime(2026, 2, 11, 12, tzinfo=UTC).timestamp()
    world.add(
        HalfHoursMissing(
            consent=consent(world),
            commodity="electricity",
            start=yesterday,
            end=yesterday + 2 * HOUR,
        )
    )
    await set_up(hass, meters_entry(simulator))
    missing = "sensor.electricity_meter_half_hours_missing_30_days"
    assert shown(hass, missing) == "4"
    latest = float(shown(hass, "sensor.electricity_meter_energy_latest_day"))
    before = date(2026, 2, 10)
    assert latest == pytest.approx(used(world, before, before), abs=1e-6)


async def test_a_gas_meter_without_carbon_has_no_carbon_sensor(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    simulator.world.style.gas_carbon = "null"
    await set_up(hass, meters_entry(simulator))
    assert hass.states.get("sensor.gas_meter_energy_latest_day") is not None
    assert hass.states.get("sensor.gas_meter_carbon_latest_day") is None
    assert hass.states.get("sensor.electricity_meter_carbon_latest_day") is not None


async def test_no_energy_sensor_competes_with_the_imported_statistics(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    await set_up(hass, meters_entry(simulator))
    energies = [
        state
        for state in hass.states.async_all("sensor")
        if state.attributes.get(ATTR_DEVICE_CLASS) == SensorDeviceClass.ENERGY
    ]
    assert len(energies) > 15
    assert not [state for state in energies if ATTR_STATE_CLASS in state.attributes]


async def test_unique_ids_hold_no_title_and_stay_the_same(
    hass: HomeAssistant, simulator: Simulator, entity_registry: er.EntityRegistry
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    port = simulator.url.rpartition(":")[2]
    entry = entity_registry.async_get(heat_pump("cop_30_days"))
    assert entry is not None
    assert entry.unique_id == f"system_127_0_0_1_{port}_204_cop_30_days"
