"""What has been imported already, kept on disk between restarts.

It only saves work: when it is lost everything is read and compared again, and nothing is
written where the rows are right.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NotRequired, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..analysis.hours import DAY, HOUR
from ..analysis.months import months
from ..const import DOMAIN

_VERSION: Final = 1
_LOOK_EVERY: Final = DAY


class _Block(TypedDict):
    """A block: the source's mark of it as it was imported, and when to look again.

    It has no mark while its rows change.
    """

    mark: str | None
    again: float | None


class _History(TypedDict):
    """One history: what its rows depend on, its blocks, and the last hour of each series.

    `looked_at` is when all of its blocks were looked at last, and `turn` the number of the
    block that is read again with the next look. `terms` are those by which each series
    that is joined with others' rows was computed last.
    """

    settings: dict[str, str]
    blocks: dict[str, _Block]
    last_hours: dict[str, int]
    looked_at: NotRequired[float]
    turn: NotRequired[int]
    terms: NotRequired[dict[str, str]]


class Memory:
    """The histories of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the entry whose histories are remembered."""
        self._store: Store[dict[str, _History]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}", atomic_writes=True
        )
        self._histories: dict[str, _History] = {}

    async def async_load(self) -> None:
        """Read what an earlier run remembered."""
        self._histories = await self._store.async_load() or {}

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()

    def series_of(self, key: str) -> tuple[str, ...]:
        """Return the ids of the statistics that a history has written."""
        history = self._histories.get(key)
        return tuple(history["last_hours"]) if history else ()

    async def async_forget(self, key: str) -> None:
        """Forget a history, before its rows are imported anew."""
        if self._histories.pop(key, None) is not None:
            await self._store.async_save(self._histories)

    def recall(
        self, key: str, settings: Mapping[str, str], last_hours: Mapping[str, int]
    ) -> RememberedHistory:
        """Return a history, as new where its settings changed or its rows were lost.

        `last_hours` are the last hours that the recorder really holds: a database that
        was cleared, or put back from a copy, ends before what is remembered.
        """
        history = self._histories.get(key)
        if (
            history is None
            or history["settings"] != settings
            or any(
                last_hours.get(series, -1) < hour
                for series, hour in history["last_hours"].items()
            )
        ):
            history = _History(settings=dict(settings), blocks={}, last_hours={})
            self._histories[key] = history
        end = max((hour + HOUR for hour in last_hours.values()), default=0)
        return RememberedHistory(self._store, self._histories, history, end)


class RememberedHistory:
    """The remembered blocks of one history. Blocks are named by their first hour."""

    def __init__(
        self,
        store: Store[dict[str, _History]],
        histories: dict[str, _History],
        history: _History,
        end: int,
    ) -> None:
        """Take the file, all that is in it, the part that is meant, and where it ends."""
        self._store = store
        self._histories = histories
        self._history = history
        self.end = end

    @property
    def start(self) -> int:
        """Return the first hour of the first block; there must be one."""
        return min(map(int, self._history["blocks"]))

    @property
    def turn(self) -> int | None:
        """Return the number of the block whose turn it is, None before the first look."""
        return self._history.get("turn")

    @property
    def terms(self) -> Mapping[str, str]:
        """Return the terms by which joined series were computed, by their ids."""
        return self._history.get("terms", {})

    def months(self) -> Iterator[tuple[int, int]]:
        """Yield the months from the first block to the last known hour."""
        if self._history["blocks"]:
            yield from months(self.start, self.end)

    @property
    def is_complete(self) -> bool:
        """Tell whether all blocks were right once and none is left half done since."""
        blocks = self._history["blocks"].values()
        return (
            bool(blocks)
            and "looked_at" in self._history
            and all(block["mark"] is not None for block in blocks)
        )

    def is_look_due(self, now: float) -> bool:
        """Tell whether the blocks want a look.

        They do once a day, when one of them does, and while one is left half done.
        """
        look = self.next_look()
        return (
            not self.is_complete
            or self.is_daily_look_due(now)
            or (look is not None and now >= look)
        )

    def is_daily_look_due(self, now: float) -> bool:
        """Tell whether a day is over since all blocks were right."""
        looked_at = self._history.get("looked_at")
        # A clock that was set back does not put the next look off.
        return looked_at is None or not looked_at <= now < looked_at + _LOOK_EVERY

    def has(self, start: int) -> bool:
        """Tell whether a block was imported, perhaps as it was before."""
        block = self._history["blocks"].get(str(start))
        return block is not None and block["mark"] is not None

    def knows(self, start: int, mark: str, now: float) -> bool:
        """Tell whether a block was imported as it is now and needs no other look."""
        block = self._history["blocks"].get(str(start))
        return (
            block is not None
            and block["mark"] == mark
            and (block["again"] is None or now < block["again"])
        )

    def next_look(self) -> float | None:
        """Return when the first block wants to be looked at again."""
        return min(
            (
                block["again"]
                for block in self._history["blocks"].values()
                if block["again"] is not None
            ),
            default=None,
        )

    async def async_agree(self, terms: Mapping[str, str]) -> None:
        """Remember the terms by which all rows of joined series are computed now."""
        self._history["terms"] = dict(terms)
        await self._store.async_save(self._histories)

    def keep(self, starts: Iterable[int]) -> None:
        """Let go of all blocks but these: a history may begin later than it did."""
        names = {str(start) for start in starts}
        blocks = self._history["blocks"]
        self._history["blocks"] = {
            name: block for name, block in blocks.items() if name in names
        }

    async def async_forget(self, starts: Iterable[int]) -> None:
        """Forget the marks of blocks on disk before their rows change.

        A change inside the past is two writes, the rows and the totals after them. Killed
        in between, the next start reads the block again and completes it.
        """
        blocks = self._history["blocks"]
        without = _Block(mark=None, again=None)
        names = [name for name in map(str, starts) if blocks.get(name) != without]
        if names:
            blocks |= {name: without.copy() for name in names}
            await self._store.async_save(self._histories)

    async def async_remember(
        self,
        marks: Mapping[int, tuple[str, float | None]],
        last_hours: Mapping[str, int],
    ) -> None:
        """Remember blocks whose rows are committed, and the last hour of each series.

        Of each block it takes the mark and when to look again. It is saved at once: Home
        Assistant puts a delayed save off as long as others follow, which during a long
        import is until its end.
        """
        for start, (mark, again) in marks.items():
            self._history["blocks"][str(start)] = _Block(mark=mark, again=again)
        for series, hour in last_hours.items():
            self._history["last_hours"][series] = max(
                hour, self._history["last_hours"].get(series, hour)
            )
        await self._store.async_save(self._histories)

    async def async_complete(self, now: float, count: int) -> None:
        """Remember that all blocks are right; the next one of so many has its turn."""
        turn = 0 if self.turn is None else self.turn + 1
        self._history["turn"] = turn if turn < count else 0
        self._history["looked_at"] = now
        await self._store.async_save(self._histories)
