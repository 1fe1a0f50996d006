"""The days of a heat pump, as its service computes them."""

from datetime import date, timedelta
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
from tests.simulator import DatabaseDown, Simulator, World
from tests.simulator.times import midnight

from .calling import act, asked, read_csv, refusal

pytestmark = pytest.mark.usefixtures("home_assistant")

DAYS: dict[str, Any] = {"start_date": "2026-10-20", "end_date": "2026-10-24"}


async def test_days_are_british_and_hold_what_was_measured(
    hass: HomeAssistant, world: World, simulator: Simulator, heat_pump: str
) -> None:
    answer = await act(hass, "get_daily", device_id=heat_pump, **DAYS)
    assert [row["date"] for row in answer["days"]] == [
        "2026-10-20",
        "2026-10-21",
        "2026-10-22",
        "2026-10-23",
        "2026-10-24",
    ]
    for row in answer["days"]:
        day = date.fromisoformat(row["date"])
        hours = world.truth.system_hours(
            204, midnight(day), midnight(day + timedelta(days=1))
        )
        electricity = sum(hour.elec_kwh for hour in hours)
        heat = sum(hour.heat_kwh for hour in hours)
        assert row["electricity_kwh"] == pytest.approx(electricity, abs=0.01)
        assert row["heat_kwh"] == pytest.approx(heat, abs=0.01)
        assert row["cop"] == pytest.approx(heat / electricity, abs=0.01)
        assert row["hours_of_data"] == 24
        assert row["quality_electricity"] == row["quality_heat"] == 100
        assert row["starts"] == int(row["starts"]) > 0
        # Split by what the heat was for.
        assert 0 < row["water_cop"] < row["space_cop"] < 8
        assert 0 < row["water_heat_kwh"] + row["space_heat_kwh"] < heat + 1
        temperatures = [hour.outside_temperature or 0.0 for hour in hours]
        assert min(temperatures) < row["outside_temperature"] < max(temperatures)
        assert row["outside_temperature"] < row["flow_temperature"] < 60
    assert len(asked(simulator, "/system/stats/daily")[-1]["fields"]) < 400


async def test_days_without_data_are_not_there_and_today_is_partial(
    hass: HomeAssistant, heat_pump: str
) -> None:
    answer = await act(
        hass,
        "get_daily",
        device_id=heat_pump,
        start_date="2026-09-01",
        end_date="2026-12-31",
    )
    assert answer["days"][0]["date"] == "2026-10-14"
    assert answer["days"][-1]["date"] == "2026-10-28"
    assert answer["days"][-1]["hours_of_data"] == pytest.approx(9.33, abs=0.02)
    assert len(answer["days"]) == 15


async def test_a_csv_has_one_line_of_names(hass: HomeAssistant, heat_pump: str) -> None:
    answer = await act(hass, "get_daily", device_id=heat_pump, **DAYS)
    lines = await read_csv(hass, "get_daily", device_id=heat_pump, **DAYS)
    assert lines == [
        list(answer["days"][0]),
        *(
            ["" if cell is None else str(cell) for cell in row.values()]
            for row in answer["days"]
        ),
    ]
    lines = await read_csv(
        hass,
        "get_daily",
        device_id=heat_pump,
        start_date="2025-01-01",
        end_date="2025-01-02",
    )
    assert lines == [list(answer["days"][0])]


async def test_ten_years_are_below_a_few_megabytes_and_more_are_refused(
    hass: HomeAssistant, heat_pump: str
) -> None:
    answer = await act(hass, "get_daily", device_id=heat_pump, **DAYS)
    assert len(json_bytes(answer)) / 5 * 3660 < 3_000_000
    assert await refusal(
        hass,
        "get_daily",
        device_id=heat_pump,
        start_date="2016-01-01",
        end_date="2026-01-08",
    ) == ("span_too_long", {"days": "3660"})


async def test_a_service_in_trouble_is_told(
    hass: HomeAssistant, simulator: Simulator, heat_pump: str
) -> None:
    simulator.faults.add(DatabaseDown())
    key, told = await refusal(
        hass, "get_daily", HomeAssistantError, device_id=heat_pump, **DAYS
    )
    assert key == "unexpected_answer"
    assert told["service"] == "HeatpumpMonitor.org"
