"""The league table: all published systems over one window, beside each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..api.heatpumpmonitor import Stats, System, Window
from .fleet import fleet, plain
from .hours import DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A published system over one window; None is what is not known.

    Temperatures are °C, weighted by the heat that was delivered. `days` is how many days
    of data there are, `boundary` the SEPEMO level 1 to 4. `trusted` systems are those
    whose figures may be compared: see `fleet.fleet`.
    """

    system_id: int
    place: str | None
    output_kw: float | None
    maker: str | None
    model: str | None
    refrigerant: str | None
    type: str | None
    cop: float | None
    flow_temperature: float | None
    outside_temperature: float | None
    days: float | None
    electricity_kwh: float | None
    heat_kwh: float | None
    boundary: int | None
    trusted: bool


class SortBy(StrEnum):
    """The figures that a table may be sorted by, as they are named in a row."""

    COP = "cop"
    FLOW_TEMPERATURE = "flow_temperature"
    OUTSIDE_TEMPERATURE = "outside_temperature"
    DAYS = "days"
    ELECTRICITY = "electricity_kwh"
    HEAT = "heat_kwh"
    OUTPUT = "output_kw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which systems a table holds.

    `kind` is the type of heat pump and `maker` a part of the maker's name, however they
    are written.
    """

    kind: str | None = None
    maker: str | None = None
    least_days: float = 0.0
    trusted_only: bool = False

    def includes(self, row: Row) -> bool:
        """Tell whether a system is wanted."""
        return (
            (self.kind is None or plain(row.type) == plain(self.kind))
            and (plain(self.maker) or "") in (plain(row.maker) or "")
            and (row.days or 0.0) >= self.least_days
            and (row.trusted or not self.trusted_only)
        )


def rows(
    systems: Iterable[System], stats: Mapping[int, Stats], window: Window
) -> tuple[Row, ...]:
    """Return a row for each system that has statistics over the window."""
    pairs = [
        (system, stats[system.system_id])
        for system in systems
        if system.system_id in stats
    ]
    trusted = {member.system.system_id for member in fleet(pairs, window)}
    return tuple(
        Row(
            system_id=system.system_id,
            place=system.location,
            output_kw=system.output_kw,
            maker=system.manufacturer,
            model=system.model,
            refrigerant=system.refrigerant,
            type=system.kind,
            cop=found.combined.cop,
            flow_temperature=found.weighted_flow_temperature,
            outside_temperature=found.weighted_outside_temperature,
            days=_days(found.combined.length_s),
            electricity_kwh=found.combined.elec_kwh,
            heat_kwh=found.combined.heat_kwh,
            boundary=system.boundary,
            trusted=system.system_id in trusted,
        )
        for system, found in pairs
    )


def ranked(
    table: Iterable[Row], wanted: Wanted, sort_by: SortBy, *, descending: bool = True
) -> list[tuple[int | None, Row]]:
    """Return the wanted rows in their order, each with its rank.

    Equal figures share a rank. Rows without the figure come last and have none.
    """
    figures: list[tuple[float, Row]] = []
    others: list[Row] = []
    for row in filter(wanted.includes, table):
        figure: float | None = getattr(row, sort_by)
        if figure is None:
            others.append(row)
        else:
            figures.append((figure, row))
    figures.sort(key=lambda each: each[0], reverse=descending)
    return [*_places(figures), *((None, row) for row in others)]


def _places(figures: Sequence[tuple[float, Row]]) -> list[tuple[int | None, Row]]:
    """Return sorted rows with their ranks: the place of the first of equal figures."""
    places: dict[float, int] = {}
    return [
        (places.setdefault(figure, place), row)
        for place, (figure, row) in enumerate(figures, start=1)
    ]


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / DAY
