"""What electricity or gas costs, and from when: the prices of half-hours, and their changes.

Prices are per kWh in the home's currency and may fall below zero, as those of wholesale
markets do. British tariffs change their price with the settlement, on the half-hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final

from .hours import HOUR

type EntityPrices = Mapping[str, Mapping[int, float]]
"""For each price entity the prices of hours, by the unix second at which they start."""

# No statistic is older than that.
_EVER: Final = 0


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


def changed_from(old: Tariff, new: Tariff) -> int | None:
    """Return the first hour from which costs may differ, None where none does.

    In unix seconds; 0 means since ever. What was reckoned before it stays right, so that
    a new price from a date rewrites nothing older. Compared are the terms: what a price
    entity says of the past may change without any change of the tariff.
    """
    for day in sorted({each.first_day for each in (*old.periods, *new.periods)}):
        if _terms(old, day) != _terms(new, day):
            return min(_first_hour(day, old.zone), _first_hour(day, new.zone))
    return None


def _terms(tariff: Tariff, day: date) -> tuple[Price, float, tzinfo] | None:
    """Return all that the costs of a local date depend on."""
    period = tariff.period(day)
    if period is None:
        return None
    return period.price, period.standing_charge, tariff.zone


def _first_hour(day: date, zone: tzinfo) -> int:
    """Return the hour of UTC in which a local date begins."""
    if day == date.min:
        return _EVER
    midnight = datetime.combine(day, time(), zone).timestamp()
    return max(int(midnight // HOUR) * HOUR, _EVER)
