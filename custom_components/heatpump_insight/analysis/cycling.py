"""Whether a compressor starts more often than those of the published fleet.

A fixed number of starts is no measure: in mild weather most healthy heat pumps start
three times an hour. So a day is compared with the fleet, and only days in a row count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Final

from .fleet import percentile, spread
from .heating import PumpDay

_DAYS_IN_A_ROW: Final = 3
# Days further back say nothing of how the heat pump runs now.
_RECENT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycling:
    """How often a compressor starts, compared with those of `n` systems.

    `starts_per_hour` is that of the last heating day, `percentile` the percent of the
    fleet that starts less often, and `limit` the fleet's 90th percentile. `days_above`
    is how many heating days up to the last lie above it, one after the other.
    """

    is_problem: bool
    days_above: int
    starts_per_hour: float
    percentile: float
    limit: float
    n: int


def cycling(days: Iterable[PumpDay], fleet: Sequence[float]) -> Cycling | None:
    """Compare the last two weeks of days, in any order, with the fleet's starts per hour.

    Compressors start more often in mild weather, so the fleet's figures are best of a
    window of the same season: 30 days. None without a recent heating day whose starts
    are known, or with too small a fleet.
    """
    known = sorted(days, key=lambda each: each.day)
    usual = spread(fleet)
    recent = [
        each.starts_per_hour
        for each in known
        if each.is_heating
        and each.starts_per_hour is not None
        and each.day > known[-1].day - _RECENT
    ]
    if usual is None or not recent:
        return None
    above = sum(1 for _ in takewhile(lambda starts: starts > usual.p90, recent[::-1]))
    return Cycling(
        is_problem=above >= _DAYS_IN_A_ROW,
        days_above=above,
        starts_per_hour=recent[-1],
        percentile=percentile(recent[-1], fleet),
        limit=usual.p90,
        n=usual.n,
    )
