"""What neither a heat pump's monitor nor the home's meter says alone, over whole days.

Sums are of the hours that everything they need is known of, and tell how many those were.
Days are local ones. What is not known is None, never 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from .boiler import Boiler, compare
from .carbon import Intensities, intensities, intensity_of_heat
from .cop import cop, local_days
from .hours import HOUR
from .share import HouseShare, house_share
from .supply import Hours

_DAY: Final = timedelta(days=1)
# A side that has told nothing for so many days is not waited for.
_WAIT_DAYS: Final = 7
_YEAR_DAYS: Final = 365
LOOKS_BACK: Final = _YEAR_DAYS + _WAIT_DAYS
"""How many local days before today may matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedHours:
    """The hours of a heat pump and of its home; a series without any is empty.

    Of the heat pump `electricity` and `heat` are kWh, and `carbon` (kg of CO2) and `cost`
    (money) are those of its electricity. Of the house `meter` is the kWh that it took from
    the grid, and `meter_carbon` their kg of CO2.
    """

    electricity: Hours = field(default_factory=dict)
    heat: Hours = field(default_factory=dict)
    carbon: Hours = field(default_factory=dict)
    cost: Hours = field(default_factory=dict)
    meter: Hours = field(default_factory=dict)
    meter_carbon: Hours = field(default_factory=dict)

    def within(self, start: int, end: int) -> JoinedHours:
        """Return the hours in [start, end), in unix seconds."""

        def _cut(hours: Hours) -> Hours:
            return {
                hour: amount for hour, amount in hours.items() if start <= hour < end
            }

        return JoinedHours(
            electricity=_cut(self.electricity),
            heat=_cut(self.heat),
            carbon=_cut(self.carbon),
            cost=_cut(self.cost),
            meter=_cut(self.meter),
            meter_carbon=_cut(self.meter_carbon),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What so many hours add up to."""

    amount: float
    hours: int

    @property
    def days(self) -> float:
        """Return how many days the hours would make."""
        return self.hours * HOUR / _DAY.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A heat pump and its home on the local days from `first` to `last`, both included.

    `carbon` is in kg of CO2 and `carbon_of_heat` in g per kWh of heat. `carbon_saved` (kg)
    and `money_saved` are against a gas boiler, below zero where that would have done
    better. `cop` is that of the hours whose cost is known, and `break_even_cop` holds at
    what they cost per kWh.
    """

    first: date
    last: date
    carbon: Sum | None
    carbon_of_heat: float | None
    intensities: Intensities
    cost: Sum | None
    share: HouseShare | None
    carbon_saved: Sum | None
    money_saved: Sum | None
    cop: float | None
    break_even_cop: float | None
    is_above_break_even: bool | None

    @property
    def share_percent(self) -> float | None:
        """Return the heat pump's share of the house's electricity, in percent."""
        if self.share is None or self.share.share is None:
            return None
        return 100 * self.share.share

    @property
    def base_load(self) -> Sum | None:
        """Return the kWh of the house without the heat pump."""
        if self.share is None:
            return None
        return Sum(amount=self.share.base_load, hours=self.share.always.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """The figures of a day, of 30 and of 365 days; the windows end with that day.

    `yesterday` is the last day that is whole on both sides: a meter is a day late. Where
    none of the last days is whole it is not there, and the windows end with the calendar's
    yesterday.
    """

    yesterday: Figures | None = None
    last_30_days: Figures | None = None
    last_365_days: Figures | None = None


def insight(
    hours: JoinedHours,
    today: date,
    zone: tzinfo,
    boiler: Boiler,
    *,
    has_own_supply: bool = False,
) -> Insight:
    """Return what the hours tell, as seen on a local day.

    `hours` may reach `LOOKS_BACK` days back. `has_own_supply` says that the home is known
    to have panels or a battery.
    """

    def _figures(first: date, last: date) -> Figures:
        start, end = _span(first, zone)[0], _span(last, zone)[1]
        known = hours.within(start, end)
        return _figures_of(
            known, (first, last), zone, boiler, has_own_supply=has_own_supply
        )

    day = last_whole_day(
        (
            hours.electricity,
            hours.heat,
            hours.carbon,
            hours.cost,
            hours.meter,
            hours.meter_carbon,
        ),
        today,
        zone,
    )
    last = day or today - _DAY
    return Insight(
        yesterday=_figures(day, day) if day else None,
        last_30_days=_figures(last - 29 * _DAY, last),
        last_365_days=_figures(last - (_YEAR_DAYS - 1) * _DAY, last),
    )


def last_whole_day(series: Iterable[Hours], today: date, zone: tzinfo) -> date | None:
    """Return the last local day before today of which every series knows every hour.

    A series that knows nothing of the last seven days does not count. None where there is
    no such day among them.
    """
    days = {
        day: range(*_span(day, zone), HOUR)
        for day in (today - back * _DAY for back in range(1, _WAIT_DAYS + 1))
    }
    heard = [
        hours
        for hours in series
        if any(hour in hours for span in days.values() for hour in span)
    ]
    if not heard:
        return None
    return next(
        (
            day
            for day, span in days.items()
            if all(hour in hours for hours in heard for hour in span)
        ),
        None,
    )


def _span(day: date, zone: tzinfo) -> tuple[int, int]:
    """Return the first hour and the end of a local day, in unix seconds."""
    noon = int(datetime.combine(day, time(12), zone).timestamp())
    return next(local_days(noon, noon + 1, zone))


def _figures_of(
    known: JoinedHours,
    days: tuple[date, date],
    zone: tzinfo,
    boiler: Boiler,
    *,
    has_own_supply: bool,
) -> Figures:
    share = house_share(
        known.electricity, known.meter, zone, has_own_supply=has_own_supply
    )
    used, heat, carbon, clean_hours = _together(
        known.electricity, known.heat, known.carbon
    )
    clean = compare(boiler, heat=heat, electricity=used, carbon=carbon)
    used, heat, cost, paid_hours = _together(known.electricity, known.heat, known.cost)
    paid = compare(boiler, heat=heat, electricity=used, cost=cost)
    return Figures(
        first=days[0],
        last=days[1],
        carbon=_sum(sum(known.carbon.values()), len(known.carbon)),
        carbon_of_heat=intensity_of_heat(known.carbon, known.heat),
        intensities=intensities(known.electricity, known.meter, known.meter_carbon),
        cost=_sum(sum(known.cost.values()), len(known.cost)),
        share=share if share.always.hours else None,
        carbon_saved=_sum(clean.carbon_saved, clean_hours),
        money_saved=_sum(paid.money_saved, paid_hours),
        cop=cop(heat, used),
        break_even_cop=paid.break_even_cop,
        is_above_break_even=paid.is_above_break_even,
    )


def _together(
    first: Hours, second: Hours, third: Hours
) -> tuple[float, float, float, int]:
    """Return the sums of three series over the hours that all know, and their number.

    Heat that defrost takes back is part of its sum.
    """
    hours = first.keys() & second.keys() & third.keys()
    return (
        sum(first[hour] for hour in hours),
        sum(second[hour] for hour in hours),
        sum(third[hour] for hour in hours),
        len(hours),
    )


def _sum(amount: float | None, hours: int) -> Sum | None:
    """Return a sum, None where no hour is known."""
    return Sum(amount=amount, hours=hours) if amount is not None and hours else None
