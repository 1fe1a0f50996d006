"""Sensors of heat pumps and meters: tables of what each shows.

No energy sensor has a state class. With one it would keep statistics of its own and offer
itself to the Energy dashboard beside the imported ones, which alone hold each hour.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    UnitOfEnergy,
    UnitOfMass,
    UnitOfPower,
    UnitOfRatio,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolumeFlowRate,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .analysis.cop import cop
from .analysis.days import DayTotals, Total
from .api.heatpumpmonitor import Category, FeedKey, Stats, Window
from .api.powershaper import Meter
from .coordinator import HistoryCoordinator
from .descriptions import (
    MeterSensorDescription,
    ReadingSensorDescription,
    SystemSensorDescription,
    Value,
)
from .entity import Coordinator, MeterEntity, SystemEntity, add_as_they_appear
from .fleet_sensors import FLEET_SENSORS
from .insight_sensors import INSIGHT_SENSORS
from .runtime import (
    HeatPumpInsightConfigEntry,
    HeatpumpMonitorData,
    MeterRuntime,
    SystemRuntime,
)

PARALLEL_UPDATES = 0

_DAY_SECONDS: Final = 86400
_FLOW_RATE_UNITS: Final = {
    "l/min": UnitOfVolumeFlowRate.LITERS_PER_MINUTE,
    "l/h": UnitOfVolumeFlowRate.LITERS_PER_HOUR,
    "l/hr": UnitOfVolumeFlowRate.LITERS_PER_HOUR,
    "l/s": UnitOfVolumeFlowRate.LITERS_PER_SECOND,
    "m3/h": UnitOfVolumeFlowRate.CUBIC_METERS_PER_HOUR,
    "m³/h": UnitOfVolumeFlowRate.CUBIC_METERS_PER_HOUR,
    "m3/hr": UnitOfVolumeFlowRate.CUBIC_METERS_PER_HOUR,
}


def _combined(stats: Stats) -> Category:
    return stats.combined


def _windowed(
    window: Window, read: Callable[[Stats], float | None]
) -> Callable[[SystemRuntime], float | None]:
    """Return what reads a figure of a window, unknown where the window has no data."""

    def _value(system: SystemRuntime) -> float | None:
        stats = system.performance.data.windows.get(window)
        return None if stats is None else read(stats)

    return _value


def _yesterday(
    read: Callable[[Stats], float | None],
) -> Callable[[SystemRuntime], float | None]:
    """Return what reads a figure of yesterday, unknown where nothing was recorded."""

    def _value(system: SystemRuntime) -> float | None:
        day = system.performance.data.yesterday
        return read(day) if day and day.combined.length_s else None

    return _value


def _live(feed: FeedKey) -> Callable[[SystemRuntime], float | None]:
    """Return what reads the present value of a feed."""
    return lambda system: system.live.data.values.get(feed)


def _has(*feeds: FeedKey) -> Callable[[SystemRuntime], bool]:
    """Return what tells whether a heat pump has all of the feeds."""
    wanted = set(feeds)
    return lambda system: wanted <= system.feeds.data.feeds.keys()


def _performance(system: SystemRuntime) -> Coordinator:
    return system.performance


def _live_coordinator(system: SystemRuntime) -> Coordinator:
    return system.live


def _last_data(system: SystemRuntime) -> datetime | None:
    seconds = system.live.data.last_sample
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _boundary(system: SystemRuntime) -> str | None:
    known = system.performance.data.system
    return f"h{known.boundary}" if known and known.boundary else None


def _quality(stats: Stats) -> float | None:
    """Return the share of the period in which both energies were recorded, in percent."""
    known = [x for x in (stats.quality.elec, stats.quality.heat) if x is not None]
    return min(known, default=None)


def _days_of_data(stats: Stats) -> float | None:
    length = stats.combined.length_s
    return None if length is None else length / _DAY_SECONDS


def _imported(history: HistoryCoordinator) -> float | None:
    """Return how much of a history is imported, in percent."""
    progress = history.data
    if not progress.total:
        return None
    return 100 * progress.imported / progress.total


_WINDOWS: Final[Mapping[Window, str]] = {
    Window.LAST_7: "7_days",
    Window.LAST_30: "30_days",
    Window.LAST_90: "90_days",
    Window.LAST_365: "365_days",
    Window.ALL: "all_time",
}


def _cop_sensor(
    key: str,
    window: Window,
    category: Callable[[Stats], Category],
    *,
    enabled: bool = True,
) -> SystemSensorDescription:
    value = _windowed(window, lambda stats: category(stats).cop)
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        # The value of a window, measured anew every few hours.
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        entity_registry_enabled_default=enabled,
        coordinator=_performance,
        value=value,
        exists=lambda system: value(system) is not None,
    )


def _energy_sensor(
    key: str, value: Callable[[SystemRuntime], float | None], *, enabled: bool = True
) -> SystemSensorDescription:
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        entity_registry_enabled_default=enabled,
        coordinator=_performance,
        value=value,
        exists=lambda system: value(system) is not None,
    )


def _live_sensor(
    feed: FeedKey, key: str, device_class: SensorDeviceClass, unit: str, precision: int
) -> SystemSensorDescription:
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        device_class=device_class,
        native_unit_of_measurement=unit,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=precision,
        coordinator=_live_coordinator,
        value=_live(feed),
        exists=_has(feed),
    )


_TEMPERATURE: Final = (SensorDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS, 1)
_POWER: Final = (SensorDeviceClass.POWER, UnitOfPower.WATT, 0)

SYSTEM_SENSORS: Final = (
    *(
        _cop_sensor(
            f"cop_{name}", window, _combined, enabled=window is not Window.LAST_90
        )
        for window, name in _WINDOWS.items()
    ),
    *(
        _cop_sensor(
            f"{key}_{name}",
            window,
            category,
            enabled=window is Window.LAST_365 and key != "running_cop",
        )
        for key, category in (
            ("running_cop", lambda stats: stats.running),
            ("space_heating_cop", lambda stats: stats.space),
            ("hot_water_cop", lambda stats: stats.water),
        )
        for window, name in _WINDOWS.items()
    ),
    *(
        _energy_sensor(
            f"{key}_{name}",
            _windowed(window, energy),
            enabled=window in (Window.LAST_30, Window.LAST_365),
        )
        for key, energy in (
            ("electricity", lambda stats: stats.combined.elec_kwh),
            ("heat", lambda stats: stats.combined.heat_kwh),
        )
        for window, name in _WINDOWS.items()
    ),
    ReadingSensorDescription(
        key="cop_yesterday",
        translation_key="cop_yesterday",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        coordinator=_performance,
        value=_yesterday(lambda day: cop(day.combined.heat_kwh, day.combined.elec_kwh)),
    ),
    ReadingSensorDescription(
        key="electricity_yesterday",
        translation_key="electricity_yesterday",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        coordinator=_performance,
        value=_yesterday(lambda day: day.combined.elec_kwh),
    ),
    ReadingSensorDescription(
        key="heat_yesterday",
        translation_key="heat_yesterday",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        coordinator=_performance,
        value=_yesterday(lambda day: day.combined.heat_kwh),
    ),
    # In no category: triggers for a device look at its entities without one alone.
    ReadingSensorDescription(
        key="latest_day",
        translation_key="latest_day",
        device_class=SensorDeviceClass.DATE,
        coordinator=_performance,
        value=lambda system: system.performance.data.latest_day,
    ),
    _live_sensor(FeedKey.ELEC, "power", *_POWER),
    _live_sensor(FeedKey.HEAT, "heat_output", *_POWER),
    _live_sensor(FeedKey.FLOW_TEMPERATURE, "flow_temperature", *_TEMPERATURE),
    _live_sensor(FeedKey.RETURN_TEMPERATURE, "return_temperature", *_TEMPERATURE),
    _live_sensor(FeedKey.OUTSIDE_TEMPERATURE, "outside_temperature", *_TEMPERATURE),
    _live_sensor(FeedKey.ROOM_TEMPERATURE, "room_temperature", *_TEMPERATURE),
    ReadingSensorDescription(
        key="cop_now",
        translation_key="cop_now",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        coordinator=_live_coordinator,
        value=lambda system: system.live.data.cop,
        exists=_has(FeedKey.ELEC, FeedKey.HEAT),
    ),
    ReadingSensorDescription(
        key="data_quality",
        translation_key="data_quality",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        coordinator=_performance,
        value=_windowed(Window.LAST_30, _quality),
    ),
    ReadingSensorDescription(
        key="days_of_data",
        translation_key="days_of_data",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.DAYS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        coordinator=_performance,
        value=_windowed(Window.ALL, _days_of_data),
    ),
    ReadingSensorDescription(
        key="boundary",
        translation_key="boundary",
        device_class=SensorDeviceClass.ENUM,
        options=["h1", "h2", "h3", "h4"],
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=_performance,
        value=_boundary,
        exists=lambda system: _boundary(system) is not None,
    ),
    ReadingSensorDescription(
        key="starts_per_hour",
        translation_key="starts_per_hour",
        native_unit_of_measurement="1/h",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        coordinator=_performance,
        value=_windowed(Window.LAST_30, lambda stats: stats.starts_per_hour),
    ),
    ReadingSensorDescription(
        key="carnot",
        translation_key="carnot",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        coordinator=_performance,
        value=_windowed(Window.LAST_30, lambda stats: stats.weighted_carnot_percent),
    ),
    ReadingSensorDescription(
        key="last_data",
        translation_key="last_data",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=_live_coordinator,
        value=_last_data,
        exists=lambda system: bool(system.feeds.data.feeds),
    ),
    ReadingSensorDescription(
        key="history_imported",
        translation_key="history_imported",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=lambda system: system.history,
        value=lambda system: _imported(system.history),
    ),
    *FLEET_SENSORS,
    *INSIGHT_SENSORS,
)

FLOW_RATE: Final = ReadingSensorDescription(
    key="flow_rate",
    translation_key="flow_rate",
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=1,
    coordinator=_live_coordinator,
    value=_live(FeedKey.FLOW_RATE),
    exists=_has(FeedKey.FLOW_RATE),
)


def _usage(
    key: str, read: Callable[[DayTotals], Total]
) -> tuple[MeterSensorDescription, MeterSensorDescription]:
    """Return the sensors of the energy of a period and of its carbon."""
    return (
        ReadingSensorDescription(
            key=f"energy_{key}",
            translation_key=f"energy_{key}",
            device_class=SensorDeviceClass.ENERGY,
            native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
            suggested_display_precision=1,
            coordinator=lambda meter: meter.usage,
            value=lambda meter: read(meter.usage.data).energy_kwh,
        ),
        ReadingSensorDescription(
            key=f"carbon_{key}",
            translation_key=f"carbon_{key}",
            device_class=SensorDeviceClass.WEIGHT,
            native_unit_of_measurement=UnitOfMass.KILOGRAMS,
            suggested_display_precision=2,
            coordinator=lambda meter: meter.usage,
            value=lambda meter: read(meter.usage.data).carbon_kg,
            exists=_knows_carbon,
        ),
    )


def _knows_carbon(meter: MeterRuntime) -> bool:
    """Tell whether the service counts carbon for a meter, as it may not for gas."""
    data = meter.usage.data
    return any(
        total.carbon_kg is not None for total in (data.last_30_days, data.last_month)
    )


def _meter_of_account(runtime: MeterRuntime) -> Meter | None:
    return runtime.usage.account.data.meter(runtime.consent, runtime.commodity)


def _data_until(runtime: MeterRuntime) -> datetime | None:
    meter = _meter_of_account(runtime)
    return meter.latest if meter else None


def _consent_status(runtime: MeterRuntime) -> str | None:
    meter = _meter_of_account(runtime)
    return meter.status if meter else None


METER_SENSORS: Final[tuple[MeterSensorDescription, ...]] = (
    *_usage("latest_day", lambda totals: totals.latest_day),
    *_usage("7_days", lambda totals: totals.last_7_days),
    *_usage("30_days", lambda totals: totals.last_30_days),
    *_usage("this_month", lambda totals: totals.this_month),
    *_usage("last_month", lambda totals: totals.last_month),
    ReadingSensorDescription(
        key="carbon_intensity",
        translation_key="carbon_intensity",
        native_unit_of_measurement="g/kWh",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        coordinator=lambda meter: meter.usage,
        value=lambda meter: meter.usage.data.latest_day.intensity,
        exists=_knows_carbon,
    ),
    ReadingSensorDescription(
        key="data_until",
        translation_key="data_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=lambda meter: meter.usage.account,
        value=_data_until,
    ),
    # In no category, as that of a heat pump.
    ReadingSensorDescription(
        key="latest_day",
        translation_key="latest_day",
        device_class=SensorDeviceClass.DATE,
        coordinator=lambda meter: meter.usage,
        value=lambda meter: meter.usage.data.day,
    ),
    ReadingSensorDescription(
        key="half_hours_missing",
        translation_key="half_hours_missing",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=lambda meter: meter.usage,
        value=lambda meter: meter.usage.data.missing,
    ),
    ReadingSensorDescription(
        key="consent_status",
        translation_key="consent_status",
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=lambda meter: meter.usage.account,
        value=_consent_status,
    ),
    ReadingSensorDescription(
        key="history_imported",
        translation_key="history_imported",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=lambda meter: meter.history,
        value=lambda meter: _imported(meter.history),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HeatPumpInsightConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of every heat pump or meter."""
    data = entry.runtime_data
    if isinstance(data, HeatpumpMonitorData):
        for system in data.systems:
            add_as_they_appear(
                entry,
                async_add_entities,
                coordinators=system.coordinators,
                descriptions=(*SYSTEM_SENSORS, FLOW_RATE),
                exists=partial(_exists, system),
                create=partial(_system_sensor, system),
                subentry_id=system.subentry.subentry_id,
            )
        return
    for meter in data.meters:
        add_as_they_appear(
            entry,
            async_add_entities,
            coordinators=(meter.usage,),
            descriptions=METER_SENSORS,
            exists=partial(_exists, meter),
            create=partial(MeterSensor, meter),
        )


def _exists[R: SystemRuntime | MeterRuntime](
    runtime: R, description: ReadingSensorDescription[R]
) -> bool:
    return description.exists(runtime)


def _system_sensor(
    system: SystemRuntime, description: SystemSensorDescription
) -> SystemSensor:
    if description is FLOW_RATE:
        return FlowRateSensor(system, description)
    if description.device_class is SensorDeviceClass.MONETARY:
        return MoneySensor(system, description)
    return SystemSensor(system, description)


class SystemSensor(SystemEntity[Coordinator], SensorEntity):
    """A sensor of a heat pump."""

    entity_description: SystemSensorDescription

    def __init__(
        self, system: SystemRuntime, description: SystemSensorDescription
    ) -> None:
        """Take the heat pump and the row of the table."""
        super().__init__(system, description.coordinator(system), description)

    @property
    @override
    def native_value(self) -> Value:
        """Return the value, unknown where it is not known."""
        return self.entity_description.value(self.system)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the figures beside the value."""
        return self.entity_description.attributes(self.system)


class FlowRateSensor(SystemSensor):
    """The flow rate, in the unit that the owner of the feed chose."""

    def __init__(
        self, system: SystemRuntime, description: SystemSensorDescription
    ) -> None:
        """Take the unit from the feed; one that is not known is shown as it is."""
        super().__init__(system, description)
        unit = system.feeds.data.feeds[FeedKey.FLOW_RATE].unit
        known = _FLOW_RATE_UNITS.get((unit or "").lower())
        if known is not None:
            self._attr_device_class = SensorDeviceClass.VOLUME_FLOW_RATE
        self._attr_native_unit_of_measurement = known or unit


class MoneySensor(SystemSensor):
    """An amount of money, in the currency of the home."""

    def __init__(
        self, system: SystemRuntime, description: SystemSensorDescription
    ) -> None:
        """Take the currency from Home Assistant."""
        super().__init__(system, description)
        currency = self.coordinator.hass.config.currency
        self._attr_native_unit_of_measurement = currency


class MeterSensor(MeterEntity[Coordinator], SensorEntity):
    """A sensor of a meter."""

    entity_description: MeterSensorDescription

    def __init__(
        self, meter: MeterRuntime, description: MeterSensorDescription
    ) -> None:
        """Take the meter and the row of the table."""
        super().__init__(meter, description.coordinator(meter), description)

    @property
    @override
    def native_value(self) -> Value:
        """Return the value, unknown where it is not known."""
        return self.entity_description.value(self.meter)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the figures beside the value."""
        return self.entity_description.attributes(self.meter)
