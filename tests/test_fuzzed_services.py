"""Whatever the services answer, no untrue row is written and only their errors come out."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
import math
from pathlib import Path
from random import Random
from typing import Any, Final, cast
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings, strategies as st
import orjson
import pytest

from custom_components.heatpump_insight.analysis.hours import DAY, HOUR
from custom_components.heatpump_insight.api import transport
from custom_components.heatpump_insight.api.errors import ServiceError
from custom_components.heatpump_insight.api.heatpumpmonitor import HeatpumpMonitorClient
from custom_components.heatpump_insight.api.powershaper import PowerShaperClient
from custom_components.heatpump_insight.api.transport import Answer, Transport
from custom_components.heatpump_insight.meter_history import MeterHistory
from custom_components.heatpump_insight.statistics import memory as memory_module
from custom_components.heatpump_insight.statistics.importer import (
    HistorySource,
    Importer,
    Progress,
)
from custom_components.heatpump_insight.statistics.memory import Memory
from custom_components.heatpump_insight.statistics.series import (
    ENERGY,
    MASS,
    RATIO,
    Series,
)
from custom_components.heatpump_insight.system_history import SystemHistory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant

from .simulator import World
from .simulator.answers import Call
from .simulator.heatpumpmonitor import HeatpumpMonitor
from .simulator.powershaper import PowerShaper
from .statistics.kept import Kept
from .statistics.schedule import Database, Disk, Fuse, Rows
from .statistics.table import Table

RECORDED: Final = Path(__file__).parents[2] / "shared" / "recorded" / "heatpumpmonitor"
# Shortly after midnight on 5 April 2025: the history reaches over an edge of months.
NOW: Final = 1743811800.0
# So often an import of ten days never has to ask: more is told apart, and stopped.
MOST_ASKED: Final = 60
KINDS: Final = ("heat pump", "meter")

every_kind = pytest.mark.parametrize("kind", KINDS)
often = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

type Spoil = Callable[[bytes], bytes]


def drive[T](work: Coroutine[Any, Any, T]) -> T:
    """Run what waits for nothing but its turn; big answers are read at once, too."""
    with patch.object(transport, "_SMALL_BODY", transport.MAX_BODY):
        try:
            while True:
                assert work.send(None) is None, "it waits for something"
        except StopIteration as done:
            return cast(T, done.value)


class Told:
    """Stands in for a transport: what a simulated service says, some answers spoiled."""

    def __init__(self, service: HeatpumpMonitor | PowerShaper, token: str) -> None:
        """Take the service that answers, and the token that it wants."""
        self._service = service
        self._headers = {"Authorization": f"Token {token}"}
        self.spoil: Spoil | None = None
        self.fits: Callable[[str, Mapping[str, str], int], bool] = lambda *_: True
        self.asked = 0

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, **_: object
    ) -> Answer:
        """Answer as the service does, or else."""
        if self.asked == MOST_ASKED:
            raise ServiceError("A service", "/", "the test has seen enough")
        query = dict(params or {})
        answer = self._service.answer(
            Call(path=path, query=query, headers=self._headers)
        )
        body = answer.body
        if self.spoil is not None and self.fits(path, query, self.asked):
            body = self.spoil(body)
        self.asked += 1
        return Answer(
            service="A service",
            path="/",
            status=answer.status,
            content_type=answer.content_type.partition(";")[0],
            body=body,
            cookies={},
        )

    def path_of(self, link: str) -> str | None:
        """Take any link."""
        return link


@cache
def world() -> World:
    """Return ten days of a home."""
    world = World.small(days=10, now=lambda: NOW)
    world.caches_available = False
    return world


@dataclass
class Home:
    """A heat pump or a meter with its history, and the database of its rows."""

    kind: str
    database: Database
    told: Told
    memory: Memory
    now: float = NOW

    @classmethod
    def new(cls, kind: str, database: Database | None = None) -> Home:
        """Return a home of which nothing is imported yet."""
        service = HeatpumpMonitor if kind == "heat pump" else PowerShaper
        fuse = Fuse()
        with patch.object(memory_module, "Store", return_value=Disk(fuse)):
            memory = Memory(cast(HomeAssistant, None), "entry")
        return cls(
            kind=kind,
            database=database or Table(fuse),
            told=Told(service(world()), world().token),
            memory=memory,
        )

    async def update(self) -> ServiceError | None:
        """Ask what there is and import it, a day later each time; return what went wrong."""
        self.told.asked = 0
        try:
            importer = Importer(
                self.database.writer, self.memory, await self._history()
            )
            for _ in range(2):
                await importer.async_update(self.now, _ignore)
                self.now += DAY
        except ServiceError as error:
            return error
        return None

    async def _history(self) -> HistorySource:
        """Return the history, as an entry makes it of what its service has."""
        if self.kind == "heat pump":
            monitor = HeatpumpMonitorClient.__new__(HeatpumpMonitorClient)
            monitor._transport = cast(Transport, self.told)
            monitor._max_points = 20_000
            available = await monitor.available(204)
            return SystemHistory(
                monitor,
                204,
                None,
                key="system",
                name="Heat pump",
                zone=ZoneInfo("Europe/London"),
                available=lambda: available,
                now=lambda: NOW,
            )
        shaper = PowerShaperClient.__new__(PowerShaperClient)
        shaper._transport = cast(Transport, self.told)
        shaper._usable, shaper._max_days, shaper._pause = True, 90, 0
        meter = next(
            (each for each in await shaper.meters() if each.commodity == "electricity"),
            None,
        )
        return MeterHistory(
            shaper,
            key="meter",
            name="Meter",
            ends_stamped=False,
            meter=lambda: meter,
            now=lambda: NOW,
        )


def _ignore(progress: Progress) -> None:
    """Take a progress that nobody wants to know."""


@cache
def true_rows(kind: str) -> dict[Series, Rows]:
    """Return the rows of an import that nothing disturbs."""

    async def rows() -> dict[Series, Rows]:
        home = Home.new(kind)
        assert await home.update() is None
        return await home.database.rows()

    return drive(rows())


# How answers are spoiled, as chance has it.


def _anything(chance: Random, depth: int = 0) -> object:
    """Return any JSON."""
    match chance.randint(0, 9 if depth < 3 else 7):
        case 0:
            return None
        case 1:
            return chance.choice((False, True))
        case 2:
            return chance.choice((0, -1, 7, 2**63, -(2**62), 1743811200))
        case 3:
            return chance.choice((0.5, -3.25, 1e12, -1e12, 1e300))
        case 4 | 5:
            return chance.choice(("", "x", "NaN", "-Infinity", "1e999", "²", "12.5"))
        case 6:
            return []
        case 7:
            return {}
        case 8:
            return [_anything(chance, depth + 1) for _ in range(chance.randint(1, 3))]
        case _:
            keys = ("success", "feeds", "time", "energy_kwh", "heatpump_elec", "range")
            return {chance.choice(keys): _anything(chance, depth + 1) for _ in range(2)}


def _places(value: object) -> list[tuple[Any, Any]]:
    """Return every holder in a JSON value with every key or index in it."""
    found: list[tuple[Any, Any]] = []
    holders = [value]
    while holders:
        holder = holders.pop()
        keys: list[Any] = []
        if isinstance(holder, dict):
            keys = [*holder]
        elif isinstance(holder, list):
            keys = [*range(len(holder))]
        found += [(holder, key) for key in keys]
        holders += [holder[key] for key in keys]  # type: ignore[index]
    return found


def _cut(chance: Random, body: bytes) -> bytes:
    """Cut an answer short."""
    return body[: chance.randint(0, max(len(body) - 1, 0))]


def _flip(chance: Random, body: bytes) -> bytes:
    """Put any bytes in the place of others, where they break the JSON for certain."""
    at = chance.randint(0, len(body))
    return body[:at] + chance.choice((b"\xff", b"\x00", b"<br />", b"NaN{")) + body[at:]


def _replace(chance: Random, body: bytes) -> bytes:
    """Answer something else altogether."""
    return orjson.dumps(_anything(chance))


def _bytes(chance: Random, body: bytes) -> bytes:
    """Answer no text at all."""
    return bytes(chance.randint(0, 255) for _ in range(chance.randint(0, 40)))


def _lose(chance: Random, body: bytes) -> bytes:
    """Lose a key or an element anywhere."""
    answer = orjson.loads(body)
    if places := _places(answer):
        holder, key = chance.choice(places)
        del holder[key]
    return orjson.dumps(answer)


def _disorder(chance: Random, body: bytes) -> bytes:
    """Double rows, and mix them."""
    answer = orjson.loads(body)
    lists = [answer, *(holder[key] for holder, key in _places(answer))]
    for each in lists:
        if isinstance(each, list) and len(each) > 2:
            each += each[: chance.randint(0, 3)]
            chance.shuffle(each)
            break
    return orjson.dumps(answer)


_BREAKS: Final = (_cut, _flip, _replace, _bytes, _lose, _disorder)


# Around what is plausible of a power in W, a counter in kWh, and a half-hour.
_NUMBERS: Final = (0, -0.5, 49.5, 101, 999, 1001, 1e5, 100_001, -2e5, 1e9, -1e9, 1e12)


def _break(chance: Random) -> Spoil:
    """Return what breaks an answer in one way."""
    way = chance.choice(_BREAKS)

    def spoil(body: bytes) -> bytes:
        try:
            return way(chance, body)
        except orjson.JSONDecodeError:
            # A crash of the service is no JSON to begin with.
            return b""

    return spoil


def _change(chance: Random) -> Spoil:
    """Return what puts any value, plausible or absurd, in the place of some."""

    def spoil(body: bytes) -> bytes:
        answer = orjson.loads(body)
        places = [
            (holder, key)
            for holder, key in _places(answer)
            # What a row, a point or a meter's range is stamped with is another matter.
            if not isinstance(holder[key], dict | list)
            and key not in (0, "time", "earliest", "latest")
        ]
        for holder, key in chance.sample(places, min(len(places), 5)):
            is_number = chance.random() < 0.7
            holder[key] = chance.choice(_NUMBERS) if is_number else _anything(chance)
        return orjson.dumps(answer)

    return spoil


def assert_true(kind: str, found: Mapping[Series, Rows]) -> None:
    """Compare what is written with what is true, as far as it is written.

    Where a counter is not answered the power beside it tells nearly the same. Of a meter
    with a half-hour lost the hour is the other one.
    """
    truth = true_rows(kind)
    for series, rows in found.items():
        for hour, (value, _) in rows.items():
            if value is None:
                continue
            true = truth[series][hour][0]
            assert true is not None
            if kind == "meter":
                assert -1e-9 <= value <= true + 1e-9, (series.key, hour)
            else:
                assert value == pytest.approx(true, rel=0.02, abs=0.05), series.key


def assert_sane(found: Mapping[Series, Rows]) -> None:
    """Look for what no home ever reaches, and for what is no number."""
    for series, rows in found.items():
        for value, total in rows.values():
            assert value is None or math.isfinite(value)
            assert total is None or math.isfinite(total)
            if value is not None and series.measure is ENERGY:
                most = 100 if series.key.startswith("system") else 2000
                assert -100 <= value <= most
            if value is not None and series.measure in (MASS, RATIO):
                assert value >= 0


async def disturbed(home: Home, chance: Random, spoil: Spoil) -> None:
    """Spoil one answer or all from one on, in a first import or in a later look."""
    if chance.random() < 0.5:
        await home.update()
    first, is_last = chance.randint(0, 6), chance.random() < 0.5
    home.told.fits = lambda path, query, asked: (
        asked == first or (asked > first and not is_last)
    )
    home.told.spoil = spoil
    await home.update()


any_chance = st.randoms(use_true_random=False)


@every_kind
@often
@given(chance=any_chance)
def test_a_broken_answer_writes_nothing_untrue(kind: str, chance: Random) -> None:
    home = Home.new(kind)
    drive(disturbed(home, chance, _break(chance)))
    found = drive(home.database.rows())
    assert_true(kind, found)
    assert_sane(found)


@every_kind
@often
@given(chance=any_chance)
def test_changed_values_write_nothing_absurd(kind: str, chance: Random) -> None:
    home = Home.new(kind)
    drive(disturbed(home, chance, _change(chance)))
    assert_sane(drive(home.database.rows()))


@every_kind
@often
@given(chance=any_chance)
def test_after_any_answer_a_healthy_day_brings_the_truth(
    kind: str, chance: Random
) -> None:
    home = Home.new(kind)
    drive(disturbed(home, chance, chance.choice((_break, _change))(chance)))
    home.told.spoil = None
    assert drive(home.update()) is None
    found = drive(home.database.rows())
    for series, rows in true_rows(kind).items():
        known = {hour: row for hour, row in found[series].items() if row[0] is not None}
        assert [*sorted(known)] == [*sorted(rows)]
        for hour, (value, total) in rows.items():
            assert known[hour][0] == pytest.approx(value, abs=1e-8)
            if total is not None:
                assert known[hour][1] == pytest.approx(total, abs=1e-6)


# Answers that are valid, and say something else.


@often
@given(
    number=st.integers(2, 150),
    value=st.floats(-10, 2000) | st.sampled_from([1e12, 1000.0, 1000.5, 0.0, -0.001]),
)
def test_an_hour_is_what_its_half_hours_say_or_the_plausible_one_alone(
    number: int, value: float
) -> None:
    home = Home.new("meter")
    said: dict[str, float] = {}

    def spoil(body: bytes) -> bytes:
        rows = orjson.loads(body)
        rows[number]["energy_kwh"] = value
        said.update({row["time"]: row["energy_kwh"] for row in rows})
        return orjson.dumps(rows)

    home.told.spoil = spoil
    home.told.fits = lambda path, query, asked: query.get("aggregate") == "none"
    assert drive(home.update()) is None
    begin = min(true_rows("meter")[_energy(home)])
    halves = [amount for amount in said.values() if 0 <= amount <= 1000]
    rows = drive(home.database.rows())[_energy(home)]
    total = sum(row[0] for row in rows.values() if row[0] is not None)
    assert begin in rows
    assert total == pytest.approx(sum(halves[: len(rows) * 2]), abs=1e-6)


def _energy(home: Home) -> Series:
    """Return the energy of a meter."""
    return next(
        series
        for series in drive(home.database.rows())
        if series.measure is ENERGY and series.key == "meter"
    )


@often
@given(
    number=st.integers(2, 200),
    value=st.sampled_from([1e12, -1e12, 1e9, -1e9, 5e5, "NaN", None, "x", [], True]),
    kind=st.sampled_from(["electricity", "heat"]),
)
def test_a_reading_beyond_reason_moves_no_energy_out_of_its_two_hours(
    number: int, value: object, kind: str
) -> None:
    home = Home.new("heat pump")
    feed = {"electricity": "heatpump_elec_kwh", "heat": "heatpump_heat_kwh"}[kind]
    hit: list[int] = []

    def spoil(body: bytes) -> bytes:
        answer = orjson.loads(body)
        points = answer.get(feed, [])
        if number < len(points) - 2:
            hit.append(points[number][0])
            points[number][1] = value
        return orjson.dumps(answer)

    home.told.spoil = spoil
    home.told.fits = lambda path, query, asked: (
        query.get("interval") == str(HOUR) and query.get("average") == "0"
    )
    assert drive(home.update()) is None
    assume(hit)
    truth = next(
        rows for each, rows in true_rows("heat pump").items() if each.key.endswith(kind)
    )
    found = next(
        rows
        for each, rows in drive(home.database.rows()).items()
        if each.key.endswith(kind)
    )
    both = (hit[0] - HOUR, hit[0])
    # What lies around the history is asked for as well.
    assume(found.keys() >= {*both})
    for hour, (amount, _) in found.items():
        if hour not in both:
            assert amount == pytest.approx(truth[hour][0], abs=1e-6)
    assert sum(found[hour][0] or 0.0 for hour in both) == pytest.approx(
        sum(truth[hour][0] or 0.0 for hour in both), abs=1e-6
    )


# Answers that a server once gave, in the place of others.


def _recorded_bodies() -> list[bytes]:
    """Return the bodies of all recorded answers."""
    return [
        path.read_bytes().partition(b"\r\n\r\n")[2]
        for path in sorted(RECORDED.glob("*.http"))
        if path.stat().st_size < 60_000
    ]


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not here")
@every_kind
@often
@given(chance=any_chance)
def test_a_recorded_answer_to_something_else_writes_nothing_untrue(
    kind: str, chance: Random
) -> None:
    bodies = _recorded_bodies()
    home = Home.new(kind)
    is_broken = chance.random() < 0.5

    def spoil(body: bytes) -> bytes:
        other = chance.choice(bodies)
        return _break(chance)(other) if is_broken else other

    drive(disturbed(home, chance, spoil))
    assert_true(kind, drive(home.database.rows()))


# What a service says of how far its data reaches.


@pytest.mark.parametrize(
    ("earliest", "latest"),
    [
        ("0001-01-01T00:00:00Z", "2025-04-04"),
        ("0001-01-01T05:00:00Z", "0001-01-03"),
        ("2025-03-28", "9999-12-31T23:30:00Z"),
        ("2025-03-28", "9999-12-31T22:30:00Z"),
    ],
)
def test_a_range_beyond_reason_is_no_crash(earliest: str, latest: str) -> None:
    home = Home.new("meter")

    def spoil(body: bytes) -> bytes:
        rows = orjson.loads(body)
        for row in rows:
            row["range"] = {"earliest": earliest, "latest": latest}
        return orjson.dumps(rows)

    home.told.spoil = spoil
    home.told.fits = lambda path, query, asked: path.endswith("/meters/")
    drive(home.update())
    assert_true("meter", drive(home.database.rows()))
    assert home.told.asked < MOST_ASKED


@often
@given(
    start=st.sampled_from([-(10**12), -1, 1, int(NOW) - 10**7, 10**12]),
    end=st.sampled_from([-(10**12), 1, int(NOW), 10**12]),
    interval=st.sampled_from([-60, 1, 10, 10**9]),
)
def test_an_extent_beyond_reason_is_no_crash(
    start: int, end: int, interval: int
) -> None:
    home = Home.new("heat pump")

    def spoil(body: bytes) -> bytes:
        answer = orjson.loads(body)
        answer["feeds"] = {
            key: {"start_time": start, "end_time": end, "interval": interval}
            | {"npoints": 9}
            for key in ("heatpump_elec", "heatpump_elec_kwh", "heatpump_outsideT")
        }
        return orjson.dumps(answer)

    home.told.spoil = spoil
    home.told.fits = lambda path, query, asked: path.endswith("/available")
    drive(home.update())
    assert_sane(drive(home.database.rows()))
    assert home.told.asked < MOST_ASKED


def test_a_feed_that_ends_in_the_future_is_not_asked_for_without_end() -> None:
    home = Home.new("heat pump")

    def spoil(body: bytes) -> bytes:
        answer = orjson.loads(body)
        if "feeds" in answer:
            for extent in answer["feeds"].values():
                extent["end_time"] = 10**12
        elif points := answer.get("heatpump_elec_kwh"):
            points[-2][1] = None
        return orjson.dumps(answer)

    home.told.spoil = spoil
    drive(home.update())
    assert home.told.asked < MOST_ASKED


# Over the real recorder.


@every_kind
async def test_the_recorder_holds_nothing_untrue_after_dozens_of_broken_answers(
    hass: HomeAssistant, recorder_mock: Recorder, kind: str
) -> None:
    chance = Random(204)
    kept = Kept(hass, Fuse(), tuple(true_rows(kind)))
    home = Home.new(kind, kept)
    for _ in range(15):
        await disturbed(home, chance, _break(chance))
        assert_true(kind, await kept.rows())
    home.told.spoil = None
    assert await home.update() is None
    assert {each: len(rows) for each, rows in (await kept.rows()).items()} == {
        each: len(rows) for each, rows in true_rows(kind).items()
    }
