"""Gauges: the event loop's longest hold, the peak of memory, rows written, processor time."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
import gc
import os
from pathlib import Path
import re
import sqlite3
from threading import get_ident
import time
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import event
from sqlalchemy.engine import Engine

_BEAT: Final = 0.001
_STATUS: Final = Path("/proc/self/status")
_CHANGES: Final = re.compile(r"\s*UPDATE statistics\b", re.IGNORECASE)


class Heartbeat:
    """Notes for how long the event loop served nobody at most, in milliseconds.

    `held` tells it by the clock, and holds the waiting for other threads, and for whatever
    else runs on the machine, so it is to be read beside that of a loop that has nothing to
    do. `worked` is the time of the processor that the loop itself took at a stretch. Both
    are without `collected`, Python's longest collection of garbage: that looks at every
    object of the process, stops all threads, and comes from whichever thread makes the
    next object.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.held = 0.0
        self.worked = 0.0
        self.collected = 0.0
        self._collecting = 0.0
        self._collecting_since: float | None = None
        self._thread = get_ident()
        self._all_collected = 0.0
        self._collected_here = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start to beat."""
        gc.callbacks.append(self._collect)
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Beat once more, which tells of a hold that is just over, and stop."""
        await asyncio.sleep(2 * _BEAT)
        gc.callbacks.remove(self._collect)
        if self._task is not None:
            self._task.cancel()

    def _collect(self, phase: str, _: object) -> None:
        if phase == "start":
            self._collecting = time.thread_time()
            self._collecting_since = time.perf_counter()
            return
        spent = time.thread_time() - self._collecting
        self.collected = max(self.collected, 1000 * spent)
        if self._collecting_since is not None:
            self._all_collected += time.perf_counter() - self._collecting_since
            self._collecting_since = None
        if get_ident() == self._thread:
            self._collected_here += spent

    def _now(self) -> float:
        """Return the time of a clock that stands still while garbage is collected."""
        since = self._collecting_since
        # The loop may go on before the end of a collection is told.
        return (since or time.perf_counter()) - self._all_collected

    async def _beat(self) -> None:
        while True:
            before = self._now()
            worked = time.thread_time() - self._collected_here
            await asyncio.sleep(_BEAT)
            late = self._now() - before - _BEAT
            spent = time.thread_time() - self._collected_here - worked
            self.held = max(self.held, 1000 * late)
            self.worked = max(self.worked, 1000 * spent)


async def idle(seconds: float = 5.0) -> float:
    """Return for how long a loop is held that has nothing to do, in milliseconds."""
    async with Heartbeat() as heartbeat:
        await asyncio.sleep(seconds)
    return heartbeat.held


class WrittenRows:
    """The hourly rows that were written: those that are new, and changes of others."""

    def __init__(self) -> None:
        """Begin at none."""
        self.count = 0

    def note(self, _: object, cursor: Any, statement: str, *__: object) -> None:
        """Add what a statement changed, of which SQLAlchemy's event tells this and more."""
        if _CHANGES.match(statement):
            self.count += cursor.rowcount


@contextmanager
def written_rows(database: Path) -> Iterator[WrittenRows]:
    """Count the hourly rows of a database that are written meanwhile, by whatever means.

    The count is there at the end, when everything has to be committed.
    """
    rows = WrittenRows()
    # An insertion does not tell how many rows it made.
    before = _stored(database)
    event.listen(Engine, "after_cursor_execute", rows.note)
    try:
        yield rows
    finally:
        event.remove(Engine, "after_cursor_execute", rows.note)
    rows.count += _stored(database) - before


def _stored(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM statistics").fetchone()
    return int(count)


def peak_memory() -> float:
    """Return the most memory that this process ever had, in MB.

    `ru_maxrss` would tell that of the process it was started from as well.
    """
    return _memory("VmHWM")


def memory() -> float:
    """Return the memory that this process has now, in MB."""
    return _memory("VmRSS")


def _memory(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{_STATUS} tells no {name}")
    return int(found[1]) / 1024


def load() -> str:
    """Return how busy the machine is: processes that want to run, of the last minutes."""
    return " ".join(f"{average:.1f}" for average in os.getloadavg())
