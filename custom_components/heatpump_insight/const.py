"""Names that more than one module of the integration uses."""

import logging

DOMAIN = "heatpump_insight"
LOGGER = logging.getLogger(__package__)

CONF_SERVICE = "service"
CONF_SYSTEM_ID = "system_id"
CONF_READ_KEY = "read_key"
CONF_METER = "meter"

SERVICE_HEATPUMPMONITOR = "heatpumpmonitor"
SERVICE_POWERSHAPER = "powershaper"

SUBENTRY_SYSTEM = "system"

OPTION_METERS = "meters"
OPTION_STAMP = "stamp"
OPTION_OWN_SUPPLY = "own_supply"
OPTION_SYSTEMS = "systems"
OPTION_PRICE = "price"
OPTION_BOILER = "boiler"
STAMP_START = "start"
STAMP_END = "end"
