"""One life: a home under its schedule, and what differs in the end."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
import logging
from operator import itemgetter
from pathlib import Path
import re
from tempfile import TemporaryDirectory
from typing import Final

from homeassistant.config_entries import ConfigSubentryData
from tests.simulator import Simulator, World

from . import expected, joined
from .clock import DrivenLoop, Time
from .expected import Expected
from .hanging import pass_time
from .home_assistant import DOMAIN, Home, only_what_makes_rows
from .rows import Row, differences, known, read_rows
from .schedule import DAY, HOUR, MINUTE, Restart, Schedule, draw

# An hour is over before the next poll asks for it.
_LAST_HOURS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a life ended: how many hours were compared, and what differs."""

    seed: int
    hours: int
    findings: tuple[str, ...]


def live(seed: int, days: int, folder: Path) -> Outcome:
    """Live the life of a seed, with all its files in a folder, and compare."""
    # Of the faults that it is given, Home Assistant would tell at length.
    logging.disable(logging.CRITICAL)
    with asyncio.Runner(loop_factory=DrivenLoop) as runner:
        return runner.run(_live(draw(seed, days), folder))


async def _live(schedule: Schedule, folder: Path) -> Outcome:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, DrivenLoop)
    time = Time(schedule.start, loop)
    world = World.small(days=schedule.history, seed=schedule.seed, now=time)
    _grow(world, schedule.end + schedule.peace + 2 * DAY)
    world.add(*schedule.in_the_data)
    with (
        TemporaryDirectory(dir=folder) as own,
        time.in_home_assistant(),
        only_what_makes_rows(),
    ):
        async with Simulator(world) as simulator:
            simulator.faults.add(*schedule.on_the_way)
            home = Home(Path(own))
            passing = asyncio.create_task(pass_time(time, schedule.on_the_way))
            await _go_through(schedule, home, time, simulator)
            rows = await read_rows(home)
            await home.stop()
            passing.cancel()
    return _compare(schedule, world, simulator.url, rows)


def _grow(world: World, end: float) -> None:
    """Make all samples at once: it takes less time than bit by bit."""
    for system in world.systems.values():
        assert system.plant is not None
        system.plant.until(end)
    for meter in world.meters.values():
        meter.home.until(end)


async def _go_through(
    schedule: Schedule, home: Home, time: Time, simulator: Simulator
) -> None:
    """Let everything happen, and then let there be peace."""
    await home.start()
    await _add_entries(home, simulator)
    restarts = {restart.at: restart for restart in schedule.restarts}
    for moment in schedule.steps():
        # A restart may have taken longer than until here.
        time.advance(max(moment - time.now, 0.0))
        time.error = schedule.error(time.now)
        if restart := restarts.get(moment):
            await _restart(home, time, restart)
        await home.settle()
        # What was put off for a moment would wait for the next step, perhaps a day.
        time.advance(MINUTE)
        await home.settle()
    time.error = 0.0
    # Before noon: the meters' readings of the day before came in the morning.
    end = -(-(schedule.end + schedule.peace) // DAY) * DAY + 9 * HOUR
    while time.now < end:
        time.advance(min(8 * HOUR, end - time.now))
        await home.settle()
    # After a leap everything is due at once; now each has its turn.
    for _ in range(_LAST_HOURS):
        time.advance(HOUR)
        await home.settle()


async def _add_entries(home: Home, simulator: Simulator) -> None:
    """Add both services; the first answers need not come."""
    world = simulator.world
    system_id = min(world.systems)
    (consent,) = world.tokens[world.token]
    await home.add(
        {"service": "heatpumpmonitor", "url": simulator.url},
        ConfigSubentryData(
            subentry_type="system",
            title="Heat pump",
            unique_id=str(system_id),
            data={"system_id": system_id, "read_key": None, "meter": consent},
        ),
    )
    await home.add(
        {"service": "powershaper", "url": simulator.url, "token": world.token},
        options={"meters": {_meter_key(consent): joined.HOME_OPTIONS}},
    )
    await home.settle()


async def _restart(home: Home, time: Time, restart: Restart) -> None:
    """Reload the entries, or stop Home Assistant for a while."""
    if restart.busy:
        # What became due has begun and is cut off somewhere.
        await asyncio.sleep(0.01)
    else:
        await home.settle()
    if restart.kind == "reload":
        await home.reload()
    else:
        await home.stop()
        time.advance(restart.down)
        await home.start()


def _compare(
    schedule: Schedule, world: World, url: str, rows: dict[str, dict[int, Row]]
) -> Outcome:
    """Compare all rows with what they must be."""
    truths = dict(_truths(schedule, world, url, rows))
    newest = world.now() - _LAST_HOURS * HOUR
    found = {
        statistic_id: tuple(differences(truth, rows.get(statistic_id, {}), newest))
        for statistic_id, truth in truths.items()
    }
    # Each begins with its moment, so the earliest comes first.
    findings = [
        f"{statistic_id} {finding}"
        for statistic_id, those in sorted(found.items(), key=itemgetter(1))
        for finding in those
    ]
    findings += [
        f"{surplus} is one too many" for surplus in rows.keys() - truths.keys()
    ]
    return Outcome(
        seed=schedule.seed,
        hours=sum(len(truth.hours) for truth in truths.values()),
        findings=tuple(findings),
    )


def _truths(
    schedule: Schedule, world: World, url: str, rows: dict[str, dict[int, Row]]
) -> Iterator[tuple[str, Expected]]:
    """Yield what each statistic must be."""
    host = re.sub(r"[^a-z0-9]+", "_", url.partition("://")[2])
    (system,) = world.systems.values()
    prefix = f"{DOMAIN}:system_{host}_{system.id}"
    hours = expected.of_system(world, system)
    before: dict[str, expected.Hours] = {}
    if schedule.replaced is not None:
        before = _as_of(schedule.replaced - MINUTE, world)
    truths = expected.with_what_was_before(hours, before, schedule.replaced or 0.0)
    for key, truth in truths.items():
        yield f"{prefix}_{key}", truth
    # The energies are compared by themselves, so the COP may be told from their rows.
    electricity, heat = (
        known(rows.get(f"{prefix}_{key}", {})) for key in ("electricity", "heat")
    )
    yield f"{prefix}_cop", Expected(hours=expected.cop(electricity, heat))
    cost = joined.cost_of_heat_pump(electricity, expected.LONDON)
    yield f"{prefix}_cost", Expected(hours=cost)
    for meter in world.meters.values():
        name = f"{DOMAIN}:{_meter_key(meter.consent)}_{meter.commodity}"
        energy, carbon = expected.of_meter(world, meter, world.now())
        yield name, Expected(hours=energy)
        yield f"{name}_carbon", Expected(hours=carbon)
        cost = joined.cost_of_meter(world, meter, energy, expected.LONDON)
        yield f"{name}_cost", Expected(hours=cost)
        if meter.commodity == "electricity":
            part = joined.carbon_of_heat_pump(
                electricity,
                known(rows.get(name, {})),
                known(rows.get(f"{name}_carbon", {})),
            )
            yield f"{prefix}_carbon", Expected(hours=part)


def _meter_key(consent: str) -> str:
    return f"meter_{consent.replace('-', '')}"


def _as_of(moment: float, world: World) -> dict[str, expected.Hours]:
    """Return what the feeds said at another moment."""
    (system,) = world.systems.values()
    now, world.now = world.now, lambda: moment
    try:
        return expected.of_system(world, system)
    finally:
        world.now = now
