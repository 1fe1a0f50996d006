"""The steps of the options that fill the Energy dashboard, and take that back.

Both kinds of entry have them, and they are about all entries together.
"""

from typing import Any

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from .analysis.energy_preferences import Plan
from .energy_dashboard import async_energy_dashboard, async_has_energy
from .energy_words import async_energy_words


class EnergySteps(OptionsFlow):
    """Show what may be added or taken back, and do it when the user agrees."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        super().__init__()
        self._planned = Plan()

    async def async_step_energy_dashboard(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to add what is missing; where something was added, also to take it back."""
        if not async_has_energy(self.hass):
            return self.async_abort(reason="no_energy")
        dashboard = await async_energy_dashboard(self.hass)
        self._planned = await dashboard.async_plan()
        words = await async_energy_words(self.hass)
        lists = words.of_plan(self._planned)
        can_add = bool(self._planned.additions)
        if not dashboard.removal.removed:
            if can_add:
                return await self.async_step_add_to_energy()
            return self.async_abort(
                reason="nothing_to_add", description_placeholders=lists
            )
        add = ["add_to_energy"] if can_add else []
        return self.async_show_menu(
            step_id="energy_dashboard",
            menu_options=[*add, "remove_from_energy"],
        )

    async def async_step_add_to_energy(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what will be added, and add it."""
        if user_input is not None:
            dashboard = await async_energy_dashboard(self.hass)
            await dashboard.async_add(self._planned)
            return self._unchanged()
        words = await async_energy_words(self.hass)
        return self.async_show_form(
            step_id="add_to_energy",
            data_schema=probatio.Schema({}),
            description_placeholders=words.of_plan(self._planned),
        )

    async def async_step_remove_from_energy(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what will be taken out, and take it out."""
        dashboard = await async_energy_dashboard(self.hass)
        if user_input is not None:
            await dashboard.async_remove()
            return self._unchanged()
        words = await async_energy_words(self.hass)
        return self.async_show_form(
            step_id="remove_from_energy",
            data_schema=probatio.Schema({}),
            description_placeholders=words.of_removal(dashboard.removal),
        )

    def _unchanged(self) -> ConfigFlowResult:
        """End with the options as they are: the dashboard is none of the entry's."""
        return self.async_create_entry(data=dict(self.config_entry.options))
