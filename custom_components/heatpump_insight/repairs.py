"""Issues that only the user can settle, told with what to do."""

from typing import Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_READ_KEY, CONF_SYSTEM_ID, DOMAIN
from .linked_repairs import HomeOptionFlow, IssueData, async_forget_unlinked

_NOT_PUBLIC: Final = "system_not_public"


def _issue_id(subentry_id: str) -> str:
    return f"{_NOT_PUBLIC}_{subentry_id}"


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
        _issue_id(subentry.subentry_id),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=_NOT_PUBLIC,
        translation_placeholders={
            "name": subentry.title,
            "system_id": str(subentry.data[CONF_SYSTEM_ID]),
        },
    )


@callback
def async_clear_refused(hass: HomeAssistant, subentry: ConfigSubentry) -> None:
    """Take the issue of a system back."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(subentry.subentry_id))


@callback
def async_forget_removed(hass: HomeAssistant) -> None:
    """Take back the issues of heat pumps that are no longer set up."""
    async_forget_unlinked(hass)
    present = {
        _issue_id(subentry_id)
        for entry in hass.config_entries.async_entries(DOMAIN)
        for subentry_id in entry.subentries
    }
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if (
            domain == DOMAIN
            and issue_id.startswith(_NOT_PUBLIC)
            and issue_id not in present
        ):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData | None
) -> RepairsFlow:
    """Return the flow that fixes an issue; each changes one option of a home."""
    # Every issue that can be fixed tells what its fix is to change.
    assert data is not None
    return HomeOptionFlow(data)
