"""A further heat pump of a server that is set up, and changes to one that is there."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback

from .api.errors import ServiceError
from .clients import async_heatpumpmonitor_client
from .const import CONF_METER, CONF_READ_KEY, CONF_SYSTEM_ID
from .meters import async_known_electricity_meters
from .setup_forms import NEW_KEY_ERRORS, Errors, chosen_meter, parse_key, system_form
from .system_steps import NewSystem, SystemSteps, async_require_feeds


@callback
def async_reload_after(
    hass: HomeAssistant, entry: ConfigEntry[Any], *, changed: bool
) -> None:
    """Reload an entry after a flow, unless the entry's own listener does.

    The listener is not called where nothing changed, and a set-up that failed has none.
    """
    if not changed or not entry.update_listeners:
        hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def async_update_system(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    subentry: ConfigSubentry,
    changes: Mapping[str, Any],
) -> None:
    """Change a heat pump that is there and have it set up anew."""
    changed = hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, **changes}
    )
    async_reload_after(hass, entry, changed=changed)


async def async_prove_read_key(
    hass: HomeAssistant, entry: ConfigEntry[Any], subentry: ConfigSubentry, key: str
) -> Errors:
    """Return what is wrong with a new read key of a heat pump."""
    client = async_heatpumpmonitor_client(hass, entry.data[CONF_URL])
    try:
        await async_require_feeds(client, subentry.data[CONF_SYSTEM_ID], key)
    except ServiceError as err:
        return {"base": NEW_KEY_ERRORS[type(err)]}
    return {}


class SystemSubentryFlow(
    SystemSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]],
    ConfigSubentryFlow,
):
    """Add one heat pump, or change its read key and its meter."""

    _several = False

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Find the heat pump on the entry's server."""
        self._url = self._get_entry().data[CONF_URL]
        return await self.async_step_find()

    @property
    @override
    def _taken(self) -> frozenset[str]:
        """Return the numbers of the entry's heat pumps."""
        return frozenset(
            subentry.unique_id
            for subentry in self._get_entry().subentries.values()
            if subentry.unique_id is not None
        )

    @override
    def _finish(self, systems: list[NewSystem]) -> SubentryFlowResult:
        """Create the subentry of the only heat pump."""
        subentry = systems[0].as_subentry()
        return self.async_create_entry(
            title=subentry["title"],
            data=subentry["data"],
            unique_id=subentry["unique_id"],
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the read key and the meter; a key that is not typed stays."""
        entry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        linked: str | None = subentry.data.get(CONF_METER)
        errors: Errors = {}
        if user_input is not None:
            changes: dict[str, str | None] = {}
            if key := parse_key(user_input.get(CONF_READ_KEY)):
                changes[CONF_READ_KEY] = key
                errors = await async_prove_read_key(self.hass, entry, subentry, key)
            if CONF_METER in user_input:
                changes[CONF_METER] = chosen_meter(user_input[CONF_METER], linked)
            if not errors:
                async_update_system(self.hass, entry, subentry, changes)
                return self.async_abort(reason="reconfigure_successful")
        form = system_form(async_known_electricity_meters(self.hass), linked)
        return self._form(
            "reconfigure", form, errors, user_input, system=subentry.title
        )
