"""What a COP should be at a system's own temperatures."""

from collections.abc import Callable
from random import Random

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.expected import (
    Line,
    Point,
    expectation,
    least_squares,
    points,
    robust_line,
)
from custom_components.heatpump_insight.analysis.fleet import ENOUGH, air_source, fleet
from custom_components.heatpump_insight.api.heatpumpmonitor import Window

from .fleet_rows import member, needs_recorded, recorded

type Fit = Callable[[list[Point]], Line | None]

FALLING = Line(n=225, intercept=7.0, slope=-0.1)

both = pytest.mark.parametrize("fit", [least_squares, robust_line])
lifts = st.integers(15, 45).map(float)


def on(line: Line, *at: float) -> list[Point]:
    """Return points that lie on a line."""
    return [(lift, line.at(lift)) for lift in at]


# The lines.


@both
@given(
    intercept=st.floats(5, 9),
    slope=st.floats(-0.2, -0.05),
    at=st.lists(lifts, min_size=ENOUGH, max_size=30),
)
def test_points_on_a_line_give_that_line(
    fit: Fit, intercept: float, slope: float, at: list[float]
) -> None:
    assume(len(set(at)) > 1)
    found = fit(on(Line(n=0, intercept=intercept, slope=slope), *at))
    assert found is not None
    assert found.n == len(at)
    assert found.intercept == pytest.approx(intercept)
    assert found.slope == pytest.approx(slope)


@both
@given(order=st.randoms())
def test_the_order_of_points_changes_nothing(fit: Fit, order: Random) -> None:
    random = Random(3)
    of = [(x, 7 - x / 9 + random.gauss(0, 0.2)) for x in map(float, range(20, 40))]
    mixed = [*of]
    order.shuffle(mixed)
    found, known = fit(mixed), fit(of)
    assert found is not None
    assert known is not None
    assert found.slope == pytest.approx(known.slope)
    assert found.intercept == pytest.approx(known.intercept)


@both
def test_too_few_points_give_no_line(fit: Fit) -> None:
    at = [float(lift) for lift in range(20, 20 + ENOUGH)]
    assert fit(on(FALLING, *at[:-1])) is None
    assert fit(on(FALLING, *at)) is not None


@both
def test_points_at_one_lift_give_no_line(fit: Fit) -> None:
    assert fit([(28.0, 3.0 + k / 10) for k in range(20)]) is None


def test_a_tenth_of_wrong_points_hardly_bends_the_robust_line() -> None:
    random = Random(7)
    at = [random.uniform(20, 38) for _ in range(108)]
    right = [(lift, FALLING.at(lift) + random.gauss(0, 0.2)) for lift in at]
    wrong = [(random.uniform(60, 90), 5.0) for _ in range(12)]
    robust, plain = robust_line(right + wrong), least_squares(right + wrong)
    assert robust is not None
    assert plain is not None
    assert robust.at(28) == pytest.approx(FALLING.at(28), abs=0.15)
    assert robust.slope < -0.06
    assert plain.slope > -0.01


def test_points_are_the_members_whose_lift_is_known() -> None:
    members = [member(1, 4.0, 28.0), member(2, 3.0, None), member(3, 3.5, 33.0)]
    assert points(members) == ((28.0, 4.0), (33.0, 3.5))


# What to expect.


def test_a_system_is_measured_by_the_line_at_its_own_lift() -> None:
    found = expectation(FALLING, lift=30.0, own_cop=3.6, electricity=3000.0)
    assert found is not None
    assert found.cop == pytest.approx(4.0)
    assert found.gap == pytest.approx(-0.4)


def test_a_kelvin_is_worth_what_the_same_heat_then_takes_less() -> None:
    found = expectation(FALLING, lift=30.0, own_cop=3.6, electricity=4100.0)
    assert found is not None
    # 4.0 becomes 4.1: 4.0 / 4.1 of the electricity is enough.
    assert found.kelvin_kwh == pytest.approx(100.0)
    assert found.kelvin_percent == pytest.approx(100 / 41)


@pytest.mark.parametrize(
    ("line", "lift"),
    [
        pytest.param(FALLING, 60.0, id="as an electric heater"),
        pytest.param(FALLING, 75.0, id="below nothing"),
        pytest.param(Line(n=30, intercept=4, slope=0.0), 30.0, id="flat"),
        pytest.param(Line(n=30, intercept=4, slope=0.02), 30.0, id="rising"),
    ],
)
def test_a_line_that_says_nothing_of_a_system_gives_no_expectation(
    line: Line, lift: float
) -> None:
    assert expectation(line, lift=lift, own_cop=3.0, electricity=1.0) is None


@given(
    slope=st.floats(-0.2, -0.02),
    lift=st.floats(10, 45),
    own=st.floats(1.5, 6),
    electricity=st.floats(0, 20_000),
)
def test_a_kelvin_less_never_costs(
    slope: float, lift: float, own: float, electricity: float
) -> None:
    line = Line(n=100, intercept=7.0, slope=slope)
    found = expectation(line, lift=lift, own_cop=own, electricity=electricity)
    assume(found is not None)
    assert found is not None
    assert found.cop + found.gap == pytest.approx(own)
    assert 0 < found.kelvin_percent < 100
    heat = electricity * found.cop
    less = (electricity - found.kelvin_kwh) * line.at(lift - 1)
    assert less == pytest.approx(heat)


# The recorded fleet.


@needs_recorded
def test_the_recorded_fleet_has_the_known_line_and_a_robust_one_near_it() -> None:
    members = air_source(fleet(recorded(Window.LAST_365), Window.LAST_365))
    of = points(members)
    plain, robust = least_squares(of), robust_line(of)
    assert plain is not None
    assert robust is not None
    assert plain.n == robust.n == 224
    assert plain.intercept == pytest.approx(6.993, abs=5e-4)
    assert plain.slope == pytest.approx(-0.1080, abs=5e-5)
    assert robust.slope == pytest.approx(plain.slope, abs=0.003)
    for lift in (20, 28, 36):
        assert robust.at(lift) == pytest.approx(plain.at(lift), abs=0.05)
    off = sorted(abs(cop - robust.at(lift)) for lift, cop in of)
    assert off[len(off) * 9 // 10] == pytest.approx(0.5, abs=0.01)
