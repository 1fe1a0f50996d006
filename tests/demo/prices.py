"""What the first home of the demo pays, and what that makes of its hours.

Nothing here asks the integration: its rules are written out again.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.simulator import World
from tests.simulator.times import HALF_HOUR, local_day, midnight

CURRENCY: Final = "GBP"
LONDON: Final = ZoneInfo("Europe/London")

# As they are typed. A new tariff has a cheap night, and no standing charge.
FLAT_GAS: Final[dict[str, Any]] = {"price": 0.07, "standing_charge": 0.3}
DEAR: Final[dict[str, Any]] = {"price": 0.25, "standing_charge": 0.48}
BAND: Final[dict[str, Any]] = {
    "start": "23:30:00",
    "end": "05:30:00",
    "price": 0.08,
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
}

# From the beginning, which stays where it is while time passes.
_AFTER: Final = timedelta(days=40)

type Hours = Mapping[int, float]


def changed_on(world: World) -> date:
    """Return the first day of the new tariff."""
    return local_day(world.start) + _AFTER


def meter_cost(world: World, consent: str, commodity: str) -> dict[int, float]:
    """Return the cost of each hour of a meter that is over: its half-hours, and the charge."""
    hours = world.truth.meter_hours(consent, commodity, 0, world.now())
    halves = {
        usage.start: usage.energy_kwh
        for usage in world.truth.meter_half_hours(consent, commodity, 0, world.now())
    }
    return {
        hour.start: _charge(world, commodity, hour.start)
        + sum(
            halves[moment] * _price(world, commodity, moment)
            for moment in (hour.start, hour.start + HALF_HOUR)
        )
        for hour in hours
    }


def heat_pump_cost(world: World, electricity: Hours) -> dict[int, float]:
    """Return the cost of each hour of a heat pump, at the mean of its two prices."""
    return {
        hour: kwh
        * sum(
            _price(world, "electricity", moment) for moment in (hour, hour + HALF_HOUR)
        )
        / 2
        for hour, kwh in electricity.items()
    }


def _is_new(world: World, moment: int) -> bool:
    return local_day(moment, LONDON) >= changed_on(world)


def _price(world: World, commodity: str, moment: int) -> float:
    if commodity == "gas":
        return float(FLAT_GAS["price"])
    clock = f"{datetime.fromtimestamp(moment, LONDON):%H:%M:%S}"
    is_night = clock >= BAND["start"] or clock < BAND["end"]
    rate = BAND if _is_new(world, moment) and is_night else DEAR
    return float(rate["price"])


def _charge(world: World, commodity: str, hour: int) -> float:
    """Return an hour's part of the day's standing charge."""
    if commodity == "gas":
        charge = FLAT_GAS["standing_charge"]
    else:
        charge = 0.0 if _is_new(world, hour) else DEAR["standing_charge"]
    day = local_day(hour, LONDON)
    seconds = midnight(day + timedelta(days=1), LONDON) - midnight(day, LONDON)
    return float(charge) * 3600 / seconds
