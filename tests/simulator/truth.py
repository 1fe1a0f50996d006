"""What is true in a world: the figures that a test compares with."""

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from .physics import Floats
from .plant import KWH_PER_SAMPLE, Feeds
from .times import HALF_HOUR, HOUR, LONDON, MINUTE, local_day

if TYPE_CHECKING:
    from .world import World

_PER_HOUR = HOUR // MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHour:
    """One hour of a heat pump; kWh and the mean of the hour's samples in °C."""

    start: int
    elec_kwh: float
    heat_kwh: float
    flow_temperature: float | None
    return_temperature: float | None
    outside_temperature: float | None
    room_temperature: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A half-hour or an hour of a meter, in kWh and kg CO2."""

    start: int
    energy_kwh: float
    carbon_kg: float


class Truth:
    """What the systems and meters of a world did up to its now.

    Corrections count from the moment they are made; whatever is merely missing,
    restarted or absurd at the service does not.
    """

    def __init__(self, world: World) -> None:
        """Speak of one world."""
        self._world = world

    def system_hours(
        self, system_id: int, start: float, end: float
    ) -> tuple[SystemHour, ...]:
        """Return the whole hours of [start, end) that are over."""
        system = self._world.systems[system_id]
        origin, feeds, _ = self._world.samples(system, truth=True)
        begin = max(-(-int(start) // HOUR) * HOUR, origin)
        stop = min(int(end), origin + self._world.visible(origin) * MINUTE)
        count = max((stop - begin) // HOUR, 0)
        first = (begin - origin) // MINUTE

        def means(key: str) -> list[float] | list[None]:
            if key not in system.config:
                return [None] * count
            means: list[float] = (
                _by_hour(feeds, key, first, count).mean(axis=1).tolist()
            )
            return means

        def energy(key: str) -> list[float]:
            total = _by_hour(feeds, key, first, count).sum(axis=1) * KWH_PER_SAMPLE
            hours: list[float] = total.tolist()
            return hours

        columns = zip(
            range(begin, begin + count * HOUR, HOUR),
            energy("heatpump_elec"),
            energy("heatpump_heat"),
            means("heatpump_flowT"),
            means("heatpump_returnT"),
            means("heatpump_outsideT"),
            means("heatpump_roomT"),
            strict=True,
        )
        return tuple(
            SystemHour(
                start=hour,
                elec_kwh=elec,
                heat_kwh=heat,
                flow_temperature=flow,
                return_temperature=returned,
                outside_temperature=outside,
                room_temperature=room,
            )
            for hour, elec, heat, flow, returned, outside, room in columns
        )

    def daily_cop(self, system_id: int, tz: tzinfo = LONDON) -> dict[date, float]:
        """Return heat / electricity of each whole local day that is over."""
        hours = self.system_hours(system_id, 0, self._world.now())
        days: dict[date, list[SystemHour]] = {}
        for hour in hours:
            days.setdefault(local_day(hour.start, tz), []).append(hour)
        whole = {
            day: rows
            for day, rows in days.items()
            if local_day(rows[0].start - 1, tz) != day
            and local_day(rows[-1].start + HOUR, tz) != day
        }
        return {
            day: sum(row.heat_kwh for row in rows) / sum(row.elec_kwh for row in rows)
            for day, rows in whole.items()
        }

    def meter_half_hours(
        self, consent: str, commodity: str, start: float, end: float
    ) -> tuple[Usage, ...]:
        """Return the half-hours of [start, end) up to the newest reading."""
        meter = self._world.meters[consent, commodity]
        readings = self._world.readings(meter, truth=True)
        span = readings.span(start, end)
        starts = readings.start + np.arange(readings.energy.size)[span] * HALF_HOUR
        columns = zip(
            starts.tolist(),
            readings.energy[span].tolist(),
            readings.carbon[span].tolist(),
            strict=True,
        )
        return tuple(
            Usage(start=at, energy_kwh=energy, carbon_kg=carbon)
            for at, energy, carbon in columns
        )

    def meter_hours(
        self, consent: str, commodity: str, start: float, end: float
    ) -> tuple[Usage, ...]:
        """Return the whole hours of [start, end) up to the newest reading."""
        halves = self.meter_half_hours(
            consent, commodity, -(-start // HOUR) * HOUR, end // HOUR * HOUR
        )
        return tuple(
            Usage(
                start=first.start,
                energy_kwh=first.energy_kwh + second.energy_kwh,
                carbon_kg=first.carbon_kg + second.carbon_kg,
            )
            for first, second in zip(halves[::2], halves[1::2], strict=False)
        )


def _by_hour(feeds: Feeds, key: str, first: int, count: int) -> Floats:
    """Return samples from index ``first`` on as rows of an hour each."""
    samples = feeds[key][first : first + count * _PER_HOUR]
    return samples.astype(float).reshape(count, _PER_HOUR)
