"""A small world at a known moment, served on this machine, and a client for it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
import json
from typing import Any

from aiohttp import ClientSession, DummyCookieJar
import pytest

from . import Clock, Simulator, World

NOW = 1_795_264_240  # 2026-11-21 12:30:40 UTC


@dataclass(frozen=True, slots=True)
class Received:
    """What came back."""

    status: int
    content_type: str
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.text)


class Client:
    """Asks the simulator as a browser without memory would."""

    def __init__(self, session: ClientSession, simulator: Simulator) -> None:
        """Speak to one simulator."""
        self._session = session
        self._simulator = simulator

    async def __call__(
        self,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        token: str | None = None,
        cookie: str = "",
        **more: object,
    ) -> Received:
        """Ask for a path; the query may also be given by keywords."""
        headers = {"Cookie": cookie} if cookie else {}
        if token is not None:
            headers["Authorization"] = f"Token {token}"
        asked = {**(query or {}), **more}
        params = {name: str(value) for name, value in asked.items()}
        async with self._session.get(
            self._simulator.url + path,
            params=params,
            headers=headers,
            allow_redirects=False,
        ) as response:
            return Received(
                response.status,
                response.headers.get("Content-Type", ""),
                dict(response.headers),
                await response.text(errors="replace"),
            )

    async def post(self, path: str, **form: str) -> Received:
        """Send a form."""
        url = self._simulator.url + path
        async with self._session.post(url, data=form) as response:
            return Received(
                response.status,
                response.headers.get("Content-Type", ""),
                dict(response.headers),
                await response.text(),
            )

    async def usage(
        self, commodity: str = "electricity", *, start: str, end: str, **query: object
    ) -> Any:
        """Ask for the usage of the first home's meter, by half-hour in UTC."""
        world = self._simulator.world
        consent = world.tokens[world.token][0]
        received = await self(
            f"/meters/api/v1/meter/{consent}/{commodity}",
            {"start": start, "end": end, "tz": "Etc/UTC"} | query,
            token=world.token,
        )
        assert received.status == 200, received.text
        return received.json()

    async def data(self, *feeds: str, **query: object) -> Any:
        """Ask for points of system 204, stamped in unix seconds."""
        return (
            await self(
                "/timeseries/data",
                {"id": 204, "feeds": ",".join(feeds), "timeformat": "unix"} | query,
            )
        ).json()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at noon in November."""
    return Clock(NOW)


@pytest.fixture
def world(clock: Clock) -> World:
    """Return a world of forty days with one home."""
    return World.small(now=clock)


@pytest.fixture(scope="module")
def demo_world() -> World:
    """Return the world of the demonstration, shared and never changed."""
    return World.demo(days=120, now=Clock(NOW))


@pytest.fixture
async def simulator(world: World, socket_enabled: None) -> AsyncIterator[Simulator]:
    """Serve the small world."""
    async with Simulator(world) as simulator:
        yield simulator


@pytest.fixture
async def make_client(socket_enabled: None) -> AsyncIterator[Callable[..., Client]]:
    """Return a maker of clients."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield lambda simulator: Client(session, simulator)


@pytest.fixture
async def ask(simulator: Simulator, make_client: Callable[..., Client]) -> Client:
    """Return a client of the small world."""
    return make_client(simulator)


@pytest.fixture
async def ask_demo(
    demo_world: World, make_client: Callable[..., Client]
) -> AsyncIterator[Client]:
    """Return a client of the demonstration."""
    async with Simulator(demo_world) as simulator:
        yield make_client(simulator)
