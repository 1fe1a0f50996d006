"""What to write so that stored rows equal the truth."""

from collections.abc import Mapping
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.hours import HOUR
from custom_components.heatpump_insight.statistics.rows import (
    SumChange,
    SumRow,
    compare_means,
    compare_sums,
)

amounts = st.floats(min_value=-50, max_value=500)
totals = st.floats(min_value=-1e5, max_value=1e5)
hours = st.integers(0, 30).map(HOUR.__mul__)
truths = st.dictionaries(hours, amounts)
any_rows = st.dictionaries(
    hours, st.builds(SumRow, amount=st.none() | amounts, total=totals)
)


def rows(
    *amounts: float | None, base: float = 100.0, start: int = 0
) -> dict[int, SumRow]:
    """Return rows of consecutive hours as they are when all is right."""
    found: dict[int, SumRow] = {}
    for k, amount in enumerate(amounts):
        base += amount or 0
        found[start + k * HOUR] = SumRow(amount=amount, total=base)
    return found


def truth(*amounts: float | None) -> dict[int, float]:
    """Return what the source says of consecutive hours; None leaves one out."""
    return {k * HOUR: each for k, each in enumerate(amounts) if each is not None}


def compared(
    stored: Mapping[int, SumRow],
    true: Mapping[int, float],
    follows: float | None = None,
) -> SumChange:
    """Compare a window that begins with a running total of 100."""
    return compare_sums(stored, true, 100.0, follows)


# Sums.


def test_rows_that_are_right_are_left_alone() -> None:
    change = compared(rows(1, 2, 3), truth(1, 2, 3), follows=106)
    assert change == SumChange(rows={}, shift=0)


def test_new_hours_go_on_from_the_total_before_them() -> None:
    assert compared({}, truth(1, 2)).rows == rows(1, 2)


def test_an_hour_that_is_nowhere_gets_no_row() -> None:
    assert compared({}, truth(1, None, 2)).rows.keys() == {0, 2 * HOUR}


def test_new_hours_at_the_end_leave_the_earlier_ones_alone() -> None:
    change = compared(rows(1, 2), truth(1, 2, 3))
    assert change.rows == {2 * HOUR: SumRow(amount=3, total=106)}


def test_a_corrected_hour_moves_every_total_after_it() -> None:
    change = compared(rows(1, 2, 3), truth(1, 5, 3), follows=106)
    assert change.rows == {
        HOUR: SumRow(amount=5, total=106),
        2 * HOUR: SumRow(amount=3, total=109),
    }
    assert change.shift == 3


def test_a_retracted_hour_keeps_its_place_with_the_total_carried() -> None:
    change = compared(rows(1, 2, 3), truth(1, None, 3), follows=106)
    assert change.rows[HOUR] == SumRow(amount=None, total=101)
    assert change.shift == -2


def test_a_retracted_hour_is_retracted_once() -> None:
    assert compared(rows(1, None, 3), truth(1, None, 3)).rows == {}


def test_an_hour_of_nothing_is_not_an_unknown_hour() -> None:
    assert compared(rows(1, None), truth(1, 0)).rows == {
        HOUR: SumRow(amount=0, total=101)
    }
    assert compared(rows(1, 0), truth(1, None)).rows == {
        HOUR: SumRow(amount=None, total=101)
    }


def test_without_later_rows_nothing_is_shifted() -> None:
    assert compared(rows(1), truth(7)).shift == 0


def test_a_window_without_hours_still_joins_what_is_around_it() -> None:
    assert compared({}, {}, follows=90) == SumChange(rows={}, shift=10)


def test_rounding_is_no_difference() -> None:
    stored = {0: SumRow(amount=1 + 1e-12, total=101 + 1e-9)}
    assert compared(stored, truth(1), follows=101 + 1e-9) == SumChange(rows={}, shift=0)


@given(
    stored=any_rows,
    later=st.dictionaries(
        st.integers(31, 60).map(HOUR.__mul__),
        st.builds(SumRow, amount=st.none() | amounts, total=totals),
    ),
    true=truths,
    base=totals,
    killed_after=st.integers(0, 31),
)
def test_rows_and_shift_make_any_stored_state_equal_to_the_truth(
    stored: dict[int, SumRow],
    later: dict[int, SumRow],
    true: dict[int, float],
    base: float,
    killed_after: int,
) -> None:
    def follows() -> float | None:
        if not later:
            return None
        after = later[min(later)]
        return after.total - (after.amount or 0)

    # A first run is killed after some of its rows, before the later totals.
    first = compare_sums(stored, true, base, follows())
    stored = stored | dict([*first.rows.items()][:killed_after])

    change = compare_sums(stored, true, base, follows())
    stored = stored | change.rows
    later = {
        hour: SumRow(amount=row.amount, total=row.total + change.shift)
        for hour, row in later.items()
    }

    assert {hour: row.amount for hour, row in stored.items()} == pytest.approx(
        dict.fromkeys(stored) | true, abs=1e-8
    )
    chain = [base, *(stored[hour].total for hour in sorted(stored))]
    steps = [true.get(hour, 0) for hour in sorted(stored)]
    assert [b - a for a, b in pairwise(chain)] == pytest.approx(steps, abs=1e-6)
    if later:
        assert follows() == pytest.approx(chain[-1], abs=1e-6)
    settled = compare_sums(stored, true, base, follows())
    assert settled == SumChange(rows={}, shift=0)


@given(true=truths, base=totals, cut=hours)
def test_a_window_in_two_parts_is_the_whole_window(
    true: dict[int, float], base: float, cut: int
) -> None:
    early = {hour: amount for hour, amount in true.items() if hour < cut}
    late = {hour: amount for hour, amount in true.items() if hour >= cut}
    first = compare_sums({}, early, base, None).rows
    total = max(first.items())[1].total if first else base
    second = compare_sums({}, late, total, None).rows
    assert first | second == compare_sums({}, true, base, None).rows


# Means.


def test_only_means_that_differ_are_written() -> None:
    stored = {0: 20.0, HOUR: 21.0, 2 * HOUR: 22.0, 3 * HOUR: None}
    assert compare_means(stored, truth(20, 25, None, 23, 24)) == {
        HOUR: 25,
        2 * HOUR: None,
        3 * HOUR: 23,
        4 * HOUR: 24,
    }


@given(stored=st.dictionaries(hours, st.none() | amounts), true=truths)
def test_written_means_make_any_stored_state_equal_to_the_truth(
    stored: dict[int, float | None], true: dict[int, float]
) -> None:
    then = stored | compare_means(stored, true)
    assert then == pytest.approx(dict.fromkeys(stored) | true, abs=1e-8)
    assert compare_means(then, true) == {}
