"""The history of a heat pump, read from a simulated HeatpumpMonitor.org."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from custom_components.heatpump_insight.analysis.hours import DAY, HOUR
from custom_components.heatpump_insight.api.heatpumpmonitor import (
    Available,
    HeatpumpMonitorClient,
)
from custom_components.heatpump_insight.statistics.importer import Block, Reading
from custom_components.heatpump_insight.statistics.series import Series
from custom_components.heatpump_insight.statistics.writer import Hours
from custom_components.heatpump_insight.system_history import SystemHistory

from .simulator import Clock, Simulator, SystemHour, World
from .simulator.data_faults import (
    AbsurdSamples,
    CounterRestart,
    FeedAppears,
    FeedDeleted,
    FeedEnds,
    FeedReplaced,
    MonitorDark,
    PowerCorrected,
)
from .simulator.homes import usual_config

LONDON = ZoneInfo("Europe/London")
COUNTERS = ("heatpump_elec_kwh", "heatpump_heat_kwh")
POWERS = ("heatpump_elec", "heatpump_heat")


def moment(month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Return the unix second of a moment of 2025, in UTC."""
    return int(datetime(2025, month, day, hour, minute, tzinfo=UTC).timestamp())


BEGIN = moment(2, 24)
NOW = moment(4, 10, 12, 30)
END = moment(4, 10, 12)
FEBRUARY, MARCH, APRIL = (
    (BEGIN, moment(3, 1)),
    (moment(3, 1), moment(4, 1)),
    (moment(4, 1), END),
)
# Around the edge between two months, longer than a day.
HOLE = (moment(3, 30, 6), moment(4, 2, 18))


class Monitor:
    """A heat pump's history, and the extent of its feeds as they were asked for last."""

    def __init__(self, world: World, client: HeatpumpMonitorClient) -> None:
        """Take the world that is served to the client."""
        self.world = world
        self.available = Available(
            feeds={},
            start_date=None,
            starting_power=None,
            auto_detect_cooling=False,
            cached=False,
        )
        self.history = SystemHistory(
            client,
            204,
            None,
            key="system_204",
            name="Heat pump",
            zone=LONDON,
            available=lambda: self.available,
            now=world.now,
        )
        self.heeded: tuple[str, ...] = ()
        self._client = client

    async def look(self) -> None:
        """Ask which feeds there are, and heed some of them or all."""
        available = await self._client.available(204)
        self.available = replace(
            available,
            feeds={
                key: feed
                for key, feed in available.feeds.items()
                if not self.heeded or key in self.heeded
            },
        )

    async def blocks(self) -> tuple[Block, ...]:
        """Ask which feeds there are, and for the months."""
        await self.look()
        return await self.history.async_blocks()

    async def marks(self) -> list[str]:
        """Return the marks of the months."""
        return [block.mark for block in await self.blocks()]

    async def read(self, start: int, end: int) -> Reading:
        """Ask which feeds there are, and for the truth of a span."""
        await self.look()
        return await self.history.async_read(start, end)

    async def all(self) -> dict[str, Hours]:
        """Return the whole history, read month by month, by the name of the series."""
        found: dict[str, Hours] = {}
        for block in await self.blocks():
            reading = await self.history.async_read(block.start, block.end)
            for series, hours in reading.truth.items():
                assert all(block.start <= hour < block.end for hour in hours)
                found.setdefault(name_of(series), {}).update(hours)
        return found


def name_of(series: Series) -> str:
    """Return what a series measures."""
    return series.key.removeprefix("system_204_")


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the world."""
    return Clock(NOW)


@pytest.fixture
def world(clock: Clock) -> World:
    """Return a world whose history reaches over two edges of months."""
    world = World.small(days=45, now=clock)
    world.caches_available = False
    return world


@pytest.fixture
async def monitor(world: World, simulator: Simulator) -> AsyncIterator[Monitor]:
    """Return the history of heat pump 204."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar()
    ) as without_cookies:
        yield Monitor(world, HeatpumpMonitorClient(without_cookies, simulator.url))


def true_hours(
    world: World, start: int = BEGIN, end: int = END
) -> tuple[SystemHour, ...]:
    """Return what the heat pump did."""
    return world.truth.system_hours(204, start, end)


def electricity(hours: Iterable[SystemHour]) -> Hours:
    """Return the electricity of hours."""
    return {hour.start: hour.elec_kwh for hour in hours}


def heat(hours: Iterable[SystemHour]) -> Hours:
    """Return the heat of hours."""
    return {hour.start: hour.heat_kwh for hour in hours}


def but(hours: Hours, *spans: tuple[int, int]) -> Hours:
    """Leave out the hours that begin in spans."""
    return {
        hour: amount
        for hour, amount in hours.items()
        if not any(start <= hour < end for start, end in spans)
    }


def only(hours: Hours, start: int, end: int) -> Hours:
    """Return the hours that begin in a span."""
    return {hour: amount for hour, amount in hours.items() if start <= hour < end}


def near(hours: Hours) -> object:
    """Compare hours with what counters and thermometers resolve."""
    return pytest.approx(hours, abs=1e-4)


# A history without faults.


async def test_every_hour_is_what_the_heat_pump_did(monitor: Monitor) -> None:
    found = await monitor.all()
    hours = true_hours(monitor.world)
    assert found["electricity"] == near(electricity(hours))
    assert found["heat"] == near(heat(hours))
    for name in "flow", "return", "outside", "room":
        key = f"{name}_temperature"
        truth = {hour.start: getattr(hour, key) for hour in hours}
        assert found[key] == pytest.approx(truth, abs=1e-3)
    assert len(found) == 6


async def test_the_history_is_cut_into_months_from_its_first_to_its_last_whole_hour(
    monitor: Monitor,
) -> None:
    blocks = await monitor.blocks()
    assert [(block.start, block.end) for block in blocks] == [FEBRUARY, MARCH, APRIL]


@pytest.mark.parametrize(
    ("now", "end"),
    [
        pytest.param(END - 1, END - HOUR, id="before the hour is over"),
        pytest.param(END + 61, END, id="a minute later"),
    ],
)
async def test_an_hour_is_read_when_it_is_over(
    monitor: Monitor, clock: Clock, now: int, end: int
) -> None:
    clock.now = now
    await monitor.look()
    assert monitor.history.end() == end


async def test_a_monitor_that_stopped_ends_its_history(monitor: Monitor) -> None:
    monitor.world.add(FeedEnds(system_id=204, at=moment(4, 3, 10, 20)))
    await monitor.look()
    assert monitor.history.end() == moment(4, 3, 10)


async def test_a_system_without_feeds_has_no_history(monitor: Monitor) -> None:
    monitor.world.systems[204].config = usual_config("heatpump_dhw")
    assert await monitor.blocks() == ()
    assert monitor.history.end() is None
    assert (await monitor.history.async_read(*APRIL)).truth == {}


async def test_data_before_the_start_date_is_ignored(monitor: Monitor) -> None:
    begin = moment(3, 20, 10, 40)
    monitor.world.systems[204].start_date = begin
    blocks = await monitor.blocks()
    assert blocks[0].start == moment(3, 20, 11)
    reading = await monitor.history.async_read(*MARCH)
    for series, hours in reading.truth.items():
        assert min(hours) == reading.since[series] == moment(3, 20, 11)


async def test_a_month_without_holes_takes_two_requests(
    monitor: Monitor, simulator: Simulator
) -> None:
    await monitor.look()
    simulator.requests.clear()
    await monitor.history.async_read(*MARCH)
    assert len(simulator.requests) == 2


# Holes.


async def test_a_hole_over_the_edge_of_months_is_spread_alike_from_both_sides(
    monitor: Monitor,
) -> None:
    monitor.world.add(MonitorDark(system_id=204, start=HOLE[0], end=HOLE[1]))
    found = await monitor.all()
    hours = true_hours(monitor.world)
    # The reading at the hole's first moment is missing already.
    spread = (HOLE[0] - HOUR, HOLE[1])
    for name, truth in (("electricity", electricity(hours)), ("heat", heat(hours))):
        assert but(found[name], spread) == near(but(truth, spread))
        inside = only(found[name], *spread)
        total = sum(only(truth, *spread).values())
        each = total / ((spread[1] - spread[0]) // HOUR)
        assert inside == near(dict.fromkeys(range(*spread, HOUR), each))
    whole = (await monitor.read(MARCH[0], END)).truth
    for series, amounts in whole.items():
        assert amounts == near(only(found[name_of(series)], MARCH[0], END))


async def test_a_hole_longer_than_a_month_is_spread_over_all_of_it(
    monitor: Monitor,
) -> None:
    start, end = moment(2, 25, 6), moment(4, 8, 6)
    monitor.world.add(MonitorDark(system_id=204, start=start, end=end))
    found = (await monitor.all())["electricity"]
    assert len(found) == (END - BEGIN) // HOUR
    assert len(set(only(found, start, end).values())) == 1
    total = sum(electricity(true_hours(monitor.world)).values())
    assert sum(found.values()) == pytest.approx(total, abs=1e-3)


async def test_temperatures_of_a_hole_stay_unknown(monitor: Monitor) -> None:
    monitor.world.add(MonitorDark(system_id=204, start=HOLE[0], end=HOLE[1]))
    found = (await monitor.all())["flow_temperature"]
    assert only(found, *HOLE) == {}
    assert len(found) == (END - BEGIN - (HOLE[1] - HOLE[0])) // HOUR


async def test_a_hole_that_is_still_open_waits_for_the_counter_where_no_power_is_known(
    monitor: Monitor,
) -> None:
    monitor.world.add(
        MonitorDark(
            system_id=204,
            start=moment(4, 9, 6, 30),
            end=moment(4, 20),
            feeds=(*COUNTERS, *POWERS),
        )
    )
    found = (await monitor.all())["heat"]
    assert max(found) == moment(4, 9, 5)


# Counters.


@pytest.mark.parametrize("at", [moment(3, 20, 10, 20), moment(3, 31, 23, 59)])
@pytest.mark.parametrize("value", [0.0, 90_000.0])
async def test_a_counter_that_starts_anew_is_bridged_by_its_power(
    monitor: Monitor, at: int, value: float
) -> None:
    monitor.world.add(CounterRestart(system_id=204, at=at, value=value))
    found = await monitor.all()
    hours = true_hours(monitor.world)
    assert found["electricity"] == near(electricity(hours))
    assert found["heat"] == near(heat(hours))


async def test_a_counter_that_starts_anew_in_its_own_hole_is_bridged_by_its_power(
    monitor: Monitor,
) -> None:
    monitor.world.add(
        CounterRestart(system_id=204, at=moment(4, 1, 12)),
        MonitorDark(system_id=204, start=HOLE[0], end=HOLE[1], feeds=COUNTERS),
    )
    found = await monitor.all()
    hours = true_hours(monitor.world)
    assert found["electricity"] == near(electricity(hours))
    assert found["heat"] == near(heat(hours))


async def test_a_counter_that_starts_anew_while_all_is_dark_gives_no_hour_by_accident(
    monitor: Monitor,
) -> None:
    monitor.world.add(
        CounterRestart(system_id=204, at=moment(4, 1, 12)),
        MonitorDark(system_id=204, start=HOLE[0], end=HOLE[1]),
    )
    found = await monitor.all()
    hours = true_hours(monitor.world)
    dark = (HOLE[0], HOLE[1])
    assert found["electricity"] == near(but(electricity(hours), dark))
    assert found["heat"] == near(but(heat(hours), dark))


async def test_broken_readings_of_a_counter_are_a_hole(monitor: Monitor) -> None:
    start, end = moment(3, 20, 10), moment(3, 20, 12, 1)
    monitor.world.add(
        AbsurdSamples(
            system_id=204, start=start, end=end, value=4e9, feeds=COUNTERS[:1]
        )
    )
    found = (await monitor.all())["electricity"]
    truth = electricity(true_hours(monitor.world))
    spread = (start - HOUR, moment(3, 20, 13))
    assert but(found, spread) == near(but(truth, spread))
    total = sum(only(truth, *spread).values())
    assert only(found, *spread) == near(dict.fromkeys(range(*spread, HOUR), total / 4))


async def test_heat_that_defrost_takes_back_is_kept(monitor: Monitor) -> None:
    start = moment(3, 20, 13)
    corrected = PowerCorrected(
        system_id=204,
        start=start,
        end=start + HOUR,
        factor=-0.3,
        at=BEGIN,
        feeds=("heatpump_heat",),
    )
    monitor.world.add(corrected)
    truth = heat(true_hours(monitor.world))
    assert truth[start] < -0.1
    assert (await monitor.all())["heat"] == near(truth)


async def test_a_hole_in_which_heat_was_taken_back_is_spread_alike_from_both_sides(
    monitor: Monitor,
) -> None:
    monitor.world.add(
        PowerCorrected(
            system_id=204,
            start=HOLE[0],
            end=HOLE[1],
            factor=-0.5,
            at=BEGIN,
            feeds=("heatpump_heat",),
        ),
        MonitorDark(system_id=204, start=HOLE[0], end=HOLE[1], feeds=COUNTERS),
    )
    found = (await monitor.all())["heat"]
    spread = (HOLE[0] - HOUR, HOLE[1])
    total = sum(only(heat(true_hours(monitor.world)), *spread).values())
    assert total < -10
    each = total / ((spread[1] - spread[0]) // HOUR)
    assert only(found, *spread) == near(dict.fromkeys(range(*spread, HOUR), each))


async def test_a_system_without_counters_takes_its_mean_power(
    monitor: Monitor,
) -> None:
    monitor.world.systems[204].config = usual_config(*POWERS)
    monitor.world.add(
        MonitorDark(system_id=204, start=HOLE[0] + 600, end=HOLE[1] - 600)
    )
    found = await monitor.all()
    assert found.keys() == {"electricity", "heat"}
    # The two hours in which it went dark and came back are known by halves.
    full = (HOLE[0] + HOUR, HOLE[1] - HOUR)
    edges = ((HOLE[0], full[0]), (full[1], HOLE[1]))
    hours = true_hours(monitor.world)
    assert but(found["heat"], *edges) == near(but(heat(hours), full, *edges))
    assert found["heat"].keys() == but(heat(hours), full).keys()


async def test_a_system_with_counters_alone_needs_no_power(monitor: Monitor) -> None:
    monitor.world.systems[204].config = usual_config(*COUNTERS)
    found = await monitor.all()
    assert found["heat"] == near(heat(true_hours(monitor.world)))


@pytest.mark.parametrize("at", [moment(3, 20, 10), moment(3, 20, 10, 20)])
async def test_power_speaks_before_a_counter_begins(monitor: Monitor, at: int) -> None:
    monitor.world.add(FeedAppears(system_id=204, at=at, feeds=COUNTERS))
    found = await monitor.all()
    assert found["electricity"] == near(electricity(true_hours(monitor.world)))


@pytest.mark.parametrize("at", [moment(3, 20, 10), moment(3, 20, 10, 20)])
async def test_power_speaks_after_a_counter_ended(monitor: Monitor, at: int) -> None:
    monitor.world.add(FeedEnds(system_id=204, at=at, feeds=COUNTERS))
    found = await monitor.all()
    assert found["electricity"] == near(electricity(true_hours(monitor.world)))


async def test_a_counter_that_ended_long_ago_is_not_looked_for(
    monitor: Monitor, simulator: Simulator
) -> None:
    at = moment(2, 26, 10)
    monitor.world.add(FeedEnds(system_id=204, at=at, feeds=COUNTERS))
    await monitor.look()
    simulator.requests.clear()
    await monitor.history.async_read(*APRIL)
    assert len(simulator.requests) == 2


async def test_the_counters_word_counts_where_it_and_the_power_differ(
    monitor: Monitor,
) -> None:
    start = moment(3, 20, 13)
    monitor.world.add(
        MonitorDark(system_id=204, start=start + 60, end=start + 50 * 60, feeds=POWERS)
    )
    found = await monitor.all()
    assert found["heat"] == near(heat(true_hours(monitor.world)))


async def test_a_feed_that_was_deleted_takes_no_other_with_it(
    monitor: Monitor,
) -> None:
    monitor.world.add(
        FeedDeleted(system_id=204, at=BEGIN, feeds=("heatpump_flowT", COUNTERS[0]))
    )
    found = await monitor.all()
    assert "flow_temperature" not in found
    assert found["electricity"] == near(electricity(true_hours(monitor.world)))


async def test_a_feed_that_took_anothers_place_speaks_only_of_its_own_time(
    monitor: Monitor,
) -> None:
    at = moment(3, 20, 10, 20)
    feeds = ("heatpump_flowT", *COUNTERS, POWERS[0])
    monitor.world.add(FeedReplaced(system_id=204, at=at, feeds=feeds))
    reading = await monitor.read(*MARCH)
    since = {name_of(series): hour for series, hour in reading.since.items()}
    first = moment(3, 20, 11)
    assert since["flow_temperature"] == since["electricity"] == first
    # The power of the heat has its whole past.
    assert since["heat"] == since["return_temperature"] == BEGIN
    for series, hours in reading.truth.items():
        assert min(hours) == max(reading.since[series], MARCH[0])


async def test_feeds_that_were_replaced_since_they_were_asked_for_take_no_past_away(
    monitor: Monitor, clock: Clock
) -> None:
    at = moment(3, 20, 10, 20)
    clock.now = at - HOUR
    await monitor.look()
    monitor.world.add(FeedReplaced(system_id=204, at=at))
    clock.now = at + 5 * HOUR
    reading = await monitor.history.async_read(at - 3 * DAY, at // HOUR * HOUR)
    assert len(reading.since) == 6
    assert set(reading.since.values()) == {moment(3, 20, 11)}


async def test_feeds_that_were_deleted_since_they_were_asked_for_take_no_past_away(
    monitor: Monitor,
) -> None:
    await monitor.look()
    deleted = ("heatpump_flowT", "heatpump_elec", "heatpump_elec_kwh")
    monitor.world.add(FeedDeleted(system_id=204, at=BEGIN, feeds=deleted))
    reading = await monitor.history.async_read(*MARCH)
    known = {name_of(series) for series in reading.truth}
    assert not known & {"flow_temperature", "electricity"}
    assert {"heat", "return_temperature"} <= known


async def test_a_hole_at_the_beginning_is_told_as_a_hole(monitor: Monitor) -> None:
    hole = (MARCH[0] - HOUR, MARCH[0] + 3 * HOUR)
    feeds = ("heatpump_flowT",)
    monitor.world.add(
        MonitorDark(system_id=204, start=hole[0], end=hole[1], feeds=feeds)
    )
    reading = await monitor.read(*MARCH)
    flow = next(each for each in reading.truth if name_of(each) == "flow_temperature")
    assert min(reading.truth[flow]) == hole[1]
    assert reading.since[flow] == BEGIN


@pytest.mark.parametrize("value", [-1e12, -61.0, 151.0, 1e12])
async def test_a_temperature_that_cannot_be_is_unknown(
    monitor: Monitor, value: float
) -> None:
    start = moment(3, 5, 10)
    feeds = ("heatpump_flowT",)
    monitor.world.add(
        AbsurdSamples(
            system_id=204, start=start, end=start + HOUR, value=value, feeds=feeds
        )
    )
    reading = await monitor.read(*MARCH)
    flow = next(each for each in reading.truth if name_of(each) == "flow_temperature")
    assert {*range(*MARCH, HOUR)} - reading.truth[flow].keys() == {start}


# Marks.


async def test_marks_stay_when_nothing_changed(monitor: Monitor) -> None:
    assert await monitor.marks() == await monitor.marks()


async def test_only_the_newest_mark_changes_as_time_goes_on(
    monitor: Monitor, clock: Clock
) -> None:
    before = await monitor.marks()
    clock.advance(3 * DAY + HOUR)
    after = await monitor.marks()
    assert after[:2] == before[:2]
    assert after[2] != before[2]


@pytest.mark.parametrize("feeds", [(), COUNTERS, POWERS])
async def test_a_correction_changes_the_mark_of_its_month(
    monitor: Monitor, clock: Clock, feeds: tuple[str, ...]
) -> None:
    monitor.heeded = feeds
    start = moment(3, 5, 10)
    corrected = PowerCorrected(
        system_id=204, start=start, end=start + 5 * HOUR, factor=1.4, at=NOW + 1
    )
    monitor.world.add(corrected)
    before = await monitor.marks()
    clock.advance(60)
    after = await monitor.marks()
    assert after[0] == before[0]
    assert after[1] != before[1]


async def test_samples_that_come_late_change_the_mark_where_no_counter_tells_of_them(
    monitor: Monitor, clock: Clock
) -> None:
    monitor.world.systems[204].config = usual_config(*POWERS)
    start = moment(3, 5, 10)
    monitor.world.add(
        MonitorDark(system_id=204, start=start, end=start + 5 * HOUR, filled=NOW + 1)
    )
    before = await monitor.marks()
    clock.advance(60)
    after = await monitor.marks()
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, False, True]


async def test_a_counter_that_is_back_changes_the_mark_of_every_month_of_its_hole(
    monitor: Monitor, clock: Clock
) -> None:
    back = NOW + 3 * DAY
    monitor.world.add(
        MonitorDark(system_id=204, start=moment(3, 28), end=back, feeds=COUNTERS)
    )
    before = await monitor.marks()
    clock.now = back - HOUR
    still_dark = await monitor.marks()
    assert still_dark[:2] == before[:2]
    clock.now = back + DAY
    after = await monitor.marks()
    assert after[0] == before[0]
    assert after[1] != before[1]


# The COP of the day.


async def test_the_cop_of_a_day_depends_on_whole_local_days(monitor: Monitor) -> None:
    (derived,) = monitor.history.derived
    assert name_of(derived.series) == "cop"
    assert [name_of(series) for series in derived.inputs] == ["electricity", "heat"]
    # Clocks change on 30 March: the night before still begins at midnight of UTC.
    start, end = moment(3, 30, 12), moment(3, 30, 13)
    assert derived.window(start, end) == (moment(3, 30), moment(3, 30, 23))


async def test_every_hour_of_a_day_carries_the_days_cop(monitor: Monitor) -> None:
    (derived,) = monitor.history.derived
    found = await monitor.all()
    inputs = {series: found[name_of(series)] for series in derived.inputs}
    start, end = derived.window(BEGIN, END)
    cops = derived.compute(start, end, inputs)
    truth = monitor.world.truth.daily_cop(204, LONDON)
    assert len(truth) == 45
    assert cops == pytest.approx(
        {
            hour: truth[day]
            for hour in range(BEGIN, END, HOUR)
            if (day := datetime.fromtimestamp(hour, LONDON).date()) in truth
        },
        rel=1e-3,
    )


async def test_rows_depend_on_the_homes_time_zone(monitor: Monitor) -> None:
    assert monitor.history.settings == {"time_zone": "Europe/London"}
