"""A simulated world: homes, systems, meters and accounts, under one clock.

Nothing later than the world's ``now`` is there yet. Everything that the two services
answer, and every truth that a test compares with, is read from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
import time
from typing import Literal, NamedTuple, Self

import numpy as np

from . import scenes
from .data_faults import (
    DataFault,
    FeedAppears,
    FeedDeleted,
    FeedFault,
    MeterFault,
    MeterGone,
    MeterLate,
    Readings,
)
from .fleet import Fleet
from .homes import Account, Meter, System
from .plant import Feeds
from .statistics import Statistics
from .times import DAY, HALF_HOUR, LONDON, MINUTE, local_day, midnight
from .truth import Truth

type MeterKey = tuple[str, str]


class Samples(NamedTuple):
    """What a system's feeds hold: one sample a minute from ``start`` (unix s)."""

    start: int
    feeds: Feeds
    state: tuple[int, ...]  # which faults are in effect


@dataclass(slots=True, kw_only=True)
class Quota:
    """How many calls a token has in each period of so many seconds."""

    calls: int
    period: float = 3600.0
    retry_after: bool = True


@dataclass(slots=True, kw_only=True)
class Style:
    """How PowerShaper Monitor spells what its documentation leaves open."""

    time: Literal["utc", "offset", "naive"] = "utc"
    numbers: Literal["number", "string"] = "number"
    gas_carbon: Literal["filled", "null", "absent"] = "filled"
    stamp: Literal["start", "end"] = "start"
    range: Literal["datetime", "date"] = "datetime"


class World:
    """Everything the simulated services know, and what is true."""

    def __init__(
        self, *, days: int, seed: int = 1, now: Callable[[], float] = time.time
    ) -> None:
        """Found an empty world whose samples began so many days ago."""
        self.seed = seed
        self.now = now
        self.first_day = int(now() // DAY) - days
        self.start = self.first_day * DAY
        self.systems: dict[int, System] = {}
        self.fleet: Fleet | None = None
        self.accounts: dict[str, Account] = {}
        self.meters: dict[MeterKey, Meter] = {}
        self.tokens: dict[str, tuple[str, ...]] = {}
        self.faults: list[DataFault] = []
        self.style = Style()
        self.quota: Quota | None = None
        self.max_points = 20_000
        self.caches_available = True
        self.truth = Truth(self)
        self.statistics = Statistics(self)
        self._samples: dict[tuple[int, bool], tuple[Feeds, Samples]] = {}

    @classmethod
    def small(
        cls, *, days: int = 40, seed: int = 1, now: Callable[[], float] = time.time
    ) -> Self:
        """Return a world with one heat pump (204) and its home's two meters."""
        world = cls(days=days, seed=seed, now=now)
        scenes.furnish_small(world)
        return world

    @classmethod
    def demo(
        cls, *, days: int = 400, seed: int = 1, now: Callable[[], float] = time.time
    ) -> Self:
        """Return a world with several heat pumps, homes, accounts and a fleet."""
        world = cls(days=days, seed=seed, now=now)
        scenes.furnish_demo(world)
        return world

    @classmethod
    def street(
        cls,
        *,
        systems: int = 50,
        days: int = 400,
        seed: int = 1,
        now: Callable[[], float] = time.time,
    ) -> Self:
        """Return a world with many monitored systems, which share four plants."""
        world = cls(days=days, seed=seed, now=now)
        scenes.furnish_street(world, systems)
        return world

    @property
    def token(self) -> str:
        """Return the first token of PowerShaper Monitor."""
        return next(iter(self.tokens))

    def add(self, *faults: DataFault) -> None:
        """Let something go wrong with the data; later faults lie over earlier ones."""
        self.faults.extend(faults)

    def all_systems(self) -> dict[int, System]:
        """Return every system by its id: the monitored ones, then the fleet."""
        fleet = self.fleet.systems if self.fleet else []
        return self.systems | {system.id: system for system in fleet}

    # Heat pumps.

    def configured(self, system: System) -> list[str]:
        """Return the feed keys that a system has at this moment."""
        later = {
            key
            for fault in self.faults
            if isinstance(fault, FeedAppears)
            and fault.system_id == system.id
            and self.now() < fault.at
            for key in fault.keys(system.config)
        }
        return [key for key in system.config if key not in later]

    def deleted(self, system: System) -> set[str]:
        """Return the configured feed keys whose feed is deleted at this moment."""
        return {
            key
            for fault in self.faults
            if isinstance(fault, FeedDeleted)
            and fault.system_id == system.id
            and fault.at <= self.now() < fault.until
            for key in fault.keys(system.config)
        }

    def visible(self, start: int) -> int:
        """Return how many samples since ``start`` are there: all older than now."""
        return max(int(-(-(self.now() - start) // MINUTE)), 0)

    def samples(self, system: System, *, truth: bool = False) -> Samples:
        """Return what a system's feeds hold now; NaN where a sample is missing.

        ``truth`` leaves out every fault that does not change the energy itself.
        """
        plant = system.plant
        if plant is None:
            return Samples(self.start, {}, ())
        now = self.now()
        pristine = plant.until(now)
        faults = [
            fault
            for fault in self.faults
            if isinstance(fault, FeedFault)
            and fault.system_id == system.id
            and (fault.changes_truth or not truth)
        ]
        state = tuple(sum(at <= now for at in fault.moments()) for fault in faults)
        known, cached = self._samples.get((system.id, truth), (None, None))
        if cached is None or known is not pristine or cached.state != state:
            feeds = {key: pristine[source] for key, source in system.config.items()}
            if truth:
                feeds = pristine | feeds
            for fault, passed in zip(faults, state, strict=True):
                # The second moment, where there is one, is when it leaves.
                if passed == 1:
                    fault.apply(feeds, plant.start)
            cached = Samples(plant.start, feeds, state)
            self._samples[system.id, truth] = pristine, cached
        count = self.visible(plant.start)
        trimmed = {key: values[:count] for key, values in cached.feeds.items()}
        return cached._replace(feeds=trimmed)

    # Meters.

    def meter_gone(self, meter: Meter, how: str) -> bool:
        """Tell whether a meter is gone, in one of the ways, at this moment."""
        return any(
            isinstance(fault, MeterGone)
            and fault.how == how
            and fault.covers(meter.consent, meter.commodity, self.now())
            for fault in self.faults
        )

    def latest(self, meter: Meter) -> int:
        """Return the unix time at which a meter's readings end.

        Yesterday's arrive at 6 in the morning, all at once.
        """
        seen_from = self.now()
        for fault in self.faults:
            if isinstance(fault, MeterLate):
                seen_from = min(seen_from, fault.seen_from(meter.consent, self.now()))
        here = datetime.fromtimestamp(seen_from, LONDON)
        day = local_day(seen_from)
        return midnight(day if here.hour >= 6 else day - timedelta(days=1))

    def readings(self, meter: Meter, *, truth: bool = False) -> Readings:
        """Return a meter's half-hours as they are to be had now.

        ``truth`` leaves out every fault that does not change the energy itself.
        """
        home = meter.home
        energy, carbon = home.until(self.now())[meter.commodity]
        count = max((self.latest(meter) - home.start) // HALF_HOUR, 0)
        readings = Readings(
            start=home.start,
            energy=energy[:count].copy(),
            carbon=carbon[:count].copy(),
            error=np.zeros(count, dtype=bool),
            absent=np.zeros(count, dtype=bool),
        )
        for fault in self.faults:
            if (
                isinstance(fault, MeterFault)
                and (fault.consent, fault.commodity) == (meter.consent, meter.commodity)
                and (fault.changes_truth or not truth)
            ):
                fault.apply(readings, self.now())
        return readings
