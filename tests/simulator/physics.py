"""The physics around a heat pump: chance, weather, houses and the grid.

Everything here is a pure function of a seed and of absolute time, so that the same
minute always holds the same values, whichever days are asked for and in whichever
order. Arrays hold one value per minute (weather) or per half-hour (houses,
grid); one stamped ``t`` stands for the time from ``t`` until the next one.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .times import HALF_HOURS_PER_DAY, MINUTES_PER_DAY

type Floats = NDArray[np.float64]
type Samples = NDArray[np.float32]
type Mask = NDArray[np.bool_]
type Indexes = NDArray[np.int64]

GAS_CARBON = 0.183  # kg CO2e per kWh burnt, gross calorific value
CONDENSER_RISE = 2.0  # K above the flow temperature
EVAPORATOR_DROP = 6.0  # K below the outside temperature
KELVIN = 273.15
YEAR = 365.2425


class Stream(IntEnum):
    """What a stream of random numbers is for; each has its own."""

    TEMPERATURE = 1
    CLOUD = 2
    HUMIDITY = 3
    JITTER = 4
    ROOM = 5
    HOT_WATER = 6
    LOAD = 7
    WIND = 8
    APPLIANCES = 9
    GAS = 10
    MOOD = 11


@dataclass(frozen=True, slots=True)
class Span:
    """Some UTC days: the number of the first one, and how many there are."""

    first: int
    days: int

    @property
    def minutes(self) -> Indexes:
        """Return 0, 1, … for each minute."""
        return np.arange(self.days * MINUTES_PER_DAY)

    @property
    def half_hours(self) -> Indexes:
        """Return 0, 1, … for each half-hour."""
        return np.arange(self.days * HALF_HOURS_PER_DAY)

    def widened(self, before: int, after: int = 0) -> Span:
        """Return the span with so many days more at its ends."""
        return Span(self.first - before, self.days + before + after)


@dataclass(frozen=True, slots=True)
class Dice:
    """Random numbers of one owner, which depend on nothing but the day and the use."""

    seed: int
    owner: int

    def each_day(self, stream: Stream, span: Span, count: int) -> Floats:
        """Return standard normal numbers, shape (days, count)."""
        rows = [
            np.random.default_rng((self.seed, stream, self.owner, day)).standard_normal(
                count
            )
            for day in range(span.first, span.first + span.days)
        ]
        return np.array(rows).reshape(span.days, count)

    def drift(self, stream: Stream, span: Span, memory: float) -> Floats:
        """Return one number a day, standard normal, that remembers the days before.

        ``memory`` is the correlation of one day with the next (0..1). The memory is cut
        after 12 days, so that any span can be had without its whole past.
        """
        past = 12
        weights = memory ** np.arange(past)
        weights /= np.sqrt((weights**2).sum())
        white = self.each_day(stream, span.widened(past - 1), 1)
        return np.convolve(white[:, 0], weights, mode="valid")

    def smooth(self, stream: Stream, span: Span, memory: float) -> Floats:
        """Return ``drift`` for each minute, interpolated from noon to noon."""
        noons = self.drift(stream, span.widened(1, 1), memory)
        at = np.arange(-1, span.days + 1) + 0.5
        smooth: Floats = np.interp(span.minutes / MINUTES_PER_DAY, at, noons)
        return smooth


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """The weather of one place."""

    place: int = 1
    mean: float = 10.2  # °C over the year
    swing: float = 6.3  # K between the year's mean and its warmest month
    unrest: float = 3.2  # K by which one day differs from its season


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Minutes of weather: the temperature (°C) and whether the air is humid."""

    outside: Floats
    humid: Mask


def weather(climate: Climate, seed: int, span: Span) -> Weather:
    """Return the weather of some days at one place."""
    dice = Dice(seed, climate.place)
    minute = span.minutes
    season = -np.cos(2 * np.pi * (span.first + minute / MINUTES_PER_DAY - 20) / YEAR)
    unrest = dice.smooth(Stream.TEMPERATURE, span, 0.75)
    cloud = dice.smooth(Stream.CLOUD, span, 0.4)
    humidity = dice.smooth(Stream.HUMIDITY, span, 0.5)
    jitter = dice.each_day(Stream.JITTER, span, MINUTES_PER_DAY)
    hour = minute % MINUTES_PER_DAY / 60
    by_day = np.cos(2 * np.pi * (hour - 14.5) / 24)
    outside = (
        climate.mean
        + climate.swing * season
        + climate.unrest * unrest
        + (3.2 + 1.6 * season) * (1 - 0.3 * cloud) * by_day
        + 0.04 * jitter.ravel()
    )
    return Weather(outside=outside, humid=humidity - 0.2 * by_day > -0.3)


def ideal_cop(flow: Floats, source: Floats) -> Floats:
    """Return the COP of an ideal machine, as HeatpumpMonitor.org defines it."""
    condenser = flow + CONDENSER_RISE + KELVIN
    evaporator = source - EVAPORATOR_DROP + KELVIN
    ideal: Floats = condenser / np.maximum(condenser - evaporator, 5.0)
    return ideal


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a home uses besides its heat pump."""

    base_kwh: float = 9.0  # electricity a day
    solar_kw: float = 0.0  # peak of the panels
    cooking_kwh: float = 0.8  # gas a day
    gas_heating: float = 0.0  # kWh of gas a day per K below 15.5 °C


def half_hourly(minutes: Floats) -> Floats:
    """Return the mean of each half-hour of minutes."""
    mean: Floats = minutes.reshape(-1, 30).mean(axis=1)
    return mean


def electricity_use(house: House, climate: Climate, dice: Dice, span: Span) -> Floats:
    """Return kWh used by half-hour without the heat pump; below 0 where sun is left."""
    hour = span.half_hours % HALF_HOURS_PER_DAY / 2
    day = span.first + span.half_hours // HALF_HOURS_PER_DAY
    weekend = (day + 3) % 7 >= 5
    shape = (
        0.45
        + 0.9 * np.exp(-(((hour - 7.5) / 1.5) ** 2))
        + 1.9 * np.exp(-(((hour - 18.5) / 2.2) ** 2))
        + np.where(weekend, 0.5, 0.15) * np.exp(-(((hour - 13.0) / 3.0) ** 2))
    )
    shape *= shape.size / shape.sum()
    random = dice.each_day(Stream.APPLIANCES, span, HALF_HOURS_PER_DAY).ravel()
    mood = np.repeat(dice.drift(Stream.MOOD, span, 0.5), HALF_HOURS_PER_DAY)
    use: Floats = house.base_kwh / HALF_HOURS_PER_DAY * shape
    use *= np.exp(0.12 * mood) * np.exp(0.35 * random - 0.06)
    if house.solar_kw:
        dice = Dice(dice.seed, climate.place)
        cloud = dice.smooth(Stream.CLOUD, span, 0.4)
        season = -np.cos(2 * np.pi * (day - 10) / YEAR)
        height = np.maximum(
            0.0, np.cos(2 * np.pi * (hour - 12.2) / 24) + 0.45 * season - 0.15
        )
        clear = np.clip(0.5 - 0.3 * half_hourly(cloud), 0.08, 0.9)
        use -= house.solar_kw * 0.5 * clear * height
    return use


def gas_use(house: House, climate: Climate, dice: Dice, span: Span) -> Floats:
    """Return kWh of gas burnt by half-hour."""
    hour = span.half_hours % HALF_HOURS_PER_DAY / 2
    random = dice.each_day(Stream.GAS, span, HALF_HOURS_PER_DAY).ravel()
    cooking = np.exp(-(((hour - 18.0) / 0.8) ** 2)) * (random > -0.5)
    use: Floats = house.cooking_kwh / 2.0 * cooking * np.exp(0.25 * random)
    outside = half_hourly(weather(climate, dice.seed, span).outside)
    awake = ((hour >= 6) & (hour < 9)) | ((hour >= 16) & (hour < 22))
    cold = np.maximum(15.5 - outside, 0.0)
    use += house.gas_heating / 18.0 * cold * awake * np.exp(0.1 * random)
    return use


def grid_intensity(seed: int, span: Span) -> Floats:
    """Return the grid's carbon intensity by half-hour, in g CO2 per kWh."""
    wind = half_hourly(Dice(seed, 0).smooth(Stream.WIND, span, 0.6))
    slot = span.half_hours
    hour = slot % HALF_HOURS_PER_DAY / 2
    season = np.cos(2 * np.pi * (span.first + slot / HALF_HOURS_PER_DAY - 20) / YEAR)
    demand = np.exp(-(((hour - 18.0) / 3.0) ** 2)) - np.exp(
        -(((hour - 3.5) / 3.0) ** 2)
    )
    intensity: Floats = np.clip(
        150.0 - 60.0 * wind + 18.0 * season + 38.0 * demand, 30.0, 350.0
    )
    return intensity
