"""Whether the monitor of a heat pump still sends."""

from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import LiveCoordinator
from .entity import SystemEntity
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData, SystemRuntime

PARALLEL_UPDATES = 0

MONITORING: Final = BinarySensorEntityDescription(
    key="monitoring_up_to_date",
    translation_key="monitoring_up_to_date",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HeatPumpInsightConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensor of every heat pump."""
    data = entry.runtime_data
    if isinstance(data, HeatpumpMonitorData):
        for system in data.systems:
            async_add_entities(
                [MonitoringSensor(system)],
                config_subentry_id=system.subentry.subentry_id,
            )


class MonitoringSensor(SystemEntity[LiveCoordinator], BinarySensorEntity):
    """On while the monitor sends."""

    def __init__(self, system: SystemRuntime) -> None:
        """Take the heat pump."""
        super().__init__(system, system.live, MONITORING)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether there is data of the last hour."""
        return self.system.live.data.is_up_to_date
