"""Where the heat pump's electricity came from."""

from math import inf, nan

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.supply import (
    grid_supply,
    known_together,
    own_supply,
)

hours = st.dictionaries(st.integers(0, 5), st.floats(), max_size=6)


def test_the_grid_gave_no_more_than_the_house_imported() -> None:
    heat_pump, meter = {0: 2.0, 1: 1.5, 2: 0.7}, {0: 3.0, 1: 0.5, 2: 0.0}
    assert grid_supply(heat_pump, meter) == {0: 2.0, 1: 0.5, 2: 0.0}
    assert own_supply(heat_pump, meter) == {0: 0.0, 1: 1.0, 2: 0.7}


def test_an_hour_that_one_of_them_does_not_know_is_left_out() -> None:
    assert grid_supply({0: 1.0, 1: 1.0}, {1: 2.0, 2: 2.0}) == {1: 1.0}
    assert own_supply({0: 1.0, 1: 1.0}, {1: 0.5, 2: 2.0}) == {1: 0.5}


@pytest.mark.parametrize("amount", [nan, inf, -inf])
def test_what_is_no_number_is_not_known(amount: float) -> None:
    assert [*known_together({0: 1.0}, {0: amount})] == []


@given(heat_pump=hours, meter=hours)
def test_grid_and_home_together_gave_what_the_heat_pump_used(
    heat_pump: dict[int, float], meter: dict[int, float]
) -> None:
    grid, own = grid_supply(heat_pump, meter), own_supply(heat_pump, meter)
    assert grid.keys() == own.keys() <= heat_pump.keys() & meter.keys()
    for hour in grid:
        assert grid[hour] >= 0
        assert own[hour] >= 0
        assert grid[hour] + own[hour] == pytest.approx(max(heat_pump[hour], 0.0))
