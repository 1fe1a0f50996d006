"""Actions on the Energy dashboard: add what it lacks, or take back what was added."""

from collections.abc import Iterable
from typing import Any, Final

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError

from ..analysis.energy_preferences import Added, Offer
from ..const import DOMAIN
from ..energy_dashboard import EnergyDashboard, async_energy_dashboard, async_has_energy
from .common import Action


async def _async_add(call: ServiceCall) -> ServiceResponse:
    """Add all that the Energy dashboard lacks, and answer what that was."""
    dashboard = await _async_dashboard(call)
    planned = await dashboard.async_plan()
    done = await dashboard.async_add(planned)
    return {
        "added": [
            *_rows(done.items, as_item=True),
            *_rows(done.costs, as_item=False),
        ],
        "there_already": [each.name for each in (*planned.present, *done.present)],
    }


async def _async_remove(call: ServiceCall) -> ServiceResponse:
    """Take all out that was added, and answer what went and what stays."""
    dashboard = await _async_dashboard(call)
    removal = await dashboard.async_remove()
    items = [each for each in removal.removed if each.before is None]
    costs = [each for each in removal.removed if each.before is not None]
    return {
        "removed": [*_rows(items, as_item=True), *_rows(costs, as_item=False)],
        "left": [each.name for each in removal.left],
    }


async def _async_dashboard(call: ServiceCall) -> EnergyDashboard:
    if not async_has_energy(call.hass):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_energy"
        )
    return await async_energy_dashboard(call.hass)


def _rows(items: Iterable[Offer | Added], *, as_item: bool) -> list[dict[str, Any]]:
    """Return what each is: its name, its place, and whether that or its cost is meant."""
    return [
        {
            "name": each.name,
            "place": each.place.value,
            "energy": as_item,
            "cost": each.cost_id is not None,
        }
        for each in items
    ]


ADD_TO_ENERGY_DASHBOARD: Final = Action(
    name="add_to_energy_dashboard",
    schema=probatio.Schema({}),
    act=_async_add,
    response=SupportsResponse.OPTIONAL,
    is_for_admins=True,
)
REMOVE_FROM_ENERGY_DASHBOARD: Final = Action(
    name="remove_from_energy_dashboard",
    schema=probatio.Schema({}),
    act=_async_remove,
    response=SupportsResponse.OPTIONAL,
    is_for_admins=True,
)
