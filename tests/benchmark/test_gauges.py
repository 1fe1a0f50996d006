"""A gauge that shows nothing would let everything pass."""

import asyncio
from datetime import UTC, datetime, timedelta
import gc
from pathlib import Path
import time

from custom_components.heatpump_insight.statistics import series
from custom_components.heatpump_insight.statistics.series import Series
from custom_components.heatpump_insight.statistics.writer import StatisticsWriter
from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.helpers.recorder import get_instance

from .apart import apart
from .gauges import Heartbeat, memory, peak_memory, written_rows
from .home_assistant import DATABASE, home_assistant

ENERGY = Series(key="energy", name="Energy", measure=series.ENERGY)
START = datetime(2026, 1, 1, tzinfo=UTC)


def work(seconds: float) -> None:
    """Keep the processor busy, in this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def test_a_loop_that_works_is_told_as_held() -> None:
    async with Heartbeat() as heartbeat:
        await asyncio.sleep(0.01)
        work(0.05)
    assert heartbeat.held >= 48
    assert 48 <= heartbeat.worked <= heartbeat.held + 5


async def test_a_loop_that_is_kept_waiting_is_held_but_does_not_work() -> None:
    async with Heartbeat() as heartbeat:
        await asyncio.sleep(0.01)
        time.sleep(0.1)  # noqa: ASYNC251  it is what the gauge is there for
    assert heartbeat.held >= 98
    assert heartbeat.worked < 50


async def test_what_a_thread_does_is_not_the_loop_s_own_work() -> None:
    async with Heartbeat() as heartbeat:
        await asyncio.to_thread(work, 0.1)
    assert heartbeat.worked < 50


async def test_a_collection_of_garbage_is_told_apart() -> None:
    garbage = [[n] for n in range(300_000)]
    async with Heartbeat() as heartbeat:
        await asyncio.sleep(0.01)
        gc.collect()
    assert len(garbage) == 300_000
    assert 0 <= heartbeat.worked < heartbeat.collected


def test_the_peak_of_memory_stays_when_the_memory_is_given_back() -> None:
    before = memory()
    held = bytearray(64 * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])
    at_most = memory()
    assert at_most >= before + 60
    del held
    assert memory() <= at_most - 60
    assert peak_memory() >= at_most - 1


async def written(folder: Path) -> tuple[int, ...]:
    """Return what is counted of rows that are new, changed, moved, and left alone."""
    found = []
    async with home_assistant(folder) as hass:
        await hass.async_start()

        def move(hour: int) -> None:
            get_instance(hass).async_adjust_statistics(
                ENERGY.statistic_id, START + timedelta(hours=hour), 1.0, "kWh"
            )

        for rows, moved_from in ((50, 50), (60, 60), (0, 10), (0, 60)):
            with written_rows(folder / DATABASE) as counted:
                given = [
                    StatisticData(start=START + timedelta(hours=n), state=1.0, sum=n)
                    for n in range(rows)
                ]
                async_add_external_statistics(hass, ENERGY.metadata, given)
                move(moved_from)
                await StatisticsWriter(hass).async_wait_until_kept()
            found.append(counted.count)
    return tuple(found)


def test_rows_are_counted_whether_they_are_new_or_changed(tmp_path: Path) -> None:
    assert apart(written, tmp_path) == (50, 60, 50, 0)
