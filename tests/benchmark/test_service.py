"""The services answer from another process, and tell what they were asked."""

from collections.abc import Iterator
import os

from aiohttp import ClientSession
import pytest

from .apart import apart
from .service import Service, Tally, service


async def process_id() -> int:
    """Return which process asks."""
    return os.getpid()


@pytest.fixture
def served(socket_enabled: None) -> Iterator[Service]:
    """Serve a home with a few days."""
    with service("home", days=3, size=2) as served:
        yield served


async def test_each_service_is_counted_by_itself(served: Service) -> None:
    place = served.place()
    before = served.tally()
    async with ClientSession(place.url) as session:
        for path in ("/timeseries/available?id=204", "/meters/api/v1/meters/"):
            async with session.get(path) as answer:
                await answer.read()
        async with session.get("/system/list/public.json") as answer:
            assert len(await answer.json()) == 3
    asked = served.tally() - before
    assert (asked.heatpumpmonitor, asked.powershaper, asked.requests) == (2, 1, 3)
    assert 0 < asked.seconds < 60


async def test_a_corrected_half_hour_is_answered_anew(served: Service) -> None:
    place = served.place()
    address = f"/meters/api/v1/meter/{place.consent}/electricity"
    headers = {"Authorization": f"Token {place.token}"}

    async def rows(session: ClientSession, day: str) -> list[dict[str, object]]:
        query = {"start": day, "end": day, "aggregate": "none", "tz": "Etc/UTC"}
        async with session.get(address, params=query, headers=headers) as answer:
            found: list[dict[str, object]] = await answer.json()
            return found

    async with ClientSession(place.url) as session:
        async with session.get("/meters/api/v1/meters/", headers=headers) as answer:
            first = (await answer.json())[0]["range"]["earliest"][:10]
        before = await rows(session, first)
        served.correct(0)
        after = await rows(session, first)
    differ = [row["time"] for row, old in zip(after, before, strict=True) if row != old]
    assert differ == [f"{first}T12:00:00Z"]


def test_a_tally_tells_what_came_since_another() -> None:
    before = Tally(heatpumpmonitor=2, powershaper=1, seconds=0.5)
    after = Tally(heatpumpmonitor=5, powershaper=2, seconds=0.75)
    assert after - before == Tally(heatpumpmonitor=3, powershaper=1, seconds=0.25)


def test_a_measurement_has_a_process_of_its_own() -> None:
    assert apart(process_id) != os.getpid()
