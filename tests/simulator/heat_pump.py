"""A heat pump, minute by minute: what it is asked for, what it does, what it costs."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from .physics import (
    Climate,
    Dice,
    Floats,
    Indexes,
    Mask,
    Span,
    Stream,
    Weather,
    ideal_cop,
    weather,
)
from .times import MINUTES_PER_DAY

WATER_HEAT_CAPACITY = 4186.0  # J/(kg·K)
CYCLE = 40  # minutes from one start to the next in mild weather


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatPump:
    """A heat pump and the home it heats; powers in W, temperatures in °C."""

    heat_loss: float = 190.0  # W/K
    gains: float = 500.0  # W from people, sun and appliances
    room: float = 20.5
    heating_limit: float = 15.0  # no heating on days with a warmer mean
    design_flow: float = 42.0
    design_outside: float = -3.0
    max_output: float = 7500.0
    min_output: float = 2600.0
    carnot: float = 0.5  # share of an ideal machine's COP
    standby: float = 11.0
    pump: float = 45.0
    flow_rate: float = 18.0  # L/min
    source: Literal["air", "ground"] = "air"
    hot_water_kwh: float = 4.8  # heat a day
    hot_water_power: float = 5600.0
    hot_water_target: float = 48.0
    hot_water_start: int = 13 * 60  # minute of the UTC day
    immersion: bool = True  # weekly boost of the cylinder
    cooling: bool = False
    boiler_below: float | None = None  # a hybrid's boiler helps when it is colder


class HotWater(NamedTuple):
    """The charges of the cylinder."""

    active: Mask
    progress: Floats  # 0..1 of the day's charge
    end: Floats  # minute of the day at which it ends


class Demand(NamedTuple):
    """What the house wants and feels."""

    target: Floats  # °C
    room: Floats  # °C
    heat: Floats  # W, the same for all minutes of a cycle
    season: Mask  # days cold enough to heat


class Modes(NamedTuple):
    """What the heat pump does; at most one, but that defrost is part of heating."""

    heating: Mask
    defrost: Mask
    water: Mask
    cooling: Mask

    @property
    def running(self) -> Mask:
        """Return when the compressor runs."""
        running: Mask = self.heating | self.water | self.cooling
        return running

    def select(
        self,
        *,
        defrost: Floats | float,
        heating: Floats | float,
        water: Floats | float,
        cooling: Floats | float,
        idle: Floats | float,
    ) -> Floats:
        """Return for each minute the value of its mode."""
        chosen: Floats = np.select(
            [self.defrost, self.heating, self.water, self.cooling],
            [defrost, heating, water, cooling],
            idle,
        )
        return chosen


def since(state: Mask) -> Indexes:
    """Return how many minutes ago the state last became what it is now."""
    index = np.arange(state.size)
    changed = np.concatenate(([True], state[1:] != state[:-1]))
    last: Indexes = np.maximum.accumulate(np.where(changed, index, 0))
    return index - last


def samples(
    pump: HeatPump, climate: Climate, dice: Dice, span: Span
) -> dict[str, Floats]:
    """Return what the monitor of a heat pump reads, minute by minute.

    Keys are the feed keys of HeatpumpMonitor.org without the two counters; values have
    shape (days × 1440,). One day more is computed in front, and dropped, since a
    circuit that cools down remembers its last run.
    """
    span = span.widened(1)
    air = weather(climate, dice.seed, span)
    noise = dice.each_day(Stream.LOAD, span, MINUTES_PER_DAY).ravel()
    demand = _demand(pump, air.outside, dice, span)
    water = _hot_water(pump, dice, span)
    modes = _modes(pump, air, demand, water, span)

    output = np.clip(demand.heat, pump.min_output, pump.max_output)
    output *= 1 + 0.01 * noise
    heat = modes.select(
        defrost=-0.55 * output,
        heating=output,
        water=pump.hot_water_power * (1 + 0.01 * noise),
        cooling=-2400.0,
        idle=0.0,
    )
    flow = _flow_temperature(pump, air.outside, demand.room, modes, water)
    rate = np.where(modes.running, pump.flow_rate * (1 + 0.004 * noise), 0.0)
    spread = heat / (np.maximum(rate, 1.0) / 60 * WATER_HEAT_CAPACITY)

    cop = pump.carnot * ideal_cop(flow, _source_temperature(pump, air.outside, span))
    cop = modes.select(defrost=9.0, heating=cop, water=cop, cooling=4.4, idle=cop)
    elec = pump.standby * (1 + 0.02 * noise)
    elec += np.where(modes.running, pump.pump + np.abs(heat) / cop, 0.0)

    minute = span.minutes % MINUTES_PER_DAY
    after = minute - water.end
    boost = (span.first + span.minutes // MINUTES_PER_DAY) % 7 == 3
    immersion = boost & (after >= 0) & (after < 25) & pump.immersion
    cold = air.outside < (-273.0 if pump.boiler_below is None else pump.boiler_below)
    cooled = after % MINUTES_PER_DAY / MINUTES_PER_DAY
    below = 9.0 * np.where(water.active, 1 - water.progress, cooled)
    readings = {
        "heatpump_elec": elec,
        "heatpump_heat": heat,
        "heatpump_flowT": flow,
        "heatpump_returnT": flow - np.where(modes.running, spread, 0.2),
        "heatpump_flowrate": rate,
        "heatpump_roomT": demand.room,
        "heatpump_outsideT": air.outside,
        "heatpump_dhw": modes.water.astype(float),
        "heatpump_ch": modes.heating.astype(float),
        "heatpump_cooling": modes.cooling.astype(float),
        "immersion_elec": np.where(immersion, 2950.0, 0.0),
        "heatpump_targetT": demand.target,
        "heatpump_dhwT": pump.hot_water_target - below,
        "boiler_heat": np.where(modes.heating & cold, 0.4 * demand.heat, 0.0),
        "heatpump_error": np.zeros_like(elec),
    }
    return {key: values[MINUTES_PER_DAY:] for key, values in readings.items()}


def _daily_mean(outside: Floats, span: Span) -> Floats:
    """Return for each minute the mean temperature of its day."""
    means = outside.reshape(span.days, MINUTES_PER_DAY).mean(axis=1)
    return np.repeat(means, MINUTES_PER_DAY)


def _source_temperature(pump: HeatPump, outside: Floats, span: Span) -> Floats:
    """Return the temperature of what the heat comes from; the ground's is steady."""
    if pump.source == "air":
        return outside
    return 9.0 + (_daily_mean(outside, span) - 10.0) / 3.0


def _demand(pump: HeatPump, outside: Floats, dice: Dice, span: Span) -> Demand:
    """Return what the house wants, a little less at night."""
    minute = span.minutes % MINUTES_PER_DAY
    night = (minute < 5 * 60) | (minute >= 22 * 60)
    target = np.where(night, pump.room - 1.0, pump.room)
    wander = dice.smooth(Stream.ROOM, span, 0.6)
    evening = np.cos(2 * np.pi * (minute / 60 - 17) / 24)
    room = pump.room + 0.3 * wander + 0.35 * evening + 0.02 * (outside - 8.0)
    season = _daily_mean(outside, span) < pump.heating_limit
    loss = np.where(season, pump.heat_loss * (target - outside) - pump.gains, 0.0)
    heat = np.repeat(loss.reshape(-1, CYCLE)[:, 0], CYCLE)
    return Demand(target, room, heat, season)


def _hot_water(pump: HeatPump, dice: Dice, span: Span) -> HotWater:
    """Return one charge a day, at about the same time."""
    habit = dice.each_day(Stream.HOT_WATER, span, 2)
    usual = pump.hot_water_kwh * 3.6e6 / pump.hot_water_power / 60
    starts = pump.hot_water_start + np.rint(4 * habit[:, 0])
    lengths = np.rint(usual * np.clip(1 + 0.15 * habit[:, 1], 0.5, 1.6))
    start, length = (np.repeat(each, MINUTES_PER_DAY) for each in (starts, lengths))
    into = span.minutes % MINUTES_PER_DAY - start
    active = (into >= 0) & (into < length)
    return HotWater(active, np.clip(into / length, 0.0, 1.0), start + length)


def _modes(
    pump: HeatPump, air: Weather, demand: Demand, water: HotWater, span: Span
) -> Modes:
    """Return what the heat pump does; hot water goes first.

    Below its least output it can only switch on and off. In cold and humid air one of
    air takes heat back from the house for some minutes, to defrost.
    """
    index = span.minutes
    free = ~water.active
    duty = demand.heat / pump.min_output
    heating = free & (duty >= 0.15) & (index % CYCLE < CYCLE * duty)
    hot = pump.cooling & ~demand.season & (air.outside > 22.5)
    frosty = air.humid & (air.outside > -6.0) & (air.outside < 4.5)
    due = (span.first * MINUTES_PER_DAY + index) % 70 >= 66
    return Modes(
        heating=heating,
        defrost=heating & frosty & due & (since(heating) > 20) & (pump.source == "air"),
        water=water.active,
        cooling=free & hot & (index % CYCLE < 25),
    )


def _flow_temperature(
    pump: HeatPump, outside: Floats, room: Floats, modes: Modes, water: HotWater
) -> Floats:
    """Return the flow temperature: compensated for the weather, slow to rise and fall."""
    share = (pump.room - outside) / (pump.room - pump.design_outside)
    lift = (pump.design_flow - pump.room) * np.clip(share, 0.15, 1.2) ** 0.8
    warming = 1 - 0.45 * np.exp(-since(modes.running) / 4.0)
    flow = modes.select(
        defrost=pump.room + lift - 8.0,
        heating=room + (pump.room + lift - room) * warming,
        water=36.0 + (pump.hot_water_target + 5.0 - 36.0) * water.progress**0.7,
        cooling=15.0,
        idle=0.0,
    )
    index = np.arange(outside.size)
    last_run = np.maximum.accumulate(np.where(modes.running, index, 0))
    faded = room + (flow[last_run] - room) * np.exp(-(index - last_run) / 20.0)
    return np.where(modes.running, flow, faded)
