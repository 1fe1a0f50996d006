"""What runs for a config entry: its coordinators, and how they are put together."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import CONF_TOKEN, CONF_URL, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .alignment_coordinator import AlignmentCoordinator, AlignmentMemory
from .analysis.days import DayTotals
from .analysis.live import Live
from .analysis.tariff import Tariff
from .api.heatpumpmonitor import HeatpumpMonitorClient, Window
from .api.powershaper import Commodity, Meter, PowerShaperClient
from .clients import async_heatpumpmonitor_client, async_powershaper_client
from .comparison_coordinator import ComparisonCoordinator
from .const import CONF_METER, CONF_READ_KEY, CONF_SYSTEM_ID, SUBENTRY_SYSTEM
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
from .cop_target import CopTarget
from .days_coordinator import Days, DaysCoordinator
from .fleet_coordinator import FleetCoordinator
from .fleet_tables import FleetTables
from .history_news import async_tell_news
from .identity import meter_key, system_key
from .insight_coordinator import InsightCoordinator
from .joins import async_joins_of_meter, async_joins_of_system, async_linked_systems
from .meter_history import Billing, MeterHistory
from .options import home_options
from .statistics.importer import HistorySource, Importer, Progress
from .statistics.memory import Memory
from .statistics.series import entity_series, money
from .statistics.writer import Hours, StatisticsWriter
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
    """A heat pump and the coordinators that ask for it.

    `insight` is there where a meter is linked or a price known, `alignment` where a meter
    is linked.
    """

    subentry: ConfigSubentry
    client: HeatpumpMonitorClient
    key: str
    url: str
    feeds: FeedsCoordinator
    live: LiveCoordinator
    performance: PerformanceCoordinator
    fleet: FleetCoordinator
    comparison: ComparisonCoordinator
    days: DaysCoordinator
    history: HistoryCoordinator
    insight: InsightCoordinator | None
    alignment: AlignmentCoordinator | None
    cop_target: CopTarget

    @property
    def coordinators(self) -> tuple[ServiceCoordinator[Any], ...]:
        """Return those that may show what entities the heat pump has."""
        asking = self.feeds, self.live, self.performance
        return asking if self.insight is None else (*asking, self.insight)

    @property
    def asking(self) -> tuple[ServiceCoordinator[Any], ...]:
        """Return all that ask the service."""
        return *self.coordinators, self.days, self.history


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

    @property
    def asking(self) -> tuple[ServiceCoordinator[Any], ...]:
        """Return all that ask the service for this meter."""
        return self.usage, self.history


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatpumpMonitorData:
    """The heat pumps of a HeatpumpMonitor.org server, and the fleet that it publishes."""

    systems: tuple[SystemRuntime, ...]
    fleet: FleetCoordinator
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
    def asking(self) -> tuple[ServiceCoordinator[Any], ...]:
        """Return all that ask the service."""
        return self.fleet, *(each for system in self.systems for each in system.asking)

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
    def asking(self) -> tuple[ServiceCoordinator[Any], ...]:
        """Return all that ask the service."""
        return self.account, *(each for meter in self.meters for each in meter.asking)

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

    def billing(self, tariff: Tariff) -> Billing:
        """Return how a meter with a tariff is billed."""

        async def _prices(
            entity_ids: frozenset[str], start: int, end: int
        ) -> dict[str, Hours]:
            known = await self.writer.async_amounts(
                map(entity_series, entity_ids), start, end
            )
            return {series.key: hours for series, hours in known.items()}

        return Billing(
            tariff=tariff, currency=money(self.hass.config.currency), prices=_prices
        )


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
    fleet = FleetCoordinator(hass, entry, workshop.reachability, client)
    await fleet.async_load()
    tests = AlignmentMemory(hass, entry.entry_id)
    await tests.async_load()
    systems = tuple(
        _system(workshop, client, subentry, url=url, fleet=fleet, tests=tests)
        for subentry in entry.get_subentries_of_type(SUBENTRY_SYSTEM)
    )
    await asyncio.gather(*(system.feeds.async_refresh() for system in systems))
    if systems and not any(system.feeds.last_update_success for system in systems):
        _raise_not_ready(systems[0].feeds.last_exception)
    await asyncio.gather(
        *(system.live.async_refresh() for system in systems),
        *(system.performance.async_refresh() for system in systems),
    )
    await asyncio.gather(*(system.comparison.async_refresh() for system in systems))
    data = HeatpumpMonitorData(
        systems=systems, fleet=fleet, tables=FleetTables(client, _now)
    )
    for system in systems:
        _follow(workshop, system.feeds, (system.history, system.days))
        _follow(workshop, system.performance, (system.comparison,))
        # How often others start is a part of what the days show.
        entry.async_on_unload(
            fleet.async_add_listener(system.days.async_update_listeners)
        )
    _start(workshop, data.histories)
    if systems:
        _ask_for_the_fleet(workshop, data)
    _tell_news(workshop, systems)
    for system in systems:
        if system.insight is not None:
            system.insight.async_start()
        if system.alignment is not None:
            system.alignment.async_start()
    _start_days(workshop, [system.days for system in systems])
    return data


def _system(
    workshop: _Workshop,
    client: HeatpumpMonitorClient,
    subentry: ConfigSubentry,
    *,
    url: str,
    fleet: FleetCoordinator,
    tests: AlignmentMemory,
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
    comparison = ComparisonCoordinator(
        hass,
        entry,
        reachability,
        system_id=system_id,
        performance=performance,
        fleet=fleet,
    )
    days = DaysCoordinator(*common, name="days", interval=_HOURLY, start=Days())
    days.feeds = feeds
    days.fleet_starts = lambda: _starts_per_hour(fleet)
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
            joins=lambda: async_joins_of_system(hass, entry, subentry),
        ),
    )
    is_linked = subentry.data.get(CONF_METER) is not None
    insight = InsightCoordinator(
        hass, entry, reachability, workshop.writer, subentry, key=key
    )
    alignment = (
        AlignmentCoordinator(*common, feeds=feeds, memory=tests) if is_linked else None
    )
    return SystemRuntime(
        subentry=subentry,
        client=client,
        key=key,
        url=url,
        feeds=feeds,
        live=live,
        performance=performance,
        fleet=fleet,
        comparison=comparison,
        days=days,
        history=history,
        insight=insight if is_linked or insight.is_priced else None,
        alignment=alignment,
        cop_target=CopTarget(performance),
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
    _tell_linked_systems(hass, {meter.consent for meter in meters})
    _tell_news(workshop, meters)
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
            now=_now,
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


def _starts_per_hour(fleet: FleetCoordinator) -> list[float]:
    """Return how often the compressors of the fleet start, in its last 30 days."""
    return [
        member.starts_per_hour
        for member in fleet.data.members(Window.LAST_30)
        if member.starts_per_hour is not None
    ]


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
    leader: ServiceCoordinator[Any],
    followers: Iterable[ServiceCoordinator[Any]],
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


def _tell_news(
    workshop: _Workshop, owners: Iterable[SystemRuntime | MeterRuntime]
) -> None:
    """Let those who look at stored rows know when a history has written some."""

    def _tell(owner: SystemRuntime | MeterRuntime) -> None:
        async_tell_news(workshop.hass, owner.key, owner.history.data)

    for owner in owners:
        stop = owner.history.async_add_listener(partial(_tell, owner))
        workshop.entry.async_on_unload(stop)


def _reload_when_meters_appear(workshop: _Workshop, data: PowerShaperData) -> None:
    """Set the entry up anew when the account has a meter that it had not before."""
    known = {(meter.consent, meter.commodity) for meter in data.meters}

    @callback
    def _look() -> None:
        found = {(meter.consent, meter.commodity) for meter in data.account.data.meters}
        if found - known:
            workshop.hass.config_entries.async_schedule_reload(workshop.entry.entry_id)

    workshop.entry.async_on_unload(data.account.async_add_listener(_look))


def _ask_for_the_fleet(workshop: _Workshop, data: HeatpumpMonitorData) -> None:
    """Ask for the fleet daily, and compare each heat pump with it when it has news."""
    entry = workshop.entry

    async def _compare() -> None:
        # One after another: hundreds at once would hold everything else up.
        for system in data.systems:
            await system.comparison.async_refresh()

    @callback
    def _news() -> None:
        entry.async_create_background_task(
            workshop.hass, _compare(), f"comparisons of {entry.title}"
        )

    async def _started(hass: HomeAssistant) -> None:
        if data.fleet.is_due:
            entry.async_create_background_task(
                hass, data.fleet.async_refresh(), f"fleet of {entry.title}"
            )

    entry.async_on_unload(data.fleet.async_add_listener(_news))
    entry.async_on_unload(async_at_started(workshop.hass, _started))


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


def _start_days(workshop: _Workshop, coordinators: Iterable[DaysCoordinator]) -> None:
    """Read the days of one heat pump after another once Home Assistant has started."""
    entry = workshop.entry

    async def _read() -> None:
        for coordinator in coordinators:
            await coordinator.async_refresh()

    async def _started(hass: HomeAssistant) -> None:
        entry.async_create_background_task(hass, _read(), f"days of {entry.title}")

    entry.async_on_unload(async_at_started(workshop.hass, _started))
