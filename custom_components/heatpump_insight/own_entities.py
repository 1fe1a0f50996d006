"""Which entities of this integration triggers and conditions look at."""

from collections.abc import Collection
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

CONF_WINDOW: Final = "window"

COP_KEYS: Final = {
    "now": "cop_now",
    "yesterday": "cop_yesterday",
    "7_days": "cop_7_days",
    "30_days": "cop_30_days",
    "90_days": "cop_90_days",
    "365_days": "cop_365_days",
    "all_time": "cop_all_time",
}
LATEST_DAY: Final = "latest_day"
MONITORING: Final = "monitoring_up_to_date"
DEGRADED: Final = "performance_degraded"


def cop_keys(windows: Collection[str]) -> set[str]:
    """Return the keys of the COP over some windows, of all where none is named."""
    return {COP_KEYS[window] for window in windows or COP_KEYS}


def own_entities(
    hass: HomeAssistant, entities: Collection[str], keys: Collection[str]
) -> set[str]:
    """Return those of the entities that are of this integration and have such a key."""
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entities
        if (entry := registry.async_get(entity_id)) is not None
        and entry.platform == DOMAIN
        and entry.translation_key in keys
    }
