"""A scenario as a record, how a home lives through it, and what proves that it did."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.simulator import HalfHoursMissing
from tests.simulator.data_faults import DataFault
from tests.simulator.faults import Fault
from tests.simulator.homes import consent_of
from tests.soak.rows import known

from .home import DAY, HOUR, Home, Statistics

CONSENT = consent_of("home of marlow")
SYSTEM = 204

# In the middle of a month, and before noon: yesterday's half-hours are there.
NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)


def at(day: float, hour: float = 0, now: datetime = NOW) -> int:
    """Return the unix time of an hour of a day (UTC); day -1 is yesterday."""
    today = int(now.timestamp()) // DAY * DAY
    return int(today + day * DAY + hour * HOUR)


def hours(start: float, end: float) -> range:
    """Return the hours that overlap [start, end) (unix s)."""
    return range(int(start // HOUR * HOUR), int(-(-end // HOUR) * HOUR), HOUR)


def without_half_hours(start: float, end: float) -> tuple[HalfHoursMissing, ...]:
    """Return the faults of two meters that tell nothing of [start, end)."""
    return tuple(
        HalfHoursMissing(
            consent=CONSENT, commodity=commodity, start=start, end=end, kind="absent"
        )
        for commodity in ("electricity", "gas")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Hours of a statistic in which something shows: unknown, or another value."""

    statistic: str
    hours: range
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What befalls a home, and where that is seen.

    The home has so many days of `history`, ends `seen_after` seconds in the state that
    `meanwhile` tells of, and is compared when `lasts` seconds are over. Hours of
    `meanwhile` are then other than they were; hours of `for_ever` are other than without
    the faults. Time passes in steps.
    """

    faults: tuple[DataFault | Fault, ...]
    meanwhile: tuple[Trace, ...] = ()
    for_ever: tuple[Trace, ...] = ()
    now: datetime = NOW
    history: int = 4
    seen_after: float = 0.0
    lasts: float = 2 * DAY
    step: float = DAY


async def live_through(home: Home, scenario: Scenario) -> None:
    """Let a home live through a scenario, prove that it did, and compare every hour."""
    assert scenario.meanwhile or scenario.for_ever, "nothing would prove it"
    home.befall(*scenario.faults)
    await home.set_up()
    await home.pass_time(scenario.seen_after, scenario.step)
    seen = await home.rows()
    await home.pass_time(scenario.lasts - scenario.seen_after, scenario.step)
    assert await home.findings() == []
    at_last = await home.rows()
    for trace in scenario.meanwhile:
        assert_shown(home, trace, seen, at_last)
    undisturbed = await home.without_faults()
    for trace in scenario.for_ever:
        truth = undisturbed[home.statistic(trace.statistic)].hours
        found = known(at_last[home.statistic(trace.statistic)])
        for hour in trace.hours:
            assert is_shown(trace, found.get(hour), truth.get(hour)), (trace, hour)


def assert_shown(
    home: Home, trace: Trace, seen: Statistics, at_last: Statistics
) -> None:
    """Prove that every hour of a trace was not yet what it is at last."""
    name = home.statistic(trace.statistic)
    before, after = known(seen.get(name, {})), known(at_last.get(name, {}))
    for hour in trace.hours:
        assert is_shown(trace, before.get(hour), after.get(hour)), (trace, hour)


def is_shown(trace: Trace, value: float | None, other: float | None) -> bool:
    """Tell whether a value is unknown, or differs from the other one."""
    if trace.unknown:
        return value is None and other is not None
    return value is not None and value != other
