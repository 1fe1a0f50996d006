"""What runs for a config entry: its coordinators, and how they are put together."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_TOKEN, CONF_URL, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .analysis.days import DayTotals
from .analysis.live import Live
from .api.heatpumpmonitor import HeatpumpMonitorClient
from .api.powershaper import Commodity, Meter, PowerShaperClient
from .clients import async_heatpumpmonitor_client, async_powershaper_client
from .const import CONF_READ_KEY, CONF_SYSTEM_ID, SUBENTRY_SYSTEM
from .coordinator import (
    NO_FEEDS,
    Account,
    AccountCoordinator,
    FeedsCoordinator,
    HistoryCoordinator,
    LiveCoordinator,
    Performance,
    PerformanceCoordinator,
    Reachability,
    ServiceCoordinator,
    UsageCoordinator,
)
from .fleet_tables import FleetTables
from .identity import meter_key, system_key
from .meter_history import MeterHistory
from .options import home_options
from .statistics.importer import HistorySource, Importer, Progress
from .statistics.memory import Memory
from .statistics.writer import StatisticsWriter
from .system_history import SystemHistory

_LIVE_EVERY: Final = timedelta(minutes=5)
_HOURLY: Final = timedelta(hours=1)
_PERFORMANCE_EVERY: Final = timedelta(hours=3)

_METER_NAMES: Final = {
    Commodity.ELECTRICITY: "Electricity meter",
    Commodity.GAS: "Gas meter",
}

type HeatPumpInsightConfigEntry = ConfigEntry[HeatpumpMonitorData | PowerShaperData]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRuntime:
    """A heat pump and the coordinators that ask for it."""

    subentry: ConfigSubentry
    client: HeatpumpMonitorClient
    key: str
    url: str
    feeds: FeedsCoordinator
    live: LiveCoordinator
    performance: PerformanceCoordinator
    history: HistoryCoordinator

    @property
    def coordinators(self) -> tuple[ServiceCoordinator[Any], ...]:
        """Return those that may show what entities the heat pump has."""
        return self.feeds, self.live, self.performance


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRuntime:
    """A meter and the coordinators that ask for it."""

    consent: str
    commodity: Commodity
    client: PowerShaperClient
    key: str
    home: int
    usage: UsageCoordinator
    history: HistoryCoordinator


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatpumpMonitorData:
    """The heat pumps of a HeatpumpMonitor.org server."""

    systems: tuple[SystemRuntime, ...]
    tables: FleetTables

    @property
    def owners(self) -> tuple[SystemRuntime, ...]:
        """Return what has a history, in the order in which they are imported."""
        return self.systems

    @property
    def histories(self) -> tuple[HistoryCoordinator, ...]:
        """Return the histories, in the order in which they are imported."""
        return tuple(system.history for system in self.systems)

    @property
    def present_keys(self) -> frozenset[str]:
        """Return the keys of the devices that are there."""
        return frozenset(system.key for system in self.systems)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShaperData:
    """The meters of a PowerShaper account."""

    account: AccountCoordinator
    meters: tuple[MeterRuntime, ...]

    @property
    def owners(self) -> tuple[MeterRuntime, ...]:
        """Return what has a history, in the order in which they are imported."""
        return self.meters

    @property
    def histories(self) -> tuple[HistoryCoordinator, ...]:
        """Return the histories, in the order in which they are imported."""
        return tuple(meter.history for meter in self.meters)

    @property
    def present_keys(self) -> frozenset[str]:
        """Return the keys of the devices that are there."""
        return frozenset(
            meter.key
            for meter in self.meters
            if self.account.data.meter(meter.consent, meter.commodity) is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workshop:
    """What every coordinator of an entry is made with."""

    hass: HomeAssistant
    entry: HeatPumpInsightConfigEntry
    reachability: Reachability
    writer: StatisticsWriter
    memory: Memory

    def history(self, name: str, source: HistorySource) -> HistoryCoordinator:
        """Return the coordinator that imports a source; its name is logged."""
        coordinator = HistoryCoordinator(
            self.hass,
            self.entry,
            self.reachability,
            name=f"history of {name}",
            interval=_HOURLY,
            start=Progress(),
        )
        coordinator.importer = Importer(self.writer, self.memory, source)
        return coordinator


async def _async_workshop(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> _Workshop:
    memory = Memory(hass, entry.entry_id)
    await memory.async_load()
    return _Workshop(
        hass=hass,
        entry=entry,
        reachability=Reachability(),
        writer=StatisticsWriter(hass),
        memory=memory,
    )


async def async_set_up_systems(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> HeatpumpMonitorData:
    """Ask for every heat pump of the entry once, and go on asking.

    One that cannot be had does not keep the others from their place; when none can be had
    Home Assistant tries again later.
    """
    workshop = await _async_workshop(hass, entry)
    url: str = entry.data[CONF_URL]
    client = async_heatpumpmonitor_client(hass, url)
    systems = tuple(
        _system(workshop, client, url, subentry)
        for subentry in entry.get_subentries_of_type(SUBENTRY_SYSTEM)
    )
    await asyncio.gather(*(system.feeds.async_refresh() for system in systems))
    if systems and not any(system.feeds.last_update_success for system in systems):
        _raise_not_ready(systems[0].feeds.last_exception)
    await asyncio.gather(
        *(system.live.async_refresh() for system in systems),
        *(system.performance.async_refresh() for system in systems),
    )
    data = HeatpumpMonitorData(systems=systems, tables=FleetTables(client, _now))
    for system in systems:
        _follow(workshop, system.feeds, (system.history,))
    _start(workshop, data.histories)
    return data


def _system(
    workshop: _Workshop,
    client: HeatpumpMonitorClient,
    url: str,
    subentry: ConfigSubentry,
) -> SystemRuntime:
    hass, entry, reachability = workshop.hass, workshop.entry, workshop.reachability
    common = (hass, entry, reachability, client, subentry)
    system_id: int = subentry.data[CONF_SYSTEM_ID]
    key = system_key(url, system_id)
    feeds = FeedsCoordinator(*common, name="feeds", interval=_HOURLY, start=NO_FEEDS)
    live = LiveCoordinator(*common, name="values", interval=_LIVE_EVERY, start=Live())
    live.feeds = feeds
    performance = PerformanceCoordinator(
        *common,
        name="performance",
        interval=_PERFORMANCE_EVERY,
        start=Performance(),
    )
    performance.feeds = feeds
    history = workshop.history(
        f"heat pump {system_id}",
        SystemHistory(
            client,
            system_id,
            subentry.data.get(CONF_READ_KEY),
            key=key,
            name=f"Heat pump {system_id}",
            zone=dt_util.get_default_time_zone(),
            available=lambda: feeds.data,
            now=_now,
        ),
    )
    return SystemRuntime(
        subentry=subentry,
        client=client,
        key=key,
        url=url,
        feeds=feeds,
        live=live,
        performance=performance,
        history=history,
    )


async def async_set_up_meters(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> PowerShaperData:
    """Ask for the meters of the account once, and go on asking."""
    workshop = await _async_workshop(hass, entry)
    client = async_powershaper_client(
        hass, entry.data[CONF_URL], entry.data[CONF_TOKEN]
    )
    account = AccountCoordinator(
        hass,
        entry,
        workshop.reachability,
        client,
        name="meters of the account",
        interval=_HOURLY,
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
    _follow(
        workshop,
        account,
        [each for meter in meters for each in (meter.usage, meter.history)],
    )
    _reload_when_meters_appear(workshop, data)
    _start(workshop, data.histories)
    return data


def _meter(
    workshop: _Workshop,
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
        interval=_HOURLY,
        start=DayTotals(),
    )
    usage.account, usage.consent, usage.commodity = account, consent, commodity
    options = home_options(workshop.entry, consent, dt_util.get_default_time_zone())
    history = workshop.history(
        # A key holds the consent, which is not to be logged.
        f"{commodity} meter {home}",
        MeterHistory(
            client,
            key=key,
            name=_METER_NAMES[commodity] + (f" {home}" if home > 1 else ""),
            ends_stamped=options.ends_stamped,
            meter=lambda: account.data.meter(consent, commodity),
            now=_now,
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


def _now() -> float:
    return dt_util.utcnow().timestamp()


def _raise_not_ready(cause: BaseException | None) -> None:
    raise ConfigEntryNotReady(
        translation_domain=getattr(cause, "translation_domain", None),
        translation_key=getattr(cause, "translation_key", None),
        translation_placeholders=getattr(cause, "translation_placeholders", None),
    ) from cause


def _follow(
    workshop: _Workshop,
    leader: FeedsCoordinator | AccountCoordinator,
    followers: Iterable[UsageCoordinator | HistoryCoordinator],
) -> None:
    """Refresh the followers when the leader has news."""
    entry = workshop.entry

    @callback
    def _news() -> None:
        for follower in followers:
            entry.async_create_background_task(
                workshop.hass,
                follower.async_request_refresh(),
                f"{follower.name} after news",
            )

    entry.async_on_unload(leader.async_add_listener(_news))


def _reload_when_meters_appear(workshop: _Workshop, data: PowerShaperData) -> None:
    """Set the entry up anew when the account has a meter that it had not before."""
    known = {(meter.consent, meter.commodity) for meter in data.meters}

    @callback
    def _look() -> None:
        found = {(meter.consent, meter.commodity) for meter in data.account.data.meters}
        if found - known:
            workshop.hass.config_entries.async_schedule_reload(workshop.entry.entry_id)

    workshop.entry.async_on_unload(data.account.async_add_listener(_look))


def _start(workshop: _Workshop, histories: tuple[HistoryCoordinator, ...]) -> None:
    """Import one history after another once Home Assistant has started."""
    entry = workshop.entry

    async def _import() -> None:
        for history in histories:
            await history.async_refresh()

    async def _started(hass: HomeAssistant) -> None:
        entry.async_create_background_task(hass, _import(), f"history of {entry.title}")

    @callback
    def _look_at_the_zone(_: object) -> None:
        if dt_util.get_default_time_zone() != zone:
            workshop.hass.config_entries.async_schedule_reload(entry.entry_id)

    # The days of a COP begin at the home's own midnight.
    zone = dt_util.get_default_time_zone()
    entry.async_on_unload(
        workshop.hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, _look_at_the_zone)
    )
    for history in histories:
        # Polling goes on even when nobody looks at the progress.
        entry.async_on_unload(history.async_add_listener(lambda: None))
    entry.async_on_unload(async_at_started(workshop.hass, _started))
    workshop.reachability.speak()
