"""What energy cost, hour by hour, in the currency of its tariff.

Hours are named by the unix second at which they start. An hour without a known price has
no cost: it is not in the answer.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from .cop import local_days
from .hours import HALF_HOUR, HOUR
from .supply import Hours
from .tariff import EntityPrices, Tariff

_NONE: Final[Mapping[int, float]] = MappingProxyType({})
_NO_ENTITY: Final[EntityPrices] = MappingProxyType({})


def hour_price(
    tariff: Tariff,
    hour: int,
    *,
    half_hours: Hours = _NONE,
    entity_prices: EntityPrices = _NO_ENTITY,
) -> float | None:
    """Return the price per kWh of an hour, None where it is not known.

    The mean of the prices of its two half-hours, weighted by the energies of `half_hours`
    (by the unix second at which they start) where these are known: Σ energy × price /
    Σ energy, as a bill adds it up.
    """
    halves = (hour, hour + HALF_HOUR)
    prices = [tariff.price_at(half, entity_prices) for half in halves]
    weights = [max(half_hours.get(half, 0.0), 0.0) for half in halves]
    if not sum(weights):
        weights = [1.0, 1.0]
    total = 0.0
    for weight, price in zip(weights, prices, strict=True):
        if price is None:
            return None
        total += weight * price
    return total / sum(weights)


def energy_cost(
    tariff: Tariff,
    energy: Hours,
    *,
    half_hours: Hours = _NONE,
    entity_prices: EntityPrices = _NO_ENTITY,
) -> dict[int, float]:
    """Return kWh × price of each hour: what a heat pump's electricity costs."""
    return {
        hour: amount * price
        for hour, amount in energy.items()
        if (
            price := hour_price(
                tariff, hour, half_hours=half_hours, entity_prices=entity_prices
            )
        )
        is not None
    }


def meter_cost(
    tariff: Tariff,
    energy: Hours,
    *,
    half_hours: Hours = _NONE,
    entity_prices: EntityPrices = _NO_ENTITY,
) -> dict[int, float]:
    """Return kWh × price + standing charge of each hour: what a meter's bill adds up."""
    costs = energy_cost(
        tariff, energy, half_hours=half_hours, entity_prices=entity_prices
    )
    charges = standing_charges(tariff, costs)
    return {hour: cost + charges[hour] for hour, cost in costs.items()}


def standing_charges(tariff: Tariff, hours: Hours) -> dict[int, float]:
    """Return what of the standing charge falls on each of the hours.

    A local day's charge is spread evenly over its 23, 24 or 25 hours, so that they add up
    to it whole. An hour that is not asked for keeps its part.
    """
    charges: dict[int, float] = {}
    if not hours:
        return charges
    days = local_days(min(hours), max(hours) + HOUR, tariff.zone)
    for first, end in days:
        period = tariff.period(datetime.fromtimestamp(first, tariff.zone).date())
        if period is None:
            continue
        span = range(first, end, HOUR)
        charges |= {
            hour: period.standing_charge / len(span) for hour in span if hour in hours
        }
    return charges
