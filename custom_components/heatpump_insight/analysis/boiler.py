"""A heat pump against the gas boiler that would have given the same heat."""

from collections.abc import Mapping
from dataclasses import dataclass

from .cop import cop
from .options import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Boiler:
    """What is assumed of the gas boiler.

    `efficiency` is heat per gas by gross calorific value: 0.80 to 0.92 is the sensible range.
    `gas_carbon` is kg of CO2e per kWh of gas burnt: 0.183 by the conversion factors of the
    British government (DESNZ, 2025, gross calorific value). `gas_price` is per kWh in the home's
    currency: 0.0733 is what a British home paid in pounds in 2026. Prices age, and the
    user's own is always the better one.
    """

    efficiency: float = 0.85
    gas_carbon: float = 0.183
    gas_price: float = 0.0733

    @property
    def heat_carbon(self) -> float:
        """Return the kg of CO2e per kWh of its heat: 0.215 with the defaults."""
        return self.gas_carbon / self.efficiency

    @property
    def heat_cost(self) -> float:
        """Return what a kWh of its heat costs, in the home's currency."""
        return self.gas_price / self.efficiency


def boiler_from_data(data: Mapping[str, object]) -> Boiler:
    """Return the assumptions that plain data makes; what it does not give is the default.

    Raises options.InvalidOption, which names the field.
    """
    fields = Fields(data=data)
    # By gross calorific value no boiler gives more heat than it burns.
    bounds = {
        "efficiency": (0.5, 1.0),
        "gas_carbon": (0.0, 1.0),
        "gas_price": (1e-4, 1e6),
    }
    return Boiler(
        **{
            name: fields.number(name, least=least, most=most)
            for name, (least, most) in bounds.items()
            if fields.has(name)
        }
    )


def boiler_to_data(boiler: Boiler) -> dict[str, float]:
    """Return the assumptions as plain data."""
    return {
        "efficiency": boiler.efficiency,
        "gas_carbon": boiler.gas_carbon,
        "gas_price": boiler.gas_price,
    }


def break_even_cop(electricity_price: float, boiler: Boiler) -> float:
    """Return the COP above which the heat pump's heat is cheaper than the boiler's.

    electricity price / gas price × efficiency of the boiler: 3.03 for 26.11 p, 7.33 p and
    0.85. Both prices are per kWh. Electricity that costs nothing is cheaper at any COP.
    """
    return max(electricity_price / boiler.gas_price * boiler.efficiency, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A period of the heat pump against the boiler; None is what is not known.

    `gas` is what the boiler would have burnt in kWh. `carbon_saved` (kg of CO2) and
    `money_saved` fall below zero where the boiler would have done better.
    `break_even_cop` holds at the mean price that was paid.
    """

    gas: float
    carbon_saved: float | None
    money_saved: float | None
    break_even_cop: float | None
    is_above_break_even: bool | None


def compare(
    boiler: Boiler,
    *,
    heat: float,
    electricity: float,
    carbon: float | None = None,
    cost: float | None = None,
) -> Comparison:
    """Compare a period of the heat pump with the boiler.

    `heat` and `electricity` are kWh, `carbon` kg of CO2 and `cost` the money of that
    electricity. gas = heat / efficiency; saved = gas × carbon or price of gas − the heat
    pump's own. A boiler does not cool: it burns nothing for heat below zero.
    """
    gas = max(heat, 0.0) / boiler.efficiency
    even = (
        break_even_cop(cost / electricity, boiler)
        if cost is not None and electricity > 0
        else None
    )
    ratio = cop(heat, electricity)
    return Comparison(
        gas=gas,
        carbon_saved=None if carbon is None else gas * boiler.gas_carbon - carbon,
        money_saved=None if cost is None else gas * boiler.gas_price - cost,
        break_even_cop=even,
        is_above_break_even=None if even is None or ratio is None else ratio > even,
    )
