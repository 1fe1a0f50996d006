"""What is corrected long after it was imported."""

from dataclasses import dataclass
from typing import override

import pytest

from tests.simulator import FeedAppears, MonitorDark, PowerCorrected, UsageCorrected
from tests.simulator.data_faults import DataFault, MeterFault, Readings

from .home import DAY, HOUR, Home
from .scenario import (
    CONSENT,
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
HISTORY = 45
# The history has so many calendar months, of which one is read again each day in turn.
MONTHS = 3
LONG_AGO = at(1 - HISTORY, 3)
UNTIL = LONG_AGO + 5 * HOUR

# A long history of one thing, and a few days of everything else.
METERS_ONLY: tuple[DataFault, ...] = (
    FeedAppears(system_id=SYSTEM, at=at(-2)),
    *without_half_hours(at(-40), at(-2)),
)
HEAT_PUMP_ONLY: tuple[DataFault, ...] = (
    *without_half_hours(at(-HISTORY), at(-2)),
    FeedAppears(
        system_id=SYSTEM,
        at=at(-2),
        feeds=(
            "heatpump_flowT",
            "heatpump_returnT",
            "heatpump_outsideT",
            "heatpump_roomT",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyMoved(MeterFault):
    """A half-hour gives what it has to another one at a moment: the totals stay."""

    source: float
    target: float
    at: float

    changes_truth = True

    @override
    def apply(self, readings: Readings, now: float) -> None:
        """Move the energy and its carbon."""
        if now >= self.at:
            source, target = (
                readings.span(start, start + HOUR / 2)
                for start in (self.source, self.target)
            )
            for amounts in readings.energy, readings.carbon:
                amounts[target] += amounts[source]
                amounts[source] = 0.0


def known(*statistics: str, start: float = LONG_AGO) -> tuple[Trace, ...]:
    """Return traces of the corrected hours."""
    return tuple(
        Trace(statistic=name, hours=hours(start, UNTIL)) for name in statistics
    )


SCENARIOS = {
    "half-hours of months ago are corrected": Scenario(
        faults=(
            *METERS_ONLY,
            UsageCorrected(
                consent=CONSENT,
                start=LONG_AGO,
                end=UNTIL,
                factor=1.5,
                at=SET_UP + HOUR,
            ),
        ),
        meanwhile=known("meter_electricity", "meter_electricity_carbon"),
        history=HISTORY,
        lasts=DAY + HOUR,
    ),
    "half-hours of months ago are corrected twice": Scenario(
        faults=(
            *METERS_ONLY,
            *(
                UsageCorrected(
                    consent=CONSENT, start=LONG_AGO, end=UNTIL, factor=factor, at=moment
                )
                for factor, moment in (
                    (0.5, SET_UP + HOUR),
                    (1.6, SET_UP + DAY + 2 * HOUR),
                )
            ),
        ),
        meanwhile=known("meter_electricity"),
        history=HISTORY,
        seen_after=DAY + HOUR,
        lasts=2 * DAY + 3 * HOUR,
    ),
    "half-hours of months ago are corrected, and their total stays": Scenario(
        faults=(
            *METERS_ONLY,
            EnergyMoved(
                consent=CONSENT,
                source=LONG_AGO,
                target=UNTIL - HOUR,
                at=SET_UP + HOUR,
            ),
        ),
        meanwhile=(
            Trace(statistic="meter_electricity", hours=range(LONG_AGO, LONG_AGO + 1)),
            Trace(
                statistic="meter_electricity", hours=range(UNTIL - HOUR, UNTIL, HOUR)
            ),
        ),
        history=HISTORY,
        lasts=(MONTHS + 1) * DAY,
    ),
    "a heat pump's powers and counters of months ago are corrected": Scenario(
        faults=(
            *HEAT_PUMP_ONLY,
            PowerCorrected(
                system_id=SYSTEM,
                start=LONG_AGO,
                end=UNTIL,
                factor=1.5,
                at=SET_UP + HOUR,
            ),
        ),
        meanwhile=known("electricity", "heat"),
        history=HISTORY,
        lasts=DAY + HOUR,
    ),
    "counters of months ago are filled in between two midnights": Scenario(
        faults=(
            *HEAT_PUMP_ONLY,
            MonitorDark(
                system_id=SYSTEM,
                start=LONG_AGO + 60,
                end=UNTIL - 60,
                filled=SET_UP + HOUR,
                feeds=("heatpump_elec_kwh", "heatpump_heat_kwh"),
            ),
        ),
        meanwhile=known("electricity", "heat"),
        history=HISTORY,
        lasts=(MONTHS + 1) * DAY,
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
async def test_every_hour_is_right_when(home: Home, scenario: Scenario) -> None:
    await live_through(home, scenario)
