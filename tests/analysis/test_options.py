"""Reading what a user chose from plain data."""

from collections.abc import Callable
from datetime import date, time

import pytest

from custom_components.heatpump_insight.analysis.options import (
    Fields,
    InvalidOption,
    Problem,
)

type Reader = Callable[[Fields], object]


def number(fields: Fields) -> object:
    """Read a number from 0 to 10."""
    return fields.number("it", least=0, most=10)


def day(fields: Fields) -> object:
    """Read a date."""
    return fields.date("it")


def clock(fields: Fields) -> object:
    """Read a time."""
    return fields.half_hour("it")


def word(fields: Fields) -> object:
    """Read a text."""
    return fields.text("it")


def choices(fields: Fields) -> object:
    """Read some of two words."""
    return fields.choices("it", ("a", "b"))


def objects(fields: Fields) -> object:
    """Read the paths of a list of objects."""
    return [inner.path for inner in fields.objects("it")]


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (number, 0, 0.0),
        (number, 10, 10.0),
        (number, 2.5, 2.5),
        (day, "2026-03-29", date(2026, 3, 29)),
        (clock, "23:30", time(23, 30)),
        (clock, "00:00:00", time()),
        (word, "it", "it"),
        (choices, ["b"], (1,)),
        (choices, ["b", "a"], (1, 0)),
        (objects, [], []),
        (objects, [{}, {}], [("it", 0), ("it", 1)]),
    ],
)
def test_a_field_is_read(read: Reader, value: object, expected: object) -> None:
    assert read(Fields(data={"it": value})) == expected


@pytest.mark.parametrize(
    ("read", "value", "problem"),
    [
        *(
            (read, None, Problem.MISSING)
            for read in (number, day, clock, word, choices, objects)
        ),
        (number, "2.5", Problem.NOT_A_NUMBER),
        (number, False, Problem.NOT_A_NUMBER),
        (number, float("nan"), Problem.NOT_A_NUMBER),
        (number, -0.1, Problem.OUT_OF_RANGE),
        (number, 10.1, Problem.OUT_OF_RANGE),
        (day, "29 March", Problem.NOT_A_DATE),
        (day, "2026-02-29", Problem.NOT_A_DATE),
        (day, 20260329, Problem.WRONG_SHAPE),
        (clock, "half past", Problem.NOT_A_TIME),
        (clock, "12:30+01:00", Problem.NOT_A_TIME),
        (clock, "12:15", Problem.NOT_ON_THE_HALF_HOUR),
        (clock, "12:30:01", Problem.NOT_ON_THE_HALF_HOUR),
        (clock, "12:30:00.5", Problem.NOT_ON_THE_HALF_HOUR),
        (word, " ", Problem.MISSING),
        (word, 3, Problem.WRONG_SHAPE),
        (choices, [], Problem.MISSING),
        (choices, "a", Problem.WRONG_SHAPE),
        (choices, ["c"], Problem.NOT_A_CHOICE),
        (choices, [0], Problem.NOT_A_CHOICE),
        (objects, {}, Problem.WRONG_SHAPE),
        (objects, ["x"], Problem.WRONG_SHAPE),
    ],
)
def test_what_is_wrong_with_a_field_is_told(
    read: Reader, value: object, problem: Problem
) -> None:
    with pytest.raises(InvalidOption) as caught:
        read(Fields(data={"it": value}))
    assert (caught.value.field, caught.value.problem) == ("it", problem)


def test_an_error_says_where_it_is_and_not_what_was_written() -> None:
    fields = Fields(data={"list": [{"it": "secret"}]})
    (inner,) = fields.objects("list")
    with pytest.raises(InvalidOption) as caught:
        inner.number("it")
    assert caught.value.path == ("list", 0, "it")
    assert str(caught.value) == "list.0.it: not_a_number"
    assert "secret" not in repr(caught.value)
