"""Reads amounts of energy as the page writes them."""

import re
from typing import Final

from .errors import BrowserError

_IN_KWH: Final = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0, "GWh": 1_000_000.0}
# A group of digits ends with a comma, and a unit stands after a space that does not break.
_AMOUNT: Final = re.compile(r"([−-]?)([\d,]+(?:\.\d+)?)\s*([kMG]?Wh)")


def number(text: str) -> float:
    """Return the number that an English text is, such as `1,234.5`.

    Raises BrowserError where it is none.
    """
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise BrowserError(f"{text!r} is no number") from None


def kwh(text: str) -> float:
    """Return the first amount of energy of an English text, such as `1,234.5 kWh`.

    Raises BrowserError where there is none.
    """
    found = _AMOUNT.search(text)
    if found is None:
        raise BrowserError(f"There is no amount of energy in {text!r}")
    sign, digits, unit = found.groups()
    amount = float(digits.replace(",", "")) * _IN_KWH[unit]
    return -amount if sign else amount
