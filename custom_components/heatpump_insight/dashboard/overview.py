"""What there is to draw: the heat pumps and meters, where their history is, the fleet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import probatio

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..analysis.comparison import PublishedFleet
from ..analysis.fleet import AIR_SOURCE, Tier, comparable_cop
from ..api.heatpumpmonitor import Window
from ..api.powershaper import Commodity
from ..const import (
    CONF_METER,
    CONF_SERVICE,
    CONF_SYSTEM_ID,
    DOMAIN,
    OPTION_METERS,
    SERVICE_HEATPUMPMONITOR,
    SUBENTRY_SYSTEM,
)
from ..coordinator import HistoryCoordinator
from ..identity import meter_key, system_key
from ..joins import async_joins_of_system
from ..options import PRICE_OPTIONS, OptionPath, price_at, system_options
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
    "cop",
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

type _Told = dict[str, Any]


@websocket_command({probatio.Required("type"): f"{DOMAIN}/overview"})
@callback
def async_tell_overview(
    hass: HomeAssistant, connection: ActiveConnection, msg: Mapping[str, Any]
) -> None:
    """Answer a page with what there is to draw."""
    connection.send_result(msg["id"], async_overview(hass))


@callback
def async_overview(hass: HomeAssistant) -> _Told:
    """Return the heat pumps and the meters, in the order of their entries, and the fleets.

    What is set up has its rows whether or not its service answers at the moment.
    """
    systems: list[_Told] = []
    meters: list[_Told] = []
    fleets: dict[str, list[_Told]] = {}
    entries: list[HeatPumpInsightConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_disabled=False
    )
    for entry in entries:
        owners = _owners(entry)
        devices = _devices(hass, entry)
        if entry.data[CONF_SERVICE] == SERVICE_HEATPUMPMONITOR:
            systems += [
                _system(hass, entry, subentry, devices, owners)
                for subentry in entry.get_subentries_of_type(SUBENTRY_SYSTEM)
            ]
            data = entry.runtime_data if owners else None
            if isinstance(data, HeatpumpMonitorData):
                fleets[entry.entry_id] = _fleet(data.fleet.data)
        else:
            meters += [
                _meter(entry, key, device, owners) for key, device in devices.items()
            ]
    return {"systems": systems, "meters": meters, "fleets": fleets}


def _owners(
    entry: HeatPumpInsightConfigEntry,
) -> dict[str, SystemRuntime | MeterRuntime]:
    """Return what is loaded of an entry by its keys, nothing where it is not."""
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    return {owner.key: owner for owner in entry.runtime_data.owners}


@callback
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


def _name(device: dr.DeviceEntry) -> str:
    return device.name_by_user or device.name or ""


@callback
def _system(
    hass: HomeAssistant,
    entry: HeatPumpInsightConfigEntry,
    subentry: ConfigSubentry,
    devices: Mapping[str, dr.DeviceEntry],
    owners: Mapping[str, SystemRuntime | MeterRuntime],
) -> _Told:
    """Return a heat pump; its statistics may not have any rows yet."""
    system_id: int = subentry.data[CONF_SYSTEM_ID]
    consent: str | None = subentry.data.get(CONF_METER)
    key = system_key(entry.data[CONF_URL], system_id)
    joined = [
        each.series.statistic_id.removeprefix(f"{DOMAIN}:{key}_")
        for each in async_joins_of_system(hass, entry, subentry)
    ]
    zone = dt_util.get_default_time_zone()
    boiler = system_options(entry, system_id, zone).boiler
    owner = owners.get(key)
    return {
        "key": key,
        "name": _name(devices[key]) if key in devices else subentry.title,
        "page": f"{entry.data[CONF_URL]}/system/view?id={system_id}",
        "statistics": _statistics(key, (*_SYSTEM_SERIES, *joined)),
        "meter": consent and f"{meter_key(consent)}_{Commodity.ELECTRICITY}",
        "entities": dict(_entities(hass, key)),
        "history": _history(owner.history) if owner else None,
        "boiler": {
            "carbon": boiler.heat_carbon,
            "cost": boiler.heat_cost,
        },
        "fleet": entry.entry_id,
        "standing": _standing(owner) if isinstance(owner, SystemRuntime) else None,
    }


def _meter(
    entry: HeatPumpInsightConfigEntry,
    key: str,
    device: dr.DeviceEntry,
    owners: Mapping[str, SystemRuntime | MeterRuntime],
) -> _Told:
    """Return a meter; its key is the beginning of the ids of its statistics."""
    home, _, commodity = key.rpartition("_")
    path: OptionPath = OPTION_METERS, home, PRICE_OPTIONS[Commodity(commodity)]
    price = price_at(entry, path, dt_util.get_default_time_zone())
    priced = ["cost"] if price else []
    owner = owners.get(key)
    return {
        "key": key,
        "name": _name(device),
        "device_id": device.id,
        "commodity": commodity,
        "statistics": {
            "energy": f"{DOMAIN}:{key}",
            **_statistics(key, ("carbon", *priced)),
        },
        "history": _history(owner.history) if owner else None,
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


def _fleet(published: PublishedFleet) -> list[_Told]:
    """Return the number, the kind and the COP over a year of each published system."""
    return [
        {
            "id": member.system.system_id,
            "kind": member.system.kind,
            "cop": round(member.cop, 3),
        }
        for member in published.members(_YEAR)
    ]


def _standing(owner: SystemRuntime) -> _Told:
    """Return the own place in the fleet, among those of the same kind where it is known.

    `line` is the fleet's COP over the lift in K, for the air source systems that it tells of.
    """
    performance = owner.performance.data
    kind = performance.system.kind if performance.system else None
    own = performance.windows.get(_YEAR)
    tier = Tier.TYPE if kind else Tier.ALL
    line = owner.fleet.data.line if kind == AIR_SOURCE else None
    return {
        "id": owner.subentry.data[CONF_SYSTEM_ID],
        "kind": kind,
        "cop": comparable_cop(own, _YEAR) if own else None,
        "percentile": next(
            (
                each.percentile
                for each in owner.comparison.data.standings.get(_YEAR, ())
                if each.tier is tier
            ),
            None,
        ),
        "line": line and {"intercept": line.intercept, "slope": line.slope},
    }
