"""A COP is compared with its target without wavering around it."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.target import DEAD_BAND, Verdict, judge

BELOW = Verdict(below=True, since=100.0)
ABOVE = Verdict(below=False, since=100.0)

cops = st.floats(min_value=0.5, max_value=9.0)
targets = st.integers(min_value=10, max_value=80).map(lambda tenths: tenths / 10)


@pytest.mark.parametrize(
    ("cop", "before", "after"),
    [
        pytest.param(2.99, None, Verdict(below=True, since=500.0), id="first, below"),
        pytest.param(3.0, None, Verdict(below=False, since=500.0), id="first, on it"),
        pytest.param(2.99, ABOVE, Verdict(below=True, since=500.0), id="falls"),
        pytest.param(3.0, ABOVE, ABOVE, id="still on it"),
        pytest.param(3.04, BELOW, BELOW, id="not above enough"),
        pytest.param(3.05, BELOW, Verdict(below=False, since=500.0), id="rises"),
        pytest.param(2.5, BELOW, BELOW, id="falls further"),
        pytest.param(None, BELOW, BELOW, id="no data after it was below"),
        pytest.param(None, ABOVE, ABOVE, id="no data after it was not"),
        pytest.param(None, None, None, id="never any data"),
    ],
)
def test_a_cop_is_compared_with_a_target_of_3(
    cop: float | None, before: Verdict | None, after: Verdict | None
) -> None:
    assert judge(cop, 3.0, before, 500.0) == after


@given(cop=cops, target=targets, before=st.sampled_from([None, BELOW, ABOVE]))
def test_outside_of_the_dead_band_the_past_does_not_matter(
    cop: float, target: float, before: Verdict | None
) -> None:
    verdict = judge(cop, target, before, 500.0)
    assert verdict is not None
    if cop < target:
        assert verdict.below
    if cop >= target + DEAD_BAND:
        assert not verdict.below


@given(target=targets, seen=st.lists(cops, min_size=1))
def test_a_verdict_turns_only_across_the_dead_band_and_says_when(
    target: float, seen: list[float]
) -> None:
    verdicts: list[Verdict] = []
    for n, cop in enumerate(seen):
        verdict = judge(cop, target, verdicts[-1] if verdicts else None, float(n))
        assert verdict is not None
        verdicts.append(verdict)
    for n, (before, after) in enumerate(pairwise(verdicts), start=1):
        assert (before.below, before.since) == (after.below, after.since) or (
            before.below != after.below and after.since == n
        )
        if before.below and not after.below:
            assert seen[n] >= target + DEAD_BAND
        if after.below and not before.below:
            assert seen[n] < target


@given(target=targets, start=cops, wobbles=st.lists(st.floats(0, 0.049), min_size=2))
def test_what_moves_within_the_dead_band_turns_a_verdict_once_at_most(
    target: float, start: float, wobbles: list[float]
) -> None:
    verdict = judge(start, target, None, 0.0)
    turns = 0
    for wobble in wobbles:
        after = judge(target - 0.025 + wobble, target, verdict, 1.0)
        assert after is not None and verdict is not None
        turns += after.below != verdict.below
        verdict = after
    assert turns <= 1


@given(tenths=st.integers(min_value=11, max_value=80))
def test_a_step_of_the_target_is_more_than_the_dead_band(tenths: int) -> None:
    """What is under a target reaches the next lower one, if it was not under that."""
    target, lower = tenths / 10, (tenths - 1) / 10
    just_under = target - 0.01
    assert judge(just_under, target, None, 0.0) == Verdict(below=True, since=0.0)
    cleared = judge(just_under, lower, BELOW, 1.0)
    assert cleared == Verdict(below=False, since=1.0)
