"""Every answer that a real server once gave becomes a record or one of the family's errors."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import date
import gzip
from pathlib import Path
import re
import time
from typing import Any, Final

import aiohttp
import pytest
from yarl import URL

from custom_components.heatpump_insight.api.errors import (
    CannotConnect,
    NotFound,
    Refused,
    ServiceError,
    UnexpectedAnswer,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import (
    Account,
    Available,
    FeedKey,
    HeatpumpMonitorClient,
    Stats,
    System,
    Timeseries,
    Value,
    Window,
)

from .conftest import Reply, Service

RECORDED: Final = Path(__file__).parents[3] / "shared" / "recorded" / "heatpumpmonitor"

if not (RECORDED / "index.tsv").exists():
    pytest.skip("the recorded answers are not here", allow_module_level=True)


def _index() -> dict[str, dict[str, str]]:
    """Return the lines of the index by the name of the answer."""
    header, *lines = (RECORDED / "index.tsv").read_text().splitlines()
    found = [
        dict(zip(header.split("\t"), line.split("\t"), strict=False)) for line in lines
    ]
    return {row["name"]: row for row in found}


INDEX: Final = _index()


def _recorded(name: str) -> Reply:
    """Return a recorded answer."""
    raw = (RECORDED / f"{name}.http").read_bytes()
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        key.lower(): value for key, _, value in (line.partition(": ") for line in lines)
    }
    return Reply(
        status=int(status.split()[1]),
        content=body,
        content_type=headers["content-type"],
    )


type Ask = Callable[[HeatpumpMonitorClient, URL], Coroutine[Any, Any, object]]


def _id(url: URL) -> int:
    """Return the id that PHP makes of what was asked, or any where it makes none."""
    found = re.match(r"[1-9]\d*", url.query.get("id", ""))
    return int(found[0]) if found else 1


def _key(url: URL) -> str | None:
    """Return the read key that was asked with, if it is one."""
    key = url.query.get("readkey", "")
    return key if re.fullmatch(r"[0-9a-f]{32}", key) else None


def _seconds(url: URL, name: str, default: int) -> int:
    """Return unix seconds that were asked with, also where they were given as others."""
    words = url.query.get(name, "")
    value = int(float(words)) if re.fullmatch(r"\d+(\.\d+)?", words) else 0
    return value // 1000 if value > 1e11 else value or default


def _feeds(url: URL) -> list[FeedKey]:
    """Return the known feeds that were asked for, or one."""
    asked = url.query.get("feeds", "").split(",")
    return [FeedKey(key) for key in asked if key in set(FeedKey)] or [FeedKey.ELEC]


def _window(url: URL) -> Window:
    """Return the window that was asked for, or any."""
    name = url.path.rpartition("/")[2].partition(".")[0]
    return Window(name) if name in set(Window) else Window.ALL


def _stats(client: HeatpumpMonitorClient, url: URL) -> Coroutine[Any, Any, object]:
    """Ask for a window of one system, of the owner's or of all."""
    if "id" in url.query:
        return client.stats(_window(url), _id(url), _key(url))
    if key := _key(url):
        return client.owned_systems(key)
    return client.all_stats(_window(url))


def _month(url: URL, name: str) -> date:
    """Return a day that was asked with, or any."""
    try:
        return date.fromisoformat(url.query.get(name, "")[:10])
    except ValueError:
        return date(2026, 1, 1)


def _months(client: HeatpumpMonitorClient, url: URL) -> Coroutine[Any, Any, object]:
    """Ask for a range of months."""
    system_id = _id(url) if "id" in url.query else None
    return client.month_stats(
        _month(url, "start"), _month(url, "end"), system_id, _key(url)
    )


def _daily(client: HeatpumpMonitorClient, url: URL) -> Coroutine[Any, Any, object]:
    """Ask for days."""
    if "start" not in url.query or "end" not in url.query:
        return client.daily(_id(url), read_key=_key(url))
    start, end = _seconds(url, "start", 1), _seconds(url, "end", 2)
    return client.daily(_id(url), start, end, read_key=_key(url))


def _data(client: HeatpumpMonitorClient, url: URL) -> Coroutine[Any, Any, object]:
    """Ask for series."""
    start = _seconds(url, "start", 1768003200)
    return client.data(
        _id(url),
        _feeds(url),
        start,
        max(_seconds(url, "end", 1768089600), start + 1),
        _seconds(url, "interval", 3600),
        average=url.query.get("average", "1") == "1",
        read_key=_key(url),
    )


# The first pattern that matches a path tells the call that asks for it.
_CALLS: Final[Iterable[tuple[str, Ask]]] = (
    (r"/system/list/user.json|/user/login.json", lambda c, u: c.sign_in("u", "p")),
    (r"/system/list/.*|/system/nosuch.json", lambda c, u: c.public_systems()),
    (r"/system/get.*|/nosuch/.*", lambda c, u: c.system(_id(u))),
    (r"/system/stats", _months),
    (r"/system/stats/monthly", lambda c, u: c.monthly(_id(u), _key(u))),
    (r"/system/stats/(export/)?daily.*", _daily),
    (r"/system/stats/.*", _stats),
    (r"/timeseries/data", _data),
    (r"/timeseries/values.*", lambda c, u: c.values(_id(u), _feeds(u), _key(u))),
    (r"/timeseries/.*", lambda c, u: c.available(_id(u), _key(u))),
)


def _ask(client: HeatpumpMonitorClient, request: str) -> Coroutine[Any, Any, object]:
    """Return the call that makes a recorded request."""
    url = URL(request.removeprefix("POST ").partition(" [")[0])
    return next(ask for path, ask in _CALLS if re.fullmatch(path, url.path))(
        client, url
    )


@pytest.fixture
def client(service: Service, session: aiohttp.ClientSession) -> HeatpumpMonitorClient:
    """Return a client of the service."""
    service.json("/user/login.json", {"success": True, "message": "Login successful"})
    return HeatpumpMonitorClient(session, service.url)


async def _replay(service: Service, client: HeatpumpMonitorClient, name: str) -> object:
    """Return what the client makes of a recorded answer."""
    path = "/user/login.json" if name.startswith("login") else "*"
    service.on(path, _recorded(name))
    return await _ask(client, INDEX[name]["request"])


# Answers that are well-formed, but not to what the client would have asked: series with
# other times than those asked for, and what belongs to another call.
_OTHERWISE: Final = frozenset(
    {
        # Not the intervals, or not the times.
        "data_iv0",
        "data_ivdaily",
        "data_ivneg",
        "data_start_ddmmyyyy",
        "data_start_ddmmyyyy_carolUTC",
        "data_start_ddmmyyyy_iso8601",
        "data_start_garbage",
        "data_start_iso_local",
        "data_start_iso_local_carolUTC",
        "data_start_iso_offset_2enc",
        "data_start_iso_offset_enc",
        "data_start_iso_z",
        "data_start_isodate",
        "data_start_midnight_words",
        # Not the form of times.
        "data_clock_mar_daily",
        "data_clock_mar_hourly",
        "data_clock_oct_daily",
        "data_clock_oct_excel",
        "data_limit_exact",
        "data_tf_bogus",
        "data_tf_default",
        "data_tf_excel",
        "data_tf_iso8601",
        "data_tf_notime",
        "data_tf_unixms",
        "data_year_1800",
        # Not an order that the client would give.
        "data_equal",
        "data_reversed",
        "data_limit_2feeds",
        "data_limit_over",
        "data_month_10s_over",
        "export_daily_204",
        "unknown_controller",
    }
)


def _expected(name: str) -> type[ServiceError] | None:
    """Return the error that a recorded answer is, told by its body; None: a record."""
    content = _recorded(name).content
    assert isinstance(content, bytes)
    match content:
        case b'{"success":false,"message":"Invalid access"}':
            return Refused
        case b'{"success":false,"http_code":0,"message":false}':
            return CannotConnect
        case b"false":
            return NotFound
        case _ if b"invalid app or permissions" in content:
            return NotFound
        case _ if content.startswith((b"<", b"missing ", b"Invalid system", b"\n")):
            return UnexpectedAnswer
        case _ if b"Invalid username or password" in content:
            return Refused
        case _:
            return UnexpectedAnswer if name in _OTHERWISE else None


def _is_record(found: object) -> bool:
    """Tell whether this is a record of the client, a group of them or their absence."""
    match found:
        case None:
            return True
        case dict():
            return all(isinstance(value, Stats | Value) for value in found.values())
        case tuple():
            return all(isinstance(value, Stats | System | int) for value in found)
        case _:
            return isinstance(found, Account | Available | Stats | System | Timeseries)


@pytest.mark.parametrize("name", INDEX)
async def test_a_recorded_answer_is_a_record_or_the_error_that_it_is(
    service: Service, client: HeatpumpMonitorClient, name: str
) -> None:
    expected = _expected(name)
    if expected is None:
        assert _is_record(await _replay(service, client, name))
        return
    with pytest.raises(ServiceError) as caught:
        await _replay(service, client, name)
    assert type(caught.value) is expected
    assert not re.search(r"[0-9a-f]{32}", f"{caught.value!r}{caught.value.__dict__}")


# Numbers


async def test_the_recorded_system(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    system = await _replay(service, client, "get_204")
    assert isinstance(system, System)
    assert (system.system_id, system.output_kw, system.boundary) == (204, 12, 4)
    assert system.max_output_kw is None
    assert system.outside_temperature_design == -4.5


async def test_the_recorded_own_systems(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    account = await _replay(service, client, "list_user_bob")
    assert isinstance(account, Account)
    assert account.read_key is not None
    assert {system.read_key for system in account.systems} == {account.read_key}
    assert 9001 in {system.system_id for system in account.systems}


async def test_the_recorded_window(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    stats = await _replay(service, client, "stats_last7_204")
    assert isinstance(stats, Stats)
    assert (stats.combined.elec_kwh, stats.combined.heat_kwh) == (101.603, 394.475)
    assert stats.water.cop == pytest.approx(3.4955, abs=1e-4)
    assert (stats.cooling.elec_kwh, stats.immersion_kwh) == (None, 1)


async def test_the_recorded_months(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    months = await _replay(service, client, "monthly_204")
    assert isinstance(months, tuple)
    assert len(months) == 12
    assert months[4].start == 1774998000
    assert all(isinstance(month.combined.cop, float) for month in months)


async def test_the_recorded_days(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    days = await _replay(service, client, "daily_204")
    assert isinstance(days, tuple)
    assert len(days) == 401
    assert (days[0].start, days[0].combined.elec_kwh) == (1760655600, 4.6964)
    gap = await _replay(service, client, "daily_204_gap")
    assert isinstance(gap, tuple)
    assert [day.combined.elec_kwh for day in gap[4:7]] == [None, None, None]


async def test_the_recorded_feeds(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    available = await _replay(service, client, "available_204_cached")
    assert isinstance(available, Available)
    assert len(available.feeds) == 15
    assert available.feeds[FeedKey.FLOW_TEMPERATURE].unit == "°C"
    assert (available.starting_power, available.cached) == (150, True)


async def test_the_recorded_values(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    values = await _replay(service, client, "values_204")
    assert isinstance(values, dict)
    assert len(values) == 10
    assert values[FeedKey.ELEC_KWH].value == pytest.approx(898.83258)


async def test_the_recorded_series(
    service: Service, client: HeatpumpMonitorClient
) -> None:
    series = await _replay(service, client, "data_multi")
    assert isinstance(series, Timeseries)
    assert {len(values) for values in series.values.values()} == {96}
    assert series.values[FeedKey.ELEC][:2] == (698.8913330078125, 418.1217682361603)
    gap = await _replay(service, client, "data_gap")
    assert isinstance(gap, Timeseries)
    assert gap.values[FeedKey.ELEC_KWH].count(None) == 12


# The whole fleet

_FULL: Final = {
    path.name.partition(".")[0]: gzip.decompress(path.read_bytes())
    for path in sorted((RECORDED / "full").glob("*.json.gz"))
}


@pytest.mark.parametrize("name", _FULL)
async def test_the_whole_fleet_is_read_and_the_loop_goes_on(
    service: Service, client: HeatpumpMonitorClient, name: str
) -> None:
    service.on("*", Reply(content=_FULL[name]))
    asked = asyncio.create_task(
        client.public_systems() if "list" in name else client.all_stats(Window.LAST_30)
    )
    longest, last = 0.0, time.perf_counter()
    while not asked.done():
        await asyncio.sleep(0)
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    found = asked.result()
    assert len(found) > 300
    if isinstance(found, dict):
        unsplit = [stats for stats in found.values() if stats.water.elec_kwh is None]
        assert len(unsplit) in range(100, 130)
        assert all(stats.combined.cop for stats in found.values())
    # Far above what was measured, far below what a user notices.
    assert longest < 0.2
