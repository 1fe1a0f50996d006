"""The steps that tell what a kWh costs, and from when.

The price of a meter and the own price of a heat pump take the same way. A form that is
sent saves what it tells; only the bands of a table are gathered before.
"""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.util import dt as dt_util

from .analysis.options import InvalidOption
from .analysis.tariff import Band, Flat, Period, Tariff, TimeOfUse
from .analysis.tariff_data import (
    period_from_data,
    period_to_data,
    tariff_from_data,
    tariff_to_data,
)
from .options import OptionPath, options_with, price_at
from .phrases import as_list
from .price_forms import (
    CONF_BAND,
    CONF_PERIOD,
    band_choice_form,
    band_form,
    complaint,
    entity_form,
    flat_form,
    period_form,
    table_form,
)
from .price_words import PriceWords, async_price_words
from .setup_forms import Errors
from .statistics.price_entities import NoStatistics, async_unit_of_prices, is_price_unit


class PriceSteps(OptionsFlow):
    """Add a price from a date, change or remove one: every way ends with saving."""

    _words: PriceWords

    def __init__(self) -> None:
        """Start with no price that is told of."""
        self._path: OptionPath = ("", "", "")
        self._subject = ""
        self._has_charge = True
        self._periods: tuple[Period, ...] = ()
        self._changed: Period | None = None
        self._table: dict[str, Any] = {}
        self._unit: str | None = None
        self._tariff = Tariff(zone=dt_util.get_default_time_zone())

    async def _async_tell_price(
        self, path: OptionPath, subject: str, *, has_charge: bool = True, **names: str
    ) -> ConfigFlowResult:
        """Begin to tell the price that is kept at a path.

        `subject` is the key of what the forms call it, which holds the names. A standing
        charge is no part of what a heat pump costs: a home has it without one.
        """
        self._words = await async_price_words(self.hass)
        self._path, self._has_charge = path, has_charge
        self._subject = self._words.say(subject, **names)
        known = price_at(self.config_entry, path, self._tariff.zone)
        self._periods = known.periods if known else ()
        return await self.async_step_price()

    async def async_step_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the prices that are known; where there is none, ask for the first."""
        if not self._periods:
            return await self.async_step_add_price()
        return self.async_show_menu(
            step_id="price",
            menu_options=["add_price", "change_price", "remove_price"],
            description_placeholders=self._placeholders,
        )

    async def async_step_add_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how the new price is told."""
        return self.async_show_menu(
            step_id="add_price",
            menu_options=["flat", "time_of_use", "hourly"],
            description_placeholders=self._placeholders,
        )

    async def async_step_change_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the price to change where there are several, and open its form."""
        match user_input, self._periods:
            case {"period": position}, periods:
                self._changed = periods[int(position)]
            case _, (only,):
                self._changed = only
            case _:
                return self._form("change_price", self._period_form)
        match self._changed.price:
            case Flat():
                return await self.async_step_flat()
            case TimeOfUse():
                return await self.async_step_time_of_use()
        return await self.async_step_hourly()

    async def async_step_remove_price(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the price to remove."""
        if user_input is not None:
            periods = list(self._periods)
            del periods[int(user_input[CONF_PERIOD])]
            self._tariff = Tariff(zone=self._tariff.zone, periods=tuple(periods))
            return await self.async_step_save()
        return self._form("remove_price", self._period_form)

    async def async_step_flat(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take one price at all times."""
        errors: Errors = {}
        if user_input is not None:
            errors = self._prove({"kind": "flat", **user_input})
            if not errors:
                return await self.async_step_save()
        form = flat_form(self.hass.config.currency, has_charge=self._has_charge)
        return self._form("flat", form, errors, user_input or self._proposal)

    async def async_step_hourly(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the price that an entity has."""
        errors: Errors = {}
        if user_input is not None:
            errors = self._prove({"kind": "hourly", **user_input})
            errors |= await self._async_prove_entity(user_input["entity_id"])
            if not errors:
                return await self.async_step_save()
        form = entity_form(self.hass.config.currency, has_charge=self._has_charge)
        return self._form("hourly", form, errors, user_input or self._proposal)

    async def async_step_time_of_use(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the price outside of all bands; the bands of a changed table stay."""
        errors: Errors = {}
        bands = self._proposal.get("bands", [])
        if user_input is not None:
            table = {"kind": "time_of_use", "bands": bands, **user_input}
            errors = self._prove(table)
            if not errors:
                self._table = table
                return await self.async_step_bands()
        form = table_form(self.hass.config.currency, has_charge=self._has_charge)
        return self._form("time_of_use", form, errors, user_input or self._proposal)

    async def async_step_bands(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the table; one without bands asks for the first."""
        if not self._bands:
            return await self.async_step_band()
        return self.async_show_menu(
            step_id="bands",
            menu_options=["save", "band", "remove_band"],
            description_placeholders=self._placeholders,
        )

    async def async_step_band(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take one more band."""
        errors: Errors = {}
        if user_input is not None:
            bands = [*self._table["bands"], user_input]
            errors = self._prove({**self._table, "bands": bands})
            if not errors:
                self._table["bands"] = bands
                return await self.async_step_bands()
        form = band_form(self.hass.config.currency)
        return self._form("band", form, errors, user_input)

    async def async_step_remove_band(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the band to remove."""
        if user_input is not None:
            bands = list(self._table["bands"])
            del bands[int(user_input[CONF_BAND])]
            self._table["bands"] = bands
            self._prove(self._table)
            return await self.async_step_bands()
        form = band_choice_form(map(self._words.band, self._bands))
        return self._form("remove_band", form)

    async def async_step_save(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep the prices; all other options stay."""
        data = tariff_to_data(self._tariff) if self._tariff.periods else None
        return self.async_create_entry(
            data=options_with(self.config_entry, self._path, data)
        )

    @property
    def _bands(self) -> tuple[Band, ...]:
        """Return the bands of the table that is being told."""
        price = period_from_data(self._table).price if self._table else None
        return price.bands if isinstance(price, TimeOfUse) else ()

    @property
    def _proposal(self) -> dict[str, Any]:
        """Return what a form shows at first: what is changed, or what follows the last."""
        if self._changed is not None:
            return period_to_data(self._changed)
        if not self._periods:
            return {}
        return {
            "standing_charge": self._periods[-1].standing_charge,
            "valid_from": dt_util.now().date().isoformat(),
        }

    def _prove(self, period: Mapping[str, object]) -> Errors:
        """Take a price among the others, or return what is wrong with it."""
        others = (each for each in self._periods if each is not self._changed)
        data = {"periods": [*map(period_to_data, others), period]}
        try:
            self._tariff = tariff_from_data(data, self._tariff.zone)
        except InvalidOption as err:
            return complaint(err)
        return {}

    async def _async_prove_entity(self, entity_id: str) -> Errors:
        """Return what keeps an entity from being one of prices."""
        try:
            self._unit = await async_unit_of_prices(self.hass, entity_id)
        except NoStatistics:
            return {"entity_id": "no_statistics"}
        if not is_price_unit(self._unit, self.hass.config.currency):
            return {"entity_id": "not_a_price"}
        return {}

    @property
    def _period_form(self) -> probatio.Schema:
        """Return the form that takes one of the known periods."""
        return period_form(map(self._words.period, self._periods))

    @property
    def _placeholders(self) -> dict[str, str]:
        """Return what the texts of the steps may tell."""
        return {
            "subject": self._subject,
            "periods": as_list(map(self._words.period, self._periods)),
            "bands": as_list(map(self._words.band, self._bands))
            or self._words.say("no_bands"),
            "currency": self.hass.config.currency,
            "unit": self._unit or "–",
        }

    def _form(
        self,
        step_id: str,
        schema: probatio.Schema,
        errors: Errors | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> ConfigFlowResult:
        """Show a form that keeps what was typed before an error."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, typed),
            errors=errors,
            description_placeholders=self._placeholders,
        )
