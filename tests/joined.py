"""The truth of a heat pump beside its home's meter, told hour by hour from the model."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.heatpump_insight.identity import meter_key

from .simulator import SystemHour, Usage, World

LONDON: Final = ZoneInfo("Europe/London")
NIGHT: Final = 0.07
DAYTIME: Final = 0.30
# Electricity is cheap from midnight to five.
NIGHT_RATE: Final = {
    "periods": [
        {
            "kind": "time_of_use",
            "default": DAYTIME,
            "standing_charge": 0.5,
            "bands": [{"start": "00:00", "end": "05:00", "price": NIGHT}],
        }
    ]
}


def consents(world: World) -> tuple[str, ...]:
    """Return the consents of the account's homes, in the order of their founding."""
    return world.tokens[world.token]


def home_price(consent: str) -> dict[str, dict[str, dict[str, object]]]:
    """Return an account's options that give a home its price of electricity."""
    return {"meters": {meter_key(consent): {"electricity_price": NIGHT_RATE}}}


def price_at(hour: int) -> float:
    """Return what a kWh costs in an hour."""
    return NIGHT if datetime.fromtimestamp(hour, LONDON).hour < 5 else DAYTIME


@dataclass(frozen=True, kw_only=True)
class JoinedHour:
    """An hour of a heat pump beside its home's meter, as the model has it."""

    heat_pump: SystemHour
    meter: Usage

    @property
    def carbon(self) -> float:
        """Return the kg of CO2 of the heat pump: only what was imported has any."""
        imported = self.meter.energy_kwh
        if not imported:
            return 0.0
        part = min(self.heat_pump.elec_kwh / imported, 1.0)
        return part * self.meter.carbon_kg

    @property
    def cost(self) -> float:
        """Return what the heat pump's electricity cost."""
        return self.heat_pump.elec_kwh * price_at(self.heat_pump.start)


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What is true of a heat pump beside a home's meter."""

    world: World
    system_id: int
    consent: str

    @cached_property
    def hours(self) -> dict[int, JoinedHour]:
        """Return the hours that both sides know."""
        meter = {
            usage.start: usage
            for usage in self.world.truth.meter_hours(
                self.consent, "electricity", 0, 2**40
            )
        }
        return {
            hour.start: JoinedHour(heat_pump=hour, meter=meter[hour.start])
            for hour in self.world.truth.system_hours(self.system_id, 0, 2**40)
            if hour.start in meter
        }

    def of_days(self, first: date, last: date) -> list[JoinedHour]:
        """Return the hours of London days, both included."""
        return [
            joined
            for hour, joined in self.hours.items()
            if first <= datetime.fromtimestamp(hour, LONDON).date() <= last
        ]

    def last_days(self, last: date, count: int) -> list[JoinedHour]:
        """Return the hours of so many days up to a day."""
        return self.of_days(last - timedelta(days=count - 1), last)


def total(hours: Iterable[JoinedHour], read: Callable[[JoinedHour], float]) -> float:
    """Return what hours add up to."""
    return sum(map(read, hours))
