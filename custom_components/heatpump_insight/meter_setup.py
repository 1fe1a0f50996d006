"""Puts together what runs for the meters of a PowerShaper Monitor account."""

import asyncio
from collections.abc import Iterable
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .analysis.days import DayTotals
from .api.powershaper import Commodity, Meter, PowerShaperClient
from .clients import async_powershaper_client
from .coordinator import Account, AccountCoordinator, UsageCoordinator
from .identity import meter_key
from .joins import async_joins_of_meter, async_linked_systems
from .meter_history import MeterHistory
from .options import home_options
from .runtime import HeatPumpInsightConfigEntry, MeterRuntime, PowerShaperData
from .workshop import (
    HOURLY,
    Workshop,
    async_workshop,
    follow,
    now,
    start_histories,
    tell_news,
)

_METER_NAMES: Final = {
    Commodity.ELECTRICITY: "Electricity meter",
    Commodity.GAS: "Gas meter",
}


async def async_set_up_meters(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> PowerShaperData:
    """Ask for the meters of the account once, and go on asking."""
    workshop = await async_workshop(hass, entry)
    client = async_powershaper_client(
        hass, entry.data[CONF_URL], entry.data[CONF_TOKEN]
    )
    account = AccountCoordinator(
        hass,
        entry,
        workshop.reachability,
        client,
        name="meters of the account",
        interval=HOURLY,
        start=Account(),
    )
    await account.async_config_entry_first_refresh()
    homes = sorted({meter.consent for meter in account.data.meters})
    meters = tuple(
        _meter(workshop, client, account, meter, homes.index(meter.consent) + 1)
        for meter in account.data.meters
    )
    await asyncio.gather(*(meter.usage.async_refresh() for meter in meters))
    data = PowerShaperData(account=account, meters=meters)
    follow(
        workshop,
        account,
        [each for meter in meters for each in (meter.usage, meter.history)],
    )
    _reload_when_meters_appear(workshop, data)
    start_histories(workshop, data.histories)
    _tell_linked_systems(hass, {meter.consent for meter in meters})
    tell_news(workshop, meters)
    return data


@callback
def _tell_linked_systems(hass: HomeAssistant, consents: Iterable[str]) -> None:
    """Let the histories of linked heat pumps look at their price, which may be another."""
    for consent in consents:
        for entry, subentry in async_linked_systems(hass, consent):
            if entry.state is not ConfigEntryState.LOADED:
                continue
            for system in entry.runtime_data.systems:
                if system.subentry.subentry_id == subentry.subentry_id:
                    entry.async_create_background_task(
                        hass,
                        system.history.async_refresh(),
                        f"{system.history.name} after its meter's options",
                    )


def _meter(
    workshop: Workshop,
    client: PowerShaperClient,
    account: AccountCoordinator,
    meter: Meter,
    home: int,
) -> MeterRuntime:
    consent, commodity = meter.consent, meter.commodity
    key = f"{meter_key(consent)}_{commodity}"
    usage = UsageCoordinator(
        workshop.hass,
        workshop.entry,
        workshop.reachability,
        client,
        name=f"days of {commodity} meter {home}",
        interval=HOURLY,
        start=DayTotals(),
    )
    usage.account, usage.consent, usage.commodity = account, consent, commodity
    options = home_options(workshop.entry, consent, dt_util.get_default_time_zone())
    tariff = options.tariffs.get(commodity)
    history = workshop.history(
        # A key holds the consent, which is not to be logged.
        f"{commodity} meter {home}",
        MeterHistory(
            client,
            key=key,
            name=_METER_NAMES[commodity] + (f" {home}" if home > 1 else ""),
            ends_stamped=options.ends_stamped,
            meter=lambda: account.data.meter(consent, commodity),
            now=now,
            billing=workshop.billing(tariff) if tariff else None,
            joins=lambda: async_joins_of_meter(workshop.hass, consent, commodity),
        ),
    )
    return MeterRuntime(
        consent=consent,
        commodity=commodity,
        client=client,
        key=key,
        home=home,
        usage=usage,
        history=history,
    )


def _reload_when_meters_appear(workshop: Workshop, data: PowerShaperData) -> None:
    """Set the entry up anew when the account has a meter that it had not before."""
    known = {(meter.consent, meter.commodity) for meter in data.meters}

    @callback
    def _look() -> None:
        found = {(meter.consent, meter.commodity) for meter in data.account.data.meters}
        if found - known:
            workshop.hass.config_entries.async_schedule_reload(workshop.entry.entry_id)

    workshop.entry.async_on_unload(data.account.async_add_listener(_look))
