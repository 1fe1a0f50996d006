"""What is found to be wrong with rows."""

from itertools import accumulate

import pytest

from .expected import Expected
from .rows import Row, differences
from .schedule import HOUR

NEVER = 2.0**40


def sums(*amounts: float | None) -> dict[int, Row]:
    """Return the rows of a sum from the first hour on."""
    totals = accumulate(amount or 0.0 for amount in amounts)
    return {
        n * HOUR: Row(state=amount, total=total, change=amount or 0.0, mean=None)
        for n, (amount, total) in enumerate(zip(amounts, totals, strict=True))
    }


TRUTH = Expected(hours={0: 1.0, HOUR: 2.0, 2 * HOUR: 3.0})


def test_rows_that_are_right_are_left_without_a_word() -> None:
    assert list(differences(TRUTH, sums(1.0, 2.0, 3.0), NEVER)) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (sums(1.0, 2.0), "1970-01-01 02:00 is unknown, not 3.0"),
        (sums(1.0, 2.0, None), "1970-01-01 02:00 is unknown, not 3.0"),
        (sums(1.0, 2.0, 3.1), "1970-01-01 02:00 is 3.1, not 3.0"),
        (sums(1.0, 2.0, 3.0, 4.0), "1970-01-01 03:00 is 4.0, not None"),
    ],
)
def test_an_hour_that_is_not_the_truth_is_told(rows: dict[int, Row], said: str) -> None:
    assert list(differences(TRUTH, rows, NEVER)) == [said]


def test_an_unknown_hour_is_no_hour_too_many() -> None:
    assert list(differences(TRUTH, sums(1.0, 2.0, 3.0, None), NEVER)) == []


def test_a_total_that_does_not_follow_is_told() -> None:
    rows = sums(1.0, 2.0, 3.0)
    rows[2 * HOUR] = Row(state=3.0, total=7.0, change=4.0, mean=None)
    assert list(differences(TRUTH, rows, NEVER)) == [
        "1970-01-01 02:00 has the total 7.0, not 6.0",
        "1970-01-01 02:00 has the change 4.0, not 3.0",
    ]


def test_the_newest_hours_and_those_unheard_may_be_missing() -> None:
    truth = Expected(hours=TRUTH.hours, perhaps=frozenset({0}))
    assert list(differences(truth, {HOUR: sums(2.0)[0]}, 2 * HOUR)) == []


def test_the_first_hours_are_told_and_the_others_counted() -> None:
    truth = Expected(hours={n * HOUR: 1.0 for n in range(10)})
    *told, last = differences(truth, {}, NEVER)
    assert len(told) == 3
    assert last == "and 7 hours more"
