"""The flow that adds to the Energy dashboard what its issue offers."""

from typing import Any

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult

from .analysis.energy_preferences import Plan
from .energy_dashboard import async_energy_dashboard, async_has_energy
from .energy_words import async_energy_words


class EnergyDashboardFlow(RepairsFlow):
    """Shows what will be added and what is there already, and adds it when told so."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        self._planned = Plan()

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Look at what there is to add."""
        if not async_has_energy(self.hass):
            return self.async_abort(reason="no_energy")
        dashboard = await async_energy_dashboard(self.hass)
        self._planned = await dashboard.async_plan()
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show it, and add it."""
        if user_input is not None:
            dashboard = await async_energy_dashboard(self.hass)
            await dashboard.async_add(self._planned)
            return self.async_create_entry(data={})
        words = await async_energy_words(self.hass)
        lists = words.of_plan(self._planned)
        if not self._planned.additions:
            return self.async_abort(
                reason="nothing_to_add", description_placeholders=lists
            )
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            description_placeholders=lists,
        )
