"""The steps that find a heat pump, prove that it answers, and link it with a meter.

A new entry and a further heat pump of an entry that is there take the same way.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import probatio

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from .api.errors import NotFound, Refused, ServiceError
from .api.heatpumpmonitor import DEFAULT_URL, SERVICE, HeatpumpMonitorClient, System
from .clients import async_heatpumpmonitor_client
from .const import CONF_METER, CONF_READ_KEY, CONF_SYSTEM_ID, SUBENTRY_SYSTEM
from .meters import async_known_electricity_meters
from .setup_forms import (
    ACCOUNT_ERRORS,
    ACCOUNT_FORM,
    EMPTY_FORM,
    NUMBER_FORM,
    READ_KEY_ERRORS,
    READ_KEY_FORM,
    SERVER_ERRORS,
    SYSTEM_ERRORS,
    Errors,
    choose_form,
    chosen_meter,
    meter_form,
    parse_key,
    parse_system_id,
    search_form,
    system_label,
    system_options,
    system_title,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSystem:
    """A heat pump that has answered and is about to be added."""

    system_id: int
    title: str
    read_key: str | None = field(repr=False)
    meter: str | None = field(default=None, repr=False)

    def as_subentry(self) -> ConfigSubentryData:
        """Return the subentry that keeps it."""
        return ConfigSubentryData(
            subentry_type=SUBENTRY_SYSTEM,
            title=self.title,
            unique_id=str(self.system_id),
            data={
                CONF_SYSTEM_ID: self.system_id,
                CONF_READ_KEY: self.read_key,
                CONF_METER: self.meter,
            },
        )


async def async_require_feeds(
    client: HeatpumpMonitorClient, system_id: int, read_key: str | None
) -> None:
    """Raise NotFound where nothing is measured, Refused where it may not be read."""
    available = await client.available(system_id, read_key)
    if not available.feeds:
        raise NotFound(SERVICE, "/timeseries/available", "no feeds")


class SystemSteps[
    ContextT: FlowContext,
    ResultT: FlowResult[Any, Any],
    HandlerT,
](FlowHandler[ContextT, ResultT, HandlerT]):
    """Four ways to find a heat pump, each of which ends at `_async_add`."""

    # Several heat pumps at once make several subentries, which only a new entry can.
    _several: bool

    def __init__(self) -> None:
        """Start with nothing known of the server."""
        super().__init__()
        self._url = DEFAULT_URL
        self._asked = ""
        self._public: tuple[System, ...] | None = None
        self._described: dict[int, System] = {}
        self._owned: dict[int, str | None] = {}
        self._proven: list[NewSystem] = []
        self._linked: list[NewSystem] = []

    @property
    def _taken(self) -> frozenset[str]:
        """Return the numbers of the heat pumps that are there already."""
        return frozenset()

    @abstractmethod
    def _finish(self, systems: list[NewSystem]) -> ResultT:
        """Add the heat pumps."""

    @property
    def _client(self) -> HeatpumpMonitorClient:
        """Return a client of the server."""
        return async_heatpumpmonitor_client(self.hass, self._url)

    def _form(
        self,
        step_id: str,
        schema: probatio.Schema,
        errors: Errors,
        typed: Mapping[str, Any] | None = None,
        **placeholders: str,
    ) -> ResultT:
        """Show a form that keeps what was typed before an error."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, typed),
            errors=errors,
            description_placeholders={
                "url": self._url,
                "system": self._asked,
                **placeholders,
            },
        )

    async def async_step_find(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Ask in which way the heat pump is to be found."""
        return self.async_show_menu(
            step_id="find",
            menu_options=["search", "number", "account", "read_key"],
            description_placeholders={"url": self._url},
        )

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Choose among all public heat pumps of the server."""
        errors: Errors = {}
        # Where the list could not be had, sending the form tries again.
        if user_input is not None and self._public is not None:
            typed = user_input.get(CONF_SYSTEM_ID, "")
            errors = await self._async_prove_typed(typed, None, "not_in_list")
            if not errors:
                return await self.async_step_meter()
        try:
            public = await self._async_describe_public()
        except ServiceError as err:
            return self._form("search", EMPTY_FORM, {"base": SERVER_ERRORS[type(err)]})
        new = [system.system_id for system in public if self._is_new(system.system_id)]
        if not new:
            return self._form("search", EMPTY_FORM, {"base": "none_public"})
        form = search_form(system_options(new, self._described))
        return self._form("search", form, errors, user_input)

    async def async_step_number(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Take the number of a heat pump, with its read key where it is private."""
        errors: Errors = {}
        if user_input is not None:
            typed = user_input[CONF_SYSTEM_ID]
            read_key = parse_key(user_input.get(CONF_READ_KEY))
            errors = await self._async_prove_typed(typed, read_key, "invalid_number")
            if not errors:
                return await self.async_step_meter()
        return self._form("number", NUMBER_FORM, errors, user_input)

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Sign in once; the password is used here and kept nowhere."""
        errors: Errors = {}
        typed: dict[str, Any] = {}
        if user_input is not None:
            typed = {CONF_USERNAME: user_input[CONF_USERNAME]}
            try:
                account = await self._client.sign_in(
                    user_input[CONF_USERNAME], user_input[CONF_PASSWORD]
                )
            except ServiceError as err:
                errors["base"] = ACCOUNT_ERRORS[type(err)]
            else:
                self._describe(account.systems)
                self._owned = {
                    system.system_id: system.read_key or account.read_key
                    for system in account.systems
                }
                if self._owned:
                    return await self.async_step_choose()
                errors["base"] = "no_systems"
        return self._form("account", ACCOUNT_FORM, errors, typed)

    async def async_step_read_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Find the heat pumps of the owner of a read key."""
        errors: Errors = {}
        if user_input is not None:
            read_key = user_input[CONF_READ_KEY].strip()
            try:
                owned = await self._client.owned_systems(read_key)
                # A read key opens no descriptions, but most systems are public as well.
                await self._async_describe_public()
            except ServiceError as err:
                errors["base"] = READ_KEY_ERRORS[type(err)]
            else:
                self._owned = dict.fromkeys(owned, read_key)
                if self._owned:
                    return await self.async_step_choose()
                errors["base"] = "no_systems"
        return self._form("read_key", READ_KEY_FORM, errors, user_input)

    async def async_step_choose(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Choose among the heat pumps of an owner."""
        errors: Errors = {}
        if user_input is not None:
            answer = user_input[CONF_SYSTEM_ID]
            chosen = map(int, answer if self._several else [answer])
            wanted = {system_id: self._owned[system_id] for system_id in chosen}
            errors = await self._async_prove(wanted)
            if not errors:
                return await self.async_step_meter()
        new = filter(self._is_new, self._owned)
        options = system_options(new, self._described)
        if not options:
            return self.async_abort(reason="already_configured")
        form = choose_form(options, several=self._several)
        return self._form("choose", form, errors, user_input)

    async def async_step_meter(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Link each new heat pump in turn with the electricity meter of its home."""
        if user_input is not None:
            system = self._proven.pop(0)
            meter = chosen_meter(user_input[CONF_METER])
            self._linked.append(replace(system, meter=meter))
        meters = async_known_electricity_meters(self.hass)
        if not (self._proven and meters):
            return self._finish([*self._linked, *self._proven])
        self._asked = self._proven[0].title
        return self._form("meter", meter_form(meters), {})

    def _is_new(self, system_id: int) -> bool:
        """Tell whether a heat pump is not there yet."""
        return str(system_id) not in self._taken

    def _describe(self, systems: tuple[System, ...]) -> None:
        """Remember the descriptions of heat pumps."""
        self._described |= {system.system_id: system for system in systems}

    async def _async_describe_public(self) -> tuple[System, ...]:
        """Return the public heat pumps of the server, asked for once."""
        if self._public is None:
            self._public = await self._client.public_systems()
        self._describe(self._public)
        return self._public

    async def _async_prove_typed(
        self, typed: str, read_key: str | None, complaint: str
    ) -> Errors:
        """Take the heat pump of a typed number; complain where it is none."""
        system_id = parse_system_id(typed)
        if system_id is None:
            return {CONF_SYSTEM_ID: complaint}
        return await self._async_prove({system_id: read_key})

    async def _async_prove(self, wanted: Mapping[int, str | None]) -> Errors:
        """Take the wanted heat pumps, by number with read key, if each one answers."""
        if not wanted:
            return {"base": "none_chosen"}
        proven: list[NewSystem] = []
        for system_id, read_key in wanted.items():
            self._asked = system_label(system_id, self._described.get(system_id))
            if not self._is_new(system_id):
                return {"base": "already_configured"}
            try:
                proven.append(await self._async_new_system(system_id, read_key))
            except ServiceError as err:
                return {"base": SYSTEM_ERRORS[type(err)]}
        self._proven = proven
        return {}

    async def _async_new_system(
        self, system_id: int, read_key: str | None
    ) -> NewSystem:
        """Return a heat pump that answers; raises ServiceError for one that does not."""
        system = self._described.get(system_id)
        if system is None:
            try:
                system = await self._client.system(system_id)
            except Refused:
                # A read key opens what a private system measures, not its description.
                if read_key is None:
                    raise
        await async_require_feeds(self._client, system_id, read_key)
        title = system_title(system_id, system)
        return NewSystem(system_id=system_id, title=title, read_key=read_key)
