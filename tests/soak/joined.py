"""What the rows of both services together must be: carbon and cost, by plain rules.

Nothing here asks the integration: its rules are written out again, as plainly as can be.
"""

from datetime import date, datetime, tzinfo
from typing import Any, Final

from tests.simulator import World
from tests.simulator.homes import Meter

from .expected import Hours, hours_of
from .schedule import HOUR

_HALF_HOUR: Final = HOUR // 2

# As the options keep them: one price for years, then a cheap night, then a dearer one.
# Its edges are at half past, where an hour has two prices.
_NIGHT: Final = {"start": "23:30", "end": "05:30"}
_FIRST_CHANGE: Final = "2026-02-11"
_SECOND_CHANGE: Final = "2026-03-20"
ELECTRICITY: Final[dict[str, Any]] = {
    "periods": [
        {"kind": "flat", "price": 0.26, "standing_charge": 0.54},
        {
            "kind": "time_of_use",
            "valid_from": _FIRST_CHANGE,
            "default": 0.31,
            "standing_charge": 0.6,
            "bands": [{**_NIGHT, "price": 0.07}],
        },
        {
            "kind": "time_of_use",
            "valid_from": _SECOND_CHANGE,
            "default": 0.33,
            "bands": [{**_NIGHT, "price": 0.09}],
        },
    ]
}
GAS: Final[dict[str, Any]] = {
    "periods": [{"kind": "flat", "price": 0.06, "standing_charge": 0.3}]
}
HOME_OPTIONS: Final[dict[str, Any]] = {
    "electricity_price": ELECTRICITY,
    "gas_price": GAS,
}


def _price(commodity: str, moment: int, zone: tzinfo) -> float:
    """Return the price of a half-hour."""
    if commodity == "gas":
        return 0.06
    local = datetime.fromtimestamp(moment, zone)
    day, clock = local.date().isoformat(), f"{local:%H:%M}"
    is_night = clock >= _NIGHT["start"] or clock < _NIGHT["end"]
    if day < _FIRST_CHANGE:
        return 0.26
    if day < _SECOND_CHANGE:
        return 0.07 if is_night else 0.31
    return 0.09 if is_night else 0.33


def _charge(commodity: str, day: date) -> float:
    """Return the standing charge of a day."""
    if commodity == "gas":
        return 0.3
    if day.isoformat() < _FIRST_CHANGE:
        return 0.54
    return 0.6 if day.isoformat() < _SECOND_CHANGE else 0.0


def cost_of_meter(world: World, meter: Meter, energy: Hours, zone: tzinfo) -> Hours:
    """Return the cost of each known hour of a meter: each half-hour at its price."""
    readings = world.readings(meter)
    found: Hours = {}
    for hour in energy:
        day = datetime.fromtimestamp(hour, zone).date()
        found[hour] = _charge(meter.commodity, day) / hours_of(day, zone)
        for moment in (hour, hour + _HALF_HOUR):
            n = (moment - readings.start) // _HALF_HOUR
            is_there = 0 <= n < readings.energy.size
            if is_there and not readings.error[n] and not readings.absent[n]:
                price = _price(meter.commodity, moment, zone)
                found[hour] += float(readings.energy[n]) * price
    return found


def cost_of_heat_pump(electricity: Hours, zone: tzinfo) -> Hours:
    """Return the cost of each hour of a heat pump at the mean of its two prices."""
    return {
        hour: energy
        * (
            _price("electricity", hour, zone)
            + _price("electricity", hour + _HALF_HOUR, zone)
        )
        / 2
        for hour, energy in electricity.items()
    }


def carbon_of_heat_pump(electricity: Hours, meter: Hours, carbon: Hours) -> Hours:
    """Return its part of the meter's carbon, where all three are known."""
    return {
        hour: carbon[hour] * min(used / meter[hour], 1.0) if meter[hour] else 0.0
        for hour, used in electricity.items()
        if hour in meter and hour in carbon
    }
