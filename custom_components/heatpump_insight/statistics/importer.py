"""Imports a history block by block, in the order of time, and keeps it right afterwards.

A history is cut into calendar months of UTC. A source gives for each a mark, cheaply: a
few characters that change when anything in the month changed. A month whose mark is
remembered is done; every other one is read, compared and rewritten. That one rule is the
first import, the import that goes on after a restart, the correction of the deep past and
the repair of half-hours that came late.

No mark tells of everything. So the newest weeks are read again every day whatever their
marks say, and with them one older month in turn: in as many days as there are months the
whole history has been compared with its source.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from homeassistant.exceptions import HomeAssistantError

from ..analysis.hours import DAY, HOUR
from ..api.errors import CannotConnect, NotFound, ServiceError, UnexpectedAnswer
from ..const import DOMAIN
from .derived import Derived
from .memory import Memory, RememberedHistory
from .series import Series
from .writer import Hours, StatisticsWriter, Truth, Written

# So long that they never touch more than two months, which are read at once.
_NEWEST: Final = 28 * DAY
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
    inside the span: older rows are left as they are. `looks` are the hours of which it may
    say something else without any news, each with the unix second from which it may.
    """

    truth: Truth
    since: Mapping[Series, int] = field(default_factory=dict)
    looks: Mapping[int, float] = field(default_factory=dict)


def begins_unknown(
    truth: Truth, since: Mapping[Series, int], start: int, end: int
) -> bool:
    """Tell whether a series is unknown where it should begin to be known.

    So it looks like when a source has lost its past.
    """
    return any(
        max(start, since.get(series, start)) not in hours
        for series, hours in truth.items()
        if since.get(series, start) < end
    )


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
        """Return the series that are computed from its rows, and perhaps others', now."""

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

    def __add__(self, other: Imported) -> Imported:
        """Return what both did together."""
        return Imported(
            read=self.read + other.read, written=self.written + other.written
        )

    @property
    def left(self) -> int:
        """Return how many hours were right already and left alone."""
        return max(self.read - self.written, 0)


class NothingToImport(HomeAssistantError):
    """The service tells of no history at this moment."""

    def __init__(self) -> None:
        """Say it in the user's language."""
        super().__init__(translation_domain=DOMAIN, translation_key="nothing_to_import")


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
        self._read_to: int | None = None
        self._remembered: RememberedHistory | None = None

    async def async_update(self, now: float, report: Report) -> Imported:
        """Bring the statistics up to what the source says, with the least that is asked."""
        async with self._lock:
            end = self._source.end()
            if end is None:
                return Imported()
            imported = await self._async_derive_anew()
            if self._is_look_due(now):
                imported += await self._async_check(now, report)
            elif self._read_to is None or end > self._read_to:
                imported += await self._async_follow(end, now, report)
            self._read_to = end
            return imported

    async def _async_derive_anew(self) -> Imported:
        """Compute what is derived over the whole history, where its terms have changed.

        What is imported from now on is computed by the new terms anyway.
        """
        own = {
            each.series.statistic_id: each
            for each in self._source.derived
            if self._is_own(each)
        }
        terms = {statistic_id: each.terms for statistic_id, each in own.items()}
        if self._remembered is not None and self._remembered.terms == terms:
            return Imported()
        remembered = await self._async_recall()
        changed = [
            each
            for statistic_id, each in own.items()
            if remembered.terms.get(statistic_id) != each.terms
        ]
        imported = Imported()
        for start, end in remembered.months():
            span = _Span(looks={})
            async with self._writer.span:
                for each in changed:
                    await self._async_derive(each, start, end, span, {})
            imported += span.imported
        await remembered.async_agree(terms)
        return imported

    def _is_look_due(self, now: float) -> bool:
        """Tell whether the marks are to be asked for; a start is no reason of its own."""
        return (
            self._read_to is not None
            and self._remembered is not None
            and self._remembered.is_look_due(now)
        )

    async def _async_follow(self, end: int, now: float, report: Report) -> Imported:
        """Read what is new and the tail before it, or by the marks where that is not all."""
        remembered = await self._async_recall()
        tail = self._source.tail
        since = min(self._read_to or remembered.end, end)
        # A longer catch-up that is cut off would not be seen by a start.
        if tail is None or not remembered.is_complete or end - since > tail:
            return await self._async_check(now, report)
        span = await self._async_import(since - tail, end)
        hours = (end - remembered.start) // HOUR
        report(Progress(imported=hours, total=hours))
        return span.imported

    async def async_import_again(
        self, start: int | None, end: int | None, now: float, report: Report
    ) -> Imported:
        """Read the months that overlap [start, end) again, whatever is remembered."""

        def _is_asked_for(block: Block) -> bool:
            return (end is None or block.start < end) and (
                start is None or block.end > start
            )

        async with self._lock:
            return await self._async_check(now, report, _is_asked_for)

    async def async_rebuild(self, now: float, report: Report) -> Imported:
        """Clear every statistic of the source and import its history anew."""
        async with self._lock:
            # What cannot be had now is not cleared.
            if not await self._source.async_blocks():
                raise NothingToImport
            ids = await self._writer.async_ids(self._source.key)
            await self._writer.async_clear(ids)
            await self._memory.async_forget(self._source.key)
            return await self._async_check(now, report)

    async def _async_check(
        self,
        now: float,
        report: Report,
        is_asked_for: Callable[[Block], bool] = lambda _: False,
    ) -> Imported:
        """Read the blocks that are not known as they are now, or are asked for.

        A block that the service fails to tell holds no other up; two that follow each
        other mean that it tells nothing at all.
        """
        blocks = await self._source.async_blocks()
        if not blocks:
            return Imported()
        remembered = await self._async_recall()
        remembered.keep(block.start for block in blocks)
        pending = {
            block
            for block in blocks
            if is_asked_for(block) or not remembered.knows(block.start, block.mark, now)
        }
        total = sum(block.hours for block in blocks)
        done = total - sum(block.hours for block in pending)
        report(Progress(imported=done, total=total))
        imported = Imported()
        is_daily = remembered.is_daily_look_due(now)
        wanted = pending | _whatever_marks_say(blocks, remembered.turn, daily=is_daily)
        groups = [*_groups(block for block in blocks if block in wanted)]
        if any(remembered.has(block.start) for block in blocks[-2:]):
            # The news first.
            groups.reverse()
        imported = Imported()
        failed: ServiceError | None = None
        has_just_failed = False
        for group in groups:
            try:
                imported += await self._async_import_blocks(remembered, group, now)
            except (CannotConnect, NotFound, UnexpectedAnswer) as error:
                if has_just_failed:
                    raise
                failed, has_just_failed = error, True
                continue
            has_just_failed = False
            done += sum(block.hours for block in group if block in pending)
            report(Progress(imported=done, total=total))
        if failed is not None:
            raise failed
        if is_daily:
            await remembered.async_complete(now, len(blocks))
        return imported

    async def _async_import_blocks(
        self, remembered: RememberedHistory, group: list[Block], now: float
    ) -> Imported:
        """Read neighbouring blocks, and remember how they are now."""
        await remembered.async_forget(block.start for block in group)
        span = await self._async_import(group[0].start, group[-1].end)
        # An answer that takes hours away may be a wrong one.
        again = now + DAY if span.written.retracted else None
        looks = {
            block: min(
                (look for look in (span.look(block), again) if look is not None),
                default=None,
            )
            for block in group
        }
        await remembered.async_remember(
            {block.start: (block.mark, look) for block, look in looks.items()},
            span.last_hours,
        )
        return span.imported

    async def _async_recall(self) -> RememberedHistory:
        """Return what is remembered, as far as the recorder still holds it."""
        await self._writer.async_wait_until_kept()
        known = self._memory.series_of(self._source.key)
        last_hours = await self._writer.async_last_hours(known)
        self._remembered = self._memory.recall(
            self._source.key, self._source.settings, last_hours
        )
        return self._remembered

    async def _async_import(self, start: int, end: int) -> _Span:
        """Make the rows of a span equal to the source, and those computed from them."""
        reading = await self._source.async_read(start, end)
        async with self._writer.span:
            return await self._async_write(reading, start, end)

    async def _async_write(self, reading: Reading, start: int, end: int) -> _Span:
        """Write what differs from a reading, and bring up to date what depends on it."""
        spans: defaultdict[int, dict[Series, Hours]] = defaultdict(dict)
        for series, hours in reading.truth.items():
            first = max(start, reading.since.get(series, start))
            spans[first][series] = {
                hour: value for hour, value in hours.items() if first <= hour < end
            }
        span = _Span(looks=reading.looks)
        for first, known in spans.items():
            if first < end:
                span.add(known, await self._writer.async_rewrite(first, end, known))
        changed = {series.statistic_id for series in reading.truth}
        # What begins inside the span has older rows that were not read.
        whole = {each.statistic_id: hours for each, hours in spans[start].items()}
        for derived in self._source.derived:
            if derived.depends_on(changed):
                await self._async_derive(derived, start, end, span, whole)
        return span

    async def _async_derive(
        self,
        derived: Derived,
        start: int,
        end: int,
        span: _Span,
        known: Mapping[str, Hours],
    ) -> None:
        """Make the rows of a derived series equal to what its inputs make of it."""
        truth, written = await self._writer.async_derive(derived, start, end, known)
        if self._is_own(derived):
            span.add(truth, written)
        else:
            # Its own history remembers it.
            span.written += written

    def _is_own(self, derived: Derived) -> bool:
        """Tell whether a derived series is of this history, or another's of its rows."""
        return derived.series.key.startswith(f"{self._source.key}_")


@dataclass(slots=True, kw_only=True)
class _Span:
    """A span that is imported: what was done, when to look again, and the last hours."""

    looks: Mapping[int, float]
    read: int = 0
    written: Written = field(default_factory=Written)
    last_hours: dict[str, int] = field(default_factory=dict)

    @property
    def imported(self) -> Imported:
        """Return how many hours were read, and how many rows written."""
        return Imported(read=self.read, written=self.written.rows)

    def add(self, truth: Truth, written: Written) -> None:
        """Add what was read and written of some series."""
        self.read += sum(map(len, truth.values()))
        self.written += written
        for series, hours in truth.items():
            if hours:
                self.last_hours[series.statistic_id] = max(hours)

    def look(self, block: Block) -> float | None:
        """Return when the first hour of a block is to be looked at again."""
        return min(
            (at for hour, at in self.looks.items() if block.start <= hour < block.end),
            default=None,
        )


def _whatever_marks_say(
    blocks: Sequence[Block], turn: int | None, *, daily: bool
) -> set[Block]:
    """Return the blocks to read again daily: those of the newest days, and one in turn."""
    return {
        block
        for number, block in enumerate(blocks)
        if daily and (number == turn or block.end > blocks[-1].end - _NEWEST)
    }


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
