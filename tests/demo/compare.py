"""Finds what is not as it should be; each finding is a line for a person."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
import re
from typing import Final

from .expected import DOMAIN, Expected, Mean, Total
from .found import Entity, Statistic
from .report import local_time

_TOLERANCE: Final = 1e-6
# So many hours of a kind are named one by one; a line tells of the others.
_NAMED: Final = 3

_RECORD: Final = re.compile(
    r"^\S+ \S+ (?P<level>[A-Z]+) \(.+?\) \[(?P<logger>[^\]]+)\]", re.MULTILINE
)
_LEVELS: Final = ("WARNING", "ERROR", "CRITICAL")
# Home Assistant says of every custom integration that it has not tested it.
_STANDING: Final = "homeassistant.loader"


def compare_statistics(
    expected: Mapping[str, Expected], found: Mapping[str, Statistic]
) -> Iterator[str]:
    """Yield what is wrong with the statistics."""
    for statistic_id in sorted(expected.keys() - found.keys()):
        yield f"{statistic_id} is missing"
    for statistic_id in sorted(found.keys() - expected.keys()):
        yield f"{statistic_id} is one too many"
    for statistic_id in sorted(found.keys() & expected.keys()):
        for finding in _compare(expected[statistic_id], found[statistic_id]):
            yield f"{statistic_id} {finding}"


def _compare(expected: Expected, found: Statistic) -> Iterator[str]:
    if found.unit != expected.unit:
        yield f"is in {found.unit}, not in {expected.unit}"
    missing = expected.hours.keys() - found.rows.keys()
    yield from _summary("has no row at", dict.fromkeys(missing, ""))
    surplus = found.rows.keys() - expected.hours.keys()
    yield from _summary("has a row too many at", dict.fromkeys(surplus, ""))
    for column, hours in _columns(expected).items():
        wrong = {
            hour: f" ({found.rows[hour].get(column)}, not {value})"
            for hour, value in hours.items()
            if hour in found.rows and not _equal(found.rows[hour].get(column), value)
        }
        yield from _summary(f"has a wrong {column} at", wrong)


def _columns(expected: Expected) -> dict[str, Mapping[int, float]]:
    """Return what each column of the rows must hold."""
    match expected:
        case Mean(hours=hours):
            return {"mean": hours}
        case Total(hours=hours):
            totals = accumulate(hours[hour] for hour in sorted(hours))
            running = dict(zip(sorted(hours), totals, strict=True))
            return {"state": hours, "change": hours, "sum": running}


def _equal(found: float | None, expected: float) -> bool:
    return found is not None and abs(found - expected) <= _TOLERANCE


def _summary(what: str, hours: Mapping[int, str]) -> Iterator[str]:
    """Yield the first hours with their remarks, and how many more there are."""
    for hour in sorted(hours)[:_NAMED]:
        yield f"{what} {local_time(hour)}{hours[hour]}"
    if len(hours) > _NAMED:
        yield f"{what} {len(hours) - _NAMED} hours more"


def compare_entities(
    expected: Mapping[str, Iterable[str]],
    found: Iterable[Entity],
    may_be_unknown: tuple[str, ...] = (),
) -> Iterator[str]:
    """Yield what is wrong with the entities.

    `expected` has the keys of the sensors that each device must have. What there is
    beyond them must know its state as well, except where its key ends with one of
    `may_be_unknown`.
    """
    by_key = {entity.key: entity for entity in found}
    for device, keys in expected.items():
        for key in keys:
            if f"{device}_{key}" not in by_key:
                yield f"The sensor {device}_{key} is missing"
    for entity in by_key.values():
        allowed = entity.state == "unknown" and entity.key.endswith(may_be_unknown)
        if entity.state in ("unknown", "unavailable") and not allowed:
            yield f"{entity.name} is {entity.state}"


def log_findings(log: str) -> Iterator[str]:
    """Yield every warning and error of Home Assistant's log that names the integration.

    With all its lines: the integration may be named in the traceback alone.
    """
    starts = [record.start() for record in _RECORD.finditer(log)]
    for start, end in zip(starts, [*starts[1:], len(log)], strict=True):
        record = log[start:end].strip()
        head = _RECORD.match(record)
        assert head is not None
        if head["level"] not in _LEVELS or head["logger"] == _STANDING:
            continue
        if DOMAIN in record:
            yield f"Home Assistant's log says: {record}"
