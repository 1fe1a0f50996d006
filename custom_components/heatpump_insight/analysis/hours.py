"""Counters and half-hours into the amounts of whole hours.

An hour is named by the unix second at which it starts, in UTC. An hour that is not known
is not in the answer: it is never guessed and never 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

HOUR: Final = 3600
HALF_HOUR: Final = 1800
DAY: Final = 24 * HOUR

# A home's heat pump never reaches this mean power; what lies above is a broken reading.
_MAX_KW: Final = 100.0
# What defrost and cooling may take back from a heat counter when no power is known. A
# counter that falls by more, however long nobody looked, has restarted.
_MAX_FALL_KWH: Final = 5.0
BROKEN_AT_MOST: Final = 6 * HOUR
"""A counter that goes on for longer from where it jumped to was set to that."""
# Counters are stored as 32-bit floats, so two equal readings may differ by this much.
_NOISE_KWH: Final = 0.01
# How far a counter and the power beside it may lie apart and still tell the same story.
_AGREEMENT_KWH: Final = 0.5
_AGREEMENT_SHARE: Final = 0.25

# A single good half-hour is taken for its hour when the other is this late ...
_WAIT: Final = 2 * DAY
# ... and is looked at again daily until then.
_FINAL_AFTER: Final = 60 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What a cumulative energy feed may do."""

    may_fall: bool


ELECTRICITY: Final = Counter(may_fall=False)
# Defrost and cooling take heat back out of the house.
HEAT: Final = Counter(may_fall=True)


type _Reading = tuple[int, float]


def counter_hours(
    counter: Counter,
    start: int,
    readings: Sequence[float | None],
    mean_watts: Mapping[int, float],
) -> dict[int, float]:
    """Return the energy of each hour in kWh from a cumulative counter.

    `readings` are the counter in kWh at `start`, `start` + 1 h and so on, None where
    nothing was recorded. `mean_watts` is the mean power of hours, where known. What a
    counter counted over a hole is spread evenly over the missing hours. Before its first
    and after its last reading, and where it restarted or jumped beyond reason, the mean
    power tells the energy, and without it the hour stays unknown.
    """
    hours = power_hours(counter, mean_watts)
    known = (
        (start + k * HOUR, reading)
        for k, reading in enumerate(readings)
        if reading is not None
    )
    for (first, before), (last, after) in pairwise(_without_excursions(counter, known)):
        span = range(first, last, HOUR)
        powers = [hours[hour] for hour in span if hour in hours]
        expected = sum(powers) if len(powers) == len(span) else None
        counted = _counted(counter, after - before, len(span), expected)
        if counted is not None:
            hours |= dict.fromkeys(span, counted / len(span))
    return hours


def power_hours(counter: Counter, mean_watts: Mapping[int, float]) -> dict[int, float]:
    """Return the energy of each hour in kWh from its mean power in W.

    Where it may not fall, power a little below zero is noise, and far below is broken.
    """
    least = -_MAX_KW if counter.may_fall else -_NOISE_KWH
    return {
        hour: energy if counter.may_fall else max(energy, 0.0)
        for hour, watts in mean_watts.items()
        if least <= (energy := watts / 1000) <= _MAX_KW
    }


def _without_excursions(
    counter: Counter, readings: Iterable[_Reading]
) -> list[_Reading]:
    """Leave out broken readings: those to which a counter jumped and soon came back from."""
    kept: list[_Reading] = []
    jump: int | None = None
    for reading in readings:
        if kept and not _follows(counter, kept[-1], reading):
            if (
                jump is not None
                and reading[0] - kept[jump][0] <= BROKEN_AT_MOST
                and _follows(counter, kept[jump - 1], reading)
            ):
                del kept[jump:]
                jump = None
            else:
                jump = len(kept)
        kept.append(reading)
    return kept


def _follows(counter: Counter, earlier: _Reading, later: _Reading) -> bool:
    """Tell whether a counter may have got from one reading to the other by counting."""
    hours = (later[0] - earlier[0]) // HOUR
    return _counted(counter, later[1] - earlier[1], hours, None) is not None


def _counted(
    counter: Counter, difference: float, hours: int, expected: float | None
) -> float | None:
    """Return the energy between two readings in kWh, or None where they do not tell it.

    `expected` is what the mean power tells of the same hours, where it is known.
    """
    if difference > _MAX_KW * hours:
        return None
    if difference >= 0:
        return difference
    if not counter.may_fall:
        return 0.0 if difference >= -_NOISE_KWH else None
    if expected is None:
        return difference if difference >= -_MAX_FALL_KWH else None
    apart = abs(difference - expected)
    if apart <= _AGREEMENT_KWH + _AGREEMENT_SHARE * abs(expected):
        return difference
    return None


def hourly_values(
    start: int, values: Sequence[float | None], end: int
) -> dict[int, float]:
    """Return the known values of a series with one value an hour, up to `end`."""
    return {
        hour: value
        for k, value in enumerate(values)
        if value is not None and (hour := start + k * HOUR) + HOUR <= end
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterHours:
    """Hours of a meter: the amounts, and which of them are worth another look.

    `looks` holds for each such hour the unix second from which the answer may differ
    without any news from the meter, or at which it is to be asked for again.
    """

    amounts: dict[int, float]
    looks: dict[int, float]


def half_hour_hours(
    half_hours: Iterable[tuple[int, float | None]],
    now: float,
) -> MeterHours:
    """Return hourly amounts from half-hours, in the half-hours' own unit.

    `half_hours` are the start (unix seconds, UTC) and the amount of each, None for one
    in error. An hour is the sum of its two halves. Where one is missing or in error the
    hour waits two days for it, and then is the good half alone; it stays worth another
    look daily until it is 60 days old.
    """
    halves: dict[int, dict[int, float | None]] = {}
    for start, amount in half_hours:
        if start % HALF_HOUR == 0:
            halves.setdefault(start - start % HOUR, {})[start] = amount
    amounts: dict[int, float] = {}
    looks: dict[int, float] = {}
    for hour, both in sorted(halves.items()):
        good = [amount for amount in both.values() if amount is not None]
        waits_until = hour + HOUR + _WAIT
        if len(good) == 2 or (good and now >= waits_until):
            amounts[hour] = sum(good)
        if len(good) < 2 and now < hour + _FINAL_AFTER:
            is_waiting = bool(good) and now < waits_until
            looks[hour] = min(now + DAY, waits_until) if is_waiting else now + DAY
    return MeterHours(amounts=amounts, looks=looks)
