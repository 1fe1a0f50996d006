"""Whether a meter's half-hours are those of the heat pump, or lie beside them.

Services differ in which end of a half-hour its stamp marks. What a heat pump starts and
stops is seen at the house's meter: where the two agree best, there its half-hours lie.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import StatisticsError, correlation, fmean, median
from typing import Final

from .hours import DAY, HALF_HOUR
from .supply import Hours

OFFSETS: Final = (-HALF_HOUR, 0, HALF_HOUR)

# As many pairs as ten days have; the test is meant for 30.
_ENOUGH: Final = 10 * 48
# Appliances and cars switch more than a heat pump does. What a house changes by beyond
# so many times its usual change is cut off, or a few evenings would drown a month.
_USUAL_CHANGES: Final = 3
# Meters tell kWh to three decimals; what is far below them is rounding.
_DECIMALS: Final = 6
# Of how many standard deviations a margin is no chance.
_SIGMAS: Final = 3.5
# A home's heat pump never uses more in a half-hour; a counter that tells more was set.
_MAX_KWH: Final = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How well the house agrees with the heat pump at each offset (s), over so many pairs.

    `correlations` are −1 to 1. An offset of +1800 s means that the house's half-hours are
    stamped half an hour later than the heat pump's. No offset is known that has too few
    pairs, or where one side never changed.
    """

    pairs: int
    correlations: Mapping[int, float]

    @property
    def offset(self) -> int | None:
        """Return the offset at which the two agree best."""
        return max(self.correlations, key=self.correlations.__getitem__, default=None)

    @property
    def margin(self) -> float | None:
        """Return by how much the best correlation exceeds the second best."""
        match sorted(self.correlations.values()):
            case [*_, second, best]:
                return best - second
        return None

    @property
    def is_clear(self) -> bool:
        """Tell whether chance does not reach such a margin.

        A correlation c of n independent pairs varies by √(1/n) around nothing. That of
        changes at offset k is cₖ − ½ (cₖ₋₁ + cₖ₊₁), so two of them that lie a half-hour
        apart differ by 3/2, 3/2, 1/2 and 1/2 of four such c, which varies by √(5/n). Of
        20 000 pairs of random series one reached three and a half times that.
        """
        return (
            self.margin is not None
            and self.pairs >= _ENOUGH
            and self.margin >= _SIGMAS * sqrt(5 / self.pairs)
        )


def align(heat_pump: Hours, house: Hours) -> Alignment:
    """Return how well a house's half-hours agree with the heat pump's at each offset.

    Both are kWh by the unix second that a half-hour is stamped with, best of 30 days.
    Compared is what changes from one half-hour to the next, less what usually changes at
    that time of the day: levels that stay for hours agree at any offset, and so do habits
    of the day that have nothing to do with each other.
    """
    changes = _unusual_changes(heat_pump)
    seen = _without_outliers(_unusual_changes(house))
    correlations: dict[int, float] = {}
    pairs = []
    for offset in OFFSETS:
        moments = [moment for moment in changes if moment + offset in seen]
        pairs.append(len(moments))
        # What never changes agrees with nothing.
        with suppress(StatisticsError):
            correlations[offset] = correlation(
                [changes[moment] for moment in moments],
                [seen[moment + offset] for moment in moments],
            )
    return Alignment(pairs=min(pairs), correlations=correlations)


def half_hours_of_power(start: int, watts: Sequence[float | None]) -> dict[int, float]:
    """Return the kWh of the half-hours from `start` on whose mean power (W) is known."""
    return {
        start + k * HALF_HOUR: power / 2000
        for k, power in enumerate(watts)
        if power is not None
    }


def half_hours_of_counter(
    start: int, readings: Sequence[float | None]
) -> dict[int, float]:
    """Return the kWh of the half-hours from `start` on that a counter tells.

    `readings` are the counter in kWh at both ends of each. Where it restarted or jumped it
    tells nothing.
    """
    return {
        start + k * HALF_HOUR: after - before
        for k, (before, after) in enumerate(pairwise(readings))
        if before is not None and after is not None and 0 <= after - before <= _MAX_KWH
    }


def _unusual_changes(half_hours: Hours) -> dict[int, float]:
    """Return the change at each half-hour, less the mean change at that time of the day."""
    changes = {
        moment: energy - half_hours[moment - HALF_HOUR]
        for moment, energy in half_hours.items()
        if moment - HALF_HOUR in half_hours
    }
    by_time: defaultdict[int, list[float]] = defaultdict(list)
    for moment, change in changes.items():
        by_time[moment % DAY].append(change)
    usual = {clock: fmean(each) for clock, each in by_time.items()}
    return {
        moment: round(change - usual[moment % DAY], _DECIMALS)
        for moment, change in changes.items()
    }


def _without_outliers(changes: Hours) -> dict[int, float]:
    """Return changes cut off at a few times the size that half of them stay below."""
    if not changes:
        return {}
    most = _USUAL_CHANGES * median(map(abs, changes.values()))
    return {moment: min(max(change, -most), most) for moment, change in changes.items()}
