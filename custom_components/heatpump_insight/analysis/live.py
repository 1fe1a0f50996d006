"""What the last samples of a heat pump's feeds say of this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..api.heatpumpmonitor import Available, FeedKey, Value
from .cop import cop

# A sample older than this says nothing of now.
_FRESH: Final = 15 * 60
# The service answers up to 5 minutes late, and monitors send in bundles.
_UP_TO_DATE: Final = 60 * 60
# Below this electric power (W) a heat pump is in standby, unless its owner says otherwise.
_STARTING_POWER: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The values of now, each in its feed's unit, and the COP while the pump runs.

    `last_sample` is the unix second of the newest sample of any feed, however old, and
    `is_up_to_date` whether that is less than an hour ago; None where there is no sample.
    """

    values: Mapping[FeedKey, float] = field(default_factory=dict)
    cop: float | None = None
    last_sample: int | None = None
    is_up_to_date: bool | None = None


def live(values: Mapping[FeedKey, Value], available: Available, now: float) -> Live:
    """Return what is known of now; old samples are left out, standby has no COP."""
    fresh = {
        feed: value.value
        for feed, value in values.items()
        if now - value.time <= _FRESH
    }
    electricity = fresh.get(FeedKey.ELEC)
    standby = available.starting_power or _STARTING_POWER
    runs = electricity is not None and electricity >= standby
    samples = [value.time for value in values.values()]
    samples += [feed.end for feed in available.feeds.values()]
    last_sample = max(samples, default=None)
    return Live(
        values=fresh,
        cop=cop(fresh.get(FeedKey.HEAT), electricity) if runs else None,
        last_sample=last_sample,
        is_up_to_date=(
            None if last_sample is None else now - last_sample <= _UP_TO_DATE
        ),
    )
