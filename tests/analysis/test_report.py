"""The figures of a period of a heat pump or of a meter."""

from dataclasses import asdict, replace
from datetime import UTC
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.boiler import Boiler
from custom_components.heatpump_insight.analysis.report import (
    SystemHours,
    SystemReport,
    meter_report,
    system_report,
)

HOUR = 3600
DAY = 24 * HOUR
START = 1_767_225_600  # 2026-01-01
DAYS = ((START, START + DAY), (START + DAY, START + 2 * DAY))
BOILER = Boiler(efficiency=0.8, gas_carbon=0.2, gas_price=0.08)
LONDON = ZoneInfo("Europe/London")

# Two hours of the first day in which everything is known.
KNOWN = SystemHours(
    electricity={START: 1.0, START + HOUR: 3.0},
    heat={START: 4.0, START + HOUR: 8.0},
    flow_temperature={START: 30.0, START + HOUR: 36.0},
    outside_temperature={START: 9.0, START + HOUR: 3.0},
    carbon={START: 0.1, START + HOUR: 0.5},
    cost={START: 0.2, START + HOUR: 0.8},
    house={START: 2.0, START + HOUR: 6.0},
)


def report(hours: SystemHours) -> SystemReport:
    """Return the report of two days."""
    return system_report(hours, DAYS, BOILER, UTC)


def test_the_figures_of_a_period_of_a_heat_pump() -> None:
    # The boiler would have burnt 12 / 0.8 = 15 kWh: 3 kg and 1.20 of money.
    assert asdict(report(KNOWN)) == {
        "days": 2,
        "days_with_data": 1,
        "hours": 48,
        "hours_with_electricity": 2,
        "hours_with_heat": 2,
        "hours_with_carbon": 2,
        "hours_with_cost": 2,
        "electricity_kwh": 4.0,
        "heat_kwh": 12.0,
        "cop": 3.0,
        "flow_temperature": 34.0,
        "outside_temperature": 5.0,
        "carbon_kg": 0.6,
        "g_per_kwh_heat": pytest.approx(50.0),
        "carbon_saved_kg": pytest.approx(2.4),
        "cost": 1.0,
        "money_saved": pytest.approx(0.2),
        # 0.25 of electricity over 0.08 of gas, times 0.8.
        "break_even_cop": pytest.approx(2.5),
        "house_share_percent": 50.0,
        "base_load_kwh": 4.0,
    }


def test_of_nothing_known_nothing_is_told_but_how_long_it_was() -> None:
    found = asdict(report(SystemHours()))
    known = {name: figure for name, figure in found.items() if figure is not None}
    assert known == {
        "days": 2,
        "hours": 48,
        "days_with_data": 0,
        "hours_with_electricity": 0,
        "hours_with_heat": 0,
        "hours_with_carbon": 0,
        "hours_with_cost": 0,
    }


def test_a_hole_in_one_series_makes_no_ratio_wrong() -> None:
    # Of the second hour only the electricity is known: 3 kWh of it.
    found = report(
        replace(KNOWN, heat={START: 4.0}, carbon={START: 0.1}, cost={START: 0.2})
    )
    assert found.electricity_kwh == 4.0
    assert found.cop == 4.0
    assert found.flow_temperature == 30.0
    assert found.g_per_kwh_heat == pytest.approx(25.0)
    # 5 kWh of gas.
    assert found.carbon_saved_kg == pytest.approx(1.0 - 0.1)
    assert found.money_saved == pytest.approx(0.4 - 0.2)
    assert found.break_even_cop == pytest.approx(0.2 / 0.08 * 0.8)


def test_carbon_and_cost_are_not_needed_for_each_other() -> None:
    found = report(replace(KNOWN, carbon={}))
    assert found.carbon_kg is found.carbon_saved_kg is found.g_per_kwh_heat is None
    assert found.money_saved == pytest.approx(0.2)
    found = report(replace(KNOWN, cost={}))
    assert found.cost is found.money_saved is found.break_even_cop is None
    assert found.carbon_saved_kg == pytest.approx(2.4)


def test_a_heat_pump_without_a_heat_meter_has_no_cop_but_electricity() -> None:
    found = report(replace(KNOWN, heat={}))
    assert found.cop is found.heat_kwh is found.flow_temperature is None
    assert (found.electricity_kwh, found.days_with_data) == (4.0, 1)


def test_heat_that_defrost_takes_back_counts_in_the_balance_and_not_as_a_weight() -> (
    None
):
    found = report(replace(KNOWN, heat={START: -1.0, START + HOUR: 8.0}))
    assert found.heat_kwh == 7.0
    assert found.cop == 7.0 / 4.0
    assert (found.flow_temperature, found.outside_temperature) == (36.0, 3.0)


def test_a_day_of_the_clock_change_has_its_own_hours() -> None:
    # 2026-03-29 in London.
    first = 1_774_742_400
    short = ((first, first + 23 * HOUR),)
    assert system_report(KNOWN, short, BOILER, LONDON).hours == 23


energies = st.dictionaries(
    st.integers(0, 47).map(lambda n: START + n * HOUR), st.floats(0.001, 50)
)


@given(electricity=energies, heat=energies)
def test_the_cop_lies_between_the_least_and_the_most_of_the_hours(
    electricity: dict[int, float], heat: dict[int, float]
) -> None:
    found = report(SystemHours(electricity=electricity, heat=heat))
    both = electricity.keys() & heat.keys()
    if not both:
        assert found.cop is None
        return
    ratios = [heat[hour] / electricity[hour] for hour in both]
    assert found.cop is not None
    assert min(ratios) * 0.999 <= found.cop <= max(ratios) * 1.001


def test_the_figures_of_a_period_of_a_meter() -> None:
    energy = {START: 0.5, START + HOUR: 1.5, START + DAY: 2.0}
    found = meter_report(
        energy, {START: 0.1, START + HOUR: 0.3}, {START + DAY: 0.7}, DAYS
    )
    assert asdict(found) == {
        "days": 2,
        "days_with_data": 2,
        "hours": 48,
        "hours_with_energy": 3,
        "hours_with_carbon": 2,
        "hours_with_cost": 1,
        "energy_kwh": 4.0,
        "carbon_kg": 0.4,
        "g_per_kwh": pytest.approx(200.0),
        "cost": 0.7,
    }


def test_a_meter_that_measured_nothing_emitted_at_no_intensity() -> None:
    found = meter_report({START: 0.0}, {START: 0.0}, {}, DAYS)
    assert (found.energy_kwh, found.carbon_kg) == (0.0, 0.0)
    assert found.g_per_kwh is found.cost is None
