"""Days and months of a meter, and which days are complete."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.days import (
    SERVICE_ZONE,
    DayTotals,
    Total,
    day_totals,
    first_day_of_totals,
    latest_complete_day,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a meter."""

    start: datetime
    energy_kwh: float | None = 10.0
    carbon_kg: float | None = 1.25
    error_count: int = 0


def midnight(day: date) -> datetime:
    """Return the moment of UTC at which a British day begins."""
    return datetime.combine(day, datetime.min.time(), SERVICE_ZONE).astimezone(UTC)


def day(
    of: date,
    energy_kwh: float | None = 10.0,
    carbon_kg: float | None = 1.25,
    errors: int = 0,
) -> Day:
    """Return a British day of a meter."""
    return Day(
        start=midnight(of),
        energy_kwh=energy_kwh,
        carbon_kg=carbon_kg,
        error_count=errors,
    )


def days(first: date, last: date) -> list[Day]:
    """Return whole days from the first to the last, both included."""
    return [day(first + timedelta(n)) for n in range((last - first).days + 1)]


TODAY = date(2025, 11, 20)
YESTERDAY = date(2025, 11, 19)
LATEST = midnight(TODAY)
FIRST = first_day_of_totals(TODAY, TODAY)
WHOLE = days(FIRST, YESTERDAY)


def kwh(amount: float) -> Total:
    """Return an energy with the carbon of these tests."""
    return Total(energy_kwh=amount, carbon_kg=amount / 8)


def test_whole_days_add_up_to_weeks_and_months() -> None:
    assert day_totals(WHOLE, LATEST, TODAY) == DayTotals(
        day=YESTERDAY,
        latest_day=kwh(10),
        last_7_days=kwh(70),
        last_30_days=kwh(300),
        this_month=kwh(190),
        last_month=kwh(310),
        missing=0,
    )


@pytest.mark.parametrize(
    ("latest", "today", "first"),
    [
        pytest.param(date(2025, 11, 20), date(2025, 11, 20), date(2025, 10, 1)),
        pytest.param(date(2025, 3, 1), date(2025, 3, 1), date(2025, 1, 30)),
        pytest.param(date(2025, 1, 2), date(2025, 1, 2), date(2024, 12, 1)),
        pytest.param(date(2025, 6, 9), date(2025, 11, 20), date(2025, 5, 10)),
    ],
)
def test_what_is_wanted_reaches_back_a_month_and_thirty_days(
    latest: date, today: date, first: date
) -> None:
    assert first_day_of_totals(latest, today) == first


@pytest.mark.parametrize(
    ("latest", "end"),
    [
        pytest.param(timedelta(0), YESTERDAY, id="the end of the last half-hour"),
        pytest.param(timedelta(minutes=-30), YESTERDAY, id="its start"),
        pytest.param(timedelta(hours=-1), date(2025, 11, 18), id="an hour is missing"),
        pytest.param(timedelta(hours=9), YESTERDAY, id="today has begun"),
    ],
)
def test_a_day_is_whole_when_the_meter_has_sent_its_end(
    latest: timedelta, end: date
) -> None:
    totals = day_totals(WHOLE, LATEST + latest, TODAY)
    assert totals.day == end


def test_a_day_of_summer_ends_an_hour_earlier_than_one_of_utc() -> None:
    today = date(2025, 7, 10)
    rows = days(date(2025, 6, 1), date(2025, 7, 9))
    latest = datetime(2025, 7, 9, 23, tzinfo=UTC)
    assert day_totals(rows, latest, today).day == date(2025, 7, 9)


def test_the_latest_day_is_the_last_one_without_a_missing_half_hour() -> None:
    rows = [*WHOLE[:-2], day(date(2025, 11, 18), 7, 1), day(YESTERDAY, 9, errors=1)]
    totals = day_totals(rows, LATEST, TODAY)
    assert totals.day == date(2025, 11, 18)
    assert totals.latest_day == Total(energy_kwh=7, carbon_kg=1)


def test_a_day_without_energy_is_no_latest_day() -> None:
    rows = [*WHOLE[:-1], day(YESTERDAY, None)]
    assert day_totals(rows, LATEST, TODAY).day == date(2025, 11, 18)


def test_today_so_far_counts_for_the_month_alone() -> None:
    totals = day_totals([*WHOLE, day(TODAY, 2, 0.25)], LATEST, TODAY)
    assert totals.this_month == kwh(192)
    assert totals.last_7_days == kwh(70)
    assert totals.latest_day == kwh(10)


def test_half_hours_in_error_and_days_that_are_not_there_are_missing() -> None:
    rows = [row for row in WHOLE if row.start != midnight(date(2025, 11, 12))]
    rows[-3] = day(date(2025, 11, 17), 9.5, errors=2)
    totals = day_totals(rows, LATEST, TODAY)
    assert totals.missing == 48 + 2
    assert totals.last_7_days == Total(energy_kwh=69.5, carbon_kg=8.75)
    assert totals.last_30_days.energy_kwh == 289.5


@pytest.mark.parametrize(
    ("changed", "half_hours"), [(date(2025, 10, 26), 50), (date(2025, 3, 30), 46)]
)
def test_a_missing_day_on_which_clocks_change_has_its_own_length(
    changed: date, half_hours: int
) -> None:
    end = changed + timedelta(days=3)
    rows = [
        row
        for row in days(end - timedelta(days=29), end)
        if row.start != midnight(changed)
    ]
    latest = midnight(end + timedelta(days=1))
    assert day_totals(rows, latest, end).missing == half_hours


def test_errors_older_than_thirty_days_are_not_counted() -> None:
    rows = [day(date(2025, 10, 20), errors=7), *days(date(2025, 10, 21), YESTERDAY)]
    assert day_totals(rows, LATEST, TODAY).missing == 0


def test_a_meter_that_tells_no_carbon_has_energy_alone() -> None:
    rows = [day(date(2025, 11, 10) + timedelta(n), 10, None) for n in range(10)]
    totals = day_totals(rows, LATEST, TODAY)
    assert totals.last_7_days == Total(energy_kwh=70, carbon_kg=None)
    assert totals.last_7_days.intensity is None


def test_a_meter_without_days_has_no_totals() -> None:
    totals = day_totals([], LATEST, TODAY)
    assert totals.day is None
    assert totals.latest_day == totals.last_month == totals.last_30_days == Total()
    # Those of the 30 days before, with the longer one on which clocks changed.
    assert totals.missing == 30 * 48 + 2


@pytest.mark.parametrize(
    ("total", "intensity"),
    [
        (Total(energy_kwh=4, carbon_kg=0.6), 150),
        (Total(energy_kwh=4, carbon_kg=0), 0),
        (Total(energy_kwh=0, carbon_kg=0), None),
        (Total(energy_kwh=4), None),
        (Total(carbon_kg=0.6), None),
    ],
)
def test_the_intensity_is_grams_per_kilowatt_hour(
    total: Total, intensity: float | None
) -> None:
    assert total.intensity == (None if intensity is None else pytest.approx(intensity))


@given(
    today=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    lag=st.integers(0, 90),
    hours=st.integers(0, 23),
)
def test_what_is_wanted_is_all_that_the_totals_need(
    today: date, lag: int, hours: int
) -> None:
    latest = midnight(today - timedelta(days=lag)) + timedelta(hours=hours)
    last = latest.astimezone(SERVICE_ZONE).date()
    rows = days(first_day_of_totals(last, today), last)
    more = days(rows[0].start.date() - timedelta(days=50), last)
    assert day_totals(rows, latest, today) == day_totals(more, latest, today)
    assert day_totals(rows, latest, today).missing == 0


@given(order=st.randoms())
def test_the_order_of_days_changes_nothing(order: Random) -> None:
    mixed = [*WHOLE]
    order.shuffle(mixed)
    assert day_totals(mixed, LATEST, TODAY) == day_totals(WHOLE, LATEST, TODAY)


FULL = 86400.0


def seconds(of: date) -> int:
    """Return the unix seconds of a British midnight."""
    return int(midnight(of).timestamp())


@pytest.mark.parametrize(
    ("recorded", "hours_after_midnight", "expected"),
    [
        pytest.param(FULL, 0, date(2025, 11, 19), id="whole, and just over"),
        pytest.param(FULL - 60, 0, date(2025, 11, 19), id="a few samples lost"),
        pytest.param(80000.0, 11, date(2025, 11, 18), id="may still be added to"),
        pytest.param(80000.0, 12, date(2025, 11, 19), id="has a gap"),
        pytest.param(0.0, 12, date(2025, 11, 18), id="nothing recorded"),
        pytest.param(None, 12, date(2025, 11, 18), id="not told"),
        pytest.param(FULL, -1, date(2025, 11, 18), id="not over"),
    ],
)
def test_the_latest_day_of_a_heat_pump_is_over_and_complete(
    recorded: float | None, hours_after_midnight: int, expected: date
) -> None:
    days_recorded = {
        seconds(date(2025, 11, 19)): recorded,
        seconds(date(2025, 11, 18)): FULL,
        seconds(date(2025, 11, 16)): FULL,
    }
    now = midnight(date(2025, 11, 20)) + timedelta(hours=hours_after_midnight)
    assert latest_complete_day(days_recorded, now) == expected


@pytest.mark.parametrize("of", [date(2025, 10, 26), date(2026, 3, 29)])
def test_a_day_on_which_clocks_change_is_over_at_its_own_midnight(of: date) -> None:
    end = midnight(of + timedelta(days=1))
    recorded = {seconds(of): FULL}
    assert latest_complete_day(recorded, end) == of
    assert latest_complete_day(recorded, end - timedelta(minutes=1)) is None


def test_a_heat_pump_without_days_has_no_latest_day() -> None:
    assert latest_complete_day({}, midnight(TODAY)) is None
