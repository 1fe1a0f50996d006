"""Tests once a week whether a meter's half-hours are those of the heat pump.

What the service's stamps mean is not documented, and a wrong reading of them shifts the
whole of a home's carbon and cost by half an hour. Told are the stamps as they come, so a
result holds whichever meaning is chosen in the options.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
import random
from typing import Any, Final, TypedDict, override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CoreState, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .analysis.alignment import (
    Alignment,
    align,
    half_hours_of_counter,
    half_hours_of_power,
)
from .analysis.hours import HALF_HOUR
from .api.heatpumpmonitor import FeedKey, HeatpumpMonitorClient
from .api.powershaper import Aggregate, Meter, PowerShaperClient
from .const import (
    CONF_METER,
    CONF_READ_KEY,
    CONF_SYSTEM_ID,
    DOMAIN,
    STAMP_END,
    STAMP_START,
)
from .coordinator import FeedsCoordinator, Reachability, ServiceCoordinator
from .history_news import async_follow_news
from .identity import meter_key
from .linked_repairs import async_clear_other_stamp, async_tell_other_stamp
from .meters import async_linked_meter
from .options import home_options

_VERSION: Final = 1
_TEST_EVERY: Final = timedelta(days=7)
_LOOK_EVERY: Final = timedelta(hours=6)
# A start has enough to ask for.
_AFTER_START: Final = (300.0, 900.0)
_SPAN: Final = timedelta(days=30)
# By how much later than the heat pump's the half-hours of a meter are stamped.
_STAMPS: Final = {0: STAMP_START, HALF_HOUR: STAMP_END}


class _Kept(TypedDict):
    """A test as it is kept on disk."""

    meter: str
    at: float
    pairs: int
    correlations: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test of a heat pump beside a meter, named by its stable key, and when (unix s)."""

    meter: str
    at: float
    alignment: Alignment

    @property
    def stamp(self) -> str | None:
        """Return which end of a half-hour the stamps mark, where the evidence is clear."""
        alignment = self.alignment
        if not alignment.is_clear or alignment.offset is None:
            return None
        return _STAMPS.get(alignment.offset)


class AlignmentMemory:
    """The last test of each heat pump of an entry, kept so that a restart makes none."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the entry whose tests are remembered."""
        self._store: Store[dict[str, _Kept]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.alignment", atomic_writes=True
        )
        self._tests: dict[str, _Kept] = {}

    async def async_load(self) -> None:
        """Read what an earlier run remembered."""
        self._tests = await self._store.async_load() or {}

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()

    def recall(self, subentry_id: str, meter: str) -> Tested | None:
        """Return the last test of a heat pump beside this meter."""
        kept = self._tests.get(subentry_id)
        if kept is None or kept["meter"] != meter:
            return None
        return Tested(
            meter=kept["meter"],
            at=kept["at"],
            alignment=Alignment(
                pairs=kept["pairs"],
                correlations={
                    int(offset): value for offset, value in kept["correlations"].items()
                },
            ),
        )

    async def async_remember(self, subentry_id: str, tested: Tested) -> None:
        """Remember a test in place of the one before."""
        correlations = tested.alignment.correlations
        self._tests[subentry_id] = _Kept(
            meter=tested.meter,
            at=tested.at,
            pairs=tested.alignment.pairs,
            correlations={str(offset): each for offset, each in correlations.items()},
        )
        await self._store.async_save(self._tests)


class AlignmentCoordinator(ServiceCoordinator[Tested | None]):
    """Asks each service once a week for 30 days of half-hours, and compares them."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        client: HeatpumpMonitorClient,
        subentry: ConfigSubentry,
        *,
        feeds: FeedsCoordinator,
        memory: AlignmentMemory,
    ) -> None:
        """Take a heat pump that is linked with a meter, and what it feeds now."""
        self._client = client
        self._subentry = subentry
        self._feeds = feeds
        self._memory = memory
        self._consent: str = subentry.data[CONF_METER]
        self._meter_key = meter_key(self._consent)
        super().__init__(
            hass,
            entry,
            reachability,
            name=f"alignment of heat pump {subentry.data[CONF_SYSTEM_ID]}",
            interval=_LOOK_EVERY,
            start=memory.recall(subentry.subentry_id, self._meter_key),
        )

    @callback
    def async_start(self) -> None:
        """Look some minutes after Home Assistant has started, and every few hours."""
        entry = self.config_entry
        # Looking goes on though there is no entity.
        entry.async_on_unload(self.async_add_listener(lambda: None))
        entry.async_on_unload(
            async_follow_news(self.hass, f"{self._meter_key}_electricity", self._news)
        )
        entry.async_on_unload(async_at_started(self.hass, self._started))

    @callback
    def _started(self, hass: HomeAssistant) -> None:
        # After a restart what was found before is told again at once.
        self._tell()
        self.config_entry.async_on_unload(
            async_call_later(
                hass,
                random.uniform(*_AFTER_START),
                HassJob(self._look, cancel_on_shutdown=True),
            )
        )

    @callback
    def _look(self, _: datetime) -> None:
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), self.name
        )

    @callback
    def _news(self, _: str) -> None:
        # The option may have been changed: the meter's history was read again.
        self._tell()

    @override
    async def _async_fetch(self) -> Tested | None:
        linked = async_linked_meter(self.hass, self._consent)
        tested = self.data
        if linked and self._is_due() and self.hass.state is CoreState.running:
            account, meter = linked
            client: PowerShaperClient = account.runtime_data.account.client
            alignment = await self._async_test(client, meter)
            if alignment is not None:
                tested = Tested(
                    meter=self._meter_key,
                    at=dt_util.utcnow().timestamp(),
                    alignment=alignment,
                )
                await self._memory.async_remember(self._subentry.subentry_id, tested)
                self.data = tested
        self._tell()
        return tested

    def _is_due(self) -> bool:
        """Tell whether a week is over since the last test."""
        if self.data is None:
            return True
        # A clock that was set back does not put the next test off.
        passed = dt_util.utcnow().timestamp() - self.data.at
        return not 0 <= passed < _TEST_EVERY.total_seconds()

    async def _async_test(
        self, client: PowerShaperClient, meter: Meter
    ) -> Alignment | None:
        """Compare the last 30 whole days of the meter; None while there is nothing yet."""
        feeds = self._feeds.data.feeds
        if meter.latest is None or not {FeedKey.ELEC, FeedKey.ELEC_KWH} & feeds.keys():
            return None
        end = datetime.combine(meter.latest.date(), time(), UTC)
        first = end - _SPAN
        usages = await client.usage(
            meter, first.date(), (end - timedelta(days=1)).date(), Aggregate.HALF_HOUR
        )
        house = {
            int(usage.start.timestamp()): usage.energy_kwh
            for usage in usages
            if usage.energy_kwh is not None and not usage.error_count
        }
        heat_pump = await self._async_heat_pump(
            int(first.timestamp()), int(end.timestamp())
        )
        return await self.hass.async_add_executor_job(align, heat_pump, house)

    async def _async_heat_pump(self, start: int, end: int) -> Mapping[int, float]:
        """Return the kWh of the heat pump's half-hours in [start, end)."""
        has_power = FeedKey.ELEC in self._feeds.data.feeds
        feed = FeedKey.ELEC if has_power else FeedKey.ELEC_KWH
        data = await self._client.data(
            self._subentry.data[CONF_SYSTEM_ID],
            [feed],
            start,
            # A counter is read at both ends of each half-hour.
            end if has_power else end + HALF_HOUR,
            HALF_HOUR,
            average=has_power,
            read_key=self._subentry.data.get(CONF_READ_KEY),
        )
        half_hours = half_hours_of_power if has_power else half_hours_of_counter
        return half_hours(start, data.values[feed])

    @callback
    def _tell(self) -> None:
        """Tell the user when the stamps mean the other end, and take it back when cured."""
        linked = async_linked_meter(self.hass, self._consent)
        if linked is None:
            return
        account, _ = linked
        zone = dt_util.get_default_time_zone()
        ends = home_options(account, self._consent, zone).ends_stamped
        chosen = STAMP_END if ends else STAMP_START
        found = self.data.stamp if self.data else None
        if found is None or found == chosen:
            async_clear_other_stamp(self.hass, self._subentry)
        else:
            async_tell_other_stamp(
                self.hass, self.config_entry, self._subentry, stamp=found
            )

    def diagnostics(self) -> dict[str, Any] | None:
        """Return the last test, without what names the meter."""
        if self.data is None:
            return None
        alignment = self.data.alignment
        offset = alignment.offset
        return {
            "tested": datetime.fromtimestamp(self.data.at, UTC).isoformat(),
            "pairs": alignment.pairs,
            "correlations_by_minutes": {
                str(seconds // 60): value
                for seconds, value in alignment.correlations.items()
            },
            "offset_minutes": None if offset is None else offset // 60,
            "margin": alignment.margin,
            "is_clear": alignment.is_clear,
        }
