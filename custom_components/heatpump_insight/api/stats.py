"""Performance of a system over a period, as HeatpumpMonitor.org computes it.

Windows, months and days answer the same fields: as numbers (windows), as text (months) or
as CSV (days). The tables below name the service's field for each of ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .reading import MAX_ROWS, Malformed, given, mapping, number, rows, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of running: all, above the starting power, space, hot water or cooling.

    Means of temperatures (°C) and of power (W) over several days are weighted by heat.
    None: not measured.
    """

    elec_kwh: float | None = None
    heat_kwh: float | None = None
    cop: float | None = None
    length_s: float | None = None
    elec_mean_w: float | None = None
    heat_mean_w: float | None = None
    flow_temperature: float | None = None
    return_temperature: float | None = None
    outside_temperature: float | None = None
    room_temperature: float | None = None
    carnot_percent: float | None = None

    @property
    def idle(self) -> bool:
        """Tell whether no time and no energy was counted."""
        return not (self.length_s or self.elec_kwh or self.heat_kwh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Share of the period with data, in percent, for each feed; 0 without the feed."""

    elec: float | None
    heat: float | None
    flow_temperature: float | None
    return_temperature: float | None
    outside_temperature: float | None
    room_temperature: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Performance of one system over one period; None: not known.

    `system_id` is None for days, whose id column is the monitoring app's. `start` is unix
    seconds of the period's first London midnight, None for the windows. Names end in their
    unit where it is no temperature (°C or K), count or share. `combined` is everything
    measured; its heat and that of `running` include cooling, counted positive.
    `cooling_kwh` is all negative heat, so cooling and defrost. The service's
    `from_energy_feeds_*` are left out: differences of counters that a reset or a gap turns
    into energies of the wrong sign.
    """

    system_id: int | None
    start: int | None
    combined: Category
    running: Category
    space: Category
    water: Category
    cooling: Category
    quality: Quality
    cooling_kwh: float | None
    starts: float | None
    starts_per_hour: float | None
    weighted_flow_temperature: float | None
    weighted_outside_temperature: float | None
    weighted_flow_minus_outside: float | None
    weighted_flow_minus_return: float | None
    weighted_elec_w: float | None
    weighted_heat_w: float | None
    weighted_carnot_percent: float | None
    weighted_kwh_elec: float | None
    weighted_kwh_heat: float | None
    weighted_kwh_elec_running: float | None
    weighted_kwh_heat_running: float | None
    weighted_kwh_carnot_elec: float | None
    weighted_time_on_s: float | None
    weighted_time_total_s: float | None
    weighted_cycle_count: float | None
    error_air_s: float | None
    error_air_kwh: float | None
    immersion_kwh: float | None
    boiler_kwh: float | None
    unit_rate_agile: float | None
    unit_rate_cosy: float | None
    unit_rate_go: float | None


# After the category's name and an underscore.
_CATEGORY: Final = {
    "elec_kwh": "elec_kwh",
    "heat_kwh": "heat_kwh",
    "cop": "cop",
    "length_s": "data_length",
    "elec_mean_w": "elec_mean",
    "heat_mean_w": "heat_mean",
    "flow_temperature": "flowT_mean",
    "return_temperature": "returnT_mean",
    "outside_temperature": "outsideT_mean",
    "room_temperature": "roomT_mean",
    "carnot_percent": "prc_carnot",
}
_QUALITY: Final = {
    "elec": "quality_elec",
    "heat": "quality_heat",
    "flow_temperature": "quality_flowT",
    "return_temperature": "quality_returnT",
    "outside_temperature": "quality_outsideT",
    "room_temperature": "quality_roomT",
}
_NUMBERS: Final = {
    "cooling_kwh": "combined_cooling_kwh",
    "starts": "combined_starts",
    "starts_per_hour": "combined_starts_per_hour",
    "weighted_flow_temperature": "weighted_flowT",
    "weighted_outside_temperature": "weighted_outsideT",
    "weighted_flow_minus_outside": "weighted_flowT_minus_outsideT",
    "weighted_flow_minus_return": "weighted_flowT_minus_returnT",
    "weighted_elec_w": "weighted_elec",
    "weighted_heat_w": "weighted_heat",
    "weighted_kwh_elec": "weighted_kwh_elec",
    "weighted_kwh_heat": "weighted_kwh_heat",
    "weighted_kwh_elec_running": "weighted_kwh_elec_running",
    "weighted_kwh_heat_running": "weighted_kwh_heat_running",
    "weighted_kwh_carnot_elec": "weighted_kwh_carnot_elec",
    "weighted_time_on_s": "weighted_time_on",
    "weighted_time_total_s": "weighted_time_total",
    "weighted_cycle_count": "weighted_cycle_count",
    "error_air_s": "error_air",
    "error_air_kwh": "error_air_kwh",
    "immersion_kwh": "immersion_kwh",
    "boiler_kwh": "boiler_kwh",
}
# Here the service's 0 means "not known".
_GIVEN_NUMBERS: Final = {
    "weighted_carnot_percent": "weighted_prc_carnot",
    "unit_rate_agile": "unit_rate_agile",
    "unit_rate_cosy": "unit_rate_cosy",
    "unit_rate_go": "unit_rate_go",
}


def read_stats(row: Mapping[str, object]) -> Stats:
    """Read one period of one system from the service's flat row; fields may be absent."""
    space, water = _category(row, "space"), _category(row, "water")
    if space.idle and water.idle:
        # Without a hot-water status feed the service cannot split what ran, and says 0.
        space = water = Category()
    cooling = _category(row, "cooling")
    return Stats(
        system_id=whole(row.get("id")),
        start=whole(row.get("timestamp")),
        combined=_category(row, "combined"),
        running=_category(row, "running"),
        space=space,
        water=water,
        # Nor does it tell a system that cannot cool from one that did not.
        cooling=Category() if cooling.idle else cooling,
        quality=Quality(
            **{ours: number(row.get(key)) for ours, key in _QUALITY.items()}
        ),
        **{ours: number(row.get(key)) for ours, key in _NUMBERS.items()},
        **{ours: given(row.get(key)) for ours, key in _GIVEN_NUMBERS.items()},
    )


def read_stats_by_system(answered: object) -> dict[int, Stats]:
    """Read an object of rows by id, as windows and ranges answer it."""
    found: dict[int, Stats] = {}
    by_id = mapping(answered, "the answer")
    for stats in map(read_stats, rows(list(by_id.values()), "the answer's content")):
        if stats.system_id is None:
            raise Malformed("a row has no id")
        found[stats.system_id] = stats
    return found


def read_months(answered: object) -> tuple[Stats, ...]:
    """Read a list of monthly rows of one system, in ascending order."""
    return _ascending(map(read_stats, rows(answered, "the months")))


def read_days(body: bytes) -> tuple[Stats, ...]:
    """Read daily rows from CSV, in ascending order; raises Malformed for anything else.

    A system without a monitoring app has an empty body, one without data a header alone.
    """
    if not body:
        return ()
    try:
        header, *lines = body.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise Malformed("the days are no text") from None
    names = header.split(",")
    if "timestamp" not in names:
        raise Malformed("the days have no timestamp")
    if not body.endswith(b"\n"):
        # Every line ends in one: without it the last number may be cut short.
        raise Malformed("the days break off")
    if len(lines) > MAX_ROWS:
        raise Malformed("the days are too many")
    return _ascending(_day(names, line.split(",")) for line in lines)


def _day(names: list[str], cells: list[str]) -> Stats:
    """Read one line of daily CSV."""
    if len(cells) != len(names):
        raise Malformed("a day breaks off")
    row: dict[str, object] = dict(zip(names, cells, strict=True))
    # The id of the monitoring app, which is not the system's.
    row.pop("id", None)
    return read_stats(row)


def _category(row: Mapping[str, object], name: str) -> Category:
    """Read the fields of one category."""
    return Category(
        **{ours: number(row.get(f"{name}_{key}")) for ours, key in _CATEGORY.items()}
    )


def _ascending(periods: Iterable[Stats]) -> tuple[Stats, ...]:
    """Sort periods by their start; raises Malformed where one has none."""
    by_start: dict[int, Stats] = {}
    for stats in periods:
        if stats.start is None:
            raise Malformed("a row has no timestamp")
        by_start[stats.start] = stats
    return tuple(by_start[start] for start in sorted(by_start))
