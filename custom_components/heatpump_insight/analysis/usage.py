"""What a meter measured, as its service answers it, into periods that are what they say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ..api.powershaper import Aggregate, ProfileUsage, Usage
from .days import SERVICE_ZONE

_HALF_HOUR: Final = timedelta(minutes=30)
_HALF_DAY: Final = timedelta(hours=12)
_ANY_DAY: Final = date(2000, 1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Energy (kWh) and carbon (kg of CO2) of a period, None where not known.

    `missing` counts the half-hours that are not there, so that the amounts are those of
    the others.
    """

    energy_kwh: float | None
    carbon_kg: float | None
    missing: int


def periods(
    rows: Iterable[Usage],
    aggregate: Aggregate,
    start: datetime,
    end: datetime,
    *,
    ends_stamped: bool = False,
) -> dict[datetime, Amounts]:
    """Return the amounts of the periods that begin in [start, end), by their beginning.

    All times are UTC; days and months are those of British time. `ends_stamped` says
    that the service stamps a half-hour with its end, and a longer period with the end of
    its first half-hour or with its own.
    """
    shift = _HALF_HOUR if ends_stamped else timedelta()
    found = (
        (_beginning(row.start - shift, aggregate), _amounts(row, aggregate))
        for row in rows
    )
    return {moment: amounts for moment, amounts in found if start <= moment < end}


def average_day(
    rows: Iterable[ProfileUsage], *, ends_stamped: bool = False
) -> dict[time, Amounts]:
    """Return the amounts of the half-hours of an average day, by their beginning."""
    shift = _HALF_HOUR if ends_stamped else timedelta()
    day = {
        _earlier(row.time_of_day, shift): _amounts(row, Aggregate.PROFILE)
        for row in rows
    }
    return {moment: day[moment] for moment in sorted(day)}


def _beginning(moment: datetime, aggregate: Aggregate) -> datetime:
    """Return the beginning of the period that a moment lies in or nearly begins."""
    match aggregate:
        case Aggregate.DAY | Aggregate.MONTH:
            # Days of UTC, if the service ignores the zone, begin an hour off in summer.
            day = (moment.astimezone(SERVICE_ZONE) + _HALF_DAY).date()
            if aggregate is Aggregate.MONTH:
                day = day.replace(day=1)
            return datetime.combine(day, time(), SERVICE_ZONE).astimezone(UTC)
        case Aggregate.HOUR:
            return moment.replace(minute=0, second=0, microsecond=0)
    return moment


def _earlier(moment: time, shift: timedelta) -> time:
    """Return the time of day so much before another; before midnight is at its end."""
    return (datetime.combine(_ANY_DAY, moment) - shift).time()


def _amounts(row: Usage | ProfileUsage, aggregate: Aggregate) -> Amounts:
    """Return what is known of a row: nothing with half-hours missing is a gap, no zero."""
    whole = row.error_count == 0
    known = whole or (aggregate is not Aggregate.HALF_HOUR and bool(row.energy_kwh))
    return Amounts(
        energy_kwh=row.energy_kwh if known else None,
        carbon_kg=row.carbon_kg if known else None,
        missing=row.error_count,
    )
