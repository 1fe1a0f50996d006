"""A tariff as plain data, the way options keep it, and back.

    {"periods": [
        {"kind": "flat", "price": 0.2611, "standing_charge": 0.54},
        {"kind": "time_of_use", "valid_from": "2026-04-01", "default": 0.29, "bands": [
            {"days": ["mon", "fri"], "start": "23:30", "end": "05:30", "price": 0.07}]},
        {"kind": "hourly", "valid_from": "2026-10-01", "entity_id": "sensor.price"}]}

A period without `valid_from` holds since ever, one without `standing_charge` has none,
and a band without `days` holds on all of them.
"""

from collections.abc import Mapping
from datetime import date, tzinfo
from hashlib import blake2s
import json
from typing import Any, Final

from .options import Fields, Problem
from .tariff import Band, Flat, Hourly, Period, Price, Tariff, TimeOfUse

# As Home Assistant writes them.
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# No currency has so small a unit that a kWh or a day costs that much.
_LARGEST: Final = 1e6


def tariff_from_data(data: Mapping[str, object], zone: tzinfo) -> Tariff:
    """Return the tariff that plain data describes, in a time zone, its periods in order.

    Raises options.InvalidOption, which names the field.
    """
    periods: dict[date, Period] = {}
    for fields in Fields(data=data).objects("periods"):
        period = _period(fields)
        if period.first_day in periods:
            raise fields.refuse("valid_from", Problem.REPEATED)
        periods[period.first_day] = period
    return Tariff(zone=zone, periods=tuple(periods[day] for day in sorted(periods)))


def period_from_data(data: Mapping[str, object]) -> Period:
    """Return one period of a tariff; raises options.InvalidOption, as above."""
    return _period(Fields(data=data))


def tariff_to_data(tariff: Tariff) -> dict[str, Any]:
    """Return a tariff as plain data, without its time zone."""
    return {"periods": [period_to_data(period) for period in tariff.periods]}


def fingerprint(tariff: Tariff) -> str:
    """Return a few characters that differ when any term of a tariff differs."""
    terms = json.dumps([str(tariff.zone), tariff_to_data(tariff)])
    return blake2s(terms.encode(), digest_size=8).hexdigest()


def period_to_data(period: Period) -> dict[str, Any]:
    """Return a period of a tariff as plain data."""
    data = _price_to_data(period.price)
    data["standing_charge"] = period.standing_charge
    if period.valid_from is not None:
        data["valid_from"] = period.valid_from.isoformat()
    return data


def _period(fields: Fields) -> Period:
    charge = "standing_charge"
    return Period(
        price=_price(fields),
        standing_charge=(
            fields.number(charge, least=0, most=_LARGEST) if fields.has(charge) else 0.0
        ),
        valid_from=fields.date("valid_from") if fields.has("valid_from") else None,
    )


def _price(fields: Fields) -> Price:
    match fields.text("kind"):
        case "flat":
            return Flat(price=_money(fields, "price"))
        case "time_of_use":
            return TimeOfUse(
                bands=tuple(map(_band, fields.objects("bands"))),
                default=_money(fields, "default"),
            )
        case "hourly":
            return Hourly(entity_id=fields.text("entity_id"))
    raise fields.refuse("kind", Problem.NOT_A_CHOICE)


def _band(fields: Fields) -> Band:
    days = fields.choices("days", WEEKDAYS) if fields.has("days") else range(7)
    return Band(
        days=frozenset(days),
        start=fields.half_hour("start"),
        end=fields.half_hour("end"),
        price=_money(fields, "price"),
    )


def _money(fields: Fields, name: str) -> float:
    return fields.number(name, least=-_LARGEST, most=_LARGEST)


def _price_to_data(price: Price) -> dict[str, Any]:
    match price:
        case Flat():
            return {"kind": "flat", "price": price.price}
        case TimeOfUse():
            bands = [_band_to_data(band) for band in price.bands]
            return {"kind": "time_of_use", "default": price.default, "bands": bands}
    return {"kind": "hourly", "entity_id": price.entity_id}


def _band_to_data(band: Band) -> dict[str, Any]:
    return {
        "days": [WEEKDAYS[day] for day in sorted(band.days)],
        "start": band.start.isoformat("minutes"),
        "end": band.end.isoformat("minutes"),
        "price": band.price,
    }
