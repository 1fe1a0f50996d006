"""Binary sensors of heat pumps: tables of what each tells."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity

from .analysis.target import Verdict
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

COP_BELOW_TARGET: Final = ReadingBinarySensorDescription(
    key="cop_below_target",
    translation_key="cop_below_target",
    # What its owner asks of a heat pump is missed: dashboards then show it as a problem.
    device_class=BinarySensorDeviceClass.PROBLEM,
    coordinator=lambda system: system.performance,
    value=lambda system: system.cop_target.is_below,
    attributes=lambda system: {
        "cop": system.cop_target.cop,
        "target": system.cop_target.target,
        "since": system.cop_target.below_since,
    },
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
                descriptions=(*BINARY_SENSORS, COP_BELOW_TARGET),
                exists=partial(_exists, system),
                create=partial(_system_binary_sensor, system),
                subentry_id=system.subentry.subentry_id,
            )


def _exists(system: SystemRuntime, description: ReadingBinarySensorDescription) -> bool:
    return description.exists(system)


def _system_binary_sensor(
    system: SystemRuntime, description: ReadingBinarySensorDescription
) -> SystemBinarySensor:
    special = description is COP_BELOW_TARGET
    sensor = CopBelowTargetSensor if special else SystemBinarySensor
    return sensor(system, description)


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


class CopBelowTargetSensor(SystemBinarySensor, RestoreEntity):
    """Whether the COP is below the target; what it said last counts after a restart."""

    @override
    async def async_added_to_hass(self) -> None:
        """Go on from what was known before a restart."""
        await super().async_added_to_hass()
        target = self.system.cop_target
        last = await self.async_get_last_extra_data()
        match last.as_dict() if last else None:
            case {"below": bool(below), "since": int() | float() as since}:
                target.async_remember(Verdict(below=below, since=since))
            case _:
                target.async_judge()
        self.async_on_remove(target.async_listen(self.async_write_ha_state))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Compare what is new with the target."""
        self.system.cop_target.async_judge()
        super()._handle_coordinator_update()

    @property
    @override
    def extra_restore_state_data(self) -> RestoredExtraData:
        """Return what has to be known after a restart."""
        verdict = self.system.cop_target.verdict
        return RestoredExtraData(
            {"below": verdict.below, "since": verdict.since} if verdict else {}
        )
