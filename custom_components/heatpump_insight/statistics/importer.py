"""Imports a history block by block, in the order of time, and keeps it right afterwards.

A history is cut into calendar months of UTC. A source gives for each a mark, cheaply: a
few characters that change when anything in the month changed. A month whose mark is
remembered is done; every other one is read, compared and rewritten. That one rule is the
first import, the import that goes on after a restart, the correction of the deep past and
the repair of half-hours that came late.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from ..analysis.hours import DAY, HOUR
from .memory import Memory, RememberedHistory
from .series import Series
from .writer import Hours, StatisticsWriter, Truth

# The marks are asked for, and the newest days read again, this often.
_CHECK_EVERY: Final = DAY
_NEWEST: Final = 14 * DAY
# Two months are read at once: a service is asked less often, and is not asked for much.
_AT_ONCE: Final = 62 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The hours [start, end) of a month, in unix seconds, and the source's mark of them."""

    start: int
    end: int
    mark: str

    @property
    def hours(self) -> int:
        """Return how many hours it has."""
        return (self.end - self.start) // HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source says of a span of hours.

    `since` is the first hour that the source knows of a series at all, where that is
    inside the span: older rows are left as they are. `again` is the unix second from which
    it may say something else without any news.
    """

    truth: Truth
    since: Mapping[Series, int] = field(default_factory=dict)
    again: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A series that is computed from the rows of others.

    `window` widens a span of changed hours to those that depend on them; `compute` gives
    the truth of that window from the inputs' hours in it.
    """

    series: Series
    inputs: tuple[Series, ...]
    window: Callable[[int, int], tuple[int, int]]
    compute: Callable[[int, int, Mapping[Series, Hours]], Hours]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of a history is imported, in hours; `total` is None until it is known."""

    imported: int = 0
    total: int | None = None


type Report = Callable[[Progress], None]


class HistorySource(Protocol):
    """A heat pump or a meter as the importer sees it."""

    @property
    def key(self) -> str:
        """Return its stable name."""

    @property
    def settings(self) -> Mapping[str, str]:
        """Return what its rows depend on beside the service's own data."""

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Return the series that are computed from its rows."""

    @property
    def tail(self) -> int | None:
        """Return how many seconds to read again when there is news; None: by the marks."""

    def end(self) -> int | None:
        """Return the end of the last complete hour that the service has, without asking."""

    async def async_blocks(self) -> tuple[Block, ...]:
        """Ask for the marks of the whole history, oldest first."""

    async def async_read(self, start: int, end: int) -> Reading:
        """Ask for the truth of the hours in [start, end)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, in hours of all series: those read, and the rows written."""

    read: int = 0
    written: int = 0

    @property
    def left(self) -> int:
        """Return how many hours were right already and left alone."""
        return max(self.read - self.written, 0)


class Importer:
    """Keeps the statistics of one source equal to what the source says."""

    def __init__(
        self, writer: StatisticsWriter, memory: Memory, source: HistorySource
    ) -> None:
        """Take the writer, what is remembered, and the source."""
        self._writer = writer
        self._memory = memory
        self._source = source
        self._lock = asyncio.Lock()
        self._checked_at: float | None = None
        self._read_to: int | None = None
        self._remembered: RememberedHistory | None = None

    async def async_update(self, now: float, report: Report) -> Imported:
        """Bring the statistics up to what the source says, with the least that is asked."""
        async with self._lock:
            end = self._source.end()
            if end is None:
                return Imported()
            imported = Imported()
            news = self._read_to is None or end > self._read_to
            tail = self._source.tail
            if self._is_check_due(now) or (news and tail is None):
                imported = await self._async_check(now, report)
            elif news and tail is not None and self._read_to is not None:
                if (await self._async_recall()).is_new:
                    imported = await self._async_check(now, report)
                else:
                    span = await self._async_import(self._read_to - tail, end)
                    imported = span.imported
            self._read_to = end
            return imported

    async def async_import_again(
        self, start: int | None, end: int | None, now: float, report: Report
    ) -> Imported:
        """Read the months that overlap [start, end) again, whatever is remembered."""
        async with self._lock:
            remembered = await self._async_recall()
            for block in await self._source.async_blocks():
                if (end is None or block.start < end) and (
                    start is None or block.end > start
                ):
                    await remembered.async_forget(block.start)
            return await self._async_check(now, report)

    async def async_rebuild(self, now: float, report: Report) -> Imported:
        """Clear every statistic of the source and import its history anew."""
        async with self._lock:
            await self._writer.async_clear(self._memory.series_of(self._source.key))
            return await self._async_check(now, report)

    def _is_check_due(self, now: float) -> bool:
        if self._checked_at is None or now >= self._checked_at + _CHECK_EVERY:
            return True
        look = self._remembered.next_look() if self._remembered else None
        return look is not None and now >= look

    async def _async_check(self, now: float, report: Report) -> Imported:
        """Read every block that is not known as it is now, and the newest days."""
        blocks = await self._source.async_blocks()
        remembered = self._remembered = await self._async_recall()
        remembered.keep(block.start for block in blocks)
        pending = {b for b in blocks if not remembered.knows(b.start, b.mark, now)}
        total = sum(block.hours for block in blocks)
        done = total - sum(block.hours for block in pending)
        report(Progress(imported=done, total=total))
        newest = blocks[-1].end - _NEWEST if blocks else 0
        imported = Imported()
        for group in _groups(b for b in blocks if b in pending or b.end > newest):
            for block in group:
                await remembered.async_forget(block.start)
            span = await self._async_import(group[0].start, group[-1].end)
            for block in group:
                await remembered.async_remember(
                    block.start, block.mark, span.again, span.last_hours
                )
            imported = Imported(
                read=imported.read + span.imported.read,
                written=imported.written + span.imported.written,
            )
            done += sum(block.hours for block in group if block in pending)
            report(Progress(imported=done, total=total))
        self._checked_at = now
        return imported

    async def _async_recall(self) -> RememberedHistory:
        """Return what is remembered, as far as the recorder still holds it."""
        await self._writer.async_wait_until_kept()
        known = self._memory.series_of(self._source.key)
        last_hours = await self._writer.async_last_hours(known)
        return self._memory.recall(self._source.key, self._source.settings, last_hours)

    async def _async_import(self, start: int, end: int) -> _Span:
        """Make the rows of a span equal to the source, and those computed from them."""
        reading = await self._source.async_read(start, end)
        truth = dict(reading.truth)
        spans: defaultdict[int, dict[Series, Mapping[int, float]]] = defaultdict(dict)
        for series, hours in truth.items():
            spans[max(start, reading.since.get(series, start))][series] = hours
        written = 0
        for first, known in spans.items():
            if first < end:
                written += await self._writer.async_rewrite(first, end, known)
        for derived in self._source.derived:
            first, last = derived.window(start, end)
            inputs = await self._writer.async_amounts(derived.inputs, first, last)
            hours = derived.compute(first, last, inputs)
            written += await self._writer.async_rewrite(
                first, last, {derived.series: hours}
            )
            truth[derived.series] = hours
        return _Span(
            imported=Imported(read=sum(map(len, truth.values())), written=written),
            again=reading.again,
            last_hours={
                series.statistic_id: max(hours)
                for series, hours in truth.items()
                if hours
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A span that was imported: when to look again, and each series' last known hour."""

    imported: Imported
    again: float | None
    last_hours: Mapping[str, int]


def _groups(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield neighbouring blocks together, as many as are read with one request."""
    group: list[Block] = []
    for block in blocks:
        if group and (
            block.start != group[-1].end or block.end - group[0].start > _AT_ONCE
        ):
            yield group
            group = []
        group.append(block)
    if group:
        yield group
