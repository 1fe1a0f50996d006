"""The schedules: each seed has its own, always the same, and an end."""

from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite

import pytest

from .schedule import DAY, draw

SEEDS = range(30)


def test_a_seed_always_draws_the_same() -> None:
    assert list(draw(7, 60).lines()) == list(draw(7, 60).lines())
    assert list(draw(7, 60).steps()) == list(draw(7, 60).steps())


def test_another_seed_draws_another_life() -> None:
    told = {"\n".join(draw(seed, 60).lines()) for seed in SEEDS}
    assert len(told) == len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_goes_wrong_on_the_way_ends_with_the_life(seed: int) -> None:
    schedule = draw(seed, 60)
    assert all(fault.end <= schedule.end for fault in schedule.on_the_way)
    assert all(wrong.end <= schedule.end for wrong in schedule.wrong_clocks)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_brought_in_later_comes_before_the_end_or_never(seed: int) -> None:
    schedule = draw(seed, 60)
    filled = [getattr(fault, "filled", 0.0) for fault in schedule.in_the_data]
    assert all(moment < schedule.end or not isfinite(moment) for moment in filled)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_cannot_be_is_set_right_before_the_end(seed: int) -> None:
    schedule = draw(seed, 60)
    righted = [getattr(fault, "righted", 0.0) for fault in schedule.in_the_data]
    assert max(righted) < schedule.end


def test_every_kind_of_fault_comes_in_some_life() -> None:
    drawn = [draw(seed, 60) for seed in range(100)]
    kinds = {
        type(fault).__name__
        for schedule in drawn
        for fault in (*schedule.on_the_way, *schedule.in_the_data)
    }
    assert kinds >= {
        "AbsurdSamplesForAWhile",
        "AbsurdUsageForAWhile",
        "CounterRestart",
        "Disordered",
        "FeedAppears",
        "FeedDeleted",
        "FeedEnds",
        "FeedReplaced",
        "HalfHoursMissing",
        "Hanging",
        "MeterGone",
        "MeterLate",
        "MonitorDark",
        "PowerCorrected",
        "UsageCorrected",
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_time_goes_on_to_the_end_in_steps_of_a_day_at_most(seed: int) -> None:
    schedule = draw(seed, 60)
    steps = [schedule.start, *schedule.steps()]
    assert steps[-1] == schedule.end
    assert all(0 <= after - before <= DAY for before, after in pairwise(steps))
    assert {restart.at for restart in schedule.restarts} <= set(steps)


@pytest.mark.parametrize("days", [1, 60, 800])
def test_every_month_has_a_day_in_the_peace_after_the_life(days: int) -> None:
    for seed in SEEDS:
        schedule = draw(seed, days)
        begin = schedule.start - schedule.history * DAY
        every = range(int(begin), int(schedule.end + schedule.peace), DAY)
        months = {f"{datetime.fromtimestamp(day, UTC):%Y-%m}" for day in every}
        assert schedule.peace >= max(7, len(months)) * DAY


def test_a_replay_tells_what_befell_the_home() -> None:
    schedule = draw(1, 60)
    faults = (*schedule.on_the_way, *schedule.in_the_data)
    told = "\n".join(schedule.lines())
    assert faults
    assert all(type(fault).__name__ in told for fault in faults)
    assert not any("consent=" in line for line in schedule.lines())
