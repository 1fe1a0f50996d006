"""Readers of untrusted JSON values: what is no plausible value becomes None.

PHP services print numbers as text, NULL as 0 and an empty object as `[]`; these readers
know it, so that the records above them need not.
"""

from typing import Final

# No energy, power, temperature or time of a home comes near it: a larger number is a fault.
_LARGEST: Final = 1e12

MAX_ROWS: Final = 100_000
"""Rows that an answer may have: more would take gigabytes as records, and means a fault."""


class Malformed(Exception):
    """An answer has another shape than the service documents; says which part, never a value."""


def number(value: object) -> float | None:
    """Return a number, or text that holds one, as float; None for anything else.

    Booleans, NaN, infinities and magnitudes above 1e12 are no numbers here.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except ValueError, OverflowError:
        return None
    return result if abs(result) <= _LARGEST else None


def given(value: object) -> float | None:
    """Return a number as `number` does, but None for 0 too: HeatpumpMonitor.org's NULL."""
    return number(value) or None


def whole(value: object) -> int | None:
    """Return a whole number, such as an id or unix seconds; None for anything else."""
    result = number(value)
    return int(result) if result is not None and result.is_integer() else None


def text(value: object) -> str | None:
    """Return text without surrounding blanks; None for anything else and for empty text."""
    return (value.strip() or None) if isinstance(value, str) else None


def flag(value: object) -> bool:
    """Return whether a value is true, 1 or "1"; what is not given is False."""
    return value is True or bool(number(value))


def mapping(value: object, what: str) -> dict[str, object]:
    """Return a JSON object; PHP prints an empty one as `[]`.

    Raises Malformed, naming `what`, for anything else.
    """
    match value:
        case dict():
            return value
        case []:
            return {}
        case _:
            raise Malformed(f"{what} is no object")


def rows(value: object, what: str) -> list[dict[str, object]]:
    """Return a JSON array of at most `MAX_ROWS` objects.

    Raises Malformed, naming `what`, for anything else.
    """
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Malformed(f"{what} is no list of objects")
    if len(value) > MAX_ROWS:
        raise Malformed(f"{what} is too long")
    return value
