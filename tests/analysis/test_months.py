"""Calendar months of UTC."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from custom_components.heatpump_insight.analysis.hours import HOUR
from custom_components.heatpump_insight.analysis.months import month_start, months


def moment(year: int, month: int, day: int, hour: int = 0) -> int:
    """Return the unix second of an hour of UTC."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def test_a_span_is_cut_where_months_begin() -> None:
    start, end = moment(2024, 11, 20, 7), moment(2025, 2, 3, 9)
    assert [*months(start, end)] == [
        (start, moment(2024, 12, 1)),
        (moment(2024, 12, 1), moment(2025, 1, 1)),
        (moment(2025, 1, 1), moment(2025, 2, 1)),
        (moment(2025, 2, 1), end),
    ]


def test_a_span_of_whole_months_has_no_empty_one_at_its_end() -> None:
    start, end = moment(2024, 2, 1), moment(2024, 3, 1)
    assert [*months(start, end)] == [(start, end)]


def test_an_empty_span_has_no_month() -> None:
    start = moment(2024, 2, 1)
    assert [*months(start, start)] == []


moments = st.integers(moment(1990, 1, 1) // HOUR, moment(2090, 1, 1) // HOUR).map(
    HOUR.__mul__
)


@given(start=moments, length=st.integers(1, 24 * 800))
def test_months_hold_a_span_exactly_once_and_each_within_one_month(
    start: int, length: int
) -> None:
    end = start + length * HOUR
    spans = [*months(start, end)]
    edges = [first for first, _ in spans]
    assert edges == [start, *(last for _, last in spans[:-1])]
    assert spans[-1][1] == end
    for first, last in spans:
        assert month_start(first) == month_start(last - 1)
        assert last == end or month_start(last) == last


@given(now=moments)
def test_the_start_of_a_month_is_its_first_midnight(now: int) -> None:
    then = datetime.fromtimestamp(now, UTC)
    assert month_start(now) == moment(then.year, then.month, 1)
