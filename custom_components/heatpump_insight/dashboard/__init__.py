"""The dashboard: serves its pages' module, and tells it what there is to draw.

The module draws with what the frontend has; nothing is loaded from elsewhere.
"""

from hashlib import blake2s
from pathlib import Path
from typing import Final

from homeassistant.components import websocket_api
from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from ..const import DOMAIN
from .overview import async_tell_overview

_FRONTEND: Final = "frontend"
_FOLDER: Final = Path(__file__).with_name("www")
_MODULE: Final = "heatpump-insight.js"


async def async_set_up_dashboard(hass: HomeAssistant) -> None:
    """Let "Add dashboard" list ours; a Home Assistant without pages has none."""
    if _FRONTEND not in hass.config.components:
        return
    websocket_api.async_register_command(hass, async_tell_overview)
    integration = await async_get_integration(hass, DOMAIN)
    digest = await hass.async_add_executor_job(_digest, _FOLDER)
    # Browsers keep what an address gives for a month, so other contents get another one.
    address = f"/{DOMAIN}/{integration.version}-{digest}"
    await hass.http.async_register_static_paths(
        [StaticPathConfig(address, str(_FOLDER), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{address}/{_MODULE}")


def _digest(folder: Path) -> str:
    """Return a few characters that change with what is in a folder."""
    contents = blake2s(digest_size=4)
    for path in sorted(folder.iterdir()):
        contents.update(path.read_bytes())
    return contents.hexdigest()
