"""Tariffs for tests: some known ones, and any."""

from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from custom_components.heatpump_insight.analysis.hours import HOUR
from custom_components.heatpump_insight.analysis.tariff import (
    Band,
    Flat,
    Hourly,
    Period,
    Price,
    Tariff,
    TimeOfUse,
)

LONDON = ZoneInfo("Europe/London")
ENTITIES = ("sensor.a", "sensor.b")
EVERY_DAY = frozenset(range(7))

NIGHT = Band(days=EVERY_DAY, start=time(23, 30), end=time(5, 30), price=0.07)
NIGHT_RATE = TimeOfUse(bands=(NIGHT,), default=0.30)

zones = st.sampled_from(
    [
        LONDON,
        ZoneInfo("Asia/Kolkata"),
        ZoneInfo("Asia/Kathmandu"),
        ZoneInfo("America/Santiago"),
        ZoneInfo("Australia/Lord_Howe"),
    ]
)
money = st.floats(-1, 2)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
bands = st.builds(
    Band,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    start=clocks,
    end=clocks,
    price=money,
)
prices = st.one_of(
    st.builds(Flat, price=money),
    st.builds(TimeOfUse, bands=st.lists(bands, max_size=3).map(tuple), default=money),
    st.builds(Hourly, entity_id=st.sampled_from(ENTITIES)),
)
dates = st.none() | st.dates(date(2024, 12, 20), date(2025, 4, 10))


def schedules(
    price: st.SearchStrategy[Price] = prices,
) -> st.SearchStrategy[tuple[Period, ...]]:
    """Return any periods, in the order of time."""
    return st.lists(
        st.builds(
            Period,
            price=price,
            standing_charge=st.floats(0, 2),
            valid_from=dates,
        ),
        max_size=4,
        unique_by=lambda period: period.first_day,
    ).map(lambda periods: tuple(sorted(periods, key=lambda each: each.first_day)))


def tariff(price: Price, standing_charge: float = 0.0) -> Tariff:
    """Return a tariff of one price since ever, in London."""
    period = Period(price=price, standing_charge=standing_charge)
    return Tariff(zone=LONDON, periods=(period,))


def moment(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    *,
    zone: tzinfo = LONDON,
) -> int:
    """Return the unix second of a local time."""
    return int(datetime(year, month, day, hour, minute, tzinfo=zone).timestamp())


def hours(first: int, count: int) -> range:
    """Return so many hours from a first one on."""
    return range(first, first + count * HOUR, HOUR)
