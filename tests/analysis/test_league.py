"""The league table of the published systems."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.league import (
    Row,
    SortBy,
    Wanted,
    ranked,
    rows,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import Window

from .fleet_rows import needs_recorded, recorded, stats, system

EVERY = Wanted()


def row(system_id: int = 1, **fields: Any) -> Row:
    """Return a row of a system of these fields, of its description or its window."""
    described = {k: v for k, v in fields.items() if not k.startswith("combined_")}
    measured = {k: v for k, v in fields.items() if k.startswith("combined_")}
    [found] = rows(
        [system(system_id, **described)],
        {system_id: stats(system_id, **measured)},
        Window.LAST_365,
    )
    return found


def test_a_row_tells_what_a_system_is_and_how_well_it_did() -> None:
    described = {"location": "Tarnwick", "refrigerant": "R290", "hp_output": 8.5}
    figures = {
        "combined_elec_kwh": 3000.0,
        "combined_heat_kwh": 12_000.0,
        "weighted_flowT": 34.5,
        "weighted_outsideT": 8.7,
    }
    found = rows(
        [system(204, **described)], {204: stats(204, **figures)}, Window.LAST_365
    )
    assert found == (
        Row(
            system_id=204,
            place="Tarnwick",
            output_kw=8.5,
            maker="Norrvind",
            model="Aero",
            refrigerant="R290",
            type="Air Source",
            cop=4.0,
            flow_temperature=34.5,
            outside_temperature=8.7,
            days=364.0,
            electricity_kwh=3000.0,
            heat_kwh=12_000.0,
            boundary=4,
            trusted=True,
        ),
    )


def test_a_system_without_statistics_has_no_row() -> None:
    assert rows([system(1)], {2: stats(2)}, Window.ALL) == ()


def test_what_may_not_be_compared_is_there_but_not_trusted() -> None:
    found = row(mid_metering=0)
    assert not found.trusted
    assert Wanted(trusted_only=True).includes(row())
    assert not Wanted(trusted_only=True).includes(found)


def test_how_long_it_was_measured_may_be_unknown() -> None:
    found = row(combined_data_length=None)
    assert found.days is None
    assert EVERY.includes(found)
    assert not Wanted(least_days=1).includes(found)
    assert Wanted(least_days=364).includes(row())


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        ("air_source", "Air Source"),
        ("air_to_air", "Air-to-Air"),
        ("ground_source", "Ground Source"),
    ],
)
def test_a_type_is_found_however_it_is_written(wanted: str, kind: str) -> None:
    assert Wanted(kind=wanted).includes(row(hp_type=kind))
    assert not Wanted(kind=wanted).includes(row(hp_type="Other"))
    assert not Wanted(kind=wanted).includes(row(hp_type=None))


def test_a_maker_is_found_by_a_part_of_the_name() -> None:
    assert Wanted(maker="norr vind").includes(row(hp_manufacturer="Norrvind Ltd"))
    assert not Wanted(maker="Kestrel").includes(row(hp_manufacturer="Norrvind"))
    assert not Wanted(maker="Kestrel").includes(row(hp_manufacturer=None))


def test_equal_figures_share_a_rank_and_unknown_ones_come_last() -> None:
    table = [
        row(1, combined_cop=3.0),
        row(2, combined_cop=None),
        row(3, combined_cop=4.0),
        row(4, combined_cop=4.0),
    ]
    found = ranked(table, EVERY, SortBy.COP)
    assert [(rank, each.system_id) for rank, each in found] == [
        (1, 3),
        (1, 4),
        (3, 1),
        (None, 2),
    ]
    upwards = ranked(table, EVERY, SortBy.COP, descending=False)
    assert [(rank, each.system_id) for rank, each in upwards] == [
        (1, 1),
        (2, 3),
        (2, 4),
        (None, 2),
    ]


@given(
    cops=st.lists(st.none() | st.floats(1, 8), max_size=20),
    sort_by=st.sampled_from(SortBy),
)
def test_sorting_by_any_figure_loses_nobody(
    cops: list[float | None], sort_by: SortBy
) -> None:
    table = [row(n + 1, combined_cop=cop) for n, cop in enumerate(cops)]
    found = ranked(table, EVERY, sort_by)
    assert {each.system_id for _, each in found} == set(range(1, len(cops) + 1))
    ranks = [rank for rank, _ in found if rank is not None]
    assert ranks == sorted(ranks)


@needs_recorded
def test_the_recorded_fleet_has_its_known_number_and_median() -> None:
    pairs = recorded(Window.LAST_365)
    table = rows(
        [each for each, _ in pairs],
        {each.system_id: found for each, found in pairs},
        Window.LAST_365,
    )
    wanted = Wanted(kind="air_source", trusted_only=True)
    found = [each.cop for _, each in ranked(table, wanted, SortBy.COP)]
    assert len(found) == 225
    assert found[112] == pytest.approx(3.999, abs=5e-4)
