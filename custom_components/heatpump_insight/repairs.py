"""Issues that only the user can settle, told with what to do."""

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_READ_KEY, CONF_SYSTEM_ID, DOMAIN


def _issue_id(subentry: ConfigSubentry) -> str:
    return f"system_not_public_{subentry.subentry_id}"


@callback
def async_tell_refused(
    hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry
) -> None:
    """Ask for a new read key, or tell that the system is public no longer."""
    if subentry.data.get(CONF_READ_KEY):
        entry.async_start_reauth(hass, data={"subentry_id": subentry.subentry_id})
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(subentry),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="system_not_public",
        translation_placeholders={
            "name": subentry.title,
            "system_id": str(subentry.data[CONF_SYSTEM_ID]),
        },
    )


@callback
def async_clear_refused(hass: HomeAssistant, subentry: ConfigSubentry) -> None:
    """Take the issue of a system back."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(subentry))
