"""Whether the services answer, and how much history is imported."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData


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
    info: dict[str, Any] = {}
    heat_pumps = meters = imported = total = 0
    for entry in entries:
        data = entry.runtime_data
        if isinstance(data, HeatpumpMonitorData):
            heat_pumps += len(data.systems)
            service = "heatpumpmonitor"
        else:
            meters += len(data.meters)
            service = "powershaper"
        info[f"can_reach_{service}"] = system_health.async_check_can_reach_url(
            hass, entry.data[CONF_URL]
        )
        imported += sum(history.data.imported for history in data.histories)
        total += sum(history.data.total or 0 for history in data.histories)
    return info | {
        "heat_pumps": heat_pumps,
        "meters": meters,
        "hours_imported": f"{imported} of {total}",
    }
