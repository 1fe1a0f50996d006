"""Stable names of servers, heat pumps and meters: decided once, never from a title."""

import re

from yarl import URL

from .api.heatpumpmonitor import DEFAULT_URL as HEATPUMPMONITOR_URL


def normalise_url(text: str) -> str:
    """Return the scheme and host of a server's address, `https://` where none is given.

    Raises ValueError for what is not the address of a web server.
    """
    text = text.strip()
    url = URL(text if "://" in text else f"https://{text}")
    if any(letter.isspace() for letter in text):
        raise ValueError("an address has no blanks")
    if url.scheme not in ("http", "https") or not url.host or url.user or url.password:
        raise ValueError("not the address of a web server")
    return str(url.origin())


def host_of(url: str) -> str:
    """Return `host`, or `host:port` where the port is not the usual one."""
    return URL(url).host_port_subcomponent or ""


def slug(text: str) -> str:
    """Return lower case with every run of other characters as one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def system_key(url: str, system_id: int) -> str:
    """Return the name of a heat pump in statistic and unique ids: `system_204`.

    Numbers are given by each server, so those of other servers carry its host.
    """
    if host_of(url) == host_of(HEATPUMPMONITOR_URL):
        return f"system_{system_id}"
    return f"system_{slug(host_of(url))}_{system_id}"


def meter_key(consent: str) -> str:
    """Return the name of a home's meters in statistic and unique ids."""
    return f"meter_{slug(consent).replace('_', '')}"
