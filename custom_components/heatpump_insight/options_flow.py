"""The options of a PowerShaper Monitor account: how its half-hours are stamped."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow

from .const import OPTION_METERS, OPTION_STAMP, STAMP_START
from .identity import meter_key
from .meters import homes, known_meters
from .setup_forms import CONF_HOME, home_form, stamp_form


class AccountOptionsFlow(OptionsFlow):
    """Tell, home by home, which end of a half-hour the service's stamp marks."""

    def __init__(self) -> None:
        """Start with no home chosen."""
        self._homes: dict[str, str] = {}
        self._consent = ""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the home where there are several."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        self._homes = homes(known_meters(self.config_entry))
        if user_input is not None:
            self._consent = user_input[CONF_HOME]
            return await self.async_step_home()
        match list(self._homes):
            case []:
                return self.async_abort(reason="no_meters")
            case [consent]:
                self._consent = consent
                return await self.async_step_home()
        return self.async_show_form(step_id="init", data_schema=home_form(self._homes))

    async def async_step_home(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the stamp of one home; the options of the others stay."""
        options = self.config_entry.options
        meters = options.get(OPTION_METERS, {})
        meter = meters.get(meter_key(self._consent), {})
        if user_input is not None:
            meter = {**meter, OPTION_STAMP: user_input[OPTION_STAMP]}
            meters = {**meters, meter_key(self._consent): meter}
            return self.async_create_entry(data={**options, OPTION_METERS: meters})
        return self.async_show_form(
            step_id="home",
            data_schema=stamp_form(meter.get(OPTION_STAMP, STAMP_START)),
            description_placeholders={"home": self._homes[self._consent]},
        )
