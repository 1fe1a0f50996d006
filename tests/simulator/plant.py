"""The samples of a heat pump and the half-hours of a home, grown as time goes on.

A plant may stand behind several systems, so that a large fleet of monitored systems
needs the memory of a few.
"""

from threading import RLock

import numpy as np

from . import heat_pump, physics
from .heat_pump import HeatPump
from .physics import Climate, Dice, Floats, House, Samples, Span
from .times import DAY, HALF_HOUR, HALF_HOURS_PER_DAY, MINUTE

type Feeds = dict[str, Floats | Samples]

COUNTERS = {
    "heatpump_elec_kwh": "heatpump_elec",
    "heatpump_heat_kwh": "heatpump_heat",
}
KWH_PER_SAMPLE = MINUTE / 3.6e6  # of one watt

_BLOCK_DAYS = 60  # bounds the memory in use while samples are made
_AHEAD_DAYS = 10


class Plant:
    """One heat pump's samples every 60 s since ``start`` (unix s, a UTC midnight)."""

    def __init__(
        self, pump: HeatPump, climate: Climate, dice: Dice, first_day: int
    ) -> None:
        """Describe the plant, which has samples from a UTC day on."""
        self.pump = pump
        self.climate = climate
        self.dice = dice
        self.first_day = first_day
        self.start = first_day * DAY
        self._days = 0
        self._feeds: Feeds = {}
        self._lock = RLock()

    def until(self, moment: float) -> Feeds:
        """Return every feed, filled at least up to a moment.

        Sensors are float32, as the service stores them; powers and counters float64. A
        counter stamped ``t`` holds what was used before ``t``: the difference of two
        readings is the exact sum of the samples between them.
        """
        with self._lock:
            needed = int(moment // DAY) + 1 - self.first_day
            if needed > self._days:
                self._grow(needed + _AHEAD_DAYS - self._days)
            return self._feeds

    def _grow(self, days: int) -> None:
        """Add so many days of samples."""
        parts: dict[str, list[Floats | Samples]] = {}
        for offset in range(0, days, _BLOCK_DAYS):
            block = heat_pump.samples(
                self.pump,
                self.climate,
                self.dice,
                Span(
                    self.first_day + self._days + offset,
                    min(_BLOCK_DAYS, days - offset),
                ),
            )
            for key, values in block.items():
                exact = key in COUNTERS.values()
                parts.setdefault(key, []).append(
                    values if exact else values.astype(np.float32)
                )
        grown: Feeds = {}
        for key in list(parts):
            known = [self._feeds[key]] if key in self._feeds else []
            grown[key] = np.concatenate([*known, *parts.pop(key)])
        for counter, power in COUNTERS.items():
            grown[counter] = integral(grown[power])
        self._feeds = grown
        self._days += days


def integral(power: Floats | Samples) -> Floats:
    """Return the running kWh of minutes of power (W), before each sample."""
    total: Floats = np.empty(power.size)
    total[0] = 0.0
    np.cumsum(power[:-1], out=total[1:])
    total *= KWH_PER_SAMPLE
    return total


class Home:
    """A home's half-hours since ``start``: electricity from the grid, and gas."""

    def __init__(
        self,
        house: House,
        climate: Climate,
        dice: Dice,
        first_day: int,
        plants: tuple[Plant, ...] = (),
    ) -> None:
        """Describe a home and the heat pumps behind its electricity meter."""
        self.house = house
        self.climate = climate
        self.dice = dice
        self.first_day = first_day
        self.plants = plants
        self.start = first_day * DAY
        self._days = 0
        self._use: dict[str, tuple[Floats, Floats]] = {}
        self._lock = RLock()

    def until(self, moment: float) -> dict[str, tuple[Floats, Floats]]:
        """Return energy (kWh) and carbon (kg) by half-hour for each commodity.

        Energy has the three decimals of a meter. Electricity is what the grid gave,
        never below 0; gas is what was burnt.
        """
        with self._lock:
            needed = int(moment // DAY) + 1 - self.first_day
            if needed > self._days:
                self._days = needed + _AHEAD_DAYS
                self._use = self._half_hours()
            return self._use

    def _half_hours(self) -> dict[str, tuple[Floats, Floats]]:
        """Compute every half-hour of the home."""
        span = Span(self.first_day, self._days)
        used = physics.electricity_use(self.house, self.climate, self.dice, span)
        for plant in self.plants:
            used += self._heat_pump_use(plant)
        electricity = np.round(np.maximum(used, 0.0), 3)
        grid = physics.grid_intensity(self.dice.seed, span) / 1000
        gas = np.round(physics.gas_use(self.house, self.climate, self.dice, span), 3)
        return {
            "electricity": (electricity, np.round(electricity * grid, 6)),
            "gas": (gas, np.round(gas * physics.GAS_CARBON, 6)),
        }

    def _heat_pump_use(self, plant: Plant) -> Floats:
        """Return the kWh of a heat pump and its immersion heater by half-hour."""
        count = self._days * HALF_HOURS_PER_DAY
        feeds = plant.until(self.start + self._days * DAY)
        offset = (self.start - plant.start) // MINUTE
        stop = offset + count * HALF_HOUR // MINUTE
        power = feeds["heatpump_elec"] + feeds["immersion_elec"]
        return physics.half_hourly(power[offset:stop].astype(float)) / 2000
