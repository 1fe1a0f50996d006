"""A life of Home Assistant: it starts from its folder, and is killed."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import json
from pathlib import Path
import sys
from typing import Final

from aiohttp import ClientError, ClientSession

from tests.demo.client import Client
from tests.demo.errors import DemoError
from tests.demo.expected import DOMAIN

_REPOSITORY: Final = Path(__file__).parents[2]
_OUTPUT: Final = "output.log"
_DAY: Final = 86_400
_WAL: Final = "home-assistant_v2.db-wal"
# How often to look at the database, in seconds: less than a transaction takes.
_LOOK_EVERY: Final = 0.001


@asynccontextmanager
async def life(folder: Path) -> AsyncIterator[Process]:
    """Start Home Assistant, and kill it at the end of the block."""
    with (folder / _OUTPUT).open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.kill.child"),
            *("--config", str(folder), "--skip-pip"),
            cwd=_REPOSITORY,
            # Home Assistant ends when the other end closes, however this process ends.
            stdin=PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def let_a_day_pass(folder: Path) -> None:
    """Let what the integration last looked at have been a day earlier.

    The clock of the machine cannot be moved, but what is remembered of it can.
    """
    for file in (folder / ".storage").glob(f"{DOMAIN}.*"):
        # Others, of which the name goes on, hold no histories.
        if file.name.count(".") > 1:
            continue
        storage = json.loads(file.read_text())
        for history in storage["data"].values():
            if "looked_at" in history:
                history["looked_at"] -= _DAY
        file.write_text(json.dumps(storage))


def check_alive(process: Process) -> None:
    """Raise DemoError where Home Assistant has ended by itself."""
    if process.returncode is not None:
        raise DemoError(f"Home Assistant ended by itself: see {_OUTPUT}")


async def wait_for_writes(process: Process, folder: Path, count: int) -> None:
    """Wait until the database was written so many times.

    It is looked at from outside: a connection of our own would keep SQLite's shared index
    alive over the death of Home Assistant.
    """
    seen = _written(folder)
    while count > 0:
        check_alive(process)
        await asyncio.sleep(_LOOK_EVERY)
        now = _written(folder)
        count -= now != seen
        seen = now


def _written(folder: Path) -> tuple[int, int]:
    """Return what differs after each transaction."""
    with suppress(FileNotFoundError):
        stat = (folder / _WAL).stat()
        return stat.st_mtime_ns, stat.st_size
    return 0, 0


@asynccontextmanager
async def signed_in(process: Process, url: str, token: str) -> AsyncIterator[Client]:
    """Speak with the token of an earlier life, as soon as Home Assistant has started."""
    async with ClientSession(url) as session:
        websocket = None
        while websocket is None:
            check_alive(process)
            await asyncio.sleep(0.2)
            with suppress(ClientError):
                websocket = await session.ws_connect("/api/websocket", max_msg_size=0)
        async with websocket:
            await websocket.receive_json()
            await websocket.send_json({"type": "auth", "access_token": token})
            await websocket.receive_json()
            home = Client(session, websocket, token)
            # Statistics can be asked for only then.
            while (await home.command("get_config"))["state"] != "RUNNING":
                await asyncio.sleep(0.2)
            yield home
