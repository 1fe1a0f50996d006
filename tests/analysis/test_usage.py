"""What a meter measured, by the periods in which it did."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.days import SERVICE_ZONE
from custom_components.heatpump_insight.analysis.usage import (
    Amounts,
    average_day,
    periods,
)
from custom_components.heatpump_insight.api.powershaper import (
    Aggregate,
    ProfileUsage,
    Usage,
)

# The last of June 2026 and the first of July, whose British days begin at 23:00 UTC.
START = datetime(2026, 6, 29, 23, tzinfo=UTC)
END = START + timedelta(days=2)


def usage(start: datetime, energy: float | None = 1.0, errors: int = 0) -> Usage:
    """Return a row of the service."""
    return Usage(start=start, energy_kwh=energy, carbon_kg=0.2, error_count=errors)


def starts(
    *stamps: datetime, aggregate: Aggregate, ends_stamped: bool = False
) -> list[str]:
    """Return the beginnings of the periods that rows with these stamps cover."""
    found = periods(
        map(usage, stamps), aggregate, START, END, ends_stamped=ends_stamped
    )
    return [moment.astimezone(SERVICE_ZONE).isoformat() for moment in found]


def test_half_hours_are_those_of_the_british_days_alone() -> None:
    half = timedelta(minutes=30)
    assert starts(
        START - half, START, END - half, END, aggregate=Aggregate.HALF_HOUR
    ) == ["2026-06-30T00:00:00+01:00", "2026-07-01T23:30:00+01:00"]


def test_a_half_hour_that_is_stamped_with_its_end_began_before() -> None:
    half = timedelta(minutes=30)
    assert starts(
        START, START + half, END, aggregate=Aggregate.HALF_HOUR, ends_stamped=True
    ) == ["2026-06-30T00:00:00+01:00", "2026-07-01T23:30:00+01:00"]


@pytest.mark.parametrize("minutes", [30, 60])
def test_an_hour_is_found_by_the_end_of_its_first_half_or_its_own(minutes: int) -> None:
    assert starts(
        START + timedelta(minutes=minutes), aggregate=Aggregate.HOUR, ends_stamped=True
    ) == ["2026-06-30T00:00:00+01:00"]


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_day_is_a_british_one_even_if_the_service_names_it_in_utc(hours: int) -> None:
    stamp = START + timedelta(hours=hours)
    assert starts(stamp, aggregate=Aggregate.DAY) == ["2026-06-30T00:00:00+01:00"]


def test_a_month_begins_on_its_first_day() -> None:
    stamp = datetime(2026, 7, 1, tzinfo=UTC)
    assert starts(stamp, aggregate=Aggregate.MONTH) == ["2026-07-01T00:00:00+01:00"]


def amounts(aggregate: Aggregate, energy: float | None, errors: int) -> Amounts:
    """Return the amounts of one row."""
    [found] = periods([usage(START, energy, errors)], aggregate, START, END).values()
    return found


@pytest.mark.parametrize("aggregate", [Aggregate.HALF_HOUR, Aggregate.DAY])
def test_nothing_with_half_hours_missing_is_a_gap_and_no_zero(
    aggregate: Aggregate,
) -> None:
    gap = Amounts(energy_kwh=None, carbon_kg=None, missing=1)
    assert amounts(aggregate, 0.0, 1) == gap
    assert amounts(aggregate, None, 1) == gap
    assert amounts(aggregate, 0.0, 0) == Amounts(
        energy_kwh=0.0, carbon_kg=0.2, missing=0
    )


def test_of_a_longer_period_what_is_there_is_told() -> None:
    assert amounts(Aggregate.HALF_HOUR, 3.0, 1).energy_kwh is None
    assert amounts(Aggregate.DAY, 3.0, 1) == Amounts(
        energy_kwh=3.0, carbon_kg=0.2, missing=1
    )


@given(st.lists(st.integers(0, 47), unique=True), st.booleans())
def test_an_average_day_runs_from_its_first_half_hour_to_its_last(
    halves: list[int], ends_stamped: bool
) -> None:
    def moment(half: int) -> time:
        return time(half // 2, half % 2 * 30)

    stamped = [(half + ends_stamped) % 48 for half in halves]
    found = average_day(
        (
            ProfileUsage(
                time_of_day=moment(stamp), energy_kwh=half, carbon_kg=0.1, error_count=0
            )
            for half, stamp in zip(halves, stamped, strict=True)
        ),
        ends_stamped=ends_stamped,
    )
    assert [(each, row.energy_kwh) for each, row in found.items()] == [
        (moment(half), half) for half in sorted(halves)
    ]


def test_the_hour_that_comes_twice_keeps_both_its_halves() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = periods(
        [usage(first), usage(first + timedelta(hours=1))],
        Aggregate.HALF_HOUR,
        datetime(2026, 10, 24, 23, tzinfo=UTC),
        datetime(2026, 10, 26, tzinfo=UTC),
    )
    assert list(found) == [first, first + timedelta(hours=1)]
