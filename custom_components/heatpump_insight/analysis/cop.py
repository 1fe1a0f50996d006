"""Coefficient of performance: heat out over electricity in, always a ratio of energies."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .hours import HOUR


def cop(heat: float | None, electricity: float | None) -> float | None:
    """Return the COP of two energies (or powers) in one unit, None where it means nothing.

    Without heat or without electricity there is no COP; it is never 0.
    """
    if heat is None or electricity is None or heat <= 0 or electricity <= 0:
        return None
    return heat / electricity


def local_days(start: int, end: int, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """Yield the first hour and the end of each local day that overlaps [start, end).

    In unix seconds at full hours. Days have 23, 24 or 25 hours. Where midnight is not at a full hour
    of UTC, an hour belongs to the day in which it starts.
    """
    day = datetime.fromtimestamp(start, zone).date()
    first = _first_hour(day, zone)
    while first < end:
        day += timedelta(days=1)
        following = _first_hour(day, zone)
        yield first, following
        first = following


def _first_hour(day: date, zone: tzinfo) -> int:
    """Return the first full hour of UTC that starts in a local day."""
    midnight = datetime.combine(day, time(), zone).astimezone(UTC).timestamp()
    return -int(-midnight // HOUR) * HOUR


def daily_cop_hours(
    days: Iterable[tuple[int, int]],
    electricity: Mapping[int, float],
    heat: Mapping[int, float],
) -> dict[int, float]:
    """Return for every hour of each complete day that day's COP.

    A day is complete when the electricity and the heat (kWh) of all its hours are known.
    """
    hours: dict[int, float] = {}
    for first, end in days:
        span = range(first, end, HOUR)
        if not all(hour in electricity and hour in heat for hour in span):
            continue
        ratio = cop(
            sum(heat[hour] for hour in span), sum(electricity[hour] for hour in span)
        )
        if ratio is not None:
            hours |= dict.fromkeys(span, ratio)
    return hours
