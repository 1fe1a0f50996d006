"""Each fault of the data, as a client sees it."""

import csv
import io
from typing import Any

import pytest

from . import (
    AbsurdSamples,
    AbsurdUsage,
    Clock,
    CounterRestart,
    EfficiencyLost,
    FeedAppears,
    FeedDeleted,
    FeedEnds,
    FeedReplaced,
    HalfHoursMissing,
    MonitorDark,
    PowerCorrected,
    UsageCorrected,
    World,
)
from .conftest import NOW, Client
from .times import DAY, HOUR

MIDNIGHT = NOW // DAY * DAY
SPAN = {"start": MIDNIGHT, "end": MIDNIGHT + 6 * HOUR, "interval": HOUR}
DARK = (MIDNIGHT + 2 * HOUR, MIDNIGHT + 4 * HOUR)
DAY_BEFORE = {"start": "2026-11-20", "end": "2026-11-20"}


@pytest.fixture
def consent(world: World) -> str:
    """Return the consent of the only home."""
    return world.tokens[world.token][0]


async def readings(ask: Client, feed: str = "heatpump_elec_kwh") -> list[Any]:
    """Return a feed's values at seven full hours."""
    return [value for _, value in (await ask.data(feed, **SPAN))[feed]]


async def live(ask: Client, feed: str) -> Any:
    """Return the last value of a feed."""
    return (await ask("/timeseries/values", id=204, feeds=feed)).json()[feed]


async def yesterday(ask: Client) -> dict[str, str]:
    """Return the day before, as the service's statistics tell it."""
    received = await ask(
        "/system/stats/daily", id=204, start=MIDNIGHT - DAY, end=MIDNIGHT
    )
    (day,) = csv.DictReader(io.StringIO(received.text))
    return day


async def test_what_was_dark_is_missing_while_the_counter_went_on(
    ask: Client, world: World
) -> None:
    whole = await readings(ask)
    world.add(MonitorDark(system_id=204, start=DARK[0], end=DARK[1]))
    assert await readings(ask) == [*whole[:2], None, None, *whole[4:]]


async def test_dark_samples_can_be_uploaded_later(
    ask: Client, world: World, clock: Clock
) -> None:
    whole = await readings(ask)
    world.add(MonitorDark(system_id=204, start=DARK[0], end=DARK[1], filled=NOW + HOUR))
    assert await readings(ask) != whole
    clock.advance(HOUR)
    assert await readings(ask) == whole


async def test_the_dark_falls_only_when_its_time_has_come(
    ask: Client, world: World, clock: Clock
) -> None:
    world.add(MonitorDark(system_id=204, start=NOW, end=NOW + DAY))
    clock.advance(HOUR)
    assert (await live(ask, "heatpump_elec"))["time"] == NOW // 60 * 60
    clock.advance(DAY)
    assert (await live(ask, "heatpump_elec"))["time"] == clock.now // 60 * 60


async def test_some_feeds_can_be_dark_alone(ask: Client, world: World) -> None:
    world.add(
        MonitorDark(
            system_id=204, start=DARK[0], end=DARK[1], feeds=("heatpump_heat_kwh",)
        )
    )
    assert None not in await readings(ask)
    assert (await readings(ask, "heatpump_heat_kwh")).count(None) == 2


async def test_the_truth_does_not_go_dark(world: World) -> None:
    before = world.truth.system_hours(204, MIDNIGHT, NOW)
    world.add(
        MonitorDark(system_id=204, start=DARK[0], end=DARK[1]),
        CounterRestart(system_id=204, at=DARK[0]),
    )
    assert world.truth.system_hours(204, MIDNIGHT, NOW) == before


@pytest.mark.parametrize("value", [0.0, 5000.0])
async def test_a_counter_counts_on_from_where_it_restarted(
    ask: Client, world: World, value: float
) -> None:
    whole = await readings(ask)
    world.add(CounterRestart(system_id=204, at=DARK[0], value=value))
    after = await readings(ask)
    assert after[:2] == whole[:2] and after[2] == value
    assert after[6] - after[2] == pytest.approx(whole[6] - whole[2])


async def test_both_counters_restart_unless_one_is_named(
    ask: Client, world: World
) -> None:
    feeds = ("heatpump_heat_kwh",)
    whole = await readings(ask)
    world.add(CounterRestart(system_id=204, at=DARK[0], feeds=feeds))
    assert await readings(ask) == whole
    assert (await readings(ask, feeds[0]))[2] == 0


async def test_a_feed_that_ended_keeps_its_last_value(
    ask: Client, world: World
) -> None:
    world.caches_available = False
    world.add(FeedEnds(system_id=204, at=DARK[0], feeds=("heatpump_roomT",)))
    assert (await live(ask, "heatpump_roomT"))["time"] == DARK[0] - 60
    feeds = (await ask("/timeseries/available", id=204)).json()["feeds"]
    assert feeds["heatpump_roomT"]["end_time"] == DARK[0] - 60
    assert feeds["heatpump_elec"]["end_time"] == NOW // 60 * 60


async def test_a_feed_that_was_replaced_has_no_past(ask: Client, world: World) -> None:
    world.caches_available = False
    whole = await readings(ask)
    world.add(FeedReplaced(system_id=204, at=DARK[0], feeds=("heatpump_elec_kwh",)))
    after = await readings(ask)
    assert after[:3] == [None, None, 0]
    assert after[6] == pytest.approx(whole[6] - whole[2])
    feeds = (await ask("/timeseries/available", id=204)).json()["feeds"]
    assert feeds["heatpump_elec_kwh"]["start_time"] == DARK[0]


async def test_a_deleted_feed_spoils_every_answer_with_it(
    ask: Client, world: World, clock: Clock
) -> None:
    world.caches_available = False
    world.add(
        FeedDeleted(system_id=204, at=NOW, until=NOW + HOUR, feeds=("heatpump_roomT",))
    )
    assert await live(ask, "heatpump_roomT") == {"time": 0, "value": 0}
    feeds = (await ask("/timeseries/available", id=204)).json()["feeds"]
    assert feeds["heatpump_roomT"] == {}
    both = {"id": 204, "feeds": "heatpump_elec,heatpump_roomT"} | SPAN
    assert (await ask("/timeseries/data", both)).text.endswith('{"":null}')
    assert "heatpump_elec" in await ask.data("heatpump_elec", **SPAN)
    clock.advance(HOUR)
    assert (await live(ask, "heatpump_roomT"))["time"] > 0


async def test_a_feed_appears_with_its_first_sample(
    ask: Client, world: World, clock: Clock
) -> None:
    world.caches_available = False
    world.add(FeedAppears(system_id=204, at=NOW + HOUR, feeds=("heatpump_roomT",)))
    feeds = (await ask("/timeseries/available", id=204)).json()["feeds"]
    assert "heatpump_roomT" not in feeds
    clock.advance(2 * HOUR)
    feeds = (await ask("/timeseries/available", id=204)).json()["feeds"]
    first = feeds["heatpump_roomT"]["start_time"]
    assert NOW + HOUR <= first < NOW + HOUR + 60


async def test_a_correction_changes_power_counter_and_truth_from_its_moment_on(
    ask: Client, world: World, clock: Clock
) -> None:
    whole = await readings(ask)
    before = world.truth.system_hours(204, MIDNIGHT, NOW)
    world.add(
        PowerCorrected(
            system_id=204,
            start=DARK[0],
            end=DARK[1],
            factor=2.0,
            at=NOW + 60,
            feeds=("heatpump_elec",),
        )
    )
    assert await readings(ask) == whole
    clock.advance(60)
    extra = whole[4] - whole[2]
    after = await readings(ask)
    assert after[:3] == pytest.approx(whole[:3])
    assert after[4:] == pytest.approx([value + extra for value in whole[4:]])
    truth = world.truth.system_hours(204, MIDNIGHT, NOW)
    assert truth[2].elec_kwh == pytest.approx(2 * before[2].elec_kwh)
    assert truth[2].heat_kwh == before[2].heat_kwh
    assert truth[4] == before[4]


async def test_lost_efficiency_takes_heat_for_the_same_electricity(
    ask: Client, world: World
) -> None:
    used, given = await readings(ask), await readings(ask, "heatpump_heat_kwh")
    before = world.truth.system_hours(204, MIDNIGHT, NOW)
    world.add(EfficiencyLost(system_id=204, at=DARK[0], loss=0.1))
    assert await readings(ask) == used
    less = await readings(ask, "heatpump_heat_kwh")
    assert less[:3] == pytest.approx(given[:3])
    assert less[6] - less[2] == pytest.approx(0.9 * (given[6] - given[2]))
    truth = world.truth.system_hours(204, MIDNIGHT, NOW)
    assert truth[1] == before[1]
    assert truth[5].heat_kwh == pytest.approx(0.9 * before[5].heat_kwh)
    assert truth[5].elec_kwh == before[5].elec_kwh


async def test_efficiency_is_lost_without_a_counter_too(
    ask: Client, world: World
) -> None:
    del world.systems[204].config["heatpump_heat_kwh"]
    whole = await yesterday(ask)
    world.add(EfficiencyLost(system_id=204, at=MIDNIGHT - DAY, loss=0.1))
    lossy = await yesterday(ask)
    ratio = float(lossy["combined_cop"]) / float(whole["combined_cop"])
    assert ratio == pytest.approx(0.9, abs=1e-4)


async def test_air_in_the_heat_meter_is_counted_while_the_pump_runs(
    ask: Client, world: World
) -> None:
    world.systems[204].config["heatpump_error"] = "heatpump_error"
    whole = await yesterday(ask)
    assert (whole["error_air"], float(whole["error_air_kwh"])) == ("", 0)
    world.add(
        AbsurdSamples(
            system_id=204,
            start=MIDNIGHT - DAY,
            end=MIDNIGHT,
            value=1024.0,
            feeds=("heatpump_error",),
        )
    )
    airy = await yesterday(ask)
    assert airy["error_air"] == airy["running_data_length"]
    assert airy["error_air_kwh"] == airy["running_elec_kwh"]


async def test_absurd_samples_are_answered_as_they_are(
    ask: Client, world: World
) -> None:
    world.add(
        AbsurdSamples(
            system_id=204,
            start=DARK[0],
            end=DARK[1],
            value=-1e15,
            feeds=("heatpump_flowT",),
        )
    )
    values = await readings(ask, "heatpump_flowT")
    assert values[2:4] == [-1e15, -1e15] and values[4] > 0


async def test_faults_of_another_system_do_not_matter(
    ask: Client, world: World
) -> None:
    whole = await readings(ask)
    world.add(MonitorDark(system_id=311, start=DARK[0], end=DARK[1]))
    assert await readings(ask) == whole


# Meters.


async def test_missing_half_hours_are_rows_of_0_in_error_or_no_rows(
    ask: Client, world: World, consent: str
) -> None:
    start = MIDNIGHT - DAY
    world.add(
        HalfHoursMissing(consent=consent, start=start + HOUR, end=start + 2 * HOUR),
        HalfHoursMissing(
            consent=consent, start=start + 3 * HOUR, end=start + 4 * HOUR, kind="absent"
        ),
    )
    rows = await ask.usage(**DAY_BEFORE)
    assert len(rows) == 46
    assert [row["error_count"] for row in rows[:6]] == [0, 0, 1, 1, 0, 0]
    assert rows[2]["energy_kwh"] == rows[2]["carbon_kg"] == 0
    assert [row["time"][11:16] for row in rows[5:7]] == ["02:30", "04:00"]
    (day,) = await ask.usage(**DAY_BEFORE, aggregate="day")
    assert day["error_count"] == 4
    hours = await ask.usage(**DAY_BEFORE, aggregate="hour")
    assert [hour["error_count"] for hour in hours[:5]] == [0, 2, 0, 2, 0]


async def test_missing_half_hours_fill_later(
    ask: Client, world: World, clock: Clock, consent: str
) -> None:
    whole = await ask.usage(**DAY_BEFORE)
    world.add(
        HalfHoursMissing(
            consent=consent, start=MIDNIGHT - DAY, end=MIDNIGHT, filled=NOW + 60
        )
    )
    assert await ask.usage(**DAY_BEFORE) != whole
    clock.advance(60)
    assert await ask.usage(**DAY_BEFORE) == whole


async def test_one_meter_of_a_home_can_miss_what_the_other_has(
    ask: Client, world: World, consent: str
) -> None:
    whole = await ask.usage("electricity", **DAY_BEFORE)
    world.add(
        HalfHoursMissing(
            consent=consent, commodity="gas", start=MIDNIGHT - DAY, end=MIDNIGHT
        )
    )
    assert await ask.usage("electricity", **DAY_BEFORE) == whole
    gas = await ask.usage("gas", **DAY_BEFORE)
    assert all(row["error_count"] == 1 for row in gas)


async def test_usage_is_corrected_from_a_moment_on(
    ask: Client, world: World, clock: Clock, consent: str
) -> None:
    before = await ask.usage(**DAY_BEFORE)
    start, end = MIDNIGHT - DAY, MIDNIGHT - DAY + HOUR
    world.add(
        UsageCorrected(consent=consent, start=start, end=end, factor=3.0, at=NOW + 60)
    )
    assert await ask.usage(**DAY_BEFORE) == before
    clock.advance(60)
    after = await ask.usage(**DAY_BEFORE)
    for part in ("energy_kwh", "carbon_kg"):
        assert after[1][part] == pytest.approx(3 * before[1][part])
    assert after[2:] == before[2:]
    truth = world.truth.meter_hours(consent, "electricity", start, end)
    assert truth[0].energy_kwh == pytest.approx(
        after[0]["energy_kwh"] + after[1]["energy_kwh"]
    )


async def test_absurd_usage_is_answered_as_it_is(
    ask: Client, world: World, consent: str
) -> None:
    start = MIDNIGHT - DAY
    world.add(
        AbsurdUsage(consent=consent, start=start, end=start + HOUR, value=-99_999.0)
    )
    rows = await ask.usage(**DAY_BEFORE)
    assert rows[1]["energy_kwh"] == -99_999 and rows[2]["energy_kwh"] >= 0


async def test_statistics_feel_a_fault_too(ask: Client, world: World) -> None:
    world.add(
        PowerCorrected(
            system_id=204, start=MIDNIGHT - DAY, end=MIDNIGHT, factor=0.5, at=NOW
        )
    )
    received = await ask(
        "/system/stats/daily", id=204, start=MIDNIGHT - 2 * DAY, end=MIDNIGHT
    )
    rows = list(csv.DictReader(io.StringIO(received.text)))
    truth = world.truth.system_hours(204, MIDNIGHT - DAY, MIDNIGHT)
    assert float(rows[1]["combined_elec_kwh"]) == pytest.approx(
        sum(hour.elec_kwh for hour in truth), abs=1e-3
    )
