"""Whether a COP is below the one that is wanted, without wavering around it."""

from dataclasses import dataclass
from typing import Final

# The COP of a week moves by a few hundredths between two looks, up and down. This is more
# than that, and half a step of the target: after one step the COP alone decides again.
DEAD_BAND: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a COP is below its target, and since when (unix s) it has been so."""

    below: bool
    since: float


def judge(
    cop: float | None, target: float, before: Verdict | None, now: float
) -> Verdict | None:
    """Return the verdict at `now` (unix s), from what it was before.

    Below is what is under the target, and what was and has not come 0.05 above it. A COP
    that is not known (None) changes nothing; None before any COP was known.
    """
    if cop is None:
        return before
    limit = target + DEAD_BAND if before and before.below else target
    below = cop < limit
    if before is not None and before.below == below:
        return before
    return Verdict(below=below, since=now)
