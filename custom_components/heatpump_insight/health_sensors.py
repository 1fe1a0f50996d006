"""What is wrong with a heat pump or with its monitor: a table of binary sensors."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from .analysis.health import Health, Problem
from .api.heatpumpmonitor import FeedKey
from .descriptions import ReadingBinarySensorDescription
from .entity import Coordinator
from .runtime import SystemRuntime

type _Figures = Mapping[str, Any]

_WEIGHED: Final = frozenset(
    {
        FeedKey.ELEC,
        FeedKey.HEAT,
        FeedKey.FLOW_TEMPERATURE,
        FeedKey.RETURN_TEMPERATURE,
        FeedKey.OUTSIDE_TEMPERATURE,
    }
)


def _days(system: SystemRuntime) -> Coordinator:
    return system.days


def _is_weighed(system: SystemRuntime) -> bool:
    """Tell whether the service gives temperatures weighted by heat: it needs all five."""
    return system.feeds.data.feeds.keys() >= _WEIGHED


def _is_degraded(system: SystemRuntime) -> bool | None:
    found = system.days.data.degradation
    return found.degraded if found else None


def _degradation(system: SystemRuntime) -> _Figures | None:
    found = system.days.data.degradation
    if found is None:
        return None
    return {
        "loss_percent": _rounded(found.loss_percent),
        "since": found.since and found.since.isoformat(),
        "days_compared": found.days,
        "cusum": _rounded(found.cusum),
        "limit": _rounded(found.limit),
        "last_heating_day": found.day.isoformat(),
    }


def _is_cycling(system: SystemRuntime) -> bool | None:
    found = system.days.cycling
    return found.is_problem if found else None


def _cycling(system: SystemRuntime) -> _Figures | None:
    found = system.days.cycling
    if found is None:
        return None
    return {
        "starts_per_hour": round(found.starts_per_hour, 2),
        "fleet_percentile": round(found.percentile),
        "limit": round(found.limit, 2),
        "days_above": found.days_above,
        "systems": found.n,
    }


# What each problem is told with.
_FIGURES: Final[Mapping[Problem, Callable[[Health], _Figures]]] = {
    Problem.FEED_STALE: lambda health: {"feeds": _names(health.stale)},
    Problem.AIR_IN_HEAT_METER: lambda health: {
        "hours": health.air and round(health.air.hours, 1),
        "percent_of_electricity": health.air and _rounded(health.air.percent),
    },
    Problem.SENSOR_FROZEN: lambda health: {"feeds": _names(health.frozen)},
    Problem.DATA_QUALITY_FALLING: lambda health: {
        "points_lost": {
            _name(feed): _rounded(points)
            for feed, points in (health.fallen or {}).items()
        }
    },
}


def _problems(system: SystemRuntime) -> _Figures:
    health = system.days.data.health
    return {"problems": [str(problem) for problem in health.problems]} | {
        str(problem): _FIGURES[problem](health) for problem in health.problems
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 1)


def _name(feed: FeedKey) -> str:
    return feed.name.lower()


def _names(feeds: Iterable[FeedKey] | None) -> list[str]:
    return [_name(feed) for feed in feeds or ()]


def _problem_sensor(
    key: str,
    problem: Problem,
    exists: Callable[[SystemRuntime], bool] = lambda _: True,
) -> ReadingBinarySensorDescription:
    """Return the sensor of one problem of a monitor, for who wants it by itself."""
    return ReadingBinarySensorDescription(
        key=key,
        translation_key=key,
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        coordinator=_days,
        value=lambda system: system.days.data.health.states[problem],
        attributes=lambda system: _FIGURES[problem](system.days.data.health),
        exists=exists,
    )


HEALTH_SENSORS: Final = (
    # In no category, as triggers for a device look at its entities without one alone.
    ReadingBinarySensorDescription(
        key="performance_degraded",
        translation_key="performance_degraded",
        device_class=BinarySensorDeviceClass.PROBLEM,
        coordinator=_days,
        value=_is_degraded,
        attributes=_degradation,
        exists=_is_weighed,
    ),
    ReadingBinarySensorDescription(
        key="cycling",
        translation_key="cycling",
        device_class=BinarySensorDeviceClass.PROBLEM,
        coordinator=_days,
        value=_is_cycling,
        attributes=_cycling,
        exists=_is_weighed,
    ),
    ReadingBinarySensorDescription(
        key="monitoring_problem",
        translation_key="monitoring_problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        coordinator=_days,
        value=lambda system: system.days.data.health.is_problem,
        attributes=_problems,
    ),
    _problem_sensor("feed_stale", Problem.FEED_STALE),
    _problem_sensor(
        # The service takes it from the heat meter's own error code.
        "air_in_heat_meter",
        Problem.AIR_IN_HEAT_METER,
        exists=lambda system: FeedKey.ERROR in system.feeds.data.feeds,
    ),
    _problem_sensor("sensor_frozen", Problem.SENSOR_FROZEN),
    _problem_sensor("data_quality_falling", Problem.DATA_QUALITY_FALLING),
)
