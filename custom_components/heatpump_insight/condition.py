"""Conditions of automations: how the heat pumps are doing."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, override

import probatio

from homeassistant.const import CONF_OPTIONS, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    NUMERICAL_CONDITION_SCHEMA,
    Condition,
    ConditionConfig,
    EntityConditionBase,
    EntityNumericalConditionBase,
    EntityStateConditionBase,
)

from .own_entities import (
    CONF_WINDOW,
    COP_KEYS,
    DEGRADED,
    MONITORING,
    cop_keys,
    own_entities,
)


class OwnEntityCondition(EntityConditionBase):
    """Looks at entities of ours that have one of some keys."""

    _keys: Collection[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep what is ours and has the key."""
        return own_entities(self._hass, super().entity_filter(entities), self._keys)


class CopIs(OwnEntityCondition, EntityNumericalConditionBase):
    """A COP is above, below, between or outside of some values."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _schema = NUMERICAL_CONDITION_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS): {
                probatio.Optional(CONF_WINDOW, default=[]): probatio.All(
                    probatio.EnsureList(), [probatio.In(list(COP_KEYS))]
                )
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take which COPs are looked at."""
        super().__init__(hass, config)
        if TYPE_CHECKING:
            assert config.options is not None
        self._keys = cop_keys(config.options[CONF_WINDOW])


class _BinarySensorCondition(OwnEntityCondition, EntityStateConditionBase):
    """A binary sensor of a heat pump is on."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.BINARY_SENSOR: DomainSpec()}

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the state."""
        super().__init__(hass, config)
        self._states = {STATE_ON}


class MonitoringIsUpToDate(_BinarySensorCondition):
    """The monitor of a heat pump sends."""

    _keys = (MONITORING,)


class PerformanceIsDegraded(_BinarySensorCondition):
    """A heat pump is worse than it was."""

    _keys = (DEGRADED,)


CONDITIONS: dict[str, type[Condition]] = {
    "is_cop": CopIs,
    "is_monitoring_up_to_date": MonitoringIsUpToDate,
    "is_performance_degraded": PerformanceIsDegraded,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
