"""Sensors of what a heat pump and its home's meter tell together: a table of each kind.

They are there where they can be known: of carbon and share with a linked meter, of money
with a price, of savings with a heat meter too. As for energies, a sum has no state class:
it falls and rises with its window. See `sensor`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfMass, UnitOfRatio

from .analysis.insight import Figures, Insight, Sum
from .api.heatpumpmonitor import FeedKey
from .coordinator import ServiceCoordinator
from .descriptions import (
    ReadingBinarySensorDescription,
    ReadingSensorDescription,
    SystemSensorDescription,
)
from .insight_coordinator import InsightCoordinator
from .runtime import SystemRuntime

type _Period = Callable[[Insight], Figures | None]
type _Read[T] = Callable[[Figures], T | None]

_INTENSITY_UNIT: Final = "g/kWh"
_HEAT_FEEDS: Final = frozenset({FeedKey.HEAT, FeedKey.HEAT_KWH})
_PERIODS: Final[Mapping[str, _Period]] = {
    "yesterday": lambda insight: insight.yesterday,
    "30_days": lambda insight: insight.last_30_days,
    "365_days": lambda insight: insight.last_365_days,
}


def _insight(system: SystemRuntime) -> InsightCoordinator:
    # What is not there makes no sensor.
    assert system.insight is not None
    return system.insight


def _coordinator(system: SystemRuntime) -> ServiceCoordinator[Insight]:
    return _insight(system)


def _is_linked(system: SystemRuntime) -> bool:
    return system.insight is not None and system.insight.is_linked


def _is_priced(system: SystemRuntime) -> bool:
    return system.insight is not None and system.insight.is_priced


def _tells_heat(system: SystemRuntime) -> bool:
    return bool(_HEAT_FEEDS & system.feeds.data.feeds.keys())


def _is_linked_and_tells_heat(system: SystemRuntime) -> bool:
    return _is_linked(system) and _tells_heat(system)


def _is_priced_and_tells_heat(system: SystemRuntime) -> bool:
    return _is_priced(system) and _tells_heat(system)


def _figure[T](period: str, read: _Read[T]) -> Callable[[SystemRuntime], T | None]:
    """Return what reads a figure of a period, unknown where nothing is known of it."""

    def _value(system: SystemRuntime) -> T | None:
        figures = _PERIODS[period](_insight(system).data)
        return None if figures is None else read(figures)

    return _value


def _days(figures: Figures) -> dict[str, Any]:
    """Return the first and the last day of a period."""
    return {
        "first_day": figures.first.isoformat(),
        "last_day": figures.last.isoformat(),
    }


def _about(
    period: str, read: _Read[Mapping[str, Any]] = lambda _: {}
) -> Callable[[SystemRuntime], Mapping[str, Any] | None]:
    """Return what reads the days of a period, and what else is told beside a value."""
    return _figure(period, lambda figures: _days(figures) | {**(read(figures) or {})})


def _amount(read: _Read[Sum]) -> _Read[float]:
    def _value(figures: Figures) -> float | None:
        total = read(figures)
        return None if total is None else total.amount

    return _value


def _known_days(read: _Read[Sum]) -> _Read[Mapping[str, Any]]:
    """Return what tells of how many days a sum is."""

    def _attributes(figures: Figures) -> Mapping[str, Any]:
        total = read(figures)
        return {"days_of_data": None if total is None else round(total.days, 1)}

    return _attributes


def _carbon_sensor(
    key: str,
    period: str,
    read: _Read[Sum],
    exists: Callable[[SystemRuntime], bool] = _is_linked,
) -> SystemSensorDescription:
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.WEIGHT,
        native_unit_of_measurement=UnitOfMass.KILOGRAMS,
        suggested_display_precision=1,
        coordinator=_coordinator,
        value=_figure(period, _amount(read)),
        attributes=_about(period, _known_days(read)),
        exists=exists,
    )


def _money_sensor(
    key: str,
    period: str,
    read: _Read[Sum],
    exists: Callable[[SystemRuntime], bool] = _is_priced,
) -> SystemSensorDescription:
    """Return a sensor of money; its unit is the currency of the home."""
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        coordinator=_coordinator,
        value=_figure(period, _amount(read)),
        attributes=_about(period, _known_days(read)),
        exists=exists,
    )


def _intensity_sensor(
    key: str,
    period: str,
    read: _Read[float],
    attributes: Callable[[SystemRuntime], Mapping[str, Any] | None],
    exists: Callable[[SystemRuntime], bool] = _is_linked,
) -> SystemSensorDescription:
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        native_unit_of_measurement=_INTENSITY_UNIT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        coordinator=_coordinator,
        value=_figure(period, read),
        attributes=attributes,
        exists=exists,
    )


def _carbon_of_heat(system: SystemRuntime) -> Mapping[str, Any] | None:
    """Return the days of the year's figure, and those of shorter periods beside it."""
    days = _about("365_days")(system)
    if days is None:
        return None
    shorter = {
        f"of_{period}": _figure(period, lambda figures: figures.carbon_of_heat)(system)
        for period in ("yesterday", "30_days")
    }
    return {**days, **shorter}


INSIGHT_SENSORS: Final[tuple[SystemSensorDescription, ...]] = (
    *(
        _carbon_sensor(f"carbon_{period}", period, lambda figures: figures.carbon)
        for period in _PERIODS
    ),
    _intensity_sensor(
        "carbon_of_heat",
        "365_days",
        lambda figures: figures.carbon_of_heat,
        _carbon_of_heat,
        _is_linked_and_tells_heat,
    ),
    _intensity_sensor(
        "intensity_heat_pump",
        "30_days",
        lambda figures: figures.intensities.heat_pump,
        _about(
            "30_days",
            lambda figures: {"cleaner_than_house": figures.intensities.is_cleaner},
        ),
    ),
    _intensity_sensor(
        "intensity_house",
        "30_days",
        lambda figures: figures.intensities.house,
        _about("30_days"),
    ),
    *(
        _money_sensor(f"cost_{period}", period, lambda figures: figures.cost)
        for period in _PERIODS
    ),
    ReadingSensorDescription(
        key="house_share_30_days",
        translation_key="house_share_30_days",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        coordinator=_coordinator,
        value=_figure("30_days", lambda figures: figures.share_percent),
        attributes=_about("30_days"),
        exists=_is_linked,
    ),
    ReadingSensorDescription(
        key="base_load_30_days",
        translation_key="base_load_30_days",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        coordinator=_coordinator,
        value=_figure("30_days", _amount(lambda figures: figures.base_load)),
        attributes=_about("30_days", _known_days(lambda figures: figures.base_load)),
        exists=_is_linked,
    ),
    _carbon_sensor(
        "carbon_saved_365_days",
        "365_days",
        lambda figures: figures.carbon_saved,
        _is_linked_and_tells_heat,
    ),
    _money_sensor(
        "money_saved_365_days",
        "365_days",
        lambda figures: figures.money_saved,
        _is_priced_and_tells_heat,
    ),
    ReadingSensorDescription(
        key="break_even_cop",
        translation_key="break_even_cop",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        coordinator=_coordinator,
        value=_figure("30_days", lambda figures: figures.break_even_cop),
        attributes=_about("30_days", lambda figures: {"cop": figures.cop}),
        exists=_is_priced_and_tells_heat,
    ),
)

INSIGHT_BINARY_SENSORS: Final = (
    ReadingBinarySensorDescription(
        key="above_break_even",
        translation_key="above_break_even",
        coordinator=_coordinator,
        value=_figure("30_days", lambda figures: figures.is_above_break_even),
        attributes=_about(
            "30_days",
            lambda figures: {
                "cop": figures.cop,
                "break_even_cop": figures.break_even_cop,
            },
        ),
        exists=_is_priced_and_tells_heat,
    ),
)
