"""The statistics of HeatpumpMonitor.org: days, months and windows of every system."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched
from typing import TYPE_CHECKING

import numpy as np

from .days import Spans, daily_table
from .fields import WINDOW_FIELDS, Row, Table, combine, running_total_rate
from .homes import System
from .times import DAY, MINUTE, days, local_day, midnight, next_month

if TYPE_CHECKING:
    from .world import World

# Window → how many whole days come before today; the last seven days are the exception
# in that today comes on top of them.
WINDOWS: dict[str, int | None] = {
    "last7": 7,
    "last30": 29,
    "last90": 89,
    "last365": 364,
    "all": None,
}


_BLOCK_DAYS = 60  # bounds the memory in use while days are computed


@dataclass(slots=True)
class Daily:
    """One row of statistics for each London day."""

    days: list[date] = field(default_factory=list)
    table: Table = field(default_factory=dict)

    def joined(self, other: Daily) -> Daily:
        """Return these days followed by others."""
        if not self.days:
            return other
        if not other.days:
            return self
        return Daily(
            self.days + other.days,
            {
                name: np.concatenate([values, other.table[name]])
                for name, values in self.table.items()
            },
        )

    def part(self, first: date, last: date) -> slice:
        """Return which rows lie in first…last, both included."""
        rows = [n for n, day in enumerate(self.days) if first <= day <= last]
        return slice(rows[0], rows[-1] + 1) if rows else slice(0, 0)


class Statistics:
    """Computes what the service's background jobs have computed by now."""

    def __init__(self, world: World) -> None:
        """Speak of one world."""
        self._world = world
        self._over: dict[int, tuple[tuple[int, ...], Daily]] = {}
        self._fleet: dict[tuple[date, date], Table] = {}

    def today(self) -> date:
        """Return today in London."""
        return local_day(self._world.now())

    def daily(self, system: System) -> Daily:
        """Return the days of a monitored system so far, today's part included.

        Days that are over are computed once, and again when a fault came or went.
        """
        if system.plant is None:
            return Daily()
        state = self._world.samples(system).state
        known_state, known = self._over.get(system.id, ((), Daily()))
        if known_state != state:
            known = Daily()
        now = self._world.now()
        first = local_day(system.plant.start)
        if known.days:
            first = known.days[-1] + timedelta(days=1)
        wanted = days(first, self.today())
        over = [day for day in wanted if midnight(day) + DAY <= now]
        for block in batched(over, _BLOCK_DAYS, strict=False):
            known = known.joined(self._compute(system, block))
        self._over[system.id] = state, known
        return known.joined(self._compute(system, wanted[len(over) :]))

    def _compute(self, system: System, wanted: Sequence[date]) -> Daily:
        """Return freshly computed days; those without any time in them are left out.

        A day is 86 400 s from its midnight, as the service has it: when the clocks go
        forward it reaches an hour into the next day, when they go back it lacks one.
        """
        start, feeds, _ = self._world.samples(system)
        visible = self._world.visible(start)
        spans: dict[date, tuple[int, int]] = {}
        for day in wanted:
            index = (midnight(day) - start) // MINUTE
            first, stop = max(index, 0), min(index + DAY // MINUTE, visible)
            if stop > first:
                spans[day] = first, stop - first
        if not spans:
            return Daily()
        configured = self._world.configured(system)
        table = daily_table(
            {key: feeds[key] for key in configured},
            Spans(
                [first for first, _ in spans.values()], [n for _, n in spans.values()]
            ),
            starting_power=system.starting_power or 100,
            tariffs=system.tariffs,
        )
        return Daily(list(spans), table)

    def window(self, system: System, name: str) -> Row | None:
        """Return a window's row; None where there is none.

        A window that holds no data any more keeps the row it had when it last did.
        """
        if system.plant is None:
            return self._fleet_row(system, *self._fleet_window(name))
        daily = self.daily(system)
        if not daily.days:
            return None
        seen = np.flatnonzero(daily.table["combined_data_length"] > 0)
        if not seen.size:
            return None
        last_seen = daily.days[int(seen[-1])]
        before = WINDOWS[name]
        if before is None:
            return combine(daily.table, slice(0, len(daily.days)))
        end = min(self.today(), last_seen + timedelta(days=before))
        rows = daily.part(end - timedelta(days=before), end)
        return combine(daily.table, rows)

    def months(
        self, system: System, start: float = 0, end: float = float("inf")
    ) -> dict[date, Row]:
        """Return a row for each month with data, by its first day.

        Only months that start in [start, end), in unix seconds.
        """
        daily = self.daily(system)
        first = daily.days[0] if daily.days else self._fleet_begin()
        rows: dict[date, Row] = {}
        month = first.replace(day=1)
        while month <= self.today():
            last = min(next_month(month) - timedelta(days=1), self.today())
            if start <= midnight(month) < end:
                row = (
                    self._fleet_row(system, month, last)
                    if system.plant is None
                    else combine(daily.table, daily.part(month, last))
                )
                if row is not None and row["combined_data_length"]:
                    rows[month] = row
            month = next_month(month)
        return rows

    def month_range(self, system: System, start: int, end: int) -> Row | None:
        """Return one row for the months that start in [start, end), in unix s."""
        rows = list(self.months(system, start, end).values())
        if not rows:
            return None
        table = {name: np.array([row[name] for row in rows]) for name in WINDOW_FIELDS}
        rate = running_total_rate if len(rows) > 1 else None
        return combine(table, slice(0, len(rows)), rate)

    # The fleet.

    def _fleet_begin(self) -> date:
        """Return the month in which the fleet's history begins: two years ago."""
        today = self.today()
        return today.replace(year=today.year - 2, day=1)

    def _fleet_window(self, name: str) -> tuple[date, date]:
        """Return the first and the last day of a window."""
        before = WINDOWS[name]
        if before is None:
            return self._fleet_begin(), self.today()
        return self.today() - timedelta(days=before), self.today()

    def _fleet_row(self, system: System, first: date, last: date) -> Row | None:
        """Return a member's row over some days."""
        fleet = self._world.fleet
        if fleet is None or system.id not in fleet.index:
            return None
        if (first, last) not in self._fleet:
            self._fleet[first, last] = fleet.table(first, last)
        table = self._fleet[first, last]
        member = fleet.index[system.id]
        return {name: float(table[name][member]) for name in WINDOW_FIELDS}
