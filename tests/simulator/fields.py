"""The fields of HeatpumpMonitor.org's statistics, and how they are put together.

A table of statistics maps each field to one number per row (NaN where the service has
NULL). Rows may be days, months or systems.
"""

from collections.abc import Callable
from enum import Enum, auto

import numpy as np

from .physics import Floats

type Table = dict[str, Floats]
type Row = dict[str, float]

CATEGORIES = ("combined", "running", "space", "water", "cooling")
SIGNALS = ("flowT", "returnT", "outsideT", "roomT")
QUALITIES = ("elec", "heat", *SIGNALS)
TARIFFS = ("agile", "cosy", "go")


class Kind(Enum):
    """How a field of several rows becomes one number."""

    TOTAL = auto()
    MEAN = auto()  # weighted by heat
    PLAIN = auto()  # every row counts the same
    RATE = auto()  # weighted by electricity
    RATIO = auto()  # computed again from the totals


_PARTS = {
    "elec_kwh": Kind.TOTAL,
    "heat_kwh": Kind.TOTAL,
    "cop": Kind.RATIO,
    "data_length": Kind.TOTAL,
    "elec_mean": Kind.MEAN,
    "heat_mean": Kind.MEAN,
    **{f"{signal}_mean": Kind.MEAN for signal in SIGNALS},
    "prc_carnot": Kind.MEAN,
}
_CATEGORY = {
    category: {f"{category}_{part}": kind for part, kind in _PARTS.items()}
    for category in CATEGORIES
}
_STARTS = {
    "combined_cooling_kwh": Kind.TOTAL,
    "combined_starts": Kind.TOTAL,
    "combined_starts_per_hour": Kind.RATIO,
}
_COUNTERS = {
    "from_energy_feeds_elec_kwh": Kind.TOTAL,
    "from_energy_feeds_heat_kwh": Kind.TOTAL,
    "from_energy_feeds_cop": Kind.RATIO,
}
_QUALITY = {f"quality_{signal}": Kind.PLAIN for signal in QUALITIES}
_EXTRAS = dict.fromkeys(
    ("error_air", "error_air_kwh", "immersion_kwh", "boiler_kwh"), Kind.TOTAL
)
_TARIFFS = {f"unit_rate_{name}": Kind.RATE for name in TARIFFS}
_WEIGHTED = {
    **{
        f"weighted_{name}": Kind.MEAN
        for name in (
            "flowT",
            "outsideT",
            "flowT_minus_outsideT",
            "flowT_minus_returnT",
            "elec",
            "heat",
        )
    },
    "weighted_prc_carnot": Kind.RATIO,
    **{
        f"weighted_{name}": Kind.TOTAL
        for name in (
            "kwh_elec",
            "kwh_heat",
            "kwh_heat_running",
            "kwh_elec_running",
            "kwh_carnot_elec",
            "time_on",
            "time_total",
            "cycle_count",
        )
    },
}

# The windows and the daily and monthly rows list the same fields in two orders; the
# windows have one more.
WINDOW_FIELDS: dict[str, Kind] = {
    **{name: kind for part in _CATEGORY.values() for name, kind in part.items()},
    **_STARTS,
    **_COUNTERS,
    **_QUALITY,
    **_EXTRAS,
    **_TARIFFS,
    "unit_rate_eon_next_pumped_v2": Kind.RATE,
    **_WEIGHTED,
}
ROW_FIELDS: dict[str, Kind] = {
    **_CATEGORY["combined"],
    **_STARTS,
    **{
        name: kind
        for category in CATEGORIES[1:]
        for name, kind in _CATEGORY[category].items()
    },
    **_WEIGHTED,
    **_COUNTERS,
    **_QUALITY,
    **_EXTRAS,
    **_TARIFFS,
}


def ratio(top: Floats, bottom: Floats, scale: float = 1.0) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    bottom = np.asarray(bottom, dtype=float)
    return scale * np.divide(
        top, bottom, out=np.full_like(bottom, np.nan), where=bottom > 0
    )


# What follows from totals: field → (top, bottom, scale).
RATIOS: dict[str, tuple[str, str, float]] = {
    **{
        f"{category}_cop": (f"{category}_heat_kwh", f"{category}_elec_kwh", 1.0)
        for category in CATEGORIES
    },
    "combined_starts_per_hour": ("combined_starts", "combined_data_length", 3600.0),
    "from_energy_feeds_cop": (
        "from_energy_feeds_heat_kwh",
        "from_energy_feeds_elec_kwh",
        1.0,
    ),
    "weighted_prc_carnot": (
        "weighted_kwh_carnot_elec",
        "weighted_kwh_elec_running",
        100.0,
    ),
}


def combine(
    table: Table, rows: slice, rate: Callable[[Floats, Floats], float] | None = None
) -> Row:
    """Return one row for several: totals added, means weighted by heat.

    ``rate`` combines unit rates (values, electricity); a mean weighted by electricity
    unless told otherwise.
    """
    combined: Row = {}
    for name, kind in WINDOW_FIELDS.items():
        values = table[name][rows] if name in table else np.array([])
        match kind:
            case Kind.TOTAL:
                known = values[~np.isnan(values)]
                combined[name] = float(known.sum())
            case Kind.MEAN:
                category = name.partition("_")[0]
                heat = "combined" if category == "weighted" else category
                combined[name] = _weighted(values, table[f"{heat}_heat_kwh"][rows])
            case Kind.PLAIN:
                combined[name] = float(values.mean()) if values.size else 0.0
            case Kind.RATE:
                weights = table["combined_elec_kwh"][rows]
                combined[name] = (rate or _weighted)(values, weights)
                if np.isnan(combined[name]):
                    combined[name] = 0.0
    for name, (top, bottom, scale) in RATIOS.items():
        below = combined[bottom]
        combined[name] = scale * combined[top] / below if below > 0 else np.nan
    # These two are 0, not NULL, when they cannot be known.
    for name in ("from_energy_feeds_cop", "weighted_prc_carnot"):
        combined[name] = 0.0 if np.isnan(combined[name]) else combined[name]
    return combined


def _weighted(values: Floats, weights: Floats) -> float:
    """Return the weighted mean of what is known; NaN without any weight."""
    if not values.size:
        return float("nan")
    known = ~np.isnan(values) & (weights > 0)
    total = weights[known].sum()
    return float((values[known] * weights[known]).sum() / total if total else np.nan)


def running_total_rate(values: Floats, weights: Floats) -> float:
    """Combine unit rates of months as the service does, with its known mistake.

    Each month weighs what was used up to it instead of what was used in it, so that
    half a year at about 20 p/kWh comes out near 60.
    """
    total = float(np.nansum(weights))
    so_far = np.cumsum(np.nan_to_num(weights))
    return float(np.nansum(values * so_far) / total) if total else 0.0
