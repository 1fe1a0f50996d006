"""The figures of a period, such as a month, of a heat pump or of a meter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from .boiler import Boiler, compare
from .carbon import intensity_of_heat
from .cop import cop
from .hours import HOUR
from .share import house_share
from .supply import Hours

type Days = Sequence[tuple[int, int]]
"""The first hour and the end of each local day, as `cop.local_days` yields them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHours:
    """What is known of a heat pump's hours: kWh, °C, kg of CO2 and money.

    `house` is the kWh of the linked meter. Empty is what is not measured.
    """

    electricity: Hours = field(default_factory=dict)
    heat: Hours = field(default_factory=dict)
    flow_temperature: Hours = field(default_factory=dict)
    outside_temperature: Hours = field(default_factory=dict)
    carbon: Hours = field(default_factory=dict)
    cost: Hours = field(default_factory=dict)
    house: Hours = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemReport:
    """A period of a heat pump; None is what is not known.

    Energies, carbon and cost are those of the hours that are known, which are counted.
    What is made of two of them takes the hours that know both, so that a hole in one
    makes no ratio wrong.
    """

    days: int
    days_with_data: int
    hours: int
    hours_with_electricity: int
    hours_with_heat: int
    hours_with_carbon: int
    hours_with_cost: int
    electricity_kwh: float | None
    heat_kwh: float | None
    cop: float | None
    flow_temperature: float | None
    outside_temperature: float | None
    carbon_kg: float | None
    g_per_kwh_heat: float | None
    carbon_saved_kg: float | None
    cost: float | None
    money_saved: float | None
    break_even_cop: float | None
    house_share_percent: float | None
    base_load_kwh: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReport:
    """A period of a meter; None is what is not known. The known hours are counted."""

    days: int
    days_with_data: int
    hours: int
    hours_with_energy: int
    hours_with_carbon: int
    hours_with_cost: int
    energy_kwh: float | None
    carbon_kg: float | None
    g_per_kwh: float | None
    cost: float | None


def system_report(
    hours: SystemHours, days: Days, boiler: Boiler, zone: tzinfo
) -> SystemReport:
    """Return the report of a heat pump over whole local days of `zone`.

    COP = Σ heat / Σ electricity. The temperatures are weighted by the heat delivered, as
    HeatpumpMonitor.org does it. Saved is what the boiler would have burnt for the same heat,
    less the heat pump's own: see `boiler.compare`.
    """
    electricity, heat = hours.electricity, hours.heat
    energies = _together(heat, electricity)
    by_carbon = by_cost = None
    if sums := _together(heat, electricity, hours.carbon):
        by_carbon = compare(boiler, heat=sums[0], electricity=sums[1], carbon=sums[2])
    if sums := _together(heat, electricity, hours.cost):
        by_cost = compare(boiler, heat=sums[0], electricity=sums[1], cost=sums[2])
    house = house_share(electricity, hours.house, zone)
    return SystemReport(
        days=len(days),
        days_with_data=_days_with_data(days, electricity.keys() | heat.keys()),
        hours=_hours(days),
        hours_with_electricity=len(electricity),
        hours_with_heat=len(heat),
        hours_with_carbon=len(hours.carbon),
        hours_with_cost=len(hours.cost),
        electricity_kwh=_sum(electricity),
        heat_kwh=_sum(heat),
        cop=cop(*energies) if energies else None,
        flow_temperature=_weighted(hours.flow_temperature, heat),
        outside_temperature=_weighted(hours.outside_temperature, heat),
        carbon_kg=_sum(hours.carbon),
        g_per_kwh_heat=intensity_of_heat(hours.carbon, heat),
        carbon_saved_kg=by_carbon.carbon_saved if by_carbon else None,
        cost=_sum(hours.cost),
        money_saved=by_cost.money_saved if by_cost else None,
        break_even_cop=by_cost.break_even_cop if by_cost else None,
        house_share_percent=None if house.share is None else 100 * house.share,
        base_load_kwh=house.base_load if house.always.hours else None,
    )


def meter_report(energy: Hours, carbon: Hours, cost: Hours, days: Days) -> MeterReport:
    """Return the report of a meter (kWh, kg of CO2, money) over whole local days."""
    return MeterReport(
        days=len(days),
        days_with_data=_days_with_data(days, energy.keys()),
        hours=_hours(days),
        hours_with_energy=len(energy),
        hours_with_carbon=len(carbon),
        hours_with_cost=len(cost),
        energy_kwh=_sum(energy),
        carbon_kg=_sum(carbon),
        g_per_kwh=intensity_of_heat(carbon, energy),
        cost=_sum(cost),
    )


def _together(*series: Hours) -> tuple[float, ...] | None:
    """Return the sum of each series over the hours that all know, None without any."""
    first, *others = series
    hours = [hour for hour in first if all(hour in other for other in others)]
    if not hours:
        return None
    return tuple(sum(each[hour] for hour in hours) for each in series)


def _sum(hours: Hours) -> float | None:
    return sum(hours.values()) if hours else None


def _weighted(temperature: Hours, heat: Hours) -> float | None:
    """Return the mean of a temperature, weighted by the heat delivered (kWh)."""
    weights = {
        hour: amount
        for hour, amount in heat.items()
        if amount > 0 and hour in temperature
    }
    if not weights:
        return None
    total = sum(temperature[hour] * weight for hour, weight in weights.items())
    return total / sum(weights.values())


def _hours(days: Days) -> int:
    return sum(end - first for first, end in days) // HOUR


def _days_with_data(days: Days, known: Collection[int]) -> int:
    """Return on how many days any hour is known."""
    return sum(
        any(hour in known for hour in range(first, end, HOUR)) for first, end in days
    )
