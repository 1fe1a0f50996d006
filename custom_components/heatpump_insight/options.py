"""What the owner told of prices, stamps and boilers: an entry's options as records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .analysis.boiler import Boiler, boiler_from_data
from .analysis.options import InvalidOption
from .analysis.tariff import Tariff
from .analysis.tariff_data import tariff_from_data
from .api.powershaper import Commodity
from .const import (
    CONF_METER,
    CONF_SERVICE,
    CONF_SYSTEM_ID,
    DOMAIN,
    OPTION_BOILER,
    OPTION_METERS,
    OPTION_OWN_SUPPLY,
    OPTION_PRICE,
    OPTION_STAMP,
    OPTION_SYSTEMS,
    SERVICE_POWERSHAPER,
    STAMP_END,
)
from .identity import meter_key

# Where an option is kept: the keys that lead to it.
type OptionPath = tuple[str, str, str]

# By commodity, in the options of a home.
PRICE_OPTIONS: Final = {
    Commodity.ELECTRICITY: "electricity_price",
    Commodity.GAS: "gas_price",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOptions:
    """What is told of a home: the meaning of its stamps, and what its energy costs.

    `has_own_supply` tells that it has solar panels or a battery.
    """

    ends_stamped: bool = False
    has_own_supply: bool = False
    tariffs: Mapping[Commodity, Tariff] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOptions:
    """What is told of a heat pump: its own price, and the boiler it is compared with."""

    tariff: Tariff | None = None
    boiler: Boiler = field(default_factory=Boiler)


def home_options(entry: ConfigEntry[Any], consent: str, zone: tzinfo) -> HomeOptions:
    """Return the options of a home; local times are those of `zone`."""
    options = _part(entry, OPTION_METERS, meter_key(consent))
    tariffs = {
        commodity: tariff
        for commodity, key in PRICE_OPTIONS.items()
        if (tariff := _tariff(options.get(key), zone)) is not None
    }
    return HomeOptions(
        ends_stamped=options.get(OPTION_STAMP) == STAMP_END,
        has_own_supply=options.get(OPTION_OWN_SUPPLY) is True,
        tariffs=tariffs,
    )


def system_options(
    entry: ConfigEntry[Any], system_id: int, zone: tzinfo
) -> SystemOptions:
    """Return the options of a heat pump; local times are those of `zone`."""
    options = _part(entry, OPTION_SYSTEMS, str(system_id))
    return SystemOptions(
        tariff=_tariff(options.get(OPTION_PRICE), zone),
        boiler=_boiler(options.get(OPTION_BOILER)),
    )


@callback
def async_price(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    subentry_data: Mapping[str, Any],
    zone: tzinfo,
) -> Tariff | None:
    """Return the price of a heat pump: its linked meter's, or its own where none is linked.

    The account of the meter need not be loaded.
    """
    consent: str | None = subentry_data.get(CONF_METER)
    if consent is None:
        return system_options(entry, subentry_data[CONF_SYSTEM_ID], zone).tariff
    return next(
        (
            tariff
            for account in hass.config_entries.async_entries(DOMAIN)
            if account.data[CONF_SERVICE] == SERVICE_POWERSHAPER
            and (
                tariff := home_options(account, consent, zone).tariffs.get(
                    Commodity.ELECTRICITY
                )
            )
        ),
        None,
    )


def meter_path(consent: str, option: str) -> OptionPath:
    """Return where an option of a home is kept."""
    return OPTION_METERS, meter_key(consent), option


def system_path(system_id: int, option: str) -> OptionPath:
    """Return where an option of a heat pump is kept."""
    return OPTION_SYSTEMS, str(system_id), option


def option_at(entry: ConfigEntry[Any], path: OptionPath) -> Any:
    """Return an option as plain data, None where it is not told."""
    kind, name, option = path
    return _part(entry, kind, name).get(option)


def options_with(
    entry: ConfigEntry[Any], path: OptionPath, value: Any
) -> dict[str, Any]:
    """Return all options of an entry with another value of one, without it for None."""
    kind, name, option = path
    part = {**_part(entry, kind, name), option: value}
    if value is None:
        del part[option]
    return {**entry.options, kind: {**entry.options.get(kind, {}), name: part}}


def price_at(entry: ConfigEntry[Any], path: OptionPath, zone: tzinfo) -> Tariff | None:
    """Return the price that is kept at a path; local times are those of `zone`."""
    return _tariff(option_at(entry, path), zone)


@callback
def async_has_own_supply(hass: HomeAssistant, consent: str, zone: tzinfo) -> bool:
    """Tell whether a home has solar panels or a battery, as far as its owner has told.

    The account of the home need not be loaded.
    """
    return any(
        home_options(account, consent, zone).has_own_supply
        for account in hass.config_entries.async_entries(DOMAIN)
        if account.data[CONF_SERVICE] == SERVICE_POWERSHAPER
    )


def _part(entry: ConfigEntry[Any], kind: str, name: str) -> Mapping[str, Any]:
    part: Mapping[str, Any] = entry.options.get(kind, {}).get(name, {})
    return part


def _tariff(data: Mapping[str, Any] | None, zone: tzinfo) -> Tariff | None:
    """Return the tariff of plain data, None where there is none that can be read."""
    try:
        tariff = tariff_from_data(data or {"periods": []}, zone)
    except InvalidOption:
        return None
    return tariff if tariff.periods else None


def _boiler(data: Mapping[str, Any] | None) -> Boiler:
    try:
        return boiler_from_data(data or {})
    except InvalidOption:
        return Boiler()
