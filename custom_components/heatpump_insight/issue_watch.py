"""Which issues there are: a table for heat pumps, for meters and for entries.

An issue is told while its reason stands, and taken back when it has gone. While a service
is out of reach nothing is known, and what was told stays as it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.issue_registry import IssueSeverity
from homeassistant.util import dt as dt_util

from .analysis.days import SERVICE_ZONE
from .api.errors import NotFound, QuotaExceeded, Refused, ServiceError
from .api.powershaper import Meter
from .const import DOMAIN
from .coordinator import AccountCoordinator, ServiceCoordinator
from .identity import meter_key
from .repairs import (
    CONSENT_LOST,
    FEEDS_DEAD,
    METER_LATE,
    QUOTA_REACHED,
    Issue,
    async_forget_removed,
    async_take_back,
    async_tell,
    words_of,
)
from .runtime import (
    HeatPumpInsightConfigEntry,
    HeatpumpMonitorData,
    MeterRuntime,
    PowerShaperData,
    SystemRuntime,
)

_EVERY: Final = timedelta(hours=1)

# After a computer slept it may know no more than what was true when it fell asleep.
_CURRENT: Final = timedelta(hours=3)
# A monitor is restarted within days by who looks after it.
_DEAD: Final = timedelta(days=7)
# Readings of a meter come on the next day, and after a weekend at the latest.
_LATE: Final = timedelta(days=3)
# A hiccup of the service is over within an hour, and its quota mostly renewed.
_LOST: Final = timedelta(hours=1)
_SPENT: Final = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row[S]:
    """An issue: whether anything is known of it, and its words where it is there."""

    key: str
    severity: IssueSeverity
    is_known: Callable[[S], bool]
    words: Callable[[S], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownMeter:
    """A meter that has a device: what the account says of it now, and who asks for it."""

    device: dr.DeviceEntry
    account: AccountCoordinator
    meter: Meter | None
    runtime: MeterRuntime | None

    @property
    def words(self) -> dict[str, str]:
        """Return what names it in the texts of its issues."""
        return {"name": self.device.name_by_user or self.device.name or ""}


def _feeds_dead(system: SystemRuntime) -> Mapping[str, str] | None:
    last = max((feed.end for feed in system.feeds.data.feeds.values()), default=None)
    if last is None:
        return None
    moment = datetime.fromtimestamp(last, UTC)
    if dt_util.utcnow() - moment <= _DEAD:
        return None
    return words_of(system.subentry) | {"last": _day(moment)}


def _consent_lost(known: _KnownMeter) -> Mapping[str, str] | None:
    if known.meter is not None and not (
        known.runtime
        and any(_failing(known.runtime.asking, (NotFound, Refused), _LOST))
    ):
        return None
    return known.words


def _meter_late(known: _KnownMeter) -> Mapping[str, str] | None:
    if known.meter is None or known.meter.latest is None or _consent_lost(known):
        return None
    latest = known.meter.latest
    if dt_util.utcnow() - latest <= _LATE:
        return None
    # Midnight belongs to the day that it ends.
    return known.words | {"until": _day(latest - timedelta(seconds=1))}


def _quota_reached(
    data: HeatpumpMonitorData | PowerShaperData,
) -> Mapping[str, str] | None:
    for error in _failing(data.asking, (QuotaExceeded,), _SPENT):
        return {"service": error.service}
    return None


SYSTEM_ISSUES: Final = (
    _Row[SystemRuntime](
        key=FEEDS_DEAD,
        severity=IssueSeverity.WARNING,
        is_known=lambda system: _is_current(system.feeds),
        words=_feeds_dead,
    ),
)
METER_ISSUES: Final = (
    _Row[_KnownMeter](
        key=CONSENT_LOST,
        severity=IssueSeverity.ERROR,
        is_known=lambda known: _is_current(known.account),
        words=_consent_lost,
    ),
    _Row[_KnownMeter](
        key=METER_LATE,
        severity=IssueSeverity.WARNING,
        is_known=lambda known: _is_current(known.account),
        words=_meter_late,
    ),
)
ENTRY_ISSUES: Final = (
    _Row[HeatpumpMonitorData | PowerShaperData](
        key=QUOTA_REACHED,
        severity=IssueSeverity.WARNING,
        is_known=lambda _: True,
        words=_quota_reached,
    ),
)


@callback
def async_watch_for_issues(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry
) -> None:
    """Look for issues of an entry now and every hour, and forget those of removed devices."""

    @callback
    def _look(_: datetime | None = None) -> None:
        data = entry.runtime_data
        _look_at(hass, ENTRY_ISSUES, entry.entry_id, data)
        if isinstance(data, HeatpumpMonitorData):
            for system in data.systems:
                _look_at(hass, SYSTEM_ISSUES, system.subentry.subentry_id, system)
        else:
            for known in _known_meters(hass, entry, data):
                _look_at(hass, METER_ISSUES, known.device.id, known)

    @callback
    def _forget(event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        if event.data["action"] == "remove":
            async_forget_removed(hass)

    entry.async_on_unload(
        async_track_time_interval(hass, _look, _EVERY, cancel_on_shutdown=True)
    )
    entry.async_on_unload(
        hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, _forget)
    )
    _look()


@callback
def _look_at[S](
    hass: HomeAssistant, rows: Iterable[_Row[S]], owner: str, subject: S
) -> None:
    """Tell of the issues that somebody has, and take the others back."""
    for row in rows:
        if not row.is_known(subject):
            continue
        words = row.words(subject)
        if words is None:
            async_take_back(hass, row.key, owner)
        else:
            async_tell(
                hass,
                Issue(key=row.key, owner=owner, severity=row.severity, words=words),
            )


def _known_meters(
    hass: HomeAssistant, entry: HeatPumpInsightConfigEntry, data: PowerShaperData
) -> Iterator[_KnownMeter]:
    """Yield the meters that have a device, also those that the account has no longer."""
    there = {
        f"{meter_key(meter.consent)}_{meter.commodity}": meter
        for meter in data.account.data.meters
    }
    running = {meter.key: meter for meter in data.meters}
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        for domain, key in device.identifiers:
            if domain == DOMAIN:
                yield _KnownMeter(
                    device=device,
                    account=data.account,
                    meter=there.get(key),
                    runtime=running.get(key),
                )


def _is_current(coordinator: ServiceCoordinator[Any]) -> bool:
    """Tell whether the service has answered of late; it is asked every hour."""
    answered_at = coordinator.answered_at
    return (
        coordinator.last_update_success
        and answered_at is not None
        and dt_util.utcnow() - answered_at < _CURRENT
    )


def _failing(
    coordinators: Iterable[ServiceCoordinator[Any]],
    kinds: tuple[type[ServiceError], ...],
    since: timedelta,
) -> Iterator[ServiceError]:
    """Yield the errors of these kinds that have gone on for so long."""
    now = dt_util.utcnow()
    for coordinator in coordinators:
        failure = coordinator.failure
        if (
            failure is not None
            and isinstance(failure.error, kinds)
            and now - failure.since >= since
        ):
            yield failure.error


def _day(moment: datetime) -> str:
    return moment.astimezone(SERVICE_ZONE).date().isoformat()
