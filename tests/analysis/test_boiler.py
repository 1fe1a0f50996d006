"""A heat pump against a gas boiler."""

from math import inf, nan

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.boiler import (
    Boiler,
    boiler_from_data,
    boiler_to_data,
    break_even_cop,
    compare,
)
from custom_components.heatpump_insight.analysis.options import InvalidOption, Problem

boilers = st.builds(
    Boiler,
    efficiency=st.floats(0.5, 1),
    gas_carbon=st.floats(0, 1),
    gas_price=st.floats(0.001, 10),
)


# The assumptions.


def test_a_boilers_heat_has_215_g_of_carbon_per_kwh_by_default() -> None:
    boiler = Boiler()
    assert boiler.gas_carbon / boiler.efficiency == pytest.approx(0.215, abs=5e-4)
    assert boiler.heat_carbon == pytest.approx(0.215, abs=5e-4)


def test_a_kwh_of_heat_costs_more_than_a_kwh_of_gas() -> None:
    boiler = Boiler(efficiency=0.8, gas_price=0.08)
    assert boiler.heat_cost == pytest.approx(0.1)


def test_what_is_not_given_is_the_default() -> None:
    assert boiler_from_data({}) == Boiler()
    assert boiler_from_data({"efficiency": 0.9}) == Boiler(efficiency=0.9)


@given(boiler=boilers)
def test_assumptions_survive_as_plain_data(boiler: Boiler) -> None:
    assert boiler_from_data(boiler_to_data(boiler)) == boiler


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("efficiency", 85, Problem.OUT_OF_RANGE),
        ("efficiency", 0, Problem.OUT_OF_RANGE),
        ("efficiency", "high", Problem.NOT_A_NUMBER),
        ("gas_carbon", -0.1, Problem.OUT_OF_RANGE),
        ("gas_carbon", 183, Problem.OUT_OF_RANGE),
        ("gas_price", 0, Problem.OUT_OF_RANGE),
        ("gas_price", True, Problem.NOT_A_NUMBER),
        ("gas_price", nan, Problem.NOT_A_NUMBER),
        ("gas_price", inf, Problem.NOT_A_NUMBER),
    ],
)
def test_a_wrong_assumption_is_named(
    field: str, value: object, problem: Problem
) -> None:
    with pytest.raises(InvalidOption) as caught:
        boiler_from_data({field: value})
    assert (caught.value.field, caught.value.problem) == (field, problem)


# The break-even COP.


def test_the_break_even_cop_is_the_ratio_of_prices_times_the_efficiency() -> None:
    boiler = Boiler(gas_price=0.0733)
    assert break_even_cop(0.2611, boiler) == pytest.approx(3.03, abs=0.005)


def test_electricity_that_is_paid_for_using_it_is_cheaper_at_any_cop() -> None:
    assert break_even_cop(-0.05, Boiler()) == 0


# A period.


def test_a_period_is_compared_with_the_gas_that_its_heat_would_have_taken() -> None:
    boiler = Boiler(efficiency=0.8, gas_carbon=0.2, gas_price=0.1)
    found = compare(boiler, heat=800, electricity=200, carbon=30, cost=50)
    assert found.gas == pytest.approx(1000)
    assert found.carbon_saved == pytest.approx(170)
    assert found.money_saved == pytest.approx(50)
    assert found.break_even_cop == pytest.approx(2)
    assert found.is_above_break_even is True


def test_what_the_boiler_would_have_done_better_is_told_as_negative() -> None:
    found = compare(Boiler(), heat=100, electricity=50, carbon=40, cost=15)
    assert found.carbon_saved == pytest.approx(100 / 0.85 * 0.183 - 40)
    assert found.money_saved == pytest.approx(100 / 0.85 * 0.0733 - 15)
    assert found.is_above_break_even is False


def test_what_is_not_known_is_not_saved() -> None:
    found = compare(Boiler(), heat=100, electricity=25)
    assert found.carbon_saved is found.money_saved is found.break_even_cop is None
    assert found.is_above_break_even is None


def test_a_period_without_electricity_has_no_price() -> None:
    found = compare(Boiler(), heat=0, electricity=0, carbon=0, cost=0)
    assert found.break_even_cop is None
    assert found.money_saved == 0


def test_standby_without_heat_saves_nothing_and_has_no_cop() -> None:
    found = compare(Boiler(), heat=-3, electricity=8, carbon=1, cost=2)
    assert (found.gas, found.carbon_saved, found.money_saved) == (0, -1, -2)
    assert found.is_above_break_even is None


@given(
    boiler=boilers,
    heat=st.floats(0.1, 1e4),
    electricity=st.floats(0.1, 1e4),
    price=st.floats(-1, 10),
)
def test_money_is_saved_exactly_above_the_break_even_cop(
    boiler: Boiler, heat: float, electricity: float, price: float
) -> None:
    found = compare(
        boiler, heat=heat, electricity=electricity, cost=price * electricity
    )
    assert found.money_saved is not None
    assume(abs(found.money_saved) > 1e-9 * (1 + abs(price) * electricity))
    assert found.is_above_break_even is (found.money_saved > 0)


def test_at_the_break_even_cop_nothing_is_saved() -> None:
    boiler = Boiler(efficiency=0.5, gas_price=0.125)
    found = compare(boiler, heat=100, electricity=50, cost=25)
    assert (found.break_even_cop, found.money_saved) == (2, 0)
    assert found.is_above_break_even is False
