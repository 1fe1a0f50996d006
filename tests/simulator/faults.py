"""What goes wrong on the way: faults of the transport, the proxy and the services.

A fault concerns one service, or both; one path, or any; a span of the world's clock;
and so many requests. The first one that fits takes the request.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Literal, override

from aiohttp import web

from .answers import HTML, JSON, Answer
from .data_faults import FOREVER

type Service = Literal["heatpumpmonitor", "powershaper"]

_CHUNK = b"[" + b" " * (1 << 20)


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something that goes wrong with requests.

    ``start`` and ``end`` are unix seconds of the world's clock, ``count`` is how many
    requests it still takes.
    """

    service: Service | None = None
    path_contains: str = ""
    start: float = -FOREVER
    end: float = FOREVER
    count: float = FOREVER

    def fits(self, service: str, path: str, now: float) -> bool:
        """Tell whether it concerns a request."""
        return (
            self.service in (None, service)
            and self.path_contains in path
            and self.start <= now < self.end
            and self.count > 0
        )

    @abstractmethod
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Respond instead of the service, whose own answer is given."""


def plain(answer: Answer) -> web.Response:
    """Return an answer as it is."""
    return web.Response(
        body=answer.body,
        status=answer.status,
        headers={"Content-Type": answer.content_type, **answer.headers},
    )


async def dropped(request: web.Request) -> web.StreamResponse:
    """Cut the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


@dataclass(slots=True, kw_only=True)
class Outage(Fault):
    """The connection is cut before any answer."""

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Cut the connection."""
        return await dropped(request)


@dataclass(slots=True, kw_only=True)
class Slow(Fault):
    """The answer comes after so many (real) seconds."""

    seconds: float = 1.0

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Wait, then answer."""
        await asyncio.sleep(self.seconds)
        return plain(answer)


@dataclass(slots=True, kw_only=True)
class Reply(Fault):
    """Another answer than the service's own: any status, type and body."""

    status: int = 200
    body: str | bytes = ""
    content_type: str = JSON
    headers: dict[str, str] | None = None

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Answer as told."""
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return web.Response(
            body=body,
            status=self.status,
            headers={"Content-Type": self.content_type, **(self.headers or {})},
        )


@dataclass(slots=True, kw_only=True)
class HtmlPage(Reply):
    """A page of HTML with status 200, where data was asked for."""

    body: str | bytes = "<!DOCTYPE html>\n<html><body>Back soon</body></html>"
    content_type: str = HTML


@dataclass(slots=True, kw_only=True)
class DatabaseDown(Reply):
    """The database of HeatpumpMonitor.org is down: HTML, with status 200 as always."""

    service: Service | None = "heatpumpmonitor"
    body: str | bytes = "<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception\n"
    content_type: str = HTML


@dataclass(slots=True, kw_only=True)
class EmoncmsDown(Reply):
    """Emoncms behind HeatpumpMonitor.org is down: its samples are out of reach."""

    service: Service | None = "heatpumpmonitor"
    path_contains: str = "/timeseries/"
    body: str | bytes = '{"success":false,"http_code":0,"message":false}'


@dataclass(slots=True, kw_only=True)
class TokenRefused(Reply):
    """PowerShaper Monitor refuses the token."""

    service: Service | None = "powershaper"
    status: int = 401
    body: str | bytes = '{"detail":"Invalid token."}'


@dataclass(slots=True, kw_only=True)
class ProxyRefuses(Reply):
    """A proxy in between forbids the request, with a page of its own."""

    status: int = 403
    body: str | bytes = "<html><body><h1>403 Forbidden</h1></body></html>"
    content_type: str = HTML


@dataclass(slots=True, kw_only=True)
class Garbage(Reply):
    """Bytes that are no JSON, sent as JSON."""

    body: str | bytes = bytes(range(256)) * 4


@dataclass(slots=True, kw_only=True)
class QuotaSpent(Fault):
    """The quota is used up (426 or 429), with or without a ``Retry-After``."""

    status: int = 426
    retry_after: float | None = None
    as_date: bool = False

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Refuse, and say when to come again."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = (
                formatdate(now + self.retry_after, usegmt=True)
                if self.as_date
                else str(int(self.retry_after))
            )
        return web.json_response(
            {"detail": "Call quota exceeded."}, status=self.status, headers=headers
        )


@dataclass(slots=True, kw_only=True)
class Elsewhere(Fault):
    """A redirect to another address."""

    location: str = "http://elsewhere.invalid/"
    status: int = 302

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Send the client away."""
        return web.Response(status=self.status, headers={"Location": self.location})


@dataclass(slots=True, kw_only=True)
class Truncated(Fault):
    """The connection ends before the announced length: half of the answer is lost."""

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Send the first half."""
        response = web.StreamResponse(headers={"Content-Type": answer.content_type})
        response.content_length = max(len(answer.body), 2)
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2] or b" ")
        await dropped(request)
        return response


@dataclass(slots=True, kw_only=True)
class Altered(Fault):
    """The service's own answer, with another body."""

    alter: Callable[[bytes], bytes]

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Answer what has become of the body."""
        return plain(replace(answer, body=self.alter(answer.body)))


@dataclass(slots=True, kw_only=True)
class Held(Fault):
    """The answer waits until it is let go; `reached` tells that a request waits."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Wait, then answer what was there when it was asked for."""
        self.reached.set()
        await self.let_go.wait()
        return plain(answer)


@dataclass(slots=True, kw_only=True)
class Huge(Fault):
    """An answer of so many megabytes, without an announced length."""

    megabytes: int = 40

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Stream blanks until the client has had enough."""
        response = web.StreamResponse(headers={"Content-Type": JSON})
        await response.prepare(request)
        for _ in range(self.megabytes):
            await response.write(_CHUNK)
        await response.write_eof()
        return response


@dataclass(slots=True, kw_only=True)
class Drip(Fault):
    """The answer comes one byte every so many (real) seconds."""

    seconds: float = 1.0

    @override
    async def respond(
        self, request: web.Request, answer: Answer, now: float
    ) -> web.StreamResponse:
        """Send byte after byte until the client goes."""
        response = web.StreamResponse(headers={"Content-Type": answer.content_type})
        await response.prepare(request)
        for position in range(len(answer.body)):
            await response.write(answer.body[position : position + 1])
            await asyncio.sleep(self.seconds)
        await response.write_eof()
        return response


class Faults:
    """The faults of a simulator; the first that fits takes a request."""

    def __init__(self) -> None:
        """Begin without any."""
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        """Return the faults in their order."""
        return iter(self._faults)

    def add(self, *faults: Fault) -> None:
        """Let something go wrong."""
        self._faults.extend(faults)

    def clear(self) -> None:
        """Let all be well again."""
        self._faults.clear()

    def take(self, service: str, path: str, now: float) -> Fault | None:
        """Return the fault that takes a request, and count it."""
        for fault in self._faults:
            if fault.fits(service, path, now):
                fault.count -= 1
                return fault
        return None
