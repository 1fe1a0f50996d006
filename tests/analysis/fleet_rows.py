"""Rows of a fleet as the service answers them, made up or recorded."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.heatpump_insight.analysis.fleet import Member
from custom_components.heatpump_insight.api.heatpumpmonitor import Stats, System, Window
from custom_components.heatpump_insight.api.stats import (
    read_stats,
    read_stats_by_system,
)
from custom_components.heatpump_insight.api.systems import read_system, read_systems

_RECORDED = Path(__file__).parents[2] / "../shared/recorded/heatpumpmonitor/full"

needs_recorded = pytest.mark.skipif(
    not _RECORDED.is_dir(), reason="no recorded answers at hand"
)


def system(system_id: int = 1, **fields: Any) -> System:
    """Return a system that may be compared, unless its fields say otherwise."""
    usual = {
        "published": 1,
        "share": 1,
        "mid_metering": 1,
        "metering_boundary_code": 4,
        "hp_type": "Air Source",
        "hp_manufacturer": "Norrvind",
        "hp_model": "Aero",
        "hp_output": 8,
    }
    return read_system(usual | fields | {"id": system_id})


def stats(system_id: int = 1, **fields: Any) -> Stats:
    """Return a year with plausible figures, unless its fields say otherwise."""
    usual = {
        "combined_cop": 4.0,
        "combined_data_length": 364 * 86_400,
        "combined_prc_carnot": 48.0,
        "weighted_prc_carnot": 49.0,
        "weighted_flowT_minus_outsideT": 28.0,
        "combined_starts_per_hour": 0.3,
    }
    return read_stats(usual | fields | {"id": system_id})


def member(
    system_id: int, cop: float = 4.0, lift: float | None = 28.0, **fields: Any
) -> Member:
    """Return a member of the fleet."""
    return Member(
        system=system(system_id, **fields), cop=cop, lift=lift, starts_per_hour=0.3
    )


def recorded(window: Window) -> list[tuple[System, Stats]]:
    """Return every system that had a row when the fleet was recorded."""
    listed = read_systems(_content("list_public"))
    known = read_stats_by_system(_content(f"stats_{window}"))
    return [(each, known[each.system_id]) for each in listed if each.system_id in known]


def _content(name: str) -> Any:
    with gzip.open(_RECORDED / f"system_{name}.json.gz") as file:
        return json.load(file)
