"""Whether a heat pump has become worse than it used to be."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import exp, sin
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.degradation import (
    Degradation,
    degradation,
    verdicts,
)
from custom_components.heatpump_insight.analysis.heating import PumpDay

from .degradation_rates import TOLD_WITHIN, alarms, draw, scattered, told_after

FIRST = date(2025, 10, 6)
ONSET = FIRST + timedelta(days=110)


def heating_day(n: int, loss: float = 0.0, warmer_flow: float = 0.0) -> PumpDay:
    """Return the n-th day of a winter, colder and warmer by turns, with its loss."""
    outside = 4 + 5 * sin(n / 9) + 2 * sin(n / 2)
    flow = 38 - 0.6 * outside + 1.5 * sin(n) + warmer_flow
    cop = exp(2.4 - 0.03 * flow + 0.02 * outside) * (1 - loss)
    heat = 60 - 3 * outside
    return PumpDay(
        day=FIRST + timedelta(days=n),
        electricity=heat / cop,
        heat=heat,
        flow=flow,
        outside=outside,
        space_share=0.9,
        starts_per_hour=0.5,
    )


def winter(days: int, loss: float = 0.0) -> list[PumpDay]:
    """Return so many heating days, the last of them from `ONSET` on with a loss."""
    healthy = (ONSET - FIRST).days
    return [heating_day(n, loss if n >= healthy else 0.0) for n in range(days)]


def told(days: Sequence[PumpDay]) -> Degradation:
    """Return what the watch says after days that are enough for it."""
    found = degradation(days)
    assert found is not None
    return found


# When it speaks.


def test_it_says_nothing_before_sixty_heating_days_are_four_weeks_old() -> None:
    # The first week that starts four weeks after the 60th day.
    said = [*verdicts(winter(110))]
    assert (said[0].day, said[0].days) == (FIRST + timedelta(days=90), 62)
    assert degradation(winter(90)) is None
    assert degradation([]) is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda day: replace(day, outside=14.0), id="warm"),
        pytest.param(lambda day: replace(day, space_share=0.1), id="hot water only"),
        pytest.param(lambda day: replace(day, outside=None), id="no outside"),
        pytest.param(lambda day: replace(day, flow=None), id="no flow"),
        pytest.param(lambda day: replace(day, heat=-1.0), id="no heat"),
        pytest.param(lambda day: replace(day, electricity=0.0), id="no electricity"),
    ],
)
def test_days_that_tell_nothing_of_heating_are_left_out(
    change: Callable[[PumpDay], PumpDay],
) -> None:
    days = winter(150)
    # Were they counted, a third of the COP would tell.
    poor = [change(replace(day, heat=day.heat / 3)) for day in days[120:]]
    assert degradation([*days[:120], *poor]) == degradation(days[:120])


# What it says.


def test_a_healthy_heat_pump_is_told_to_be_so() -> None:
    found = told(winter(200))
    assert not found.degraded
    assert (found.since, found.loss_percent, found.cusum) == (None, None, 0)
    assert found.limit == pytest.approx(40)
    assert found.day == FIRST + timedelta(days=199)


@pytest.mark.parametrize("percent", [10, 15])
def test_an_overnight_loss_is_told_with_its_day_and_its_size(percent: int) -> None:
    said = [*verdicts(winter(160, loss=percent / 100))]
    [alarm] = alarms(said)
    assert alarm.since == said[-1].since == ONSET
    assert alarm.day <= ONSET + TOLD_WITHIN / 2
    assert alarm.cusum > alarm.limit
    assert alarm.loss_percent == pytest.approx(percent, abs=0.1)
    assert said[-1].degraded


def test_a_small_loss_is_not_told() -> None:
    assert alarms([*verdicts(winter(300, loss=0.04))]) == []


def test_a_gain_is_no_loss() -> None:
    assert told(winter(200, loss=-0.3)).cusum == 0


def test_one_broken_day_is_not_told() -> None:
    days = winter(150)
    days[120] = replace(days[120], heat=days[120].heat / 20)
    found = [*verdicts(days[:121])][-1]
    assert not found.degraded
    assert found.cusum == pytest.approx(15)
    assert alarms([*verdicts(days)]) == []


def test_a_hotter_flow_is_no_loss() -> None:
    days = winter(110) + [heating_day(n, warmer_flow=6.0) for n in range(110, 160)]
    # Its COP has fallen by a sixth all the same.
    assert days[120].heat / days[120].electricity < 0.84 * (
        winter(121)[120].heat / winter(121)[120].electricity
    )
    assert alarms([*verdicts(days)]) == []


def test_a_steady_flow_temperature_tells_a_loss_too() -> None:
    def steady(day: PumpDay) -> PumpDay:
        assert day.flow is not None
        factor = exp(0.03 * (day.flow - 35.0))
        return replace(day, flow=35.0, electricity=day.electricity / factor)

    assert alarms([*verdicts(map(steady, winter(160)))]) == []
    [alarm] = alarms([*verdicts(map(steady, winter(160, loss=0.1)))])
    assert alarm.since == ONSET


def test_broken_days_long_ago_do_not_blunt_the_watch() -> None:
    days = winter(160, loss=0.1)
    for n in range(0, 80, 10):
        days[n] = replace(days[n], heat=days[n].heat / 5)
    [alarm] = alarms([*verdicts(days)])
    assert alarm.since == ONSET
    assert alarm.limit == pytest.approx(40)


def test_days_that_scatter_raise_the_limit() -> None:
    found = told(scattered(winter(200), 3, 0.08))
    assert found.limit > 100
    assert not found.degraded


# How it goes on.


def test_a_loss_stands_as_long_as_it_lasts() -> None:
    said = [*verdicts(winter(400, loss=0.1))]
    assert len(alarms(said)) == 1
    assert said[-1].degraded
    assert said[-1].since == ONSET
    assert said[-1].days == (ONSET - FIRST).days
    assert said[-1].cusum == pytest.approx(2 * said[-1].limit)


def test_a_loss_stands_over_a_summer_without_heating() -> None:
    days = winter(130, loss=0.1)
    summer = [
        replace(days[-1], day=days[-1].day + timedelta(days=n), outside=17.0)
        for n in range(1, 120)
    ]
    assert told([*days, *summer]) == told(days)
    assert told(days).degraded


def test_a_cure_ends_it_within_weeks() -> None:
    days = winter(150, loss=0.1)
    days += [heating_day(n) for n in range(150, 200)]
    said = [*verdicts(days)]
    ended = next(each for each in said if each.day > ONSET and not each.cusum)
    assert ended.day <= FIRST + timedelta(days=150 + 28)
    assert not said[-1].degraded
    [alarm] = alarms(said)
    # On the way it is said of every day, below the limit too.
    assert all(each.degraded for each in said if alarm.day <= each.day < ended.day)


def test_one_broken_day_does_not_end_it() -> None:
    days = winter(160, loss=0.1)
    days[150] = replace(days[150], heat=days[150].heat * 20)
    assert len(alarms([*verdicts(days)])) == 1
    assert told(days).since == ONSET


def test_a_loss_that_set_in_over_the_summer_is_told_in_autumn() -> None:
    days = winter(110) + [heating_day(n, loss=0.1) for n in range(340, 370)]
    [alarm] = alarms([*verdicts(days)])
    assert alarm.since == FIRST + timedelta(days=340)


def test_after_a_pause_of_years_it_learns_anew() -> None:
    days = winter(110) + [heating_day(n, loss=0.3) for n in range(1000, 1120)]
    said = [*verdicts(days)]
    assert alarms(said) == []
    assert said[-1].day == days[-1].day


# What it does not depend on.


@settings(max_examples=20)
@given(order=st.randoms(), size=st.floats(0.1, 10))
def test_neither_the_order_of_days_nor_the_size_of_the_house_matters(
    order: Random, size: float
) -> None:
    days = scattered(winter(140, loss=0.1), 5, 0.02)
    other = [
        replace(day, heat=day.heat * size, electricity=day.electricity * size)
        for day in days
    ]
    order.shuffle(other)
    known, found = told(days), told(other)
    assert (found.degraded, found.since, found.days) == (True, known.since, known.days)
    assert found.cusum == pytest.approx(known.cusum)
    assert found.loss_percent == pytest.approx(known.loss_percent)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000), scatter=st.floats(0, 0.2), loss=st.floats(-0.3, 0.5)
)
def test_every_verdict_fits_together(seed: int, scatter: float, loss: float) -> None:
    for said in verdicts(scattered(winter(160, loss), seed, scatter)):
        assert said.cusum >= 0
        assert said.limit >= 40 - 1e-9
        assert said.days >= 60
        assert said.degraded == (said.since is not None)
        assert said.degraded == (said.loss_percent is not None)
        if said.since is not None and said.loss_percent is not None:
            assert said.since <= said.day
            assert said.loss_percent > 0


# On the simulator's physics; the rates over many homes are measured apart.


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_a_simulated_heat_pump_is_watched_through_its_seasons(seed: int) -> None:
    home = draw(seed)
    days = home.days(date(2024, 10, 1), 480)
    said = [*verdicts(days)]
    assert said[0].day < date(2025, 2, 15)
    assert alarms(said) == []
    assert max(each.cusum / each.limit for each in said) < 0.5
    assert told_after(home, days, date(2025, 12, 15)) is not None
