"""Set-up in the interface: new entries, further heat pumps, changes and options."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback

from .api.errors import ServiceError
from .api.heatpumpmonitor import DEFAULT_URL as HEATPUMPMONITOR_URL
from .api.powershaper import (
    DEFAULT_URL as POWERSHAPER_URL,
    SERVICE as POWERSHAPER,
    Commodity,
    Meter,
)
from .clients import async_powershaper_client
from .const import (
    CONF_READ_KEY,
    CONF_SERVICE,
    DOMAIN,
    SERVICE_HEATPUMPMONITOR,
    SERVICE_POWERSHAPER,
    SUBENTRY_SYSTEM,
)
from .identity import normalise_url
from .meters import meter_label
from .options_flow import AccountOptionsFlow
from .setup_forms import (
    EMPTY_FORM,
    READ_KEY_FORM,
    SECTION_ADVANCED,
    SERVER_ERRORS,
    SERVER_FORM,
    TOKEN_ERRORS,
    TOKEN_FORM,
    Errors,
    account_form,
    account_unique_id,
    server_title,
    server_unique_id,
)
from .system_flow import (
    SystemSubentryFlow,
    async_prove_read_key,
    async_reload_after,
    async_update_system,
)
from .system_options_flow import SystemOptionsFlow
from .system_steps import NewSystem, SystemSteps


class HeatPumpInsightConfigFlow(
    SystemSteps[ConfigFlowContext, ConfigFlowResult, str],
    ConfigFlow,
    domain=DOMAIN,
):
    """Set up a HeatpumpMonitor.org server or a PowerShaper Monitor account."""

    VERSION = 1
    MINOR_VERSION = 1

    _several = True

    def __init__(self) -> None:
        """Start with nothing known of an account."""
        super().__init__()
        self._account: dict[str, str] = {}
        self._meters: tuple[Meter, ...] = ()
        self._refused = ""

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry[Any]
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return heat pumps for a server, nothing for an account."""
        if config_entry.data[CONF_SERVICE] == SERVICE_HEATPUMPMONITOR:
            return {SUBENTRY_SYSTEM: SystemSubentryFlow}
        return {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> OptionsFlow:
        """Return the options of a server's heat pumps, or of an account's homes."""
        if config_entry.data[CONF_SERVICE] == SERVICE_HEATPUMPMONITOR:
            return SystemOptionsFlow()
        return AccountOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the service."""
        return self.async_show_menu(
            step_id="user",
            menu_options=[SERVICE_HEATPUMPMONITOR, SERVICE_POWERSHAPER, "server"],
        )

    # HeatpumpMonitor.org

    async def async_step_heatpumpmonitor(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Find heat pumps on the usual server."""
        return await self._async_enter_server(HEATPUMPMONITOR_URL)

    async def async_step_server(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Find heat pumps on another server of the same kind."""
        errors: Errors = {}
        if user_input is not None:
            errors = await self._async_prove_server(user_input[CONF_URL])
            if not errors:
                return await self._async_enter_server(self._url)
        return self._form("server", SERVER_FORM, errors, user_input)

    async def _async_prove_server(self, typed: str) -> Errors:
        """Take the server at an address, or return what is wrong with it."""
        try:
            self._url = normalise_url(typed)
        except ValueError:
            return {"base": "invalid_url"}
        self._public = None
        try:
            await self._async_describe_public()
        except ServiceError as err:
            return {"base": SERVER_ERRORS[type(err)]}
        return {}

    async def _async_enter_server(self, url: str) -> ConfigFlowResult:
        """Go on to the heat pumps of a server that is not there yet."""
        self._url = url
        await self._async_claim_server()
        return await self.async_step_find()

    async def _async_claim_server(self) -> None:
        """Abort where the server is another entry's.

        A set-up that was left by closing the browser is still in progress, and must not
        keep the user from another try. The first that is finished ends the others.
        """
        await self.async_set_unique_id(
            server_unique_id(self._url), raise_on_progress=False
        )
        self._abort_if_unique_id_configured(error="already_configured_server")

    @override
    def _finish(self, systems: list[NewSystem]) -> ConfigFlowResult:
        """Create the entry of the server with its first heat pumps."""
        return self.async_create_entry(
            title=server_title(self._url),
            data={CONF_SERVICE: SERVICE_HEATPUMPMONITOR, CONF_URL: self._url},
            subentries=[system.as_subentry() for system in systems],
        )

    # PowerShaper Monitor

    async def async_step_powershaper(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the token of an account."""
        errors: Errors = {}
        if user_input is not None:
            errors = await self._async_prove_account(
                user_input[SECTION_ADVANCED][CONF_URL], user_input[CONF_TOKEN]
            )
            if not errors:
                found = self._account_ids
                await self.async_set_unique_id(min(found), raise_on_progress=False)
                # A consent that was given since has an id that may come first.
                if any(e.unique_id in found for e in self._async_current_entries()):
                    return self.async_abort(reason="already_configured")
                return await self.async_step_meters()
        url = (user_input or {}).get(SECTION_ADVANCED, {}).get(CONF_URL)
        form = account_form(url or POWERSHAPER_URL)
        return self._form("powershaper", form, errors, user_input, url=POWERSHAPER_URL)

    async def async_step_meters(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the meters that were found, then create the entry of the account."""
        if user_input is not None:
            return self.async_create_entry(title=POWERSHAPER, data=self._account)
        labels = {
            commodity.value: "  \n".join(
                meter_label(meter)
                for meter in self._meters
                if meter.commodity is commodity
            )
            for commodity in Commodity
        }
        return self.async_show_form(
            step_id="meters",
            data_schema=EMPTY_FORM,
            description_placeholders={
                commodity: label or "–" for commodity, label in labels.items()
            },
        )

    @property
    def _account_ids(self) -> set[str]:
        """Return the unique ids that an entry of this account may have."""
        return {account_unique_id(meter.consent) for meter in self._meters}

    async def _async_prove_account(self, typed_url: str, token: str) -> Errors:
        """Take the account that a token opens, or return what is wrong with it."""
        try:
            url = normalise_url(typed_url)
        except ValueError:
            return {"base": "invalid_url"}
        token = token.strip()
        try:
            meters = await async_powershaper_client(self.hass, url, token).meters()
        except ServiceError as err:
            return {"base": TOKEN_ERRORS[type(err)]}
        if not meters:
            return {"base": "no_meters"}
        self._meters = meters
        self._account = {
            CONF_SERVICE: SERVICE_POWERSHAPER,
            CONF_URL: url,
            CONF_TOKEN: token,
        }
        return {}

    async def _async_prove_same_account(
        self, entry: ConfigEntry[Any], typed_url: str, token: str
    ) -> Errors:
        """Take a token of the account that the entry is of."""
        errors = await self._async_prove_account(typed_url, token)
        if not errors and entry.unique_id not in self._account_ids:
            return {"base": "wrong_account"}
        return errors

    # Changes to an entry that is there

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for a new token, or for a new read key of the heat pump that is named."""
        if entry_data[CONF_SERVICE] == SERVICE_POWERSHAPER:
            return await self.async_step_reauth_confirm()
        self._refused = entry_data.get("subentry_id", "")
        return await self.async_step_reauth_read_key()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a new token of the same account."""
        errors: Errors = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            errors = await self._async_prove_same_account(
                entry, entry.data[CONF_URL], user_input[CONF_TOKEN]
            )
            if not errors:
                data = {**entry.data, **self._account}
                return self._update_entry(entry, "reauth_successful", data=data)
        url = entry.data[CONF_URL]
        return self._form("reauth_confirm", TOKEN_FORM, errors, user_input, url=url)

    async def async_step_reauth_read_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a new read key of the heat pump whose own was refused."""
        errors: Errors = {}
        entry = self._get_reauth_entry()
        system = entry.subentries.get(self._refused)
        if system is None:
            return self.async_abort(reason="system_removed")
        if user_input is not None:
            key = user_input[CONF_READ_KEY].strip()
            errors = await async_prove_read_key(self.hass, entry, system, key)
            if not errors:
                async_update_system(self.hass, entry, system, {CONF_READ_KEY: key})
                return self.async_abort(reason="reauth_successful")
        return self._form(
            "reauth_read_key", READ_KEY_FORM, errors, user_input, system=system.title
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the server or the account."""
        if self._get_reconfigure_entry().data[CONF_SERVICE] == SERVICE_POWERSHAPER:
            return await self.async_step_reconfigure_account()
        return await self.async_step_reconfigure_server()

    async def async_step_reconfigure_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the token and the server of an account."""
        errors: Errors = {}
        entry = self._get_reconfigure_entry()
        url = entry.data[CONF_URL]
        if user_input is not None:
            url = user_input[SECTION_ADVANCED][CONF_URL]
            token = user_input.get(CONF_TOKEN) or entry.data[CONF_TOKEN]
            errors = await self._async_prove_same_account(entry, url, token)
            if not errors:
                data = {**entry.data, **self._account}
                return self._update_entry(entry, "reconfigure_successful", data=data)
        form = account_form(url, new=False)
        return self._form("reconfigure_account", form, errors, user_input)

    async def async_step_reconfigure_server(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the address of a server."""
        errors: Errors = {}
        entry = self._get_reconfigure_entry()
        typed = user_input or {CONF_URL: entry.data[CONF_URL]}
        if user_input is not None:
            errors = await self._async_prove_server(user_input[CONF_URL])
            if not errors:
                if server_unique_id(self._url) != entry.unique_id:
                    await self._async_claim_server()
                given = entry.title == server_title(entry.data[CONF_URL])
                return self._update_entry(
                    entry,
                    "reconfigure_successful",
                    data={**entry.data, CONF_URL: self._url},
                    unique_id=server_unique_id(self._url),
                    # A name of the user's own stays.
                    title=server_title(self._url) if given else entry.title,
                )
        return self._form("reconfigure_server", SERVER_FORM, errors, typed)

    @callback
    def _update_entry(
        self, entry: ConfigEntry[Any], reason: str, **changes: Any
    ) -> ConfigFlowResult:
        """Change an entry, have it set up anew, and end the flow."""
        changed = self.hass.config_entries.async_update_entry(entry, **changes)
        async_reload_after(self.hass, entry, changed=changed)
        return self.async_abort(reason=reason)
