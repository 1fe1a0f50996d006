"""The forms that ask what a kWh costs and from when, and what a boiler is assumed to be."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import probatio

from homeassistant.helpers.selector import (
    DateSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)

from .analysis.boiler import Boiler, boiler_from_data, boiler_to_data
from .analysis.options import InvalidOption, Problem
from .analysis.tariff_data import WEEKDAYS
from .setup_forms import Errors, one_of

CONF_BAND = "band"
CONF_PERIOD = "period"

# What each problem of a field is called where it is told.
_PROBLEMS: Final[Mapping[Problem, str]] = {
    problem: problem.value for problem in Problem
}

_PERCENT: Final = 100


def complaint(err: InvalidOption) -> Errors:
    """Return the words of what is wrong, at the field that they belong to."""
    return {err.field: _PROBLEMS[err.problem]}


def flat_form(currency: str, *, has_charge: bool) -> probatio.Schema:
    """Return the form of one price at all times."""
    return probatio.Schema(
        {probatio.Required("price"): _price(currency)} | _terms(currency, has_charge)
    )


def table_form(currency: str, *, has_charge: bool) -> probatio.Schema:
    """Return the form of the price outside of all bands."""
    return probatio.Schema(
        {probatio.Required("default"): _price(currency)} | _terms(currency, has_charge)
    )


def entity_form(currency: str, *, has_charge: bool) -> probatio.Schema:
    """Return the form of a price that an entity has; only sensors have statistics."""
    sensors = EntitySelectorConfig(
        filter=EntityWithDeviceFilterSelectorConfig(domain="sensor")
    )
    return probatio.Schema(
        {probatio.Required("entity_id"): EntitySelector(sensors)}
        | _terms(currency, has_charge)
    )


def band_form(currency: str) -> probatio.Schema:
    """Return the form of a price at some times of some days, proposed for all of them."""
    return probatio.Schema(
        {
            probatio.Required("start"): TimeSelector(),
            probatio.Required("end"): TimeSelector(),
            probatio.Required("price"): _price(currency),
            probatio.Required("days", default=[*WEEKDAYS]): SelectSelector(
                SelectSelectorConfig(
                    options=[*WEEKDAYS],
                    multiple=True,
                    mode=SelectSelectorMode.LIST,
                    translation_key="weekday",
                )
            ),
        }
    )


def period_form(labels: Iterable[str]) -> probatio.Schema:
    """Return the form that takes one of the periods, by its position."""
    return probatio.Schema({probatio.Required(CONF_PERIOD): one_of(_numbered(labels))})


def band_choice_form(labels: Iterable[str]) -> probatio.Schema:
    """Return the form that takes one of the bands, by its position."""
    return probatio.Schema({probatio.Required(CONF_BAND): one_of(_numbered(labels))})


def boiler_form(currency: str) -> probatio.Schema:
    """Return the form of the boiler that a heat pump is compared with."""
    return probatio.Schema(
        {
            probatio.Required("efficiency"): _number("%"),
            probatio.Required("gas_price"): _price(currency),
            probatio.Required("gas_carbon"): _number("kg/kWh"),
        }
    )


def boiler_shown(boiler: Boiler) -> dict[str, Any]:
    """Return what the form shows of a boiler: its efficiency is in percent there."""
    percent = round(boiler.efficiency * _PERCENT, 6)
    return {**boiler_to_data(boiler), "efficiency": percent}


def boiler_typed(typed: Mapping[str, Any]) -> Boiler:
    """Return the boiler of the form; raises InvalidOption."""
    efficiency = round(typed["efficiency"] / _PERCENT, 8)
    return boiler_from_data({**typed, "efficiency": efficiency})


def _terms(currency: str, has_charge: bool) -> dict[Any, Any]:
    """Return what every kind of price is told with: a standing charge, and from when."""
    charge: dict[Any, Any] = {
        probatio.Optional("standing_charge"): _number(f"{currency}/d")
    }
    since = {probatio.Optional("valid_from"): DateSelector()}
    return (charge if has_charge else {}) | since


def _price(currency: str) -> NumberSelector:
    return _number(f"{currency}/kWh")


def _number(unit: str) -> NumberSelector:
    """Return a field of any number: what is out of bounds is told in words."""
    return NumberSelector(
        NumberSelectorConfig(
            mode=NumberSelectorMode.BOX, step="any", unit_of_measurement=unit
        )
    )


def _numbered(labels: Iterable[str]) -> dict[str, str]:
    return {str(position): label for position, label in enumerate(labels)}
