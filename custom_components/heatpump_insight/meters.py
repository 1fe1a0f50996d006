"""What the PowerShaper Monitor accounts of this Home Assistant know of meters."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .api.powershaper import Commodity, Meter
from .const import CONF_SERVICE, DOMAIN, SERVICE_POWERSHAPER
from .identity import meter_key


def meter_label(meter: Meter) -> str:
    """Return a meter's last digits and the days it has data of, as far as known.

    For the forms only, which the owner alone sees: the digits belong in no title.
    """
    days = _days(meter.earliest, meter.latest)
    return " · ".join(filter(None, (_digits(meter), days)))


def _digits(meter: Meter) -> str | None:
    """Return a meter's last digits, None where they are not known."""
    return f"…{meter.last_digits}" if meter.last_digits else None


def _days(earliest: datetime | None, latest: datetime | None) -> str:
    """Return the first and the last day of a range, which ends at its last moment."""
    first = earliest.date().isoformat() if earliest else ""
    # A range that ends at midnight ends with the day before.
    last = (latest - timedelta(seconds=1)).date().isoformat() if latest else ""
    return f"{first} – {last}".strip()


def meter_name(meter: Meter) -> str:
    """Return a meter's last digits, or what is known of it where these are not.

    To be read inside a sentence, so shorter than its label. For the forms only as well.
    """
    return _digits(meter) or meter_label(meter)


def known_meters(entry: ConfigEntry[Any]) -> tuple[Meter, ...]:
    """Return the meters of a loaded PowerShaper Monitor entry."""
    meters: tuple[Meter, ...] = entry.runtime_data.account.data.meters
    return meters


def homes(
    meters: Iterable[Meter], name: Callable[[Meter], str] = meter_label
) -> dict[str, str]:
    """Return what each home is called by its consent.

    A home is named for its electricity meter, and for its gas meter where it has no other.
    """
    ranked = sorted(meters, key=lambda meter: meter.commodity is Commodity.GAS)
    names: dict[str, str] = {}
    for meter in ranked:
        names.setdefault(meter.consent.lower(), name(meter))
    return names


@callback
def async_known_electricity_meters(hass: HomeAssistant) -> dict[str, str]:
    """Return the label of each electricity meter by its consent, over all accounts."""
    return {
        meter.consent.lower(): f"{entry.title} · {meter_label(meter)}"
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if entry.data[CONF_SERVICE] == SERVICE_POWERSHAPER
        for meter in known_meters(entry)
        if meter.commodity is Commodity.ELECTRICITY
    }


@callback
def async_linked_meter(
    hass: HomeAssistant, consent: str
) -> tuple[ConfigEntry[Any], Meter] | None:
    """Return a home's electricity meter and its account, None where none is loaded."""
    return next(
        (
            (entry, meter)
            for entry in hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.data[CONF_SERVICE] == SERVICE_POWERSHAPER
            for meter in known_meters(entry)
            if meter.commodity is Commodity.ELECTRICITY
            and meter_key(meter.consent) == meter_key(consent)
        ),
        None,
    )
