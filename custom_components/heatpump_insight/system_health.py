"""Whether the services answer, and how much history is imported."""

import asyncio
from collections.abc import Iterable
from typing import Any

from homeassistant.components import system_health
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData, PowerShaperData


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register what is shown under system information."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the lines of the integration."""
    entries: list[HeatPumpInsightConfigEntry] = (
        hass.config_entries.async_loaded_entries(DOMAIN)
    )
    servers: dict[type, list[str]] = {HeatpumpMonitorData: [], PowerShaperData: []}
    heat_pumps = meters = imported = total = 0
    for entry in entries:
        data = entry.runtime_data
        servers[type(data)].append(entry.data[CONF_URL])
        if isinstance(data, HeatpumpMonitorData):
            heat_pumps += len(data.systems)
        else:
            meters += len(data.meters)
        imported += sum(history.data.imported for history in data.histories)
        total += sum(history.data.total or 0 for history in data.histories)
    info: dict[str, Any] = {}
    if urls := servers[HeatpumpMonitorData]:
        info["can_reach_heatpumpmonitor"] = _async_can_reach(hass, urls)
    if urls := servers[PowerShaperData]:
        info["can_reach_powershaper"] = _async_can_reach(hass, urls)
    return info | {
        "heat_pumps": heat_pumps,
        "meters": meters,
        "hours_imported": f"{imported} of {total}",
    }


async def _async_can_reach(
    hass: HomeAssistant, urls: Iterable[str]
) -> str | dict[str, str]:
    """Return "ok" when every server of a service answers, or what is wrong with one."""
    found = await asyncio.gather(
        *(system_health.async_check_can_reach_url(hass, url) for url in urls)
    )
    return next((each for each in found if each != "ok"), "ok")
