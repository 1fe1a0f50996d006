"""What the tables of entities are made of: who knows a value, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorEntityDescription
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.helpers.typing import StateType

from .entity import Coordinator
from .runtime import MeterRuntime, SystemRuntime

type Value = StateType | date | datetime


@dataclass(frozen=True, kw_only=True)
class ReadingSensorDescription[R: SystemRuntime | MeterRuntime](
    SensorEntityDescription
):
    """A sensor: who knows it, its value, its attributes, and whether there is one."""

    coordinator: Callable[[R], Coordinator]
    value: Callable[[R], Value]
    attributes: Callable[[R], Mapping[str, Any] | None] = lambda _: None
    exists: Callable[[R], bool] = lambda _: True


@dataclass(frozen=True, kw_only=True)
class ReadingBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor of a heat pump: who knows it, its state, and its attributes."""

    coordinator: Callable[[SystemRuntime], Coordinator]
    value: Callable[[SystemRuntime], bool | None]
    attributes: Callable[[SystemRuntime], Mapping[str, Any] | None] = lambda _: None
    exists: Callable[[SystemRuntime], bool] = lambda _: True


type SystemSensorDescription = ReadingSensorDescription[SystemRuntime]
type MeterSensorDescription = ReadingSensorDescription[MeterRuntime]
