"""Whatever happens to an import, in the end its rows are what the source says."""

from collections.abc import Coroutine, Mapping
from itertools import accumulate
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, note, settings, strategies as st
import pytest

from custom_components.heatpump_insight.statistics.series import Kind, Series
from custom_components.heatpump_insight.statistics.writer import Hours
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant

from .kept import Kept
from .schedule import SERIES, Fuse, Life, Rows
from .table import Table

any_life = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run what never has to wait."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("the import waits for something")


def assert_equal(found: Mapping[Series, Rows], truth: Mapping[Series, Hours]) -> None:
    """Compare every row with the truth, and every total with the sum of the amounts."""
    for series in SERIES:
        rows = found.get(series, {})
        hours = sorted(rows)
        amounts = {h: value for h in hours if (value := rows[h][0]) is not None}
        assert amounts == pytest.approx(truth[series], abs=1e-8), series.key
        if series.measure.kind is Kind.SUM:
            totals = [rows[hour][1] for hour in hours]
            sums = accumulate(amounts.get(hour, 0.0) for hour in hours)
            assert totals == pytest.approx([*sums], abs=1e-5), series.key


async def assert_it_ends_well(life: Life) -> None:
    """Let a healthy time pass and compare, early where nothing was hidden."""
    await life.pass_day()
    if life.is_told:
        assert_equal(await life.database.rows(), life.source.truth)
    for _ in range(life.months + 1):
        await life.pass_day()
    assert_equal(await life.database.rows(), life.source.truth)
    assert await life.pass_day() == 0


@any_life
@given(chance=st.randoms(use_true_random=False), steps=st.integers(0, 25))
def test_after_any_life_the_rows_are_what_the_source_says(
    chance: Random, steps: int
) -> None:
    fuse = Fuse()
    life = Life(chance, fuse, Table(fuse), note)

    async def live() -> None:
        await life.live(steps)
        await assert_it_ends_well(life)

    run(live())


@pytest.mark.parametrize("seed", range(5))
async def test_after_some_lives_the_rows_of_the_recorder_are_what_the_source_says(
    hass: HomeAssistant, recorder_mock: Recorder, seed: int
) -> None:
    fuse = Fuse()
    life = Life(Random(seed), fuse, Kept(hass, fuse), print)
    await life.live(10)
    await assert_it_ends_well(life)
