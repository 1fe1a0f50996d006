"""Lets the test kit, which pins the oldest supported Home Assistant, run on the newest.

Pytest loads this module before every other plugin (`-p tests.newest` in pyproject.toml).
On the oldest Home Assistant it changes nothing.
"""

# Home Assistant puts httpx2 in the place of httpx, which nothing may have imported
# before. The test kit does, so Home Assistant has to be the first.
from homeassistant.components import logger
from homeassistant.components.logger import helpers

# The test kit looks for this function where it was up to 2026.10.
vars(logger).setdefault(
    "_clear_logger_overwrites", vars(helpers).get("_clear_logger_overwrites")
)
