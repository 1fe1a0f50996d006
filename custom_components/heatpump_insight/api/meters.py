"""Smart meters and their use as PowerShaper Monitor answers them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from operator import itemgetter
import re
from typing import Final

from .reading import Malformed, number, rows, text, whole


class Commodity(StrEnum):
    """What a meter measures."""

    ELECTRICITY = "electricity"
    GAS = "gas"


class Aggregate(StrEnum):
    """The length of the periods that energy is summed over."""

    HALF_HOUR = "none"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    PROFILE = "profile"
    """48 half-hours of an average day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter of a home: one consent covers both of the home's meters.

    `consent` is spelled as the service does. `earliest` and `latest` bound what the service
    has, in UTC. `records_path` is where the service keeps its readings, if it says so.
    """

    consent: str = field(repr=False)
    commodity: Commodity
    last_digits: str | None = field(repr=False)
    status: str | None
    earliest: datetime | None
    latest: datetime | None
    records_path: str | None = field(repr=False)

    @property
    def key(self) -> str:
        """Return the consent in lower case and without dashes: one spelling for all."""
        return self.consent.lower().replace("-", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Energy and carbon of one period, stamped in UTC as the service stamps it.

    `error_count` counts the half-hours missing from it: 0 kWh with errors is a gap, not a
    zero. `energy_kwh` is None, with at least one error, where no energy was answered.
    """

    start: datetime
    energy_kwh: float | None
    carbon_kg: float | None
    error_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileUsage:
    """Energy and carbon of one half-hour of an average day."""

    time_of_day: time
    energy_kwh: float | None
    carbon_kg: float | None
    error_count: int


# In a path it must be no more than one segment, in a statistic's id letters and digits.
_CONSENT: Final = re.compile(r"[0-9A-Za-z_-]*[0-9A-Za-z][0-9A-Za-z_-]*")
# Smart meters are younger, and nobody knows readings of the future.
_YEARS: Final = range(2000, 2100)
# The service documents the digits but not their key.
_DIGITS_KEY: Final = re.compile(r"mpan|mprn|mpxn|digits", re.IGNORECASE)

# A home's fuse allows 50 kWh in a half-hour; beyond this it is no home, but a fault.
_MOST_PER_HALF_HOUR: Final = 1000.0
_HALF_HOURS: Final = {
    Aggregate.HALF_HOUR: 1,
    Aggregate.HOUR: 2,
    Aggregate.DAY: 50,
    Aggregate.MONTH: 31 * 48 + 2,
    Aggregate.PROFILE: 1,
}


def read_meters(
    answered: object, path_of: Callable[[str], str | None]
) -> tuple[Meter, ...]:
    """Read the list of meters; `path_of` tells the path of a link that stays on the host.

    Rows of another type or without a consent are left out. A meter that is listed twice
    is one, with the widest range. Raises Malformed for anything but a list of objects.
    """
    meters: dict[tuple[str, Commodity], Meter] = {}
    for row in rows(answered, "the list of meters"):
        if meter := _meter(row, path_of):
            name = meter.key, meter.commodity
            meters[name] = _merged(meters[name], meter) if name in meters else meter
    return tuple(meters.values())


def read_usage(
    answered: object,
    aggregate: Aggregate,
    zone: tzinfo,
    first: datetime,
    last: datetime,
) -> dict[datetime, Usage]:
    """Read the rows stamped from first to last, both included, by their stamp, ascending.

    A stamp without an offset is in `zone`. Of two rows with one stamp the later is taken.
    A row without a stamp is left out; raises Malformed where none has one.
    """
    found = rows(answered, "the usage")
    stamped = [
        (stamp, row) for row in found if (stamp := _moment(row.get("time"), zone))
    ]
    if found and not stamped:
        raise Malformed("no row has a time")
    usages: dict[datetime, Usage] = {}
    # The sort keeps rows of one stamp in their order.
    for stamp, row in sorted(stamped, key=itemgetter(0)):
        if first <= stamp <= last:
            energy, carbon, errors = _amounts(row, aggregate)
            usages[stamp] = Usage(
                start=stamp, energy_kwh=energy, carbon_kg=carbon, error_count=errors
            )
    return usages


def read_profile(answered: object) -> tuple[ProfileUsage, ...]:
    """Read the half-hours of an average day, in ascending order.

    Raises Malformed where one has no time of day.
    """
    usages: dict[time, ProfileUsage] = {}
    for row in rows(answered, "the profile"):
        time_of_day = _time_of_day(row.get("time"))
        energy, carbon, errors = _amounts(row, Aggregate.PROFILE)
        usages[time_of_day] = ProfileUsage(
            time_of_day=time_of_day,
            energy_kwh=energy,
            carbon_kg=carbon,
            error_count=errors,
        )
    return tuple(usages[time_of_day] for time_of_day in sorted(usages))


def _meter(
    row: Mapping[str, object], path_of: Callable[[str], str | None]
) -> Meter | None:
    """Read one meter; None where it is of another type or has no usable consent."""
    consent, kind = text(row.get("consent_uuid")), text(row.get("type"))
    if consent is None or not _CONSENT.fullmatch(consent):
        return None
    if kind is None or kind.lower() not in Commodity:
        return None
    extent = _optional(row.get("range"))
    records = text(_optional(row.get("links")).get("records"))
    return Meter(
        consent=consent,
        commodity=Commodity(kind.lower()),
        last_digits=_last_digits(row),
        status=text(row.get("status")),
        earliest=_moment(extent.get("earliest"), UTC),
        # A bare date stands for the whole of that day.
        latest=_moment(extent.get("latest"), UTC, days=1),
        records_path=path_of(records) if records else None,
    )


def _merged(meter: Meter, other: Meter) -> Meter:
    """Return one meter for two rows of it: the first one's word, and the widest range."""
    return replace(
        meter,
        last_digits=meter.last_digits or other.last_digits,
        status=meter.status or other.status,
        earliest=min(filter(None, (meter.earliest, other.earliest)), default=None),
        latest=max(filter(None, (meter.latest, other.latest)), default=None),
        records_path=meter.records_path or other.records_path,
    )


def _optional(value: object) -> Mapping[str, object]:
    """Return an object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def _last_digits(row: Mapping[str, object]) -> str | None:
    """Return the last four digits of the meter point's number, whatever their key."""
    for key, value in row.items():
        if _DIGITS_KEY.search(key) and isinstance(value, int | str):
            digits = str(value).strip()
            if digits.isdecimal():
                return digits[-4:].zfill(4)
    return None


def _moment(value: object, zone: tzinfo, *, days: int = 0) -> datetime | None:
    """Return an ISO time in UTC; None for anything else, and for what is beyond reason.

    Without an offset it is in `zone`; a bare date is its midnight, `days` days later.
    """
    words = text(value)
    if words is None:
        return None
    try:
        moment = datetime.fromisoformat(words)
        if len(words) <= len("yyyy-mm-dd"):
            moment += timedelta(days=days)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        moment = moment.astimezone(UTC)
    except ValueError, OverflowError:
        return None
    return moment if moment.year in _YEARS else None


def _time_of_day(value: object) -> time:
    """Return the time of day of an ISO time, with or without a date before it."""
    _, _, words = (text(value) or "").rpartition("T")
    try:
        return time.fromisoformat(words).replace(tzinfo=None)
    except ValueError:
        raise Malformed("a row has no time of day") from None


def _amounts(
    row: Mapping[str, object], aggregate: Aggregate
) -> tuple[float | None, float | None, int]:
    """Return energy (kWh), carbon (kg) and how many half-hours are missing."""
    most = _MOST_PER_HALF_HOUR * _HALF_HOURS[aggregate]
    energy = _amount(row.get("energy_kwh"), most)
    errors = max(whole(row.get("error_count")) or 0, int(energy is None))
    # No grid emits more than about 1 kg per kWh: the same bound does.
    return energy, _amount(row.get("carbon_kg"), most), errors


def _amount(value: object, most: float) -> float | None:
    """Return a number from 0 to `most`; None for anything else."""
    amount = number(value)
    return amount if amount is not None and 0 <= amount <= most else None
