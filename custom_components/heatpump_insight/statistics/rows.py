"""What to write so that stored rows equal the truth: pure comparison, no recorder.

Of an hour the recorder keeps, for a sum, the hour's own amount (`state`) and the running
total (`sum`); for a mean, the mean. Hours are unix seconds at which they start. An hour
that the source no longer knows cannot be deleted on every supported Home Assistant: its
row keeps its place with an unknown amount and the carried total.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose

# Far below the resolution of any meter, far above the rounding of a running total.
_TOLERANCE = 1e-9
_TOTAL_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class SumRow:
    """An hour of a sum: its own amount, and the running total at its end."""

    amount: float | None
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SumChange:
    """The rows to write, and by how much every later total is to move."""

    rows: dict[int, SumRow]
    shift: float


def compare_sums(
    stored: Mapping[int, SumRow],
    truth: Mapping[int, float],
    base: float,
    follows: float | None,
) -> SumChange:
    """Return what makes a window of stored rows equal to the truth.

    `stored` and `truth` hold the hours of the window; `base` is the running total before
    it; `follows` is the running total from which the first row after the window goes on,
    None where no row is after it. A shift is told from where the later rows really stand,
    so that a change that was interrupted half-way is completed by comparing again.
    """
    rows: dict[int, SumRow] = {}
    total = base
    for hour in sorted(stored.keys() | truth.keys()):
        amount = truth.get(hour)
        total += amount or 0.0
        row = stored.get(hour)
        if (
            row is None
            or not _same(row.amount, amount)
            or not isclose(row.total, total, rel_tol=0, abs_tol=_TOTAL_TOLERANCE)
        ):
            rows[hour] = SumRow(amount=amount, total=total)
    shift = 0.0 if follows is None else total - follows
    return SumChange(rows=rows, shift=shift if abs(shift) > _TOTAL_TOLERANCE else 0.0)


def compare_means(
    stored: Mapping[int, float | None], truth: Mapping[int, float]
) -> dict[int, float | None]:
    """Return the means to write so that a window of stored rows equals the truth."""
    return {
        hour: truth.get(hour)
        for hour in sorted(stored.keys() | truth.keys())
        if hour not in stored or not _same(stored[hour], truth.get(hour))
    }


def _same(stored: float | None, true: float | None) -> bool:
    if stored is None or true is None:
        return stored is true
    return isclose(stored, true, rel_tol=0, abs_tol=_TOLERANCE)
