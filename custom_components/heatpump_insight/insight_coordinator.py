"""What a heat pump's rows and those of its home's meter tell together."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CoreState, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .analysis.insight import LOOKS_BACK, Insight, JoinedHours, insight
from .const import CONF_METER, CONF_SYSTEM_ID
from .coordinator import Reachability, ServiceCoordinator
from .history_news import async_follow_news
from .identity import meter_key
from .linked_repairs import async_clear_implausible, async_tell_implausible
from .options import async_has_own_supply, async_price, system_options
from .statistics.series import ENERGY, MASS, Kind, Measure, Series
from .statistics.writer import Hours, StatisticsWriter

_INTERVAL: Final = timedelta(hours=3)
# What both histories write after one piece of news is looked at together.
_AFTER_NEWS: Final = timedelta(seconds=15)
# The currency matters to who writes the rows.
_MONEY: Final = Measure(kind=Kind.SUM, unit=None, unit_class=None)


class InsightCoordinator(ServiceCoordinator[Insight]):
    """Reads a heat pump's stored rows beside its meter's; it asks no service."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        writer: StatisticsWriter,
        subentry: ConfigSubentry,
        *,
        key: str,
    ) -> None:
        """Take the heat pump, its stable key, and who reads rows."""
        self._writer = writer
        self._subentry = subentry
        self._key = key
        self._system_id: int = subentry.data[CONF_SYSTEM_ID]
        self._consent: str | None = subentry.data.get(CONF_METER)
        self._stop_waiting: Callable[[], None] | None = None
        super().__init__(
            hass,
            entry,
            reachability,
            name=f"insight of heat pump {self._system_id}",
            interval=_INTERVAL,
            start=Insight(),
        )
        self.is_priced = self._has_price()

    @property
    def is_linked(self) -> bool:
        """Tell whether the heat pump is linked with a meter."""
        return self._consent is not None

    @callback
    def async_start(self) -> None:
        """Look soon after Home Assistant has started, after news, and every few hours."""
        entry = self.config_entry
        # Looking goes on even when no entity does.
        entry.async_on_unload(self.async_add_listener(lambda: None))
        for key in filter(None, (self._key, self._meter)):
            entry.async_on_unload(async_follow_news(self.hass, key, self._news))
        entry.async_on_unload(async_at_started(self.hass, self._started))
        entry.async_on_unload(self._forget_waiting)

    @property
    def _meter(self) -> str | None:
        """Return the stable key of the linked meter."""
        return f"{meter_key(self._consent)}_electricity" if self._consent else None

    @callback
    def _started(self, _: HomeAssistant) -> None:
        self._look_soon()

    @callback
    def _news(self, key: str) -> None:
        # The hours of today change nothing before the day is over.
        if key != self._key or not self._is_up_to_date():
            self._look_soon()

    def _is_up_to_date(self) -> bool:
        """Tell whether no newer day can be whole."""
        latest = self.data.yesterday
        return (
            latest is not None
            and latest.last == self._today() - timedelta(days=1)
            and (latest.cost is not None) == self._has_price()
        )

    @callback
    def _look_soon(self) -> None:
        if self._stop_waiting is None:
            self._stop_waiting = async_call_later(
                self.hass, _AFTER_NEWS, HassJob(self._look, cancel_on_shutdown=True)
            )

    @callback
    def _look(self, _: datetime) -> None:
        self._stop_waiting = None
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), self.name
        )

    @callback
    def _forget_waiting(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None

    @override
    async def _async_fetch(self) -> Insight:
        # Before Home Assistant has started, others wait for the database.
        if self.hass.state is not CoreState.running:
            return self.data
        zone = dt_util.get_default_time_zone()
        self.is_priced = self._has_price()
        hours = await self._async_hours()
        boiler = system_options(self.config_entry, self._system_id, zone).boiler
        found = await self.hass.async_add_executor_job(
            partial(
                insight,
                hours,
                self._today(),
                zone,
                boiler,
                has_own_supply=self._has_own_supply(),
            )
        )
        self._tell(found)
        return found

    async def _async_hours(self) -> JoinedHours:
        """Read the rows, series by series, so that others get at the database between."""
        now = dt_util.utcnow()
        start = int((now - timedelta(days=LOOKS_BACK + 1)).timestamp())
        found: dict[str, Hours] = {}
        for name, series in self._series().items():
            read = await self._writer.async_amounts(
                (series,), start, int(now.timestamp())
            )
            found[name] = read[series]
        return JoinedHours(**found)

    def _series(self) -> Mapping[str, Series]:
        """Return the statistics of which rows may be there, by what they are here."""
        keys = {
            "electricity": (f"{self._key}_electricity", ENERGY),
            "heat": (f"{self._key}_heat", ENERGY),
        }
        if self._meter:
            keys |= {
                "carbon": (f"{self._key}_carbon", MASS),
                "meter": (self._meter, ENERGY),
                "meter_carbon": (f"{self._meter}_carbon", MASS),
            }
        if self.is_priced:
            keys["cost"] = f"{self._key}_cost", _MONEY
        return {
            name: Series(key=key, name=key, measure=measure)
            for name, (key, measure) in keys.items()
        }

    def _today(self) -> date:
        return dt_util.utcnow().astimezone(dt_util.get_default_time_zone()).date()

    def _has_price(self) -> bool:
        """Tell whether there is a price, which may be an option of another entry."""
        zone = dt_util.get_default_time_zone()
        return (
            async_price(self.hass, self.config_entry, self._subentry.data, zone)
            is not None
        )

    def _has_own_supply(self) -> bool:
        zone = dt_util.get_default_time_zone()
        return self._consent is not None and async_has_own_supply(
            self.hass, self._consent, zone
        )

    def _tell(self, found: Insight) -> None:
        """Tell the user when the two meters cannot both be right, and take it back."""
        month = found.last_30_days
        if month and month.share and month.share.is_implausible:
            async_tell_implausible(
                self.hass,
                self.config_entry,
                self._subentry,
                has_own_supply=month.share.has_own_supply,
            )
        else:
            async_clear_implausible(self.hass, self._subentry)
