"""The moment of a kill is told by what Home Assistant writes."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
import json
from pathlib import Path
import sys

import pytest

from tests.demo.errors import DemoError

from .life import check_alive, let_a_day_pass, wait_for_writes


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    """Run a process that does nothing until it is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import signal; signal.pause()"
    )
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_so_many_writes_are_waited_for(tmp_path: Path, process: Process) -> None:
    log = tmp_path / "home-assistant_v2.db-wal"
    waiting = asyncio.create_task(wait_for_writes(process, tmp_path, 2))
    await asyncio.sleep(0.01)
    log.write_text("one")
    await asyncio.sleep(0.05)
    assert not waiting.done()
    log.write_text("and two")
    async with asyncio.timeout(5):
        await waiting


async def test_a_home_assistant_that_ends_by_itself_is_told(
    tmp_path: Path, process: Process
) -> None:
    check_alive(process)
    process.kill()
    await process.wait()
    with pytest.raises(DemoError, match="ended by itself"):
        await wait_for_writes(process, tmp_path, 1)


def test_a_day_passes_in_what_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / ".storage" / "heatpump_insight.entry"
    file.parent.mkdir()
    histories = {"one": {"looked_at": 100_000.0, "turn": 2}, "new": {"blocks": {}}}
    file.write_text(json.dumps({"version": 1, "data": histories}))
    fleet = file.with_name("heatpump_insight.entry.fleet")
    fleet.write_text('{"data": {"read_at": 100000.0}}')
    let_a_day_pass(tmp_path)
    assert fleet.read_text() == '{"data": {"read_at": 100000.0}}'
    assert json.loads(file.read_text()) == {
        "version": 1,
        "data": {"one": {"looked_at": 13_600.0, "turn": 2}, "new": {"blocks": {}}},
    }
