"""The words that are looked for on the page are those of the translations."""

import pytest

from .errors import BrowserError
from .words import keys, said


def test_words_are_found_by_their_path_with_what_is_put_in() -> None:
    words = said("config.error.already_configured", system="Heat pump #1")
    assert words.startswith("Heat pump #1 is added already.")


@pytest.mark.parametrize("path", ["config.error", "config.error.none.at.all"])
def test_a_path_without_words_is_told_of(path: str) -> None:
    with pytest.raises(BrowserError, match=path):
        said(path)


def test_the_names_of_errors_are_told() -> None:
    assert {"quota", "invalid_auth"} <= keys("config.error")
