"""The published fleet: who may be compared, and where a system stands."""

from collections.abc import Sequence
from random import Random
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.fleet import (
    ENOUGH,
    Spread,
    Standing,
    Tier,
    air_source,
    fleet,
    percentile,
    spread,
    standings,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import Window

from .fleet_rows import member, needs_recorded, recorded, stats, system

DAY = 86_400

cops = st.floats(1.5, 6)


# Who may be compared.


def test_a_member_carries_its_system_and_the_figures_of_the_window() -> None:
    own = system(204)
    [found] = fleet([(own, stats(204))], Window.LAST_365)
    assert found.system == own
    assert (found.cop, found.lift, found.starts_per_hour) == (4.0, 28.0, 0.3)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"published": 0}, id="not published"),
        pytest.param({"mid_metering": 0}, id="no MID meters"),
        pytest.param({"metering_boundary_code": 3}, id="boundary H3"),
        pytest.param({"metering_boundary_code": None}, id="no boundary"),
    ],
)
def test_a_system_that_is_measured_otherwise_is_not_compared(
    fields: dict[str, Any],
) -> None:
    assert fleet([(system(**fields), stats())], Window.LAST_365) == ()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"combined_cop": None}, id="no COP"),
        pytest.param({"combined_cop": 1.0}, id="as an electric heater"),
        pytest.param({"combined_cop": 8.01}, id="beyond any heat pump"),
        pytest.param({"combined_prc_carnot": 368.0}, id="beyond any machine"),
        pytest.param({"weighted_prc_carnot": 76.0}, id="beyond any machine, weighted"),
        pytest.param({"cooling_heat_kwh": 0.5, "cooling_data_length": 600}, id="cools"),
        pytest.param({"combined_data_length": None}, id="no data"),
    ],
)
def test_implausible_figures_and_cooling_are_not_compared(
    fields: dict[str, Any],
) -> None:
    assert fleet([(system(), stats(**fields))], Window.LAST_365) == ()


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (Window.LAST_7, 5),
        (Window.LAST_30, 27),
        (Window.LAST_90, 72),
        (Window.LAST_365, 330),
        (Window.ALL, 290),
    ],
)
def test_a_window_needs_more_days_of_data_than_the_service_asks_for(
    window: Window, days: int
) -> None:
    short = stats(combined_data_length=days * DAY)
    enough = stats(combined_data_length=days * DAY + 60)
    assert fleet([(system(), short)], window) == ()
    assert len(fleet([(system(), enough)], window)) == 1


def test_figures_that_are_not_known_do_not_keep_a_system_out() -> None:
    bare = stats(
        combined_prc_carnot=None,
        weighted_prc_carnot=0,
        weighted_flowT_minus_outsideT=None,
        combined_starts_per_hour=None,
    )
    [found] = fleet([(system(), bare)], Window.LAST_365)
    assert (found.lift, found.starts_per_hour) == (None, None)


def test_an_immersion_heaters_part_is_in_the_cop_as_the_service_has_it() -> None:
    year = stats(combined_cop=3.06, combined_heat_kwh=15280, combined_elec_kwh=3824)
    [found] = fleet([(system(), year)], Window.LAST_365)
    assert found.cop == 3.06


def test_air_source_systems_are_told_from_the_others() -> None:
    members = [member(1), member(2, hp_type="Ground Source"), member(3, hp_type=None)]
    assert [each.system.system_id for each in air_source(members)] == [1]


# How figures are spread.


def test_the_percentiles_of_a_sample_leave_room_at_both_ends() -> None:
    assert spread([*map(float, range(1, 20))]) == Spread(
        n=19, p10=2.0, p25=5.0, median=10.0, p75=15.0, p90=18.0
    )


@pytest.mark.parametrize("n", [0, 1, ENOUGH - 1])
def test_too_few_values_are_not_spread(n: int) -> None:
    assert spread([4.0] * n) is None


@given(values=st.lists(cops, min_size=ENOUGH))
def test_percentiles_come_in_order(values: list[float]) -> None:
    found = spread(values)
    assert found is not None
    assert found.n == len(values)
    ordered = [found.p10, found.p25, found.median, found.p75, found.p90]
    assert ordered == pytest.approx(sorted(ordered))


@pytest.mark.parametrize(
    ("value", "percent"), [(0.5, 0), (1, 12.5), (2, 50), (3.5, 75), (5, 100)]
)
def test_an_equal_value_counts_half(value: float, percent: float) -> None:
    assert percentile(value, [1, 2, 2, 4]) == percent


# Where a system stands.


def others(n: int, **fields: Any) -> list[Any]:
    """Return so many members, each with another COP: 3.00, 3.01 and so on."""
    first = fields.pop("first", 100)
    return [member(first + k, 3 + k / 100, **fields) for k in range(n)]


def test_a_system_stands_in_every_tier_the_nearest_first() -> None:
    members = [
        *others(9),
        *others(5, first=200, hp_output=5),
        *others(4, first=300, hp_manufacturer="Kestrel"),
        *others(3, first=400, hp_type="Ground Source"),
    ]
    found = standings(system(1), 3.035, members)
    assert [(each.tier, each.n, each.rank) for each in found] == [
        (Tier.MODEL, 10, 6),
        (Tier.MAKER, 15, 7),
        (Tier.TYPE, 19, 7),
        (Tier.ALL, 22, 7),
    ]
    assert [each.percentile for each in found] == pytest.approx(
        [400 / 9, 800 / 14, 1200 / 18, 1500 / 21]
    )


@pytest.mark.parametrize(
    ("of_the_model", "tiers"),
    [
        (9, [Tier.MODEL, Tier.MAKER, Tier.TYPE, Tier.ALL]),
        (8, [Tier.ALL]),
    ],
)
def test_a_tier_counts_from_ten_systems_on(
    of_the_model: int, tiers: list[Tier]
) -> None:
    members = others(of_the_model) + others(9, first=300, hp_type="Ground Source")
    assert [each.tier for each in standings(system(1), 4.0, members)] == tiers


def test_with_too_small_a_fleet_there_is_no_standing() -> None:
    assert standings(system(1), 4.0, others(8)) == ()


def test_a_member_is_not_compared_with_itself() -> None:
    members = others(12)
    outside = standings(system(1), 3.05, members[:5] + members[6:])
    assert standings(members[5].system, 3.05, members) == outside
    assert outside[0].n == 12


def test_the_best_and_the_last_are_at_the_ends() -> None:
    best, last = (standings(system(1), own, others(19))[0] for own in (5.0, 2.0))
    assert (best.rank, best.percentile) == (1, 100)
    assert (last.rank, last.percentile) == (20, 0)


def test_names_are_the_same_however_they_are_written() -> None:
    members = others(9, hp_manufacturer="NORRVIND ", hp_model="aero+")
    assert standings(system(1, hp_model="Aero +"), 4.0, members)[0].tier is Tier.MODEL


@pytest.mark.parametrize(
    ("field", "tier"),
    [
        ("hp_output", Tier.MAKER),
        ("hp_model", Tier.MAKER),
        ("hp_manufacturer", Tier.TYPE),
        ("hp_type", Tier.ALL),
    ],
)
def test_what_nobody_told_makes_nobody_alike(field: str, tier: Tier) -> None:
    nothing = {field: None}
    members = others(20, **nothing)
    assert standings(system(1, **nothing), 4.0, members)[0].tier is tier


@given(own=cops, values=st.lists(cops, min_size=9, max_size=40), order=st.randoms())
def test_a_rank_is_one_more_than_the_better_ones_in_any_order(
    own: float, values: Sequence[float], order: Random
) -> None:
    members = [member(2 + k, value) for k, value in enumerate(values)]
    order.shuffle(members)
    better = sum(value > own for value in values)
    equal = sum(value == own for value in values)
    for standing in standings(system(1), own, members):
        assert standing.n == len(values) + 1
        assert standing.rank == better + 1
        below = len(values) - better - equal / 2
        assert standing.percentile == pytest.approx(100 * below / len(values))


@given(own=cops, more=st.floats(0, 2), values=st.lists(cops, min_size=9, max_size=40))
def test_a_higher_cop_never_ranks_worse(
    own: float, more: float, values: Sequence[float]
) -> None:
    members = [member(2 + k, value) for k, value in enumerate(values)]
    lower = standings(system(1), own, members)[0]
    higher = standings(system(1), own + more, members)[0]
    assert higher.rank <= lower.rank
    assert higher.percentile >= lower.percentile


# The recorded fleet.


@needs_recorded
def test_the_recorded_fleet_has_the_known_figures() -> None:
    members = air_source(fleet(recorded(Window.LAST_365), Window.LAST_365))
    found = spread([each.cop for each in members])
    assert found is not None
    assert found.n == 225
    assert found.median == pytest.approx(3.999, abs=5e-4)
    assert (found.p10, found.p90) == pytest.approx((3.38, 4.58), abs=5e-3)


@needs_recorded
def test_a_broken_row_of_the_recorded_fleet_is_left_out() -> None:
    rows = recorded(Window.LAST_30)
    shares = {own.system_id: year.combined.carnot_percent or 0 for own, year in rows}
    broken = max(shares, key=lambda system_id: shares[system_id])
    assert shares[broken] > 300
    members = {each.system.system_id for each in fleet(rows, Window.LAST_30)}
    assert broken not in members
    assert len(members) > 200


@needs_recorded
def test_most_of_the_recorded_fleet_falls_back_on_a_wider_tier() -> None:
    members = air_source(fleet(recorded(Window.LAST_365), Window.LAST_365))
    nearest = [standings(each.system, each.cop, members)[0] for each in members]
    assert {each.tier for each in nearest} == {Tier.MODEL, Tier.MAKER, Tier.TYPE}
    assert all(ENOUGH <= each.n <= 225 for each in nearest)
    best = max(members, key=lambda each: each.cop)
    assert standings(best.system, best.cop, members)[-1] == Standing(
        tier=Tier.ALL, n=225, rank=1, percentile=100
    )
