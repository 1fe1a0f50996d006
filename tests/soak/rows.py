"""The rows that the recorder holds, and what is wrong with them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol

from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant

from .expected import Expected
from .home_assistant import DOMAIN

_TOLERANCE: Final = 1e-6
# So many hours are told of each statistic; a number tells of the others.
_TOLD: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as the recorder reads it; a column that is not there is None."""

    state: float | None
    total: float | None
    change: float | None
    mean: float | None

    @property
    def value(self) -> float | None:
        """Return the amount of a sum, or the mean."""
        return self.mean if self.total is None else self.state


class Reader(Protocol):
    """A home whose recorder can be read."""

    async def read[T](self, job: Callable[[HomeAssistant], T]) -> T:
        """Run a job in the recorder's own executor."""


async def read_rows(home: Reader) -> dict[str, dict[int, Row]]:
    """Return all rows of the integration by statistic and hour."""
    ids = {each["statistic_id"] for each in await home.read(list_statistic_ids)}
    found = await home.read(
        partial(
            statistics_during_period,
            start_time=datetime.fromtimestamp(0, UTC),
            end_time=None,
            statistic_ids={each for each in ids if each.startswith(f"{DOMAIN}:")},
            period="hour",
            units=None,
            types={"change", "mean", "state", "sum"},
        )
    )
    return {
        statistic_id: {
            int(row["start"]): Row(
                state=row.get("state"),
                total=row.get("sum"),
                change=row.get("change"),
                mean=row.get("mean"),
            )
            for row in rows
        }
        for statistic_id, rows in found.items()
    }


def known(rows: Mapping[int, Row]) -> dict[int, float]:
    """Return the amounts or means that are not unknown."""
    return {hour: row.value for hour, row in rows.items() if row.value is not None}


def differences(
    truth: Expected, rows: Mapping[int, Row], newest: float
) -> Iterator[str]:
    """Yield what is wrong with the rows of a statistic, the first hours of each kind.

    Hours from `newest` on may not have been written yet.
    """
    wrong = [*_wrong_values(truth, known(rows), newest), *_wrong_totals(rows)]
    for hour, what in wrong[:_TOLD]:
        yield f"{datetime.fromtimestamp(hour, UTC):%Y-%m-%d %H:%M} {what}"
    if len(wrong) > _TOLD:
        yield f"and {len(wrong) - _TOLD} hours more"


def _wrong_values(
    truth: Expected, found: Mapping[int, float], newest: float
) -> Iterator[tuple[int, str]]:
    for hour in sorted(truth.hours.keys() | found.keys()):
        true, value = truth.hours.get(hour), found.get(hour)
        if value is None:
            if hour < newest and hour not in truth.perhaps:
                yield hour, f"is unknown, not {true}"
        elif true is None or not _same(value, true):
            yield hour, f"is {value}, not {true}"


def _wrong_totals(rows: Mapping[int, Row]) -> Iterator[tuple[int, str]]:
    """Yield where a total does not follow from the one before, or a change is another."""
    before = 0.0
    for hour, row in sorted(rows.items()):
        if row.total is None:
            continue
        amount = row.state or 0.0
        if not _same(row.total - before, amount):
            yield hour, f"has the total {row.total}, not {before + amount}"
        if row.change is None or not _same(row.change, amount):
            yield hour, f"has the change {row.change}, not {amount}"
        before = row.total


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _TOLERANCE
