"""The actions: a table of them, and how their failures are told."""

from functools import partial
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.service import async_register_admin_service

from ..api.errors import ServiceError
from ..const import DOMAIN
from ..coordinator import told
from .common import Action
from .daily import GET_DAILY
from .energy import ADD_TO_ENERGY_DASHBOARD, REMOVE_FROM_ENERGY_DASHBOARD
from .fleet import GET_FLEET
from .history import IMPORT_HISTORY, REBUILD_STATISTICS
from .report import GET_REPORT
from .timeseries import GET_TIMESERIES
from .usage import GET_USAGE

ACTIONS: Final = (
    IMPORT_HISTORY,
    REBUILD_STATISTICS,
    GET_REPORT,
    GET_USAGE,
    GET_TIMESERIES,
    GET_DAILY,
    GET_FLEET,
    ADD_TO_ENERGY_DASHBOARD,
    REMOVE_FROM_ENERGY_DASHBOARD,
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions, whether or not any entry is loaded."""
    for action in ACTIONS:
        register = (
            partial(async_register_admin_service, hass)
            if action.is_for_admins
            else hass.services.async_register
        )
        register(
            DOMAIN,
            action.name,
            partial(_async_act, action),
            schema=action.schema,
            supports_response=action.response,
        )


async def _async_act(action: Action, call: ServiceCall) -> ServiceResponse:
    """Do what is asked for; failures of a service are told in the user's language."""
    try:
        return await action.act(call)
    except ServiceError as error:
        raise HomeAssistantError(**told(error)) from error
