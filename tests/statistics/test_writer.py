"""The writer, over the real recorder."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.heatpump_insight.analysis.hours import HOUR
from custom_components.heatpump_insight.statistics import writer as writer_module
from custom_components.heatpump_insight.statistics.series import (
    ENERGY,
    TEMPERATURE,
    Series,
)
from custom_components.heatpump_insight.statistics.writer import (
    NotKept,
    StatisticsWriter,
    Written,
)
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

ELECTRICITY = Series(
    key="system_204_electricity", name="Heat pump electricity", measure=ENERGY
)
FLOW = Series(
    key="system_204_flow_temperature", name="Flow temperature", measure=TEMPERATURE
)
START = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())


def hours(*amounts: float | None, start: int = START) -> dict[int, float]:
    """Return amounts of consecutive hours; None leaves one out."""
    return {
        start + k * HOUR: amount
        for k, amount in enumerate(amounts)
        if amount is not None
    }


@pytest.fixture
def writer(hass: HomeAssistant, recorder_mock: Recorder) -> StatisticsWriter:
    """Return a writer on a real recorder."""
    return StatisticsWriter(hass)


async def changes(hass: HomeAssistant, series: Series) -> dict[int, float | None]:
    """Return what a dashboard shows for each hour that has a row."""
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.fromtimestamp(0, UTC),
        None,
        {series.statistic_id},
        "hour",
        None,
        {"change", "mean"},
    )
    return {
        int(row["start"]): row.get("change", row.get("mean"))
        for row in rows.get(series.statistic_id, [])
    }


async def rewrite(
    writer: StatisticsWriter,
    truth: Mapping[int, float],
    *,
    start: int = START,
    length: int = 6,
) -> int:
    """Rewrite a window of electricity."""
    end = start + length * HOUR
    return (await writer.async_rewrite(start, end, {ELECTRICITY: truth})).rows


async def test_what_is_written_can_be_read_back(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    truth = hours(1, 2, 3, 4, 5, 6)
    assert await rewrite(writer, truth) == 6
    assert await changes(hass, ELECTRICITY) == pytest.approx(truth)


async def test_a_window_without_news_writes_nothing(writer: StatisticsWriter) -> None:
    await rewrite(writer, hours(1, 2, 3))
    assert await rewrite(writer, hours(1, 2, 3)) == 0


@pytest.mark.parametrize(
    "truth",
    [
        pytest.param(hours(9, 2, 3, 4), id="first hour"),
        pytest.param(hours(1, 9, 3, 4), id="middle hour"),
        pytest.param(hours(1, 2, 3, 9), id="last hour"),
        pytest.param(hours(1, -2, 3, 4), id="defrost"),
    ],
)
async def test_a_correction_inside_the_window_is_followed_by_every_later_total(
    hass: HomeAssistant, writer: StatisticsWriter, truth: dict[int, float]
) -> None:
    later = hours(5, 6, 7, start=START + 4 * HOUR)
    await rewrite(writer, hours(1, 2, 3, 4) | later, length=7)
    await rewrite(writer, truth, length=4)
    assert await changes(hass, ELECTRICITY) == pytest.approx(truth | later)


async def test_a_late_hour_takes_its_place(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    await rewrite(writer, hours(1, None, 3, 4))
    await rewrite(writer, hours(1, 2, 3, 4))
    assert await changes(hass, ELECTRICITY) == pytest.approx(hours(1, 2, 3, 4))


async def test_a_window_before_all_rows_pushes_them_up(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    later = hours(5, 6, start=START + 5000 * HOUR)
    await rewrite(writer, later, start=START + 5000 * HOUR)
    await rewrite(writer, hours(1, 2, 3))
    assert await changes(hass, ELECTRICITY) == pytest.approx(hours(1, 2, 3) | later)


async def test_a_window_in_a_hole_of_years_goes_on_from_the_row_before_it(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    before = hours(1, 2)
    after = hours(5, 6, start=START + 30_000 * HOUR)
    await rewrite(writer, before | after, length=40_000)
    inside = hours(3, 4, start=START + 15_000 * HOUR)
    await rewrite(writer, inside, start=START + 15_000 * HOUR)
    assert await changes(hass, ELECTRICITY) == pytest.approx(before | inside | after)


async def test_the_total_goes_on_from_the_last_row_however_old(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    await rewrite(writer, hours(1, 2))
    late = hours(5, start=START + 20_000 * HOUR)
    await rewrite(writer, late, start=START + 20_000 * HOUR)
    assert await changes(hass, ELECTRICITY) == pytest.approx(hours(1, 2) | late)


async def test_a_retracted_hour_counts_no_longer(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    await rewrite(writer, hours(1, 2, 3))
    await rewrite(writer, hours(1, None, 3))
    shown = await changes(hass, ELECTRICITY)
    assert shown == pytest.approx(hours(1, 0, 3))
    window = await writer.async_amounts([ELECTRICITY], START, START + 6 * HOUR)
    assert window[ELECTRICITY] == pytest.approx(hours(1, None, 3))
    assert await rewrite(writer, hours(1, None, 3)) == 0


async def test_a_change_that_was_interrupted_before_the_later_totals_is_completed(
    hass: HomeAssistant,
    writer: StatisticsWriter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = hours(5, 6, start=START + 3 * HOUR)
    await rewrite(writer, hours(1, 2, 3) | later)
    with monkeypatch.context() as killed:
        killed.setattr(
            get_instance(hass), "async_adjust_statistics", lambda *args: None
        )
        with pytest.raises(NotKept):
            await rewrite(writer, hours(1, 7, 3), length=3)
    assert await changes(hass, ELECTRICITY) != pytest.approx(hours(1, 7, 3) | later)
    await rewrite(writer, hours(1, 7, 3), length=3)
    assert await changes(hass, ELECTRICITY) == pytest.approx(hours(1, 7, 3) | later)


async def test_rows_that_the_recorder_gives_up_are_missed(
    hass: HomeAssistant,
    writer: StatisticsWriter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a batch that its disk refuses it says no more than a line in the log."""
    with monkeypatch.context() as refused:
        refused.setattr(
            writer_module, "async_add_external_statistics", lambda *args: None
        )
        with pytest.raises(NotKept):
            await rewrite(writer, hours(1, 2, 3))
    assert await rewrite(writer, hours(1, 2, 3)) == 3
    assert await changes(hass, ELECTRICITY) == pytest.approx(hours(1, 2, 3))


@pytest.mark.parametrize("refused", [0, 1, 2])
async def test_one_batch_of_many_that_the_recorder_gives_up_is_missed(
    hass: HomeAssistant,
    writer: StatisticsWriter,
    monkeypatch: pytest.MonkeyPatch,
    refused: int,
) -> None:
    """Each batch is a transaction of its own: the others are kept."""
    monkeypatch.setattr(writer_module, "_BATCH", 2)
    hand_over = async_add_external_statistics
    batches = count()

    def _hand_over(*batch: Any) -> None:
        if next(batches) != refused:
            hand_over(*batch)

    true = hours(1, 2, 3, 4, 5)
    with monkeypatch.context() as failing:
        failing.setattr(writer_module, "async_add_external_statistics", _hand_over)
        with pytest.raises(NotKept):
            await rewrite(writer, true)
    await rewrite(writer, true)
    assert await changes(hass, ELECTRICITY) == pytest.approx(true)


async def test_a_recorder_that_does_not_answer_is_told(
    writer: StatisticsWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_PATIENCE", 0)
    with pytest.raises(NotKept):
        await writer.async_wait_until_kept()


async def test_means_are_corrected_and_retracted(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    end = START + 6 * HOUR
    written = await writer.async_rewrite(START, end, {FLOW: hours(30, 31, 32)})
    assert written == Written(rows=3)
    written = await writer.async_rewrite(START, end, {FLOW: hours(30, 35, None)})
    assert written == Written(rows=2, retracted=1)
    window = await writer.async_amounts([FLOW], START, end)
    assert window[FLOW] == hours(30, 35)
    written = await writer.async_rewrite(START, end, {FLOW: hours(30, 35, None)})
    assert written == Written()


async def test_last_hours_are_told_for_statistics_that_exist(
    writer: StatisticsWriter,
) -> None:
    await rewrite(writer, hours(1, 2, 3))
    ids = [ELECTRICITY.statistic_id, FLOW.statistic_id]
    assert await writer.async_last_hours(ids) == {
        ELECTRICITY.statistic_id: START + 2 * HOUR
    }


async def test_the_end_of_a_read_is_waited_for_though_it_is_cancelled(
    hass: HomeAssistant, writer: StatisticsWriter
) -> None:
    """The recorder closes its connections once Home Assistant has nothing to wait for."""
    begun, may_end = Event(), Event()

    def slow(*_: object) -> dict[str, int]:
        begun.set()
        may_end.wait()
        return {}

    with patch.object(writer_module, "_read_last_hours", slow):
        reading = hass.async_create_background_task(
            writer.async_last_hours(["any"]), "reading"
        )
        await hass.async_add_executor_job(begun.wait)
        reading.cancel()
        await asyncio.wait({reading})
        stopping = asyncio.create_task(hass.async_block_till_done())
        finished, _ = await asyncio.wait({stopping}, timeout=0.05)
        assert not finished
        may_end.set()
        await stopping
    assert reading.cancelled()
