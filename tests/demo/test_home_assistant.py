"""Home Assistant starts or says why not, and is ended in any case."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path
import signal
import socket
import sys

import pytest

from . import home_assistant
from .errors import DemoError

STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
"""

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_home_assistant_that_ends_at_once_did_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text("raise SystemExit('no such module')")
    monkeypatch.setattr(home_assistant, "_CHILD", child)
    folder = tmp_path / "demo"
    with pytest.raises(DemoError, match="did not start"):
        async with home_assistant.home_assistant(folder, home_assistant.free_port()):
            pytest.fail("It started")
    assert "no such module" in (folder / "output.log").read_text()


async def test_one_that_does_not_stop_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(home_assistant, "_PATIENCE", 0.1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUBBORN, stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    await home_assistant._end(process)
    assert await process.wait() == -signal.SIGKILL


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} is not free"):
            home_assistant.free_port(port)
    assert home_assistant.free_port(port) == port
