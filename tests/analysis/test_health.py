"""Whether a monitor tells the truth."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.health import (
    HEALTH_DAYS,
    Health,
    Problem,
    health,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import (
    Available,
    Feed,
    FeedKey,
    Stats,
)
from custom_components.heatpump_insight.api.stats import read_stats

LONDON = ZoneInfo("Europe/London")
LAST = date(2026, 1, 31)
NOW = 1_769_900_000
HOUR = 3600
TEMPERATURES = ("flowT", "returnT", "outsideT", "roomT")
FEEDS = (
    FeedKey.ELEC,
    FeedKey.HEAT,
    FeedKey.FLOW_TEMPERATURE,
    FeedKey.RETURN_TEMPERATURE,
    FeedKey.OUTSIDE_TEMPERATURE,
    FeedKey.ROOM_TEMPERATURE,
)


def available(*feeds: FeedKey, **ends: int) -> Available:
    """Return feeds that reach to now, those named by an end only to it."""
    keys = (*(feeds or FEEDS), *(FeedKey[name] for name in ends))
    return Available(
        feeds={
            key: Feed(
                key=key,
                start=NOW - 10**6,
                end=ends.get(key.name, NOW),
                interval=10,
                points=10**5,
                unit=None,
            )
            for key in keys
        },
        start_date=None,
        starting_power=None,
        auto_detect_cooling=False,
        cached=False,
    )


def day(back: int, **fields: float | None) -> Stats:
    """Return the day so many before the last, on which all was well."""
    midnight = datetime.combine(
        LAST - timedelta(days=back), datetime.min.time(), LONDON
    )
    usual: dict[str, object] = {
        "timestamp": int(midnight.timestamp()),
        "combined_elec_kwh": 10.0,
        "combined_heat_kwh": 40.0,
        "weighted_flowT": 36.0 + back / 10,
        "weighted_outsideT": 4.0 + back / 10,
        "error_air_kwh": 0.0,
    }
    for n, name in enumerate(TEMPERATURES):
        usual[f"combined_{name}_mean"] = 20.0 + n + back / 10
    for name in ("elec", "heat", *TEMPERATURES):
        usual[f"quality_{name}"] = 99.0
    return read_stats(usual | fields)


def month(**fields: float | None) -> list[Stats]:
    """Return thirty days, all of them with these fields."""
    return [day(back, **fields) for back in range(HEALTH_DAYS)]


def judged(days: Sequence[Stats], feeds: Available | None = None) -> Health:
    """Return what the rules say of days."""
    return health(feeds or available(), days, LAST)


def test_a_sound_monitor_has_no_problem() -> None:
    found = judged(month())
    assert found.problems == ()
    assert found.is_problem is False
    assert set(found.states.values()) == {False}


def test_without_anything_nothing_is_known() -> None:
    nothing = replace(available(), feeds={})
    found = judged([], nothing)
    assert found == Health()
    assert found.is_problem is None


def test_what_is_known_decides_where_the_rest_is_not() -> None:
    found = judged([])
    assert found.states == {
        Problem.FEED_STALE: False,
        Problem.AIR_IN_HEAT_METER: None,
        Problem.SENSOR_FROZEN: None,
        Problem.DATA_QUALITY_FALLING: None,
    }
    assert found.is_problem is False


# Feeds.


@pytest.mark.parametrize(("hours", "is_stale"), [(3, False), (3.1, True), (5000, True)])
def test_a_feed_is_stale_three_hours_after_the_others(
    hours: float, is_stale: bool
) -> None:
    feeds = available(HEAT_KWH=NOW - int(hours * HOUR))
    found = judged(month(), feeds)
    assert found.stale == ((FeedKey.HEAT_KWH,) if is_stale else ())
    assert found.problems == ((Problem.FEED_STALE,) if is_stale else ())


def test_feeds_that_are_silent_together_are_not_stale() -> None:
    past = NOW - 10 * HOUR
    assert judged([], available(FeedKey.ROOM_TEMPERATURE)).stale == ()
    feeds = available(FeedKey.ELEC, FeedKey.HEAT)
    asleep = {key: replace(feed, end=past) for key, feed in feeds.feeds.items()}
    assert judged([], replace(feeds, feeds=asleep)).stale == ()


def test_a_feed_of_few_samples_may_miss_two() -> None:
    feeds = available(OUTSIDE_TEMPERATURE=NOW - 5 * HOUR)
    outside = replace(feeds.feeds[FeedKey.OUTSIDE_TEMPERATURE], interval=2 * HOUR)
    slow = replace(feeds, feeds={**feeds.feeds, FeedKey.OUTSIDE_TEMPERATURE: outside})
    assert judged([], feeds).stale == (FeedKey.OUTSIDE_TEMPERATURE,)
    assert judged([], slow).stale == ()


def test_the_status_of_something_may_rest() -> None:
    assert judged([], available(HOT_WATER=NOW - 10**6)).stale == ()


@given(ends=st.lists(st.integers(NOW - 10**6, NOW), min_size=1, max_size=9))
def test_the_newest_feed_is_never_stale(ends: list[int]) -> None:
    names = [key.name for key in FEEDS][: len(ends)]
    feeds = available(**dict(zip(names, ends, strict=False)))
    stale = judged([], feeds).stale
    assert stale is not None
    newest = max(feed.end for feed in feeds.feeds.values())
    for key in stale:
        assert feeds.feeds[key].end < newest - 3 * HOUR


# Air.


@pytest.mark.parametrize(("share", "is_problem"), [(0.01, False), (0.03, True)])
def test_air_is_a_problem_when_it_hides_more_than_two_percent(
    share: float, is_problem: bool
) -> None:
    found = judged(month(error_air=1800.0, error_air_kwh=10 * share))
    assert found.air is not None
    assert found.air.percent == pytest.approx(100 * share)
    assert found.air.hours == pytest.approx(3.5)
    assert (Problem.AIR_IN_HEAT_METER in found.problems) is is_problem


def test_air_of_more_than_a_week_ago_is_over() -> None:
    days = [day(back, error_air_kwh=5.0 if back >= 7 else 0.0) for back in range(30)]
    assert judged(days).air == judged(month()).air


@pytest.mark.parametrize(
    "fields", [{"error_air_kwh": None}, {"combined_elec_kwh": 0.0}]
)
def test_air_is_not_known_without_its_figures(fields: dict[str, float | None]) -> None:
    assert judged(month(**fields)).air is None


@given(shares=st.lists(st.floats(0, 1), min_size=7, max_size=7))
def test_the_share_of_air_is_that_of_the_energies(shares: list[float]) -> None:
    days = [
        day(back, combined_elec_kwh=1.0 + back, error_air_kwh=share * (1 + back))
        for back, share in enumerate(shares)
    ]
    found = judged(days).air
    assert found is not None
    assert 100 * min(shares) - 1e-9 <= found.percent <= 100 * max(shares) + 1e-9


# Sensors that stand still.


def still(name: str, days: int, value: float = 21.5) -> list[Stats]:
    """Return a month in which a temperature has not moved for the last days."""
    fields = {f"combined_{name}_mean": value, f"weighted_{name}": value}
    return [day(back, **(fields if back < days else {})) for back in range(30)]


@pytest.mark.parametrize(
    ("name", "feed", "days"),
    [
        ("flowT", FeedKey.FLOW_TEMPERATURE, 2),
        ("returnT", FeedKey.RETURN_TEMPERATURE, 2),
        ("outsideT", FeedKey.OUTSIDE_TEMPERATURE, 2),
        ("roomT", FeedKey.ROOM_TEMPERATURE, 7),
    ],
)
def test_a_temperature_that_stands_still_is_told_after_its_days(
    name: str, feed: FeedKey, days: int
) -> None:
    assert judged(still(name, days - 1)).frozen == ()
    found = judged(still(name, days))
    assert found.frozen == (feed,)
    assert found.problems == (Problem.SENSOR_FROZEN,)


def test_means_alike_by_chance_are_not_taken_for_a_frozen_sensor() -> None:
    """The mean by heat differs from that by time as long as anything moves."""
    days = [day(back, combined_flowT_mean=33.3) for back in range(30)]
    assert judged(days).frozen == ()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda days: [replace_heat(each, 0.2) for each in days], id="did not run"
        ),
        pytest.param(lambda days: days[1:], id="no last day"),
    ],
)
def test_days_that_tell_nothing_tell_of_no_frozen_sensor(
    change: Callable[[list[Stats]], list[Stats]],
) -> None:
    assert judged(change(still("flowT", 5))).frozen is None


def replace_heat(stats: Stats, heat: float) -> Stats:
    """Return a day with another heat."""
    return replace(stats, combined=replace(stats.combined, heat_kwh=heat))


def test_a_temperature_without_a_feed_or_a_mean_is_left_out() -> None:
    days = still("flowT", 5)
    assert judged(days, available(FeedKey.ROOM_TEMPERATURE)).frozen == ()
    assert judged(days, available(FeedKey.ELEC)).frozen is None
    nothing = {f"combined_{name}_mean": None for name in TEMPERATURES}
    empty = {"weighted_flowT": None, "weighted_outsideT": None}
    assert judged(month(**nothing, **empty)).frozen is None


# Quality.


@pytest.mark.parametrize(("week", "is_falling"), [(94.5, False), (93.5, True)])
def test_quality_falls_when_eight_hours_of_a_week_are_gone(
    week: float, is_falling: bool
) -> None:
    days = [
        day(back, **({"quality_heat": week} if back < 7 else {})) for back in range(30)
    ]
    found = judged(days)
    assert found.fallen is not None
    assert dict(found.fallen) == pytest.approx(
        {FeedKey.HEAT: 99 - week} if is_falling else {}
    )
    assert (Problem.DATA_QUALITY_FALLING in found.problems) is is_falling


def test_days_without_a_row_are_days_without_data() -> None:
    found = judged([day(back) for back in range(30) if back not in (1, 2)])
    assert found.fallen is not None
    assert found.fallen.keys() == set(FEEDS)
    assert found.fallen[FeedKey.ELEC] == pytest.approx(99 * 2 / 7)


def test_a_quality_that_was_always_poor_does_not_fall() -> None:
    assert judged(month(quality_heat=40.0)).fallen == {}


def test_a_feed_that_was_taken_away_does_not_fall() -> None:
    days = [
        day(back, **({"quality_roomT": 0.0} if back < 7 else {})) for back in range(30)
    ]
    assert judged(days, available(*FEEDS[:-1])).fallen == {}
    still_there = judged(days).fallen
    assert still_there is not None
    assert dict(still_there) == pytest.approx({FeedKey.ROOM_TEMPERATURE: 99})


def test_a_young_history_has_nothing_to_compare_with() -> None:
    assert judged([day(back) for back in range(13)]).fallen is None
    assert judged([day(back) for back in range(14)]).fallen == {}


@given(qualities=st.lists(st.floats(0, 100), min_size=30, max_size=30))
def test_what_fell_is_within_what_was_there(qualities: list[float]) -> None:
    days = [day(back, quality_elec=each) for back, each in enumerate(qualities)]
    fallen = judged(days).fallen
    assert fallen is not None
    usual = sum(qualities[7:]) / 23
    lost = usual - sum(qualities[:7]) / 7
    assert (FeedKey.ELEC in fallen) == (lost > 5)
    assert 5 < fallen.get(FeedKey.ELEC, 6) <= 100


# What it does not depend on.


@given(order=st.permutations(range(30)))
def test_the_order_of_days_does_not_matter(order: list[int]) -> None:
    days = still("flowT", 3)
    assert judged([days[n] for n in order]) == judged(days)


def test_the_days_that_follow_the_last_are_not_looked_at() -> None:
    assert judged([*month(), day(-1, error_air_kwh=9.0)]) == judged(month())
