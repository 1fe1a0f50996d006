"""What goes wrong with the data of a world, as small records with times.

Each fault is laid over pristine arrays when an answer is made, and depends on the
world's clock alone: the same moment always gives the same answer. Times are unix
seconds; spans are half open.
"""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, override

import numpy as np

from .homes import Commodity
from .physics import Floats, Mask
from .plant import COUNTERS, Feeds, integral
from .times import HALF_HOUR, MINUTE

FOREVER = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFault:
    """A fault of one system's feeds; ``feeds`` empty means every feed."""

    system_id: int
    feeds: tuple[str, ...] = ()

    changes_truth = False  # whether the energy itself is another afterwards

    @abstractmethod
    def moments(self) -> tuple[float, ...]:
        """Return when the fault comes into effect and, where it ends, when it leaves."""

    @abstractmethod
    def apply(self, feeds: Feeds, start: int) -> None:
        """Replace the arrays that differ; they hold a sample a minute from start."""

    def keys(self, feeds: Iterable[str]) -> list[str]:
        """Return the keys that the fault concerns."""
        return [key for key in feeds if not self.feeds or key in self.feeds]


def _index(moment: float, start: int, size: int) -> int:
    """Return the index of the first sample at or after a moment."""
    if moment == FOREVER:
        return size
    return int(min(max(-(-(moment - start) // MINUTE), 0), size))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorDark(FeedFault):
    """Samples are missing, while counters go on; perhaps uploaded later."""

    start: float
    end: float
    filled: float = FOREVER

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when it begins and when the samples are uploaded."""
        return (self.start, self.filled)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Take the samples of the span away."""
        for key in self.keys(feeds):
            values = feeds[key].copy()
            first, stop = (
                _index(moment, start, values.size) for moment in (self.start, self.end)
            )
            values[first:stop] = np.nan
            feeds[key] = values


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRestart(FeedFault):
    """The counters stand at another value (0) at a moment, and count on from there."""

    at: float
    value: float = 0.0
    feeds: tuple[str, ...] = tuple(COUNTERS)

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when they restart."""
        return (self.at,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Move the counters from the moment on."""
        for key in self.keys(feeds):
            values = feeds[key].copy()
            first = _index(self.at, start, values.size)
            if first < values.size:
                values[first:] += self.value - values[first]
            feeds[key] = values


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEnds(FeedFault):
    """A feed gets no sample from a moment on, though the system goes on."""

    at: float

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when it ends."""
        return (self.at,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Take every later sample away."""
        for key in self.keys(feeds):
            values = feeds[key].copy()
            values[_index(self.at, start, values.size) :] = np.nan
            feeds[key] = values


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReplaced(FeedFault):
    """Another feed takes the key's place: what was before is out of reach.

    A counter starts again from 0, a sensor just has no past.
    """

    at: float

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when the configuration was changed."""
        return (self.at,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Take every earlier sample away."""
        for key in self.keys(feeds):
            values = feeds[key].copy()
            first = _index(self.at, start, values.size)
            if key in COUNTERS and first < values.size:
                values -= values[first]
            values[:first] = np.nan
            feeds[key] = values


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAppears(FeedFault):
    """A feed is configured, and measured, only from a moment on."""

    at: float

    @override
    def moments(self) -> tuple[float, ...]:
        """Return the beginning of time: what was before it is never there."""
        return (-FOREVER,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Take every earlier sample away."""
        for key in self.keys(feeds):
            values = feeds[key].copy()
            values[: _index(self.at, start, values.size)] = np.nan
            feeds[key] = values


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDeleted(FeedFault):
    """A feed is deleted, though the configuration still names it."""

    at: float
    until: float = FOREVER

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when it is deleted and when the configuration is mended."""
        return (self.at, self.until)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Take every sample away."""
        for key in self.keys(feeds):
            feeds[key] = np.full_like(feeds[key], np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCorrected(FeedFault):
    """The past is corrected at a moment: powers × factor, counters follow."""

    start: float
    end: float
    factor: float
    at: float
    feeds: tuple[str, ...] = tuple(COUNTERS.values())

    changes_truth = True

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when the correction is made."""
        return (self.at,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Scale the powers of the span, and add the difference to the counters."""
        for counter, power in COUNTERS.items():
            if power in self.keys(feeds):
                first, stop = (
                    _index(moment, start, feeds[power].size)
                    for moment in (self.start, self.end)
                )
                _scale(feeds, power, counter, slice(first, stop), self.factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class EfficiencyLost(FeedFault):
    """The heat pump gives less heat from a moment on, for the same electricity.

    ``loss`` is the part of the heat, and so of the COP, that is lost.
    """

    at: float
    loss: float

    changes_truth = True

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when the loss sets in."""
        return (self.at,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Scale the heat from the moment on; its counter follows, where there is one."""
        size = feeds["heatpump_heat"].size
        span = slice(_index(self.at, start, size), size)
        _scale(feeds, "heatpump_heat", "heatpump_heat_kwh", span, 1 - self.loss)


def _scale(feeds: Feeds, power: str, counter: str, span: slice, factor: float) -> None:
    """Scale the samples of a power, and add the difference to its counter."""
    values = feeds[power].copy()
    values[span] *= factor
    change = integral(np.nan_to_num(values) - np.nan_to_num(feeds[power]))
    feeds[power] = values
    if counter in feeds:
        feeds[counter] = feeds[counter] + change


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsurdSamples(FeedFault):
    """Samples hold a value that cannot be."""

    start: float
    end: float
    value: float

    @override
    def moments(self) -> tuple[float, ...]:
        """Return when the first one is there."""
        return (self.start,)

    @override
    def apply(self, feeds: Feeds, start: int) -> None:
        """Write the value into the span."""
        for key in self.keys(feeds):
            values = feeds[key].astype(float)
            first, stop = (
                _index(moment, start, values.size) for moment in (self.start, self.end)
            )
            values[first:stop] = self.value
            feeds[key] = values


@dataclass(slots=True)
class Readings:
    """The half-hours of a meter while faults are laid over them.

    Columns have one value per half-hour from ``start``: kWh, kg, whether the row is an
    error, and whether it is not there at all.
    """

    start: int
    energy: Floats
    carbon: Floats
    error: Mask
    absent: Mask

    def span(self, start: float, end: float) -> slice:
        """Return the half-hours that lie in a span."""
        size = self.energy.size
        first = -(-(start - self.start) // HALF_HOUR)
        if end == FOREVER:
            return slice(max(int(first), 0), size)
        stop = -(-(end - self.start) // HALF_HOUR)
        return slice(max(int(first), 0), max(int(stop), 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFault:
    """A fault of one meter's readings."""

    consent: str
    commodity: Commodity = "electricity"

    changes_truth = False

    @abstractmethod
    def apply(self, readings: Readings, now: float) -> None:
        """Change the readings as they are at a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfHoursMissing(MeterFault):
    """Half-hours are missing until a moment: as rows in error, or without a row."""

    start: float
    end: float
    filled: float = FOREVER
    kind: Literal["error", "absent"] = "error"

    @override
    def apply(self, readings: Readings, now: float) -> None:
        """Flag the half-hours of the span."""
        if now < self.filled:
            flags = readings.error if self.kind == "error" else readings.absent
            flags[readings.span(self.start, self.end)] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCorrected(MeterFault):
    """Half-hours are corrected at a moment: energy × factor, carbon follows."""

    start: float
    end: float
    factor: float
    at: float

    changes_truth = True

    @override
    def apply(self, readings: Readings, now: float) -> None:
        """Scale the half-hours of the span."""
        if now >= self.at:
            span = readings.span(self.start, self.end)
            readings.energy[span] = np.round(readings.energy[span] * self.factor, 3)
            readings.carbon[span] = np.round(readings.carbon[span] * self.factor, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsurdUsage(MeterFault):
    """Half-hours hold a value that cannot be."""

    start: float
    end: float
    value: float

    @override
    def apply(self, readings: Readings, now: float) -> None:
        """Write the value into the span."""
        readings.energy[readings.span(self.start, self.end)] = self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterGone:
    """A consent is lost: its rows leave the list, or usage is refused (403, 404)."""

    consent: str
    at: float
    until: float = FOREVER
    how: Literal["row", "403", "404"] = "row"
    commodity: Commodity | None = None  # None: every meter of the consent

    def covers(self, consent: str, commodity: str, now: float) -> bool:
        """Tell whether a meter is gone at a moment."""
        return (
            consent == self.consent
            and self.commodity in (None, commodity)
            and self.at <= now < self.until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterLate:
    """No new readings arrive during a span; all of them come at its end."""

    consent: str
    start: float
    end: float

    def seen_from(self, consent: str, now: float) -> float:
        """Return the moment whose readings are the newest to be had at ``now``."""
        late = consent == self.consent and self.start <= now < self.end
        return self.start if late else now


type DataFault = FeedFault | MeterFault | MeterGone | MeterLate
