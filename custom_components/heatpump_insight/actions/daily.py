"""`get_daily`: the days of a heat pump, as HeatpumpMonitor.org computes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import probatio

from homeassistant.core import ServiceCall, ServiceResponse

from ..analysis.days import SERVICE_ZONE
from ..analysis.hours import HOUR
from ..api.heatpumpmonitor import Stats
from ..const import CONF_READ_KEY, CONF_SYSTEM_ID
from .common import DAYS_FIELDS, DEVICE_FIELD, Action, async_system, days_of
from .tables import FORMAT_FIELD, rounded, table

_MOST_DAYS: Final = 3_660


@dataclass(frozen=True, slots=True)
class _Column:
    """A figure of a day: its name, the service's field, and where it is in its record."""

    name: str
    field: str
    value: Callable[[Stats], float | None]


_COLUMNS: Final = (
    _Column("electricity_kwh", "combined_elec_kwh", lambda day: day.combined.elec_kwh),
    _Column("heat_kwh", "combined_heat_kwh", lambda day: day.combined.heat_kwh),
    _Column("cop", "combined_cop", lambda day: day.combined.cop),
    _Column("space_heat_kwh", "space_heat_kwh", lambda day: day.space.heat_kwh),
    _Column("space_cop", "space_cop", lambda day: day.space.cop),
    _Column("water_heat_kwh", "water_heat_kwh", lambda day: day.water.heat_kwh),
    _Column("water_cop", "water_cop", lambda day: day.water.cop),
    _Column(
        "flow_temperature", "weighted_flowT", lambda day: day.weighted_flow_temperature
    ),
    _Column(
        "outside_temperature",
        "weighted_outsideT",
        lambda day: day.weighted_outside_temperature,
    ),
    _Column(
        "room_temperature",
        "combined_roomT_mean",
        lambda day: day.combined.room_temperature,
    ),
    _Column("starts", "combined_starts", lambda day: day.starts),
    _Column(
        "hours_running", "running_data_length", lambda day: _hours(day.running.length_s)
    ),
    _Column(
        "hours_of_data",
        "combined_data_length",
        lambda day: _hours(day.combined.length_s),
    ),
    _Column("quality_electricity", "quality_elec", lambda day: day.quality.elec),
    _Column("quality_heat", "quality_heat", lambda day: day.quality.heat),
    _Column("immersion_kwh", "immersion_kwh", lambda day: day.immersion_kwh),
    _Column("hours_of_air", "error_air", lambda day: _hours(day.error_air_s)),
)


async def _async_get_daily(call: ServiceCall) -> ServiceResponse:
    """Return the British days of a heat pump, which are those of its service."""
    system = async_system(call)
    start, end = days_of(call, most=_MOST_DAYS).span(SERVICE_ZONE)
    days = await system.client.daily(
        system.subentry.data[CONF_SYSTEM_ID],
        start,
        end,
        fields=[column.field for column in _COLUMNS],
        read_key=system.subentry.data.get(CONF_READ_KEY),
    )
    return table(
        call,
        "days",
        ("date", *(column.name for column in _COLUMNS)),
        (
            (_date(day), *(rounded(column.value(day)) for column in _COLUMNS))
            for day in days
        ),
    )


def _date(day: Stats) -> str | None:
    if day.start is None:
        return None
    return datetime.fromtimestamp(day.start, SERVICE_ZONE).date().isoformat()


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / HOUR


GET_DAILY: Final = Action(
    name="get_daily",
    schema=probatio.Schema({**DEVICE_FIELD, **DAYS_FIELDS, **FORMAT_FIELD}),
    act=_async_get_daily,
)
