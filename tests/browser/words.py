"""The words that the integration shows, from its own translations."""

from functools import cache
import json
from pathlib import Path
from typing import Any, Final

from .errors import BrowserError

_TRANSLATIONS: Final = (
    Path(__file__).parents[2] / "custom_components/heatpump_insight/translations"
)

# As it is listed among all integrations.
NAME: Final = "PowerShaper & HeatpumpMonitor.org (Heat Pump Insight)"


@cache
def _words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(
        (_TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8")
    )
    return words


def _at(path: str, language: str = "en") -> Any:
    found: Any = _words(language)
    for key in path.split("."):
        if not isinstance(found, dict) or key not in found:
            raise BrowserError(f"There are no words for {path}")
        found = found[key]
    return found


def said(path: str, **placeholders: str) -> str:
    """Return the words at a path such as `config.error.quota`, with what is put in.

    Raises BrowserError where there are none.
    """
    words = _at(path)
    if not isinstance(words, str):
        raise BrowserError(f"There are no words for {path}, but below it")
    for name, value in placeholders.items():
        words = words.replace(f"{{{name}}}", value)
    return words


def in_language(language: str, path: str) -> str:
    """Return the words at a path in another language, as they are."""
    return str(_at(path, language))


def keys(path: str) -> frozenset[str]:
    """Return the names of all words below a path, such as `config.error`."""
    return frozenset(_at(path))
