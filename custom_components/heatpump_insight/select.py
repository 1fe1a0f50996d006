"""Selects of heat pumps: a table of what each sets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .cop_target import TARGET_WINDOWS
from .entity import SystemSetting
from .runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData, SystemRuntime

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SettingSelectDescription(SelectEntityDescription):
    """A choice that is kept here: how it is read, and how it is made."""

    value: Callable[[SystemRuntime], str]
    set_value: Callable[[SystemRuntime, str], None]


SELECTS: Final = (
    SettingSelectDescription(
        key="cop_target_window",
        translation_key="cop_target_window",
        entity_category=EntityCategory.CONFIG,
        options=list(TARGET_WINDOWS),
        value=lambda system: system.cop_target.window,
        set_value=lambda system, value: system.cop_target.async_set_window(value),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HeatPumpInsightConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects of every heat pump."""
    data = entry.runtime_data
    if isinstance(data, HeatpumpMonitorData):
        for system in data.systems:
            async_add_entities(
                [SystemSelect(system, description) for description in SELECTS],
                config_subentry_id=system.subentry.subentry_id,
            )


class SystemSelect(SystemSetting, SelectEntity, RestoreEntity):
    """A choice for a heat pump, as it was made last."""

    entity_description: SettingSelectDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Choose what was chosen before a restart."""
        await super().async_added_to_hass()
        last = await self.async_get_last_state()
        if last is not None and last.state in self.options:
            self.entity_description.set_value(self.system, last.state)

    @property
    @override
    def current_option(self) -> str:
        """Return what is chosen."""
        return self.entity_description.value(self.system)

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose something else."""
        self.entity_description.set_value(self.system, option)
        self.async_write_ha_state()
