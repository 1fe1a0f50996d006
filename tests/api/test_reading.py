"""What is no plausible value becomes None, and what is no object is malformed."""

import pytest

from custom_components.heatpump_insight.api.reading import (
    MAX_ROWS,
    Malformed,
    flag,
    given,
    mapping,
    number,
    rows,
    text,
    whole,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        (0, 0.0),
        (-2.5, -2.5),
        ("3.95125", 3.95125),
        (" 7 ", 7.0),
        (1e12, 1e12),
        (1.1e12, None),
        (-1e300, None),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        ("nan", None),
        ("-inf", None),
        ("", None),
        ("twelve", None),
        (True, None),
        (False, None),
        (None, None),
        ([], None),
        ({}, None),
    ],
)
def test_a_number_is_a_finite_plausible_one(
    value: object, expected: float | None
) -> None:
    assert number(value) == expected


def test_nought_means_not_given_where_the_service_prints_null_so() -> None:
    assert given(0) is None
    assert given("0") is None
    assert given(-3) == -3


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("7", 7), (7.0, 7), (7.5, None), (False, None), (None, None)],
)
def test_a_whole_number_has_no_fraction(value: object, expected: int | None) -> None:
    assert whole(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(" a ", "a"), ("  ", None), ("", None), (5, None)]
)
def test_text_is_stripped_and_never_empty(value: object, expected: str | None) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, True), ("1", True), (True, True), (0, False), ("0", False), (None, False)],
)
def test_a_flag_is_set_or_not(value: object, expected: bool) -> None:
    assert flag(value) is expected


def test_an_empty_list_is_an_empty_object() -> None:
    assert mapping([], "it") == {}
    assert mapping({"a": 1}, "it") == {"a": 1}


@pytest.mark.parametrize("value", [None, False, 1, "a", [1]])
def test_anything_else_is_no_object(value: object) -> None:
    with pytest.raises(Malformed, match="it is no object"):
        mapping(value, "it")


@pytest.mark.parametrize("value", [None, {}, "a", [1], [{}, None]])
def test_rows_are_a_list_of_objects(value: object) -> None:
    with pytest.raises(Malformed, match="it is no list of objects"):
        rows(value, "it")


def test_rows_are_not_endless() -> None:
    assert len(rows([{}] * MAX_ROWS, "it")) == MAX_ROWS
    with pytest.raises(Malformed, match="it is too long"):
        rows([{}] * (MAX_ROWS + 1), "it")
