"""Actions on the imported history: read a part again, or build all of it anew."""

from datetime import date, timedelta
from typing import Any, Final

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..statistics.importer import Imported
from .common import (
    ATTR_END_DATE,
    ATTR_START_DATE,
    DAY,
    DEVICE_FIELD,
    Action,
    async_owner,
    check_order,
    midnight,
)

ATTR_CONFIRM: Final = "confirm"


async def _async_import_history(call: ServiceCall) -> ServiceResponse:
    """Read a span of the history again, or all of it, and write what differs."""
    history = async_owner(call).history
    first: date | None = call.data.get(ATTR_START_DATE)
    last: date | None = call.data.get(ATTR_END_DATE)
    if first and last:
        check_order(first, last)
    zone = dt_util.get_default_time_zone()
    start = midnight(first, zone) if first else None
    end = midnight(last + timedelta(days=1), zone) if last else None
    return _response(await history.async_import_again(start, end))


async def _async_rebuild_statistics(call: ServiceCall) -> ServiceResponse:
    """Clear the statistics of a heat pump or a meter, and import them anew."""
    history = async_owner(call).history
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


IMPORT_HISTORY: Final = Action(
    name="import_history",
    schema=probatio.Schema(
        {
            **DEVICE_FIELD,
            probatio.Optional(ATTR_START_DATE): DAY,
            probatio.Optional(ATTR_END_DATE): DAY,
        }
    ),
    act=_async_import_history,
    response=SupportsResponse.OPTIONAL,
)
REBUILD_STATISTICS: Final = Action(
    name="rebuild_statistics",
    schema=probatio.Schema(
        {**DEVICE_FIELD, probatio.Required(ATTR_CONFIRM): cv.boolean}
    ),
    act=_async_rebuild_statistics,
    response=SupportsResponse.OPTIONAL,
)
