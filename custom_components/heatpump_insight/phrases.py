"""Phrases that the forms put together, in the language of Home Assistant.

Home Assistant puts fixed texts around them.
"""

from collections.abc import Iterable, Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN


async def async_phrases(hass: HomeAssistant, *categories: str) -> dict[str, str]:
    """Return the common phrases by their full keys, and those of further categories."""
    texts: dict[str, str] = {}
    for category in ("common", *categories):
        texts |= await async_get_translations(
            hass, hass.config.language, category, {DOMAIN}
        )
    return texts


class Phrases:
    """Says what has a phrase of its own."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take the translated texts by their full keys."""
        self._texts = texts

    def say(self, key: str, **placeholders: str) -> str:
        """Return a phrase with its placeholders filled in."""
        return self._texts[f"component.{DOMAIN}.common.{key}"].format(**placeholders)


def as_list(lines: Iterable[str]) -> str:
    """Return lines as a list of Markdown."""
    return "\n".join(f"- {line}" for line in lines)
