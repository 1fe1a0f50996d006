"""Whether a meter's half-hours are those of the heat pump, or lie beside them."""

from dataclasses import dataclass, field
from functools import cache
from random import Random

import numpy as np
import pytest

from custom_components.heatpump_insight.analysis.alignment import (
    OFFSETS,
    Alignment,
    align,
    half_hours_of_counter,
    half_hours_of_power,
)
from custom_components.heatpump_insight.analysis.hours import HALF_HOUR
from tests.simulator.heat_pump import HeatPump, samples
from tests.simulator.physics import (
    Climate,
    Dice,
    House,
    Span,
    electricity_use,
    half_hourly,
)
from tests.simulator.times import DAY, HALF_HOURS_PER_DAY

type HalfHours = dict[int, float]

DAYS = 30
JANUARY, JULY = 20_094, 20_270  # numbers of UTC days of 2025
SEEDS = range(40)

offsets = pytest.mark.parametrize("offset", OFFSETS)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A home with a heat pump, at some time of the year."""

    first_day: int = JANUARY
    house: House = field(default_factory=House)
    is_heated_by_it: bool = True
    has_car: bool = False


CASES = {
    "winter": Case(),
    "summer": Case(first_day=JULY),
    "panels": Case(house=House(solar_kw=5)),
}
UNHEATED = {
    "winter": Case(is_heated_by_it=False),
    "summer": Case(first_day=JULY, is_heated_by_it=False),
    "panels": Case(house=House(solar_kw=5), is_heated_by_it=False),
    "car": Case(is_heated_by_it=False, has_car=True),
}


@cache
def home(case: Case, seed: int) -> tuple[HalfHours, HalfHours]:
    """Return the half-hours of a heat pump and of the meter of a house, in kWh."""
    span = Span(case.first_day, DAYS)
    climate, dice = Climate(), Dice(seed, seed + 1)
    feeds = samples(HeatPump(), climate, dice, span)
    heat_pump = half_hourly(feeds["heatpump_elec"]) / 2000
    used = electricity_use(case.house, climate, dice, span)
    if case.is_heated_by_it:
        used += heat_pump + half_hourly(feeds["immersion_elec"]) / 2000
    if case.has_car:
        random = Random(seed)
        for night in random.sample(range(DAYS), k=DAYS // 2):
            first = night * HALF_HOURS_PER_DAY + 1
            used[first : first + random.randrange(4, 9)] += 3.6
    start = case.first_day * DAY
    imported = np.round(np.maximum(used, 0), 3)
    return stamped(start, heat_pump.tolist()), stamped(start, imported.tolist())


def stamped(start: int, amounts: list[float]) -> HalfHours:
    """Return amounts of half-hours from a start on."""
    return {start + k * HALF_HOUR: amount for k, amount in enumerate(amounts)}


def moved(half_hours: HalfHours, offset: int) -> HalfHours:
    """Return half-hours with other stamps."""
    return {moment + offset: energy for moment, energy in half_hours.items()}


# Homes.


@offsets
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_right_offset_is_found_clearly_in_95_of_100_homes(
    case: Case, offset: int
) -> None:
    found = [
        align(heat_pump, moved(house, offset))
        for heat_pump, house in (home(case, seed) for seed in SEEDS)
    ]
    clear = [each.offset for each in found if each.is_clear]
    assert set(clear) == {offset}
    assert len(clear) >= 0.95 * len(SEEDS)


@pytest.mark.parametrize("case", UNHEATED.values(), ids=UNHEATED)
def test_a_home_without_the_heat_pump_gives_no_clear_evidence(case: Case) -> None:
    found = [align(*home(case, seed)) for seed in SEEDS]
    assert not any(each.is_clear for each in found)


def test_a_meter_of_another_home_gives_no_clear_evidence() -> None:
    """Both heat pumps know the same weather and the same time of the day."""
    summer = Case(first_day=JULY)
    found = [
        align(home(summer, seed)[0], home(summer, seed + 1)[1]) for seed in SEEDS[:-1]
    ]
    assert sum(each.is_clear for each in found) <= 1


# What is no evidence.


@pytest.mark.parametrize("rate", [0.02, 1.0])
def test_noise_is_no_evidence(rate: float) -> None:
    """Whether it comes all the time, or rarely as hot water does."""
    for seed in range(100):
        random = Random(seed)
        heat_pump, house = (
            stamped(
                0,
                [
                    random.expovariate(1) * (random.random() < often)
                    for _ in range(DAYS * 48)
                ],
            )
            for often in (rate, 1.0)
        )
        assert not align(heat_pump, house).is_clear


def test_a_few_days_are_no_evidence_however_well_they_agree() -> None:
    heat_pump = stamped(0, [Random(k).random() for k in range(9 * 48)])
    found = align(heat_pump, heat_pump)
    assert found.offset == 0
    assert found.correlations[0] > 0.99
    assert not found.is_clear


def test_a_month_that_agrees_perfectly_is_evidence() -> None:
    heat_pump = stamped(0, [Random(k).random() for k in range(DAYS * 48)])
    found = align(heat_pump, moved(heat_pump, HALF_HOUR))
    assert found.offset == HALF_HOUR
    assert found.is_clear


def test_a_day_that_repeats_itself_is_no_evidence() -> None:
    day = [Random(k).random() for k in range(48)]
    found = align(stamped(0, day * DAYS), stamped(0, day * DAYS))
    assert (found.offset, found.margin) == (None, None)
    assert not found.is_clear


@pytest.mark.parametrize(
    "house", [{}, {0: 1.0}, stamped(0, [0.0] * 2000)], ids=["none", "one", "zeros"]
)
def test_a_house_that_tells_nothing_is_no_evidence(house: HalfHours) -> None:
    heat_pump = stamped(0, [Random(k).random() for k in range(2000)])
    found = align(heat_pump, house)
    assert found.correlations == {}
    assert found.offset is None
    assert not found.is_clear


# Holes and figures.


def test_half_hours_are_matched_by_time_and_holes_are_left_out() -> None:
    heat_pump, house = home(CASES["winter"], 1)
    holed = {
        moment: energy
        for k, (moment, energy) in enumerate(house.items())
        if k % 10 != 3
    }
    found = align(heat_pump, moved(holed, -HALF_HOUR))
    assert found.offset == -HALF_HOUR
    assert found.is_clear
    # Each hole takes the change to it and the change from it.
    assert found.pairs == pytest.approx(0.8 * DAYS * 48, abs=3)


def test_the_margin_is_that_over_the_second_best() -> None:
    found = Alignment(pairs=1440, correlations={-1800: 0.1, 0: 0.5, 1800: 0.2})
    assert found.offset == 0
    assert found.margin == pytest.approx(0.3)
    assert found.is_clear


def test_the_same_margin_is_no_evidence_from_fewer_pairs() -> None:
    found = Alignment(pairs=490, correlations={-1800: 0.1, 0: 0.5, 1800: 0.2})
    assert not found.is_clear


# Half-hours from what a monitor records.


def test_a_half_hour_is_half_an_hour_of_its_mean_power() -> None:
    found = half_hours_of_power(3600, [1000.0, None, 300.0])
    assert found == {3600: 0.5, 3600 + 2 * HALF_HOUR: 0.15}


def test_a_half_hour_is_what_a_counter_counted_in_it() -> None:
    found = half_hours_of_counter(0, [10.0, 10.5, None, 12.0, 12.25])
    assert found == {0: 0.5, 3 * HALF_HOUR: 0.25}


def test_a_counter_that_restarts_or_jumps_tells_nothing() -> None:
    found = half_hours_of_counter(0, [900.0, 0.0, 0.5, 5000.0, 5001.0])
    assert found == {HALF_HOUR: 0.5, 3 * HALF_HOUR: 1.0}


def test_power_and_counter_tell_the_same() -> None:
    watts = [Random(k).random() * 3000 for k in range(100)]
    counter = [7.0]
    for power in watts:
        counter.append(counter[-1] + power / 2000)
    assert half_hours_of_counter(0, counter) == pytest.approx(
        half_hours_of_power(0, watts)
    )
