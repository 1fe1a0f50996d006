"""One coordinator per cadence: asks the services, computes, hands on."""

from abc import abstractmethod
import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
import logging
import random
from typing import Any, Final, TypedDict, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import (
    REQUEST_REFRESH_DEFAULT_COOLDOWN,
    REQUEST_REFRESH_DEFAULT_IMMEDIATE,
    DataUpdateCoordinator,
    UpdateFailed,
)
from homeassistant.util import dt as dt_util

from .analysis.days import (
    SERVICE_ZONE,
    DayTotals,
    day_totals,
    first_day_of_totals,
    latest_complete_day,
)
from .analysis.hours import DAY
from .analysis.live import Live, live
from .api.errors import (
    CannotConnect,
    NotFound,
    QuotaExceeded,
    Refused,
    ServiceError,
    UnexpectedAnswer,
)
from .api.heatpumpmonitor import (
    Available,
    FeedKey,
    HeatpumpMonitorClient,
    Stats,
    System,
    Value,
    Window,
)
from .api.powershaper import Aggregate, Commodity, Meter, PowerShaperClient, Usage
from .const import CONF_READ_KEY, CONF_SYSTEM_ID, DOMAIN, LOGGER
from .repairs import async_clear_refused, async_tell_refused
from .statistics.importer import Imported, Importer, Progress, Report
from .statistics.writer import NotKept

_FIRST_RETRY: Final = timedelta(minutes=5)
_LONGEST_RETRY: Final = timedelta(hours=1)
_METADATA_LASTS: Final = timedelta(days=1)
# So that a monitor that was silent for some days has a latest day.
_LAST_DAYS: Final = timedelta(days=7)

LIVE_FEEDS: Final = (
    FeedKey.ELEC,
    FeedKey.HEAT,
    FeedKey.FLOW_TEMPERATURE,
    FeedKey.RETURN_TEMPERATURE,
    FeedKey.OUTSIDE_TEMPERATURE,
    FeedKey.ROOM_TEMPERATURE,
    FeedKey.FLOW_RATE,
)

NO_FEEDS: Final = Available(
    feeds={},
    start_date=None,
    starting_power=None,
    auto_detect_cooling=False,
    cached=False,
)

_WINDOW_DAYS: Final = {
    Window.LAST_7: 7,
    Window.LAST_30: 30,
    Window.LAST_90: 90,
    Window.LAST_365: 365,
}

_ERROR_KEYS: Final[Mapping[type[ServiceError], str]] = {
    CannotConnect: "cannot_connect",
    NotFound: "not_found",
    QuotaExceeded: "quota",
    Refused: "refused",
    UnexpectedAnswer: "unexpected_answer",
}


class _Told(TypedDict):
    """How an error is told in the user's language."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


def told(error: ServiceError) -> _Told:
    """Return how an error of a client is told to the user."""
    return _Told(
        translation_domain=DOMAIN,
        translation_key=_ERROR_KEYS[type(error)],
        translation_placeholders={
            "service": error.service,
            "detail": f"{error.path}: {error.detail}",
        },
    )


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Keep what helps to find a fault; `Reachability` tells outages, once for all."""
    return record.levelno == logging.DEBUG or record.exc_info is not None


_REFRESH_LOGGER = logging.getLogger(f"{__package__}.refresh")
_REFRESH_LOGGER.addFilter(_is_worth_a_line)


class Reachability:
    """Tells in one line that a service is gone, and in one that it is back.

    Several coordinators ask the same service: the first that fails speaks for all, and
    the last that recovers.
    """

    def __init__(self) -> None:
        """Stay silent until set-up is done: Home Assistant tells of its failures itself."""
        self._failing: dict[str, ServiceError] = {}
        self._speaks = False

    def speak(self) -> None:
        """Begin to tell, also of what has failed already."""
        self._speaks = True
        if self._failing:
            self._tell_lost(next(iter(self._failing.values())))

    def lost(self, name: str, error: ServiceError) -> None:
        """Note that a coordinator failed."""
        if not self._failing:
            self._tell_lost(error)
        self._failing[name] = error

    def reached(self, name: str) -> None:
        """Note that a coordinator succeeded."""
        error = self._failing.pop(name, None)
        if error is not None and not self._failing and self._speaks:
            LOGGER.info("%s answers again", error.service)

    def _tell_lost(self, error: ServiceError) -> None:
        if self._speaks:
            LOGGER.warning("No data from %s", error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no news, and since when it is for that kind of reason."""

    error: ServiceError
    since: datetime


class ServiceCoordinator[T](DataUpdateCoordinator[T]):
    """Asks a service at an interval, and maps its errors once for all."""

    config_entry: ConfigEntry
    failure: Failure | None = None
    """What went wrong with the last request, None where nothing did."""
    answered_at: datetime | None = None
    """When the service last gave what it was asked for."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        *,
        name: str,
        interval: timedelta,
        start: T,
    ) -> None:
        """Take the entry, a name for the debug log, and what is shown before any answer."""
        super().__init__(
            hass,
            _REFRESH_LOGGER,
            config_entry=entry,
            name=name,
            update_interval=interval,
            always_update=False,
            # In the foreground it would be left running when Home Assistant stops, and
            # the recorder closes its database under a read that goes on.
            request_refresh_debouncer=Debouncer(
                hass,
                _REFRESH_LOGGER,
                cooldown=REQUEST_REFRESH_DEFAULT_COOLDOWN,
                immediate=REQUEST_REFRESH_DEFAULT_IMMEDIATE,
                background=True,
            ),
        )
        self.data = start
        self._reachability = reachability
        self._interval = interval
        self._retry = self._first_retry

    @property
    def _first_retry(self) -> timedelta:
        """Return how long to wait after the first failure."""
        return min(self._interval, _FIRST_RETRY)

    @abstractmethod
    async def _async_fetch(self) -> T:
        """Ask the service."""

    @override
    async def _async_update_data(self) -> T:
        try:
            data = await self._async_fetch()
        except ServiceError as error:
            self._reachability.lost(self.name, error)
            self._note(error)
            if isinstance(error, Refused):
                self._refused(error)
            raise self._failed(error) from error
        self._retry = self._first_retry
        self.failure = None
        self.answered_at = dt_util.utcnow()
        self._reachability.reached(self.name)
        self._accepted()
        return data

    def _note(self, error: ServiceError) -> None:
        """Remember an error, and since when it has been of its kind."""
        known = self.failure
        goes_on = known is not None and type(known.error) is type(error)
        since = known.since if known and goes_on else dt_util.utcnow()
        self.failure = Failure(error=error, since=since)

    def _failed(self, error: ServiceError) -> UpdateFailed:
        """Wait longer after each failure, and at least as long as the service asks."""
        asked = error.retry_after if isinstance(error, QuotaExceeded) else None
        if self.config_entry.state is ConfigEntryState.SETUP_IN_PROGRESS:
            # Home Assistant has a rhythm of its own for what is not set up yet.
            return UpdateFailed(**told(error), retry_after=asked)
        seconds = self._retry.total_seconds() * random.uniform(0.9, 1.1)
        self._retry = min(2 * self._retry, max(self._interval, _LONGEST_RETRY))
        return UpdateFailed(**told(error), retry_after=max(seconds, asked or 0))

    def _refused(self, error: Refused) -> None:
        """Tell the user that the service refuses what was given to it."""

    def _accepted(self) -> None:
        """Take back what was told of a refusal."""


class SystemCoordinator[T](ServiceCoordinator[T]):
    """Asks HeatpumpMonitor.org for one heat pump."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        client: HeatpumpMonitorClient,
        subentry: ConfigSubentry,
        *,
        name: str,
        interval: timedelta,
        start: T,
    ) -> None:
        """Take the client and the subentry that names the heat pump."""
        self._client = client
        self._subentry = subentry
        self._system_id: int = subentry.data[CONF_SYSTEM_ID]
        self._read_key: str | None = subentry.data.get(CONF_READ_KEY)
        super().__init__(
            hass,
            entry,
            reachability,
            name=f"{name} of heat pump {self._system_id}",
            interval=interval,
            start=start,
        )

    @override
    def _refused(self, error: Refused) -> None:
        async_tell_refused(self.hass, self.config_entry, self._subentry)

    @override
    def _accepted(self) -> None:
        async_clear_refused(self.hass, self._subentry)


class FeedsCoordinator(SystemCoordinator[Available]):
    """Which feeds the heat pump has, and until when they reach."""

    @override
    async def _async_fetch(self) -> Available:
        return await self._client.available(self._system_id, self._read_key)


class LiveCoordinator(SystemCoordinator[Live]):
    """What the feeds say of this moment."""

    feeds: FeedsCoordinator

    @override
    async def _async_fetch(self) -> Live:
        available = self.feeds.data
        wanted = [feed for feed in LIVE_FEEDS if feed in available.feeds]
        values: Mapping[FeedKey, Value] = {}
        if wanted:
            values = await self._client.values(self._system_id, wanted, self._read_key)
        return live(values, available, dt_util.utcnow().timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How well the heat pump does, as its service computes it.

    A window without data is not there. `yesterday` is the last whole day of London time,
    `latest_day` the last of the past week's days whose data is complete.
    """

    system: System | None = None
    windows: Mapping[Window, Stats] = field(default_factory=dict)
    yesterday: Stats | None = None
    latest_day: date | None = None


class PerformanceCoordinator(SystemCoordinator[Performance]):
    """The windows of days, yesterday, and what the heat pump is."""

    feeds: FeedsCoordinator
    _system: System | None = None
    _system_read_at: datetime | None = None

    @override
    async def _async_fetch(self) -> Performance:
        now = dt_util.utcnow()
        (system, days), windows = await asyncio.gather(
            asyncio.gather(self._async_system(), self._async_last_days(now)),
            asyncio.gather(
                *(
                    self._client.stats(window, self._system_id, self._read_key)
                    for window in Window
                )
            ),
        )
        return Performance(
            system=system,
            windows={
                window: stats
                for window, stats in zip(Window, windows, strict=True)
                if stats is not None and self._is_current(window)
            },
            yesterday=days.get(_midnight(now, timedelta(days=1))),
            latest_day=latest_complete_day(
                {start: stats.combined.length_s for start, stats in days.items()}, now
            ),
        )

    def _is_current(self, window: Window) -> bool:
        """Tell whether the window holds data: the service keeps old ones for ever."""
        days = _WINDOW_DAYS.get(window)
        if days is None:
            return True
        last = max((feed.end for feed in self.feeds.data.feeds.values()), default=0)
        return last >= dt_util.utcnow().timestamp() - days * DAY

    async def _async_system(self) -> System | None:
        """Return the metadata, which no read key opens where the system is private."""
        now = dt_util.utcnow()
        if (
            self._system_read_at is None
            or now >= self._system_read_at + _METADATA_LASTS
        ):
            try:
                self._system = await self._client.system(self._system_id)
            except Refused:
                if self._read_key is None:
                    raise
            self._system_read_at = now
        return self._system

    async def _async_last_days(self, now: datetime) -> dict[int, Stats]:
        """Return the days of the last week that have data, by their midnight (unix s)."""
        days = await self._client.daily(
            self._system_id,
            _midnight(now, _LAST_DAYS),
            _midnight(now, timedelta()),
            fields=(
                "combined_elec_kwh",
                "combined_heat_kwh",
                "combined_cop",
                "combined_data_length",
            ),
            read_key=self._read_key,
        )
        return {day.start: day for day in days if day.start is not None}


def _midnight(now: datetime, ago: timedelta) -> int:
    """Return in unix seconds the London midnight that many days before today's."""
    local = now.astimezone(SERVICE_ZONE)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((today - ago).timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The meters of a PowerShaper account."""

    meters: tuple[Meter, ...] = ()

    def meter(self, consent: str, commodity: Commodity) -> Meter | None:
        """Return a meter, None where the account has it no longer."""
        return next(
            (
                meter
                for meter in self.meters
                if meter.consent == consent and meter.commodity == commodity
            ),
            None,
        )


class PowerShaperCoordinator[T](ServiceCoordinator[T]):
    """Asks PowerShaper Monitor with the account's token."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reachability: Reachability,
        client: PowerShaperClient,
        *,
        name: str,
        interval: timedelta,
        start: T,
    ) -> None:
        """Take the client that holds the token."""
        self._client = client
        super().__init__(
            hass,
            entry,
            reachability,
            name=name,
            interval=interval,
            start=start,
        )

    @property
    def client(self) -> PowerShaperClient:
        """Return the account's client: one alone keeps to how much is asked at once."""
        return self._client


class AccountCoordinator(PowerShaperCoordinator[Account]):
    """Which meters there are, and until when they reach."""

    @override
    async def _async_fetch(self) -> Account:
        return Account(meters=await self._client.meters())

    @override
    def _refused(self, error: Refused) -> None:
        # Of a single meter a refusal means its consent, not the token.
        raise ConfigEntryAuthFailed(**told(error)) from error


class UsageCoordinator(PowerShaperCoordinator[DayTotals]):
    """The last days and months of a meter, asked for only when the meter has news."""

    account: AccountCoordinator
    consent: str
    commodity: Commodity
    _rows: tuple[Usage, ...] = ()
    _read_to: datetime | None = None

    @override
    async def _async_fetch(self) -> DayTotals:
        meter = self.account.data.meter(self.consent, self.commodity)
        if meter is None or meter.latest is None:
            return DayTotals()
        today = dt_util.utcnow().astimezone(SERVICE_ZONE).date()
        latest = meter.latest.astimezone(SERVICE_ZONE).date()
        if meter.latest != self._read_to:
            self._rows = await self._client.usage(
                meter,
                first_day_of_totals(latest, today),
                latest,
                Aggregate.DAY,
                SERVICE_ZONE.key,
            )
            self._read_to = meter.latest
        return day_totals(self._rows, meter.latest, today)


class HistoryCoordinator(ServiceCoordinator[Progress]):
    """Imports a history in the background and tells how far it is."""

    importer: Importer

    @override
    async def _async_fetch(self) -> Progress:
        # The recorder writes nothing before Home Assistant has started.
        if self.hass.state is CoreState.running:
            try:
                await self.importer.async_update(*self._now_and_report())
            except NotKept as error:
                raise UpdateFailed(
                    translation_domain=error.translation_domain,
                    translation_key=error.translation_key,
                ) from error
        return self.data

    async def async_import_again(self, start: int | None, end: int | None) -> Imported:
        """Read the months that overlap [start, end) (unix s) again."""
        return await self._async_act(
            lambda: self.importer.async_import_again(
                start, end, *self._now_and_report()
            )
        )

    async def async_rebuild(self) -> Imported:
        """Clear the statistics and import the history anew."""
        return await self._async_act(
            lambda: self.importer.async_rebuild(*self._now_and_report())
        )

    async def _async_act(
        self, act: Callable[[], Coroutine[Any, Any, Imported]]
    ) -> Imported:
        """Do what the user asked for; failures are told in the user's language.

        It ends when Home Assistant stops or the entry is unloaded, as any import does.
        """
        if self.hass.state is not CoreState.running:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="not_started"
            )
        try:
            return await self.config_entry.async_create_background_task(
                self.hass, act(), f"{self.name} as asked for"
            )
        except ServiceError as error:
            raise HomeAssistantError(**told(error)) from error

    def _now_and_report(self) -> tuple[float, Report]:
        return dt_util.utcnow().timestamp(), self._async_report

    def _async_report(self, progress: Progress) -> None:
        if progress != self.data:
            self.data = progress
            self.async_update_listeners()
