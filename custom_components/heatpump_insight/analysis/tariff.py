"""What electricity or gas costs, and from when: the prices of half-hours.

Prices are per kWh in the home's currency and may fall below zero, as those of wholesale
markets do. British tariffs change their price with the settlement, on the half-hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo

from .hours import HOUR

type EntityPrices = Mapping[str, Mapping[int, float]]
"""For each price entity the prices of hours, by the unix second at which they start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """One price at all times."""

    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A price between two times of the local clock, both on the half-hour.

    `days` are those on which the band starts, Monday 0 to Sunday 6. A band that does not
    end later than it starts passes midnight; one from a time to itself lasts 24 hours.
    """

    days: frozenset[int]
    start: time
    end: time
    price: float

    def holds(self, local: datetime) -> bool:
        """Tell whether a local moment lies in the band."""
        clock, day = local.time(), local.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= clock < self.end
        return (clock >= self.start and day in self.days) or (
            clock < self.end and (day - 1) % 7 in self.days
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfUse:
    """Prices by weekday and local time: the first band that holds, or else the default."""

    bands: tuple[Band, ...]
    default: float

    def at(self, local: datetime) -> float:
        """Return the price at a local moment."""
        return next(
            (band.price for band in self.bands if band.holds(local)), self.default
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hourly:
    """The price that an entity had, hour by hour."""

    entity_id: str


type Price = Flat | TimeOfUse | Hourly


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A price and the standing charge of a day, from a local date on; None: since ever."""

    price: Price
    standing_charge: float = 0.0
    valid_from: date | None = None

    @property
    def first_day(self) -> date:
        """Return the first local date of the period."""
        return self.valid_from or date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The prices of a meter as they followed one another, in the meter's time zone.

    Each period lasts until the next begins; before the first there is no price.
    """

    zone: tzinfo
    periods: tuple[Period, ...] = ()

    def period(self, day: date) -> Period | None:
        """Return the period that a local date lies in."""
        begun = (each for each in self.periods if each.first_day <= day)
        return max(begun, key=lambda each: each.first_day, default=None)

    @property
    def entities(self) -> frozenset[str]:
        """Return the price entities that it asks."""
        return frozenset(
            each.price.entity_id
            for each in self.periods
            if isinstance(each.price, Hourly)
        )

    def within(self, start: int, end: int) -> Tariff:
        """Return what of it the hours of [start, end) (unix s) depend on.

        What begins before the span is as if it had been so since ever.
        """
        first, last = (
            datetime.fromtimestamp(moment, self.zone).date()
            for moment in (start, end - 1)
        )
        begun = self.period(first)
        periods = [replace(begun, valid_from=None)] if begun else []
        periods += [each for each in self.periods if first < each.first_day <= last]
        return replace(self, periods=tuple(periods))

    def price_at(self, moment: int, entity_prices: EntityPrices) -> float | None:
        """Return the price of the half-hour that starts at a unix second, where known."""
        local = datetime.fromtimestamp(moment, self.zone)
        period = self.period(local.date())
        match period and period.price:
            case Flat(price=price):
                return price
            case TimeOfUse() as table:
                return table.at(local)
            case Hourly(entity_id=entity_id):
                hours = entity_prices.get(entity_id, {})
                return hours.get(moment // HOUR * HOUR)
        return None
