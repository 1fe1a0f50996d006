"""Binary sensors of heat pumps: tables of what each tells."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .descriptions import ReadingBinarySensorDescription
from .entity import Coordinator, SystemEntity, add_as_they_appear
from .health_sensors import HEALTH_SENSORS
from .insight_sensors import INSIGHT_BINARY_SENSORS
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData, SystemRuntime

PARALLEL_UPDATES = 0

BINARY_SENSORS: Final = (
    # In no category: triggers for a device look at its entities without one alone.
    ReadingBinarySensorDescription(
        key="monitoring_up_to_date",
        translation_key="monitoring_up_to_date",
        coordinator=lambda system: system.live,
        value=lambda system: system.live.data.is_up_to_date,
    ),
    *INSIGHT_BINARY_SENSORS,
    *HEALTH_SENSORS,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HeatPumpInsightConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of every heat pump."""
    data = entry.runtime_data
    if isinstance(data, HeatpumpMonitorData):
        for system in data.systems:
            add_as_they_appear(
                entry,
                async_add_entities,
                coordinators=system.coordinators,
                descriptions=BINARY_SENSORS,
                exists=partial(_exists, system),
                create=partial(SystemBinarySensor, system),
                subentry_id=system.subentry.subentry_id,
            )


def _exists(system: SystemRuntime, description: ReadingBinarySensorDescription) -> bool:
    return description.exists(system)


class SystemBinarySensor(SystemEntity[Coordinator], BinarySensorEntity):
    """A binary sensor of a heat pump."""

    entity_description: ReadingBinarySensorDescription

    def __init__(
        self, system: SystemRuntime, description: ReadingBinarySensorDescription
    ) -> None:
        """Take the heat pump and the row of the table."""
        super().__init__(system, description.coordinator(system), description)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state, unknown where it is not known."""
        return self.entity_description.value(self.system)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the figures behind the state."""
        return self.entity_description.attributes(self.system)
