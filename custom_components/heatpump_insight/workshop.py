"""What every coordinator of an entry is made with, and how they begin and follow each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .analysis.tariff import Tariff
from .coordinator import HistoryCoordinator, Reachability, ServiceCoordinator
from .history_news import async_tell_news
from .meter_history import Billing
from .runtime import HeatPumpInsightConfigEntry, MeterRuntime, SystemRuntime
from .statistics.importer import HistorySource, Importer, Progress
from .statistics.memory import Memory
from .statistics.series import entity_series, money
from .statistics.writer import Hours, StatisticsWriter

HOURLY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
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
            interval=HOURLY,
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


async def async_workshop(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> Workshop:
    """Return what the coordinators of an entry are made with, and what it remembers."""
    memory = Memory(hass, entry.entry_id)
    await memory.async_load()
    return Workshop(
        hass=hass,
        entry=entry,
        reachability=Reachability(),
        writer=StatisticsWriter(hass),
        memory=memory,
    )


def follow(
    workshop: Workshop,
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


def tell_news(
    workshop: Workshop, owners: Iterable[SystemRuntime | MeterRuntime]
) -> None:
    """Let those who look at stored rows know when a history has written some."""

    def _tell(owner: SystemRuntime | MeterRuntime) -> None:
        async_tell_news(workshop.hass, owner.key, owner.history.data)

    for owner in owners:
        stop = owner.history.async_add_listener(partial(_tell, owner))
        workshop.entry.async_on_unload(stop)


def start_histories(
    workshop: Workshop, histories: tuple[HistoryCoordinator, ...]
) -> None:
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


def raise_not_ready(cause: BaseException | None) -> None:
    """Let Home Assistant try again later, and tell the user why."""
    raise ConfigEntryNotReady(
        translation_domain=getattr(cause, "translation_domain", None),
        translation_key=getattr(cause, "translation_key", None),
        translation_placeholders=getattr(cause, "translation_placeholders", None),
    ) from cause


def now() -> float:
    """Return the unix time as Home Assistant knows it."""
    return dt_util.utcnow().timestamp()
