"""What is sent out of order is still all there, and what cannot be goes again."""

from random import Random

import numpy as np
import pytest

from tests.simulator import Clock, World

from .disorder import AbsurdSamplesForAWhile, AbsurdUsageForAWhile, Json, disordered
from .schedule import DAY, HOUR

NOW = 1_790_000_000


def test_rows_come_in_another_order_and_some_twice() -> None:
    rows: list[Json] = [{"time": float(n)} for n in range(100)]
    found = disordered(rows, Random(1))
    assert isinstance(found, list)
    assert len(found) > len(rows)
    assert all(found.count(row) in (1, 2) for row in rows)
    assert [row for row in rows if found.count(row)] == rows
    assert found[:10] != rows[:10]


def test_the_points_of_a_feed_are_rows_and_their_numbers_are_not() -> None:
    points: list[Json] = [[n, n + 0.5] for n in range(100)]
    found = disordered({"heatpump_elec": points}, Random(1))
    assert isinstance(found, dict)
    mixed = found["heatpump_elec"]
    assert isinstance(mixed, list)
    assert mixed[:10] != points[:10]
    assert all(point in points for point in mixed)


@pytest.mark.parametrize(("passed", "is_absurd"), [(HOUR, True), (DAY, False)])
def test_absurd_values_are_there_until_they_are_set_right(
    passed: int, is_absurd: bool
) -> None:
    clock = Clock(NOW)
    world = World.small(days=2, now=clock)
    (system,) = world.systems.values()
    meter = next(iter(world.meters.values()))
    first = NOW - 30 * HOUR
    times = {"start": first, "end": first + HOUR, "righted": NOW + 2 * HOUR}
    world.add(
        AbsurdSamplesForAWhile(
            system_id=system.id, feeds=("heatpump_elec",), value=1e9, **times
        ),
        AbsurdUsageForAWhile(
            consent=meter.consent, commodity=meter.commodity, value=-5.0, **times
        ),
    )
    clock.advance(passed)
    samples = world.samples(system).feeds["heatpump_elec"]
    assert bool(np.nanmax(samples) == 1e9) is is_absurd
    assert bool(world.readings(meter).energy.min() == -5.0) is is_absurd
