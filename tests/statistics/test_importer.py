"""The importer, over the real recorder and a source that a test writes."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import override

import pytest

from custom_components.heatpump_insight.analysis.cop import daily_cop_hours, local_days
from custom_components.heatpump_insight.analysis.hours import DAY, HOUR
from custom_components.heatpump_insight.api.errors import CannotConnect
from custom_components.heatpump_insight.statistics.derived import Derived
from custom_components.heatpump_insight.statistics.importer import (
    Block,
    Imported,
    Importer,
    NothingToImport,
    Progress,
    Reading,
)
from custom_components.heatpump_insight.statistics.memory import Memory
from custom_components.heatpump_insight.statistics.series import (
    ENERGY,
    RATIO,
    TEMPERATURE,
    Series,
)
from custom_components.heatpump_insight.statistics.writer import (
    Hours,
    StatisticsWriter,
    Truth,
    Written,
)
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

ELECTRICITY = Series(key="system_204_electricity", name="Electricity", measure=ENERGY)
HEAT = Series(key="system_204_heat", name="Heat", measure=ENERGY)
FLOW = Series(key="system_204_flow", name="Flow", measure=TEMPERATURE)
COP = Series(key="system_204_cop", name="COP", measure=RATIO)
IDS = {series.statistic_id for series in (ELECTRICITY, HEAT, FLOW, COP)}

START = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())
# So long that no two of them are read at once.
BLOCK = 40 * DAY
END = START + 4 * BLOCK
NOW = float(END + 600)
BLOCKS = [(first, first + BLOCK) for first in range(START, END, BLOCK)]
# What reaches into the newest 28 days.
NEWEST = BLOCKS[3:]
# A start goes on from the last row; there is an hour a day.
TAIL = (END - DAY + HOUR - 2 * DAY, END)


class Down(CannotConnect):
    """The service does not answer."""

    def __init__(self) -> None:
        """Name a path."""
        super().__init__("the service", "/data", "it does not answer")


@dataclass(kw_only=True)
class Script:
    """A heat pump whose data a test decides on, and what was asked of it.

    To be quick it has an hour a day, but for two days in which a COP is to be had.
    """

    key: str = "system_204"
    settings: dict[str, str] = field(default_factory=lambda: {"time_zone": "UTC"})
    tail: int | None = 2 * DAY
    block: int = BLOCK
    begin: int = START
    until: int | None = END
    hours: dict[Series, Hours] = field(default_factory=dict)
    since: dict[Series, int] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    looks: dict[int, float] = field(default_factory=dict)
    down_from: int | None = None
    fails: tuple[int, int] | None = None
    asked: list[str | tuple[int, int]] = field(default_factory=list)
    tried: int = 0
    tells_all: bool = False

    def __post_init__(self) -> None:
        """Fill in hours that differ from each other."""
        hours = [
            hour
            for hour in range(START, END + DAY, HOUR)
            if hour % DAY == 0 or self._is_dense(hour)
        ]
        self.hours = {
            ELECTRICITY: {hour: 0.5 + hour % 7 / 10 for hour in hours},
            HEAT: {hour: 2.0 + hour % 11 / 10 for hour in hours},
            FLOW: {hour: 35.0 + hour % 5 for hour in hours},
        }

    @staticmethod
    def _is_dense(hour: int) -> bool:
        return any(0 <= hour - first < DAY for first, _ in BLOCKS[::3])

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Return the COP of the day."""
        return (
            Derived(
                series=COP,
                inputs=(ELECTRICITY, HEAT),
                window=lambda start, end: (start // DAY * DAY, -(-end // DAY) * DAY),
                compute=self.cop_of,
            ),
        )

    @staticmethod
    def cop_of(start: int, end: int, inputs: Mapping[Series, Hours]) -> Hours:
        """Compute the COP of days."""
        days = local_days(start, end, UTC)
        return daily_cop_hours(days, inputs[ELECTRICITY], inputs[HEAT])

    def end(self) -> int | None:
        """Return the end of what there is."""
        return self.until

    async def async_blocks(self) -> tuple[Block, ...]:
        """Return blocks of the same length."""
        self.asked.append("marks")
        until = self.until or START
        return tuple(
            Block(
                start=first,
                end=min(last, until),
                mark=self.marks.get(first, f"{min(last, until)}"),
            )
            for first, last in (
                (first, first + self.block)
                for first in range(self.begin, until, self.block)
            )
        )

    async def async_read(self, start: int, end: int) -> Reading:
        """Return what is true between two hours."""
        self.tried += 1
        if self.down_from is not None and end > self.down_from:
            raise Down
        if (start, end) == self.fails:
            raise Down
        self.asked.append((start, end))
        truth = {
            series: {
                hour: amount
                for hour, amount in hours.items()
                if start <= hour < end
                and (self.tells_all or hour >= self.since.get(series, start))
            }
            for series, hours in self.hours.items()
        }
        return Reading(truth=truth, since=self.since, looks=self.looks)

    def taken(self) -> list[str | tuple[int, int]]:
        """Return what was asked since the last look."""
        asked, self.asked = self.asked, []
        return asked

    @property
    def truth(self) -> dict[Series, Hours]:
        """Return every row that should be there."""
        until = self.until or START
        truth = {
            series: {hour: amount for hour, amount in hours.items() if hour < until}
            for series, hours in self.hours.items()
        }
        return truth | {COP: self.cop_of(START, until, truth)}


class CountingWriter(StatisticsWriter):
    """A writer that counts the rows it writes."""

    written = 0

    @override
    async def async_rewrite(self, start: int, end: int, truth: Truth) -> Written:
        """Rewrite a window and count."""
        written = await super().async_rewrite(start, end, truth)
        self.written += written.rows
        return written


def rows_of(truth: Mapping[Series, Hours], start: int, end: int) -> int:
    """Return how many hours of all series lie in a span."""
    return sum(start <= hour < end for hours in truth.values() for hour in hours)


class Run:
    """A run of Home Assistant, from its start on, with the same database and storage."""

    def __init__(
        self, hass: HomeAssistant, source: Script, entry: str = "entry"
    ) -> None:
        """Take the source, and the entry whose memory it is."""
        self.source = source
        self.writer = CountingWriter(hass)
        self.reports: list[Progress] = []
        self._memory = Memory(hass, entry)
        self._importer: Importer | None = None

    async def importer(self) -> Importer:
        """Return the importer, with what an earlier run remembered."""
        if self._importer is None:
            await self._memory.async_load()
            self._importer = Importer(self.writer, self._memory, self.source)
        return self._importer

    async def update(self, now: float = NOW) -> list[str | tuple[int, int]]:
        """Update, and return what was asked of the source."""
        importer = await self.importer()
        self.writer.written = 0
        self.reports.clear()
        await importer.async_update(now, self.reports.append)
        return self.source.taken()

    async def import_again(
        self, start: int | None = None, end: int | None = None
    ) -> Imported:
        """Import a span again, and tell what was done."""
        importer = await self.importer()
        return await importer.async_import_again(start, end, NOW, self.reports.append)

    async def rebuild(self) -> Imported:
        """Clear all and import it anew, and tell what was done."""
        importer = await self.importer()
        return await importer.async_rebuild(NOW, self.reports.append)


@pytest.fixture
def source() -> Script:
    """Return a history of four blocks."""
    return Script()


@pytest.fixture
def run(hass: HomeAssistant, recorder_mock: Recorder, source: Script) -> Run:
    """Return the first run."""
    return Run(hass, source)


async def shown(hass: HomeAssistant) -> dict[Series, Hours]:
    """Return what a dashboard shows of each series, hours without an amount left out."""
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.fromtimestamp(0, UTC),
        None,
        IDS,
        "hour",
        None,
        {"change", "mean"},
    )
    return {
        series: {
            int(row["start"]): value
            for row in rows.get(series.statistic_id, [])
            if (value := row["change" if series in (ELECTRICITY, HEAT) else "mean"])
        }
        for series in (ELECTRICITY, HEAT, FLOW, COP)
    }


async def assert_true(hass: HomeAssistant, truth: Mapping[Series, Hours]) -> None:
    """Compare every row with the truth, hour by hour."""
    found = await shown(hass)
    for series, hours in truth.items():
        assert found[series] == pytest.approx(hours, abs=1e-6), series.key


async def clear(hass: HomeAssistant, ids: Iterable[str] = IDS) -> None:
    """Let the user clear statistics."""
    get_instance(hass).async_clear_statistics([*ids])
    await StatisticsWriter(hass).async_wait_until_kept()


# The first import.


async def test_a_history_is_imported_in_the_order_of_time_and_is_true(
    hass: HomeAssistant, run: Run
) -> None:
    assert await run.update() == ["marks", *BLOCKS]
    await assert_true(hass, run.source.truth)
    assert (await shown(hass))[COP], "there are days with a COP"


async def test_progress_is_told_block_by_block(run: Run) -> None:
    await run.update()
    total = 4 * BLOCK // HOUR
    assert run.reports == [
        Progress(imported=k * total // 4, total=total) for k in range(5)
    ]


async def test_a_source_without_data_is_not_asked(run: Run) -> None:
    run.source.until = None
    assert await run.update() == []
    assert run.reports == []


async def test_a_history_without_blocks_takes_nothing_away(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    begin, run.source.begin = run.source.begin, END
    assert await run.update(NOW + DAY) == ["marks"]
    assert run.reports == []
    run.source.begin = begin
    assert await run.update(NOW + DAY) == ["marks", *NEWEST, BLOCKS[0]]
    await assert_true(hass, run.source.truth)


async def test_two_updates_at_once_import_once(hass: HomeAssistant, run: Run) -> None:
    await run.update(now=NOW - DAY)
    both = await asyncio.gather(run.update(), run.update())
    asked = [each for asked in both for each in asked]
    assert asked == ["marks", *NEWEST, BLOCKS[0]]
    await assert_true(hass, run.source.truth)


# Without news.


async def test_a_second_update_asks_nothing_and_writes_nothing(run: Run) -> None:
    await run.update()
    assert await run.update(NOW + HOUR) == []
    assert run.writer.written == 0


async def test_a_daily_look_without_news_reads_the_newest_days_and_a_month_in_turn(
    run: Run,
) -> None:
    await run.update()
    for day, in_turn in enumerate([0, 1, 2, None, 0, 1], start=1):
        others = [] if in_turn is None else [BLOCKS[in_turn]]
        assert await run.update(NOW + day * DAY) == ["marks", *NEWEST, *others]
        assert run.writer.written == 0
    assert run.reports[-1] == Progress(
        imported=4 * BLOCK // HOUR, total=4 * BLOCK // HOUR
    )


# Restarts and interruptions.


async def test_a_restart_reads_the_tail_alone_and_writes_nothing(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    again = Run(hass, run.source)
    assert await again.update() == [TAIL]
    assert again.writer.written == 0
    assert again.reports == [
        Progress(imported=4 * BLOCK // HOUR, total=4 * BLOCK // HOUR)
    ]


async def test_a_restart_does_not_put_the_daily_look_off(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    again = Run(hass, run.source)
    assert await again.update(NOW + 23 * HOUR) == [TAIL]
    assert await again.update(NOW + 24 * HOUR) == ["marks", *NEWEST, BLOCKS[0]]
    last = Run(hass, run.source)
    assert await last.update(NOW + 48 * HOUR) == [TAIL]
    assert await last.update(NOW + 49 * HOUR) == ["marks", *NEWEST, BLOCKS[1]]


async def test_a_start_after_days_reads_all_that_came_meanwhile(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.until = END + 20 * HOUR
    again = Run(hass, run.source)
    assert await again.update(NOW + 20 * HOUR) == [(TAIL[0], END + 20 * HOUR)]
    await assert_true(hass, run.source.truth)


async def test_a_start_after_months_reads_by_the_marks(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.until = END + 61 * DAY
    again = Run(hass, run.source)
    new = (END, END + 61 * DAY)
    assert await again.update(NOW + 61 * DAY) == ["marks", BLOCKS[0], new]
    await assert_true(hass, run.source.truth)


async def test_a_clock_that_was_set_back_does_not_put_the_daily_look_off(
    run: Run,
) -> None:
    await run.update(NOW + 365 * DAY)
    assert await run.update(NOW) == ["marks", *NEWEST, BLOCKS[0]]
    assert await run.update(NOW + HOUR) == []


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("k", range(4))
async def test_an_interrupted_import_goes_on_where_it_stopped(
    hass: HomeAssistant, run: Run, k: int, is_restarted: bool
) -> None:
    run.source.down_from = BLOCKS[k][0]
    with pytest.raises(Down):
        await run.update()
    assert run.source.taken() == ["marks", *BLOCKS[:k]]
    run.source.down_from = None
    if is_restarted:
        run = Run(hass, run.source)
    assert await run.update() == ["marks", *BLOCKS[min(k, 3) :]]
    assert run.reports[0].imported == k * BLOCK // HOUR
    assert run.reports[-1].imported == run.reports[-1].total
    await assert_true(hass, run.source.truth)


async def test_what_a_kill_left_half_done_is_completed_after_the_restart(
    hass: HomeAssistant, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run.update()
    # Corrected, and killed after the rows and before the totals that follow them.
    run.source.hours[ELECTRICITY][START + 3 * HOUR] += 5
    run.source.marks[START] = "corrected"
    with monkeypatch.context() as killing:
        killing.setattr(get_instance(hass), "async_adjust_statistics", _raise_down)
        with pytest.raises(Down):
            await run.update(NOW + DAY)
    run.source.taken()
    again = Run(hass, run.source)
    assert await again.update() == ["marks", BLOCKS[0]]
    await assert_true(hass, run.source.truth)


async def test_what_a_kill_left_half_done_is_completed_though_no_mark_tells_of_it(
    hass: HomeAssistant, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run.update()
    # Corrected, and killed before the COP of the day.
    run.source.hours[HEAT][BLOCKS[3][0]] += 5
    with monkeypatch.context() as killing:
        killing.setattr(run.writer, "async_amounts", _raise_down)
        with pytest.raises(Down):
            await run.update(NOW + DAY)
    run.source.taken()
    # Home Assistant was off until the block is none of the newest any more.
    run.source.until = END + 30 * DAY
    again = Run(hass, run.source)
    assert await again.update(NOW + 30 * DAY) == [
        "marks",
        BLOCKS[0],
        *BLOCKS[3:],
        (END, END + 30 * DAY),
    ]
    await assert_true(hass, run.source.truth)


def _raise_down(*_: object) -> None:
    raise Down


async def test_a_failed_look_at_the_tail_is_made_up_for(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.until = END + HOUR
    run.source.down_from = START
    with pytest.raises(Down):
        await run.update(NOW + HOUR)
    run.source.down_from = None
    assert await run.update(NOW + HOUR) == [(END - 2 * DAY, END + HOUR)]
    await assert_true(hass, run.source.truth)


# News and corrections.


async def test_news_reads_the_tail_alone(hass: HomeAssistant, run: Run) -> None:
    await run.update()
    run.source.until = END + 3 * HOUR
    run.source.hours[HEAT][END - DAY] += 1
    assert await run.update(NOW + HOUR) == [(END - 2 * DAY, END + 3 * HOUR)]
    await assert_true(hass, run.source.truth)


async def test_news_of_a_source_without_tail_reads_by_the_marks(
    hass: HomeAssistant, run: Run
) -> None:
    run.source.tail = None
    await run.update()
    run.source.until = END + 3 * HOUR
    asked = await run.update(NOW + HOUR)
    assert asked == ["marks", (END, END + 3 * HOUR)]
    await assert_true(hass, run.source.truth)
    assert await run.update(NOW + 2 * HOUR) == []


async def test_a_changed_mark_reads_that_block_again_and_later_totals_follow(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.hours[HEAT][BLOCKS[1][0] + 6 * DAY] += 7
    run.source.marks[BLOCKS[1][0]] = "corrected"
    assert await run.update(NOW + DAY) == ["marks", *NEWEST, BLOCKS[1], BLOCKS[0]]
    await assert_true(hass, run.source.truth)
    assert await run.update(NOW + 2 * DAY) == ["marks", *NEWEST, BLOCKS[1]]
    assert run.writer.written == 0


async def test_a_correction_that_no_mark_tells_of_is_found_when_its_months_turn_comes(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.hours[HEAT][BLOCKS[2][0] + 6 * DAY] += 7
    for day in (1, 2):
        await run.update(NOW + day * DAY)
        assert run.writer.written == 0
    await run.update(NOW + 3 * DAY)
    await assert_true(hass, run.source.truth)


async def test_news_does_not_wait_for_a_month_that_fails(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.until = END + DAY
    run.source.fails = BLOCKS[0]
    for _ in range(2):
        with pytest.raises(Down):
            await run.update(NOW + DAY)
        await assert_true(hass, run.source.truth)
    run.source.taken()
    run.source.fails = None
    asked = await run.update(NOW + DAY + HOUR)
    assert asked == ["marks", (BLOCKS[3][0], END + DAY), BLOCKS[0]]
    assert await run.update(NOW + DAY + 2 * HOUR) == []


async def test_the_newest_days_are_corrected_without_a_changed_mark(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.hours[ELECTRICITY][END - 27 * DAY] += 3
    await run.update(NOW + DAY)
    await assert_true(hass, run.source.truth)


async def test_a_corrected_day_has_a_corrected_cop(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    before = (await shown(hass))[COP]
    run.source.hours[HEAT][START] += 12
    run.source.marks[START] = "corrected"
    await run.update(NOW + DAY)
    after = (await shown(hass))[COP]
    changed = {hour for hour, cop in after.items() if cop != before[hour]}
    assert changed == {*range(START, START + DAY, HOUR)}
    await assert_true(hass, run.source.truth)


async def test_a_day_that_lost_an_hour_has_no_cop(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    del run.source.hours[HEAT][START + HOUR]
    run.source.marks[START] = "corrected"
    await run.update(NOW + DAY)
    cops = (await shown(hass))[COP]
    assert min(cops) == BLOCKS[3][0]
    await assert_true(hass, run.source.truth)


async def test_a_block_is_looked_at_again_when_it_is_due(
    hass: HomeAssistant, run: Run
) -> None:
    due = NOW + 5 * HOUR
    run.source.looks[START] = due
    await run.update()
    assert await run.update(due - 1) == []
    del run.source.looks[START]
    run.source.hours[ELECTRICITY][START + HOUR] = 0.25
    assert await run.update(due) == ["marks", BLOCKS[0]]
    await assert_true(hass, run.source.truth)
    assert await run.update(due + HOUR) == []


async def test_a_block_that_is_no_longer_there_is_not_looked_at(
    hass: HomeAssistant, run: Run
) -> None:
    run.source.looks[START] = NOW + 5 * HOUR
    await run.update()
    truth = run.source.truth
    run.source.begin = BLOCKS[1][0]
    await run.update(NOW + 5 * HOUR)
    assert await run.update(NOW + 6 * HOUR) == []
    await assert_true(hass, truth)


async def test_a_changed_setting_reads_everything_again(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.settings = {"time_zone": "Europe/London"}
    again = Run(hass, run.source)
    assert await again.update() == ["marks", *BLOCKS]
    assert again.writer.written == 0


async def test_what_a_source_knows_no_longer_is_kept(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    truth = run.source.truth
    # Another sensor took the place of the flow's; it begins inside the second block.
    run.source.since[FLOW] = BLOCKS[1][0] + 2 * DAY
    run.source.hours[FLOW] = dict.fromkeys(run.source.hours[FLOW], 50.0)
    run.source.marks |= dict.fromkeys((each for each, _ in BLOCKS[:3]), "replaced")
    assert await run.update(NOW + DAY) == ["marks", *reversed(BLOCKS)]
    truth[FLOW] |= {
        hour: 50.0 for hour in truth[FLOW] if hour >= BLOCKS[1][0] + 2 * DAY
    }
    await assert_true(hass, truth)


# A database that lost rows.


@pytest.mark.parametrize("ids", [IDS, {HEAT.statistic_id}, {COP.statistic_id}])
async def test_cleared_statistics_are_imported_anew_after_a_restart(
    hass: HomeAssistant, run: Run, ids: set[str]
) -> None:
    await run.update()
    await clear(hass, ids)
    again = Run(hass, run.source)
    assert await again.update() == ["marks", *BLOCKS]
    await assert_true(hass, run.source.truth)


@pytest.mark.parametrize("ids", [IDS, {HEAT.statistic_id}, {COP.statistic_id}])
async def test_statistics_that_are_cleared_between_two_updates_are_imported_anew(
    hass: HomeAssistant, run: Run, ids: set[str]
) -> None:
    await run.update()
    await clear(hass, ids)
    run.source.until = END + HOUR
    asked = await run.update(NOW + HOUR)
    assert asked == ["marks", *BLOCKS[:3], (BLOCKS[3][0], END + HOUR)]
    await assert_true(hass, run.source.truth)


# What is read at once.


async def test_neighbouring_months_are_read_two_at_once(
    hass: HomeAssistant, run: Run
) -> None:
    run.source.block = 30 * DAY
    edges = [*range(START, END, 60 * DAY), END]
    assert await run.update() == ["marks", *pairwise(edges)]
    assert [report.imported * HOUR for report in run.reports] == [
        edge - START for edge in edges
    ]
    await assert_true(hass, run.source.truth)


async def test_months_apart_are_not_read_at_once(run: Run) -> None:
    run.source.block = 30 * DAY
    await run.update()
    first, third = START, START + 60 * DAY
    run.source.marks |= {first: "corrected", third: "corrected"}
    assert await run.update(NOW + DAY) == [
        "marks",
        (START + 120 * DAY, END),
        (third, third + 30 * DAY),
        (first, first + 30 * DAY),
    ]


# What the user asks for.


async def test_an_update_tells_what_it_did(run: Run) -> None:
    importer = await run.importer()
    done = await importer.async_update(NOW, run.reports.append)
    hours = rows_of(run.source.truth, START, END)
    assert done == Imported(read=hours, written=hours)
    assert done.left == 0
    nothing = await importer.async_update(NOW + HOUR, run.reports.append)
    assert nothing == Imported(read=0, written=0)


async def test_a_source_without_data_has_nothing_to_tell(run: Run) -> None:
    run.source.until = None
    importer = await run.importer()
    assert await importer.async_update(NOW, run.reports.append) == Imported()


@pytest.mark.parametrize(
    ("span", "blocks"),
    [
        pytest.param((None, None), BLOCKS, id="everything"),
        pytest.param((BLOCKS[1][0], BLOCKS[1][1]), [BLOCKS[1]], id="one month"),
        pytest.param((BLOCKS[1][1] - 1, BLOCKS[2][0] + 1), BLOCKS[1:3], id="an edge"),
        pytest.param((None, BLOCKS[0][1]), BLOCKS[:1], id="the beginning"),
        pytest.param((BLOCKS[2][0], None), BLOCKS[2:], id="the end"),
        pytest.param((END, None), [], id="after the end"),
    ],
)
async def test_a_span_that_is_asked_for_is_read_again_whatever_is_remembered(
    hass: HomeAssistant,
    run: Run,
    span: tuple[int | None, int | None],
    blocks: list[tuple[int, int]],
) -> None:
    await run.update()
    hour = BLOCKS[1][0] + DAY
    run.source.hours[HEAT][hour] += 4
    is_hit = BLOCKS[1] in blocks
    done = await run.import_again(*span)
    assert {*blocks} <= {each for each in run.source.taken() if each != "marks"}
    assert ((await shown(hass))[HEAT][hour] > 4) is is_hit
    assert (done.written > 0) is is_hit
    assert done.left + done.written == done.read


async def test_a_rebuild_clears_what_no_source_tells_and_imports_all_anew(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    stray = {START - DAY: 3.0}
    await run.writer.async_rewrite(START - DAY, START, {ELECTRICITY: stray})
    done = await run.rebuild()
    assert run.source.taken() == ["marks", "marks", *BLOCKS]
    assert done.written == rows_of(run.source.truth, START, END)
    await assert_true(hass, run.source.truth)


async def test_a_rebuild_clears_what_is_not_remembered_too(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    stray = {START - DAY: 3.0}
    await run.writer.async_rewrite(START - DAY, START, {ELECTRICITY: stray})
    forgetful = Run(hass, run.source)
    await (await forgetful.importer()).async_update(NOW, run.reports.append)
    forgetful = Run(hass, run.source, entry="another")
    await forgetful.rebuild()
    await assert_true(hass, run.source.truth)


async def test_a_rebuild_clears_nothing_that_cannot_be_had(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    run.source.begin = END
    with pytest.raises(NothingToImport):
        await run.rebuild()
    await assert_true(hass, run.source.truth)


# Months that fail, and answers that are wrong for once.


async def test_a_month_that_always_fails_holds_no_other_up(
    hass: HomeAssistant, run: Run
) -> None:
    run.source.fails = BLOCKS[1]
    with pytest.raises(Down):
        await run.update()
    assert run.source.taken() == ["marks", BLOCKS[0], *BLOCKS[2:]]
    missing = set(range(*BLOCKS[1], HOUR))
    for series, hours in run.source.truth.items():
        rest = {hour: value for hour, value in hours.items() if hour not in missing}
        assert (await shown(hass))[series] == pytest.approx(rest, abs=1e-6)
    run.source.fails = None
    await run.update()
    await assert_true(hass, run.source.truth)


async def test_a_service_that_is_down_is_not_asked_for_every_month(run: Run) -> None:
    run.source.down_from = START
    with pytest.raises(Down):
        await run.update()
    assert run.source.tried == 2


async def test_an_answer_that_took_hours_away_is_asked_for_again_the_next_day(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    truth = run.source.truth
    hours = run.source.hours
    # The first month has its turn, and the service answers as if it had nothing.
    run.source.hours = {
        series: {hour: each[hour] for hour in each if hour >= BLOCKS[1][0]}
        for series, each in hours.items()
    }
    await run.update(NOW + DAY)
    assert min((await shown(hass))[HEAT]) == BLOCKS[1][0]
    run.source.hours = hours
    assert BLOCKS[0] in await run.update(NOW + 2 * DAY)
    await assert_true(hass, truth)


async def test_hours_before_a_source_knows_a_series_are_not_counted(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    truth = run.source.truth
    # It tells of them, and that it does not know them.
    run.source.tells_all = True
    run.source.since[HEAT] = BLOCKS[1][0] + 5 * DAY
    run.source.marks[BLOCKS[1][0]] = "moved"
    await run.update(NOW + DAY)
    await assert_true(hass, truth)


async def test_a_long_catch_up_that_is_cut_off_goes_on_after_a_restart(
    hass: HomeAssistant, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run.update()
    run.source.until = END + 20 * DAY
    for hours in run.source.hours.values():
        hours.update(dict.fromkeys(range(END, END + 20 * DAY, DAY), 1.5))
    rewrite = run.writer.async_rewrite

    async def _cut_off(start: int, end: int, truth: Truth) -> Written:
        first, *_ = truth
        await rewrite(start, end, {first: truth[first]})
        raise Down

    monkeypatch.setattr(run.writer, "async_rewrite", _cut_off)
    with pytest.raises(Down):
        await run.update(NOW + HOUR)
    again = Run(hass, run.source)
    await again.update(NOW + HOUR)
    await assert_true(hass, run.source.truth)


async def test_two_importers_of_one_history_do_not_count_twice(
    hass: HomeAssistant, run: Run
) -> None:
    await run.update()
    other = Run(hass, run.source)
    await other.update()
    run.source.hours[HEAT][BLOCKS[1][0]] += 7
    run.source.marks[BLOCKS[1][0]] = "corrected"
    await asyncio.gather(run.update(NOW + DAY), other.update(NOW + DAY))
    await assert_true(hass, run.source.truth)
