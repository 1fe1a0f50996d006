"""The flow that adds to the Energy dashboard what its issue offers, or ends the offer."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers import issue_registry as ir

from .analysis.energy_preferences import Plan
from .const import DOMAIN
from .energy_dashboard import async_energy_dashboard, async_has_energy
from .energy_words import async_energy_words


class EnergyDashboardFlow(RepairsFlow):
    """Shows what would be added and what is there already, and does what is chosen."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        self._planned = Plan()

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Look at what there is to add, and ask."""
        if not async_has_energy(self.hass):
            return self.async_abort(reason="no_energy")
        dashboard = await async_energy_dashboard(self.hass)
        self._planned = await dashboard.async_plan()
        words = await async_energy_words(self.hass)
        lists = words.of_plan(self._planned)
        if not self._planned.additions:
            return self.async_abort(
                reason="nothing_to_add", description_placeholders=lists
            )
        return self.async_show_menu(
            step_id="init",
            menu_options=["add", "ignore"],
            description_placeholders=lists,
        )

    async def async_step_add(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Add what was shown."""
        dashboard = await async_energy_dashboard(self.hass)
        await dashboard.async_add(self._planned)
        return self.async_create_entry(data={})

    async def async_step_ignore(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Let it not be offered again: the dialog of such an issue has no other way."""
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)
        return self.async_abort(reason="ignored")
