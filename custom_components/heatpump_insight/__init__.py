"""Heat Pump Insight: HeatpumpMonitor.org and PowerShaper Monitor in Home Assistant."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .alignment_coordinator import AlignmentMemory
from .const import CONF_SERVICE, DOMAIN, SERVICE_HEATPUMPMONITOR
from .dashboard import async_set_up_dashboard
from .energy_dashboard import async_look_at_energy, async_offer_energy
from .fleet_memory import FleetMemory
from .issue_watch import async_watch_for_issues
from .meter_setup import async_set_up_meters
from .repairs import async_forget_removed
from .runtime import HeatPumpInsightConfigEntry
from .statistics.memory import Memory
from .system_setup import async_set_up_systems

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
)
_SETTINGS = (Platform.NUMBER, Platform.SELECT)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions and the dashboard."""
    async_setup_actions(hass)
    await async_set_up_dashboard(hass)
    return True


async def async_setup_entry(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> bool:
    """Set up a HeatpumpMonitor.org server or a PowerShaper account."""
    async_forget_removed(hass)
    if entry.data[CONF_SERVICE] == SERVICE_HEATPUMPMONITOR:
        entry.runtime_data = await async_set_up_systems(hass, entry)
    else:
        entry.runtime_data = await async_set_up_meters(hass, entry)
    # A heat pump is compared with its target only when that has been read back.
    settings = [each for each in PLATFORMS if each in _SETTINGS]
    others = [each for each in PLATFORMS if each not in _SETTINGS]
    await hass.config_entries.async_forward_entry_setups(entry, settings)
    await hass.config_entries.async_forward_entry_setups(entry, others)
    entry.async_on_unload(entry.add_update_listener(_async_reload))
    async_watch_for_issues(hass, entry)
    async_offer_energy(hass, entry)
    return True


async def async_unload_entry(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> bool:
    """Unload an entry; a disabled one asks for nothing, so neither do its issues."""
    async_forget_removed(hass)
    if entry.disabled_by is not None:
        await async_look_at_energy(hass)
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> None:
    """Forget what was imported; the statistics stay, for they are the user's history."""
    await Memory(hass, entry.entry_id).async_remove()
    await FleetMemory(hass, entry.entry_id).async_remove()
    await AlignmentMemory(hass, entry.entry_id).async_remove()
    async_forget_removed(hass)
    await async_look_at_energy(hass)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry, device: DeviceEntry
) -> bool:
    """Allow to remove what its service has no longer."""
    present = {(DOMAIN, key) for key in entry.runtime_data.present_keys}
    return not present & device.identifiers


async def _async_reload(hass: HomeAssistant, entry: HeatPumpInsightConfigEntry) -> None:
    """Set up anew after a change of data, options or heat pumps."""
    hass.config_entries.async_schedule_reload(entry.entry_id)
