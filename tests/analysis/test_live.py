"""What the last samples say of this moment."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from custom_components.heatpump_insight.analysis.live import Live, live
from custom_components.heatpump_insight.api.heatpumpmonitor import (
    Available,
    Feed,
    FeedKey,
    Value,
)

NOW = 1_764_000_000.0
FRESH = 15 * 60
UP_TO_DATE = 60 * 60
AVAILABLE = Available(
    feeds={},
    start_date=None,
    starting_power=None,
    auto_detect_cooling=False,
    cached=False,
)


def samples(*, age: float = 60, **values: float) -> dict[FeedKey, Value]:
    """Return samples of feeds, named as in FeedKey, of an age in seconds."""
    return {
        FeedKey[name.upper()]: Value(time=int(NOW - age), value=value)
        for name, value in values.items()
    }


def ends(age: float) -> Available:
    """Return a system with a feed whose last sample has an age in seconds."""
    feed = Feed(
        key=FeedKey.ELEC,
        start=1,
        end=int(NOW - age),
        interval=10,
        points=100,
        unit="W",
    )
    return replace(AVAILABLE, feeds={feed.key: feed})


def now(values: Mapping[FeedKey, Value], available: Available = AVAILABLE) -> Live:
    """Return what is known of NOW."""
    return live(values, available, NOW)


def test_a_running_heat_pump_has_values_and_a_cop() -> None:
    found = now(samples(elec=800, heat=2800, flow_temperature=38))
    assert found.cop == pytest.approx(3.5)
    assert found.values == {
        FeedKey.ELEC: 800,
        FeedKey.HEAT: 2800,
        FeedKey.FLOW_TEMPERATURE: 38,
    }


@pytest.mark.parametrize(
    ("starting_power", "power", "runs"),
    [
        pytest.param(None, 99, False, id="standby"),
        pytest.param(None, 100, True, id="runs"),
        pytest.param(0, 99, False, id="not set"),
        pytest.param(150, 149, False, id="standby of its owner"),
        pytest.param(150, 150, True, id="runs by its owner"),
        pytest.param(20, 30, True, id="a small one"),
    ],
)
def test_standby_has_no_cop(
    starting_power: float | None, power: float, runs: bool
) -> None:
    found = now(
        samples(elec=power, heat=600), replace(AVAILABLE, starting_power=starting_power)
    )
    assert (found.cop is not None) is runs


@pytest.mark.parametrize("values", [samples(elec=800), samples(heat=800)])
def test_one_power_alone_has_no_cop(values: dict[FeedKey, Value]) -> None:
    assert now(values).cop is None


def test_defrost_has_no_cop_but_shows_the_heat_it_takes() -> None:
    found = now(samples(elec=800, heat=-1500))
    assert found.cop is None
    assert found.values[FeedKey.HEAT] == -1500


def test_an_old_sample_says_nothing_of_now() -> None:
    old = samples(age=FRESH + 1, heat=2800, room_temperature=20)
    found = now(old | samples(age=FRESH, elec=800))
    assert found.values == {FeedKey.ELEC: 800}
    assert found.cop is None


@pytest.mark.parametrize(
    ("available", "age"),
    [
        pytest.param(AVAILABLE, 7000, id="of the values"),
        pytest.param(ends(6000), 6000, id="of the feeds"),
        pytest.param(ends(8000), 7000, id="of an older extent"),
    ],
)
def test_the_newest_sample_is_told_however_old(available: Available, age: int) -> None:
    values = samples(age=9000, elec=800) | samples(age=7000, heat=2800)
    found = now(values, available)
    assert found == Live(last_sample=int(NOW - age), is_up_to_date=False)


@pytest.mark.parametrize(
    ("age", "is_up_to_date"), [(UP_TO_DATE, True), (UP_TO_DATE + 1, False)]
)
def test_an_hour_without_samples_is_not_up_to_date(
    age: float, is_up_to_date: bool
) -> None:
    assert now(samples(age=age, elec=800)).is_up_to_date is is_up_to_date


def test_without_samples_nothing_is_known() -> None:
    assert now({}) == Live(values={}, cop=None, last_sample=None, is_up_to_date=None)
