"""The published fleet of HeatpumpMonitor.org: asked for once a day, for a whole entry."""

from datetime import timedelta
from random import Random
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util import dt as dt_util

from .analysis.comparison import COMPARED, PublishedFleet, members_of
from .analysis.hours import DAY
from .api.heatpumpmonitor import HeatpumpMonitorClient
from .coordinator import Reachability, ServiceCoordinator
from .fleet_memory import FleetMemory

_LONGEST_RETRY: Final = timedelta(hours=3)
_LASTS: Final = 7 * DAY
# An answer that came outside of the daily rhythm is not followed by another at once.
_LEAST_WAIT: Final = DAY / 2


class FleetCoordinator(ServiceCoordinator[PublishedFleet]):
    """Asks for all public systems, at a moment of the day that is the entry's own.

    The moment is counted in UTC, so that it comes once a day when the clocks change too.
    Figures on disk make a restart cost nothing; they last a week when the service fails.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        client: HeatpumpMonitorClient,
    ) -> None:
        """Take the client that the heat pumps of the entry are asked with."""
        super().__init__(
            hass,
            entry,
            reachability,
            name="published fleet",
            interval=_LONGEST_RETRY,
            start=PublishedFleet(),
        )
        self._client = client
        self._memory = FleetMemory(hass, entry.entry_id)
        self._moment = Random(entry.entry_id).randrange(DAY)

    async def async_load(self) -> None:
        """Take what an earlier run kept; listeners are told of the next answer."""
        self.data = await self._memory.async_load()
        self._let_go_of_old_figures()
        self.update_interval = self._until_the_next(self.data.read_at or 0)

    @property
    def is_due(self) -> bool:
        """Tell whether there are no figures of the last day."""
        read_at = self.data.read_at
        # A clock that was set back does not put the next answer off.
        return read_at is None or not read_at <= _now() < read_at + DAY

    @override
    async def _async_update_data(self) -> PublishedFleet:
        # A failure is followed by another try, not by a day without any.
        self.update_interval = self._first_retry
        try:
            fleet = await super()._async_update_data()
        except UpdateFailed:
            if self._let_go_of_old_figures():
                self.async_update_listeners()
            raise
        self.update_interval = self._until_the_next(_now())
        return fleet

    @override
    async def _async_fetch(self) -> PublishedFleet:
        """Ask for one answer after another: each is nearly a megabyte."""
        read_at = _now()
        systems = await self._client.public_systems()
        stats = {window: await self._client.all_stats(window) for window in COMPARED}
        members = await self.hass.async_add_executor_job(members_of, systems, stats)
        return await self._memory.async_keep(members, read_at)

    def _until_the_next(self, read_at: float) -> timedelta:
        """Return how long it is until the entry's moment, and not soon after an answer."""
        now = _now()
        earliest = max(now, read_at + _LEAST_WAIT)
        return timedelta(seconds=earliest - now + (self._moment - earliest) % DAY)

    def _let_go_of_old_figures(self) -> bool:
        """Let the fleet be unknown when its figures are too old; tell whether they were."""
        read_at = self.data.read_at
        if read_at is None or _now() <= read_at + _LASTS:
            return False
        self.data = PublishedFleet()
        return True


def _now() -> float:
    return dt_util.utcnow().timestamp()
