"""The options of a HeatpumpMonitor.org server: prices of its heat pumps, and boilers."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, ConfigSubentry
from homeassistant.util import dt as dt_util

from .analysis.boiler import boiler_to_data
from .analysis.options import InvalidOption
from .const import CONF_METER, CONF_SYSTEM_ID, OPTION_BOILER, OPTION_PRICE
from .energy_steps import EnergySteps
from .options import options_with, system_options, system_path
from .price_forms import boiler_form, boiler_shown, boiler_typed, complaint
from .price_steps import PriceSteps
from .setup_forms import Errors, heat_pump_form


class SystemOptionsFlow(EnergySteps, PriceSteps):
    """Tell, heat pump by heat pump, its own price and the boiler it is compared with."""

    _system: ConfigSubentry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Begin with the heat pump."""
        return await self.async_step_heat_pump()

    async def async_step_heat_pump(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the heat pump where there are several."""
        systems = {
            str(each.data[CONF_SYSTEM_ID]): each
            for each in self.config_entry.subentries.values()
        }
        match user_input, list(systems):
            case {"system_id": chosen}, _:
                self._system = systems[chosen]
            case _, []:
                return self.async_abort(reason="no_systems")
            case _, [only]:
                self._system = systems[only]
            case _:
                titles = {key: each.title for key, each in systems.items()}
                return self.async_show_form(
                    step_id="heat_pump", data_schema=heat_pump_form(titles)
                )
        if self._system.data.get(CONF_METER) is None:
            return await self.async_step_system()
        return await self.async_step_linked_system()

    async def async_step_system(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is to be told of a heat pump that has a price of its own."""
        return self.async_show_menu(
            step_id="system",
            menu_options=["own_price", "boiler", "energy_dashboard"],
            description_placeholders={"system": self._system.title},
        )

    async def async_step_linked_system(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the same of one whose price is that of its meter."""
        return self.async_show_menu(
            step_id="linked_system",
            menu_options=["boiler", "energy_dashboard"],
            description_placeholders={"system": self._system.title},
        )

    async def async_step_own_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell the price of the electricity that the heat pump takes."""
        return await self._async_tell_price(
            system_path(self._system.data[CONF_SYSTEM_ID], OPTION_PRICE),
            "electricity_of_system",
            has_charge=False,
            system=self._system.title,
        )

    async def async_step_boiler(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take what is assumed of the gas boiler."""
        errors: Errors = {}
        system_id = self._system.data[CONF_SYSTEM_ID]
        if user_input is not None:
            try:
                boiler = boiler_typed(user_input)
            except InvalidOption as err:
                errors = complaint(err)
            else:
                path = system_path(system_id, OPTION_BOILER)
                options = options_with(self.config_entry, path, boiler_to_data(boiler))
                return self.async_create_entry(data=options)
        known = system_options(
            self.config_entry, system_id, dt_util.get_default_time_zone()
        )
        form = boiler_form(self.hass.config.currency)
        typed = user_input or boiler_shown(known.boiler)
        return self.async_show_form(
            step_id="boiler",
            data_schema=self.add_suggested_values_to_schema(form, typed),
            errors=errors,
            description_placeholders={"system": self._system.title},
        )
