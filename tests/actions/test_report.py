"""The figures of a period, from the rows that are stored."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.identity import meter_key, system_key
from custom_components.heatpump_insight.statistics.series import (
    MASS,
    Kind,
    Measure,
    Series,
)
from custom_components.heatpump_insight.statistics.writer import StatisticsWriter
from homeassistant.core import HomeAssistant
from tests.household import heat_pump_entry, imported, meters_entry, set_up
from tests.simulator import Simulator, SystemHour, World
from tests.simulator.times import midnight

from .calling import act, asked, device, read_csv, refusal

pytestmark = pytest.mark.usefixtures("home_assistant", "london")

# Six days, of which the last Sunday of October has 25 hours.
FIRST, LAST = date(2026, 10, 20), date(2026, 10, 25)
DAYS: dict[str, Any] = {"start_date": FIRST.isoformat(), "end_date": LAST.isoformat()}
START, END = midnight(FIRST), midnight(LAST + timedelta(days=1))
HOURS = 6 * 24 + 1

MONEY = Measure(kind=Kind.SUM, unit="GBP", unit_class=None)


def consent(world: World) -> str:
    """Return the consent of the home."""
    return min(world.tokens[world.token])


def truth(world: World) -> tuple[SystemHour, ...]:
    """Return the true hours of the heat pump."""
    hours = world.truth.system_hours(204, START, END)
    assert len(hours) == HOURS
    return hours


@pytest.fixture
async def linked(hass: HomeAssistant, simulator: Simulator) -> MockConfigEntry:
    """Return the entry of heat pump 204, linked with its home's imported meter."""
    await hass.config.async_update(currency="GBP")
    await set_up(hass, meters_entry(simulator))
    entry = heat_pump_entry(simulator)
    entry.add_to_hass(hass)
    [subentry] = entry.subentries.values()
    hass.config_entries.async_update_subentry(
        entry, subentry, data={"system_id": 204, "meter": consent(simulator.world)}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


async def store(
    hass: HomeAssistant, key: str, measure: Measure, hours: Mapping[int, float]
) -> None:
    """Store the rows of the days in a statistic."""
    series = Series(key=key, name=key, measure=measure)
    await StatisticsWriter(hass).async_rewrite(START, END, {series: hours})
    assert len(await imported(hass, series.statistic_id)) >= len(hours)


async def test_the_report_of_a_heat_pump_adds_up_what_it_did(
    hass: HomeAssistant, simulator: Simulator, linked: MockConfigEntry
) -> None:
    true = truth(simulator.world)
    key = system_key(simulator.url, 204)
    # A dirty grid at night, and a price in two rates.
    carbon = {
        hour.start: hour.elec_kwh * (0.1 + 0.05 * (hour.start // 3600 % 3))
        for hour in true
    }
    cost = {
        hour.start: hour.elec_kwh * (0.2 + 0.1 * (hour.start // 3600 % 2))
        for hour in true
    }
    await store(hass, f"{key}_carbon", MASS, carbon)
    await store(hass, f"{key}_cost", MONEY, cost)
    answer = await act(
        hass,
        "get_report",
        device_id=device(hass, linked, "Heat pump 204"),
        **DAYS,
    )

    electricity = sum(hour.elec_kwh for hour in true)
    heat = sum(hour.heat_kwh for hour in true)
    house = sum(
        max(used.energy_kwh, own.elec_kwh)
        for used, own in zip(
            simulator.world.truth.meter_hours(
                consent(simulator.world), "electricity", START, END
            ),
            true,
            strict=True,
        )
    )
    warm = [hour for hour in true if hour.heat_kwh > 0]
    delivered = sum(hour.heat_kwh for hour in warm)

    def weighted(name: str) -> float:
        total = sum(getattr(hour, name) * hour.heat_kwh for hour in warm)
        return float(total / delivered)

    near = pytest.approx
    assert answer == {
        "start_date": "2026-10-20",
        "end_date": "2026-10-25",
        "days": 6,
        "days_with_data": 6,
        "hours": HOURS,
        "hours_with_electricity": HOURS,
        "hours_with_heat": HOURS,
        "hours_with_carbon": HOURS,
        "hours_with_cost": HOURS,
        "electricity_kwh": near(electricity, abs=0.01),
        "heat_kwh": near(heat, abs=0.01),
        "cop": near(heat / electricity, abs=0.002),
        "flow_temperature": near(weighted("flow_temperature"), abs=0.01),
        "outside_temperature": near(weighted("outside_temperature"), abs=0.01),
        "carbon_kg": near(sum(carbon.values()), abs=0.001),
        "g_per_kwh_heat": near(1000 * sum(carbon.values()) / heat, abs=0.05),
        # The default boiler gives 0.85 of the gas, which emits 0.183 and costs 0.0733.
        "carbon_saved_kg": near(heat / 0.85 * 0.183 - sum(carbon.values()), abs=0.01),
        "cost": near(sum(cost.values()), abs=0.001),
        "money_saved": near(heat / 0.85 * 0.0733 - sum(cost.values()), abs=0.01),
        "break_even_cop": near(
            sum(cost.values()) / electricity / 0.0733 * 0.85, abs=0.01
        ),
        "house_share_percent": near(100 * electricity / house, abs=0.05),
        "base_load_kwh": near(house - electricity, abs=0.02),
        "percentile": None,
        "rank": None,
        "rank_of": None,
        "rank_among": None,
        "currency": "GBP",
    }
    # Nothing passes for what it is not: each figure is there and is another one.
    assert electricity > 10
    assert heat / electricity > 2
    assert electricity < house


async def test_the_boiler_is_the_one_that_the_owner_told_of(
    hass: HomeAssistant, simulator: Simulator, linked: MockConfigEntry
) -> None:
    true = truth(simulator.world)
    hass.config_entries.async_update_entry(
        linked,
        options={"systems": {"204": {"boiler": {"efficiency": 0.5, "gas_price": 0.2}}}},
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    cost = {hour.start: 0.25 * hour.elec_kwh for hour in true}
    await store(hass, f"{system_key(simulator.url, 204)}_cost", MONEY, cost)
    answer = await act(
        hass, "get_report", device_id=device(hass, linked, "Heat pump 204"), **DAYS
    )
    heat = sum(hour.heat_kwh for hour in true)
    assert answer["money_saved"] == pytest.approx(
        heat / 0.5 * 0.2 - sum(cost.values()), abs=0.01
    )
    assert answer["break_even_cop"] == pytest.approx(0.25 / 0.2 * 0.5, abs=0.001)


async def test_a_heat_pump_alone_tells_what_it_knows(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = heat_pump_entry(simulator)
    await set_up(hass, entry)
    heat_pump = device(hass, entry, "Heat pump 204")
    answer = await act(hass, "get_report", device_id=heat_pump, **DAYS)
    true = truth(simulator.world)
    assert answer["heat_kwh"] == pytest.approx(
        sum(hour.heat_kwh for hour in true), abs=0.01
    )
    assert answer["cop"] > 2
    unknown = (
        "carbon_kg",
        "g_per_kwh_heat",
        "carbon_saved_kg",
        "cost",
        "money_saved",
        "break_even_cop",
        "house_share_percent",
        "base_load_kwh",
    )
    assert {answer[name] for name in unknown} == {None}
    assert answer["hours_with_carbon"] == answer["hours_with_cost"] == 0
    lines = await read_csv(hass, "get_report", device_id=heat_pump, **DAYS)
    assert lines == [
        list(answer),
        ["" if cell is None else str(cell) for cell in answer.values()],
    ]


async def test_a_report_asks_no_service(
    hass: HomeAssistant, simulator: Simulator, linked: MockConfigEntry
) -> None:
    before = len(simulator.requests)
    heat_pump = device(hass, linked, "Heat pump 204")
    await act(hass, "get_report", device_id=heat_pump, **DAYS)
    assert len(simulator.requests) == before > 0
    assert asked(simulator, "/timeseries/data")


async def test_days_without_data_are_told_apart_from_days_with_none_used(
    hass: HomeAssistant, linked: MockConfigEntry
) -> None:
    heat_pump = device(hass, linked, "Heat pump 204")
    answer = await act(
        hass,
        "get_report",
        device_id=heat_pump,
        start_date="2026-10-10",
        end_date="2026-10-15",
    )
    # The world began with 14 October of UTC, an hour after Britain did.
    assert (answer["days"], answer["days_with_data"]) == (6, 2)
    assert (answer["hours"], answer["hours_with_electricity"]) == (144, 47)
    answer = await act(
        hass,
        "get_report",
        device_id=heat_pump,
        start_date="2024-02-01",
        end_date="2024-02-29",
    )
    assert (answer["days"], answer["days_with_data"]) == (29, 0)
    assert answer["electricity_kwh"] is answer["heat_kwh"] is answer["cop"] is None


@pytest.mark.parametrize("commodity", ["electricity", "gas"])
async def test_the_report_of_a_meter_adds_up_what_it_measured(
    hass: HomeAssistant, simulator: Simulator, commodity: str
) -> None:
    await hass.config.async_update(currency="GBP")
    entry = meters_entry(simulator)
    await set_up(hass, entry)
    home = consent(simulator.world)
    true = simulator.world.truth.meter_hours(home, commodity, START, END)
    cost = {hour.start: 0.3 * hour.energy_kwh + 0.02 for hour in true}
    await store(hass, f"{meter_key(home)}_{commodity}_cost", MONEY, cost)
    answer = await act(
        hass,
        "get_report",
        device_id=device(hass, entry, f"{commodity.title()} meter"),
        **DAYS,
    )
    energy = sum(hour.energy_kwh for hour in true)
    carbon = sum(hour.carbon_kg for hour in true)
    assert energy > 0
    near = pytest.approx
    assert answer == {
        "start_date": "2026-10-20",
        "end_date": "2026-10-25",
        "days": 6,
        "days_with_data": 6,
        "hours": HOURS,
        "hours_with_energy": HOURS,
        "hours_with_carbon": HOURS,
        "hours_with_cost": HOURS,
        "energy_kwh": near(energy, abs=0.001),
        "carbon_kg": near(carbon, abs=0.001),
        "g_per_kwh": near(1000 * carbon / energy, abs=0.05),
        "cost": near(sum(cost.values()), abs=0.001),
        "currency": "GBP",
    }


async def test_more_than_ten_years_are_refused(
    hass: HomeAssistant, linked: MockConfigEntry
) -> None:
    heat_pump = device(hass, linked, "Heat pump 204")
    call: dict[str, Any] = {"device_id": heat_pump, "start_date": "2016-01-01"}
    assert await refusal(hass, "get_report", end_date="2026-01-08", **call) == (
        "span_too_long",
        {"days": "3660"},
    )
    answer = await act(hass, "get_report", end_date="2026-01-07", **call)
    assert answer["days"] == 3660
