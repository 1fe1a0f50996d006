"""The options of a PowerShaper Monitor account: prices, stamps, and supplies of its own."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult

from .api.powershaper import Commodity
from .const import OPTION_OWN_SUPPLY, OPTION_STAMP, STAMP_START
from .energy_steps import EnergySteps
from .meters import homes, known_meters, meter_name
from .options import PRICE_OPTIONS, meter_path, option_at, options_with
from .price_steps import PriceSteps
from .setup_forms import CONF_HOME, home_form, own_supply_form, stamp_form


class AccountOptionsFlow(EnergySteps, PriceSteps):
    """Tell, home by home, the prices, and which end of a half-hour its stamp marks."""

    def __init__(self) -> None:
        """Start with no home chosen."""
        super().__init__()
        self._names: dict[str, str] = {}
        self._consent = ""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the home where there are several."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        meters = known_meters(self.config_entry)
        self._names = homes(meters, meter_name)
        if user_input is not None:
            self._consent = user_input[CONF_HOME]
            return await self.async_step_home()
        match list(self._names):
            case []:
                return self.async_abort(reason="no_meters")
            case [consent]:
                self._consent = consent
                return await self.async_step_home()
        return self.async_show_form(
            step_id="init", data_schema=home_form(homes(meters))
        )

    async def async_step_home(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is to be told of the home; a price is one of a meter that it has."""
        metered = {
            meter.commodity
            for meter in known_meters(self.config_entry)
            if meter.consent.lower() == self._consent
        }
        prices = [PRICE_OPTIONS[each] for each in Commodity if each in metered]
        supply = ["own_supply"] if Commodity.ELECTRICITY in metered else []
        return self.async_show_menu(
            step_id="home",
            menu_options=[*prices, "stamp", *supply, "energy_dashboard"],
            description_placeholders={"home": self._names[self._consent]},
        )

    async def async_step_electricity_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell the price of the home's electricity."""
        return await self._async_tell_price(
            meter_path(self._consent, PRICE_OPTIONS[Commodity.ELECTRICITY]),
            "electricity_of_home",
            home=self._names[self._consent],
        )

    async def async_step_gas_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell the price of the home's gas."""
        return await self._async_tell_price(
            meter_path(self._consent, PRICE_OPTIONS[Commodity.GAS]),
            "gas_of_home",
            home=self._names[self._consent],
        )

    async def async_step_stamp(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the stamp of one home; the options of the others stay."""
        path = meter_path(self._consent, OPTION_STAMP)
        if user_input is not None:
            options = options_with(self.config_entry, path, user_input[OPTION_STAMP])
            return self.async_create_entry(data=options)
        return self.async_show_form(
            step_id="stamp",
            data_schema=stamp_form(option_at(self.config_entry, path) or STAMP_START),
            description_placeholders={"home": self._names[self._consent]},
        )

    async def async_step_own_supply(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take whether the home has panels or a battery."""
        path = meter_path(self._consent, OPTION_OWN_SUPPLY)
        if user_input is not None:
            value = user_input[OPTION_OWN_SUPPLY]
            options = options_with(self.config_entry, path, value)
            return self.async_create_entry(data=options)
        return self.async_show_form(
            step_id="own_supply",
            data_schema=own_supply_form(
                has_own=option_at(self.config_entry, path) is True
            ),
            description_placeholders={"home": self._names[self._consent]},
        )
