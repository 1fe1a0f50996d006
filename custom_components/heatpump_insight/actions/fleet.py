"""`get_fleet`: the league table of all published systems of a server."""

from typing import Final

import probatio

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service

from ..analysis.league import Row, SortBy, Wanted, ranked
from ..api.heatpumpmonitor import Window
from ..const import DOMAIN
from ..runtime import HeatPumpInsightConfigEntry, HeatpumpMonitorData
from .common import Action
from .tables import FORMAT_FIELD, Row as Cells, rounded, table

ATTR_WINDOW: Final = "window"
ATTR_SORT_BY: Final = "sort_by"
ATTR_DESCENDING: Final = "descending"
ATTR_LIMIT: Final = "limit"
ATTR_TYPE: Final = "type"
ATTR_MAKER: Final = "maker"
ATTR_MIN_DAYS: Final = "min_days"
ATTR_TRUSTED_ONLY: Final = "trusted_only"

_MOST_ROWS: Final = 1_000
_WINDOWS: Final = {
    "7": Window.LAST_7,
    "30": Window.LAST_30,
    "90": Window.LAST_90,
    "365": Window.LAST_365,
    "all": Window.ALL,
}
_TYPES: Final = ("air_source", "ground_source", "water_source", "air_to_air", "other")
_COLUMNS: Final = (
    "system_id",
    "place",
    "output_kw",
    "maker",
    "model",
    "refrigerant",
    "type",
    "cop",
    "flow_temperature",
    "outside_temperature",
    "days",
    "electricity_kwh",
    "heat_kwh",
    "boundary",
    "trusted",
)


async def _async_get_fleet(call: ServiceCall) -> ServiceResponse:
    """Return the published systems beside each other, over one window."""
    data = _async_server(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    rows = await data.tables.async_table(_WINDOWS[call.data[ATTR_WINDOW]])
    wanted = Wanted(
        kind=call.data.get(ATTR_TYPE),
        maker=call.data.get(ATTR_MAKER),
        least_days=call.data[ATTR_MIN_DAYS],
        trusted_only=call.data[ATTR_TRUSTED_ONLY],
    )
    sorted_rows = ranked(
        rows,
        wanted,
        SortBy(call.data[ATTR_SORT_BY]),
        descending=call.data[ATTR_DESCENDING],
    )
    return table(
        call,
        "systems",
        ("rank", *_COLUMNS),
        (_cells(rank, row) for rank, row in sorted_rows[: call.data[ATTR_LIMIT]]),
    )


@callback
def _async_server(hass: HomeAssistant, entry_id: str | None) -> HeatpumpMonitorData:
    """Return a server by its entry; where only one is set up, it need not be named."""
    entries: list[HeatPumpInsightConfigEntry]
    if entry_id is None:
        entries = hass.config_entries.async_loaded_entries(DOMAIN)
    else:
        entries = [service.async_get_config_entry(hass, DOMAIN, entry_id)]
    servers = [
        data
        for entry in entries
        if isinstance(data := entry.runtime_data, HeatpumpMonitorData)
    ]
    if len(servers) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="which_server" if servers else "no_server",
        )
    return servers[0]


def _cells(rank: int | None, row: Row) -> Cells:
    figures = {name: getattr(row, name) for name in _COLUMNS}
    if row.boundary is not None:
        figures["boundary"] = f"H{row.boundary}"
    return rank, *map(rounded, figures.values())


GET_FLEET: Final = Action(
    name="get_fleet",
    schema=probatio.Schema(
        {
            probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
            probatio.Optional(ATTR_WINDOW, default="90"): probatio.All(
                cv.string, probatio.In(list(_WINDOWS))
            ),
            probatio.Optional(ATTR_SORT_BY, default=SortBy.COP.value): probatio.In(
                [each.value for each in SortBy]
            ),
            probatio.Optional(ATTR_DESCENDING, default=True): cv.boolean,
            probatio.Optional(ATTR_LIMIT, default=_MOST_ROWS): probatio.All(
                cv.positive_int, probatio.Range(min=1, max=_MOST_ROWS)
            ),
            probatio.Optional(ATTR_TYPE): probatio.In(_TYPES),
            probatio.Optional(ATTR_MAKER): cv.string,
            probatio.Optional(ATTR_MIN_DAYS, default=0): probatio.All(
                probatio.Coerce(float), probatio.Range(min=0)
            ),
            probatio.Optional(ATTR_TRUSTED_ONLY, default=False): cv.boolean,
            **FORMAT_FIELD,
        }
    ),
    act=_async_get_fleet,
)
