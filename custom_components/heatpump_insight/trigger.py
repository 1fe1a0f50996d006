"""Triggers of automations: what happens to the heat pumps and meters."""

from collections.abc import Collection, Mapping
from typing import ClassVar, override

import probatio

from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    NUMERICAL_ATTRIBUTE_CROSSED_THRESHOLD_SCHEMA,
    EntityNumericalStateCrossedThresholdTriggerBase,
    EntityTargetStateTriggerBase,
    EntityTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)

from .own_entities import (
    CONF_WINDOW,
    COP_KEYS,
    DEGRADED,
    LATEST_DAY,
    MONITORING,
    cop_keys,
    own_entities,
)


class OwnEntityTrigger(EntityTriggerBase):
    """Looks at entities of ours, and past the times when they are not available.

    Home Assistant's own triggers lose what changed while a service did not answer. Here
    what comes after such a time is compared with what was before it. What was never
    known before is no change, so nothing fires when Home Assistant starts.
    """

    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()
    _keys: Collection[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Know of no state yet."""
        super().__init__(hass, config)
        self._last_known: dict[str, State] = {}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep what is ours and has the key."""
        return own_entities(self._hass, super().entity_filter(entities), self._keys)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Remember each known state that an entity leaves, and attach the trigger."""

        @callback
        def remember(changed: TargetStateChangedData) -> None:
            left = changed.state_change_event.data["old_state"]
            if left is not None and left.state not in self._excluded_states:
                self._last_known[left.entity_id] = left

        forget = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            remember,
            self.entity_filter,
            primary_entities_only=self._primary_entities_only,
        )
        detach = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def remove() -> None:
            detach()
            forget()

        return remove

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Compare with the last state that was known, if there is one."""
        known = self._known_before(from_state)
        return known is not None and super().is_valid_transition(known, to_state)

    def _known_before(self, from_state: State) -> State | None:
        """Return the state, or the last one that was known before it."""
        if from_state.state in self._excluded_states:
            return self._last_known.get(from_state.entity_id)
        return from_state


class CopCrossedThreshold(
    OwnEntityTrigger, EntityNumericalStateCrossedThresholdTriggerBase
):
    """A COP went above, below, into or out of some values."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _schema = NUMERICAL_ATTRIBUTE_CROSSED_THRESHOLD_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS): {
                probatio.Optional(CONF_WINDOW, default=[]): probatio.All(
                    probatio.EnsureList(), [probatio.In(list(COP_KEYS))]
                )
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take which COPs are looked at."""
        super().__init__(hass, config)
        self._keys = cop_keys(self._options[CONF_WINDOW])


class _BinarySensorTrigger(OwnEntityTrigger, EntityTargetStateTriggerBase):
    """A binary sensor of a heat pump turned to a state."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.BINARY_SENSOR: DomainSpec()}
    _to_state: ClassVar[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the state."""
        super().__init__(hass, config)
        self._to_states = {self._to_state}


class MonitoringWentStale(_BinarySensorTrigger):
    """The monitor of a heat pump has stopped sending."""

    _keys = (MONITORING,)
    _to_state = STATE_OFF


class MonitoringCameBack(_BinarySensorTrigger):
    """The monitor of a heat pump sends again."""

    _keys = (MONITORING,)
    _to_state = STATE_ON


class PerformanceDegraded(_BinarySensorTrigger):
    """A heat pump has become worse than it was."""

    _keys = (DEGRADED,)
    _to_state = STATE_ON


class NewDayOfData(OwnEntityTrigger):
    """A heat pump or a meter has the complete data of a later day; once for each day."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA
    _keys = (LATEST_DAY,)

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Know of no day yet."""
        super().__init__(hass, config)
        self._latest: dict[str, str] = {}

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Tell whether the day is later than all before; dates sort as text."""
        if (known := self._known_before(from_state)) is None:
            return False
        latest = max(known.state, self._latest.get(known.entity_id, ""))
        self._latest[known.entity_id] = max(latest, to_state.state)
        return to_state.state > latest


TRIGGERS: dict[str, type[Trigger]] = {
    "cop_crossed_threshold": CopCrossedThreshold,
    "monitoring_came_back": MonitoringCameBack,
    "monitoring_went_stale": MonitoringWentStale,
    "new_day_of_data": NewDayOfData,
    "performance_degraded": PerformanceDegraded,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
