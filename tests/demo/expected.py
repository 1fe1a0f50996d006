"""What must be in Home Assistant, from the simulator's truth alone.

Nothing here asks the integration: its names, units and rules are written out again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Final
from zoneinfo import ZoneInfo

from tests.simulator import SystemHour, World
from tests.simulator.times import DAY, local_day, midnight

from . import prices

DOMAIN: Final = "heatpump_insight"
LONDON: Final = ZoneInfo("Europe/London")

_SYSTEM_SENSORS: Final = (
    "boundary",
    "cop_7_days",
    "cop_gap",
    "cop_percentile_365_days",
    "cop_30_days",
    "cop_365_days",
    "cop_all_time",
    "cop_now",
    "cop_yesterday",
    "electricity_30_days",
    "electricity_yesterday",
    "expected_cop",
    "flow_temperature",
    "heat_30_days",
    "heat_output",
    "heat_yesterday",
    *("carbon_yesterday", "carbon_30_days", "carbon_365_days", "carbon_of_heat"),
    *("cost_yesterday", "cost_30_days", "cost_365_days", "money_saved_365_days"),
    *("carbon_saved_365_days", "break_even_cop", "above_break_even"),
    *("house_share_30_days", "base_load_30_days"),
    *("intensity_heat_pump", "intensity_house"),
    *("performance_degraded", "cycling", "monitoring_problem"),
    *("cop_target", "cop_target_window", "cop_below_target", "latest_day"),
    "history_imported",
    "last_data",
    "monitoring_up_to_date",
    "outside_temperature",
    "power",
    "return_temperature",
    "room_temperature",
)
_METER_SENSORS: Final = (
    "carbon_30_days",
    "carbon_intensity",
    "carbon_latest_day",
    "data_until",
    "energy_30_days",
    "energy_latest_day",
    "half_hours_missing",
    "history_imported",
)
# A year is compared with others from more days of it than this.
_DAYS_OF_A_YEAR: Final = 330
_TEMPERATURES: Final = (
    "flow_temperature",
    "return_temperature",
    "outside_temperature",
    "room_temperature",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A statistic that adds up: the amount of each hour."""

    unit: str
    hours: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A statistic of means: the mean of each hour."""

    unit: str | None
    hours: Mapping[int, float]


type Expected = Total | Mean


def devices(world: World, url: str, system_id: int) -> dict[str, tuple[str, ...]]:
    """Return the sensors that each device must have, by the name in its unique ids."""
    meters = {key: _METER_SENSORS for key, _, _ in _meters(world)}
    return {_system(url, system_id): _SYSTEM_SENSORS, **meters}


def may_be_unknown(world: World) -> tuple[str, ...]:
    """Return how the keys of the sensors end that nobody can know at this moment.

    A heat pump at rest has no COP, a month has no figures before the meters have sent a
    day of it, and a short history says nothing among others of a year.
    """
    month = midnight(local_day(world.now()).replace(day=1))
    last_sent = max(map(world.latest, world.meters.values()))
    without = {
        "cop_now": True,
        "_this_month": last_sent <= month,
        "_last_month": world.start >= month,
        **dict.fromkeys(
            ("cop_gap", "cop_percentile_365_days", "expected_cop"),
            world.now() - world.start <= _DAYS_OF_A_YEAR * DAY,
        ),
    }
    return tuple(key for key, is_unknown in without.items() if is_unknown)


def statistics(world: World, url: str, system_id: int) -> dict[str, Expected]:
    """Return the statistics of a heat pump and of all meters of the first account."""
    system = f"{DOMAIN}:{_system(url, system_id)}"
    hours = world.truth.system_hours(system_id, 0, world.now())
    expected: dict[str, Expected] = {
        f"{system}_electricity": Total(
            unit="kWh", hours={hour.start: hour.elec_kwh for hour in hours}
        ),
        f"{system}_heat": Total(
            unit="kWh", hours={hour.start: hour.heat_kwh for hour in hours}
        ),
        f"{system}_cop": Mean(unit=None, hours=_cop(world, system_id, hours)),
    }
    for key in _TEMPERATURES:
        means = {hour.start: getattr(hour, key) for hour in hours}
        expected[f"{system}_{key}"] = Mean(unit="°C", hours=means)
    first = world.tokens[world.token][0]
    expected[f"{system}_cost"] = Total(
        unit=prices.CURRENCY,
        hours=prices.heat_pump_cost(
            world, {each.start: each.elec_kwh for each in hours}
        ),
    )
    expected[f"{system}_carbon"] = Total(unit="kg", hours=_carbon(world, first, hours))
    for key, consent, commodity in _meters(world):
        usages = world.truth.meter_hours(consent, commodity, 0, world.now())
        meter = f"{DOMAIN}:{key}"
        expected[meter] = Total(
            unit="kWh", hours={usage.start: usage.energy_kwh for usage in usages}
        )
        expected[f"{meter}_carbon"] = Total(
            unit="kg", hours={usage.start: usage.carbon_kg for usage in usages}
        )
        if consent == first:
            expected[f"{meter}_cost"] = Total(
                unit=prices.CURRENCY,
                hours=prices.meter_cost(world, consent, commodity),
            )
    return expected


def _carbon(
    world: World, consent: str, hours: tuple[SystemHour, ...]
) -> dict[int, float]:
    """Return the heat pump's part of the carbon of what the house imported."""
    house = {
        usage.start: usage
        for usage in world.truth.meter_hours(consent, "electricity", 0, world.now())
    }
    return {
        hour.start: usage.carbon_kg * min(hour.elec_kwh / usage.energy_kwh, 1.0)
        if (usage := house[hour.start]).energy_kwh
        else 0.0
        for hour in hours
        if hour.start in house
    }


def _cop(
    world: World, system_id: int, hours: tuple[SystemHour, ...]
) -> dict[int, float]:
    """Return for each hour of a whole London day that day's COP."""
    days = world.truth.daily_cop(system_id, LONDON)
    return {
        hour.start: days[day]
        for hour in hours
        if (day := local_day(hour.start, LONDON)) in days
    }


def _system(url: str, system_id: int) -> str:
    host = url.partition("://")[2]
    return f"system_{re.sub('[^a-z0-9]+', '_', host.lower())}_{system_id}"


def _meters(world: World) -> Iterator[tuple[str, str, str]]:
    """Yield the name, consent and commodity of each meter of the first account."""
    for consent, commodity in world.meters:
        if consent in world.tokens[world.token]:
            yield f"meter_{consent.replace('-', '')}_{commodity}", consent, commodity
