"""Days and months of a meter, from its daily totals; and which days are complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

# Both services are British: their days begin at midnight there.
SERVICE_ZONE: Final = ZoneInfo("Europe/London")
_LONGEST_WINDOW: Final = 30
# HeatpumpMonitor.org has 86 400 s in every day; a few lost samples are no gap.
_ALL_SECONDS: Final = 86400 - 300
_NOON: Final = timedelta(hours=12)


class DailyUsage(Protocol):
    """A day of a meter: its start, kWh, kg of CO2, and half-hours that are missing."""

    @property
    def start(self) -> datetime:
        """Return any moment of the local day."""

    @property
    def energy_kwh(self) -> float | None:
        """Return the energy in kWh."""

    @property
    def carbon_kg(self) -> float | None:
        """Return the carbon in kg of CO2."""

    @property
    def error_count(self) -> int:
        """Return how many half-hours are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Energy in kWh and its carbon in kg of CO2, None where not known."""

    energy_kwh: float | None = None
    carbon_kg: float | None = None

    @property
    def intensity(self) -> float | None:
        """Return the carbon intensity in g CO2 per kWh; nothing used has none."""
        if not self.energy_kwh or self.carbon_kg is None:
            return None
        return self.carbon_kg * 1000 / self.energy_kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotals:
    """What a meter's owner wants to see of its last days and months.

    `latest_day` is the last day without a missing half-hour, `day` its date. The last 7
    and 30 days end with the last day that the meter has sent whole; `missing` counts the
    half-hours that are not there in those 30 days. The months are those of the calendar.
    """

    day: date | None = None
    latest_day: Total = Total()
    last_7_days: Total = Total()
    last_30_days: Total = Total()
    this_month: Total = Total()
    last_month: Total = Total()
    missing: int | None = None


def first_day_of_totals(latest: date, today: date) -> date:
    """Return the first day that `day_totals` wants to know."""
    return min(_month_before(today), latest - timedelta(days=_LONGEST_WINDOW))


def day_totals(rows: Iterable[DailyUsage], latest: datetime, today: date) -> DayTotals:
    """Return the totals of days of British time.

    `rows` reach from `first_day_of_totals` to `latest`, the end of what the meter has
    sent. `today` is the British date.
    """
    days = {row.start.astimezone(SERVICE_ZONE).date(): row for row in rows}
    end = _last_whole_day(latest)
    whole = [
        day
        for day, row in days.items()
        if day <= end and row.error_count == 0 and row.energy_kwh is not None
    ]
    month = today.replace(day=1)
    before = _month_before(today)
    last_30 = _days(end, _LONGEST_WINDOW)
    return DayTotals(
        day=max(whole, default=None),
        latest_day=_total([days[max(whole)]] if whole else []),
        last_7_days=_total([days[day] for day in _days(end, 7) if day in days]),
        last_30_days=_total([days[day] for day in last_30 if day in days]),
        this_month=_total([row for day, row in days.items() if day >= month]),
        last_month=_total([row for day, row in days.items() if before <= day < month]),
        missing=sum(
            days[day].error_count if day in days else _half_hours(day)
            for day in last_30
        ),
    )


def latest_complete_day(
    recorded: Mapping[int, float | None], now: datetime
) -> date | None:
    """Return the last British day that is over and complete, None without one.

    `recorded` tells for the midnight (unix s) of each day of a heat pump of how many of
    its seconds there is data. A day without a gap is complete once it is over. One with a
    gap is taken for complete when the service has had half a day to add to it.
    """
    complete = []
    for midnight, seconds in recorded.items():
        day = datetime.fromtimestamp(midnight, SERVICE_ZONE).date()
        over = now - _midnight(day + timedelta(days=1))
        waited = timedelta() if (seconds or 0) >= _ALL_SECONDS else _NOON
        if seconds and over >= waited:
            complete.append(day)
    return max(complete, default=None)


def _last_whole_day(latest: datetime) -> date:
    """Return the last day of which the meter has sent the end.

    The last half-hour may be named by its start or by its end.
    """
    moment = latest.astimezone(UTC) + timedelta(minutes=30)
    return moment.astimezone(SERVICE_ZONE).date() - timedelta(days=1)


def _month_before(day: date) -> date:
    """Return the first day of the month before the one of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _days(end: date, count: int) -> list[date]:
    return [end - timedelta(days=back) for back in range(count)]


def _half_hours(day: date) -> int:
    """Return how many half-hours a British day has: 46 and 50 when clocks change."""
    length = _midnight(day + timedelta(days=1)) - _midnight(day)
    return int(length / timedelta(minutes=30))


def _midnight(day: date) -> datetime:
    """Return in UTC when a British day begins."""
    return datetime.combine(day, datetime.min.time(), SERVICE_ZONE).astimezone(UTC)


def _total(rows: Sequence[DailyUsage]) -> Total:
    """Add days up; what no day knows is unknown."""
    return Total(
        energy_kwh=_sum(row.energy_kwh for row in rows),
        carbon_kg=_sum(row.carbon_kg for row in rows),
    )


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
