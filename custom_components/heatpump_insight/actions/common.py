"""What the actions share: how they are declared, their devices, their spans of days."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

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

from ..const import DOMAIN
from ..runtime import HeatPumpInsightConfigEntry, MeterRuntime, SystemRuntime

ATTR_START_DATE: Final = "start_date"
ATTR_END_DATE: Final = "end_date"

# Of other years neither service knows anything, and the calendar ends somewhere.
DAY: Final = probatio.All(
    cv.date, probatio.Range(min=date(2000, 1, 1), max=date(2099, 12, 31))
)
DEVICE_FIELD: Final = {probatio.Required(ATTR_DEVICE_ID): cv.string}
DAYS_FIELDS: Final = {
    probatio.Required(ATTR_START_DATE): DAY,
    probatio.Required(ATTR_END_DATE): DAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action: its name, its fields, what it does, and whether it only answers.

    One that is for admins changes what belongs to the whole home.
    """

    name: str
    schema: probatio.Schema
    act: Callable[[ServiceCall], Awaitable[ServiceResponse]]
    response: SupportsResponse = SupportsResponse.ONLY
    is_for_admins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A span of days, both included."""

    first: date
    last: date

    def span(self, zone: tzinfo) -> tuple[int, int]:
        """Return the first second of the days and the first one after, in a time zone."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)


def midnight(day: date, zone: tzinfo) -> int:
    """Return the start of a local day in unix seconds."""
    return int(datetime.combine(day, time(), zone).timestamp())


def days_of(call: ServiceCall, *, most: int) -> Days:
    """Return the days that an action is called for."""
    days = Days(first=call.data[ATTR_START_DATE], last=call.data[ATTR_END_DATE])
    check_order(days.first, days.last)
    check_length((days.last - days.first).days + 1, most)
    return days


def check_order(first: date, last: date) -> None:
    """Refuse days in the wrong order."""
    if last < first:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="end_before_start"
        )


def check_length(days: float, most: int) -> None:
    """Refuse more days than an action can answer."""
    if days > most:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="span_too_long",
            translation_placeholders={"days": str(most)},
        )


@callback
def async_owner(call: ServiceCall) -> SystemRuntime | MeterRuntime:
    """Return the heat pump or the meter that an action is called for."""
    device = dr.async_get(call.hass).async_get(call.data[ATTR_DEVICE_ID])
    if device is not None:
        for owner in _owners(call.hass):
            if (DOMAIN, owner.key) in device.identifiers:
                return owner
    raise no_such_device()


@callback
def async_system(call: ServiceCall) -> SystemRuntime:
    """Return the heat pump that an action is called for."""
    owner = async_owner(call)
    if not isinstance(owner, SystemRuntime):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_heat_pump"
        )
    return owner


@callback
def async_meter(call: ServiceCall) -> MeterRuntime:
    """Return the meter that an action is called for."""
    owner = async_owner(call)
    if not isinstance(owner, MeterRuntime):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_meter"
        )
    return owner


def no_such_device() -> ServiceValidationError:
    """Return what is told of a device that is not ours, or not there now."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="no_such_device"
    )


def _owners(hass: HomeAssistant) -> Iterator[SystemRuntime | MeterRuntime]:
    """Yield what is behind every device."""
    entries: list[HeatPumpInsightConfigEntry] = (
        hass.config_entries.async_loaded_entries(DOMAIN)
    )
    for entry in entries:
        yield from entry.runtime_data.owners
