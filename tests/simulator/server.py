"""Both services on one port of 127.0.0.1, over one world."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from .answers import Answer, Call
from .faults import Faults, dropped, plain
from .heatpumpmonitor import HeatpumpMonitor
from .powershaper import PowerShaper
from .world import World

HEADERS_OF_INTEREST = ("User-Agent", "Accept", "Authorization", "Cookie", "Host")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that arrived; ``size`` is that of the service's own answer.

    ``fault`` names what took the request, if anything; ``status`` is None then.
    """

    time: float
    service: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int | None
    size: int
    fault: str | None = None


class Simulator:
    """Serves a world while its ``async with`` block lasts."""

    def __init__(self, world: World, *, port: int = 0) -> None:
        """Prepare to serve; port 0 takes any that is free."""
        self.world = world
        self.faults = Faults()
        self.requests: list[Request] = []
        self.url = ""
        self._port = port
        self._services: dict[str, HeatpumpMonitor | PowerShaper] = {
            "heatpumpmonitor": HeatpumpMonitor(world),
            "powershaper": PowerShaper(world),
        }
        self._runner: web.AppRunner | None = None
        # One worker of its own: answers never hold the event loop, never meet each
        # other, and leave no thread behind.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="simulator")

    async def __aenter__(self) -> Self:
        """Start to listen."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._respond)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._worker.shutdown()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or let the fault that takes it answer."""
        now = self.world.now()
        powershaper = request.path.startswith("/meters/")
        service = "powershaper" if powershaper else "heatpumpmonitor"
        form = await request.post() if request.method == "POST" else {}
        call = Call(
            path=request.path,
            # The last one of several wins, as in PHP.
            query={name: text for name, text in request.query.items()},  # noqa: C416
            headers=dict(request.headers),
            cookies=dict(request.cookies),
            form={name: str(value) for name, value in form.items()},
        )
        loop = asyncio.get_running_loop()
        answer: Answer = await loop.run_in_executor(
            self._worker, self._services[service].answer, call
        )
        fault = self.faults.take(service, request.path, now)
        self.requests.append(
            Request(
                time=now,
                service=service,
                method=request.method,
                path=request.path,
                query=call.query,
                headers={
                    name: request.headers[name]
                    for name in HEADERS_OF_INTEREST
                    if name in request.headers
                },
                status=None if fault else answer.status,
                size=len(answer.body),
                fault=type(fault).__name__ if fault else None,
            )
        )
        if fault is None:
            return plain(answer)
        try:
            return await fault.respond(request, answer, now)
        except ConnectionResetError:
            # The client has had enough.
            return await dropped(request)
