"""What is shown of a figure, and when its limit is kept."""

import pytest

from .figures import Figure, figure_table, shown


@pytest.mark.parametrize(
    ("value", "limit", "is_reached"),
    [
        (1.0, None, True),
        (1.24, 1.25, True),
        (1.25, 1.25, True),
        (1.26, 1.25, False),
        (0.0, 0.0, True),
        (1.0, 0.0, False),
        (-3.0, 32.0, True),
    ],
)
def test_a_limit_is_kept_up_to_itself(
    value: float, limit: float | None, is_reached: bool
) -> None:
    assert Figure(name="it", value=value, limit=limit).is_reached is is_reached


def test_a_missed_limit_catches_the_eye() -> None:
    kept = Figure(name="kept", value=1, unit="ms", limit=5, beside="for nothing")
    missed = Figure(name="missed", value=7.127, unit="ms", limit=5)
    told = Figure(name="told", value=1234.5)
    _, _, *lines = figure_table([kept, missed, told]).splitlines()
    assert [line.split() for line in lines] == [
        ["kept", "1", "ms", "≤", "5", "yes", "for", "nothing"],
        ["missed", "7.13", "ms", "≤", "5", "NO"],
        ["told", "1234"],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01234, "0.0123"), (99.96, "100"), (123456.7, "123457"), (-2, "-2")],
)
def test_a_number_has_the_digits_that_count(value: float, text: str) -> None:
    assert shown(value) == text


def test_machines_are_told_whether_a_limit_is_kept() -> None:
    found = Figure(name="it", value=2.0, unit="s", limit=1.0, beside="a").as_json()
    assert found == {
        "name": "it",
        "value": 2.0,
        "unit": "s",
        "limit": 1.0,
        "reached": False,
        "beside": "a",
    }
