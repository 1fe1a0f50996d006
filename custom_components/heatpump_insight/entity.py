"""What all entities share: their device, their name, and when they appear."""

from collections.abc import Callable, Iterable
from typing import Any, override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import CONF_SYSTEM_ID, DOMAIN
from .coordinator import ServiceCoordinator
from .runtime import HeatPumpInsightConfigEntry, MeterRuntime, SystemRuntime

type Coordinator = ServiceCoordinator[Any]


class SystemEntity[C: Coordinator](CoordinatorEntity[C]):
    """An entity of a heat pump."""

    _attr_has_entity_name = True

    def __init__(
        self, system: SystemRuntime, coordinator: C, description: EntityDescription
    ) -> None:
        """Take the heat pump, the coordinator to listen to, and the row of the table."""
        super().__init__(coordinator)
        self.system = system
        self.entity_description = description
        self._attr_unique_id = f"{system.key}_{description.key}"
        known = system.performance.data.system
        system_id = system.subentry.data[CONF_SYSTEM_ID]
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, system.key)},
            name=system.subentry.title,
            manufacturer=known.manufacturer if known else None,
            model=known.model if known else None,
            serial_number=str(system_id),
            configuration_url=f"{system.url}/system/view?id={system_id}",
        )


class SystemSetting(SystemEntity[Coordinator]):
    """What an owner sets for a heat pump.

    It is kept here, so it can be set whether or not the service answers.
    """

    def __init__(self, system: SystemRuntime, description: EntityDescription) -> None:
        """Take the heat pump and the row of the table."""
        super().__init__(system, system.performance, description)

    @property
    @override
    def available(self) -> bool:
        """Return that it can always be set."""
        return True


class MeterEntity[C: Coordinator](CoordinatorEntity[C]):
    """An entity of a meter."""

    _attr_has_entity_name = True

    def __init__(
        self, meter: MeterRuntime, coordinator: C, description: EntityDescription
    ) -> None:
        """Take the meter, the coordinator to listen to, and the row of the table."""
        super().__init__(coordinator)
        self.meter = meter
        self.entity_description = description
        self._attr_unique_id = f"{meter.key}_{description.key}"
        several = "" if meter.home == 1 else "_of_home"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, meter.key)},
            translation_key=f"{meter.commodity}_meter{several}",
            translation_placeholders={"home": str(meter.home)} if several else {},
            manufacturer="PowerShaper Monitor",
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    @override
    def available(self) -> bool:
        """Return whether the account still has the meter and its data was read."""
        account = self.meter.usage.account.data
        return (
            super().available
            and account.meter(self.meter.consent, self.meter.commodity) is not None
        )


def add_as_they_appear[D: EntityDescription](
    entry: HeatPumpInsightConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *,
    coordinators: Iterable[Coordinator],
    descriptions: Iterable[D],
    exists: Callable[[D], bool],
    create: Callable[[D], Entity],
    subentry_id: str | None = None,
) -> None:
    """Add each entity once, as soon as any of the coordinators shows that it exists."""
    waiting = list(descriptions)

    @callback
    def _look() -> None:
        found = [description for description in waiting if exists(description)]
        if found:
            waiting[:] = [each for each in waiting if each not in found]
            async_add_entities(map(create, found), config_subentry_id=subentry_id)

    _look()
    for coordinator in coordinators:
        entry.async_on_unload(coordinator.async_add_listener(_look))
