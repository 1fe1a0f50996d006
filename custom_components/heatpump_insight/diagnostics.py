"""What helps to find a fault, chosen by hand and without any secret."""

from dataclasses import asdict
from datetime import date
from typing import Any

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .analysis.cycling import Cycling
from .analysis.degradation import Degradation
from .analysis.health import Health
from .analysis.hours import HOUR
from .const import CONF_METER, CONF_READ_KEY, CONF_SYSTEM_ID
from .coordinator import HistoryCoordinator, ServiceCoordinator
from .fleet_coordinator import FleetCoordinator
from .runtime import (
    HeatPumpInsightConfigEntry,
    HeatpumpMonitorData,
    MeterRuntime,
    SystemRuntime,
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> dict[str, Any]:
    """Return what is known of an entry. Tokens, keys, consents and titles stay out."""
    data = entry.runtime_data
    found: dict[str, Any] = {"url": entry.data[CONF_URL]}
    if isinstance(data, HeatpumpMonitorData):
        found["systems"] = [_system(system) for system in data.systems]
        found["fleet"] = _fleet(data.fleet)
    else:
        found["account"] = _coordinator(data.account)
        found["meters"] = [_meter(meter) for meter in data.meters]
    return found


def _coordinator(coordinator: ServiceCoordinator[Any]) -> dict[str, Any]:
    error = coordinator.last_exception
    return {
        "last_update_success": coordinator.last_update_success,
        "last_error": None if error is None else str(error),
    }


def _history(history: HistoryCoordinator) -> dict[str, Any]:
    return _coordinator(history) | {
        "hours_imported": history.data.imported,
        "hours_in_all": history.data.total,
    }


def _system(system: SystemRuntime) -> dict[str, Any]:
    data = system.subentry.data
    available = system.feeds.data
    performance = system.performance.data
    return {
        "system_id": data[CONF_SYSTEM_ID],
        "has_read_key": bool(data.get(CONF_READ_KEY)),
        "is_linked_to_a_meter": bool(data.get(CONF_METER)),
        "feeds": {
            feed.key: {
                "start": feed.start,
                "end": feed.end,
                "interval": feed.interval,
                "unit": feed.unit,
            }
            for feed in available.feeds.values()
        },
        "windows": sorted(performance.windows),
        "alignment": system.alignment.diagnostics() if system.alignment else None,
        "watch": _watch(system),
        "coordinators": {
            "feeds": _coordinator(system.feeds),
            "values": _coordinator(system.live),
            "performance": _coordinator(system.performance),
            "days": _coordinator(system.days),
            "history": _history(system.history),
        },
    }


def _fleet(fleet: FleetCoordinator) -> dict[str, Any]:
    known = fleet.data
    return _coordinator(fleet) | {
        "age_hours": (
            None
            if known.read_at is None
            else (dt_util.utcnow().timestamp() - known.read_at) / HOUR
        ),
        "members": {window: len(members) for window, members in known.windows.items()},
        "line": None if known.line is None else asdict(known.line),
    }


def _watch(system: SystemRuntime) -> dict[str, Any]:
    """Return what is said of the heat pump's days, and from how many."""
    days = system.days.data
    return {
        "days": days.count,
        "degradation": _figures(days.degradation),
        "cycling": _figures(system.days.cycling),
        "health": _figures(days.health),
    }


def _figures(found: Degradation | Cycling | Health | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(found).items()
    }


def _meter(meter: MeterRuntime) -> dict[str, Any]:
    found = meter.usage.account.data.meter(meter.consent, meter.commodity)
    return {
        "home": meter.home,
        "commodity": meter.commodity,
        "status": found.status if found else None,
        "earliest": found.earliest.isoformat() if found and found.earliest else None,
        "latest": found.latest.isoformat() if found and found.latest else None,
        "coordinators": {
            "days": _coordinator(meter.usage),
            "history": _history(meter.history),
        },
    }
