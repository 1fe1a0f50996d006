"""What befalls the feeds of a heat pump."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.simulator import (
    CounterRestart,
    FeedAppears,
    FeedDeleted,
    FeedEnds,
    FeedReplaced,
    MonitorDark,
    PowerCorrected,
    World,
)
from tests.simulator.data_faults import FOREVER
from tests.soak import expected

from .home import DAY, HOUR, MINUTE, Home
from .scenario import (
    NOW,
    SYSTEM,
    Scenario,
    Trace,
    at,
    hours,
    live_through,
    without_half_hours,
)

SET_UP = NOW.timestamp()
COUNTERS = ("heatpump_elec_kwh", "heatpump_heat_kwh")
POWERS = ("heatpump_elec", "heatpump_heat")
TEMPERATURES = ("heatpump_flowT", "heatpump_returnT")
NEW_MONTH = datetime(2026, 2, 3, 9, 20, tzinfo=UTC)
SPRING = datetime(2026, 3, 31, 9, 20, tzinfo=UTC)
AUTUMN = datetime(2025, 10, 28, 9, 20, tzinfo=UTC)
ENERGIES = ("electricity", "heat")
# Whoever looks at weeks of a heat pump need not wait for the rows of the meters.
NO_METERS = without_half_hours(at(-21), at(-2))


def dark(start: float, end: float, filled: float = FOREVER) -> MonitorDark:
    """Return the fault of a monitor that sends nothing in [start, end)."""
    # The samples at the full hours, where counters are read, are lost as well.
    return MonitorDark(system_id=SYSTEM, start=start - MINUTE, end=end, filled=filled)


def known(start: float, end: float, *names: str) -> tuple[Trace, ...]:
    """Return traces of hours that have another value."""
    return tuple(
        Trace(statistic=name, hours=hours(start, end)) for name in names or ENERGIES
    )


def unknown(start: float, end: float, *names: str) -> tuple[Trace, ...]:
    """Return traces of hours that are unknown."""
    traces = known(start, end, *names)
    return tuple(replace(trace, unknown=True) for trace in traces)


SCENARIOS = {
    "the monitor is dark for hours, for ever": Scenario(
        faults=(dark(at(-2, 3), at(-2, 9)),),
        for_ever=(
            *known(at(-2, 3), at(-2, 9)),
            *unknown(at(-2, 3), at(-2, 9), "flow_temperature"),
        ),
    ),
    "what a dark monitor kept for hours comes later": Scenario(
        faults=(dark(at(-2, 3), at(-2, 9), filled=SET_UP + DAY),),
        meanwhile=(
            *known(at(-2, 3), at(-2, 9)),
            *unknown(at(-2, 3), at(-2, 9), "flow_temperature"),
        ),
    ),
    "the monitor is dark when the home is set up, and for a day": Scenario(
        faults=(dark(at(-1, 3), at(1, 5)),),
        meanwhile=unknown(at(-1, 3), at(0)),
        for_ever=(
            *known(at(-1, 4), at(1, 4)),
            *unknown(at(-1, 3), at(1, 4), "flow_temperature"),
        ),
    ),
    "the monitor is dark for weeks, for ever": Scenario(
        faults=(*NO_METERS, dark(at(-19, 7), at(-3, 5))),
        history=21,
        for_ever=known(at(-19, 7), at(-3, 5)),
        lasts=DAY,
    ),
    "what a dark monitor kept for weeks comes later": Scenario(
        faults=(*NO_METERS, dark(at(-19, 7), at(-3, 5), filled=SET_UP + HOUR)),
        history=21,
        meanwhile=known(at(-19, 7), at(-3, 5)),
        lasts=DAY + HOUR,
    ),
    "the monitor is dark over the edge of a month": Scenario(
        faults=(
            dark(at(-3, 20, NEW_MONTH), at(-2, 7, NEW_MONTH)),
            dark(at(-1, 2, NEW_MONTH), at(-1, 4, NEW_MONTH)),
        ),
        now=NEW_MONTH,
        history=5,
        for_ever=known(at(-3, 20, NEW_MONTH), at(-2, 7, NEW_MONTH)),
    ),
    "what a monitor kept over the edge of a month comes later": Scenario(
        faults=(
            dark(
                at(-3, 20, NEW_MONTH),
                at(-1, 7, NEW_MONTH),
                filled=NEW_MONTH.timestamp() + HOUR,
            ),
        ),
        now=NEW_MONTH,
        meanwhile=known(at(-3, 20, NEW_MONTH), at(-1, 7, NEW_MONTH)),
    ),
    "the monitor is dark while the clocks go forward": Scenario(
        faults=(dark(at(-3, 20, SPRING), at(-2, 7, SPRING)),),
        now=SPRING,
        for_ever=known(at(-3, 20, SPRING), at(-2, 7, SPRING)),
    ),
    "the monitor is dark while the clocks go back, and its samples come later": (
        Scenario(
            faults=(
                dark(
                    at(-3, 20, AUTUMN),
                    at(-2, 7, AUTUMN),
                    filled=AUTUMN.timestamp() + HOUR,
                ),
            ),
            now=AUTUMN,
            meanwhile=known(at(-3, 20, AUTUMN), at(-2, 7, AUTUMN)),
        )
    ),
    "the heat counter falls slowly in defrost": Scenario(
        faults=(
            PowerCorrected(
                system_id=SYSTEM,
                start=at(-2, 2),
                end=at(-2, 8),
                factor=-0.05,
                at=at(-2, 8),
                feeds=("heatpump_heat",),
            ),
        ),
        for_ever=known(at(-2, 2), at(-2, 8), "heat"),
    ),
    "the heat counter falls slowly, and no power tells of it": Scenario(
        faults=(
            PowerCorrected(
                system_id=SYSTEM,
                start=at(-2, 2),
                end=at(-2, 8),
                factor=-0.05,
                at=at(-2, 8),
                feeds=("heatpump_heat",),
            ),
            FeedEnds(system_id=SYSTEM, at=at(-3), feeds=("heatpump_heat",)),
        ),
        for_ever=known(at(-2, 2), at(-2, 8), "heat"),
    ),
    "the counters end, and the power goes on": Scenario(
        faults=(FeedEnds(system_id=SYSTEM, at=at(-1, 12.5), feeds=COUNTERS),),
        for_ever=known(at(-1, 13), at(0), "electricity"),
    ),
    "the power ends, and the counters go on": Scenario(
        faults=(
            FeedEnds(system_id=SYSTEM, at=at(-1, 12.5), feeds=POWERS),
            CounterRestart(system_id=SYSTEM, at=at(-1, 15.5)),
        ),
        for_ever=unknown(at(-1, 15), at(-1, 16)),
    ),
    "temperatures end": Scenario(
        faults=(FeedEnds(system_id=SYSTEM, at=at(-1, 12.5), feeds=TEMPERATURES),),
        for_ever=unknown(at(-1, 12), at(1), "flow_temperature", "return_temperature"),
    ),
    "feeds are deleted for a day, and back": Scenario(
        faults=(
            FeedDeleted(
                system_id=SYSTEM,
                at=SET_UP + HOUR,
                until=SET_UP + 2 * DAY + HOUR,
                feeds=("heatpump_elec_kwh", "heatpump_elec", "heatpump_flowT"),
            ),
        ),
        seen_after=2 * DAY,
        meanwhile=unknown(at(1), at(2), "electricity", "flow_temperature"),
        lasts=3 * DAY + HOUR,
    ),
    "the feeds begin long after the meters": Scenario(
        faults=(FeedAppears(system_id=SYSTEM, at=at(-1, 6.5)),),
        for_ever=unknown(at(-3), at(-1, 7), "electricity", "heat", "flow_temperature"),
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
async def test_every_hour_is_right_when(home: Home, scenario: Scenario) -> None:
    await live_through(home, scenario)


def restart(moment: float, value: float = 0.0) -> CounterRestart:
    """Return the fault of both counters that stand at another value from a moment on."""
    return CounterRestart(system_id=SYSTEM, at=moment, value=value)


RESTARTS = {
    "to zero": (restart(at(-2, 12.3)),),
    "to a lower value": (restart(at(-2, 12.3), value=11.5),),
    "at a full hour": (restart(at(-2, 12)),),
    "twice in a day": (restart(at(-2, 3.4)), restart(at(-2, 15.7))),
    "twice in an hour": (restart(at(-2, 12.2)), restart(at(-2, 12.8))),
    "during a hole": (restart(at(-2, 12.3)), dark(at(-2, 10), at(-2, 16))),
    "at the end of a hole": (restart(at(-2, 16)), dark(at(-2, 10), at(-2, 16))),
    "while Home Assistant runs": (restart(at(1, 1.3)),),
}


def falls(world: World) -> int:
    """Return how often the counter of the electricity falls at the service."""
    values = world.samples(world.systems[SYSTEM]).feeds[COUNTERS[0]]
    there = values[~np.isnan(values)]
    return int((np.diff(there) < 0).sum())


@pytest.mark.parametrize("faults", RESTARTS.values(), ids=RESTARTS.keys())
async def test_no_hour_is_negative_when_counters_restart(
    home: Home, faults: tuple[CounterRestart | MonitorDark, ...]
) -> None:
    home.befall(*faults)
    await home.set_up()
    await home.pass_time(2 * DAY)
    assert falls(home.world) == sum(isinstance(each, CounterRestart) for each in faults)
    assert await home.findings() == []
    assert min((await home.hours("electricity")).values()) >= 0


async def test_the_rows_of_feeds_that_others_replace_are_kept(home: Home) -> None:
    """The new feeds know nothing of what was before them."""
    replaced = at(1, 4.5)
    home.befall(FeedReplaced(system_id=SYSTEM, at=replaced))
    await home.set_up()
    await home.pass_time(replaced - 10 * MINUTE - home.world.now())
    home.before = expected.of_system(home.world, home.world.systems[SYSTEM])
    home.replaced = replaced
    await home.pass_time(2 * DAY)
    lost = home.before["electricity"].keys() - {
        *expected.of_system(home.world, home.world.systems[SYSTEM])["electricity"]
    }
    assert len(lost) > 4 * 24
    assert await home.findings() == []


async def test_counters_that_others_replace_leave_the_past_to_the_power(
    home: Home,
) -> None:
    replaced = at(1, 4.5)
    home.befall(FeedReplaced(system_id=SYSTEM, at=replaced, feeds=COUNTERS))
    await home.set_up()
    await home.pass_time(2 * DAY)
    known = home.world.samples(home.world.systems[SYSTEM])
    assert np.isnan(
        known.feeds[COUNTERS[0]][: (replaced - known.start) // MINUTE]
    ).all()
    assert await home.findings() == []
