"""Issues that only the user can settle, told with what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from .const import CONF_READ_KEY, CONF_SYSTEM_ID, DOMAIN
from .linked_repairs import HomeOptionFlow, IssueData, async_forget_unlinked

NOT_PUBLIC: Final = "system_not_public"
FEEDS_DEAD: Final = "feeds_dead"
METER_LATE: Final = "meter_late"
CONSENT_LOST: Final = "consent_lost"
QUOTA_REACHED: Final = "quota_reached"
ENERGY_DASHBOARD: Final = "energy_dashboard"

_KEYS: Final = (NOT_PUBLIC, FEEDS_DEAD, METER_LATE, CONSENT_LOST, QUOTA_REACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is to be told of whom.

    `key` names its texts, and `owner` is the id that Home Assistant gave to a heat pump's
    subentry, a meter's device or an entry: it goes when they go, and holds no secret.
    """

    key: str
    owner: str
    severity: ir.IssueSeverity
    words: Mapping[str, str]


def _issue_id(key: str, owner: str) -> str:
    return f"{key}_{owner}"


@callback
def async_tell(hass: HomeAssistant, issue: Issue) -> None:
    """Tell of an issue; one that is told already gets the new words, and stays ignored."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(issue.key, issue.owner),
        is_fixable=False,
        severity=issue.severity,
        translation_key=issue.key,
        translation_placeholders=dict(issue.words),
    )


@callback
def async_take_back(hass: HomeAssistant, key: str, owner: str) -> None:
    """Take an issue back that is settled, if it was told."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(key, owner))


@callback
def async_tell_refused(
    hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry
) -> None:
    """Ask for a new read key, or tell that the system is public no longer."""
    if subentry.data.get(CONF_READ_KEY):
        entry.async_start_reauth(hass, data={"subentry_id": subentry.subentry_id})
        return
    async_tell(
        hass,
        Issue(
            key=NOT_PUBLIC,
            owner=subentry.subentry_id,
            severity=ir.IssueSeverity.ERROR,
            words=words_of(subentry),
        ),
    )


def words_of(subentry: ConfigSubentry) -> dict[str, str]:
    """Return what names a heat pump in the texts of its issues."""
    return {
        "name": subentry.title,
        "system_id": str(subentry.data[CONF_SYSTEM_ID]),
    }


@callback
def async_clear_refused(hass: HomeAssistant, subentry: ConfigSubentry) -> None:
    """Take the issue of a system back that is no longer public."""
    async_take_back(hass, NOT_PUBLIC, subentry.subentry_id)


@callback
def async_forget_removed(hass: HomeAssistant) -> None:
    """Take back the issues of what is no longer set up, or disabled."""
    async_forget_unlinked(hass)
    present = {
        _issue_id(key, owner)
        for entry in hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        for owner in _owners(hass, entry)
        for key in _KEYS
    }
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(_KEYS) and issue_id not in present:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    if issue_id == ENERGY_DASHBOARD:
        # What it offers is that of the coordinators, which tell of issues themselves.
        from .energy_repairs import EnergyDashboardFlow

        return EnergyDashboardFlow()
    # Every other one that can be fixed tells which option of a home its fix changes.
    assert data is not None
    return HomeOptionFlow(data)


def _owners(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[str]:
    """Yield the ids of what may have issues."""
    yield entry.entry_id
    yield from entry.subentries
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        yield device.id
