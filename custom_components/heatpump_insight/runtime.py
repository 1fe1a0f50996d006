"""What an entry has while it is loaded: its heat pumps or meters, and who asks for them."""

from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from .alignment_coordinator import AlignmentCoordinator
from .api.heatpumpmonitor import HeatpumpMonitorClient
from .api.powershaper import Commodity, PowerShaperClient
from .comparison_coordinator import ComparisonCoordinator
from .coordinator import (
    AccountCoordinator,
    FeedsCoordinator,
    HistoryCoordinator,
    LiveCoordinator,
    PerformanceCoordinator,
    ServiceCoordinator,
    UsageCoordinator,
)
from .cop_target import CopTarget
from .days_coordinator import DaysCoordinator
from .fleet_coordinator import FleetCoordinator
from .fleet_tables import FleetTables
from .insight_coordinator import InsightCoordinator

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
