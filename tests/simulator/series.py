"""Points of a feed at the times that a client asks for, as emoncms computes them."""

import numpy as np
from numpy.typing import NDArray

from .physics import Floats, Samples
from .times import MINUTE

type Times = NDArray[np.int64]


def point_times(start: int, end: int, interval: int) -> Times:
    """Return the stamps start, start + interval, … up to the end, which counts too."""
    return start + np.arange((end - start) // interval + 1, dtype=np.int64) * interval


def sampled(values: Floats | Samples, origin: int, times: Times) -> Floats:
    """Return the sample that holds at each time; NaN where there is none."""
    index = (times - origin) // MINUTE
    there = (index >= 0) & (index < values.size)
    points = np.full(times.size, np.nan)
    points[there] = values[index[there]]
    return points


def averaged(
    values: Floats | Samples, origin: int, times: Times, interval: int
) -> Floats:
    """Return the mean of the samples in [t, t + interval); NaN where there is none.

    Missing samples count nothing. Times are ``interval`` apart.
    """
    edges = np.append(times, times[-1] + interval) - origin
    index = np.clip(-(-edges // MINUTE), 0, values.size)
    first, stop = index[:-1], index[1:]
    # One more 0 lets a span that is empty, or at the end, begin somewhere.
    part = np.append(values[first[0] : stop[-1]].astype(float), 0.0)
    missing = np.isnan(part)
    count = stop - first
    if missing.any():
        part[missing] = 0.0
        gaps = np.add.reduceat(missing.astype(np.int64), first - first[0])
        count = count - np.where(count > 0, gaps, 0)
    totals = np.add.reduceat(part, first - first[0])
    means: Floats = np.full(count.size, np.nan)
    np.divide(totals, count, out=means, where=count > 0)
    return means


def last_sample(values: Floats | Samples) -> int | None:
    """Return the index of the last sample that is there."""
    if values.size and not np.isnan(values[-1]):
        return values.size - 1
    there = np.flatnonzero(~np.isnan(values))
    return int(there[-1]) if there.size else None


def first_sample(values: Floats | Samples) -> int:
    """Return the index of the first sample that is there; 0 when there is none."""
    if values.size and not np.isnan(values[0]):
        return 0
    return int(np.argmax(~np.isnan(values))) if values.size else 0
