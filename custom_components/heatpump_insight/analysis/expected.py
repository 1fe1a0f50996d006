"""What a system's COP should be at its own temperatures, learnt from the fleet.

Over a year the COP of the published fleet falls in a straight line with the lift, the
flow temperature less the outside temperature (K, weighted by heat): 224 air source
systems exported on 2026-07-15 give 7.0 − 0.11 × lift, nine in ten within 0.5 of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import linear_regression, median

from .fleet import ENOUGH, Member

type Point = tuple[float, float]
"""A lift in K, and a COP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line through `n` systems: COP = intercept + slope × lift."""

    n: int
    intercept: float
    slope: float

    def at(self, lift: float) -> float:
        """Return the COP at a lift in K."""
        return self.intercept + self.slope * lift


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The COP to be expected at a system's lift, and what it makes of the system's own.

    `gap` is the own COP less the expected one. `kelvin_percent` is how much less
    electricity gives the same heat with 1 K less of flow temperature, in percent, and
    `kelvin_kwh` the same in kWh.
    """

    cop: float
    gap: float
    kelvin_percent: float
    kelvin_kwh: float


def points(members: Iterable[Member]) -> tuple[Point, ...]:
    """Return lift and COP of the members whose lift is known."""
    return tuple((each.lift, each.cop) for each in members if each.lift is not None)


def least_squares(of: Sequence[Point]) -> Line | None:
    """Return the line with the least sum of squares, which others publish.

    None where there are too few points, or all have one lift.
    """
    if not _tells_a_line(of):
        return None
    slope, intercept = linear_regression(*zip(*of, strict=True))
    return Line(n=len(of), intercept=intercept, slope=slope)


def robust_line(of: Sequence[Point]) -> Line | None:
    """Return the line of Theil and Sen: the median of the slopes between all pairs.

    Wrong points, up to 29 %, cannot carry it away, whether their COP or their lift is
    wrong, and unlike an iterated fit it has no constant to choose and always ends. It
    takes n² / 2 slopes, some 10 ms for the fleet. None where there are too few points,
    or all have one lift. (Sen 1968, doi:10.1080/01621459.1968.10480934.)
    """
    if not _tells_a_line(of):
        return None
    slope = median(
        (y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(of, 2) if x1 != x2
    )
    intercept = median(y - slope * x for x, y in of)
    return Line(n=len(of), intercept=intercept, slope=slope)


def _tells_a_line(of: Sequence[Point]) -> bool:
    return len(of) >= ENOUGH and len({lift for lift, _ in of}) > 1


def expectation(
    line: Line, *, lift: float, own_cop: float, electricity: float
) -> Expectation | None:
    """Return what to expect of a system at its lift (K), with its electricity in kWh.

    None where the line says nothing of it: it does not fall, or has fallen to the COP
    of a plain electric heater.
    """
    expected = line.at(lift)
    if line.slope >= 0 or expected <= 1:
        return None
    saved = 1 - expected / line.at(lift - 1)
    return Expectation(
        cop=expected,
        gap=own_cop - expected,
        kelvin_percent=100 * saved,
        kelvin_kwh=electricity * saved,
    )
