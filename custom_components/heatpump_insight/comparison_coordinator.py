"""How a heat pump compares with the published fleet, as its entities show it."""

from datetime import timedelta
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .analysis.comparison import Comparison, compare
from .api.systems import read_system
from .coordinator import PerformanceCoordinator, Reachability, ServiceCoordinator
from .fleet_coordinator import FleetCoordinator

_NEVER: Final = timedelta(0)


class ComparisonCoordinator(ServiceCoordinator[Comparison]):
    """Compares one heat pump with the fleet when either has news; it asks nobody.

    What it shows is unknown, and its entities are there, while the fleet is not known.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        *,
        system_id: int,
        performance: PerformanceCoordinator,
        fleet: FleetCoordinator,
    ) -> None:
        """Take who knows the heat pump's own figures, and who knows the fleet's."""
        super().__init__(
            hass,
            entry,
            reachability,
            name=f"comparison of heat pump {system_id}",
            interval=_NEVER,
            start=Comparison(),
        )
        self.update_interval = None
        self._system_id = system_id
        self._performance = performance
        self._fleet = fleet

    @override
    async def _async_fetch(self) -> Comparison:
        known = self._performance.data
        return await self.hass.async_add_executor_job(
            compare,
            # A private system tells nothing of itself, so that it is like nobody.
            known.system or read_system({"id": self._system_id}),
            known.windows,
            self._fleet.data,
        )
