"""Whether a heat pump has become worse than it used to be at the same temperatures.

What a day's COP should have been is learnt from the system's own heating days: a plane
of the logarithm of the COP over the mean flow and outside temperature. What a day falls
short of it goes into a CUSUM, which sums up over weeks what is more than allowed
(Page 1954, doi:10.1093/biomet/41.1-2.100).

The seasons are the trap: a plane through one autumn says little of the winter, and one
that a day itself has bent says nothing of that day. So a day is compared with those of
the year that ended four weeks before it and, as long as a loss stands, of the year
before the loss.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from math import expm1, log, sumprod
from statistics import fmean, median
from typing import Final

from .cop import cop
from .heating import PumpDay

_ENOUGH_DAYS: Final = 60
_LAG: Final = timedelta(days=28)
# So that the same weeks of a year ago are among them.
_REFERENCE: Final = timedelta(days=400)

# In parts of the COP. Half of the loss of 10 % that is to be told: the allowance with
# which a CUSUM tells that loss soonest.
_ALLOWED: Final = 0.05
# What one day can do, so that no single broken one decides.
_MOST: Final = 0.2
# The limit, in days × parts of the COP: eight days with a loss of 10 % ...
_LEAST_LIMIT: Final = 0.4
# ... and more where days scatter by more than 3.7 %. With the allowance k a healthy
# CUSUM passes h with the chance exp(-2 k h / v). v, the variance over weeks, is four
# times that of a day, since one day resembles the next; exp(-7.5) is rare enough.
_LIMIT_PER_VARIANCE: Final = 7.5 * 4 / (2 * _ALLOWED)
# The CUSUM stops at so many limits, so that a cure is seen within weeks.
_MOST_LIMITS: Final = 2

# The scatter is that of most days: what lies beyond so many times it bends no plane.
_OUTLIER: Final = 3.5
_ROUNDS: Final = 3
# The standard deviation of a normal distribution over its median deviation.
_NORMAL: Final = 1.4826
# Sensors tell no less (in parts of the COP, and in K).
_LEAST_SCATTER: Final = 0.005
_RESOLUTION: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """What the watch says after a heating day.

    `since` is the first day of the loss, and `loss_percent` the mean of what the COP
    has lost from then on; None unless degraded. `days` counts the heating days that it
    was compared with. `cusum` and `limit` are in percent × days.
    """

    day: date
    degraded: bool
    since: date | None
    loss_percent: float | None
    days: int
    cusum: float
    limit: float


def degradation(days: Iterable[PumpDay]) -> Degradation | None:
    """Return what the watch says after the last of the days, None before it can.

    It says nothing before there are 60 heating days that are four weeks old, and in
    summer what it said last. Two years of days are enough, unless a loss is older than
    that. A change of flow temperature is no loss.

    On the simulator's physics, homes of all sorts: no false alarm in 545 healthy
    system-years, and 597 of 600 overnight losses of 10 % told within 21 days, half of
    them within 10. With 4 % more scatter from day to day: one in 219 system-years, and
    219 of 240 losses. (`python -m tests.analysis.degradation_rates`, 150 homes; the
    latter with `--homes 60 --scatter 0.04`.)
    """
    last = deque(verdicts(days), maxlen=1)
    return last[0] if last else None


def verdicts(days: Iterable[PumpDay]) -> Iterator[Degradation]:
    """Yield what the watch says after each heating day that it could judge."""
    watched = sorted(_watched(days), key=lambda each: each.day)
    run = _Run()
    for week, of_week in groupby(watched, key=_week):
        until = (run.told and run.since) or date.fromordinal(7 * week) - _LAG
        reference = [each for each in watched if until - _REFERENCE <= each.day < until]
        if len(reference) < _ENOUGH_DAYS:
            continue
        usual = _usual(reference)
        for each in of_week:
            run = run.after(each.day, usual.shortfall(each), usual.limit)
            yield run.verdict(each.day, usual)


@dataclass(frozen=True, slots=True)
class _Day:
    """A heating day: the logarithm of its COP, and temperatures in °C."""

    day: date
    log_cop: float
    flow: float
    outside: float


@dataclass(frozen=True, slots=True)
class _Usual:
    """The plane through heating days, and their scatter about it (parts of the COP)."""

    days: int
    log_cop: float
    flow: float
    outside: float
    flow_slope: float
    outside_slope: float
    scatter: float = _LEAST_SCATTER

    @property
    def limit(self) -> float:
        """Return what the CUSUM has to pass, in days × parts of the COP."""
        return max(_LEAST_LIMIT, _LIMIT_PER_VARIANCE * self.scatter**2)

    def shortfall(self, of: _Day) -> float:
        """Return by how much a day's log COP is below the plane: about its loss."""
        return (
            self.log_cop
            + self.flow_slope * (of.flow - self.flow)
            + self.outside_slope * (of.outside - self.outside)
            - of.log_cop
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The CUSUM after a day, and what fell short since it last was at zero."""

    cusum: float = 0.0
    told: bool = False
    since: date | None = None
    days: int = 0
    lost: float = 0.0

    def after(self, day: date, shortfall: float, limit: float) -> _Run:
        """Return the CUSUM after one more day."""
        lost = max(-_MOST, min(shortfall, _MOST))
        cusum = min(self.cusum + lost - _ALLOWED, _MOST_LIMITS * limit)
        if cusum <= 0:
            return _Run()
        return _Run(
            cusum=cusum,
            told=self.told or cusum > limit,
            since=self.since or day,
            days=self.days + 1,
            lost=self.lost + lost,
        )

    def verdict(self, day: date, usual: _Usual) -> Degradation:
        """Return what is to be said of it."""
        return Degradation(
            day=day,
            degraded=self.told,
            since=self.since if self.told else None,
            loss_percent=100 * -expm1(-self.lost / self.days) if self.told else None,
            days=usual.days,
            cusum=100 * self.cusum,
            limit=100 * usual.limit,
        )


def _week(of: _Day) -> int:
    """Return the number of a day's week."""
    return of.day.toordinal() // 7


def _watched(days: Iterable[PumpDay]) -> Iterator[_Day]:
    """Yield the heating days that tell a COP and both temperatures."""
    for each in days:
        ratio = cop(each.heat, each.electricity)
        if (
            each.is_heating
            and ratio is not None
            and each.flow is not None
            and each.outside is not None
        ):
            yield _Day(each.day, log(ratio), each.flow, each.outside)


def _usual(days: Sequence[_Day]) -> _Usual:
    """Return the plane through most of the days, leaving out those far off it."""
    usual = _plane(days)
    for _ in range(_ROUNDS):
        off = [abs(usual.shortfall(each)) for each in days]
        scatter = max(_NORMAL * median(off), _LEAST_SCATTER)
        near = [
            day for day, far in zip(days, off, strict=True) if far <= _OUTLIER * scatter
        ]
        usual = replace(_plane(near), scatter=scatter)
    return replace(usual, days=len(days))


def _plane(days: Sequence[_Day]) -> _Usual:
    """Return the plane with the least squares.

    Weather compensation ties the flow to the outside temperature, so that days may not
    tell their two slopes apart. The slopes are held down as if each temperature had the
    sensors' own error (ridge regression), which always gives a plane.
    """
    level = fmean(each.log_cop for each in days)
    flow = fmean(each.flow for each in days)
    outside = fmean(each.outside for each in days)
    y = [each.log_cop - level for each in days]
    f = [each.flow - flow for each in days]
    o = [each.outside - outside for each in days]
    ridge = len(days) * _RESOLUTION**2
    ff, oo, fo = sumprod(f, f) + ridge, sumprod(o, o) + ridge, sumprod(f, o)
    fy, oy = sumprod(f, y), sumprod(o, y)
    determinant = ff * oo - fo * fo
    return _Usual(
        days=len(days),
        log_cop=level,
        flow=flow,
        outside=outside,
        flow_slope=(oo * fy - fo * oy) / determinant,
        outside_slope=(ff * oy - fo * fy) / determinant,
    )
