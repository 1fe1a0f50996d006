"""`python -m tests.analysis.degradation_rates`: how often the degradation watch is right.

Homes of all sorts live for some years, each with a heat pump, a house and a climate that
its seed draws. Their days are those of the simulator's physical model, read as the
service's are. Every alarm of a healthy heat pump is a false one. Then, on days drawn from
November to February, the machine itself loses a tenth overnight, and what the watch says
of the 21 days from then on is looked at. Real days scatter more than the model's: so much
more of it can be laid over their heat.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import exp, sqrt
from random import Random
import sys
from typing import Final

from custom_components.heatpump_insight.analysis.degradation import (
    Degradation,
    verdicts,
)
from custom_components.heatpump_insight.analysis.heating import PumpDay, pump_day
from custom_components.heatpump_insight.api.stats import read_stats
from tests.simulator import heat_pump
from tests.simulator.days import Spans, daily_table
from tests.simulator.heat_pump import HeatPump
from tests.simulator.physics import Climate, Dice, Span
from tests.simulator.times import DAY, MINUTES_PER_DAY

EPOCH: Final = date(1970, 1, 1)
FIRST: Final = date(2021, 1, 1)
TOLD_WITHIN: Final = timedelta(days=21)
LOSS: Final = 0.1
_HEATING_MONTHS: Final = {11, 12, 1, 2}
_LOSSES_PER_HOME: Final = 4
_MEMORY: Final = 0.5  # correlation of one day's scatter with the next one's
_BLOCK_DAYS: Final = 60  # bounds the memory in use
_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A heat pump and where it stands."""

    seed: int
    pump: HeatPump
    climate: Climate

    def days(self, first: date, count: int) -> list[PumpDay]:
        """Return so many days of it."""
        start = (first - EPOCH).days
        return [
            day
            for offset in range(0, count, _BLOCK_DAYS)
            for day in self._block(
                Span(start + offset, min(_BLOCK_DAYS, count - offset))
            )
        ]

    def _block(self, span: Span) -> Iterator[PumpDay]:
        """Yield days as they come out of the service's daily statistics."""
        feeds = heat_pump.samples(self.pump, self.climate, Dice(self.seed, 1), span)
        first = [day * MINUTES_PER_DAY for day in range(span.days)]
        table = daily_table(feeds, Spans(first, [MINUTES_PER_DAY] * span.days))
        for n in range(span.days):
            row: dict[str, object] = {key: float(table[key][n]) for key in table}
            day = pump_day(read_stats(row | {"timestamp": (span.first + n) * DAY}))
            assert day is not None
            yield day

    def worse(self, loss: float) -> Home:
        """Return the home with a heat pump that has lost this part of its COP."""
        return replace(
            self, pump=replace(self.pump, carnot=self.pump.carnot * (1 - loss))
        )


def draw(seed: int) -> Home:
    """Draw a home: small or large, with a good or a poor machine, warm or cold."""
    between = Random(seed).uniform
    heat_loss = between(120, 260)
    return Home(
        seed=seed,
        pump=HeatPump(
            heat_loss=heat_loss,
            gains=between(300, 800),
            room=between(19, 21.5),
            design_flow=between(35, 50),
            max_output=between(26, 40) * heat_loss,
            min_output=between(1500, 3200),
            carnot=between(0.42, 0.55),
            standby=between(6, 30),
            pump=between(20, 90),
            hot_water_kwh=between(2, 8),
            hot_water_target=between(43, 52),
        ),
        climate=Climate(
            mean=between(8.5, 11.2), swing=between(5, 7.5), unrest=between(2.5, 4)
        ),
    )


def scattered(days: Sequence[PumpDay], seed: int, scatter: float) -> list[PumpDay]:
    """Return days whose heat is more or less by chance; the first ones always alike."""
    gauss = Random(seed).gauss
    mood, found = gauss(), []
    for day in days:
        found.append(replace(day, heat=day.heat * exp(scatter * mood)))
        mood = _MEMORY * mood + sqrt(1 - _MEMORY**2) * gauss()
    return found


def alarms(said: Sequence[Degradation]) -> list[Degradation]:
    """Return what was said on the days on which a loss was told anew."""
    return [
        now
        for before, now in pairwise([None, *said])
        if now and now.degraded and not (before and before.degraded)
    ]


def told_after(
    home: Home, healthy: Sequence[PumpDay], onset: date, scatter: float = 0
) -> int | None:
    """Return after how many days an overnight loss is told, None if not in 21.

    `healthy` are the days of the home without the loss, and without scatter.
    """
    before = [day for day in healthy if day.day < onset]
    after = home.worse(LOSS).days(onset, TOLD_WITHIN.days)
    days = scattered([*before, *after], home.seed, scatter)
    for alarm in alarms([*verdicts(days)]):
        if alarm.day >= onset:
            return (alarm.day - onset).days + 1
    return None


def onsets(seed: int, said: Sequence[Degradation]) -> list[date]:
    """Draw days on which a loss sets in, while it is cold and the watch has begun."""
    cold = [each.day for each in said if each.day.month in _HEATING_MONTHS]
    cold = [day for day in cold if day + TOLD_WITHIN <= said[-1].day]
    return Random(-seed).sample(cold, _LOSSES_PER_HOME)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the rates, and say them."""
    parser = argparse.ArgumentParser(prog="python -m tests.analysis.degradation_rates")
    parser.add_argument("--homes", type=int, default=150, help="how many (%(default)s)")
    parser.add_argument(
        "--years", type=int, default=4, help="how long they live (%(default)s)"
    )
    parser.add_argument(
        "--scatter", type=float, default=0, help="of days, in parts of 1 (%(default)s)"
    )
    options = parser.parse_args(arguments)
    years, false, highest = 0.0, 0, 0.0
    delays: list[int | None] = []
    for seed in range(1, options.homes + 1):
        home = draw(seed)
        # Every home is first seen at another time of the year.
        first = FIRST + timedelta(days=Random(seed + 0.5).randrange(365))
        days = home.days(first, round(options.years * _YEAR))
        said = [*verdicts(scattered(days, seed, options.scatter))]
        years += (days[-1].day - said[0].day).days / _YEAR
        false += len(alarms(said))
        highest = max(highest, *(each.cusum / each.limit for each in said))
        delays += [
            told_after(home, days, onset, options.scatter)
            for onset in onsets(seed, said)
        ]
    told = sorted(delay for delay in delays if delay is not None)
    sys.stdout.write(
        f"healthy: {years:.0f} system-years, {false} false alarms, "
        f"the CUSUM at most {highest:.0%} of its limit\n"
        f"a loss of {LOSS:.0%}: {len(told)} of {len(delays)} told within "
        f"{TOLD_WITHIN.days} days ({len(told) / len(delays):.1%}), "
        f"half of them within {told[len(told) // 2]}\n"
    )


if __name__ == "__main__":
    main()
