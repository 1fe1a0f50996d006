"""What befalls the half-hours of a meter."""

import pytest

from tests.simulator import FeedEnds, HalfHoursMissing, MeterLate

from .home import DAY, HOUR, MINUTE, Home
from .scenario import CONSENT, NOW, SYSTEM, Scenario, Trace, at, hours, live_through

HALF_HOUR = HOUR // 2
SET_UP = NOW.timestamp()
# Whoever looks at months of a meter need not wait for the rows of a heat pump.
NO_HEAT_PUMP = FeedEnds(system_id=SYSTEM, at=at(-4))
QUIET_METERS = MeterLate(consent=CONSENT, start=SET_UP, end=SET_UP + 1000 * DAY)


def missing(
    start: float, end: float, *, error: bool = False, filled: float = float("inf")
) -> HalfHoursMissing:
    """Return the fault of electricity's half-hours that are not there, or in error."""
    return HalfHoursMissing(
        consent=CONSENT,
        start=start,
        end=end,
        kind="error" if error else "absent",
        filled=filled,
    )


def electricity(start: float, end: float, *, unknown: bool = False) -> Trace:
    """Return the trace that hours of electricity bear; carbon goes the same way."""
    return Trace(
        statistic="meter_electricity", hours=hours(start, end), unknown=unknown
    )


def repaired_in_error(after: float) -> Scenario:
    """Return a half-hour of yesterday that is in error until so long after set-up."""
    is_waited_for = after < 2 * DAY
    return Scenario(
        faults=(
            missing(at(-1, 12), at(-1, 12.5), error=True, filled=SET_UP + after),
            *(() if is_waited_for else (NO_HEAT_PUMP, QUIET_METERS)),
        ),
        seen_after=0 if is_waited_for else after - DAY,
        meanwhile=(electricity(at(-1, 12), at(-1, 13), unknown=is_waited_for),),
        lasts=after + 2 * DAY + HOUR,
        step=DAY if is_waited_for else 10 * DAY,
    )


SCENARIOS = {
    "half an hour of long ago never comes": Scenario(
        faults=(missing(at(-3, 12), at(-3, 12.5)),),
        for_ever=(electricity(at(-3, 12), at(-3, 13)),),
    ),
    "half an hour of yesterday never comes": Scenario(
        faults=(missing(at(-1, 12), at(-1, 12.5)),),
        meanwhile=(electricity(at(-1, 12), at(-1, 13), unknown=True),),
        for_ever=(electricity(at(-1, 12), at(-1, 13)),),
    ),
    "half an hour is in error for ever": Scenario(
        faults=(missing(at(-1, 12.5), at(-1, 13), error=True),),
        meanwhile=(electricity(at(-1, 12), at(-1, 13), unknown=True),),
        for_ever=(electricity(at(-1, 12), at(-1, 13)),),
    ),
    "both halves of an hour never come": Scenario(
        faults=(missing(at(-3, 7), at(-3, 8)),),
        for_ever=(electricity(at(-3, 7), at(-3, 8), unknown=True),),
    ),
    "both halves of an hour are in error for ever": Scenario(
        faults=(missing(at(-3, 7), at(-3, 8), error=True),),
        for_ever=(electricity(at(-3, 7), at(-3, 8), unknown=True),),
    ),
    "a whole day never comes": Scenario(
        faults=(missing(at(-2), at(-1)),),
        for_ever=(electricity(at(-2), at(-1), unknown=True),),
    ),
    "every second half-hour of a day never comes": Scenario(
        faults=tuple(missing(at(-2, h), at(-2, h + 0.5)) for h in range(24)),
        for_ever=(electricity(at(-2), at(-1)),),
    ),
    "half an hour comes late": Scenario(
        faults=(missing(at(-1, 12), at(-1, 12.5), filled=SET_UP + DAY),),
        meanwhile=(electricity(at(-1, 12), at(-1, 13), unknown=True),),
    ),
    "both halves of an hour come late": Scenario(
        faults=(missing(at(-1, 12), at(-1, 13), filled=SET_UP + DAY),),
        meanwhile=(electricity(at(-1, 12), at(-1, 13), unknown=True),),
    ),
    "a whole day comes late": Scenario(
        faults=(missing(at(-2), at(-1), filled=SET_UP + DAY),),
        meanwhile=(electricity(at(-2), at(-1), unknown=True),),
    ),
    "nothing comes for days, then all of it": Scenario(
        faults=(MeterLate(consent=CONSENT, start=at(-2), end=SET_UP + DAY),),
        meanwhile=(electricity(at(-2), at(0), unknown=True),),
    ),
    "half an hour in error is repaired after a minute": repaired_in_error(MINUTE),
    "half an hour in error is repaired after a day": repaired_in_error(DAY),
    "half an hour in error is repaired after 59 days": repaired_in_error(59 * DAY),
    # It is final by then, but the total of its month still tells of it.
    "half an hour in error is repaired after 61 days": repaired_in_error(61 * DAY),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
async def test_every_hour_is_right_when(home: Home, scenario: Scenario) -> None:
    await live_through(home, scenario)
