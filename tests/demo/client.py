"""A client of Home Assistant's API, signed in as its owner."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse

from .errors import DemoError

USER: Final = "demo"
PASSWORD: Final = "demo"

type Json = Any


@asynccontextmanager
async def new_owner(url: str) -> AsyncIterator[Client]:
    """Create the owner of a new Home Assistant, and speak for it."""
    async with ClientSession(url, raise_for_status=_raise_refusal) as session:
        token = await _token(session, f"{url}/")
        async with _speaking(session, token) as client:
            yield client


@asynccontextmanager
async def signed_in(url: str, token: str) -> AsyncIterator[Client]:
    """Speak for somebody whose token is known.

    Home Assistant hangs up where nothing is asked for a minute.
    """
    async with (
        ClientSession(url, raise_for_status=_raise_refusal) as session,
        _speaking(session, token) as client,
    ):
        yield client


@asynccontextmanager
async def _speaking(session: ClientSession, token: str) -> AsyncIterator[Client]:
    async with session.ws_connect("/api/websocket", max_msg_size=0) as websocket:
        await websocket.receive_json()
        await websocket.send_json({"type": "auth", "access_token": token})
        await websocket.receive_json()
        yield Client(session, websocket, token)


class Client:
    """What the demo asks of Home Assistant; a refusal raises DemoError."""

    def __init__(
        self, session: ClientSession, websocket: ClientWebSocketResponse, token: str
    ) -> None:
        """Take a session at its address, a websocket that is signed in, and its token."""
        self._session = session
        self._websocket = websocket
        self._headers = {"Authorization": f"Bearer {token}"}
        self._commands = 0

    async def get(self, path: str) -> Json:
        """Return what a GET of the REST API answers."""
        async with self._session.get(path, headers=self._headers) as response:
            return await response.json()

    async def post(self, path: str, body: Mapping[str, Json]) -> Json:
        """Return what a POST to the REST API answers."""
        async with self._session.post(
            path, json=body, headers=self._headers
        ) as response:
            return await response.json()

    async def command(self, kind: str, **fields: Json) -> Json:
        """Return the result of a websocket command."""
        self._commands += 1
        await self._websocket.send_json({"id": self._commands, "type": kind, **fields})
        # One command at a time and no subscription, so the next message is the answer.
        answer = await self._websocket.receive_json()
        if not answer["success"]:
            raise DemoError(f"{kind}: {answer['error']['message']}")
        return answer["result"]


async def _token(session: ClientSession, client_id: str) -> str:
    """Return an access token of the user that is created, as the first visit does."""
    user = {
        "name": "Demo",
        "username": USER,
        "password": PASSWORD,
        "client_id": client_id,
        "language": "en",
    }
    async with session.post("/api/onboarding/users", json=user) as response:
        code = (await response.json())["auth_code"]
    grant = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client_id,
    }
    async with session.post("/auth/token", data=grant) as response:
        token: str = (await response.json())["access_token"]
        return token


async def _raise_refusal(response: ClientResponse) -> None:
    """Raise DemoError with what Home Assistant says to a request that it refuses."""
    if not response.ok:
        said = await response.text()
        raise DemoError(f"{response.url.path}: {response.status} {said}")
