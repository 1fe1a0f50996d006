"""Sensors of how a heat pump does among published HeatpumpMonitor.org systems."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import ATTR_ATTRIBUTION, UnitOfRatio

from .analysis.expected import Expectation
from .analysis.fleet import AIR_SOURCE, Standing
from .api.heatpumpmonitor import FeedKey, Window
from .descriptions import ReadingSensorDescription, SystemSensorDescription
from .entity import Coordinator
from .runtime import SystemRuntime

# In the names it would make entity ids of a hundred letters.
_AMONG: Final = {ATTR_ATTRIBUTION: "Among published HeatpumpMonitor.org systems"}
_LIFT_FEEDS: Final = {FeedKey.FLOW_TEMPERATURE, FeedKey.OUTSIDE_TEMPERATURE}


def _comparison(system: SystemRuntime) -> Coordinator:
    return system.comparison


def _nearest(
    window: Window, read: Callable[[Standing], float]
) -> Callable[[SystemRuntime], float | None]:
    """Return what reads a figure of the nearest tier."""

    def _value(system: SystemRuntime) -> float | None:
        standings = system.comparison.data.standings.get(window)
        return read(standings[0]) if standings else None

    return _value


def _tiers(window: Window) -> Callable[[SystemRuntime], Mapping[str, Any]]:
    """Return what tells of the nearest tier, and of each wider one by its name."""

    def _attributes(system: SystemRuntime) -> Mapping[str, Any]:
        standings = system.comparison.data.standings.get(window)
        if not standings:
            return _AMONG
        nearest, *wider = standings
        told: dict[str, Any] = {
            **_AMONG,
            "tier": nearest.tier,
            "rank": nearest.rank,
            "systems": nearest.n,
        }
        for each in wider:
            told |= {
                f"{each.tier}_percentile": round(each.percentile, 1),
                f"{each.tier}_rank": each.rank,
                f"{each.tier}_systems": each.n,
            }
        return told

    return _attributes


def _of_expectation(
    read: Callable[[Expectation], float],
) -> Callable[[SystemRuntime], float | None]:
    """Return what reads a figure of the expectation."""

    def _value(system: SystemRuntime) -> float | None:
        expectation = system.comparison.data.expectation
        return None if expectation is None else read(expectation)

    return _value


def _can_be_expected(system: SystemRuntime) -> bool:
    """Tell whether the heat pump is of the kind, and has the feeds, that a line is for."""
    known = system.performance.data.system
    return (
        known is not None
        and known.kind == AIR_SOURCE
        and system.feeds.data.feeds.keys() >= _LIFT_FEEDS
    )


def _of_how_many(system: SystemRuntime) -> Mapping[str, Any]:
    """Return what the rank is one in."""
    standings = system.comparison.data.standings.get(Window.LAST_365)
    if not standings:
        return _AMONG
    return {**_AMONG, "tier": standings[0].tier, "systems": standings[0].n}


_saved_kwh: Final = _of_expectation(lambda expected: expected.kelvin_kwh)


def _saved(system: SystemRuntime) -> Mapping[str, Any]:
    energy = _saved_kwh(system)
    if energy is None:
        return _AMONG
    return {**_AMONG, "energy_saved_kwh": round(energy, 1)}


def _percentile_sensor(
    key: str, window: Window, *, enabled: bool
) -> SystemSensorDescription:
    return ReadingSensorDescription(
        key=key,
        translation_key=key,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        entity_registry_enabled_default=enabled,
        coordinator=_comparison,
        value=_nearest(window, lambda standing: standing.percentile),
        attributes=_tiers(window),
    )


FLEET_SENSORS: Final[tuple[SystemSensorDescription, ...]] = (
    _percentile_sensor("cop_percentile_365_days", Window.LAST_365, enabled=True),
    _percentile_sensor("cop_percentile_30_days", Window.LAST_30, enabled=False),
    ReadingSensorDescription(
        key="cop_rank_365_days",
        translation_key="cop_rank_365_days",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        coordinator=_comparison,
        value=_nearest(Window.LAST_365, lambda standing: standing.rank),
        attributes=_of_how_many,
    ),
    ReadingSensorDescription(
        key="expected_cop",
        translation_key="expected_cop",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        coordinator=_comparison,
        value=_of_expectation(lambda expected: expected.cop),
        attributes=lambda _: _AMONG,
        exists=_can_be_expected,
    ),
    ReadingSensorDescription(
        key="cop_gap",
        translation_key="cop_gap",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        coordinator=_comparison,
        value=_of_expectation(lambda expected: expected.gap),
        attributes=lambda _: _AMONG,
        exists=_can_be_expected,
    ),
    ReadingSensorDescription(
        key="kelvin_saving",
        translation_key="kelvin_saving",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        entity_registry_enabled_default=False,
        coordinator=_comparison,
        value=_of_expectation(lambda expected: expected.kelvin_percent),
        attributes=_saved,
        exists=_can_be_expected,
    ),
)
