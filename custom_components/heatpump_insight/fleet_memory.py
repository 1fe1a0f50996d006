"""The published fleet, kept on disk between restarts.

Of each system only that is kept by which systems are compared: a fraction of what the
service tells.
"""

from collections.abc import Mapping
from typing import Final, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .analysis.comparison import PublishedFleet, published_fleet
from .analysis.fleet import Member
from .api.heatpumpmonitor import System, Window
from .api.systems import read_systems
from .const import DOMAIN

_VERSION: Final = 1

# The service's name of what is kept of a system, and ours.
_FIELDS: Final = {
    "id": "system_id",
    "published": "published",
    "mid_metering": "mid_metering",
    "metering_boundary_code": "boundary",
    "hp_type": "kind",
    "hp_manufacturer": "manufacturer",
    "hp_model": "model",
    "hp_output": "output_kw",
}

type _Figures = tuple[int, float, float | None, float | None]
"""A member: the system's id, its COP, its lift, and its starts per hour."""


class _Kept(TypedDict):
    """What is in the file; the systems are as the service writes them."""

    read_at: float
    systems: list[dict[str, object]]
    members: dict[str, list[_Figures]]


class FleetMemory:
    """The fleet of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the entry whose fleet is kept."""
        self._hass = hass
        self._store: Store[_Kept] = Store(
            hass,
            _VERSION,
            f"{DOMAIN}.{entry_id}.fleet",
            atomic_writes=True,
            serialize_in_event_loop=False,
        )

    async def async_load(self) -> PublishedFleet:
        """Return what an earlier run kept."""
        kept = await self._store.async_load()
        if kept is None:
            return PublishedFleet()
        return await self._hass.async_add_executor_job(_fleet, kept)

    async def async_keep(
        self, windows: Mapping[Window, tuple[Member, ...]], read_at: float
    ) -> PublishedFleet:
        """Keep the members as they were read at a time (unix s).

        Returns what a restart would find, so that a restart changes nothing.
        """
        kept = await self._hass.async_add_executor_job(_kept, windows, read_at)
        await self._store.async_save(kept)
        return await self._hass.async_add_executor_job(_fleet, kept)

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()


def _kept(windows: Mapping[Window, tuple[Member, ...]], read_at: float) -> _Kept:
    systems = {
        member.system.system_id: member.system
        for members in windows.values()
        for member in members
    }
    return _Kept(
        read_at=read_at,
        systems=[_row(system) for system in systems.values()],
        members={
            window: [
                (each.system.system_id, each.cop, each.lift, each.starts_per_hour)
                for each in members
            ]
            for window, members in windows.items()
        },
    )


def _row(system: System) -> dict[str, object]:
    return {name: getattr(system, ours) for name, ours in _FIELDS.items()}


def _fleet(kept: _Kept) -> PublishedFleet:
    systems = {system.system_id: system for system in read_systems(kept["systems"])}
    return published_fleet(
        {
            Window(window): tuple(
                Member(
                    system=systems[system_id],
                    cop=cop,
                    lift=lift,
                    starts_per_hour=starts_per_hour,
                )
                for system_id, cop, lift, starts_per_hour in members
            )
            for window, members in kept["members"].items()
        },
        kept["read_at"],
    )
