"""What a meter measured, asked of its service."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
from tests.simulator import HalfHoursMissing, MeterGone, Outage, Simulator, World
from tests.simulator.times import LONDON, midnight

from .calling import act, asked, read_csv, refusal

pytestmark = pytest.mark.usefixtures("home_assistant")

HALF_HOUR = 1800
# The last Sunday of October, with 25 hours, and the day after it.
FIRST, LAST = date(2026, 10, 25), date(2026, 10, 26)
DAYS: dict[str, Any] = {"start_date": FIRST.isoformat(), "end_date": LAST.isoformat()}
START, END = midnight(FIRST), midnight(LAST + timedelta(days=1))


def consent(world: World) -> str:
    """Return the consent of the home."""
    return min(world.tokens[world.token])


def truth(world: World) -> dict[int, tuple[float, float]]:
    """Return what the electricity meter measured in the half-hours of the two days."""
    found = world.truth.meter_half_hours(consent(world), "electricity", START, END)
    return {each.start: (each.energy_kwh, each.carbon_kg) for each in found}


def told(answer: Mapping[str, Any]) -> dict[int, tuple[float, float]]:
    """Return the amounts of an answer by the unix second of their beginning."""
    return {
        int(datetime.fromisoformat(row["start"]).timestamp()): (
            row["energy_kwh"],
            row["carbon_kg"],
        )
        for row in answer["usage"]
    }


def summed(
    halves: Mapping[int, tuple[float, float]], start: int, end: int
) -> tuple[float, float]:
    """Return the sums of what was measured in a span."""
    rows = [row for at, row in halves.items() if start <= at < end]
    return sum(energy for energy, _ in rows), sum(carbon for _, carbon in rows)


async def test_half_hours_are_those_of_the_british_days(
    hass: HomeAssistant, world: World, electricity: str
) -> None:
    answer = await act(hass, "get_usage", device_id=electricity, **DAYS)
    assert list(answer) == ["usage"]
    assert len(answer["usage"]) == 98
    assert answer["usage"][0]["start"] == "2026-10-25T00:00:00+01:00"
    assert answer["usage"][-1]["start"] == "2026-10-26T23:30:00+00:00"
    found, true = told(answer), truth(world)
    assert list(found) == list(true)
    for at, amounts in true.items():
        assert found[at] == pytest.approx(amounts, abs=1e-6)


@pytest.mark.parametrize(
    ("aggregate", "starts"),
    [
        ("hour", list(range(START, END, 3600))),
        ("day", [START, midnight(LAST)]),
    ],
)
async def test_longer_periods_are_the_sums_of_their_half_hours(
    hass: HomeAssistant,
    world: World,
    electricity: str,
    aggregate: str,
    starts: list[int],
) -> None:
    answer = await act(
        hass, "get_usage", device_id=electricity, aggregate=aggregate, **DAYS
    )
    found, halves = told(answer), truth(world)
    assert list(found) == starts
    for start, end in zip(starts, [*starts[1:], END], strict=True):
        assert found[start] == pytest.approx(summed(halves, start, end), abs=1e-5)


async def test_a_month_holds_the_days_that_are_asked_for(
    hass: HomeAssistant, world: World, electricity: str
) -> None:
    answer = await act(
        hass, "get_usage", device_id=electricity, aggregate="month", **DAYS
    )
    [row] = answer["usage"]
    assert row["start"] == "2026-10-01T00:00:00+01:00"
    assert (row["energy_kwh"], row["carbon_kg"]) == pytest.approx(
        summed(truth(world), START, END), abs=1e-5
    )


async def test_the_average_day_is_the_mean_of_each_half_hour(
    hass: HomeAssistant, world: World, electricity: str
) -> None:
    answer = await act(
        hass, "get_usage", device_id=electricity, aggregate="profile", **DAYS
    )
    by_clock: dict[str, list[tuple[float, float]]] = {}
    for at, amounts in truth(world).items():
        clock = f"{datetime.fromtimestamp(at, LONDON):%H:%M:%S}"
        by_clock.setdefault(clock, []).append(amounts)
    assert [row["time_of_day"] for row in answer["usage"]] == sorted(by_clock)
    assert len(by_clock) == 48
    for row in answer["usage"]:
        energies, carbons = zip(*by_clock[row["time_of_day"]], strict=True)
        assert row == {
            "time_of_day": row["time_of_day"],
            "energy_kwh": pytest.approx(fmean(energies), abs=1e-6),
            "carbon_kg": pytest.approx(fmean(carbons), abs=1e-6),
            "missing_half_hours": 0,
        }


@pytest.mark.parametrize("aggregate", ["none", "hour", "day", "profile"])
async def test_a_meter_stamped_with_the_end_tells_the_same(
    hass: HomeAssistant,
    simulator: Simulator,
    electricity: str,
    meters: MockConfigEntry,
    aggregate: str,
) -> None:
    call = {
        "device_id": electricity,
        "aggregate": aggregate,
        "start_date": "2026-10-26",
        "end_date": "2026-10-27",
    }
    before = await act(hass, "get_usage", **call)
    simulator.world.style.stamp = "end"
    if aggregate in ("none", "profile"):
        assert await act(hass, "get_usage", **call) != before
    key = consent(simulator.world).replace("-", "")
    hass.config_entries.async_update_entry(
        meters, options={"meters": {f"meter_{key}": {"stamp": "end"}}}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await act(hass, "get_usage", **call) == before


async def test_a_gap_is_null_and_counted(
    hass: HomeAssistant, world: World, electricity: str
) -> None:
    world.add(
        HalfHoursMissing(
            consent=consent(world),
            commodity="electricity",
            start=START + HALF_HOUR,
            end=START + 2 * HALF_HOUR,
        )
    )
    answer = await act(hass, "get_usage", device_id=electricity, **DAYS)
    assert answer["usage"][1] == {
        "start": "2026-10-25T00:30:00+01:00",
        "energy_kwh": None,
        "carbon_kg": None,
        "missing_half_hours": 1,
    }
    answer = await act(
        hass, "get_usage", device_id=electricity, aggregate="day", **DAYS
    )
    assert [row["missing_half_hours"] for row in answer["usage"]] == [1, 0]
    halves = truth(world) | {START + HALF_HOUR: (0.0, 0.0)}
    assert answer["usage"][0]["energy_kwh"] == pytest.approx(
        summed(halves, START, midnight(LAST))[0], abs=1e-5
    )
    lines = await read_csv(hass, "get_usage", device_id=electricity, **DAYS)
    assert lines[2] == ["2026-10-25T00:30:00+01:00", "", "", "1"]


async def test_a_csv_holds_the_same_rows(hass: HomeAssistant, electricity: str) -> None:
    answer = await act(hass, "get_usage", device_id=electricity, **DAYS)
    lines = await read_csv(hass, "get_usage", device_id=electricity, **DAYS)
    assert lines[0] == list(answer["usage"][0])
    assert lines[1:] == [
        [str(cell) for cell in row.values()] for row in answer["usage"]
    ]


async def test_a_call_asks_the_service_once(
    hass: HomeAssistant, simulator: Simulator, electricity: str
) -> None:
    before = len(simulator.requests)
    await act(hass, "get_usage", device_id=electricity, **DAYS)
    assert len(simulator.requests) == before + 1
    assert asked(simulator, "/meter/")[-1]["tz"] == "Etc/UTC"


@pytest.mark.parametrize(
    ("aggregate", "last", "most"),
    [("none", "2026-01-02", "366"), ("day", "2035-01-10", "3660")],
)
async def test_too_long_a_time_is_refused(
    hass: HomeAssistant, electricity: str, aggregate: str, last: str, most: str
) -> None:
    assert await refusal(
        hass,
        "get_usage",
        device_id=electricity,
        aggregate=aggregate,
        start_date="2025-01-01",
        end_date=last,
    ) == ("span_too_long", {"days": most})


async def test_a_meter_that_the_account_has_no_longer_is_refused(
    hass: HomeAssistant, world: World, electricity: str, meters: MockConfigEntry
) -> None:
    world.add(
        MeterGone(
            consent=consent(world),
            commodity="electricity",
            how="row",
            at=datetime.now(UTC).timestamp() - 1,
        )
    )
    await meters.runtime_data.account.async_refresh()
    key, _ = await refusal(hass, "get_usage", device_id=electricity, **DAYS)
    assert key == "no_such_device"


async def test_a_service_that_does_not_answer_is_told_without_the_consent(
    hass: HomeAssistant, simulator: Simulator, electricity: str
) -> None:
    simulator.faults.add(Outage())
    key, told = await refusal(
        hass, "get_usage", HomeAssistantError, device_id=electricity, **DAYS
    )
    assert key == "cannot_connect"
    assert told["service"] == "PowerShaper Monitor"
    assert consent(simulator.world) not in str(told)


async def test_a_year_of_half_hours_is_below_a_few_megabytes(
    hass: HomeAssistant, electricity: str
) -> None:
    answer = await act(hass, "get_usage", device_id=electricity, **DAYS)
    assert len(json_bytes(answer)) / 2 * 366 < 3_000_000
