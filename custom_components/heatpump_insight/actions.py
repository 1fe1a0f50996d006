"""Actions on the imported history: read a part again, or build all of it anew."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import HistoryCoordinator
from .runtime import HeatPumpInsightConfigEntry
from .statistics.importer import Imported

SERVICE_IMPORT_HISTORY: Final = "import_history"
SERVICE_REBUILD_STATISTICS: Final = "rebuild_statistics"
ATTR_START_DATE: Final = "start_date"
ATTR_END_DATE: Final = "end_date"
ATTR_CONFIRM: Final = "confirm"

_IMPORT_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): cv.string,
        probatio.Optional(ATTR_START_DATE): cv.date,
        probatio.Optional(ATTR_END_DATE): cv.date,
    }
)
_REBUILD_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): cv.string,
        probatio.Required(ATTR_CONFIRM): cv.boolean,
    }
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions, whether or not any entry is loaded."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_IMPORT_HISTORY,
        _async_import_history,
        schema=_IMPORT_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_REBUILD_STATISTICS,
        _async_rebuild_statistics,
        schema=_REBUILD_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_import_history(call: ServiceCall) -> ServiceResponse:
    """Read a span of the history again, or all of it, and write what differs."""
    history = _history(call)
    first: date | None = call.data.get(ATTR_START_DATE)
    last: date | None = call.data.get(ATTR_END_DATE)
    if first and last and last < first:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="end_before_start"
        )
    start = _midnight(first) if first else None
    end = _midnight(last + timedelta(days=1)) if last else None
    return _response(await history.async_import_again(start, end))


async def _async_rebuild_statistics(call: ServiceCall) -> ServiceResponse:
    """Clear the statistics of a heat pump or a meter, and import them anew."""
    history = _history(call)
    if not call.data[ATTR_CONFIRM]:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_confirmed"
        )
    return _response(await history.async_rebuild())


def _response(imported: Imported) -> dict[str, Any]:
    return {
        "hours_read": imported.read,
        "hours_written": imported.written,
        "hours_left": imported.left,
    }


def _midnight(day: date) -> int:
    """Return the start of a local day in unix seconds."""
    zone = dt_util.get_default_time_zone()
    return int(datetime.combine(day, time(), zone).timestamp())


def _history(call: ServiceCall) -> HistoryCoordinator:
    """Return the history of the device that an action is called for."""
    device = dr.async_get(call.hass).async_get(call.data[ATTR_DEVICE_ID])
    if device is not None:
        for key, history in _histories(call.hass):
            if (DOMAIN, key) in device.identifiers:
                return history
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="no_such_device"
    )


def _histories(hass: HomeAssistant) -> Iterator[tuple[str, HistoryCoordinator]]:
    """Yield the history of every device by the device's key."""
    entries: list[HeatPumpInsightConfigEntry] = (
        hass.config_entries.async_loaded_entries(DOMAIN)
    )
    for entry in entries:
        for owner in entry.runtime_data.owners:
            yield owner.key, owner.history
