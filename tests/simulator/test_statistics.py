"""Statistics of days, months and windows, against counters and samples."""

from collections.abc import Callable
import csv
from datetime import date, timedelta
import io
from typing import Any

import numpy as np
import pytest

from . import Clock, CounterRestart, FeedEnds, MonitorDark, Simulator, World
from .conftest import NOW, Client
from .fields import ROW_FIELDS, WINDOW_FIELDS, running_total_rate
from .statistics import WINDOWS
from .times import DAY, HOUR, MINUTE, local_day, midnight

TODAY = date(2026, 11, 21)


async def daily(ask: Client, **query: object) -> list[dict[str, str]]:
    """Return the daily rows of system 204."""
    received = await ask("/system/stats/daily", {"id": 204} | query)
    assert received.content_type == "text/plain;charset=UTF-8"
    return list(csv.DictReader(io.StringIO(received.text)))


async def window(ask: Client, name: str, system_id: int = 204) -> Any:
    """Return one window of a system."""
    answer = (await ask(f"/system/stats/{name}", id=system_id)).json()
    return answer[str(system_id)] if answer else None


def energy(world: World, first: date, last: date, name: str = "elec") -> float:
    """Return the true kWh of the days first…last, or of what there is of them."""
    end = min(midnight(last + timedelta(days=1)), NOW // MINUTE * MINUTE + MINUTE)
    start, feeds, _ = world.samples(world.systems[204], truth=True)
    counter = feeds[f"heatpump_{name}_kwh"]
    power = feeds[f"heatpump_{name}"]
    index = [max(moment - start, 0) // MINUTE for moment in (midnight(first), end)]
    total = counter[-1] + power[-1] / 60_000
    stop = counter[index[1]] if index[1] < counter.size else total
    return float(stop - counter[index[0]])


def test_the_tables_have_as_many_fields_as_the_service() -> None:
    assert len(ROW_FIELDS) == 89 and len(WINDOW_FIELDS) == 90
    assert set(WINDOW_FIELDS) - set(ROW_FIELDS) == {"unit_rate_eon_next_pumped_v2"}


@pytest.mark.parametrize("name", WINDOWS)
async def test_a_window_holds_the_energy_of_its_days(
    ask: Client, world: World, name: str
) -> None:
    row = await window(ask, name)
    before = WINDOWS[name]
    first = TODAY - timedelta(days=60 if before is None else before)
    for kind in ("elec", "heat"):
        expected = energy(world, first, TODAY, kind)
        # The 25th of October has 25 hours, of which the service loses the last one.
        loss = 0.02 if before != 7 else 0.0
        assert row[f"combined_{kind}_kwh"] == pytest.approx(expected, rel=loss + 1e-6)
    assert row["timestamp"] is False
    cop = row["combined_heat_kwh"] / row["combined_elec_kwh"]
    assert row["combined_cop"] == pytest.approx(cop, rel=1e-5)


async def test_the_last_seven_days_come_with_today_on_top(ask: Client) -> None:
    row = await window(ask, "last7")
    assert row["combined_data_length"] == 7 * DAY + 12 * HOUR + 31 * MINUTE


async def test_the_last_thirty_days_include_today(ask: Client) -> None:
    row = await window(ask, "last30")
    assert row["combined_data_length"] == 29 * DAY + 12 * HOUR + 31 * MINUTE


async def test_heating_and_hot_water_share_what_runs(ask: Client) -> None:
    row = await window(ask, "last7")
    for part in ("elec_kwh", "heat_kwh", "data_length"):
        shares = row[f"space_{part}"] + row[f"water_{part}"]
        assert shares == pytest.approx(row[f"running_{part}"], abs=1e-4)
    assert row["running_elec_kwh"] < row["combined_elec_kwh"]
    assert row["water_flowT_mean"] > row["space_flowT_mean"]
    assert row["cooling_cop"] is None and row["cooling_elec_kwh"] == 0


async def test_weighted_figures_fit_the_energies(ask: Client) -> None:
    row = await window(ask, "last7")
    taken_back = row["combined_cooling_kwh"]
    assert row["weighted_kwh_heat"] == pytest.approx(
        row["combined_heat_kwh"] + taken_back, abs=1e-3
    )
    assert 40 < row["weighted_prc_carnot"] < 60
    assert row["weighted_flowT_minus_outsideT"] == pytest.approx(
        row["weighted_flowT"] - row["weighted_outsideT"], abs=1e-3
    )


async def test_days_agree_with_the_counters(ask: Client, world: World) -> None:
    rows = await daily(ask)
    for row in rows:
        # Only a whole day ends where the next one begins.
        if row["combined_data_length"] == "86400" and row["timestamp"] != "1792882800":
            day = local_day(int(row["timestamp"]))
            expected = energy(world, day, day)
            assert float(row["combined_elec_kwh"]) == pytest.approx(expected, abs=1e-4)
            counted = float(row["from_energy_feeds_elec_kwh"])
            assert counted == pytest.approx(expected, abs=1e-3)


async def test_a_day_is_stamped_with_londons_midnight_and_the_apps_id(
    ask: Client,
) -> None:
    rows = await daily(ask)
    assert {row["id"] for row in rows} == {"11"}
    stamps = [int(row["timestamp"]) for row in rows]
    assert stamps[-1] == midnight(TODAY)
    assert midnight(date(2026, 10, 25)) == 1_792_882_800
    assert stamps[stamps.index(1_792_882_800) + 1] == 1_792_882_800 + 25 * HOUR


async def test_days_are_86400_seconds_long_even_when_the_clocks_go_forward(
    make_client: Callable[..., Client], socket_enabled: None
) -> None:
    change = date(2026, 3, 29)
    world = World.small(days=10, now=Clock(midnight(date(2026, 4, 2))))
    async with Simulator(world) as simulator:
        rows = await daily(
            make_client(simulator),
            start=midnight(change),
            end=midnight(change) + 48 * HOUR,
        )
    stamps = [int(row["timestamp"]) for row in rows]
    assert stamps[1] - stamps[0] == 23 * HOUR
    assert {row["combined_data_length"] for row in rows} == {"86400"}
    # The first hour of the next day is counted in both.
    truth = world.truth.system_hours(204, stamps[0], stamps[0] + DAY)
    assert float(rows[0]["combined_elec_kwh"]) == pytest.approx(
        sum(hour.elec_kwh for hour in truth), abs=1e-4
    )


async def test_todays_row_is_as_long_as_today(ask: Client, clock: Clock) -> None:
    before = (await daily(ask))[-1]
    clock.advance(HOUR)
    after = (await daily(ask))[-1]
    assert int(before["combined_data_length"]) == 12 * HOUR + 31 * MINUTE
    assert int(after["combined_data_length"]) == 13 * HOUR + 31 * MINUTE


async def test_a_day_that_has_passed_is_complete(ask: Client, clock: Clock) -> None:
    await daily(ask)
    clock.advance(DAY)
    rows = await daily(ask)
    assert int(rows[-2]["combined_data_length"]) == DAY
    assert int(rows[-1]["timestamp"]) == midnight(TODAY + timedelta(days=1))


async def test_fields_are_chosen_and_unknown_ones_dropped(ask: Client) -> None:
    received = await ask(
        "/system/stats/daily",
        id=204,
        fields="combined_cop,nosuch,timestamp",
        start=midnight(TODAY) - 3 * DAY,
        end=midnight(TODAY),
    )
    lines = received.text.splitlines()
    assert lines[0] == "combined_cop,timestamp"
    assert len(lines) == 4


async def test_only_unknown_fields_crash(ask: Client) -> None:
    received = await ask("/system/stats/daily", id=204, fields="nosuch")
    assert received.text.startswith("<br />")


@pytest.mark.parametrize("span", [(NOW * 1000, NOW * 2000), (NOW, NOW - DAY)])
async def test_a_span_without_days_is_a_header_alone(
    ask: Client, span: tuple[int, int]
) -> None:
    received = await ask("/system/stats/daily", id=204, start=span[0], end=span[1])
    assert received.text.startswith("id,timestamp,combined_elec_kwh")
    assert received.text.count("\n") == 1


async def test_a_start_alone_is_ignored(ask: Client) -> None:
    assert len(await daily(ask, start=midnight(TODAY))) == len(await daily(ask))


async def test_no_id_gives_an_empty_body(ask: Client) -> None:
    assert (await ask("/system/stats/daily")).text == ""
    assert (await ask("/system/stats/monthly")).text == "[]"


async def test_without_cooling_its_cells_are_empty(ask: Client) -> None:
    row = (await daily(ask))[-2]
    assert row["cooling_elec_kwh"] == row["cooling_cop"] == ""
    assert row["cooling_data_length"] == "0"
    assert row["error_air"] == "" and row["error_air_kwh"] == "0"


async def test_without_a_hot_water_status_nothing_is_split(ask_demo: Client) -> None:
    row = await window(ask_demo, "last30", 311)
    assert row["space_heat_kwh"] == row["water_heat_kwh"] == 0
    assert row["water_data_length"] == 0 and row["water_cop"] is None
    assert row["running_heat_kwh"] > 0


async def test_months_are_text(ask: Client, world: World) -> None:
    rows = (await ask("/system/stats/monthly", id=204)).json()
    assert [row["timestamp"] for row in rows] == [
        str(midnight(date(2026, 10, 1))),
        str(midnight(date(2026, 11, 1))),
    ]
    november = rows[-1]
    assert len(november) == 91
    assert all(value is None or isinstance(value, str) for value in november.values())
    expected = energy(world, date(2026, 11, 1), TODAY)
    assert float(november["combined_elec_kwh"]) == pytest.approx(expected, rel=1e-4)


async def test_the_last_month_of_a_range_is_included(ask: Client, world: World) -> None:
    one, two = [
        (await ask("/system/stats", id=204, start=start, end="2026-11-01")).json()[
            "204"
        ]
        for start in ("2026-11-01", "2026-10-01")
    ]
    november = energy(world, date(2026, 11, 1), TODAY)
    assert one["combined_elec_kwh"] == pytest.approx(november, rel=1e-4)
    assert two["combined_elec_kwh"] > one["combined_elec_kwh"] + 50
    assert two["timestamp"] == midnight(date(2026, 10, 1))


async def test_a_start_within_a_month_drops_it(ask: Client) -> None:
    answer = await ask("/system/stats", id=204, start="2026-11-02", end="2026-11-02")
    assert answer.text == "[]"


async def test_a_range_that_cannot_be_read_is_html_before_nothing(ask: Client) -> None:
    received = await ask("/system/stats", id=204, start="1767225600", end="1767225600")
    assert received.text.startswith("<br />") and received.text.endswith("\n[]")


def test_unit_rates_of_several_months_are_wrong_as_they_are_there() -> None:
    months = np.full(6, 20.0)
    assert running_total_rate(months, np.ones(6)) == pytest.approx(70.0)


async def test_a_window_without_data_keeps_its_last_row(
    ask: Client, world: World, clock: Clock
) -> None:
    world.add(FeedEnds(system_id=204, at=NOW))
    clock.advance(5 * DAY)
    fading = await window(ask, "last7")
    clock.advance(2 * DAY)
    last = await window(ask, "last7")
    clock.advance(20 * DAY)
    assert await window(ask, "last7") == last
    assert 0 < last["combined_data_length"] < fading["combined_data_length"]


async def test_a_dark_day_has_a_row_with_empty_cells(ask: Client, world: World) -> None:
    dark = midnight(TODAY) - 3 * DAY
    world.add(MonitorDark(system_id=204, start=dark, end=dark + DAY))
    row = (await daily(ask, start=dark, end=dark + DAY))[0]
    assert row["combined_elec_kwh"] == row["combined_cop"] == ""
    assert row["combined_data_length"] == row["quality_elec"] == "0"


async def test_days_are_computed_again_when_a_fault_leaves(
    ask: Client, world: World, clock: Clock
) -> None:
    before = await daily(ask)
    dark = midnight(TODAY) - 3 * DAY
    world.add(MonitorDark(system_id=204, start=dark, end=dark + DAY, filled=NOW + HOUR))
    assert (await daily(ask))[:-1] != before[:-1]
    clock.advance(HOUR)
    assert (await daily(ask))[:-1] == before[:-1]


async def test_a_counter_that_restarts_spoils_only_the_counted_energy(
    ask: Client, world: World
) -> None:
    noon = midnight(TODAY) - DAY + 12 * HOUR
    before = (await daily(ask))[-2]
    world.add(CounterRestart(system_id=204, at=noon))
    after = (await daily(ask))[-2]
    assert float(after["from_energy_feeds_elec_kwh"]) < -50
    assert after["combined_elec_kwh"] == before["combined_elec_kwh"]


# The fleet.


async def test_all_public_systems_come_by_their_id(ask_demo: Client) -> None:
    rows = (await ask_demo("/system/stats/last30")).json()
    assert len(rows) == 304 and "360" not in rows
    assert all(int(key) == row["id"] for key, row in rows.items())


async def test_the_fleet_looks_like_the_published_one(ask_demo: Client) -> None:
    rows = (await ask_demo("/system/stats/last365")).json().values()
    fleet = [row for row in rows if row["id"] >= 1000]
    spf = np.array([row["combined_cop"] for row in fleet])
    assert 3.7 < np.median(spf) < 4.3
    assert 0.3 < np.percentile(spf, 75) - np.percentile(spf, 25) < 1.0
    lift = np.array([row["weighted_flowT_minus_outsideT"] for row in fleet])
    sane = spf < 7
    assert np.corrcoef(lift[sane], spf[sane])[0, 1] < -0.5
    assert (~sane).sum() == 1
    water = [row["water_cop"] is None for row in fleet]
    assert 0.25 < np.mean(water) < 0.5


async def test_a_member_has_its_own_window_and_months(ask_demo: Client) -> None:
    rows = (await ask_demo("/system/stats/last30")).json()
    assert await window(ask_demo, "last30", 1005) == rows["1005"]
    months = (await ask_demo("/system/stats/monthly", id=1005)).json()
    assert len(months) == 12
    heat = [float(month["combined_heat_kwh"]) for month in months]
    assert max(heat) > 4 * min(heat)
