"""Reading what a user chose from plain data, and naming the field that is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from math import inf, isfinite
from typing import override


class Problem(StrEnum):
    """What may be wrong with a field; the words are the keys of translated messages."""

    MISSING = "missing"
    WRONG_SHAPE = "wrong_shape"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DATE = "not_a_date"
    NOT_A_TIME = "not_a_time"
    NOT_ON_THE_HALF_HOUR = "not_on_the_half_hour"
    NOT_A_CHOICE = "not_a_choice"
    REPEATED = "repeated"


class InvalidOption(ValueError):
    """A field holds what it cannot: `path` leads to it, and it says why, never the value."""

    def __init__(self, path: tuple[str | int, ...], problem: Problem) -> None:
        """Take the names and positions that lead to the field, and what is wrong."""
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    @property
    def field(self) -> str:
        """Return the name of the field itself."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @override
    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of an object of plain data, as JSON keeps it.

    Each reader raises InvalidOption where the field is missing or holds something else.
    """

    data: Mapping[str, object]
    path: tuple[str | int, ...] = ()

    def refuse(self, name: str, problem: Problem) -> InvalidOption:
        """Return the error that names a field."""
        return InvalidOption((*self.path, name), problem)

    def has(self, name: str) -> bool:
        """Tell whether a field is given; null is not."""
        return self.data.get(name) is not None

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        match self._value(name):
            case str() as text if text.strip():
                return text
            case str():
                raise self.refuse(name, Problem.MISSING)
        raise self.refuse(name, Problem.WRONG_SHAPE)

    def number(self, name: str, *, least: float = -inf, most: float = inf) -> float:
        """Return a finite number between two bounds, which it may reach."""
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(name, Problem.NOT_A_NUMBER)
        if not isfinite(value):
            raise self.refuse(name, Problem.NOT_A_NUMBER)
        if not least <= value <= most:
            raise self.refuse(name, Problem.OUT_OF_RANGE)
        return float(value)

    def date(self, name: str) -> date:
        """Return a date from its text, such as 2026-04-01."""
        text = self.text(name)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.refuse(name, Problem.NOT_A_DATE) from None

    def half_hour(self, name: str) -> time:
        """Return a time on the half-hour from its text, such as 23:30 or 23:30:00."""
        text = self.text(name)
        try:
            clock = time.fromisoformat(text)
        except ValueError:
            raise self.refuse(name, Problem.NOT_A_TIME) from None
        if clock.tzinfo is not None:
            raise self.refuse(name, Problem.NOT_A_TIME)
        if clock.minute % 30 or clock.second or clock.microsecond:
            raise self.refuse(name, Problem.NOT_ON_THE_HALF_HOUR)
        return clock

    def choices(self, name: str, known: tuple[str, ...]) -> tuple[int, ...]:
        """Return the positions of the chosen words among the known ones; at least one."""
        words = self._list(name)
        if not words:
            raise self.refuse(name, Problem.MISSING)
        positions = []
        for word in words:
            if not isinstance(word, str) or word not in known:
                raise self.refuse(name, Problem.NOT_A_CHOICE)
            positions.append(known.index(word))
        return tuple(positions)

    def objects(self, name: str) -> Iterator[Fields]:
        """Yield the objects of a list."""
        for position, value in enumerate(self._list(name)):
            if not isinstance(value, Mapping):
                raise self.refuse(name, Problem.WRONG_SHAPE)
            yield Fields(data=value, path=(*self.path, name, position))

    def _list(self, name: str) -> list[object]:
        value = self._value(name)
        if not isinstance(value, list | tuple):
            raise self.refuse(name, Problem.WRONG_SHAPE)
        return list(value)

    def _value(self, name: str) -> object:
        if not self.has(name):
            raise self.refuse(name, Problem.MISSING)
        return self.data[name]
