"""Clients of both services on Home Assistant's own session settings."""

from aiohttp import ClientSession, DummyCookieJar

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util.hass_dict import HassKey

from .api.heatpumpmonitor import HeatpumpMonitorClient
from .api.powershaper import PowerShaperClient
from .const import DOMAIN

_SESSION: HassKey[ClientSession] = HassKey(f"{DOMAIN}_session")


@callback
def _async_session(hass: HomeAssistant) -> ClientSession:
    """Return the one session of the integration.

    It keeps no cookies: HeatpumpMonitor.org sets one with every answer and then serves
    the calls that send it back one after another.
    """
    if _SESSION not in hass.data:
        # Cleaned up here: Home Assistant would detach it with the first entry that goes.
        session = async_create_clientsession(
            hass, auto_cleanup=False, cookie_jar=DummyCookieJar()
        )

        @callback
        def _detach(_: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, _detach)
        hass.data[_SESSION] = session
    return hass.data[_SESSION]


@callback
def async_heatpumpmonitor_client(
    hass: HomeAssistant, url: str
) -> HeatpumpMonitorClient:
    """Return a client of the HeatpumpMonitor.org server at `url`."""
    return HeatpumpMonitorClient(_async_session(hass), url)


@callback
def async_powershaper_client(
    hass: HomeAssistant, url: str, token: str
) -> PowerShaperClient:
    """Return a client of the PowerShaper Monitor server at `url`."""
    return PowerShaperClient(_async_session(hass), token, url)
