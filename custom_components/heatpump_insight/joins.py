"""What becomes of the rows of several devices together: carbon and cost of a heat pump.

It is told from the entries' data and options alone. So it holds whether or not the entry
of the other device is loaded at the moment, and whoever writes a row can bring up to date
what depends on it.
"""

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .analysis.carbon import heat_pump_carbon
from .analysis.cost import energy_cost
from .analysis.tariff import Tariff
from .analysis.tariff_data import fingerprint
from .api.powershaper import Commodity
from .const import (
    CONF_METER,
    CONF_SERVICE,
    CONF_SYSTEM_ID,
    DOMAIN,
    SERVICE_HEATPUMPMONITOR,
    SUBENTRY_SYSTEM,
)
from .identity import meter_key, system_key
from .options import async_price
from .statistics.derived import Derived
from .statistics.series import ENERGY, MASS, Series, entity_series, money


@callback
def async_joins_of_system(
    hass: HomeAssistant, entry: ConfigEntry[Any], subentry: ConfigSubentry
) -> tuple[Derived, ...]:
    """Return what the rows of a heat pump make together with a meter or a price."""
    data = subentry.data
    system_id: int = data[CONF_SYSTEM_ID]
    key = system_key(entry.data[CONF_URL], system_id)
    name = f"Heat pump {system_id}"
    electricity = _energy(f"{key}_electricity")
    found: list[Derived] = []
    if consent := data.get(CONF_METER):
        series = Series(key=f"{key}_carbon", name=f"{name} carbon", measure=MASS)
        found.append(_carbon(series, electricity, consent))
    zone = dt_util.get_default_time_zone()
    if tariff := async_price(hass, entry, data, zone):
        measure = money(hass.config.currency)
        series = Series(key=f"{key}_cost", name=f"{name} cost", measure=measure)
        found.append(_cost(series, electricity, tariff))
    return tuple(found)


@callback
def async_joins_of_meter(
    hass: HomeAssistant, consent: str, commodity: Commodity
) -> tuple[Derived, ...]:
    """Return what the rows of a meter make together with those of heat pumps."""
    if commodity is not Commodity.ELECTRICITY:
        return ()
    return tuple(
        derived
        for entry, subentry in async_linked_systems(hass, consent)
        for derived in async_joins_of_system(hass, entry, subentry)
    )


@callback
def async_linked_systems(
    hass: HomeAssistant, consent: str
) -> Iterator[tuple[ConfigEntry[Any], ConfigSubentry]]:
    """Yield the heat pumps that are linked with the meter of a home."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.data[CONF_SERVICE] != SERVICE_HEATPUMPMONITOR:
            continue
        for subentry in entry.get_subentries_of_type(SUBENTRY_SYSTEM):
            linked: str | None = subentry.data.get(CONF_METER)
            if linked is not None and meter_key(linked) == meter_key(consent):
                yield entry, subentry


def _energy(key: str) -> Series:
    return Series(key=key, name=key, measure=ENERGY)


def _carbon(series: Series, electricity: Series, consent: str) -> Derived:
    meter = _energy(f"{meter_key(consent)}_{Commodity.ELECTRICITY}")
    carbon = Series(key=f"{meter.key}_carbon", name=meter.key, measure=MASS)
    return Derived(
        series=series,
        inputs=(electricity, meter, carbon),
        compute=lambda start, end, inputs: heat_pump_carbon(
            inputs[electricity], inputs[meter], inputs[carbon]
        ),
        terms=meter.key,
    )


def _cost(series: Series, electricity: Series, tariff: Tariff) -> Derived:
    prices = {entity_id: entity_series(entity_id) for entity_id in tariff.entities}
    return Derived(
        series=series,
        inputs=(electricity, *prices.values()),
        compute=lambda start, end, inputs: energy_cost(
            tariff,
            inputs[electricity],
            entity_prices={
                entity_id: inputs[price] for entity_id, price in prices.items()
            },
        ),
        terms=f"{series.measure.unit} {fingerprint(tariff)}",
    )
