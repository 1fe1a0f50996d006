"""The kinds of work that are cut off, each at moments that a seed decides."""

from abc import abstractmethod
import asyncio
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from random import Random
import shutil
from typing import Final, override

from tests.demo.set_up import SYSTEM
from tests.simulator import Clock, PowerCorrected, Request, Simulator, UsageCorrected

from .life import check_alive, let_a_day_pass, life, wait_for_writes

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
# What asks for history: the feeds of a heat pump, half-hours of a meter and its months.
_FEEDS: Final = "/timeseries/data"
_USAGE: Final = {"none", "month"}
# How long the work may take to begin, in seconds.
_START: Final = 120
# A life in which nothing more is written is killed as it rests, after so many seconds.
_PATIENCE: Final = 20
# The import is over when nothing is asked for so long, in seconds.
_REST: Final = 2.0
# The kill comes so many seconds after a transaction at the latest: between the rows of a
# month and the totals after it there are not many more.
_LATER: Final = 0.005


class Phase:
    """Lives that are cut off, one after another, over the same folder."""

    name: str
    # How often the database may be written before the kill.
    writes: int

    def __init__(
        self, simulator: Simulator, clock: Clock, folder: Path, random: Random
    ) -> None:
        """Take the services, their clock, the folder of Home Assistant, and the dice."""
        self.simulator = simulator
        self.clock = clock
        self.folder = folder
        self.random = random
        self._asked_before = 0

    @abstractmethod
    def prepare(self, number: int) -> None:
        """Make something to do for a life; the first has the number 0."""

    def follow_up(self) -> None:
        """Let something happen between a death and the next life; by default nothing does."""

    async def work(self, process: Process) -> None:
        """Return when what is to be cut off has begun."""
        await self._wait_for_requests(process, lambda count: count > 0)

    async def kill_once(self, number: int) -> bool:
        """Live until a moment in the middle of the work; return whether it came.

        Raises TimeoutError where the work does not even begin.
        """
        self.prepare(number)
        self._asked_before = len(self.simulator.requests)
        try:
            return await self._live_and_die()
        finally:
            self.follow_up()

    async def _live_and_die(self) -> bool:
        async with life(self.folder) as process:
            async with asyncio.timeout(_START):
                await self.work(process)
            try:
                async with asyncio.timeout(_PATIENCE):
                    count = self.random.randint(1, self.writes)
                    await wait_for_writes(process, self.folder, count)
            except TimeoutError:
                return False
            await asyncio.sleep(self.random.uniform(0, _LATER))
            return True

    async def _wait_for_requests(
        self, process: Process, are_enough: Callable[[int], bool]
    ) -> None:
        while not are_enough(self._asked()):
            check_alive(process)
            await asyncio.sleep(0.01)

    def _asked(self) -> int:
        """Return how often this life has asked for history."""
        return sum(map(_is_history, self.simulator.requests[self._asked_before :]))


class FirstImport(Phase):
    """Nothing is there yet; what one life leaves the next goes on with."""

    name = "first import"
    writes = 16
    # So many lives have one import between them.
    _LIVES: Final = 3

    def __init__(
        self, simulator: Simulator, clock: Clock, folder: Path, random: Random
    ) -> None:
        """Keep the folder as it is before the first life."""
        super().__init__(simulator, clock, folder, random)
        self._new = folder.with_name(f"{folder.name}-new")
        shutil.copytree(folder, self._new, symlinks=True)

    @override
    def prepare(self, number: int) -> None:
        """Begin anew every few lives."""
        if number and number % self._LIVES == 0:
            shutil.rmtree(self.folder)
            shutil.copytree(self._new, self.folder, symlinks=True)


class Tail(Phase):
    """All is there, and new hours come while Home Assistant runs."""

    name = "tail"
    writes = 8

    @override
    def prepare(self, number: int) -> None:
        """Leave the clock where it is until Home Assistant rests."""

    @override
    async def work(self, process: Process) -> None:
        """Let some hours pass once what the start asks for is done."""
        await super().work(process)
        asked = -1
        while asked != self._asked():
            asked = self._asked()
            check_alive(process)
            await asyncio.sleep(_REST)
        self.clock.advance(self.random.randint(1, 20) * _HOUR)
        await self._wait_for_requests(process, lambda count: count > asked)


class Correction(Phase):
    """All is there, and hours of long ago become others: every later total moves."""

    name = "correction"
    writes = 16

    @override
    def prepare(self, number: int) -> None:
        """Correct some weeks in the first half of every history.

        What is so old is looked at once a day.
        """
        let_a_day_pass(self.folder)
        world = self.simulator.world
        for meter in world.meters.values():
            start, end, factor = self._correction()
            world.add(
                UsageCorrected(
                    consent=meter.consent,
                    commodity=meter.commodity,
                    start=start,
                    end=end,
                    factor=factor,
                    at=self.clock.now,
                )
            )
        start, end, factor = self._correction()
        world.add(
            PowerCorrected(
                system_id=SYSTEM,
                start=start,
                end=end,
                factor=factor,
                at=self.clock.now,
            )
        )

    def _correction(self) -> tuple[int, int, float]:
        first = self.simulator.world.start
        days = int(self.clock.now - first) // _DAY
        start = first + self.random.randint(0, days // 4) * _DAY
        end = start + self.random.randint(1, days // 4) * _DAY
        return start, end, self.random.uniform(0.5, 1.5)


class Withdrawal(Correction):
    """Hours of long ago become others, and are what they were before the next life.

    The next life finds every month marked as it was remembered, and still has to see that
    some rows are no longer what they were.
    """

    name = "correction that is taken back"

    @override
    def prepare(self, number: int) -> None:
        """Correct what is taken back afterwards."""
        self._before = tuple(self.simulator.world.faults)
        super().prepare(number)

    @override
    def follow_up(self) -> None:
        """Take the correction back."""
        self.simulator.world.faults[:] = self._before


def _is_history(request: Request) -> bool:
    return request.path.endswith(_FEEDS) or request.query.get("aggregate") in _USAGE
