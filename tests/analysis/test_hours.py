"""Counters and half-hours into the amounts of whole hours."""

from collections.abc import Mapping, Sequence
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.hours import (
    DAY,
    ELECTRICITY,
    HALF_HOUR,
    HEAT,
    HOUR,
    Counter,
    counter_hours,
    half_hour_hours,
    hourly_values,
    power_hours,
)

START = 1_740_787_200  # 2025-03-01, 00:00 UTC
ENERGIES = pytest.mark.parametrize("counter", [ELECTRICITY, HEAT])

readings_of_a_counter = st.lists(
    st.none() | st.floats(min_value=-1e6, max_value=1e6), max_size=40
)
powers = st.dictionaries(
    st.integers(-3, 43).map(lambda k: START + k * HOUR),
    st.floats(min_value=-2e5, max_value=2e5),
    max_size=40,
)
steps = st.lists(
    st.tuples(st.booleans(), st.floats(min_value=0, max_value=90)), max_size=40
)


def hours(*amounts: float | None) -> dict[int, float]:
    """Return amounts of the hours from START; None leaves one out."""
    return {
        START + k * HOUR: amount
        for k, amount in enumerate(amounts)
        if amount is not None
    }


def counted(
    *readings: float | None,
    counter: Counter = ELECTRICITY,
    kilowatts: Mapping[int, float] | None = None,
) -> dict[int, float]:
    """Return the hours of a counter, with the mean power (kW) beside it."""
    watts = {hour: power * 1000 for hour, power in (kilowatts or {}).items()}
    return counter_hours(counter, START, readings, watts)


# A counter.


@ENERGIES
def test_an_hour_is_the_difference_of_the_counter_at_its_edges(
    counter: Counter,
) -> None:
    assert counted(10, 11, 11, 13.5, counter=counter) == hours(1, 0, 2.5)


@ENERGIES
@pytest.mark.parametrize("readings", [(), (7,), (None, None), (None, 7, None)])
def test_one_reading_tells_no_hour(
    counter: Counter, readings: Sequence[float | None]
) -> None:
    assert counted(*readings, counter=counter) == {}


@ENERGIES
def test_what_was_counted_over_a_hole_is_spread_evenly(counter: Counter) -> None:
    counts = counted(10, 11, None, None, 17, 18, counter=counter)
    assert counts == pytest.approx(hours(1, 2, 2, 2, 1))


def test_a_hole_without_an_end_or_a_beginning_stays_unknown() -> None:
    assert counted(None, None, 5, 6, None, None) == hours(None, None, 1)


def test_power_speaks_only_where_the_counter_has_no_reading_on_both_sides() -> None:
    power = hours(0.7, 0.8, 9, 9, 9, 0.9)
    counts = counted(None, None, 5, 6, None, 9, None, kilowatts=power)
    assert counts == pytest.approx(hours(0.7, 0.8, 1, 1.5, 1.5, 0.9))


@ENERGIES
def test_a_counter_that_restarts_is_bridged_by_the_mean_power(
    counter: Counter,
) -> None:
    counts = counted(500, 501, 0.4, 1.4, counter=counter, kilowatts=hours(1, 1.2, 1))
    assert counts == pytest.approx(hours(1, 1.2, 1))


@ENERGIES
def test_a_counter_that_restarts_without_power_leaves_the_hour_unknown(
    counter: Counter,
) -> None:
    assert counted(500, 501, 0.5, 1.5, counter=counter) == hours(1, None, 1)


@ENERGIES
@pytest.mark.parametrize("before", [8, 60, 5000])
def test_a_counter_that_restarts_in_a_long_hole_gives_nothing_of_the_hole(
    counter: Counter, before: float
) -> None:
    hole = [None] * 71
    counts = counted(before - 1, before, *hole, 2, 3, counter=counter)
    assert counts == {START: 1, START + 73 * HOUR: 1}


def test_a_restart_in_a_hole_takes_what_power_is_known() -> None:
    counts = counted(500, None, None, 3, kilowatts=hours(1.5, None, 1.7))
    assert counts == pytest.approx(hours(1.5, None, 1.7))


def test_a_counter_that_jumps_beyond_reason_is_not_believed() -> None:
    assert counted(500, 9000, 9001, kilowatts=hours(1.2)) == pytest.approx(
        hours(1.2, 1)
    )


@ENERGIES
@pytest.mark.parametrize("broken", [0, 1e9])
def test_readings_that_jump_away_and_back_are_a_hole(
    counter: Counter, broken: float
) -> None:
    counts = counted(500, 501, broken, broken, 507, 508, counter=counter)
    assert counts == pytest.approx(hours(1, 2, 2, 2, 1))


def test_two_restarts_are_no_jump_and_back() -> None:
    assert counted(500, 0, 1, 2, 0, 1) == hours(None, 1, 1, None, 1)


def test_a_counter_that_is_set_back_to_what_it_was_keeps_the_hours_between() -> None:
    """It counted from 0 for eight hours before somebody noticed."""
    between = range(9)
    counts = counted(500, 501, *between, 700, 701)
    assert counts == hours(1, None, *[1] * 8, None, 1)


def test_the_rounding_of_stored_readings_is_no_restart() -> None:
    assert counted(20_000.004, 20_000.002, 20_001.002) == pytest.approx(hours(0, 1))


@pytest.mark.parametrize(
    ("fall", "kilowatts"),
    [
        pytest.param(0.3, None, id="small, power not known"),
        pytest.param(0.3, -0.2, id="as the power tells"),
        pytest.param(4, -3.6, id="cooling, as the power tells"),
    ],
)
def test_a_small_fall_of_the_heat_counter_is_defrost_and_is_kept(
    fall: float, kilowatts: float | None
) -> None:
    power = hours(1, kilowatts, 1)
    counts = counted(50, 51, 51 - fall, 52 - fall, counter=HEAT, kilowatts=power)
    assert counts == pytest.approx(hours(1, -fall, 1))


def test_heat_that_falls_while_the_power_gives_heat_is_a_restart() -> None:
    counts = counted(3, 3.5, 0.2, counter=HEAT, kilowatts=hours(0.5, 2.2))
    assert counts == pytest.approx(hours(0.5, 2.2))


def test_a_long_cooling_in_a_hole_is_kept_where_the_power_tells_it() -> None:
    power = hours(*[-2] * 5)
    counts = counted(90, None, None, None, None, 80.5, counter=HEAT, kilowatts=power)
    assert counts == pytest.approx(hours(*[-1.9] * 5))


@ENERGIES
@given(steps=steps, first=st.floats(min_value=0, max_value=1e5))
def test_hours_of_a_counter_without_restart_add_up_to_what_it_counted(
    counter: Counter, steps: list[tuple[bool, float]], first: float
) -> None:
    reading, readings = first, list[float | None]([first])
    for is_known, step in steps:
        reading += step
        readings.append(reading if is_known else None)
    known = [each for each in readings if each is not None]
    counts = counted(*readings, counter=counter)
    assert sum(counts.values()) == pytest.approx(known[-1] - first, abs=1e-6)
    assert len(counts) == max(k for k, each in enumerate(readings) if each is not None)


@ENERGIES
@given(readings=readings_of_a_counter, watts=powers)
def test_no_hour_lies_outside_what_was_read(
    counter: Counter, readings: list[float | None], watts: dict[int, float]
) -> None:
    edges = range(START, START + (len(readings) - 1) * HOUR, HOUR)
    counts = counter_hours(counter, START, readings, watts)
    assert counts.keys() <= {*edges} | watts.keys()


@given(readings=readings_of_a_counter, watts=powers)
def test_electricity_is_never_negative(
    readings: list[float | None], watts: dict[int, float]
) -> None:
    counts = counter_hours(ELECTRICITY, START, readings, watts)
    assert all(0 <= amount <= 100 for amount in counts.values())


@ENERGIES
@given(
    before=st.floats(min_value=20, max_value=1e5),
    after=st.floats(min_value=0, max_value=10),
    hole=st.integers(0, 100),
)
def test_a_restart_never_gives_a_negative_hour(
    counter: Counter, before: float, after: float, hole: int
) -> None:
    counts = counted(before, *[None] * hole, after, after + 1, counter=counter)
    assert all(amount >= 0 for amount in counts.values())


@ENERGIES
@given(readings=readings_of_a_counter, watts=powers, shift=st.integers(-500, 500))
def test_hours_depend_on_nothing_but_the_distance_from_the_start(
    counter: Counter,
    readings: list[float | None],
    watts: dict[int, float],
    shift: int,
) -> None:
    later = counter_hours(
        counter,
        START + shift * HOUR,
        readings,
        {hour + shift * HOUR: power for hour, power in watts.items()},
    )
    assert later == {
        hour + shift * HOUR: amount
        for hour, amount in counter_hours(counter, START, readings, watts).items()
    }


# Power alone.


def test_mean_power_of_an_hour_is_its_energy() -> None:
    assert power_hours(ELECTRICITY, hours(0, 1500)) == hours(0, 1.5)


def test_power_beyond_reason_tells_nothing() -> None:
    watts = hours(1000, 250_000, -250_000)
    assert power_hours(HEAT, watts) == hours(1)


def test_heat_taken_back_counts_and_electricity_below_zero_is_noise_or_broken() -> None:
    watts = hours(-5, -400, 1000)
    assert power_hours(HEAT, watts) == pytest.approx(hours(-0.005, -0.4, 1))
    assert power_hours(ELECTRICITY, watts) == hours(0, None, 1)


# Values of a series.


def test_values_are_named_by_their_hour() -> None:
    assert hourly_values(START, (20.5, None, 21), START + DAY) == hours(20.5, None, 21)


def test_an_hour_that_is_not_over_has_no_value() -> None:
    values = hourly_values(START, (20.5, 21, 22), START + 3 * HOUR - 1)
    assert values == hours(20.5, 21)


# Half-hours.

HOUR_IS_OVER = START + HOUR
TWO_DAYS_LATER = HOUR_IS_OVER + 2 * DAY
FINAL = START + 60 * DAY


def test_an_hour_is_the_sum_of_its_two_halves_and_is_final() -> None:
    halves = [(START, 0.2), (START + HALF_HOUR, 0.3), (START + HOUR, 1)]
    halves.append((START + HOUR + HALF_HOUR, 0))
    found = half_hour_hours(halves, HOUR_IS_OVER)
    assert found.amounts == hours(0.5, 1)
    assert found.looks == {}


HALF_AN_HOUR: list[list[tuple[int, float | None]]] = [
    [(START, 0.2)],
    [(START + HALF_HOUR, 0.2)],
    [(START, 0.2), (START + HALF_HOUR, None)],
    [(START, None), (START + HALF_HOUR, 0.2)],
]


@pytest.mark.parametrize("halves", HALF_AN_HOUR)
@pytest.mark.parametrize(
    ("now", "amounts", "again"),
    [
        pytest.param(HOUR_IS_OVER, {}, HOUR_IS_OVER + DAY, id="waits"),
        pytest.param(TWO_DAYS_LATER - 60, {}, TWO_DAYS_LATER, id="waits on"),
        pytest.param(TWO_DAYS_LATER, hours(0.2), TWO_DAYS_LATER + DAY, id="is taken"),
        pytest.param(FINAL - 1, hours(0.2), FINAL - 1 + DAY, id="is looked at"),
        pytest.param(FINAL, hours(0.2), None, id="is final"),
    ],
)
def test_a_half_alone_waits_two_days_and_is_looked_at_daily_until_it_is_final(
    halves: list[tuple[int, float | None]],
    now: float,
    amounts: dict[int, float],
    again: float | None,
) -> None:
    found = half_hour_hours(halves, now)
    assert found.amounts == amounts
    assert found.looks == ({} if again is None else {START: again})


@pytest.mark.parametrize(
    ("now", "again"), [(HOUR_IS_OVER, HOUR_IS_OVER + DAY), (FINAL, None)]
)
def test_an_hour_of_errors_has_no_amount_and_is_looked_at_until_it_is_final(
    now: float, again: float | None
) -> None:
    found = half_hour_hours([(START, None), (START + HALF_HOUR, None)], now)
    assert found.amounts == {}
    assert found.looks == ({} if again is None else {START: again})


def test_every_hour_has_a_look_of_its_own() -> None:
    halves = [(START, 0.1), (START + DAY + HOUR, 0.2)]
    assert half_hour_hours(halves, TWO_DAYS_LATER - 60).looks == {
        START: TWO_DAYS_LATER,
        START + DAY + HOUR: TWO_DAYS_LATER - 60 + DAY,
    }


def test_a_stamp_that_is_no_half_hour_is_not_counted() -> None:
    halves = [(START, 0.1), (START + 60, 5), (START + HALF_HOUR, 0.2)]
    assert half_hour_hours(halves, FINAL).amounts == pytest.approx(hours(0.3))


half_hours = st.dictionaries(
    st.integers(0, 40).map(lambda k: START + k * HALF_HOUR),
    st.none() | st.floats(min_value=0, max_value=50),
).map(lambda found: list(found.items()))
moments = st.floats(min_value=HOUR_IS_OVER, max_value=FINAL + 2 * DAY)


@given(halves=half_hours, now=moments, order=st.randoms())
def test_the_order_of_half_hours_changes_nothing(
    halves: list[tuple[int, float | None]],
    now: float,
    order: Random,
) -> None:
    mixed = [*halves]
    order.shuffle(mixed)
    found, other = half_hour_hours(halves, now), half_hour_hours(mixed, now)
    assert other.amounts == pytest.approx(found.amounts)
    assert other.looks == found.looks


@given(halves=half_hours, now=moments, cut=st.integers(0, 20))
def test_splitting_half_hours_at_an_hour_changes_nothing(
    halves: list[tuple[int, float | None]], now: float, cut: int
) -> None:
    edge = START + cut * HOUR
    parts = [
        half_hour_hours([half for half in halves if is_in(half[0])], now)
        for is_in in (edge.__gt__, edge.__le__)
    ]
    whole = half_hour_hours(halves, now)
    assert whole.amounts == parts[0].amounts | parts[1].amounts
    assert whole.looks == parts[0].looks | parts[1].looks


@given(halves=half_hours)
def test_in_the_end_the_hours_hold_every_good_half(
    halves: list[tuple[int, float | None]],
) -> None:
    found = half_hour_hours(halves, FINAL + DAY)
    good = {start: amount for start, amount in halves if amount is not None}
    assert sum(found.amounts.values()) == pytest.approx(sum(good.values()))
    assert found.amounts.keys() == {start // HOUR * HOUR for start in good}
    assert found.looks == {}


@given(halves=half_hours, now=moments)
def test_a_look_is_never_due_already(
    halves: list[tuple[int, float | None]], now: float
) -> None:
    looks = half_hour_hours(halves, now).looks
    assert all(now < look <= now + DAY for look in looks.values())
