"""Which error of the family each failure becomes, for both clients alike."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from typing import Any
from unittest.mock import Mock

import aiohttp
from aioresponses import aioresponses
import pytest

from custom_components.heatpump_insight.api.errors import (
    CannotConnect,
    NotFound,
    QuotaExceeded,
    Refused,
    ServiceError,
    UnexpectedAnswer,
)
from custom_components.heatpump_insight.api.heatpumpmonitor import HeatpumpMonitorClient
from custom_components.heatpump_insight.api.powershaper import (
    Commodity,
    Meter,
    PowerShaperClient,
)

CONSENT = "0a1b2c3d-0000-4000-8000-00000000feed"
METER = Meter(
    consent=CONSENT,
    commodity=Commodity.ELECTRICITY,
    last_digits=None,
    status=None,
    earliest=None,
    latest=None,
    records_path=None,
)
AVAILABLE = "https://heatpumpmonitor.org/timeseries/available?id=204"
METERS = "https://app.powershaper.io/meters/api/v1/meters/"
USAGE = (
    f"https://app.powershaper.io/meters/api/v1/meter/{CONSENT}/electricity"
    "?start=2026-01-01&end=2026-01-01&aggregate=none&tz=Etc%2FUTC"
)

type Ask = Callable[[aiohttp.ClientSession], Awaitable[object]]


class Response(aiohttp.ClientResponse):
    """A response that aioresponses can make, which does not know of `stream_writer`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give aiohttp what it asks for."""
        super().__init__(*args, stream_writer=Mock(output_size=0), **kwargs)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a session without cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def answers() -> Iterator[aioresponses]:
    """Answer instead of the real servers."""
    with aioresponses() as answers:
        yield answers


async def ask_available(session: aiohttp.ClientSession) -> object:
    """Ask HeatpumpMonitor.org for the feeds of a system."""
    return await HeatpumpMonitorClient(session).available(204)


async def ask_meters(session: aiohttp.ClientSession) -> object:
    """Ask PowerShaper Monitor for the meters."""
    return await PowerShaperClient(session, "t0ken").meters()


async def ask_usage(session: aiohttp.ClientSession) -> object:
    """Ask PowerShaper Monitor for a day of half-hours."""
    day = date(2026, 1, 1)
    return await PowerShaperClient(session, "t0ken").usage(METER, day, day)


def name(value: object) -> str:
    """Return a name for a test that is the same in every run."""
    match value:
        case type():
            return value.__name__
        case (str(), _):
            return ""
        case _:
            return str(value)


HPM = (AVAILABLE, ask_available)
LIST = (METERS, ask_meters)
DAY = (USAGE, ask_usage)


@pytest.mark.parametrize("where", [HPM, LIST, DAY], ids=["feeds", "meters", "usage"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"exception": aiohttp.ClientConnectionError()}, CannotConnect),
        ({"exception": aiohttp.ServerDisconnectedError()}, CannotConnect),
        ({"exception": aiohttp.ClientPayloadError()}, CannotConnect),
        ({"exception": TimeoutError()}, CannotConnect),
        ({"exception": OSError()}, CannotConnect),
        ({"status": 500}, CannotConnect),
        ({"status": 502, "body": "<html>"}, CannotConnect),
        ({"status": 503}, CannotConnect),
        ({"status": 503, "headers": {"Retry-After": "60"}}, QuotaExceeded),
        ({"status": 426}, QuotaExceeded),
        ({"status": 429, "headers": {"Retry-After": "60"}}, QuotaExceeded),
        ({"status": 200, "body": "<!DOCTYPE html>"}, UnexpectedAnswer),
        ({"status": 200, "body": b"\xff\xfe"}, UnexpectedAnswer),
        ({"status": 200, "body": '{"feeds":'}, UnexpectedAnswer),
        ({"status": 200, "payload": 7}, UnexpectedAnswer),
        (
            {"status": 302, "headers": {"Location": "https://else.where/"}},
            UnexpectedAnswer,
        ),
    ],
    ids=name,
)
async def test_a_failure_becomes_one_error_of_the_family(
    session: aiohttp.ClientSession,
    answers: aioresponses,
    where: tuple[str, Ask],
    answer: dict[str, Any],
    error: type[ServiceError],
) -> None:
    url, ask = where
    answers.get(url, response_class=Response, **answer)
    with pytest.raises(ServiceError) as raised:
        await ask(session)
    assert type(raised.value) is error
    assert "t0ken" not in str(raised.value)
    assert CONSENT not in str(raised.value)


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        (HPM, {"payload": {"success": False, "message": "Invalid access"}}, Refused),
        (
            HPM,
            {"payload": {"success": False, "http_code": 0, "message": False}},
            CannotConnect,
        ),
        (
            HPM,
            {
                "payload": {
                    "success": False,
                    "http_code": 200,
                    "message": "invalid app or permissions",
                }
            },
            NotFound,
        ),
        (HPM, {"payload": False}, NotFound),
        (
            HPM,
            {"body": "missing id parameter", "content_type": "text/plain"},
            UnexpectedAnswer,
        ),
        (LIST, {"status": 401, "payload": {"detail": "Invalid token."}}, Refused),
        (LIST, {"status": 403, "payload": {"detail": "Not allowed."}}, Refused),
        (LIST, {"status": 404}, NotFound),
        (DAY, {"status": 404, "payload": {"detail": "Not found."}}, NotFound),
        (DAY, {"status": 400, "payload": {}}, UnexpectedAnswer),
    ],
    ids=name,
)
async def test_what_a_service_says_itself_is_told_apart(
    session: aiohttp.ClientSession,
    answers: aioresponses,
    where: tuple[str, Ask],
    answer: dict[str, Any],
    error: type[ServiceError],
) -> None:
    url, ask = where
    answers.get(url, response_class=Response, **answer)
    with pytest.raises(ServiceError) as raised:
        await ask(session)
    assert type(raised.value) is error


@pytest.mark.parametrize("where", [HPM, LIST, DAY], ids=["feeds", "meters", "usage"])
async def test_a_proxys_page_is_never_a_refusal(
    session: aiohttp.ClientSession, answers: aioresponses, where: tuple[str, Ask]
) -> None:
    url, ask = where
    answers.get(url, response_class=Response, status=403, body="<html>blocked</html>")
    with pytest.raises(ServiceError) as raised:
        await ask(session)
    assert not isinstance(raised.value, Refused)
