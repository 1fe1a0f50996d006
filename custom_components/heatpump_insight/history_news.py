"""Tells those who look at stored rows that a history has written some."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.util.signal_type import SignalType

from .const import DOMAIN
from .statistics.importer import Progress


def _signal(key: str) -> SignalType[str]:
    return SignalType(f"{DOMAIN}_news_of_{key}")


@callback
def async_tell_news(hass: HomeAssistant, key: str, progress: Progress) -> None:
    """Tell that a heat pump or a meter has news, once its history is whole.

    During a long import there would be news every few seconds, and none worth a look.
    """
    if progress.total and progress.imported >= progress.total:
        async_dispatcher_send(hass, _signal(key), key)


@callback
def async_follow_news(
    hass: HomeAssistant, key: str, listener: Callable[[str], None]
) -> Callable[[], None]:
    """Call a listener with the key when the heat pump or meter has news; return the end."""
    return async_dispatcher_connect(hass, _signal(key), listener)
