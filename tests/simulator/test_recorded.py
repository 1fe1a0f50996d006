"""The simulator's answers have the shape of recorded ones, where those are at hand."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import NOW, Client
from .times import DAY, HOUR

RECORDED = Path(__file__).parents[2] / "../shared/recorded/heatpumpmonitor"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="no recorded answers at hand"
)

START = NOW // DAY * DAY - DAY
DATA = {"id": 204, "start": START, "end": START + 6 * HOUR, "interval": HOUR}


def recorded(name: str) -> tuple[str, str]:
    """Return the content type and the body of a recorded answer."""
    head, _, body = (RECORDED / f"{name}.http").read_text("utf-8").partition("\n\n")
    headers = dict(
        line.lower().split(": ", 1) for line in head.splitlines() if ": " in line
    )
    return headers["content-type"].strip(), body.rstrip("\n")


def shape(value: Any) -> Any:
    """Return what kinds of values stand where; a point without value is one too."""
    match value:
        case None | int() | float() if not isinstance(value, bool):
            return "number"
        case dict():
            return {key: shape(item) for key, item in value.items()}
        case list():
            return [shape(item) for item in value[:1]]
    return type(value).__name__


def same_kinds(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Assert that both have the same keys in the same order, with values alike."""
    assert list(ours) == list(theirs)
    different = [
        key
        for key, value in ours.items()
        if None not in (value, theirs[key]) and shape(value) != shape(theirs[key])
    ]
    assert different == []


@pytest.mark.parametrize(
    ("name", "path", "query"),
    [
        ("get_missing", "/system/get.json", {}),
        ("get_unknown", "/system/get.json", {"id": 999999}),
        ("unknown_action", "/system/nosuch.json", {}),
        ("unknown_controller", "/nosuch/thing.json", {}),
        ("list_user_anon", "/system/list/user.json", {}),
        ("stats_last14", "/system/stats/last14", {"id": 204}),
        ("stats_custom", "/system/stats/custom", {}),
        ("stats_noparams", "/system/stats", {}),
        ("stats_range_future", "/system/stats", {"start": "2030-01-01", "end": "2030-02-01"}),
        ("stats_last30_modeuser_anon", "/system/stats/last30", {"mode": "user"}),
        ("monthly_noid", "/system/stats/monthly", {}),
        ("daily_noid", "/system/stats/daily", {}),
        ("daily_204_nodata", "/system/stats/daily", {"id": 204, "start": 5, "end": 9}),
        ("values_204_empty", "/timeseries/values", {"id": 204, "feeds": ""}),
        ("values_204_nofeeds", "/timeseries/values", {"id": 204}),
        ("data_ivmissing", "/timeseries/data", {"id": 204, "feeds": "heatpump_elec", "start": 1, "end": 2}),
        ("data_noend", "/timeseries/data", {"id": 204, "start": 1}),
        ("data_start_garbage", "/timeseries/data", DATA | {"feeds": "heatpump_elec", "start": "foo"}),
        ("data_tf_bogus", "/timeseries/data", DATA | {"feeds": "heatpump_elec", "timeformat": "bogus"}),
        ("data_equal", "/timeseries/data", DATA | {"feeds": "heatpump_elec", "end": START}),
        ("data_limit_over", "/timeseries/data", {"id": 204, "feeds": "heatpump_elec", "start": START, "end": START + 200_010, "interval": 10}),
    ],
)  # fmt: skip
async def test_answers_without_figures_are_the_same(
    ask: Client, name: str, path: str, query: dict[str, object]
) -> None:
    received = await ask(path, query)
    content_type, body = recorded(name)
    assert received.content_type.lower() == content_type
    assert received.text.rstrip("\n") == body


@pytest.mark.parametrize(
    ("name", "path", "query"),
    [
        ("data_tf_unix", "/timeseries/data", DATA | {"timeformat": "unix"}),
        ("data_tf_default", "/timeseries/data", DATA),
        ("data_tf_iso8601", "/timeseries/data", DATA | {"timeformat": "iso8601"}),
        ("data_tf_excel", "/timeseries/data", DATA | {"timeformat": "excel"}),
        ("data_tf_notime", "/timeseries/data", DATA | {"timeformat": "notime"}),
    ],
)
async def test_points_have_the_recorded_shape(
    ask: Client, name: str, path: str, query: dict[str, object]
) -> None:
    _, body = recorded(name)
    theirs = json.loads(body)
    ours = (await ask(path, query, feeds=",".join(theirs))).json()
    assert shape(ours) == shape(theirs)
    assert [len(points) for points in ours.values()] == [7] * len(theirs)


async def test_metadata_has_the_recorded_columns(ask: Client) -> None:
    _, body = recorded("get_204")
    same_kinds((await ask("/system/get.json", id=204)).json(), json.loads(body))


async def test_the_list_has_the_recorded_columns(ask: Client) -> None:
    _, body = recorded("list_public")
    ours = (await ask("/system/list/public.json")).json()
    same_kinds(ours[0], json.loads(body)[0])
    same_kinds(ours[-1], json.loads(body)[0])


@pytest.mark.parametrize("system_id", ["204", "1000"])
async def test_windows_have_the_recorded_fields(ask: Client, system_id: str) -> None:
    _, body = recorded("stats_last7_204")
    ours = (await ask("/system/stats/last7", id=system_id)).json()
    same_kinds(ours[system_id], json.loads(body)["204"])


async def test_ranges_have_the_recorded_fields(ask: Client) -> None:
    _, body = recorded("stats_range_6m_568")
    query = {"id": 204, "start": "2026-10-01", "end": "2026-11-01"}
    ours = (await ask("/system/stats", query)).json()
    same_kinds(ours["204"], json.loads(body)["568"])


async def test_months_have_the_recorded_fields(ask: Client) -> None:
    _, body = recorded("monthly_204")
    ours = (await ask("/system/stats/monthly", id=204)).json()
    same_kinds(ours[-1], json.loads(body)[-1])


async def test_days_have_the_recorded_columns(ask: Client) -> None:
    content_type, body = recorded("daily_204")
    received = await ask("/system/stats/daily", id=204)
    assert received.content_type.lower() == content_type
    assert received.text.splitlines()[0] == body.splitlines()[0]
    # Empty cells of an ordinary winter day are those of the recorded one.
    theirs, ours = body.splitlines()[100], received.text.splitlines()[-2]
    assert [cell == "" for cell in ours.split(",")][:60] == [
        cell == "" for cell in theirs.split(",")
    ][:60]


async def test_available_has_the_recorded_shape(ask: Client) -> None:
    _, body = recorded("available_204")
    theirs = json.loads(body)
    ours = (await ask("/timeseries/available", id=204)).json()
    assert list(ours) == list(theirs)
    for key, feed in ours["feeds"].items():
        same_kinds(feed, theirs["feeds"][key])
        assert feed.get("unit") == theirs["feeds"][key].get("unit")


async def test_values_have_the_recorded_shape(ask: Client) -> None:
    _, body = recorded("values_204")
    theirs = json.loads(body)
    received = await ask("/timeseries/values", id=204, feeds=",".join(theirs))
    assert list(received.json()) == list(theirs)
    assert shape(received.json()) == shape(theirs)


async def test_a_wrong_password_is_refused_in_the_recorded_words(ask: Client) -> None:
    _, body = recorded("login_bad")
    received = await ask.post("/user/login.json", username="marlow", password="x")
    assert received.text == body
