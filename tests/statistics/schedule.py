"""Lives of an import: what a source, a disk, a user and chance do to it, step by step."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2s
import json
from random import Random
from typing import Final, Protocol, cast
from unittest.mock import patch

from custom_components.heatpump_insight.analysis.hours import DAY, HOUR
from custom_components.heatpump_insight.analysis.months import month_start, months
from custom_components.heatpump_insight.statistics import memory as memory_module
from custom_components.heatpump_insight.statistics.derived import Derived
from custom_components.heatpump_insight.statistics.importer import (
    Block,
    Imported,
    Importer,
    Progress,
    Reading,
)
from custom_components.heatpump_insight.statistics.memory import Memory
from custom_components.heatpump_insight.statistics.series import (
    ENERGY,
    RATIO,
    TEMPERATURE,
    Series,
)
from custom_components.heatpump_insight.statistics.writer import Hours, StatisticsWriter
from homeassistant.core import HomeAssistant

ELECTRICITY: Final = Series(key="home_electricity", name="Electricity", measure=ENERGY)
HEAT: Final = Series(key="home_heat", name="Heat", measure=ENERGY)
FLOW: Final = Series(key="home_flow", name="Flow", measure=TEMPERATURE)
COP: Final = Series(key="home_cop", name="COP", measure=RATIO)
SERIES: Final = (ELECTRICITY, HEAT, FLOW, COP)

_MEASURED: Final = (ELECTRICITY, HEAT, FLOW)
_BEGIN: Final = int(datetime(2025, 3, 11, 5, tzinfo=UTC).timestamp())
# To be quick a history has two days of some: hours at both ends of a day and inside.
_HOURS_OF_DAY: Final = (0, 7, 23)
_EVERY: Final = 10


class Down(Exception):
    """The service does not answer."""


class Killed(Exception):
    """Home Assistant was killed."""


@dataclass(kw_only=True)
class Fuse:
    """How much is still kept before Home Assistant is killed; None: it is not killed."""

    left: int | None = None

    def burn(self) -> None:
        """Let one more thing be kept, or none any more."""
        if self.left is not None:
            if self.left == 0:
                raise Killed
            self.left -= 1


class Disk:
    """The file of what is remembered, as `Store` keeps it."""

    def __init__(self, fuse: Fuse) -> None:
        """Start without a file."""
        self.text: str | None = None
        self._fuse = fuse

    async def async_load(self) -> object:
        """Return what is on disk."""
        return None if self.text is None else json.loads(self.text)

    async def async_save(self, data: object) -> None:
        """Write what is told, at once and whole."""
        self._fuse.burn()
        self.text = json.dumps(data)


type Rows = Mapping[int, tuple[float | None, float | None]]
"""Rows of a series by hour: the amount or the mean, and the total of a sum."""


class Database(Protocol):
    """Where the rows are: the recorder, or what stands in for it."""

    @property
    def writer(self) -> StatisticsWriter:
        """Return what writes to it."""

    async def rows(self) -> dict[Series, Rows]:
        """Return all rows."""

    async def restore(self, rows: Mapping[Series, Rows]) -> None:
        """Put back what the rows were at an earlier time."""


@dataclass(kw_only=True)
class Source:
    """A heat pump whose data changes as its life goes.

    Its marks tell of a change where it is told of; a silent one they do not know of.
    """

    tail: int | None
    until: int
    key: str = "home"
    settings: dict[str, str] = field(default_factory=lambda: {"day": "0"})
    begin: int = _BEGIN
    hours: dict[Series, Hours] = field(
        default_factory=lambda: {series: {} for series in _MEASURED}
    )
    happens: tuple[int, Callable[[], None]] | None = None
    _told: dict[int, str] = field(default_factory=dict)

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Return the ratio of each day, whose midnight a setting moves."""
        return (
            Derived(
                series=COP,
                inputs=(ELECTRICITY, HEAT),
                window=self._whole_days,
                compute=lambda start, end, inputs: self._ratios(inputs),
            ),
        )

    def end(self) -> int | None:
        """Return the end of what there is."""
        return self.until

    async def async_blocks(self) -> tuple[Block, ...]:
        """Return the months as they were told of last."""
        self._let_happen()
        return tuple(
            Block(
                start=start, end=end, mark=f"{end} {self._told.get(month_start(start))}"
            )
            for start, end in months(self.begin, self.until)
        )

    async def async_read(self, start: int, end: int) -> Reading:
        """Return what is true between two hours."""
        self._let_happen()
        return Reading(
            truth={
                series: {h: amount for h, amount in hours.items() if start <= h < end}
                for series, hours in self.hours.items()
            }
        )

    def tell(self) -> None:
        """Let the marks tell of all that changed."""
        for start, end in months(self.begin, self.until):
            hours = [
                sorted((h, amount) for h, amount in hours.items() if start <= h < end)
                for hours in self.hours.values()
            ]
            digest = blake2s(repr(hours).encode()).hexdigest()
            self._told[month_start(start)] = digest

    def fill(self, start: int, end: int) -> None:
        """Fill in hours that differ from each other."""
        for day in range(start // DAY * DAY, end, DAY):
            if day // DAY % _EVERY < 2:
                for hour in (day + k * HOUR for k in _HOURS_OF_DAY):
                    if start <= hour < end:
                        self.hours[ELECTRICITY][hour] = 0.5 + hour // HOUR % 7 / 10
                        self.hours[HEAT][hour] = 2.0 + hour // HOUR % 11 / 10
                        self.hours[FLOW][hour] = 35.0 + hour // HOUR % 5

    @property
    def truth(self) -> dict[Series, Hours]:
        """Return what every row should be."""
        return {**self.hours, COP: self._ratios(self.hours)}

    def _let_happen(self) -> None:
        """Count a request; with one of them something happens."""
        if self.happens is not None:
            left, event = self.happens
            self.happens = (left - 1, event)
            if left == 0:
                event()

    def _midnight(self) -> int:
        return int(self.settings["day"]) * HOUR

    def _whole_days(self, start: int, end: int) -> tuple[int, int]:
        midnight = self._midnight()
        first = (start - midnight) // DAY * DAY + midnight
        return first, -((midnight - end) // DAY) * DAY + midnight

    def _ratios(self, inputs: Mapping[Series, Hours]) -> Hours:
        """Return for each hour of which both are known the ratio of its day."""
        midnight = self._midnight()
        both: dict[int, list[int]] = {}
        for hour in inputs[ELECTRICITY].keys() & inputs[HEAT].keys():
            both.setdefault((hour - midnight) // DAY, []).append(hour)
        return {
            hour: sum(inputs[HEAT][each] for each in sorted(hours))
            / (100 + sum(inputs[ELECTRICITY][each] for each in sorted(hours)))
            for hours in both.values()
            for hour in hours
        }


class Life:
    """The life of one import from its first start on, as `chance` has it."""

    def __init__(
        self,
        chance: Random,
        fuse: Fuse,
        database: Database,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Take what decides, the database, its fuse, and whom to tell of each step."""
        self.fuse = fuse
        self.database = database
        self.disk = Disk(fuse)
        until = _BEGIN + chance.randint(1, 200) * DAY
        self.source = Source(tail=chance.choice((None, 2 * DAY)), until=until)
        self.source.fill(_BEGIN, until)
        self.source.tell()
        self.now = float(until + 600)
        self.is_told = True
        """Whether the marks tell of all that is to be done again."""
        self._chance = chance
        self._note = note
        self._importer: Importer | None = None
        self._backup: tuple[str | None, dict[Series, Rows]] = (None, {})

    async def live(self, steps: int) -> None:
        """Take so many steps of a few kinds, with an import after most of them."""
        # Where all kinds are mixed they cover each other's traces.
        kinds = self._chance.sample(_STEPS, self._chance.randint(1, len(_STEPS)))
        await self._attempt(self._update)
        for _ in range(steps):
            step = self._chance.choice(kinds)
            self._note(step.__name__)
            await step(self)
            if self._chance.random() < 0.7:
                hours = self._chance.choice((0, 1, 6, 25, 49, 24 * 33))
                self._note(f"update after {hours} h")
                self.now += hours * HOUR
                await self._attempt(self._update)

    async def pass_day(self) -> int:
        """Let a day pass in which all is well, and return the rows that were written."""
        self._heal()
        written = 0
        for _ in range(2):
            self.now += DAY / 2
            written += (await self._update(await self._started())).written
        return written

    @property
    def months(self) -> int:
        """Return how many months the history has."""
        return len([*months(self.source.begin, self.source.until)])

    # What the source does.

    async def append(self) -> None:
        """Let hours come, now and then more than two months of them."""
        start = self.source.until
        days = self._chance.choice((0, 1, 3, 20, 70))
        self.source.until += days * DAY + self._chance.randint(1, 23) * HOUR
        self.source.fill(start, self.source.until)
        self.now = max(self.now, self.source.until + 600.0)
        self.source.tell()

    async def prepend(self) -> None:
        """Let an older past come."""
        end = self.source.begin
        self.source.begin -= self._chance.randint(1, 900) * HOUR
        self.source.fill(self.source.begin, end)
        self.source.tell()

    async def correct(self) -> None:
        """Let hours anywhere be corrected, or be known late."""
        self._edit()
        self.source.tell()

    async def correct_silently(self) -> None:
        """Let hours anywhere be corrected and no mark tell of it."""
        self._edit()
        self.is_told = False

    async def correct_meanwhile(self) -> None:
        """Let hours be corrected while they are imported."""

        def _correct() -> None:
            self._edit()
            self.source.tell()

        self.source.happens = (self._chance.randint(0, 4), _correct)

    async def retract(self) -> None:
        """Let a span of hours be known no longer."""
        start = self._an_hour()
        end = start + self._chance.choice((1, 24, 24 * 40)) * HOUR
        for series in self._some_series():
            hours = self.source.hours[series]
            self.source.hours[series] = {
                hour: amount
                for hour, amount in hours.items()
                if not start <= hour < end
            }
        self.source.tell()

    async def waver(self) -> None:
        """Let a correction be taken back as soon as Home Assistant was killed over it."""
        before = {series: dict(hours) for series, hours in self.source.hours.items()}
        await self.correct()
        await self.kill()
        self.now += DAY
        await self._attempt(self._update)
        self.source.hours = before
        self.source.tell()

    async def fail(self) -> None:
        """Let one of the next requests fail."""
        self.source.happens = (self._chance.randint(0, 4), _raise_down)

    # What happens to Home Assistant.

    async def kill(self) -> None:
        """Let Home Assistant be killed soon: what is kept until then is all there is."""
        self.fuse.left = self._chance.randint(0, self._chance.choice((16, 80)))

    async def restart(self) -> None:
        """Start anew from what is on disk."""
        self._importer = None

    async def lose_memory(self) -> None:
        """Lose the file of what is remembered."""
        self.disk.text = None
        await self.restart()

    async def back_up(self) -> None:
        """Keep a copy of all that there is."""
        self._backup = (self.disk.text, await self.database.rows())

    async def restore(self) -> None:
        """Put back the database, the file or both from the copy."""
        text, rows = self._backup
        what = self._chance.choice(("database", "file", "both"))
        if what != "file":
            await self.database.restore(rows)
        if what != "database":
            self.disk.text = text
        # What was remembered later may be the same as what was remembered then.
        self.is_told = False
        await self.restart()

    # What the user does.

    async def change_settings(self) -> None:
        """Let the day begin at another hour."""
        self.source.settings = {"day": str(self._chance.randint(0, 12))}
        await self.restart()

    async def rebuild(self) -> None:
        """Clear all and import it anew."""
        await self._attempt(lambda importer: importer.async_rebuild(self.now, _ignore))

    async def import_again(self) -> None:
        """Read a span again, whatever is remembered."""
        start = self._chance.choice((None, self._an_hour()))
        end = self._chance.choice((None, self._an_hour()))
        await self._attempt(
            lambda importer: importer.async_import_again(start, end, self.now, _ignore)
        )

    def _edit(self) -> None:
        """Set some hours of some series to other amounts, 0 and below among them."""
        for series in self._some_series():
            for _ in range(self._chance.randint(1, 3)):
                amount = self._chance.choice((0.0, -1.5, 0.25, 7.75))
                self.source.hours[series][self._an_hour()] = amount

    def _an_hour(self) -> int:
        """Return an hour of the history, now and then one of its newest."""
        count = (self.source.until - self.source.begin) // HOUR
        if self._chance.random() < 0.3:
            return self.source.until - self._chance.randint(1, min(count, 60)) * HOUR
        return self.source.begin + self._chance.randrange(count) * HOUR

    def _some_series(self) -> tuple[Series, ...]:
        return self._chance.choice((*((each,) for each in _MEASURED), _MEASURED))

    async def _update(self, importer: Importer) -> Imported:
        return await importer.async_update(self.now, _ignore)

    async def _started(self) -> Importer:
        """Return the importer of this run of Home Assistant."""
        if self._importer is None:
            with patch.object(memory_module, "Store", return_value=self.disk):
                memory = Memory(cast(HomeAssistant, None), "entry")
            await memory.async_load()
            self._importer = Importer(self.database.writer, memory, self.source)
        return self._importer

    async def _attempt(self, work: Callable[[Importer], Awaitable[Imported]]) -> None:
        """Let the importer work, and fail or be killed as was decided before."""
        try:
            await work(await self._started())
        except Down:
            self._note("down")
        except Killed:
            self._note("killed")
            self._importer = None
        finally:
            self._heal()

    def _heal(self) -> None:
        """Let nothing go wrong from here on."""
        self.fuse.left = None
        self.source.happens = None


def _raise_down() -> None:
    raise Down


def _ignore(progress: Progress) -> None:
    """Take a progress that nobody wants to know."""


_STEPS: Final = (
    Life.append,
    Life.prepend,
    Life.correct,
    Life.correct_silently,
    Life.correct_meanwhile,
    Life.retract,
    Life.waver,
    Life.fail,
    Life.kill,
    Life.restart,
    Life.lose_memory,
    Life.back_up,
    Life.restore,
    Life.change_settings,
    Life.rebuild,
    Life.import_again,
)
