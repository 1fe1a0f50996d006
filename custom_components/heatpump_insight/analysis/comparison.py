"""How a heat pump compares with the published fleet: where it stands, what to expect.

Of the heat pump's own figures the same is asked as of the fleet's: enough days, no cooling,
plausible. It need not be published, nor metered as the fleet is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..api.heatpumpmonitor import Stats, System, Window
from .expected import Expectation, Line, expectation, points, robust_line
from .fleet import (
    AIR_SOURCE,
    Member,
    Standing,
    air_source,
    comparable_cop,
    fleet,
    standings,
)

COMPARED: Final = (Window.LAST_365, Window.LAST_30)
"""The windows over which heat pumps are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFleet:
    """The systems that may be compared over each window, and what is learnt from them.

    `read_at` is when the service told them (unix s), None before it has. `line` goes
    through the air source systems of the last 365 days.
    """

    read_at: float | None = None
    windows: Mapping[Window, tuple[Member, ...]] = field(default_factory=dict)
    line: Line | None = None

    def members(self, window: Window) -> tuple[Member, ...]:
        """Return the members over a window, none where they are not known."""
        return self.windows.get(window, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Where a heat pump stands over each window, and what to expect of its year.

    The standings begin with the tier of those most alike. A window over which it cannot
    be compared has none.
    """

    standings: Mapping[Window, tuple[Standing, ...]] = field(default_factory=dict)
    expectation: Expectation | None = None


def members_of(
    systems: Iterable[System], stats: Mapping[Window, Mapping[int, Stats]]
) -> dict[Window, tuple[Member, ...]]:
    """Return the members over each window, from all public systems and their figures."""
    known = tuple(systems)
    return {
        window: fleet(
            (
                (system, rows[system.system_id])
                for system in known
                if system.system_id in rows
            ),
            window,
        )
        for window, rows in stats.items()
    }


def published_fleet(
    windows: Mapping[Window, tuple[Member, ...]], read_at: float
) -> PublishedFleet:
    """Return the fleet with its line; `read_at` is in unix s."""
    year = windows.get(Window.LAST_365, ())
    return PublishedFleet(
        read_at=read_at, windows=windows, line=robust_line(points(air_source(year)))
    )


def compare(
    system: System, windows: Mapping[Window, Stats], published: PublishedFleet
) -> Comparison:
    """Compare a heat pump, with its own figures over each window, with the fleet."""
    cops = {
        window: ratio
        for window in COMPARED
        if (stats := windows.get(window)) is not None
        and (ratio := comparable_cop(stats, window)) is not None
    }
    year = Window.LAST_365
    return Comparison(
        standings={
            window: standings(system, ratio, published.members(window))
            for window, ratio in cops.items()
        },
        expectation=(
            _expectation(system, windows[year], cops[year], published.line)
            if year in cops
            else None
        ),
    )


def _expectation(
    system: System, year: Stats, own_cop: float, line: Line | None
) -> Expectation | None:
    """Return what to expect of an air source system: of no other does the line tell."""
    lift, electricity = year.weighted_flow_minus_outside, year.combined.elec_kwh
    if line is None or lift is None or electricity is None or system.kind != AIR_SOURCE:
        return None
    return expectation(line, lift=lift, own_cop=own_cop, electricity=electricity)
