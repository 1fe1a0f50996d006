"""Which entities have a price that the recorder keeps hour by hour."""

from collections.abc import Mapping
from typing import Final

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_list_statistic_ids
from homeassistant.core import HomeAssistant

# How sensors write the currencies that their users write with a sign.
_SIGNS: Final[Mapping[str, str]] = {"GBP": "£", "EUR": "€", "USD": "$"}


class NoStatistics(Exception):
    """The recorder keeps no hourly values of an entity."""


async def async_unit_of_prices(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the unit in which the recorder keeps the hours of an entity, None for none.

    An hour has a mean, or the state at its end beside a sum. Also an entity counts whose
    first hour is not over yet. Raises NoStatistics where there is neither.
    """
    for kept in await async_list_statistic_ids(hass, {entity_id}):
        if kept["mean_type"] is StatisticMeanType.ARITHMETIC or kept["has_sum"]:
            unit: str | None = kept["statistics_unit_of_measurement"]
            return unit
    raise NoStatistics


def is_price_unit(unit: str | None, currency: str) -> bool:
    """Tell whether a unit is money per kWh; a sensor may leave out the kWh, or all of it."""
    money, _, energy = (unit or currency).partition("/")
    return money in (currency, _SIGNS.get(currency)) and energy in ("", "kWh")
