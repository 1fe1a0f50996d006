"""A service on this machine that answers what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
import orjson
import pytest

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: `content` is sent as it is if bytes, else as JSON."""

    content: object = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """Return it as aiohttp sends it."""
        content = self.content
        return web.Response(
            status=self.status,
            body=content if isinstance(content, bytes) else orjson.dumps(content),
            headers={"Content-Type": self.content_type, **self.headers},
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]


class Service:
    """What is answered by path, in order and the last for ever; and what was asked.

    The path "*" stands for every other one.
    """

    def __init__(self) -> None:
        """Start without any answer, so with 404 for all."""
        self.url = ""
        self.asked: list[Asked] = []
        self.over = asyncio.Event()
        self._replies: dict[str, list[Reply | Handler]] = {}

    def on(self, path: str, *replies: Reply | Handler) -> None:
        """Answer a path with these, one after another."""
        self._replies[path] = list(replies)

    def json(self, path: str, *contents: object) -> None:
        """Answer a path with these as JSON, one after another."""
        self.on(path, *(Reply(content=content) for content in contents))

    async def hang(self, request: web.Request) -> web.StreamResponse:
        """Answer nothing until the test is over."""
        await self.over.wait()
        return web.Response()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note a request and answer it."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(
            Asked(
                method=request.method,
                path=request.path,
                query=dict(request.query),
                headers=dict(request.headers),
                form=form,
            )
        )
        replies = self._replies.get(request.path) or self._replies.get("*")
        if not replies:
            return web.Response(status=404)
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return reply.response() if isinstance(reply, Reply) else await reply(request)


async def _serve(service: Service) -> AsyncIterator[Service]:
    """Run a service for as long as a test takes."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    service.url = f"http://{host}:{port}"
    yield service
    service.over.set()
    await runner.cleanup()


@pytest.fixture
async def service(socket_enabled: None) -> AsyncIterator[Service]:
    """Return the service that a client speaks to."""
    async for running in _serve(Service()):
        yield running


@pytest.fixture
async def elsewhere(socket_enabled: None) -> AsyncIterator[Service]:
    """Return another service, on another port, that must not be asked."""
    async for running in _serve(Service()):
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a session as the integration makes it: one that keeps no cookies."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar()
    ) as without_cookies:
        yield without_cookies
