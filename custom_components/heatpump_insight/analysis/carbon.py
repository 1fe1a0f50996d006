"""Carbon of the heat pump's electricity and of its heat.

The service reckons the carbon of a meter's half-hour as its energy times the intensity of
the grid at that time, so `carbon / energy` of an hour is the intensity of what was
imported. It says nothing where nothing was imported, and is never mixed with life-cycle
intensities from elsewhere.
"""

from dataclasses import dataclass
from typing import Final

from .supply import Hours, grid_supply, known_together

_GRAMS: Final = 1000


def heat_pump_carbon(
    heat_pump: Hours, meter: Hours, meter_carbon: Hours
) -> dict[int, float]:
    """Return the carbon of each hour of the heat pump in kg of CO2.

    carbon = min(heat pump, import) × (meter's carbon / import), which is the meter's carbon
    times the heat pump's part of the import. What import does not cover is the home's own
    and carries none. An hour is left out until the heat pump's kWh, the meter's kWh and
    the meter's kg are all known.
    """
    return {
        hour: carbon * (min(used, imported) / imported) if imported else 0.0
        for hour, (used, imported, carbon) in known_together(
            heat_pump, meter, meter_carbon
        )
    }


def intensity_of_heat(carbon: Hours, heat: Hours) -> float | None:
    """Return the g of CO2 per kWh of heat, over the hours of which both are known.

    A ratio of sums, as for a COP: 1000 × Σ carbon (kg) / Σ heat (kWh). Heat that defrost
    takes back is part of the balance. Without heat there is no intensity.
    """
    hours = carbon.keys() & heat.keys()
    return _intensity(
        sum(carbon[hour] for hour in hours), sum(heat[hour] for hour in hours)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensities:
    """Intensities of imported electricity over the same hours, in g of CO2 per kWh.

    `heat_pump` weighs the hours by what the heat pump took from the grid, `house` by what
    the whole house took. None where nothing was taken.
    """

    heat_pump: float | None
    house: float | None

    @property
    def is_cleaner(self) -> bool | None:
        """Tell whether the heat pump runs at cleaner hours than the house as a whole."""
        if self.heat_pump is None or self.house is None:
            return None
        return self.heat_pump < self.house


def intensities(heat_pump: Hours, meter: Hours, meter_carbon: Hours) -> Intensities:
    """Return at how clean hours the heat pump takes its electricity, and the house its own.

    heat pump = Σ heat pump's carbon / Σ what it took from the grid; house = Σ meter's
    carbon / Σ import; over the hours of which everything is known. The home's own supply
    stays outside, since it tells nothing of how clean the grid was.
    """
    carbon = heat_pump_carbon(heat_pump, meter, meter_carbon)
    grid = grid_supply(heat_pump, meter)
    house = [amounts for _, amounts in known_together(meter, meter_carbon, heat_pump)]
    return Intensities(
        heat_pump=_intensity(sum(carbon.values()), sum(grid[hour] for hour in carbon)),
        house=_intensity(
            sum(kilograms for _, kilograms, _ in house),
            sum(imported for imported, _, _ in house),
        ),
    )


def _intensity(carbon: float, energy: float) -> float | None:
    """Return g per kWh from kg and kWh."""
    return carbon * _GRAMS / energy if energy > 0 else None
