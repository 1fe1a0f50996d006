"""The whole days of a heat pump: whether it became worse, cycles, or is monitored badly."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, override

from homeassistant.util import dt as dt_util

from .analysis.cycling import Cycling, cycling
from .analysis.days import SERVICE_ZONE
from .analysis.degradation import Degradation, degradation
from .analysis.health import HEALTH_DAYS, Health, health
from .analysis.heating import PumpDay, pump_day
from .api.errors import Refused
from .api.heatpumpmonitor import Stats
from .coordinator import FeedsCoordinator, SystemCoordinator

# What the watch looks back on, and how often all of it is read: of older days the service
# corrects little, and little of it matters.
_WATCHED: Final = timedelta(days=2 * 365)
_WHOLE_EVERY: Final = timedelta(days=7)
_NEWEST: Final = timedelta(days=14)
# Days on which the compressor's starts are looked at.
_RECENT: Final = timedelta(days=14)
# The service computes a day in the night after it.
_COMPUTED: Final = timedelta(hours=6)

# What `pump_day` and `health` need, and no more: 730 days are about 85 kB.
FIELDS: Final = (
    "combined_elec_kwh",
    "combined_heat_kwh",
    "combined_data_length",
    "combined_flowT_mean",
    "combined_returnT_mean",
    "combined_outsideT_mean",
    "combined_roomT_mean",
    "combined_starts_per_hour",
    "space_heat_kwh",
    "water_heat_kwh",
    "weighted_flowT",
    "weighted_outsideT",
    "quality_elec",
    "quality_heat",
    "quality_flowT",
    "quality_returnT",
    "quality_outsideT",
    "quality_roomT",
    "error_air",
    "error_air_kwh",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What the days of a heat pump tell.

    `recent` are those of the last two weeks, for its cycling. `count` is how many whole
    days are looked at.
    """

    degradation: Degradation | None = None
    recent: tuple[PumpDay, ...] = ()
    health: Health = field(default_factory=Health)
    count: int = 0


class DaysCoordinator(SystemCoordinator[Days]):
    """Reads the days of two years, and each day what is new.

    It looks every hour, when the feeds are known anew, and asks the service once a day.
    """

    feeds: FeedsCoordinator
    fleet_starts: Callable[[], Sequence[float]]
    _days: tuple[PumpDay, ...] = ()
    # The newest days with all that is known of them.
    _recent: tuple[Stats, ...] = ()
    _read_on: date | None = None
    _whole_read_on: date | None = None

    @property
    def cycling(self) -> Cycling | None:
        """Return how often the compressor starts, compared with the fleet."""
        return cycling(self.data.recent, self.fleet_starts())

    @override
    def _refused(self, error: Refused) -> None:
        """Leave a refusal to those that ask every hour: most times nothing is asked here."""

    @override
    def _accepted(self) -> None:
        """Take nothing back that others told."""

    @override
    async def _async_fetch(self) -> Days:
        today = (dt_util.utcnow() - _COMPUTED).astimezone(SERVICE_ZONE).date()
        data = self.data
        if today != self._read_on:
            data = await self._async_read(today)
            self._read_on = today
        return replace(
            data,
            health=health(self.feeds.data, self._recent, today - timedelta(days=1)),
        )

    async def _async_read(self, today: date) -> Days:
        """Ask for the days before today, all of them or the newest, and judge them."""
        whole = (
            self._whole_read_on is None or today - self._whole_read_on >= _WHOLE_EVERY
        )
        first = _midnight(today - (_WATCHED if whole else _NEWEST))
        found = await self._client.daily(
            self._system_id,
            max(first, self.feeds.data.start_date or 0),
            _midnight(today),
            FIELDS,
            self._read_key,
        )
        if whole:
            self._days = self._recent = ()
            self._whole_read_on = today
        # Compared by hundreds of days to the week, two years are too much for the loop.
        self._days, self._recent, verdict = await self.hass.async_add_executor_job(
            _judged, self._days, self._recent, found
        )
        return Days(
            degradation=verdict,
            recent=tuple(each for each in self._days if each.day >= today - _RECENT),
            count=len(self._days),
        )


def _judged(
    days: Iterable[PumpDay], recent: Iterable[Stats], found: Sequence[Stats]
) -> tuple[tuple[PumpDay, ...], tuple[Stats, ...], Degradation | None]:
    """Return the days with those found put over them, the newest rows, and the verdict."""
    by_day = {each.day: each for each in days}
    by_day |= {each.day: each for each in map(pump_day, found) if each is not None}
    rows = {each.start or 0: each for each in (*recent, *found)}
    merged = tuple(by_day[day] for day in sorted(by_day))
    newest = tuple(rows[start] for start in sorted(rows)[-HEALTH_DAYS:])
    return merged, newest, degradation(merged)


def _midnight(day: date) -> int:
    """Return the unix time at which a British day begins."""
    return int(datetime.combine(day, time.min, SERVICE_ZONE).timestamp())
