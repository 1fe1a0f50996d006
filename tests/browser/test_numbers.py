"""Amounts of energy are read as an English page writes them."""

import pytest

from .errors import BrowserError
from .numbers import kwh, number


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15.22 kWh", 15.22),
        ("Grid total\t5,863.13\xa0kWh", 5863.13),
        ("3,044 kWh", 3044.0),
        ("0 Wh", 0.0),
        ("850 Wh", 0.85),
        ("5.86 MWh", 5860.0),
        ("−0.4 kWh", -0.4),
    ],
)
def test_an_amount_is_read_in_kwh_whatever_its_unit(text: str, amount: float) -> None:
    assert kwh(text) == pytest.approx(amount)


def test_a_number_is_read_with_its_groups() -> None:
    assert number("1,234.5") == pytest.approx(1234.5)
    with pytest.raises(BrowserError, match="'–' is no number"):
        number("–")


def test_a_text_without_an_amount_is_told_of() -> None:
    with pytest.raises(BrowserError, match="no amount of energy in 'Unknown'"):
        kwh("Unknown")
