"""The transport is polite and bounded, and its errors keep secrets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import gzip
import json
from pathlib import Path
import threading
import traceback
import zlib

import aiohttp
from aiohttp import web
import pytest

from custom_components.heatpump_insight.api import transport
from custom_components.heatpump_insight.api.errors import (
    CannotConnect,
    QuotaExceeded,
    ServiceError,
    UnexpectedAnswer,
)
from custom_components.heatpump_insight.api.transport import Answer, Transport

from .conftest import Handler, Reply, Service

_MANIFEST = Path(transport.__file__).parents[1] / "manifest.json"


@pytest.fixture
def client(service: Service, session: aiohttp.ClientSession) -> Transport:
    """Return a transport to the service."""
    return Transport(session, service.url, "A service")


# Asking


async def test_a_request_names_the_integration_its_version_and_its_page(
    client: Transport, service: Service
) -> None:
    service.json("/a", [])
    await client.get("/a")
    agent = service.asked[0].headers["User-Agent"]
    version = json.loads(_MANIFEST.read_text())["version"]
    assert agent == (
        f"HeatPumpInsight/{version} "
        "(+https://github.com/heat-pump-insight/heat-pump-insight)"
    )


async def test_headers_of_the_transport_and_of_the_request_are_sent(
    service: Service, session: aiohttp.ClientSession
) -> None:
    service.json("/a", [])
    client = Transport(session, service.url, "A service", headers={"X-One": "1"})
    await client.get("/a", headers={"X-Two": "2"})
    headers = service.asked[0].headers
    assert (headers["X-One"], headers["X-Two"]) == ("1", "2")
    assert headers["Accept-Encoding"] == "gzip, deflate"


async def test_parameters_arrive_as_they_were_given(
    client: Transport, service: Service
) -> None:
    service.json("/a", [])
    params = {"feeds": "one,two", "tz": "Etc/UTC", "odd": "a&b=c+d%20 é"}
    await client.get("/a", params)
    assert service.asked[0].query == params


async def test_a_form_is_posted(client: Transport, service: Service) -> None:
    service.json("/login", {})
    await client.post_form("/login", {"username": "u", "password": "p&q"})
    assert service.asked[0].method == "POST"
    assert service.asked[0].form == {"username": "u", "password": "p&q"}


async def test_an_answer_holds_status_type_body_and_cookies(
    client: Transport, service: Service
) -> None:
    service.on(
        "/a",
        Reply(
            status=404,
            content=b"body",
            content_type="Text/Plain;charset=UTF-8",
            headers={"Set-Cookie": "SESSION=abc; path=/; HttpOnly"},
        ),
    )
    answer = await client.get("/a")
    assert (answer.status, answer.content_type) == (404, "text/plain")
    assert answer.body == b"body"
    assert answer.cookies == {"SESSION": "abc"}


async def test_an_answer_shows_neither_body_nor_cookies() -> None:
    shown = repr(_answer(b"body", cookies={"SESSION": "abc"}))
    assert "body" not in shown
    assert "abc" not in shown


async def test_a_cookie_is_never_sent_back(client: Transport, service: Service) -> None:
    service.on("/a", Reply(headers={"Set-Cookie": "SESSION=abc; path=/"}))
    await client.get("/a")
    await client.get("/a")
    assert len(service.asked) == 2
    assert "Cookie" not in service.asked[1].headers


async def test_two_requests_run_at_once_and_a_third_waits(
    client: Transport, service: Service
) -> None:
    running, most, both = 0, 0, asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 2:
            both.set()
        await both.wait()
        running -= 1
        return web.Response()

    service.on("/a", hold)
    await asyncio.gather(*(client.get("/a") for _ in range(6)))
    assert most == 2


async def test_waiting_for_a_slot_does_not_count_as_the_request(
    service: Service, session: aiohttp.ClientSession
) -> None:
    client = Transport(session, service.url, "A service", concurrency=1)
    arrived, release = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        arrived.set()
        await release.wait()
        return web.Response()

    service.on("/slow", hold)
    service.json("/quick", [])
    slow = asyncio.create_task(client.get("/slow"))
    await arrived.wait()
    quick = asyncio.create_task(client.get("/quick", timeout=0.02))
    done, _ = await asyncio.wait({quick}, timeout=0.1)
    assert not done
    release.set()
    assert (await quick).status == 200
    await slow


@pytest.mark.parametrize(
    "url",
    [
        "heatpumpmonitor.org",
        "ftp://heatpumpmonitor.org",
        "http://",
        "https://heatpumpmonitor.org/path",
        "https://heatpumpmonitor.org?query=1",
        "https://heatpumpmonitor.org#part",
        "https://user:secret@heatpumpmonitor.org",
        "https://heatpumpmonitor.org:port",
        "",
    ],
)
async def test_only_scheme_host_and_port_are_taken(
    session: aiohttp.ClientSession, url: str
) -> None:
    with pytest.raises(ValueError) as caught:
        Transport(session, url, "A service")
    assert "secret" not in str(caught.value)


async def test_a_trailing_slash_is_tolerated(
    service: Service, session: aiohttp.ClientSession
) -> None:
    service.json("/a", [])
    client = Transport(session, f"{service.url}/", "A service")
    assert (await client.get("/a")).status == 200


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_host_is_followed(
    client: Transport, service: Service, status: int
) -> None:
    service.on("/a", Reply(status=status, headers={"Location": "/b?c=d"}))
    service.json("/b", "there")
    answer = await client.get("/a", headers={"X-One": "1"})
    assert answer.json() == "there"
    assert answer.path == "/a"
    assert service.asked[1].query == {"c": "d"}
    assert service.asked[1].headers["X-One"] == "1"


async def test_a_redirect_by_full_address_on_the_same_host_is_followed(
    client: Transport, service: Service
) -> None:
    service.on("/a", Reply(status=302, headers={"Location": f"{service.url}/b"}))
    service.json("/b", "there")
    assert (await client.get("/a")).json() == "there"


async def test_a_redirect_to_another_place_is_refused_and_not_asked(
    client: Transport, service: Service, elsewhere: Service
) -> None:
    service.on("/a", Reply(status=302, headers={"Location": f"{elsewhere.url}/a"}))
    elsewhere.json("/a", "stolen")
    with pytest.raises(UnexpectedAnswer, match="redirect"):
        await client.get("/a", headers={"Authorization": "Token t"})
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/a",
        "//example.org/a",
        "javascript:alert(1)",
        "http://user@{host}/b",
        "http://[broken",
        "",
    ],
)
async def test_a_strange_redirect_is_refused(
    client: Transport, service: Service, location: str
) -> None:
    host = service.url.removeprefix("http://")
    place = location.replace("{host}", host)
    service.on("/a", Reply(status=302, headers={"Location": place}))
    with pytest.raises(UnexpectedAnswer, match="redirect"):
        await client.get("/a")
    assert len(service.asked) == 1


async def test_a_redirect_without_a_place_is_refused(
    client: Transport, service: Service
) -> None:
    service.on("/a", Reply(status=302))
    with pytest.raises(UnexpectedAnswer, match="redirect"):
        await client.get("/a")


async def test_three_redirects_are_followed_and_no_more(
    client: Transport, service: Service
) -> None:
    again = Reply(status=302, headers={"Location": "/a"})
    service.on("/a", again, again, again, Reply(content="there"))
    assert (await client.get("/a")).json() == "there"
    service.on("/a", again)
    service.asked.clear()
    with pytest.raises(UnexpectedAnswer, match="too many redirects"):
        await client.get("/a")
    assert len(service.asked) == 4


@pytest.mark.parametrize(
    ("status", "method"), [(303, "GET"), (302, "GET"), (307, "POST")]
)
async def test_a_form_goes_on_only_where_the_redirect_keeps_the_method(
    client: Transport, service: Service, status: int, method: str
) -> None:
    service.on("/a", Reply(status=status, headers={"Location": "/b"}))
    service.json("/b", "there")
    await client.post_form("/a", {"one": "1"})
    assert service.asked[1].method == method
    assert service.asked[1].form == ({"one": "1"} if method == "POST" else {})


async def test_the_path_of_a_link_is_told_only_on_the_same_host(
    session: aiohttp.ClientSession,
) -> None:
    client = Transport(session, "https://app.example.org", "A service")
    assert client.path_of("/a/b") == "/a/b"
    assert client.path_of("a/b") == "/a/b"
    assert client.path_of("https://app.example.org/a") == "/a"
    assert client.path_of("https://app.example.org:444/a") is None
    assert client.path_of("http://app.example.org/a") is None
    assert client.path_of("//other.example.org/a") is None
    assert client.path_of("/a?b=c") is None
    assert client.path_of("") is None


# Bounds


async def test_a_body_of_the_largest_size_is_taken_and_one_byte_more_is_not(
    client: Transport, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 200_000)
    service.on("/a", Reply(content=bytes(200_000)), Reply(content=bytes(200_001)))
    assert len((await client.get("/a")).body) == 200_000
    with pytest.raises(UnexpectedAnswer, match="more than"):
        await client.get("/a")


async def test_an_endless_body_ends_at_32_megabytes(
    client: Transport, service: Service
) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1_000_000))
            sent += 1_000_000

    service.on("/a", endless)
    with pytest.raises(UnexpectedAnswer, match="more than 32 MB"):
        await client.get("/a")
    assert sent < 64_000_000


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_a_small_body_that_unpacks_to_a_huge_one_ends_at_32_megabytes(
    client: Transport, service: Service, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(bytes(100_000_000))
    assert len(bomb) < 200_000
    service.on("/a", Reply(content=bomb, headers={"Content-Encoding": encoding}))
    with pytest.raises(UnexpectedAnswer, match="more than 32 MB"):
        await client.get("/a")


async def test_a_packed_body_is_unpacked(client: Transport, service: Service) -> None:
    packed = gzip.compress(b'{"a":1}')
    service.on("/a", Reply(content=packed, headers={"Content-Encoding": "gzip"}))
    assert (await client.get("/a")).json() == {"a": 1}


async def test_a_body_that_drips_ends_at_the_timeout(
    client: Transport, service: Service
) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    service.on("/a", drip)
    with pytest.raises(CannotConnect, match=r"within 0\.1 s"):
        await client.get("/a", timeout=0.1)


@pytest.mark.usefixtures("socket_enabled")
async def test_a_head_that_drips_ends_at_the_timeout(
    session: aiohttp.ClientSession,
) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not reader.at_eof():
            writer.write(b"x")
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    await reader.read()
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = Transport(session, f"http://127.0.0.1:{port}", "A service")
        with pytest.raises(CannotConnect, match=r"within 0\.1 s"):
            await client.get("/a", timeout=0.1)


async def test_redirects_share_the_time_of_one_request(
    client: Transport, service: Service
) -> None:
    async def slowly(request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": "/a"})

    service.on("/a", slowly)
    with pytest.raises(CannotConnect, match=r"within 0\.25 s"):
        await client.get("/a", timeout=0.25)
    assert len(service.asked) < 3


async def test_the_body_of_a_redirect_and_of_a_failure_is_not_waited_for(
    client: Transport, service: Service
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        status = 500 if request.path == "/failing" else 302
        response = web.StreamResponse(status=status, headers={"Location": "/b"})
        await response.prepare(request)
        while True:
            await response.write(bytes(100_000))

    service.on("/a", endless)
    service.on("/failing", endless)
    service.json("/b", "there")
    assert (await client.get("/a", timeout=5)).json() == "there"
    with pytest.raises(CannotConnect, match="status 500"):
        await client.get("/failing", timeout=5)


async def test_a_service_that_never_answers_ends_at_the_timeout(
    client: Transport, service: Service
) -> None:
    service.on("/a", service.hang)
    with pytest.raises(CannotConnect, match="no complete answer"):
        await client.get("/a", timeout=0.05)


async def test_a_cancelled_request_is_cancelled_and_no_error(
    client: Transport, service: Service
) -> None:
    arrived = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        arrived.set()
        return await service.hang(request)

    service.on("/a", never)
    task = asyncio.create_task(client.get("/a"))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# What statuses mean


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520])
async def test_a_failing_service_cannot_be_connected_to(
    client: Transport, service: Service, status: int
) -> None:
    service.on("/a", Reply(status=status))
    with pytest.raises(CannotConnect, match=f"A service /a: status {status}"):
        await client.get("/a")


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 418])
async def test_other_statuses_are_for_the_client_to_judge(
    client: Transport, service: Service, status: int
) -> None:
    service.on("/a", Reply(status=status))
    assert (await client.get("/a")).status == status


@pytest.mark.parametrize("status", [426, 429, 503])
async def test_a_quota_names_the_seconds_to_wait(
    client: Transport, service: Service, status: int
) -> None:
    service.on("/a", Reply(status=status, headers={"Retry-After": "120"}))
    with pytest.raises(QuotaExceeded) as caught:
        await client.get("/a")
    assert caught.value.retry_after == 120


@pytest.mark.parametrize("status", [426, 429])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
async def test_a_quota_may_leave_open_how_long_to_wait(
    client: Transport, service: Service, status: int, headers: dict[str, str]
) -> None:
    service.on("/a", Reply(status=status, headers=headers))
    with pytest.raises(QuotaExceeded) as caught:
        await client.get("/a")
    assert caught.value.retry_after is None


async def test_a_quota_may_end_at_a_date(client: Transport, service: Service) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    service.on("/a", Reply(status=429, headers={"Retry-After": date}))
    with pytest.raises(QuotaExceeded) as caught:
        await client.get("/a")
    assert caught.value.retry_after == pytest.approx(3600, abs=5)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (None, None),
        ("", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("tomorrow", None),
        ("0", 0),
        (" 30 ", 30),
        ("9" * 6000, 31 * 86400),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 31 * 86400),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
    ],
)
def test_the_time_to_wait_is_never_negative_nor_endless(
    words: str | None, seconds: float | None
) -> None:
    assert transport._retry_after(words) == seconds


# What goes wrong on the way


@asynccontextmanager
async def _raw(answer: bytes) -> AsyncIterator[str]:
    """Run a server that says these bytes to whoever comes, and hangs up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut short",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
    ],
)
async def test_a_broken_answer_is_no_connection(
    session: aiohttp.ClientSession, answer: bytes
) -> None:
    async with _raw(answer) as url:
        with pytest.raises(CannotConnect):
            await Transport(session, url, "A service").get("/a", timeout=5)


@pytest.mark.usefixtures("socket_enabled")
async def test_a_body_packed_in_an_unknown_way_is_no_crash(
    session: aiohttp.ClientSession,
) -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n"
        b"Content-Type: application/json\r\nContent-Length: 4\r\n\r\nnope"
    )
    async with _raw(answer) as url:
        with pytest.raises(ServiceError):
            (await Transport(session, url, "A service").get("/a", timeout=5)).json()


@pytest.mark.usefixtures("socket_enabled")
async def test_a_port_without_a_service_cannot_be_connected_to(
    session: aiohttp.ClientSession,
) -> None:
    async with _raw(b"") as url:
        pass
    with pytest.raises(CannotConnect, match="A service /a: the request failed"):
        await Transport(session, url, "A service").get("/a")


# Secrets


@pytest.mark.parametrize("kind", ["refused", "redirect", "status", "slow", "broken"])
async def test_no_error_tells_the_query_the_headers_or_a_hidden_part_of_the_path(
    service: Service, session: aiohttp.ClientSession, kind: str
) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"sekrit", headers={"Content-Encoding": "gzip"})
        response.content_length = 1000
        return response

    replies: dict[str, Reply | Handler] = {
        "refused": Reply(),
        "redirect": Reply(status=302, headers={"Location": "http://x/?k=sekrit"}),
        "status": Reply(status=500, content=b"sekrit"),
        "slow": service.hang,
        "broken": broken,
    }
    service.on("/a/sekrit/b", replies[kind])
    url = "http://127.0.0.1:9" if kind == "refused" else service.url
    client = Transport(
        session, url, "A service", headers={"Authorization": "Token sekrit"}
    )
    with pytest.raises(ServiceError) as caught:
        await client.get(
            "/a/sekrit/b", {"readkey": "sekrit"}, hide=["sekrit"], timeout=0.2
        )
    error = caught.value
    assert error.path == "/a/…/b"
    assert "sekrit" not in f"{error}{error!r}{error.args}"
    assert error.__cause__ is None
    chain = "".join(traceback.format_exception_only(error))
    assert "sekrit" not in chain
    assert error.__suppress_context__ or error.__context__ is None


async def test_the_longer_of_two_hidden_parts_is_masked_whole(
    client: Transport, service: Service
) -> None:
    service.on("/abc-def/x", Reply(status=500))
    with pytest.raises(CannotConnect) as caught:
        await client.get("/abc-def/x", hide=["abc", "", "abc-def"])
    assert caught.value.path == "/…/x"


# Reading


def _answer(
    body: bytes,
    content_type: str = "application/json",
    cookies: dict[str, str] | None = None,
) -> Answer:
    """Return an answer with this body."""
    return Answer(
        service="A service",
        path="/a",
        status=200,
        content_type=content_type,
        body=body,
        cookies=cookies or {},
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a":Infinity}',
        b'"\xff"',
        b"<br />\n[]",
        b"[" * 5000,
        b'"\\ud800"',
    ],
)
def test_what_is_no_strict_json_is_unexpected(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer, match="broken JSON") as caught:
        _answer(body).json()
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", ""])
def test_json_that_is_not_called_so_is_unexpected(content_type: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="no JSON"):
        _answer(b"[]", content_type).json()


async def test_a_small_answer_is_read_at_once_and_a_big_one_in_a_thread() -> None:
    here = threading.get_ident()

    def reader(answer: Answer) -> int:
        return threading.get_ident()

    assert await _answer(bytes(65_536)).read(reader) == here
    assert await _answer(bytes(65_537)).read(reader) != here


async def test_an_error_in_the_thread_comes_back() -> None:
    with pytest.raises(UnexpectedAnswer):
        await _answer(b"x" * 100_000).read(Answer.json)
