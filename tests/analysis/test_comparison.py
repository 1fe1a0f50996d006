"""How a heat pump compares with the published fleet."""

from typing import Any

import pytest

from custom_components.heatpump_insight.analysis.comparison import (
    COMPARED,
    Comparison,
    PublishedFleet,
    compare,
    members_of,
    published_fleet,
)
from custom_components.heatpump_insight.analysis.expected import (
    Line,
    expectation,
    points,
    robust_line,
)
from custom_components.heatpump_insight.analysis.fleet import (
    Tier,
    air_source,
    fleet,
    standings,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import Stats, Window
from custom_components.heatpump_insight.api.systems import read_system

from .fleet_rows import member, needs_recorded, recorded, stats, system

YEAR, MONTH = Window.LAST_365, Window.LAST_30
DAY = 86_400
NOW = 1_770_000_000.0

MEMBERS = tuple(
    member(100 + k, 7 - (20 + k) / 10, lift=20.0 + k, hp_type=kind)
    for k in range(24)
    for kind in ["Ground Source" if k % 4 == 3 else "Air Source"]
)
FLEET = published_fleet({YEAR: MEMBERS, MONTH: MEMBERS[:15]}, NOW)


def own(window: Window = YEAR, **fields: Any) -> dict[Window, Stats]:
    """Return the figures of one window of the heat pump."""
    return {window: stats(1, **{"combined_elec_kwh": 3000} | fields)}


def test_the_members_of_each_window_are_found_by_their_numbers() -> None:
    systems = [system(1), system(2), system(3, published=0)]
    found = members_of(
        systems,
        {
            YEAR: {each: stats(each, combined_cop=4.5) for each in (1, 2, 3)},
            MONTH: {2: stats(2, combined_cop=3.5), 9: stats(9)},
        },
    )
    cops = {
        window: [(each.system.system_id, each.cop) for each in members]
        for window, members in found.items()
    }
    assert cops == {YEAR: [(1, 4.5), (2, 4.5)], MONTH: [(2, 3.5)]}


def test_the_line_goes_through_the_air_source_systems_of_the_year() -> None:
    assert FLEET.line is not None
    assert FLEET.line.n == 18
    assert FLEET.line.slope == pytest.approx(-0.1)
    assert FLEET.line.intercept == pytest.approx(7)
    assert FLEET.read_at == NOW
    assert published_fleet({MONTH: MEMBERS}, NOW).line is None


def test_a_fleet_that_was_never_read_has_no_members() -> None:
    assert PublishedFleet().members(YEAR) == ()
    assert FLEET.members(MONTH) == MEMBERS[:15]


def test_a_heat_pump_stands_by_its_own_cop_in_each_window() -> None:
    windows = own(YEAR, combined_cop=4.05) | own(MONTH, combined_cop=4.55)
    found = compare(system(1), windows, FLEET).standings
    assert found == {
        YEAR: standings(system(1), 4.05, MEMBERS),
        MONTH: standings(system(1), 4.55, MEMBERS[:15]),
    }
    assert found[YEAR][-1].rank == 11
    assert set(found) == set(COMPARED)


def test_what_to_expect_is_read_off_the_line_at_its_own_temperatures() -> None:
    windows = own(combined_cop=4.5, weighted_flowT_minus_outsideT=30)
    found = compare(system(1), windows, FLEET).expectation
    assert found is not None
    assert found.cop == pytest.approx(4.0)
    assert found.gap == pytest.approx(0.5)
    # At 29 K the line is at 4.1.
    assert found.kelvin_percent == pytest.approx(100 * (1 - 4.0 / 4.1))
    assert found.kelvin_kwh == pytest.approx(3000 * (1 - 4.0 / 4.1))


def test_with_nothing_known_there_is_no_comparison() -> None:
    assert compare(system(1), {}, FLEET) == Comparison()
    assert compare(system(1), own(), PublishedFleet()) == Comparison(
        standings={YEAR: ()}
    )


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"combined_data_length": 330 * DAY}, id="too few days"),
        pytest.param({"combined_data_length": None}, id="no days"),
        pytest.param({"combined_cop": None}, id="no COP"),
        pytest.param({"combined_cop": 8.5}, id="implausible COP"),
        pytest.param({"weighted_prc_carnot": 368}, id="implausible temperatures"),
        pytest.param({"cooling_heat_kwh": 12}, id="cooling"),
    ],
)
def test_a_year_that_a_member_would_be_left_out_for_is_not_compared(
    fields: dict[str, Any],
) -> None:
    assert compare(system(1), own(**fields), FLEET) == Comparison()


@pytest.mark.parametrize(
    "fields",
    [
        {"published": 0, "share": 0},
        {"mid_metering": 0},
        {"metering_boundary_code": 2},
    ],
)
def test_it_need_be_neither_published_nor_metered_as_the_fleet_is(
    fields: dict[str, Any],
) -> None:
    found = compare(system(1, **fields), own(), FLEET)
    assert found.standings[YEAR]
    assert found.expectation is not None


def test_of_a_heat_pump_that_tells_nothing_only_all_are_alike() -> None:
    found = compare(read_system({"id": 1}), own(), FLEET)
    assert [each.tier for each in found.standings[YEAR]] == [Tier.ALL]
    assert found.expectation is None


@pytest.mark.parametrize(
    ("described", "fields"),
    [
        pytest.param({"hp_type": "Ground Source"}, {}, id="another source"),
        pytest.param({}, {"weighted_flowT_minus_outsideT": None}, id="no lift"),
        pytest.param({}, {"combined_elec_kwh": None}, id="no electricity"),
    ],
)
def test_nothing_is_expected_where_the_line_does_not_tell(
    described: dict[str, Any], fields: dict[str, Any]
) -> None:
    found = compare(system(1, **described), own(**fields), FLEET)
    assert found.standings[YEAR]
    assert found.expectation is None


@needs_recorded
def test_the_recorded_fleet_compares_as_its_parts_do() -> None:
    rows = {window: recorded(window) for window in COMPARED}
    found = members_of(
        [own for own, _ in rows[YEAR]],
        {
            window: {own.system_id: figures for own, figures in of}
            for window, of in rows.items()
        },
    )
    assert found[YEAR] == fleet(rows[YEAR], YEAR)
    air = air_source(found[YEAR])
    assert len(air) == 225
    published = published_fleet(found, NOW)
    assert published.line == robust_line(points(air))
    assert published.line is not None
    line: Line = published.line
    figures = {own.system_id: year for own, year in rows[YEAR]}
    gaps = []
    for each in air:
        year = figures[each.system.system_id]
        told = compare(each.system, {YEAR: year}, published).expectation
        if each.lift is None:
            assert told is None
            continue
        assert told == expectation(
            line,
            lift=each.lift,
            own_cop=each.cop,
            electricity=year.combined.elec_kwh or 0,
        )
        assert told is not None
        gaps.append(told.gap)
    assert len(gaps) == 224
    assert sum(abs(gap) < 0.5 for gap in gaps) / len(gaps) == pytest.approx(
        0.9, abs=0.04
    )
