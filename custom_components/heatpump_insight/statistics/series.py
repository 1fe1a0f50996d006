"""The statistics that the integration keeps and reads: their ids, kinds and units.

The ids and units are what dashboards and automations of users rely on: they never change.
"""

from dataclasses import dataclass
from enum import Enum, auto

from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.const import UnitOfEnergy, UnitOfMass, UnitOfTemperature
from homeassistant.util.unit_conversion import (
    EnergyConverter,
    MassConverter,
    TemperatureConverter,
)

from ..const import DOMAIN


class Kind(Enum):
    """How the hours of a series add up."""

    SUM = auto()
    MEAN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a series measures, and in which unit."""

    kind: Kind
    unit: str | None
    unit_class: str | None


ENERGY = Measure(
    kind=Kind.SUM,
    unit=UnitOfEnergy.KILO_WATT_HOUR,
    unit_class=EnergyConverter.UNIT_CLASS,
)
MASS = Measure(
    kind=Kind.SUM,
    unit=UnitOfMass.KILOGRAMS,
    unit_class=MassConverter.UNIT_CLASS,
)
TEMPERATURE = Measure(
    kind=Kind.MEAN,
    unit=UnitOfTemperature.CELSIUS,
    unit_class=TemperatureConverter.UNIT_CLASS,
)
RATIO = Measure(kind=Kind.MEAN, unit=None, unit_class=None)


def money(currency: str) -> Measure:
    """Return the measure of amounts in a currency."""
    return Measure(kind=Kind.SUM, unit=currency, unit_class=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One statistic: an external one of ours, or that of an entity that ours depend on.

    An entity's has its id for a key, and is read and never written.
    """

    key: str
    name: str
    measure: Measure

    @property
    def is_of_entity(self) -> bool:
        """Tell whether it is an entity's own: our keys have no dot."""
        return "." in self.key

    @property
    def statistic_id(self) -> str:
        """Return the id under which the recorder keeps it."""
        return self.key if self.is_of_entity else f"{DOMAIN}:{self.key}"

    @property
    def metadata(self) -> StatisticMetaData:
        """Return what the recorder wants to know of it."""
        is_sum = self.measure.kind is Kind.SUM
        return StatisticMetaData(
            has_sum=is_sum,
            mean_type=(
                StatisticMeanType.NONE if is_sum else StatisticMeanType.ARITHMETIC
            ),
            name=self.name,
            source=DOMAIN,
            statistic_id=self.statistic_id,
            unit_class=self.measure.unit_class,
            unit_of_measurement=self.measure.unit,
        )


def entity_series(entity_id: str) -> Series:
    """Return the statistic of an entity, of whatever unit."""
    return Series(key=entity_id, name=entity_id, measure=RATIO)
