"""Numbers of heat pumps: a table of what each sets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.number import (
    NumberEntityDescription,
    NumberMode,
    RestoreNumber,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import SystemSetting
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData, SystemRuntime

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SettingNumberDescription(NumberEntityDescription):
    """A number that is kept here: how it is read, and how it is set."""

    value: Callable[[SystemRuntime], float]
    set_value: Callable[[SystemRuntime, float], None]


NUMBERS: Final = (
    SettingNumberDescription(
        key="cop_target",
        translation_key="cop_target",
        entity_category=EntityCategory.CONFIG,
        native_min_value=1.0,
        native_max_value=8.0,
        native_step=0.1,
        mode=NumberMode.BOX,
        value=lambda system: system.cop_target.target,
        set_value=lambda system, value: system.cop_target.async_set_target(value),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HeatPumpInsightConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of every heat pump."""
    data = entry.runtime_data
    if isinstance(data, HeatpumpMonitorData):
        for system in data.systems:
            async_add_entities(
                [SystemNumber(system, description) for description in NUMBERS],
                config_subentry_id=system.subentry.subentry_id,
            )


class SystemNumber(SystemSetting, RestoreNumber):
    """A number of a heat pump, as it was set last."""

    entity_description: SettingNumberDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Set what was set before a restart."""
        await super().async_added_to_hass()
        last = await self.async_get_last_number_data()
        value = last.native_value if last else None
        if value is not None and self.min_value <= value <= self.max_value:
            self.entity_description.set_value(self.system, float(value))

    @property
    @override
    def native_value(self) -> float:
        """Return what is set."""
        return self.entity_description.value(self.system)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set another value."""
        self.entity_description.set_value(self.system, value)
        self.async_write_ha_state()
