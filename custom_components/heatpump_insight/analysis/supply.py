"""Where the heat pump's electricity came from, hour by hour: the grid or the home itself.

Series are hours: the unix second at which an hour starts, and its amount. What a meter
shows is import alone. A heat pump can have taken no more of an hour from the grid than
the whole house did; the rest was the home's own, from the sun or from a battery.
"""

from collections.abc import Iterator, Mapping
from math import isfinite

type Hours = Mapping[int, float]


def known_together(*series: Hours) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield each hour that every series knows, with their amounts in the same order.

    Nothing is used or emitted backwards: an amount below zero counts as nothing. One that
    is no finite number is not known.
    """
    first, *others = series
    for hour in first:
        if all(hour in other for other in others):
            amounts = tuple(each[hour] for each in series)
            if all(map(isfinite, amounts)):
                yield hour, tuple(max(amount, 0.0) for amount in amounts)


def grid_supply(heat_pump: Hours, meter: Hours) -> dict[int, float]:
    """Return the kWh of each hour that the heat pump took from the grid.

    The smaller of the heat pump's and the meter's kWh; hours that either does not know
    are left out.
    """
    return {
        hour: min(used, imported)
        for hour, (used, imported) in known_together(heat_pump, meter)
    }


def own_supply(heat_pump: Hours, meter: Hours) -> dict[int, float]:
    """Return the kWh of each hour that the heat pump took from the home's own supply.

    What its kWh exceed the meter's by; hours that either does not know are left out.
    """
    return {
        hour: max(used - imported, 0.0)
        for hour, (used, imported) in known_together(heat_pump, meter)
    }
