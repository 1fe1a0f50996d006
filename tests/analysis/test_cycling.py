"""Whether a compressor starts more often than those of the fleet."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.cycling import Cycling, cycling
from custom_components.heatpump_insight.analysis.fleet import ENOUGH
from custom_components.heatpump_insight.analysis.heating import PumpDay

# 0.05, 0.10 … 0.95 starts per hour: the 90th percentile is 0.9.
FLEET = [k / 20 for k in range(1, 20)]
LAST = date(2026, 1, 31)
MANY, FEW = 1.2, 0.3


def day(ago: int, starts: float | None, **fields: Any) -> PumpDay:
    """Return a heating day so many days before the last one."""
    usual: dict[str, Any] = {"outside": 4.0, "space_share": 0.9}
    return PumpDay(
        day=LAST - timedelta(days=ago),
        electricity=10.0,
        heat=40.0,
        flow=35.0,
        starts_per_hour=starts,
        **usual | fields,
    )


def days(*starts: float | None) -> list[PumpDay]:
    """Return heating days up to the last one."""
    return [day(len(starts) - 1 - k, each) for k, each in enumerate(starts)]


def test_a_day_is_compared_with_the_fleet() -> None:
    assert cycling(days(FEW, 0.5), FLEET) == Cycling(
        is_problem=False,
        days_above=0,
        starts_per_hour=0.5,
        percentile=50.0,
        limit=0.9,
        n=19,
    )


@pytest.mark.parametrize(
    ("starts", "above", "is_problem"),
    [
        pytest.param([MANY], 1, False, id="one day"),
        pytest.param([MANY, MANY], 2, False, id="two days"),
        pytest.param([MANY, MANY, MANY], 3, True, id="three days"),
        pytest.param([FEW, MANY, MANY, MANY, MANY], 4, True, id="four days"),
        pytest.param([MANY, MANY, FEW, MANY, MANY], 2, False, id="not in a row"),
        pytest.param([MANY, MANY, MANY, MANY, FEW], 0, False, id="cured"),
    ],
)
def test_only_three_heating_days_in_a_row_are_a_problem(
    starts: list[float], above: int, is_problem: bool
) -> None:
    found = cycling(days(*starts), FLEET)
    assert found is not None
    assert (found.days_above, found.is_problem) == (above, is_problem)


def test_the_limit_itself_is_not_above_it() -> None:
    found = cycling(days(0.9, 0.9, 0.9), FLEET)
    assert found is not None
    assert not found.is_problem


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(day(1, FEW, outside=16.0), id="warm"),
        pytest.param(day(1, FEW, space_share=0.1), id="hot water only"),
        pytest.param(day(1, None), id="starts not known"),
    ],
)
def test_other_days_neither_count_nor_part_a_row(between: PumpDay) -> None:
    found = cycling([day(3, MANY), day(2, MANY), between, day(0, MANY)], FLEET)
    assert found is not None
    assert found.days_above == 3


def test_many_starts_in_warm_weather_are_no_problem() -> None:
    warm = [day(ago, 3.0, outside=14.0) for ago in range(10)]
    assert cycling(warm, FLEET) is None


def test_days_of_long_ago_say_nothing_of_now() -> None:
    old = [day(ago, MANY) for ago in range(14, 20)]
    assert cycling([*old, day(0, MANY, outside=16.0)], FLEET) is None
    found = cycling([*old, day(13, MANY), day(0, MANY, outside=16.0)], FLEET)
    assert found is not None
    assert found.days_above == 1


@pytest.mark.parametrize("n", [0, ENOUGH - 1])
def test_too_small_a_fleet_is_no_measure(n: int) -> None:
    assert cycling(days(MANY, MANY, MANY), FLEET[:n]) is None


def test_without_days_there_is_nothing_to_say() -> None:
    assert cycling([], FLEET) is None


@given(
    starts=st.lists(st.floats(0, 3), min_size=1, max_size=14),
    fleet=st.lists(st.floats(0.01, 2), min_size=ENOUGH, max_size=60),
    order=st.randoms(),
)
def test_a_problem_is_three_last_days_above_the_limit_in_any_order(
    starts: list[float], fleet: list[float], order: Random
) -> None:
    mixed = days(*starts)
    order.shuffle(mixed)
    found = cycling(mixed, fleet)
    assert found is not None
    last = starts[-3:]
    assert found.is_problem == (
        len(last) == 3 and all(each > found.limit for each in last)
    )
    assert found.starts_per_hour == starts[-1]
    assert 0 <= found.percentile <= 100
