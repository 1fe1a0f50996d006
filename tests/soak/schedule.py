"""What befalls a home: drawn from a seed, and the same whenever it is drawn again.

All faults that end have ended when the life ends. What needs a person (a refused token)
is left out, and so is what no source can tell of: see `_lives_of_feeds`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from math import exp, isfinite, log
from random import Random
from typing import Final, Literal

from tests.simulator import (
    CounterRestart,
    FeedAppears,
    FeedDeleted,
    FeedEnds,
    FeedReplaced,
    HalfHoursMissing,
    MeterGone,
    MeterLate,
    MonitorDark,
    PowerCorrected,
    UsageCorrected,
    World,
    data_faults,
    faults,
)
from tests.simulator.data_faults import FOREVER
from tests.simulator.homes import Commodity

from .disorder import AbsurdSamplesForAWhile, AbsurdUsageForAWhile, Disordered
from .hanging import Hanging

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 24 * HOUR

# What says nothing of a fault, in its telling, and from where a number is a moment.
_UNTOLD: Final = frozenset(
    {"as_date", "body", "consent", "content_type", "system_id", "waiting"}
)
_LONG_AGO: Final = 1e9

_ON_THE_WAY: Final[tuple[Callable[[], faults.Fault], ...]] = (
    faults.Outage,
    Hanging,
    partial(faults.Reply, status=400),
    partial(faults.Reply, status=404),
    partial(faults.Reply, status=500),
    partial(faults.Reply, status=502),
    partial(faults.Reply, status=503),
    faults.ProxyRefuses,
    faults.HtmlPage,
    faults.DatabaseDown,
    faults.EmoncmsDown,
    faults.Truncated,
    faults.Garbage,
    Disordered,
    Disordered,
    Disordered,
    partial(faults.QuotaSpent, status=426),
    partial(faults.QuotaSpent, status=429),
    partial(faults.QuotaSpent, status=426, retry_after=90),
    partial(faults.QuotaSpent, status=429, retry_after=5 * HOUR),
)
_PATHS: Final = ("", "", "/data", "/available", "/meter/", "/meters/")

_ENERGY: Final[tuple[tuple[str, ...], ...]] = (
    ("heatpump_elec_kwh", "heatpump_heat_kwh"),
    ("heatpump_elec_kwh",),
    ("heatpump_heat_kwh",),
    ("heatpump_elec",),
    ("heatpump_heat",),
)
_TEMPERATURES: Final[tuple[tuple[str, ...], ...]] = (
    ("heatpump_flowT", "heatpump_returnT"),
    ("heatpump_outsideT",),
    ("heatpump_roomT",),
)
# Some are far out of reach; others could be, were they not so sudden.
_ABSURD_SAMPLES: Final = (-1e9, -1e6, -300.0, 0.0, 2000.0, 1e6, 1e9)
_ABSURD_USAGES: Final = (-1e9, -0.5, 0.0, 40.0, 1e4, 1e9)
_COMMODITIES: Final[tuple[Commodity, ...]] = ("electricity", "gas")
_SHORTEST_PEACE: Final = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Home Assistant is started again, or its entries are.

    `down` is how long it is away, in seconds; `busy` means in the middle of its work.
    """

    at: float
    kind: Literal["reload", "stop"]
    down: float
    busy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongClock:
    """Home Assistant's own clock is wrong by `error` seconds in [start, end)."""

    start: float
    end: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A life from `start` to `end` (unix s) after `history` days, and what befalls it.

    `replaced` is when all feeds of the heat pump give way to new ones, None for never.
    """

    seed: int
    start: float
    end: float
    history: int
    on_the_way: tuple[faults.Fault, ...]
    in_the_data: tuple[data_faults.DataFault, ...]
    restarts: tuple[Restart, ...]
    wrong_clocks: tuple[WrongClock, ...]
    replaced: float | None

    @property
    def peace(self) -> int:
        """Return how long nothing befalls the home after the life, in seconds.

        Each month has its turn to be read again, one a day, and what waits two days is
        written.
        """
        first, last = (
            datetime.fromtimestamp(moment, UTC)
            for moment in (self.start - self.history * DAY, self.end)
        )
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        # The first turn comes within a day, and up to two months begin meanwhile.
        return max(_SHORTEST_PEACE, (months + 3) * DAY)

    def steps(self) -> Iterator[float]:
        """Yield the moments at which time stops for what is due, up to the end."""
        dice = Random(f"steps {self.seed}")
        moment = self.start
        stops = sorted(
            [restart.at for restart in self.restarts]
            + [edge for wrong in self.wrong_clocks for edge in (wrong.start, wrong.end)]
        )
        while moment < self.end:
            moment = min(moment + _length(dice, 20 * MINUTE, DAY), self.end)
            while stops and stops[0] <= moment:
                yield stops.pop(0)
            yield moment

    def error(self, moment: float) -> float:
        """Return by how much Home Assistant's clock is wrong."""
        return sum(
            wrong.error
            for wrong in self.wrong_clocks
            if wrong.start <= moment < wrong.end
        )

    def lines(self) -> Iterator[str]:
        """Tell everything for a person."""
        yield f"seed {self.seed}: {_when(self.start)} to {_when(self.end)}"
        yield f"  {self.history} days of history before"
        for each in (
            *self.on_the_way,
            *self.in_the_data,
            *self.restarts,
            *self.wrong_clocks,
        ):
            yield f"  {_told(each)}"


def draw(seed: int, days: int) -> Schedule:
    """Return the schedule of a seed, for a life of so many days."""
    return _Drawing(seed, days).schedule()


class _Drawing:
    """The dice of one schedule, and the span that it fills."""

    def __init__(self, seed: int, days: int) -> None:
        """Begin a life; in two of three the clocks change in it or shortly before."""
        self._seed = seed
        self._dice = dice = Random(seed)
        self._scale = days / 60
        change = _clock_change(dice.choice((2025, 2026)), dice.choice((3, 10)))
        day = change - timedelta(days=dice.randrange(-9, days))
        if dice.random() < 1 / 3:
            day = date(2026, 1, 1) + timedelta(days=dice.randrange(330))
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        self._start = midnight + dice.randrange(24 * 60) * MINUTE + dice.random() * 60
        self._end = self._start + days * DAY
        self._history = dice.randrange(3, 45)
        self._replaced: float | None = None
        if dice.random() < 1 / 4 and days > 12:
            self._replaced = self._moment(self._start + 5 * DAY, self._end - 4 * DAY)

    def schedule(self) -> Schedule:
        """Draw everything."""
        system_id, consent = _names()
        way = tuple(self._way_faults())
        feeds = tuple(self._feed_faults(system_id))
        meters = tuple(self._meter_faults(consent))
        restarts = tuple(self._restarts())
        clocks = tuple(self._wrong_clocks())
        return Schedule(
            seed=self._seed,
            start=self._start,
            end=self._end,
            history=self._history,
            on_the_way=way,
            in_the_data=(*feeds, *meters),
            restarts=restarts,
            wrong_clocks=clocks,
            replaced=self._replaced,
        )

    def _moment(self, start: float | None = None, end: float | None = None) -> float:
        """Return a whole minute, by default of the life."""
        moment = self._dice.uniform(start or self._start, end or self._end)
        return moment // MINUTE * MINUTE

    def _times(self, mean: float) -> range:
        """Return how often something happens that happens so often in 60 days."""
        mean *= self._scale
        return range(int(mean + self._dice.random() * (mean / 2 + 1)))

    def _span(self, shortest: float, longest: float) -> tuple[float, float]:
        """Return a span that ends with the life at the latest."""
        start = self._moment()
        return start, min(start + _length(self._dice, shortest, longest), self._end)

    def _is_free(self, start: float, end: float) -> bool:
        """Tell whether the days before the feeds are replaced are left in peace.

        What the old ones told last is what stays, so it must have been heard.
        """
        peace = self._replaced
        return peace is None or end < peace - 3 * DAY or start >= peace

    def _past(self) -> tuple[float, float]:
        """Return when something is set right, and a moment before, recent or long ago."""
        at = self._moment()
        longest = at - (self._start - self._history * DAY)
        return at, at - min(_length(self._dice, HOUR, 90 * DAY), longest)

    # On the way.

    def _way_faults(self) -> Iterator[faults.Fault]:
        for _ in self._times(8):
            start, end = self._span(5 * MINUTE, 4 * DAY)
            if self._is_free(start, end):
                yield self._way_fault(start, end, FOREVER)
        for _ in self._times(12):
            start, end = self._span(HOUR, 3 * DAY)
            if self._is_free(start, end):
                yield self._way_fault(start, end, self._dice.randrange(1, 5))

    def _way_fault(self, start: float, end: float, count: float) -> faults.Fault:
        fault = self._dice.choice(_ON_THE_WAY)()
        service: tuple[faults.Service | None, ...] = (
            None,
            "heatpumpmonitor",
            "powershaper",
        )
        fault.service = fault.service or self._dice.choice(service)
        fault.path_contains = fault.path_contains or self._dice.choice(_PATHS)
        fault.start, fault.end = start, end
        # Each request that hangs is waited for.
        fault.count = min(count, 3) if isinstance(fault, Hanging) else count
        return fault

    # In the feeds.

    def _feed_faults(self, system_id: int) -> Iterator[data_faults.FeedFault]:
        """Draw what befalls the feeds."""
        dice = self._dice
        for _ in self._times(4):
            start, end = self._span(3 * MINUTE, 15 * DAY)
            feeds: tuple[str, ...] = ()
            if dice.random() < 0.4:
                feeds = dice.choice(_ENERGY + _TEMPERATURES)
            filled = end + _length(dice, MINUTE, 30 * DAY)
            if filled >= self._end or dice.random() < 0.5:
                filled = FOREVER
            if self._is_free(start, end if filled > self._end else filled):
                yield MonitorDark(
                    system_id=system_id,
                    start=start,
                    end=end,
                    filled=filled,
                    feeds=feeds,
                )
        for _ in self._times(1.5):
            at = self._moment()
            if self._is_free(at, at):
                yield CounterRestart(
                    system_id=system_id,
                    at=at,
                    value=dice.choice((0.0, round(dice.uniform(0, 90), 3))),
                    feeds=dice.choice(_ENERGY[:3]),
                )
        for _ in self._times(2):
            at, start = self._past()
            if self._is_free(at, at):
                yield PowerCorrected(
                    system_id=system_id,
                    start=start,
                    end=min(start + _length(dice, HOUR, 10 * DAY), at),
                    factor=dice.choice((0.0, 0.5, 0.9, 1.1, 2.0)),
                    at=at,
                )
        for _ in self._times(0.7):
            start, end = self._span(HOUR, 5 * DAY)
            if self._is_free(start, end):
                yield FeedDeleted(
                    system_id=system_id,
                    at=start,
                    until=end,
                    feeds=dice.choice(_ENERGY + _TEMPERATURES),
                )
        for _ in self._times(2):
            start, end = self._span(MINUTE, 2 * DAY)
            righted = end + _length(dice, MINUTE, 30 * DAY)
            if righted < self._end and self._is_free(start, righted):
                yield AbsurdSamplesForAWhile(
                    system_id=system_id,
                    start=start,
                    end=end,
                    value=dice.choice(_ABSURD_SAMPLES),
                    feeds=dice.choice(_ENERGY + _TEMPERATURES),
                    righted=righted,
                )
        yield from self._lives_of_feeds(system_id)

    def _lives_of_feeds(self, system_id: int) -> Iterator[data_faults.FeedFault]:
        """Draw which feeds end, and which begin late or are replaced.

        Of single feeds only one is without its past: with the other one of an energy it
        would take away what alone can tell of older hours. `replaced` does that.
        """
        dice = self._dice
        appears = partial(FeedAppears, feeds=dice.choice(_ENERGY + _TEMPERATURES))
        replaced = partial(FeedReplaced, feeds=dice.choice(_ENERGY))
        ends = partial(FeedEnds, feeds=dice.choice(_ENERGY + _TEMPERATURES))
        for make in (ends, dice.choice((appears, replaced))):
            at = self._moment()
            if dice.random() < 0.4 and self._is_free(at, at):
                yield make(system_id=system_id, at=at)
        if self._replaced is not None:
            yield FeedReplaced(system_id=system_id, at=self._replaced)

    # In the meters.

    def _meter_faults(self, consent: str) -> Iterator[data_faults.DataFault]:
        dice = self._dice
        for _ in self._times(7):
            start = self._moment(self._start - self._history * DAY, self._end - 4 * DAY)
            start = start // 1800 * 1800
            end = start + dice.choice((1, 1, 1, 3, 17, 48, 200)) * 1800
            filled = end + _length(dice, HOUR, 40 * DAY)
            if filled >= self._end or dice.random() < 0.4:
                filled = FOREVER
            yield HalfHoursMissing(
                consent=consent,
                commodity=dice.choice(_COMMODITIES),
                start=start,
                end=end,
                filled=filled,
                kind=dice.choice(("error", "absent")),
            )
        for _ in self._times(3):
            at, start = self._past()
            yield UsageCorrected(
                consent=consent,
                commodity=dice.choice(_COMMODITIES),
                start=start,
                end=min(start + _length(dice, HOUR, 10 * DAY), at),
                factor=dice.choice((0.0, 0.5, 0.9, 1.1, 2.0)),
                at=at,
            )
        for _ in self._times(2):
            start, end = self._span(HOUR, 2 * DAY)
            righted = end + _length(dice, HOUR, 30 * DAY)
            if righted < self._end:
                yield AbsurdUsageForAWhile(
                    consent=consent,
                    commodity=dice.choice(_COMMODITIES),
                    start=start,
                    end=end,
                    value=dice.choice(_ABSURD_USAGES),
                    righted=righted,
                )
        for _ in self._times(1.5):
            start, end = self._span(HOUR, 9 * DAY)
            yield MeterLate(consent=consent, start=start, end=end)
        for _ in self._times(1):
            start, end = self._span(HOUR, 3 * DAY)
            yield MeterGone(
                consent=consent,
                at=start,
                until=end,
                how=dice.choice(("row", "404")),
                commodity=dice.choice((*_COMMODITIES, None)),
            )

    # In the home.

    def _restarts(self) -> Iterator[Restart]:
        for _ in self._times(5):
            at, end = self._span(MINUTE, 3 * DAY)
            if self._is_free(at, end):
                yield Restart(
                    at=at,
                    kind=self._dice.choice(("reload", "stop")),
                    down=end - at,
                    busy=self._dice.random() < 0.5,
                )

    def _wrong_clocks(self) -> Iterator[WrongClock]:
        for _ in self._times(1):
            start, end = self._span(HOUR, 2 * DAY)
            if self._is_free(start, end):
                size = _length(self._dice, MINUTE, 30 * HOUR)
                yield WrongClock(
                    start=start, end=end, error=size * self._dice.choice((1, -1))
                )


@cache
def _names() -> tuple[int, str]:
    """Return the heat pump and the consent of the only home, the same in each world."""
    world = World.small(days=1)
    return min(world.systems), min(world.tokens[world.token])


def _length(dice: Random, shortest: float, longest: float) -> float:
    """Return a length between two; short ones are as likely as long ones."""
    return exp(dice.uniform(log(shortest), log(longest)))


def _clock_change(year: int, month: int) -> date:
    """Return the last Sunday of a month of 31 days."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _when(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}"


def _told(record: object) -> str:
    """Return a record with its moments as times, and without what it has not set."""
    names = {
        name for kind in type(record).__mro__ for name in getattr(kind, "__slots__", ())
    }
    parts = []
    for name in sorted(names - _UNTOLD):
        value = getattr(record, name)
        if isinstance(value, float) and abs(value) > _LONG_AGO:
            value = _when(value) if isfinite(value) else None
        if value not in ("", None, ()):
            parts.append(f"{name}={value}")
    return f"{type(record).__name__} {', '.join(parts)}"
