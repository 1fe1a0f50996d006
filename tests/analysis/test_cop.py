"""The COP, and the days that it is told of."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.cop import (
    cop,
    daily_cop_hours,
    local_days,
)
from custom_components.heatpump_insight.analysis.hours import DAY, HOUR

LONDON = ZoneInfo("Europe/London")
KOLKATA = ZoneInfo("Asia/Kolkata")

# Clocks there move at midnight, by half an hour, over 45 minutes, or by a whole day.
zones = st.sampled_from(
    [
        UTC,
        LONDON,
        KOLKATA,
        ZoneInfo("America/Santiago"),
        ZoneInfo("Africa/Cairo"),
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("Asia/Kathmandu"),
        ZoneInfo("Pacific/Apia"),
    ]
)


def moment(year: int, month: int, day: int, hour: int = 0) -> int:
    """Return the unix second of an hour of UTC."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


# The ratio.


def test_the_cop_is_heat_over_electricity() -> None:
    assert cop(9.0, 2.5) == pytest.approx(3.6)


@pytest.mark.parametrize(
    ("heat", "electricity"),
    [(None, 1), (1, None), (0, 1), (1, 0), (-0.5, 1), (1, -0.5), (None, None)],
)
def test_without_heat_or_electricity_there_is_no_cop(
    heat: float | None, electricity: float | None
) -> None:
    assert cop(heat, electricity) is None


# Local days.


@pytest.mark.parametrize(
    ("zone", "day", "first", "hours"),
    [
        pytest.param(UTC, (2025, 7, 1), moment(2025, 7, 1), 24, id="UTC"),
        pytest.param(LONDON, (2025, 1, 9), moment(2025, 1, 9), 24, id="winter"),
        pytest.param(LONDON, (2025, 7, 1), moment(2025, 6, 30, 23), 24, id="summer"),
        pytest.param(LONDON, (2025, 3, 30), moment(2025, 3, 30), 23, id="spring"),
        pytest.param(LONDON, (2025, 10, 26), moment(2025, 10, 25, 23), 25, id="autumn"),
        # Midnight is at 18:30 of UTC: the hour from 18:00 on starts the day before.
        pytest.param(
            KOLKATA, (2025, 7, 1), moment(2025, 6, 30, 19), 24, id="half past"
        ),
    ],
)
def test_a_local_day_begins_with_its_first_hour_and_follows_the_clocks(
    zone: tzinfo, day: tuple[int, int, int], first: int, hours: int
) -> None:
    noon = int(datetime(*day, 12, tzinfo=zone).timestamp()) // HOUR * HOUR
    assert [*local_days(noon, noon + HOUR, zone)] == [(first, first + hours * HOUR)]


def test_no_hour_has_no_day() -> None:
    start = moment(2025, 7, 1)
    assert [*local_days(start, start, UTC)] == []


@given(
    zone=zones,
    # Samoa had no 30 December 2011.
    start=st.integers(moment(2011, 12, 1) // HOUR, moment(2026, 12, 1) // HOUR)
    | st.integers(moment(2011, 12, 27) // HOUR, moment(2012, 1, 2) // HOUR),
    length=st.integers(1, 24 * 400),
)
def test_local_days_hold_each_hour_exactly_once(
    zone: tzinfo, start: int, length: int
) -> None:
    start, end = start * HOUR, (start + length) * HOUR
    days = [*local_days(start, end, zone)]
    hours = [hour for first, last in days for hour in range(first, last, HOUR)]
    assert hours == [*range(days[0][0], days[-1][1], HOUR)]
    assert days[0][0] <= start < days[0][1]
    assert days[-1][0] < end <= days[-1][1]


@given(
    zone=zones, start=st.integers(moment(2012, 2, 1) // DAY, moment(2026, 6, 1) // DAY)
)
def test_the_hours_of_a_local_day_start_on_it(zone: tzinfo, start: int) -> None:
    def day_of(hour: int) -> date:
        return datetime.fromtimestamp(hour, zone).date()

    days = [*local_days(start * DAY, (start + 3) * DAY, zone)]
    for first, last in days:
        assert day_of(first - HOUR) < day_of(first)
        assert {day_of(hour) for hour in range(first, last, HOUR)} == {day_of(first)}


# The COP of a day.

FIRST = moment(2025, 1, 9)
TWO_DAYS = [(FIRST, FIRST + DAY), (FIRST + DAY, FIRST + 2 * DAY)]


def test_every_hour_of_a_complete_day_carries_the_ratio_of_the_days_energies() -> None:
    hours = range(FIRST, FIRST + 2 * DAY, HOUR)
    electricity = {hour: 1.0 + (hour >= FIRST + DAY) for hour in hours}
    heat = {hour: 6.0 * (hour % (2 * HOUR) == 0) for hour in hours}
    assert daily_cop_hours(TWO_DAYS, electricity, heat) == {
        hour: 3.0 if hour < FIRST + DAY else 1.5 for hour in hours
    }


@pytest.mark.parametrize("is_heat", [False, True])
@pytest.mark.parametrize("missing", [0, 11, 23])
def test_a_day_with_a_missing_hour_has_no_cop(missing: int, is_heat: bool) -> None:
    electricity = dict.fromkeys(range(FIRST, FIRST + 2 * DAY, HOUR), 1.0)
    heat = dict.fromkeys(electricity, 3.0)
    del (heat if is_heat else electricity)[FIRST + missing * HOUR]
    hours = daily_cop_hours(TWO_DAYS, electricity, heat)
    assert hours == dict.fromkeys(range(FIRST + DAY, FIRST + 2 * DAY, HOUR), 3.0)


def test_a_day_without_heat_has_no_cop() -> None:
    electricity = dict.fromkeys(range(FIRST, FIRST + DAY, HOUR), 0.01)
    heat = dict.fromkeys(electricity, 0.0)
    assert daily_cop_hours(TWO_DAYS[:1], electricity, heat) == {}
