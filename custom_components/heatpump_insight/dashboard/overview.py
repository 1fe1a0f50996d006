"""What there is to draw: the heat pumps and meters, where their history is, the fleet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import probatio

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..analysis.comparison import PublishedFleet
from ..analysis.fleet import comparable_cop
from ..api.heatpumpmonitor import Window
from ..api.powershaper import Commodity
from ..const import CONF_METER, CONF_SYSTEM_ID, DOMAIN
from ..coordinator import HistoryCoordinator
from ..identity import meter_key
from ..joins import async_joins_of_system
from ..options import home_options, system_options
from ..runtime import (
    HeatPumpInsightConfigEntry,
    HeatpumpMonitorData,
    MeterRuntime,
    SystemRuntime,
)

_YEAR: Final = Window.LAST_365
_SYSTEM_SERIES: Final = (
    "electricity",
    "heat",
    "flow_temperature",
    "return_temperature",
    "outside_temperature",
    "room_temperature",
)
# What the cards of the frontend show beside the pictures, in this order.
_SYSTEM_ENTITIES: Final = (
    "cop_now",
    "power",
    "heat_output",
    "flow_temperature",
    "outside_temperature",
    "cop_30_days",
    "cop_365_days",
    "monitoring_up_to_date",
)


@websocket_command({probatio.Required("type"): f"{DOMAIN}/overview"})
@callback
def async_tell_overview(
    hass: HomeAssistant, connection: ActiveConnection, msg: Mapping[str, Any]
) -> None:
    """Answer a page with what there is to draw."""
    connection.send_result(msg["id"], async_overview(hass))


@callback
def async_overview(hass: HomeAssistant) -> dict[str, list[dict[str, Any]]]:
    """Return the heat pumps and the meters, in the order of their entries."""
    systems: list[dict[str, Any]] = []
    meters: list[dict[str, Any]] = []
    entries: list[HeatPumpInsightConfigEntry] = (
        hass.config_entries.async_loaded_entries(DOMAIN)
    )
    for entry in entries:
        data = entry.runtime_data
        devices = _devices(hass, entry)
        if isinstance(data, HeatpumpMonitorData):
            systems += [
                _named(devices, each.key) | _system(hass, entry, each)
                for each in data.systems
            ]
        else:
            meters += [
                _named(devices, each.key) | _meter(entry, each) for each in data.meters
            ]
    return {"systems": systems, "meters": meters}


def _devices(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> dict[str, dr.DeviceEntry]:
    """Return the devices of an entry by the keys of what they stand for."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {
        key: device
        for device in found
        for domain, key in device.identifiers
        if domain == DOMAIN
    }


def _named(devices: Mapping[str, dr.DeviceEntry], key: str) -> dict[str, Any]:
    """Return what a device is called; there is none while it has no entity."""
    device = devices.get(key)
    return {
        "key": key,
        "name": (device.name_by_user or device.name) if device else key,
        "device_id": device.id if device else None,
    }


@callback
def _system(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry, system: SystemRuntime
) -> dict[str, Any]:
    """Return a heat pump; its statistics may not have any rows yet."""
    data = system.subentry.data
    consent: str | None = data.get(CONF_METER)
    joined = [
        each.series.statistic_id.removeprefix(f"{DOMAIN}:{system.key}_")
        for each in async_joins_of_system(hass, entry, system.subentry)
    ]
    boiler = system_options(
        entry, data[CONF_SYSTEM_ID], dt_util.get_default_time_zone()
    ).boiler
    return {
        "page": f"{entry.data[CONF_URL]}/system/view?id={data[CONF_SYSTEM_ID]}",
        "statistics": _statistics(system.key, (*_SYSTEM_SERIES, *joined)),
        "meter": consent and f"{meter_key(consent)}_{Commodity.ELECTRICITY}",
        "entities": dict(_entities(hass, system.key)),
        "history": _history(system.history),
        "boiler": {
            "carbon": boiler.gas_carbon / boiler.efficiency,
            "cost": boiler.gas_price / boiler.efficiency,
        },
        "fleet": _fleet(system),
    }


def _meter(entry: HeatPumpInsightConfigEntry, meter: MeterRuntime) -> dict[str, Any]:
    """Return a meter; its key is the beginning of the ids of its statistics."""
    zone = dt_util.get_default_time_zone()
    priced = meter.commodity in home_options(entry, meter.consent, zone).tariffs
    home, _, commodity = meter.key.rpartition("_")
    series = [commodity, f"{commodity}_carbon"]
    if priced:
        series.append(f"{commodity}_cost")
    return {
        "commodity": commodity,
        "statistics": {
            each.removeprefix(commodity).lstrip("_") or "energy": identity
            for each, identity in _statistics(home, series).items()
        },
        "history": _history(meter.history),
    }


def _statistics(key: str, series: Iterable[str]) -> dict[str, str]:
    return {each: f"{DOMAIN}:{key}_{each}" for each in series}


@callback
def _entities(hass: HomeAssistant, key: str) -> Iterator[tuple[str, str]]:
    """Yield the entities that cards show, those that are there and not disabled."""
    registry = er.async_get(hass)
    for each in _SYSTEM_ENTITIES:
        for platform in ("sensor", "binary_sensor"):
            entity_id = registry.async_get_entity_id(platform, DOMAIN, f"{key}_{each}")
            entity = registry.async_get(entity_id) if entity_id else None
            if entity is not None and not entity.disabled:
                yield each, entity.entity_id


def _history(history: HistoryCoordinator) -> dict[str, int | None]:
    """Return how many hours are imported, and of how many; None while not known."""
    return {"imported": history.data.imported, "total": history.data.total}


def _fleet(system: SystemRuntime) -> dict[str, Any] | None:
    """Return the fleet over a year, as far as it has been told, and the own place in it.

    `cops` are those of the systems of the same kind, `line` the COP over the lift in K.
    """
    published: PublishedFleet = system.fleet.data
    members = published.members(_YEAR)
    if not members:
        return None
    performance = system.performance.data
    kind = performance.system.kind if performance.system else None
    own = performance.windows.get(_YEAR)
    standings = system.comparison.data.standings.get(_YEAR, ())
    return {
        "cops": [
            round(each.cop, 3)
            for each in members
            if each.system.kind == kind or kind is None
        ],
        "own": comparable_cop(own, _YEAR) if own else None,
        "percentiles": {each.tier: each.percentile for each in standings},
        "line": published.line
        and {"intercept": published.line.intercept, "slope": published.line.slope},
    }
