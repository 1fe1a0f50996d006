"""A Home Assistant in a process of its own, for as long as it is wanted."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
import socket
import sys
from typing import Final

from aiohttp import ClientError, ClientSession

from .errors import DemoError
from .folder import furnish, only_user_of

LOG: Final = "home-assistant.log"

_CHILD: Final = Path(__file__).with_name("child.py")
_OUTPUT: Final = "output.log"
# How long it may take to stop, in seconds.
_PATIENCE: Final = 20


def free_port(wanted: int = 0) -> int:
    """Return the wanted port of this machine, or for 0 any; DemoError where it is taken.

    Home Assistant itself would go on at another port, and for the whole network.
    """
    with socket.socket() as probe:
        # A port that was just given up is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            raise DemoError(f"Port {wanted} is not free") from None
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def home_assistant(folder: Path, port: int) -> AsyncIterator[str]:
    """Run a new Home Assistant in a folder, give its address, and end it in any case.

    Raises DemoError where another demo has the folder or Home Assistant does not start.
    """
    with only_user_of(folder):
        furnish(folder, port)
        process = await _start(folder)
        try:
            url = f"http://127.0.0.1:{port}"
            await _wait_until_ready(process, url)
            yield url
        finally:
            await _end(process)


async def _start(folder: Path) -> Process:
    with (folder / _OUTPUT).open("wb") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            # A module beside the child must not stand in for another of that name.
            "-P",
            str(_CHILD),
            "--config",
            str(folder),
            # What is needed is there; it would fetch what is not needed as well.
            "--skip-pip",
            cwd=folder,
            stdin=PIPE,
            stdout=output,
            stderr=output,
            # Ctrl-C reaches the demo alone, which then ends Home Assistant.
            start_new_session=True,
        )


async def _wait_until_ready(process: Process, url: str) -> None:
    """Wait until the pages are there; the port is bound long before."""
    async with ClientSession(url) as session:
        while process.returncode is None:
            with suppress(ClientError):
                async with session.get("/api/onboarding") as response:
                    if response.ok:
                        return
            await asyncio.sleep(0.2)
    raise DemoError(f"Home Assistant did not start: see {_OUTPUT} and {LOG}")


async def _end(process: Process) -> None:
    """End Home Assistant: as it likes to, or at once where that takes too long."""
    try:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
    except TimeoutError:
        pass
    finally:
        # Also where a second Ctrl-C cut the waiting short.
        if process.returncode is None:
            process.kill()
