"""What the rows must be, in small cases that can be counted by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tests.simulator import (
    Clock,
    CounterRestart,
    FeedEnds,
    HalfHoursMissing,
    MonitorDark,
    World,
)

from .expected import Hours, cop, of_meter, of_system, with_what_was_before
from .schedule import DAY, HOUR

START = int(datetime(2026, 3, 28, tzinfo=UTC).timestamp())


def summed(world: World) -> Mapping[str, Hours]:
    """Return the true energy of each hour of the heat pump."""
    hours = world.truth.system_hours(204, 0, world.now())
    return {
        "electricity": {hour.start: hour.elec_kwh for hour in hours},
        "heat": {hour.start: hour.heat_kwh for hour in hours},
    }


@pytest.fixture
def world() -> World:
    """Return a world whose two days of history have just ended."""
    return World.small(days=2, now=Clock(START + 2 * DAY + 60))


def system_hours(world: World) -> dict[str, Hours]:
    """Return what is expected of the only heat pump."""
    return of_system(world, world.systems[204])


@pytest.mark.parametrize("key", ["electricity", "heat"])
def test_without_faults_every_hour_is_the_truth(world: World, key: str) -> None:
    assert system_hours(world)[key] == pytest.approx(summed(world)[key])


def test_a_hole_is_filled_evenly_with_what_was_counted(world: World) -> None:
    first = world.start + DAY
    hole = range(first, first + 6 * HOUR, HOUR)
    world.add(MonitorDark(system_id=204, start=first + 60, end=hole.stop - 60))
    truth = summed(world)["electricity"]
    total = sum(truth[hour] for hour in hole)
    expected = truth | dict.fromkeys(hole, total / 6)
    assert system_hours(world)["electricity"] == pytest.approx(expected)


def test_a_restart_is_bridged_by_the_power(world: World) -> None:
    world.add(CounterRestart(system_id=204, at=world.start + DAY + 1000))
    found = system_hours(world)["electricity"]
    assert found == pytest.approx(summed(world)["electricity"])


def test_a_restart_without_power_leaves_its_hour_unknown(world: World) -> None:
    restart = world.start + DAY + 1000
    world.add(
        FeedEnds(system_id=204, at=world.start, feeds=("heatpump_elec",)),
        CounterRestart(system_id=204, at=restart),
    )
    truth = summed(world)["electricity"]
    missing = truth.keys() - system_hours(world)["electricity"].keys()
    assert missing == {restart // HOUR * HOUR}


def test_the_rows_of_feeds_that_were_replaced_are_kept(world: World) -> None:
    at = world.start + DAY
    before = {"heat": {at - 40 * HOUR: 1.0, at - HOUR: 2.0, at: 9.0}}
    found = with_what_was_before({"heat": {at: 3.0}}, before, at)["heat"]
    assert found.hours == {at - 40 * HOUR: 1.0, at - HOUR: 2.0, at: 3.0}
    assert found.perhaps == {at - HOUR}


def test_a_day_on_which_the_clocks_change_has_a_cop_when_its_23_hours_are_known() -> (
    None
):
    """In 2026 they change on 29 March."""
    hours = range(START + DAY, START + DAY + 23 * HOUR, HOUR)
    found = cop(dict.fromkeys(hours, 1.0), dict.fromkeys(hours, 3.0))
    assert found == dict.fromkeys(hours, 3.0)


def test_a_day_of_which_an_hour_is_unknown_has_no_cop() -> None:
    hours = range(START, START + 23 * HOUR, HOUR)
    assert cop(dict.fromkeys(hours, 1.0), dict.fromkeys(hours, 3.0)) == {}


@pytest.mark.parametrize(("waited", "is_known"), [(2 * DAY, True), (DAY, False)])
def test_half_an_hour_is_taken_alone_after_two_days(
    world: World, waited: int, is_known: bool
) -> None:
    meter = next(iter(world.meters.values()))
    hour = world.start + 12 * HOUR
    whole, _ = of_meter(world, meter, world.now())
    world.add(
        HalfHoursMissing(
            consent=meter.consent,
            commodity=meter.commodity,
            start=hour,
            end=hour + HOUR // 2,
        )
    )
    found, carbon = of_meter(world, meter, hour + HOUR + waited)
    assert (hour in found) is is_known
    assert found.get(hour, 0.0) < whole[hour]
    assert found.keys() == carbon.keys()
