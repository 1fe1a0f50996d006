"""Days of a heat pump, and which of them are heating days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from ..api.heatpumpmonitor import Stats
from .days import SERVICE_ZONE
from .hours import DAY

# Of a day with less data, what is missing may be the night.
_LEAST_DATA: Final = 0.9 * DAY
# On warmer days standby, hot water and short runs decide, not the heating.
_WARM: Final = 12.0
_LEAST_SPACE_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpDay:
    """A whole day of a heat pump, its British date first; None: not known.

    Energies are kWh without an immersion heater's, the mean flow and outside
    temperatures °C weighted by heat. `space_share` is the part of the heat that went
    into the rooms, 0 to 1; the rest is hot water. `starts_per_hour` counts those of the
    compressor.
    """

    day: date
    electricity: float
    heat: float
    flow: float | None
    outside: float | None
    space_share: float | None
    starts_per_hour: float | None

    @property
    def is_heating(self) -> bool:
        """Tell whether the rooms were heated in earnest: no hot-water-only or warm day.

        Where heating and hot water are not told apart, the weather alone decides.
        """
        return (
            self.heat > 0
            and self.outside is not None
            and self.outside < _WARM
            and (self.space_share is None or self.space_share >= _LEAST_SPACE_SHARE)
        )


def pump_day(stats: Stats) -> PumpDay | None:
    """Return a day as HeatpumpMonitor.org keeps it, None where too much is missing."""
    combined = stats.combined
    if (
        stats.start is None
        or combined.elec_kwh is None
        or combined.heat_kwh is None
        or (combined.length_s or 0) < _LEAST_DATA
    ):
        return None
    return PumpDay(
        day=datetime.fromtimestamp(stats.start, UTC).astimezone(SERVICE_ZONE).date(),
        electricity=combined.elec_kwh,
        heat=combined.heat_kwh,
        flow=stats.weighted_flow_temperature,
        outside=stats.weighted_outside_temperature,
        space_share=_share(stats.space.heat_kwh, stats.water.heat_kwh),
        starts_per_hour=stats.starts_per_hour,
    )


def _share(space: float | None, water: float | None) -> float | None:
    """Return the part of the heat that went into the rooms, None where not told."""
    if space is None and water is None:
        return None
    total = (space or 0) + (water or 0)
    return (space or 0) / total if total > 0 else None
