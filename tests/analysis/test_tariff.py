"""The prices of half-hours, and what of a tariff a span depends on."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.cost import meter_cost
from custom_components.heatpump_insight.analysis.hours import HALF_HOUR, HOUR
from custom_components.heatpump_insight.analysis.tariff import (
    Band,
    Flat,
    Hourly,
    Period,
    Price,
    Tariff,
    TimeOfUse,
)

from .tariffs import (
    ENTITIES,
    EVERY_DAY,
    LONDON,
    NIGHT,
    NIGHT_RATE,
    bands,
    moment,
    schedules,
    tariff,
    zones,
)

moments = st.integers(
    moment(2024, 12, 1) // HALF_HOUR, moment(2025, 12, 1) // HALF_HOUR
).map(HALF_HOUR.__mul__)


def price(rate: TimeOfUse, *local: int) -> float | None:
    """Return the price of a local half-hour in London."""
    return tariff(rate).price_at(moment(*local), {})


# The price of a half-hour.


def test_a_flat_price_holds_always() -> None:
    assert tariff(Flat(price=0.26)).price_at(moment(2025, 6, 1, 13, 30), {}) == 0.26


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ((23, 0), 0.30),
        ((23, 30), 0.07),
        ((0, 0), 0.07),
        ((5, 0), 0.07),
        ((5, 30), 0.30),
        ((12, 0), 0.30),
    ],
)
@pytest.mark.parametrize("day", [(2025, 1, 8), (2025, 7, 8)])
def test_a_band_that_passes_midnight_holds_by_the_local_clock(
    day: tuple[int, int, int], clock: tuple[int, int], expected: float
) -> None:
    assert price(NIGHT_RATE, *day, *clock) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ((2025, 1, 10, 23, 30), 0.07),  # Friday
        ((2025, 1, 11, 5, 0), 0.07),  # the Saturday after it
        ((2025, 1, 11, 23, 30), 0.30),
        ((2025, 1, 10, 5, 0), 0.30),  # the night that began on Thursday
        ((2025, 1, 12, 23, 30), 0.07),  # Sunday
        ((2025, 1, 13, 5, 0), 0.07),  # the Monday after it
    ],
)
def test_the_weekdays_of_a_band_are_those_on_which_it_starts(
    local: tuple[int, ...], expected: float
) -> None:
    rate = TimeOfUse(bands=(replace(NIGHT, days=frozenset({4, 6})),), default=0.30)
    assert price(rate, *local) == expected


def test_a_band_may_end_at_midnight() -> None:
    evening = Band(days=frozenset({0}), start=time(20), end=time(), price=0.5)
    rate = TimeOfUse(bands=(evening,), default=0.3)
    assert price(rate, 2025, 1, 6, 19, 30) == 0.3
    assert price(rate, 2025, 1, 6, 23, 30) == 0.5
    assert price(rate, 2025, 1, 7, 0, 0) == 0.3


@pytest.mark.parametrize("clock", [time(), time(17, 30)])
def test_a_band_from_a_time_to_itself_lasts_24_hours(clock: time) -> None:
    sunday = Band(days=frozenset({6}), start=clock, end=clock, price=0.1)
    rate = TimeOfUse(bands=(sunday,), default=0.3)
    start = datetime.combine(date(2025, 1, 12), clock, LONDON)
    found = [
        tariff(rate).price_at(int(start.timestamp()) + k * HALF_HOUR, {})
        for k in range(-1, 49)
    ]
    assert found == [0.3, *[0.1] * 48, 0.3]


def test_the_first_band_that_holds_counts() -> None:
    peak = Band(days=EVERY_DAY, start=time(16), end=time(19), price=0.4)
    day = Band(days=EVERY_DAY, start=time(6), end=time(22), price=0.2)
    rate = TimeOfUse(bands=(peak, day), default=0.1)
    assert [price(rate, 2025, 1, 8, hour) for hour in (5, 6, 16, 19, 22)] == [
        0.1,
        0.2,
        0.4,
        0.2,
        0.1,
    ]


@pytest.mark.parametrize(
    ("day", "half_hours"),
    [
        pytest.param(date(2025, 1, 8), 12, id="winter"),
        pytest.param(date(2025, 7, 8), 12, id="summer"),
        pytest.param(date(2025, 3, 30), 10, id="spring"),
        pytest.param(date(2025, 10, 26), 14, id="autumn"),
    ],
)
def test_a_night_is_shorter_or_longer_when_the_clocks_change(
    day: date, half_hours: int
) -> None:
    noon = int(datetime.combine(day, time(12), LONDON).timestamp())
    found = [tariff(NIGHT_RATE).price_at(noon - k * HALF_HOUR, {}) for k in range(40)]
    assert found.count(0.07) == half_hours


@given(band=bands, at=moments, zone=zones)
def test_a_band_holds_where_the_clock_has_passed_its_start_less_long_ago_than_it_lasts(
    band: Band, at: int, zone: tzinfo
) -> None:
    local = datetime.fromtimestamp(at, zone).replace(tzinfo=None)
    starts = [
        datetime.combine(local.date() - timedelta(days=back), band.start)
        for back in (0, 1)
    ]
    first = datetime.combine(date.min, band.start)
    lasts = datetime.combine(date.min, band.end) - first
    if lasts <= timedelta():
        lasts += timedelta(days=1)
    expected = any(
        start <= local < start + lasts and start.weekday() in band.days
        for start in starts
    )
    assert band.holds(datetime.fromtimestamp(at, zone)) is expected


def test_an_entitys_price_is_that_of_the_hour() -> None:
    hour = moment(2025, 1, 8, 12)
    rates = tariff(Hourly(entity_id="sensor.a"))
    known = {"sensor.a": {hour: 0.2}, "sensor.b": {hour: 0.9, hour + HOUR: 0.9}}
    assert rates.price_at(hour, known) == 0.2
    assert rates.price_at(hour + HALF_HOUR, known) == 0.2
    assert rates.price_at(hour + HOUR, known) is None
    assert rates.price_at(hour, {}) is None


# Periods.


def test_a_period_lasts_until_the_next_and_before_the_first_there_is_none() -> None:
    first = Period(price=Flat(price=0.2), valid_from=date(2025, 1, 1))
    second = Period(price=Flat(price=0.3), valid_from=date(2025, 7, 1))
    rates = Tariff(zone=LONDON, periods=(first, second))
    assert rates.period(date(2024, 12, 31)) is None
    assert rates.period(date(2025, 1, 1)) is first
    assert rates.period(date(2025, 6, 30)) is first
    assert rates.period(date(2025, 7, 1)) is second
    assert rates.price_at(moment(2024, 12, 31, 23, 30), {}) is None


def test_a_period_begins_at_local_midnight() -> None:
    before = Period(price=Flat(price=0.2))
    after = Period(price=Flat(price=0.3), valid_from=date(2025, 7, 1))
    rates = Tariff(zone=LONDON, periods=(before, after))
    midnight = int(datetime(2025, 6, 30, 23, tzinfo=UTC).timestamp())
    assert rates.price_at(midnight - HALF_HOUR, {}) == 0.2
    assert rates.price_at(midnight, {}) == 0.3


# What of a tariff a span depends on.


@given(periods=schedules(), zone=zones, start=moments, count=st.integers(1, 90 * 48))
def test_what_a_tariff_is_within_a_span_gives_the_same_costs(
    periods: tuple[Period, ...], zone: tzinfo, start: int, count: int
) -> None:
    whole = Tariff(zone=zone, periods=periods)
    start = start // HOUR * HOUR
    end = start + (count + 1) // 2 * HOUR
    part = whole.within(start, end)
    known = {each: dict.fromkeys(range(start, end, HOUR), 0.3) for each in ENTITIES}
    energy = dict.fromkeys(range(start, end, 7 * HOUR), 1.0)
    assert meter_cost(part, energy, entity_prices=known) == meter_cost(
        whole, energy, entity_prices=known
    )


def test_a_span_does_not_depend_on_what_begins_after_it_or_ended_before() -> None:
    old, new = Flat(price=0.2), Flat(price=0.3)
    january, march = (
        Period(price=old, valid_from=date(2025, 1, 1)),
        Period(price=new, valid_from=date(2025, 3, 1)),
    )
    span = moment(2025, 2, 1), moment(2025, 3, 1)
    alone = Tariff(zone=LONDON, periods=(january,))
    both = Tariff(zone=LONDON, periods=(january, march))
    assert both.within(*span) == alone.within(*span)
    assert both.within(*span) == tariff(old)
    later = moment(2025, 4, 1), moment(2025, 5, 1)
    assert both.within(*later) == tariff(new)


def test_a_span_before_the_first_price_depends_on_none() -> None:
    begins = Period(price=Flat(price=0.2), valid_from=date(2025, 3, 1))
    early = Tariff(zone=LONDON, periods=(begins,)).within(
        moment(2025, 1, 1), moment(2025, 2, 1)
    )
    assert early.periods == ()


def test_a_tariff_tells_the_entities_that_it_asks() -> None:
    prices: tuple[Price, ...] = (
        Hourly(entity_id="sensor.a"),
        Flat(price=0.2),
        Hourly(entity_id="sensor.b"),
    )
    periods = tuple(
        Period(price=price, valid_from=date(2025, month, 1))
        for month, price in enumerate(prices, 1)
    )
    assert Tariff(zone=LONDON, periods=periods).entities == {"sensor.a", "sensor.b"}
