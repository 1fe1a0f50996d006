"""Series that are computed from the rows of others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .series import Series

type _Hours = dict[int, float]


def _as_it_is(start: int, end: int) -> tuple[int, int]:
    return start, end


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A series that is computed from the rows of others, hour by hour.

    `compute` gives the truth of a window from the inputs' hours in it; `window` widens a
    span of changed hours to those that depend on them. `terms` is a few characters that
    change when the truth changes without the inputs, as with another price.
    """

    series: Series
    inputs: tuple[Series, ...]
    compute: Callable[[int, int, Mapping[Series, _Hours]], _Hours]
    window: Callable[[int, int], tuple[int, int]] = _as_it_is
    terms: str = ""

    def depends_on(self, statistic_ids: set[str]) -> bool:
        """Tell whether any of the statistics is among its inputs."""
        return any(each.statistic_id in statistic_ids for each in self.inputs)
