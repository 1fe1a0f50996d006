"""What is there at a moment, and what is true."""

from datetime import date
from itertools import pairwise

import pytest

from . import Clock, MeterLate, World
from .conftest import NOW
from .times import DAY, HALF_HOUR, HOUR, LONDON, MINUTE, midnight, utc_text

DAY_START = NOW // DAY * DAY


def test_the_same_seed_gives_the_same_world() -> None:
    first, second = (World.small(now=Clock(NOW)) for _ in range(2))
    assert first.token == second.token
    assert list(first.meters) == list(second.meters)
    span = (NOW - DAY, NOW)
    assert first.truth.system_hours(204, *span) == second.truth.system_hours(204, *span)


def test_another_seed_gives_other_truths() -> None:
    first, second = (World.small(seed=seed, now=Clock(NOW)) for seed in (1, 2))
    span = (NOW - DAY, NOW)
    assert first.truth.system_hours(204, *span) != second.truth.system_hours(204, *span)


def test_the_last_sample_is_the_last_whole_minute_before_now(world: World) -> None:
    assert world.start + (world.visible(world.start) - 1) * MINUTE == NOW // 60 * 60


def test_a_sample_is_not_there_at_its_own_moment(world: World, clock: Clock) -> None:
    clock.now = NOW // 60 * 60
    before = world.visible(world.start)
    clock.advance(0.5)
    assert world.visible(world.start) == before + 1


def test_time_that_passes_adds_samples_and_changes_none(
    world: World, clock: Clock
) -> None:
    known = world.truth.system_hours(204, world.start, NOW)
    clock.advance(30 * DAY)
    later = world.truth.system_hours(204, world.start, clock.now)
    assert later[: len(known)] == known
    assert len(later) == len(known) + 30 * 24


def test_yesterday_arrives_at_six_in_the_morning(world: World, clock: Clock) -> None:
    meter = next(iter(world.meters.values()))
    clock.now = DAY_START + 6 * HOUR - 1
    assert world.latest(meter) == DAY_START - DAY
    clock.advance(1)
    assert world.latest(meter) == DAY_START


def test_a_day_of_the_meter_is_a_local_one(clock: Clock) -> None:
    clock.now = midnight(date(2026, 7, 10)) + 9 * HOUR
    world = World.small(days=5, now=clock)
    latest = world.latest(next(iter(world.meters.values())))
    assert utc_text(latest) == "2026-07-09T23:00:00Z"


def test_readings_that_are_late_come_all_at_once(world: World, clock: Clock) -> None:
    consent, commodity = next(iter(world.meters))
    world.add(MeterLate(consent=consent, start=NOW - 3 * DAY, end=NOW + DAY))
    assert world.latest(world.meters[consent, commodity]) == DAY_START - 3 * DAY
    clock.advance(DAY)
    assert world.latest(world.meters[consent, commodity]) == DAY_START + DAY


def test_true_hours_follow_each_other_and_are_over(world: World) -> None:
    hours = world.truth.system_hours(204, world.start, NOW)
    assert len(hours) == 40 * 24 + 12
    assert hours[0].start == world.start
    assert hours[-1].start + HOUR <= NOW
    assert {b.start - a.start for a, b in pairwise(hours)} == {HOUR}


def test_true_hours_start_on_the_hour_within_the_span(world: World) -> None:
    hours = world.truth.system_hours(204, NOW - 3 * HOUR, NOW)
    assert [hour.start for hour in hours] == [
        NOW // HOUR * HOUR - 2 * HOUR,
        NOW // HOUR * HOUR - HOUR,
    ]


def test_a_true_hour_is_the_sum_of_its_half_hours(world: World) -> None:
    consent, _ = next(iter(world.meters))
    for commodity in ("electricity", "gas"):
        halves = world.truth.meter_half_hours(consent, commodity, 0, NOW)
        hours = world.truth.meter_hours(consent, commodity, 0, NOW)
        assert len(halves) == 40 * 48 and len(hours) == 40 * 24
        assert halves[-1].start == DAY_START - HALF_HOUR
        assert sum(hour.energy_kwh for hour in hours) == pytest.approx(
            sum(half.energy_kwh for half in halves)
        )
        assert hours[7].start == halves[14].start
        assert hours[7].carbon_kg == halves[14].carbon_kg + halves[15].carbon_kg


def test_the_cop_of_a_day_is_a_ratio_of_its_energies(world: World) -> None:
    cops = world.truth.daily_cop(204, LONDON)
    assert date(2026, 11, 21) not in cops
    day = date(2026, 11, 20)
    hours = world.truth.system_hours(204, midnight(day), midnight(day) + DAY)
    heat, elec = (sum(getattr(h, f"{n}_kwh") for h in hours) for n in ("heat", "elec"))
    assert cops[day] == pytest.approx(heat / elec)
    # The clocks went back on the 25th of October: a day of 25 hours, one like any other.
    assert date(2026, 10, 25) in cops


def test_the_meter_holds_what_the_heat_pump_used(world: World) -> None:
    consent, _ = next(iter(world.meters))
    home = world.truth.meter_hours(consent, "electricity", 0, NOW)
    heat_pump = world.truth.system_hours(204, home[0].start, home[-1].start + HOUR)
    assert all(
        whole.energy_kwh >= part.elec_kwh - 0.001
        for whole, part in zip(home, heat_pump, strict=True)
    )


def test_many_systems_share_a_few_plants() -> None:
    world = World.street(systems=20, days=3, now=Clock(NOW))
    assert len(world.systems) == 20
    assert len({id(system.plant) for system in world.systems.values()}) == 4


def test_secrets_of_a_world_are_those_of_its_owner(demo_world: World) -> None:
    for system in demo_world.systems.values():
        if system.owner is not None:
            assert system.read_key == demo_world.accounts[system.owner].read_key
            assert len(system.read_key) == 32
