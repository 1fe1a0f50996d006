"""What Home Assistant holds of the integration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .client import Client
from .expected import DOMAIN

_COLUMNS: Final = ("change", "mean", "state", "sum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An entity that is not disabled; `key` is its unique id."""

    key: str
    name: str
    state: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """The rows of a statistic by their hour: the columns that are not empty."""

    unit: str | None
    rows: Mapping[int, Mapping[str, float]]


async def entities(home: Client) -> list[Entity]:
    """Return the entities of the integration, by their names."""
    states = {state["entity_id"]: state for state in await home.get("/api/states")}
    found = [
        _entity(entry["unique_id"], states.get(entry["entity_id"]))
        for entry in await home.command("config/entity_registry/list")
        if entry["platform"] == DOMAIN and entry["disabled_by"] is None
    ]
    return sorted(found, key=lambda entity: entity.name)


async def statistics(home: Client) -> dict[str, Statistic]:
    """Return every statistic of the integration by its id."""
    known = [
        statistic
        for statistic in await home.command("recorder/list_statistic_ids")
        if statistic["source"] == DOMAIN
    ]
    found = {}
    for statistic in sorted(known, key=lambda each: str(each["statistic_id"])):
        statistic_id = statistic["statistic_id"]
        answer = await home.command(
            "recorder/statistics_during_period",
            start_time="1970-01-01T00:00:00Z",
            statistic_ids=[statistic_id],
            period="hour",
            types=_COLUMNS,
        )
        found[statistic_id] = Statistic(
            unit=statistic["statistics_unit_of_measurement"],
            rows={
                row["start"] // 1000: {
                    column: row[column]
                    for column in _COLUMNS
                    if row.get(column) is not None
                }
                for row in answer.get(statistic_id, ())
            },
        )
    return found


def _entity(key: str, state: Mapping[str, Any] | None) -> Entity:
    """Return an entity, unavailable where it has not been added yet."""
    if state is None:
        return Entity(key=key, name=key, state="unavailable", unit="")
    attributes = state["attributes"]
    return Entity(
        key=key,
        name=attributes.get("friendly_name", key),
        state=state["state"],
        unit=attributes.get("unit_of_measurement", ""),
    )
