"""`get_report`: the figures of a period, from the statistics that are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

import probatio

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..analysis.cop import local_days
from ..analysis.fleet import Standing
from ..analysis.report import SystemHours, meter_report, system_report
from ..api.heatpumpmonitor import Window
from ..const import CONF_METER, CONF_SYSTEM_ID
from ..identity import meter_key
from ..options import system_options
from ..runtime import MeterRuntime, SystemRuntime
from ..statistics.series import Kind, Measure, Series
from ..statistics.writer import Hours, StatisticsWriter
from .common import DAYS_FIELDS, DEVICE_FIELD, Action, async_owner, days_of
from .tables import FORMAT_FIELD, rounded, single

_MOST_DAYS: Final = 3_660

# What is read of a heat pump, named as in its statistics and in `SystemHours`.
_SYSTEM_SERIES: Final = {
    "electricity": Kind.SUM,
    "heat": Kind.SUM,
    "flow_temperature": Kind.MEAN,
    "outside_temperature": Kind.MEAN,
    "carbon": Kind.SUM,
    "cost": Kind.SUM,
}

type _Days = Sequence[tuple[int, int]]


async def _async_get_report(call: ServiceCall) -> ServiceResponse:
    """Return the figures of a heat pump or of a meter over some days."""
    owner = async_owner(call)
    asked = days_of(call, most=_MOST_DAYS)
    zone = dt_util.get_default_time_zone()
    days = tuple(local_days(*asked.span(zone), zone))
    if isinstance(owner, SystemRuntime):
        figures = await _async_system_figures(call.hass, owner, days)
    else:
        figures = await _async_meter_figures(call.hass, owner, days)
    return single(
        call,
        {
            "start_date": asked.first.isoformat(),
            "end_date": asked.last.isoformat(),
            **{name: rounded(figure) for name, figure in figures.items()},
            "currency": call.hass.config.currency,
        },
    )


async def _async_system_figures(
    hass: HomeAssistant, system: SystemRuntime, days: _Days
) -> JsonObjectType:
    """Return the figures of a heat pump."""
    wanted = {
        name: _series(f"{system.key}_{name}", kind)
        for name, kind in _SYSTEM_SERIES.items()
    }
    consent: str | None = system.subentry.data.get(CONF_METER)
    if consent is not None:
        wanted["house"] = _series(f"{meter_key(consent)}_electricity", Kind.SUM)
    hours = await _async_hours(hass, wanted, days)
    entry: ConfigEntry = system.history.config_entry
    zone = dt_util.get_default_time_zone()
    options = system_options(entry, system.subentry.data[CONF_SYSTEM_ID], zone)
    # Of ten years there are hundreds of thousands of hours.
    report = await hass.async_add_executor_job(
        system_report, SystemHours(**hours), days, options.boiler, zone
    )
    standing = _async_standing(system)
    return asdict(report) | {
        "percentile": standing.percentile if standing else None,
        "rank": standing.rank if standing else None,
        "rank_of": standing.n if standing else None,
        "rank_among": str(standing.tier) if standing else None,
    }


@callback
def _async_standing(system: SystemRuntime) -> Standing | None:
    """Return where the COP of 365 days stands among those most like it, if it is known."""
    standings = system.comparison.data.standings.get(Window.LAST_365)
    return standings[0] if standings else None


async def _async_meter_figures(
    hass: HomeAssistant, meter: MeterRuntime, days: _Days
) -> JsonObjectType:
    """Return the figures of a meter."""
    wanted = {
        "energy": _series(meter.key, Kind.SUM),
        "carbon": _series(f"{meter.key}_carbon", Kind.SUM),
        "cost": _series(f"{meter.key}_cost", Kind.SUM),
    }
    hours = await _async_hours(hass, wanted, days)
    report = await hass.async_add_executor_job(
        meter_report, hours["energy"], hours["carbon"], hours["cost"], days
    )
    return asdict(report)


async def _async_hours(
    hass: HomeAssistant, wanted: Mapping[str, Series], days: _Days
) -> dict[str, Hours]:
    """Return the stored hours of the days by the names of their series."""
    found = await StatisticsWriter(hass).async_amounts(
        wanted.values(), days[0][0], days[-1][1]
    )
    return {name: found[series] for name, series in wanted.items()}


def _series(key: str, kind: Kind) -> Series:
    """Return a series to be read, for which its name and unit do not matter."""
    return Series(
        key=key, name="", measure=Measure(kind=kind, unit=None, unit_class=None)
    )


GET_REPORT: Final = Action(
    name="get_report",
    schema=probatio.Schema({**DEVICE_FIELD, **DAYS_FIELDS, **FORMAT_FIELD}),
    act=_async_get_report,
)
