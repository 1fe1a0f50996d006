"""The history of a meter, read from its half-hours at PowerShaper Monitor."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from .analysis.cost import meter_cost
from .analysis.hours import DAY, HALF_HOUR, HOUR, half_hour_hours
from .analysis.months import month_start, months
from .analysis.tariff import Tariff
from .analysis.tariff_data import fingerprint
from .api.errors import NotFound, UnexpectedAnswer
from .api.powershaper import SERVICE, Aggregate, Meter, PowerShaperClient, Usage
from .statistics.derived import Derived
from .statistics.importer import Block, Reading, begins_unknown
from .statistics.series import ENERGY, MASS, Measure, Series

type Prices = Callable[
    [frozenset[str], int, int], Awaitable[Mapping[str, Mapping[int, float]]]
]
"""Returns what some price entities were in the hours of [start, end), as far as known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """How a meter is billed: its tariff, the currency, and who knows price entities."""

    tariff: Tariff
    currency: Measure
    prices: Prices


class MeterHistory:
    """The history of a meter: hourly energy, its carbon, and its cost where it is billed."""

    tail = None

    def __init__(
        self,
        client: PowerShaperClient,
        *,
        key: str,
        name: str,
        ends_stamped: bool,
        meter: Callable[[], Meter | None],
        now: Callable[[], float],
        billing: Billing | None = None,
        joins: Callable[[], tuple[Derived, ...]] = tuple,
    ) -> None:
        """Take the stable key, the name to show, the stamps' convention, and the meter.

        `joins` are the series that its rows make together with others'.
        """
        self._client = client
        self._ends_stamped = ends_stamped
        self._meter = meter
        self._now = now
        self.key = key
        self.settings = {"stamp": "end" if ends_stamped else "start"}
        self._joins = joins
        self._energy = Series(key=key, name=name, measure=ENERGY)
        self._totals: dict[int, str] = {}
        self._carbon = Series(key=f"{key}_carbon", name=f"{name} carbon", measure=MASS)
        self._billing = billing

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Return what its rows make together with others'."""
        return self._joins()

    def end(self) -> int | None:
        """Return the end of the last hour of which the meter has anything."""
        meter = self._meter()
        if meter is None or meter.latest is None:
            return None
        # The hour that is not over holds a half-hour that is.
        return min(_whole_hour(meter.latest), _ceil_hour(self._now()))

    async def async_blocks(self) -> tuple[Block, ...]:
        """Return the months, each marked by its totals as the service tells them."""
        end = self.end()
        meter = self._meter()
        if end is None or meter is None or meter.earliest is None:
            return ()
        start = _first_hour(meter.earliest)
        if start >= end:
            return ()
        totals = await self._async_totals(_date(start), _date(end))
        return tuple(
            Block(
                start=block_start,
                end=block_end,
                mark=(
                    f"{block_end} {totals.get(month_start(block_start), '')}"
                    f"{self._terms(block_start, block_end)}"
                ),
            )
            for block_start, block_end in months(start, end)
        )

    async def async_read(self, start: int, end: int) -> Reading:
        """Return the truth of the hours in [start, end)."""
        # A half-hour stamped with its end may bear the first moment of the next day.
        usages = [
            (moment, usage)
            for usage in await self._client.usage(
                self._present(), _date(start), _date(end), Aggregate.HALF_HOUR
            )
            if start <= (moment := self._start_of(usage)) < end
        ]
        now = self._now()
        energy = half_hour_hours(
            (
                (moment, None if usage.error_count else usage.energy_kwh)
                for moment, usage in usages
            ),
            now,
        )
        # Months of half-hours at a stretch would hold the loop for too long.
        await asyncio.sleep(0)
        carbon = half_hour_hours(
            (
                (moment, None if usage.error_count else usage.carbon_kg)
                for moment, usage in usages
            ),
            now,
        )
        # A service that tells no carbon of gas is not asked for it every day.
        looks = energy.looks | (carbon.looks if carbon.amounts else {})
        truth = {self._energy: energy.amounts, self._carbon: carbon.amounts}
        if self._billing is not None:
            cost = Series(
                key=f"{self._energy.key}_cost",
                name=f"{self._energy.name} cost",
                measure=self._billing.currency,
            )
            truth[cost] = await _async_cost(
                self._billing, energy.amounts, usages, start, end
            )
        since = {}
        if begins_unknown({self._energy: energy.amounts}, {}, start, end):
            # A consent that was given anew may open less of the past.
            since = dict.fromkeys(truth, await self._async_first_hour())
        return Reading(truth=truth, since=since, looks=looks)

    def _terms(self, start: int, end: int) -> str:
        """Return what the costs of a month depend on, where the meter is billed."""
        if self._billing is None:
            return ""
        return f" {fingerprint(self._billing.tariff.within(start, end))}"

    async def _async_first_hour(self) -> int:
        """Return the first hour of the meter as the service tells it now."""
        known = self._present()
        for meter in await self._client.meters():
            if (meter.consent, meter.commodity) == (known.consent, known.commodity):
                if meter.earliest is not None:
                    return _first_hour(meter.earliest)
        raise _gone()

    async def _async_totals(self, first: date, last: date) -> dict[int, str]:
        """Return what tells that a month changed, by the month's first second.

        Where the service fails to tell it is what it told last: a month is read again for
        its own change, not for that.
        """
        try:
            rows = await self._client.usage(
                self._present(), first.replace(day=1), last, Aggregate.MONTH
            )
        except NotFound, UnexpectedAnswer:
            return self._totals
        # Britain's own months, if the service ignores the zone, begin an hour off in summer.
        self._totals = {
            month_start(int(row.start.timestamp()) + DAY // 2): (
                f"{row.energy_kwh} {row.carbon_kg} {row.error_count}"
            )
            for row in rows
        }
        return self._totals

    def _present(self) -> Meter:
        """Return the meter; it may go while its history is read."""
        meter = self._meter()
        if meter is None:
            raise _gone()
        return meter

    def _start_of(self, usage: Usage) -> int:
        """Return the start of a half-hour in unix seconds, whatever its stamp means."""
        moment = int(usage.start.timestamp())
        return moment - HALF_HOUR if self._ends_stamped else moment


async def _async_cost(
    billing: Billing,
    energy: dict[int, float],
    usages: list[tuple[int, Usage]],
    start: int,
    end: int,
) -> dict[int, float]:
    """Return the cost of hours, each half-hour at its own price."""
    tariff = billing.tariff
    prices = await billing.prices(tariff.entities, start, end)
    half_hours = {
        moment: usage.energy_kwh
        for moment, usage in usages
        if usage.energy_kwh is not None and not usage.error_count
    }
    # Local times of months would hold the loop for too long.
    return await asyncio.to_thread(
        meter_cost, tariff, energy, half_hours=half_hours, entity_prices=prices
    )


def _gone() -> NotFound:
    return NotFound(SERVICE, "meters", "the account has this meter no longer")


def _date(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _first_hour(earliest: datetime) -> int:
    return int(earliest.timestamp()) // HOUR * HOUR


def _whole_hour(moment: datetime) -> int:
    return _ceil_hour(moment.timestamp())


def _ceil_hour(moment: float) -> int:
    return -(-int(moment) // HOUR) * HOUR
