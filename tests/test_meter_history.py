"""The history of a meter, read from a simulated PowerShaper Monitor."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, override

import aiohttp
import pytest

from custom_components.heatpump_insight.analysis.hours import DAY, HALF_HOUR, HOUR
from custom_components.heatpump_insight.api.errors import NotFound, UnexpectedAnswer
from custom_components.heatpump_insight.api.powershaper import (
    Aggregate,
    Commodity,
    Meter,
    PowerShaperClient,
    Usage,
)
from custom_components.heatpump_insight.meter_history import MeterHistory
from custom_components.heatpump_insight.statistics.importer import Block, Reading
from custom_components.heatpump_insight.statistics.writer import Hours

from .simulator import Clock, Simulator, World
from .simulator.data_faults import HalfHoursMissing, MeterGone, UsageCorrected

type Kind = Literal["electricity", "gas"]


def moment(month: int, day: int, hour: int = 0) -> int:
    """Return the unix second of an hour of 2025, in UTC."""
    return int(datetime(2025, month, day, hour, tzinfo=UTC).timestamp())


BEGIN = moment(2, 24)
NOW = moment(4, 10, 12)
# Yesterday ended at midnight in Britain, where it is summer.
END = moment(4, 9, 23)
MARCH = (moment(3, 1), moment(4, 1))


class Home:
    """A home's meter, its history, and what it was listed with last."""

    def __init__(
        self,
        world: World,
        client: PowerShaperClient,
        kind: Kind = "electricity",
        *,
        ends_stamped: bool = False,
    ) -> None:
        """Take the world that is served to the client."""
        self.world = world
        self.kind = kind
        self.consent = next(iter(world.meters))[0]
        self.meter: Meter | None = None
        self.history = MeterHistory(
            client,
            key="meter_0",
            name="Meter",
            ends_stamped=ends_stamped,
            meter=lambda: self.meter,
            now=world.now,
        )
        self._client = client

    async def look(self) -> None:
        """Ask which meters there are."""
        meters = await self._client.meters()
        found = [meter for meter in meters if meter.commodity == self.kind]
        self.meter = found[0] if found else None

    async def blocks(self) -> tuple[Block, ...]:
        """Ask which meters there are, and for the months."""
        await self.look()
        return await self.history.async_blocks()

    async def marks(self) -> list[str]:
        """Return the marks of the months."""
        return [block.mark for block in await self.blocks()]

    async def read(self, start: int, end: int) -> Reading:
        """Ask which meters there are, and for the truth of a span."""
        await self.look()
        return await self.history.async_read(start, end)

    async def all(self) -> tuple[Hours, Hours]:
        """Return energy and carbon of the whole history, read month by month."""
        found: tuple[Hours, Hours] = ({}, {})
        for block in await self.blocks():
            reading = await self.history.async_read(block.start, block.end)
            for all_hours, hours in zip(found, reading.truth.values(), strict=True):
                assert all(block.start <= hour < block.end for hour in hours)
                all_hours.update(hours)
        return found

    def true_energy(self, start: int = BEGIN, end: int = END) -> Hours:
        """Return the energy of hours."""
        usages = self.world.truth.meter_hours(self.consent, self.kind, start, end)
        return {usage.start: usage.energy_kwh for usage in usages}

    def true_carbon(self, start: int = BEGIN, end: int = END) -> Hours:
        """Return the carbon of hours."""
        usages = self.world.truth.meter_hours(self.consent, self.kind, start, end)
        return {usage.start: usage.carbon_kg for usage in usages}

    def half_energy(self, start: int) -> float:
        """Return the energy of one half-hour."""
        (half,) = self.world.truth.meter_half_hours(
            self.consent, self.kind, start, start + HALF_HOUR
        )
        return half.energy_kwh


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the world."""
    return Clock(NOW)


@pytest.fixture
def world(clock: Clock) -> World:
    """Return a world whose history reaches over two edges of months."""
    return World.small(days=45, now=clock)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a session that keeps no cookies."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar()
    ) as without_cookies:
        yield without_cookies


@pytest.fixture
def client(
    world: World, simulator: Simulator, session: aiohttp.ClientSession
) -> PowerShaperClient:
    """Return a client of the simulated service."""
    return PowerShaperClient(session, world.token, simulator.url, pause=0)


@pytest.fixture
def home(world: World, client: PowerShaperClient) -> Home:
    """Return the electricity meter of the home."""
    return Home(world, client)


# A history without faults.


@pytest.mark.parametrize("kind", ["electricity", "gas"])
async def test_every_hour_is_what_the_meter_measured(
    world: World, client: PowerShaperClient, kind: Kind
) -> None:
    home = Home(world, client, kind)
    energy, carbon = await home.all()
    assert energy == pytest.approx(home.true_energy())
    assert carbon == pytest.approx(home.true_carbon())
    assert len(energy) == (END - BEGIN) // HOUR


async def test_the_history_is_cut_into_months_up_to_what_the_meter_has_sent(
    home: Home,
) -> None:
    blocks = await home.blocks()
    assert [(block.start, block.end) for block in blocks] == [
        (BEGIN, MARCH[0]),
        MARCH,
        (MARCH[1], END),
    ]


async def test_a_finished_history_wants_no_other_look(home: Home) -> None:
    assert (await home.read(*MARCH)).looks == {}


async def test_a_month_takes_one_request(home: Home, simulator: Simulator) -> None:
    await home.look()
    simulator.requests.clear()
    await home.history.async_read(*MARCH)
    assert len(simulator.requests) == 1


@pytest.mark.parametrize("time", ["utc", "offset", "naive"])
@pytest.mark.parametrize("numbers", ["number", "string"])
async def test_the_spelling_of_the_service_changes_nothing(
    home: Home,
    time: Literal["utc", "offset", "naive"],
    numbers: Literal["number", "string"],
) -> None:
    home.world.style.time, home.world.style.numbers = time, numbers
    energy, _ = await home.all()
    assert energy == pytest.approx(home.true_energy())


async def test_a_range_of_bare_dates_holds_all_hours(home: Home) -> None:
    home.world.style.range = "date"
    energy, _ = await home.all()
    # The last date is taken for whole in UTC: its last hour has nothing yet.
    assert energy == pytest.approx(home.true_energy())


async def test_half_hours_stamped_with_their_end_belong_to_the_hour_before_it(
    world: World, client: PowerShaperClient
) -> None:
    world.style.stamp = "end"
    home = Home(world, client, ends_stamped=True)
    energy, carbon = await home.all()
    assert energy == pytest.approx(home.true_energy())
    assert carbon == pytest.approx(home.true_carbon())


@pytest.mark.parametrize(("ends_stamped", "stamp"), [(True, "end"), (False, "start")])
async def test_rows_depend_on_what_the_stamp_means(
    world: World, client: PowerShaperClient, ends_stamped: bool, stamp: str
) -> None:
    home = Home(world, client, ends_stamped=ends_stamped)
    assert home.history.settings == {"stamp": stamp}


# Carbon.


@pytest.mark.parametrize("carbon", ["null", "absent"])
async def test_a_meter_without_carbon_has_energy_alone_and_is_not_asked_for_more(
    world: World, client: PowerShaperClient, carbon: Literal["null", "absent"]
) -> None:
    world.style.gas_carbon = carbon
    home = Home(world, client, "gas")
    energy, carbons = await home.all()
    assert energy == pytest.approx(home.true_energy())
    assert carbons == {}
    assert (await home.read(*MARCH)).looks == {}


# Half-hours that are missing.

BAD = moment(4, 9, 10)
KINDS = pytest.mark.parametrize("kind", ["error", "absent"])


def missing(
    home: Home,
    kind: Literal["error", "absent"],
    *,
    halves: int = 1,
    filled: float = float("inf"),
) -> None:
    """Let the half-hours from BAD on be missing."""
    home.world.add(
        HalfHoursMissing(
            consent=home.consent,
            start=BAD,
            end=BAD + halves * HALF_HOUR,
            kind=kind,
            filled=filled,
        )
    )


@KINDS
async def test_an_hour_waits_two_days_for_its_other_half_and_is_then_the_good_one(
    home: Home, clock: Clock, kind: Literal["error", "absent"]
) -> None:
    missing(home, kind)
    reading = await home.read(MARCH[1], END)
    waits_until = BAD + HOUR + 2 * DAY
    for hours, truth in zip(
        reading.truth.values(),
        (home.true_energy(MARCH[1]), home.true_carbon(MARCH[1])),
        strict=True,
    ):
        del truth[BAD]
        assert hours == pytest.approx(truth)
    assert reading.looks == {BAD: min(NOW + DAY, waits_until)}
    clock.now = waits_until
    reading = await home.read(MARCH[1], END)
    energy, _ = reading.truth.values()
    assert energy[BAD] == pytest.approx(home.half_energy(BAD + HALF_HOUR))
    assert reading.looks == {BAD: clock.now + DAY}


@KINDS
async def test_a_half_that_comes_late_is_added_and_changes_the_mark(
    home: Home, clock: Clock, kind: Literal["error", "absent"]
) -> None:
    missing(home, kind, filled=NOW + 1)
    before = await home.marks()
    clock.advance(60)
    after = await home.marks()
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, True, False]
    reading = await home.read(MARCH[1], END)
    energy, _ = reading.truth.values()
    assert energy == pytest.approx(home.true_energy(MARCH[1]))
    assert reading.looks == {}


@KINDS
async def test_after_sixty_days_what_is_there_is_final(
    home: Home, clock: Clock, kind: Literal["error", "absent"]
) -> None:
    missing(home, kind)
    clock.now = BAD + 60 * DAY
    reading = await home.read(MARCH[1], END)
    energy, _ = reading.truth.values()
    assert BAD in energy
    assert reading.looks == {}


@KINDS
async def test_an_hour_without_both_halves_has_no_row(
    home: Home, clock: Clock, kind: Literal["error", "absent"]
) -> None:
    missing(home, kind, halves=4)
    clock.now = BAD + 3 * DAY
    energy, carbon = (await home.read(MARCH[1], END)).truth.values()
    truth = home.true_energy(MARCH[1])
    gone = {BAD, BAD + HOUR}
    assert energy.keys() == carbon.keys() == truth.keys() - gone


# Corrections.


async def test_a_correction_changes_the_mark_of_its_month_alone(
    home: Home, clock: Clock
) -> None:
    home.world.add(
        UsageCorrected(
            consent=home.consent,
            start=moment(3, 5, 10),
            end=moment(3, 5, 12),
            factor=2,
            at=NOW + 1,
        )
    )
    before = await home.marks()
    clock.advance(60)
    after = await home.marks()
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, False, True]


async def test_another_day_changes_the_newest_mark_alone(
    home: Home, clock: Clock
) -> None:
    before = await home.marks()
    clock.advance(DAY)
    after = await home.marks()
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, True, False]


class WithoutMonths(PowerShaperClient):
    """A service that gives no totals of months."""

    error: type[NotFound | UnexpectedAnswer]

    @override
    async def usage(
        self,
        meter: Meter,
        first: date,
        last: date,
        aggregate: Aggregate = Aggregate.HALF_HOUR,
        tz: str = "Etc/UTC",
    ) -> tuple[Usage, ...]:
        """Refuse months."""
        if aggregate is Aggregate.MONTH:
            raise self.error("PowerShaper Monitor", "/meter", "no such aggregate")
        return await super().usage(meter, first, last, aggregate, tz)


@pytest.mark.parametrize("error", [NotFound, UnexpectedAnswer])
async def test_a_service_without_totals_of_months_is_imported_all_the_same(
    world: World,
    simulator: Simulator,
    session: aiohttp.ClientSession,
    clock: Clock,
    error: type[NotFound | UnexpectedAnswer],
) -> None:
    client = WithoutMonths(session, world.token, simulator.url, pause=0)
    client.error = error
    home = Home(world, client)
    energy, _ = await home.all()
    assert energy == pytest.approx(home.true_energy())
    before = await home.marks()
    clock.advance(DAY)
    after = await home.marks()
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, True, False]


class BritishMonths(PowerShaperClient):
    """A service that begins its months at midnight in Britain, whatever it is asked."""

    @override
    async def usage(
        self,
        meter: Meter,
        first: date,
        last: date,
        aggregate: Aggregate = Aggregate.HALF_HOUR,
        tz: str = "Etc/UTC",
    ) -> tuple[Usage, ...]:
        """Answer months of summer an hour early."""
        found = await super().usage(meter, first, last, aggregate, tz)
        return tuple(
            Usage(
                start=usage.start - timedelta(hours=usage.start.month == 4),
                energy_kwh=usage.energy_kwh,
                carbon_kg=usage.carbon_kg,
                error_count=usage.error_count,
            )
            for usage in found
        )


async def test_months_that_begin_an_hour_early_are_not_taken_for_the_ones_before(
    world: World,
    simulator: Simulator,
    session: aiohttp.ClientSession,
    clock: Clock,
) -> None:
    home = Home(world, BritishMonths(session, world.token, simulator.url, pause=0))
    world.add(
        UsageCorrected(
            consent=home.consent,
            start=moment(3, 5, 10),
            end=moment(3, 5, 12),
            factor=2,
            at=NOW + 1,
        )
    )
    before = await home.marks()
    clock.advance(60)
    after = await home.marks()
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, False, True]


# A meter that goes.


async def test_a_meter_that_is_gone_has_no_end_and_no_months(home: Home) -> None:
    home.world.add(MeterGone(consent=home.consent, at=BEGIN))
    assert await home.blocks() == ()
    assert home.history.end() is None


async def test_a_meter_that_goes_while_it_is_read_is_not_found(home: Home) -> None:
    with pytest.raises(NotFound) as raised:
        await home.history.async_read(*MARCH)
    assert home.consent not in str(raised.value)


@pytest.mark.parametrize("is_begun", [False, True])
async def test_a_meter_that_has_sent_nothing_has_no_months(
    home: Home, is_begun: bool
) -> None:
    begin = datetime.fromtimestamp(BEGIN, UTC)
    home.meter = Meter(
        consent=home.consent,
        commodity=Commodity.ELECTRICITY,
        last_digits=None,
        status=None,
        earliest=begin if is_begun else None,
        latest=None if is_begun else begin,
        records_path=None,
    )
    assert await home.history.async_blocks() == ()


async def test_a_past_that_the_service_has_lost_since_is_left_alone(home: Home) -> None:
    await home.look()
    assert home.meter is not None
    listed_then = datetime.fromtimestamp(BEGIN - 30 * DAY, UTC)
    home.meter = replace(home.meter, earliest=listed_then)
    reading = await home.history.async_read(BEGIN - 30 * DAY, MARCH[0])
    assert set(reading.since.values()) == {BEGIN}
    assert len(reading.since) == 2


async def test_a_meter_that_goes_while_its_past_is_missing_is_not_found(
    home: Home,
) -> None:
    await home.look()
    home.world.add(MeterGone(consent=home.consent, at=0, how="row"))
    with pytest.raises(NotFound):
        await home.history.async_read(BEGIN - 30 * DAY, BEGIN)


@pytest.mark.parametrize(
    ("earliest", "latest"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), None),
        (None, datetime(2045, 1, 1, tzinfo=UTC)),
        (datetime(2045, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)),
    ],
)
async def test_a_range_that_reaches_into_the_future_ends_now(
    home: Home, earliest: datetime | None, latest: datetime | None
) -> None:
    await home.look()
    assert home.meter is not None
    home.meter = replace(
        home.meter,
        earliest=earliest or home.meter.earliest,
        latest=latest or home.meter.latest,
    )
    blocks = await home.history.async_blocks()
    assert all(block.start < block.end <= NOW + HOUR for block in blocks)
