"""Days of a heat pump, and which of them are heating days."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.heating import PumpDay, pump_day
from custom_components.heatpump_insight.api.stats import read_stats

COLD = PumpDay(
    day=date(2026, 1, 9),
    electricity=10.0,
    heat=40.0,
    flow=35.0,
    outside=4.0,
    space_share=0.9,
    starts_per_hour=0.5,
)
ROW: dict[str, object] = {
    "timestamp": int(datetime(2026, 1, 9, tzinfo=UTC).timestamp()),
    "combined_elec_kwh": 10,
    "combined_heat_kwh": 40,
    "combined_data_length": 86_400,
    "combined_starts_per_hour": 0.5,
    "space_heat_kwh": 36,
    "space_data_length": 50_000,
    "water_heat_kwh": 4,
    "water_data_length": 3000,
    "weighted_flowT": 35,
    "weighted_outsideT": 4,
}


def test_a_cold_day_with_heated_rooms_is_a_heating_day() -> None:
    assert COLD.is_heating


def test_without_a_hot_water_status_the_weather_alone_decides() -> None:
    assert replace(COLD, space_share=None).is_heating


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"outside": 12.0}, id="warm"),
        pytest.param({"outside": None}, id="who knows how warm"),
        pytest.param({"space_share": 0.49}, id="mostly hot water"),
        pytest.param({"space_share": 0.0}, id="hot water only"),
        pytest.param({"heat": 0.0}, id="off"),
        pytest.param({"heat": -1.5}, id="cooling"),
    ],
)
def test_other_days_are_no_heating_days(fields: dict[str, Any]) -> None:
    assert not replace(COLD, **fields).is_heating


def test_a_day_is_read_from_the_services_row() -> None:
    assert pump_day(read_stats(ROW)) == COLD


def test_a_day_of_summer_begins_an_hour_before_that_of_utc() -> None:
    midnight = int(datetime(2026, 7, 8, 23, tzinfo=UTC).timestamp())
    day = pump_day(read_stats(ROW | {"timestamp": midnight}))
    assert day is not None
    assert day.day == date(2026, 7, 9)


@pytest.mark.parametrize(
    "fields",
    [
        {"timestamp": False},
        {"combined_elec_kwh": None},
        {"combined_heat_kwh": None},
        {"combined_data_length": None},
        {"combined_data_length": 77_000},
    ],
)
def test_a_day_of_which_too_much_is_missing_is_none(fields: dict[str, object]) -> None:
    assert pump_day(read_stats(ROW | fields)) is None


def test_a_day_without_temperatures_and_status_is_still_a_day() -> None:
    bare = {key: value for key, value in ROW.items() if key.startswith("combined")}
    day = pump_day(read_stats(bare | {"timestamp": ROW["timestamp"]}))
    assert day == replace(COLD, flow=None, outside=None, space_share=None)


@pytest.mark.parametrize(
    ("space", "water", "share"),
    [(None, 4, 0.0), (36, None, 1.0), (-1, 1, None), (30, 10, 0.75)],
)
def test_the_share_of_the_rooms_is_that_of_the_heat(
    space: float | None, water: float | None, share: float | None
) -> None:
    day = pump_day(read_stats(ROW | {"space_heat_kwh": space, "water_heat_kwh": water}))
    assert day is not None
    assert day.space_share == share


@given(outside=st.floats(-20, 30), colder=st.floats(0, 10))
def test_a_colder_day_is_no_less_a_heating_day(outside: float, colder: float) -> None:
    day = replace(COLD, outside=outside)
    assert replace(COLD, outside=outside - colder).is_heating >= day.is_heating
