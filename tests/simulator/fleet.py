"""The many public systems of HeatpumpMonitor.org, drawn instead of integrated.

A member has no samples: its statistics of any period follow from a few numbers drawn
for it, so that hundreds of them cost nothing. Their spread is that of real published
systems: SPF about 4.0 ± 0.45, lower for a hotter flow.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from .fields import QUALITIES, RATIOS, SIGNALS, TARIFFS, Table, ratio
from .homes import System
from .physics import Floats, Mask
from .times import days

# Share of the year's heat that falls on one day of each month; space heating and hot
# water together. The sum over a year is 1.
_DAILY_SHARE = np.array(
    [5.3, 5.0, 4.2, 2.9, 1.6, 0.85, 0.75, 0.75, 1.1, 2.3, 3.8, 4.9]
) / (1015.0)
_OUTSIDE = np.array([4.4, 4.7, 6.6, 9.0, 12.0, 14.9, 16.7, 16.5, 14.2, 10.9, 7.3, 5.0])

_BUILDS = ("Ashdown", "Borrowby", "Calder", "Denholm", "Elmstead", "Fairholt")
_TOWNS = ("Upper Marl", "Kettlesby", "Tarnwick", "Oakhampton Vale", "Brigg Sands")
_COUNTIES = ("Westshire", "Fenland", "Dalesmoor", "Southcombe")
_INSTALLERS = ("Self-install", "Warm Wheel Heating", "Ember & Dale", "Northlight Heat")
_PROPERTIES = ("Detached", "Detached", "Semi-detached", "Bungalow", "Mid-terrace")
_AGES = ("Victorian", "Between the wars", "Post-war", "Nineties", "New build")
_INSULATION = (
    "Everything insulated",
    "Roof and part of the walls",
    "Filled cavities, thin loft",
    "Bare stone",
)
_MODELS = (
    ("Norrvind", "Aero 5", 5.0, "R290"),
    ("Norrvind", "Aero 8", 8.0, "R290"),
    ("Kestrel", "Monobloc 7", 7.0, "R32"),
    ("Kestrel", "Monobloc 11", 11.2, "R32"),
    ("Halden", "Quiet 6", 6.0, "R290"),
)


class Part(NamedTuple):
    """One category of a period: kWh, seconds and °C of each member."""

    known: Mask
    elec: Floats
    heat: Floats
    length: Floats
    flow: Floats


class Fleet:
    """So many drawn systems, with ids from ``first_id`` on."""

    def __init__(self, count: int, *, seed: int, first_id: int = 1000) -> None:
        """Draw the members."""
        rng = np.random.default_rng((seed, 77))
        self.size = count
        self.heat = 11_000 * np.exp(0.4 * rng.standard_normal(count))  # kWh a year
        self.lift = np.clip(28 + 3.2 * rng.standard_normal(count), 19, 40)  # K
        spf = 7.04 - 0.1095 * self.lift + 0.3 * rng.standard_normal(count)
        self.spf = np.clip(spf, 2.3, 5.4)
        self.water_share = np.clip(0.2 + 0.06 * rng.standard_normal(count), 0.05, 0.5)
        self.starts = np.exp(np.log(0.25) + 0.55 * rng.standard_normal(count))  # 1/h
        self.standby = np.clip(2.4 * np.exp(0.6 * rng.standard_normal(count)), 0.4, 9)
        self.tells_water = rng.random(count) > 0.38
        self.has_room = rng.random(count) > 0.3
        self.completeness = np.where(rng.random(count) > 0.06, 1.0, 0.55)
        self.outlier = np.arange(count) == count // 2  # more than any machine can give
        self.systems = [self._system(n, first_id + n, rng) for n in range(count)]
        self.index = {system.id: n for n, system in enumerate(self.systems)}

    def _system(self, n: int, system_id: int, rng: np.random.Generator) -> System:
        """Return one member with its metadata."""

        def choose(options: tuple[str, ...]) -> str:
            return options[int(rng.integers(len(options)))]

        manufacturer, model, output, refrigerant = _MODELS[int(rng.integers(5))]
        ground = rng.random() < 0.03
        metadata: dict[str, Any] = {
            "last_updated": 1_700_000_000 + int(rng.integers(60_000_000)),
            "location": f"{choose(_TOWNS)}, {choose(_COUNTIES)}",
            "latitude": round(51.2 + 5.5 * rng.random(), 4),
            "longitude": round(-3.8 + 4.4 * rng.random(), 4),
            "installer_name": choose(_INSTALLERS),
            "hp_type": "Ground Source" if ground else "Air Source",
            "hp_manufacturer": manufacturer,
            "hp_model": f"{choose(_BUILDS)} {model}" if rng.random() < 0.3 else model,
            "hp_output": output,
            "refrigerant": refrigerant,
            "flow_temp": float(np.rint(self.lift[n] + 8)),
            "design_temp": -3.0,
            "zone_number": 1,
            "new_radiators": 1,
            "hydraulic_separation": "None",
            "dhw_method": "Coil in a cylinder",
            "cylinder_volume": 200,
            "legionella_frequency": "Weekly",
            "freeze": "Drain valves",
            "heat_loss": round(float(self.heat[n] / 2000), 1),
            "property": choose(_PROPERTIES),
            "floor_area": float(rng.integers(55, 260)),
            "age": choose(_AGES),
            "insulation": choose(_INSULATION),
            "mid_metering": int(rng.random() < 0.95),
            "electric_meter": "Single-phase meter (class 1)",
            "heat_meter": "Ultrasonic heat meter (class 2)",
            "metering_inc_central_heating_pumps": 1,
            "metering_boundary_code": int(rng.choice([4, 4, 4, 4, 4, 4, 3, 2, 0])),
        }
        return System(id=system_id, metadata=metadata, app_id=system_id - 500)

    def table(self, first: date, last: date) -> Table:
        """Return one row for each member over the days first…last, both included."""
        span = days(first, last)
        months = np.array([day.month for day in span]) - 1
        share = float(_DAILY_SHARE[months].sum())
        outside = float(np.average(_OUTSIDE[months], weights=_DAILY_SHARE[months]))
        length = len(span) * 86_400.0 * self.completeness

        spf = self.spf * (1 + 0.022 * (outside - 6.5))
        heat = self.heat * share * self.completeness
        elec = np.where(self.outlier, heat / 29.0, heat / spf)
        idle = elec * self.standby / 100
        water = np.minimum(self.water_share / 365 * len(span) / share, 0.95)
        running = length * np.clip(0.1 + 60 * share / len(span), 0.05, 0.9)
        flow = outside + self.lift
        every = np.ones(self.size, dtype=bool)
        told = self.tells_water
        zero = np.zeros(self.size)
        hot = np.full(self.size, 47.0)
        active = elec - idle
        dry = 1 - water
        parts = {
            "combined": Part(every, elec, heat, length, flow - 4),
            "running": Part(every, active, heat, running, flow),
            "space": Part(
                told, active * (1 - 1.2 * water), heat * dry, running * dry, flow - 2
            ),
            "water": Part(
                told, active * 1.2 * water, heat * water, running * water, hot
            ),
            "cooling": Part(~every, zero, zero, zero, zero),
        }
        table: Table = {}
        for category, part in parts.items():
            table |= self._category(category, part, outside)
        table["cooling_prc_carnot"] = np.full(self.size, np.nan)
        table["combined_starts"] = np.rint(self.starts * length / 3600)
        table["combined_cooling_kwh"] = np.round(0.004 * heat, 3)
        table["from_energy_feeds_elec_kwh"] = elec
        table["from_energy_feeds_heat_kwh"] = heat
        for name in QUALITIES:
            known = self.has_room | (name != "roomT")
            table[f"quality_{name}"] = np.where(known, 100.0 * self.completeness, 0.0)
        for name in ("error_air", "error_air_kwh", "immersion_kwh", "boiler_kwh"):
            table[name] = np.zeros(self.size)
        for name, price in zip(TARIFFS, (20.4, 20.9, 21.7), strict=True):
            table[f"unit_rate_{name}"] = price - 0.02 * self.lift
        table["unit_rate_eon_next_pumped_v2"] = np.zeros(self.size)
        table |= {
            "weighted_flowT": flow,
            "weighted_outsideT": np.full(self.size, outside),
            "weighted_flowT_minus_outsideT": self.lift,
            "weighted_flowT_minus_returnT": 2.5 + self.lift / 20,
            "weighted_elec": 1.3 * ratio(3.6e6 * elec, running),
            "weighted_heat": 1.2 * ratio(3.6e6 * heat, running),
            "weighted_kwh_elec": elec,
            "weighted_kwh_heat": heat,
            "weighted_kwh_heat_running": heat,
            "weighted_kwh_elec_running": elec - idle,
            "weighted_kwh_carnot_elec": heat / self._ideal(flow, outside),
            "weighted_time_on": np.rint(running),
            "weighted_time_total": length,
            "weighted_cycle_count": table["combined_starts"] + 3,
        }
        for name, (top, bottom, scale) in RATIOS.items():
            table[name] = ratio(table[top], table[bottom], scale)
        return table

    def _category(self, name: str, part: Part, outside: float) -> Table:
        """Return the fields of one category; totals are 0 where it is not known."""
        known, elec, heat, length, flow = part
        temperatures = {
            "flowT": flow,
            "returnT": flow - 3.0,
            "outsideT": np.full(self.size, outside),
            "roomT": np.where(self.has_room, 20.6, np.nan),
        }
        means = {
            "elec_mean": ratio(3.6e6 * elec, length),
            "heat_mean": ratio(3.6e6 * heat, length),
            "prc_carnot": 100 * ratio(heat, elec * self._ideal(flow, outside)),
            **{f"{signal}_mean": temperatures[signal] for signal in SIGNALS},
        }
        totals = {
            "elec_kwh": elec,
            "heat_kwh": heat,
            "data_length": np.rint(length),
        }
        return {
            **{f"{name}_{part}": np.where(known, v, 0.0) for part, v in totals.items()},
            **{
                f"{name}_{part}": np.where(known, v, np.nan)
                for part, v in means.items()
            },
        }

    @staticmethod
    def _ideal(flow: Floats, outside: float) -> Floats:
        """Return the COP of an ideal machine at the period's mean temperatures."""
        condenser = flow + 2 + 273.15
        return condenser / (condenser - (outside - 6 + 273.15))
