"""What the feeds of a heat pump measured, at even times."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
from tests.simulator import FeedDeleted, Outage, Simulator, World

from .calling import act, asked, read_csv, refusal

pytestmark = pytest.mark.usefixtures("home_assistant")

# The hours around the autumn's change of the clock.
SPAN: dict[str, Any] = {"start": "2026-10-25 00:00:00", "end": "2026-10-25 04:00:00"}


def moments(answer: dict[str, Any]) -> list[datetime]:
    """Return the times of an answer."""
    return [datetime.fromisoformat(row["start"]) for row in answer["timeseries"]]


async def test_powers_and_temperatures_are_means_and_counters_are_samples(
    hass: HomeAssistant, world: World, simulator: Simulator, heat_pump: str
) -> None:
    answer = await act(
        hass,
        "get_timeseries",
        device_id=heat_pump,
        feeds=["elec", "heat", "elec_kwh", "flow_temperature"],
        **SPAN,
    )
    # Local times without a zone; the hour that comes twice is there twice.
    assert [row["start"] for row in answer["timeseries"]] == [
        "2026-10-25T00:00:00+01:00",
        "2026-10-25T01:00:00+01:00",
        "2026-10-25T01:00:00+00:00",
        "2026-10-25T02:00:00+00:00",
        "2026-10-25T03:00:00+00:00",
    ]
    first, *_, last = moments(answer)
    true = world.truth.system_hours(204, first.timestamp(), last.timestamp() + 3600)
    assert len(true) == 5
    for row, hour in zip(answer["timeseries"], true, strict=True):
        # A mean power of so many W for an hour.
        assert row["elec"] == pytest.approx(hour.elec_kwh * 1000, abs=0.01)
        assert row["heat"] == pytest.approx(hour.heat_kwh * 1000, abs=0.01)
        assert row["flow_temperature"] == pytest.approx(
            hour.flow_temperature, abs=0.001
        )
    counted = [row["elec_kwh"] for row in answer["timeseries"]]
    for (before, after), hour in zip(pairwise(counted), true, strict=False):
        assert after - before == pytest.approx(hour.elec_kwh, abs=0.01)
    assert answer["units"] == {
        "elec": "W",
        "heat": "W",
        "elec_kwh": "kWh",
        "flow_temperature": "°C",
    }
    assert [query["average"] for query in asked(simulator, "/timeseries/data")] == [
        "1",
        "0",
    ]


async def test_the_columns_of_a_csv_come_in_the_order_asked_for(
    hass: HomeAssistant, heat_pump: str
) -> None:
    feeds = ["heat_kwh", "outside_temperature", "elec"]
    call: dict[str, Any] = {
        "device_id": heat_pump,
        "feeds": feeds,
        "interval": 1800,
        **SPAN,
    }
    answer = await act(hass, "get_timeseries", **call)
    lines = await read_csv(hass, "get_timeseries", **call)
    assert lines[0] == ["start", *feeds]
    assert lines[1:] == [
        [str(cell) for cell in row.values()] for row in answer["timeseries"]
    ]
    assert len(lines) == 11


async def test_one_feed_may_be_given_without_a_list(
    hass: HomeAssistant, heat_pump: str
) -> None:
    answer = await act(
        hass, "get_timeseries", device_id=heat_pump, feeds="elec", **SPAN
    )
    assert list(answer["units"]) == ["elec"]


async def test_nothing_is_told_of_the_future(
    hass: HomeAssistant, simulator: Simulator, heat_pump: str
) -> None:
    call: dict[str, Any] = {"device_id": heat_pump, "feeds": ["elec"], "interval": 3600}
    answer = await act(
        hass,
        "get_timeseries",
        start="2026-10-28T08:00:00Z",
        end="2026-10-29T08:00:00Z",
        **call,
    )
    assert [row["start"] for row in answer["timeseries"]] == [
        "2026-10-28T08:00:00+00:00",
        "2026-10-28T09:00:00+00:00",
    ]
    before = len(simulator.requests)
    answer = await act(
        hass,
        "get_timeseries",
        start="2027-01-01T00:00:00Z",
        end="2027-01-02T00:00:00Z",
        **call,
    )
    assert answer["timeseries"] == []
    assert len(simulator.requests) == before


async def test_what_its_owner_wants_to_be_ignored_is_left_out(
    hass: HomeAssistant,
    world: World,
    systems: MockConfigEntry,
    heat_pump: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    begin = int(datetime.fromisoformat("2026-10-25T01:10:00+00:00").timestamp())
    world.systems[204] = replace(world.systems[204], start_date=begin)
    # The service remembers its feeds for five minutes.
    freezer.tick(400)
    await systems.runtime_data.systems[0].feeds.async_refresh()
    answer = await act(
        hass, "get_timeseries", device_id=heat_pump, feeds=["elec"], **SPAN
    )
    assert [row["start"] for row in answer["timeseries"]] == [
        "2026-10-25T02:00:00+00:00",
        "2026-10-25T03:00:00+00:00",
    ]


async def test_a_feed_that_was_deleted_since_has_no_values(
    hass: HomeAssistant, world: World, heat_pump: str
) -> None:
    world.add(FeedDeleted(system_id=204, feeds=("heatpump_roomT",), at=world.now()))
    answer = await act(
        hass,
        "get_timeseries",
        device_id=heat_pump,
        feeds=["room_temperature", "elec"],
        **SPAN,
    )
    assert {row["room_temperature"] for row in answer["timeseries"]} == {None}
    assert None not in {row["elec"] for row in answer["timeseries"]}


@pytest.mark.parametrize("feed", ["steam", "boiler_heat", "heatpump_elec"])
async def test_a_feed_that_is_not_there_is_named_with_those_that_are(
    hass: HomeAssistant, heat_pump: str, feed: str
) -> None:
    key, told = await refusal(
        hass, "get_timeseries", device_id=heat_pump, feeds=["elec", feed], **SPAN
    )
    assert (key, told["feed"]) == ("unknown_feed", feed)
    assert told["feeds"].split(", ")[:4] == ["elec", "elec_kwh", "heat", "heat_kwh"]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"end": SPAN["start"]}, ("end_not_after_start", {})),
        ({"start": "2023-10-01 00:00:00"}, ("span_too_long", {"days": "1100"})),
        (
            # 20001 times of one feed.
            {"start": "2026-10-25T00:00:00Z", "end": "2026-10-27T07:33:21Z"},
            (
                "too_many_values",
                {"asked": "20001", "points": "20000", "values": "100000"},
            ),
        ),
    ],
)
async def test_what_cannot_be_answered_is_refused_before_the_service_is_asked(
    hass: HomeAssistant,
    simulator: Simulator,
    heat_pump: str,
    change: dict[str, str],
    refused: tuple[str, dict[str, str]],
) -> None:
    before = len(simulator.requests)
    call: dict[str, Any] = {
        "device_id": heat_pump,
        "feeds": ["elec"],
        "interval": 10,
        **SPAN,
        **change,
    }
    assert await refusal(hass, "get_timeseries", **call) == refused
    assert len(simulator.requests) == before


async def test_all_feeds_together_are_bounded_too(
    hass: HomeAssistant, heat_pump: str
) -> None:
    feeds = ["elec", "heat", "elec_kwh", "heat_kwh", "flow_temperature", "flow_rate"]
    # 17280 times, twice a minute for six days.
    call: dict[str, Any] = {
        "device_id": heat_pump,
        "interval": 30,
        "start": "2026-10-20T00:00:00Z",
        "end": "2026-10-26T00:00:00Z",
    }
    key, told = await refusal(hass, "get_timeseries", feeds=feeds, **call)
    assert (key, told["asked"]) == ("too_many_values", str(6 * 17_280))
    answer = await act(hass, "get_timeseries", feeds=feeds[:5], **call)
    assert len(answer["timeseries"]) == 17_280
    assert len(json_bytes(answer)) < 4_000_000


async def test_a_service_that_does_not_answer_is_told(
    hass: HomeAssistant, simulator: Simulator, heat_pump: str
) -> None:
    simulator.faults.add(Outage())
    key, _ = await refusal(
        hass,
        "get_timeseries",
        HomeAssistantError,
        device_id=heat_pump,
        feeds=["elec"],
        **SPAN,
    )
    assert key == "cannot_connect"
