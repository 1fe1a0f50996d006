"""Issues of a heat pump beside its linked meter, and the flow that fixes some of them."""

from typing import Any, Final

import probatio as vol

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_METER, DOMAIN, OPTION_OWN_SUPPLY, OPTION_STAMP
from .meters import async_linked_meter
from .options import meter_path, options_with

type IssueData = dict[str, str | int | float | None]

_IMPLAUSIBLE: Final = "implausible_share"
_IMPLAUSIBLE_OWN_SUPPLY: Final = "implausible_share_own_supply"
_OTHER_STAMP: Final = "other_stamp"
_ISSUES: Final = (_IMPLAUSIBLE, _OTHER_STAMP)


def _issue_id(kind: str, subentry_id: str) -> str:
    return f"{kind}_{subentry_id}"


@callback
def async_tell_implausible(
    hass: HomeAssistant,
    entry: ConfigEntry,
    subentry: ConfigSubentry,
    *,
    has_own_supply: bool,
) -> None:
    """Tell that a heat pump uses more than its home's meter shows, and why that may be.

    Where the home is not known to supply itself, the user may say that it does.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(_IMPLAUSIBLE, subentry.subentry_id),
        data=_fix(entry, subentry, OPTION_OWN_SUPPLY, True),
        is_fixable=not has_own_supply,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_IMPLAUSIBLE_OWN_SUPPLY if has_own_supply else _IMPLAUSIBLE,
        translation_placeholders={"name": subentry.title},
    )


@callback
def async_clear_implausible(hass: HomeAssistant, subentry: ConfigSubentry) -> None:
    """Take back that a heat pump uses more than its home's meter shows."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(_IMPLAUSIBLE, subentry.subentry_id))


@callback
def async_tell_other_stamp(
    hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry, *, stamp: str
) -> None:
    """Offer to switch the option to the end of a half-hour that the stamps mark."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(_OTHER_STAMP, subentry.subentry_id),
        data=_fix(entry, subentry, OPTION_STAMP, stamp),
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_OTHER_STAMP,
        translation_placeholders={"name": subentry.title},
    )


@callback
def async_clear_other_stamp(hass: HomeAssistant, subentry: ConfigSubentry) -> None:
    """Take the offer back."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(_OTHER_STAMP, subentry.subentry_id))


@callback
def async_forget_unlinked(hass: HomeAssistant) -> None:
    """Take back the issues of heat pumps that are removed, or linked no longer."""
    present = {
        _issue_id(kind, subentry.subentry_id)
        for entry in hass.config_entries.async_entries(DOMAIN)
        for subentry in entry.subentries.values()
        if subentry.data.get(CONF_METER)
        for kind in _ISSUES
    }
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if (
            domain == DOMAIN
            and issue_id.startswith(_ISSUES)
            and issue_id not in present
        ):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class HomeOptionFlow(RepairsFlow):
    """Changes an option of the home that a heat pump is linked with, once confirmed."""

    def __init__(self, fix: IssueData) -> None:
        """Take which heat pump it is about, the option, and its new value."""
        self._fix = fix

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Tell what will change, and change it when the user agrees."""
        entry = self.hass.config_entries.async_get_entry(str(self._fix["entry_id"]))
        subentries = entry.subentries if entry else {}
        subentry = subentries.get(str(self._fix["subentry_id"]))
        consent: str | None = subentry.data.get(CONF_METER) if subentry else None
        if subentry is None or consent is None:
            return self.async_abort(reason="not_linked")
        linked = async_linked_meter(self.hass, consent)
        if linked is None:
            return self.async_abort(reason="account_not_loaded")
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders={"name": subentry.title},
            )
        account, _ = linked
        path = meter_path(consent, str(self._fix["option"]))
        options = options_with(account, path, self._fix["value"])
        # The account is set up anew with them by itself.
        self.hass.config_entries.async_update_entry(account, options=options)
        return self.async_create_entry(data={})


def _fix(
    entry: ConfigEntry, subentry: ConfigSubentry, option: str, value: str | bool
) -> IssueData:
    """Return what a fix needs to know; the home's consent is looked up when it runs."""
    return {
        "entry_id": entry.entry_id,
        "subentry_id": subentry.subentry_id,
        "option": option,
        "value": value,
    }
