"""Each fault of the way, as a client sees it."""

import asyncio
from email.utils import parsedate_to_datetime

from aiohttp import ClientError, ClientSession
import pytest

from . import (
    Clock,
    DatabaseDown,
    Drip,
    Elsewhere,
    Garbage,
    HtmlPage,
    Huge,
    Outage,
    ProxyRefuses,
    QuotaSpent,
    Reply,
    Simulator,
    Slow,
    TokenRefused,
    Truncated,
    World,
)
from .conftest import NOW, Client
from .times import HOUR

GET = "/system/get.json"
METERS = "/meters/api/v1/meters/"


async def test_an_outage_cuts_the_connection(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(Outage())
    with pytest.raises(ClientError):
        await ask(GET, id=204)
    assert simulator.requests[0].fault == "Outage"


async def test_a_fault_can_concern_one_service(
    ask: Client, simulator: Simulator, world: World
) -> None:
    simulator.faults.add(Outage(service="powershaper"))
    assert (await ask(GET, id=204)).json()["id"] == 204
    with pytest.raises(ClientError):
        await ask(METERS, token=world.token)


async def test_a_fault_can_concern_one_path(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(HtmlPage(path_contains="/stats/"))
    assert (await ask(GET, id=204)).content_type == "application/json"
    received = await ask("/system/stats/last7", id=204)
    assert received.status == 200
    assert received.content_type.startswith("text/html")


async def test_a_fault_lasts_for_its_span_of_the_worlds_clock(
    ask: Client, simulator: Simulator, clock: Clock
) -> None:
    simulator.faults.add(Reply(status=500, start=NOW + HOUR, end=NOW + 2 * HOUR))
    statuses = []
    for _ in range(3):
        statuses.append((await ask(GET, id=204)).status)
        clock.advance(HOUR)
    assert statuses == [200, 500, 200]


async def test_a_fault_takes_so_many_requests(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Reply(status=502, count=2))
    assert [(await ask(GET, id=204)).status for _ in range(3)] == [502, 502, 200]


async def test_the_first_fault_that_fits_takes_the_request(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Reply(status=500, count=1), Reply(status=503))
    assert [(await ask(GET, id=204)).status for _ in range(2)] == [500, 503]
    simulator.faults.clear()
    assert list(simulator.faults) == []
    assert (await ask(GET, id=204)).status == 200


async def test_a_reply_can_be_anything(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(
        Reply(
            status=418, body="{}", content_type="text/plain", headers={"X-Tea": "yes"}
        )
    )
    received = await ask(GET, id=204)
    assert (received.status, received.text) == (418, "{}")
    assert received.content_type == "text/plain" and received.headers["X-Tea"] == "yes"


async def test_a_slow_answer_is_right_but_late(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Slow(seconds=0.2))
    loop = asyncio.get_running_loop()
    before = loop.time()
    assert (await ask(GET, id=204)).json()["id"] == 204
    assert loop.time() - before >= 0.19


async def test_the_server_goes_on_while_one_answer_is_slow(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Slow(seconds=0.3, count=1))
    slow = asyncio.create_task(ask(GET, id=204))
    while not simulator.requests:
        await asyncio.sleep(0.01)
    assert (await ask(GET, id=204)).json()["id"] == 204
    assert not slow.done()
    await slow


async def test_a_truncated_answer_ends_before_its_length(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Truncated())
    with pytest.raises(ClientError):
        await ask(GET, id=204)


async def test_garbage_pretends_to_be_json(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(Garbage())
    received = await ask(GET, id=204)
    assert received.content_type == "application/json"
    with pytest.raises(ValueError):
        received.json()


async def test_a_huge_answer_is_as_long_as_one_reads(simulator: Simulator) -> None:
    simulator.faults.add(Huge(megabytes=40))
    read = 0
    async with (
        ClientSession() as session,
        session.get(f"{simulator.url}{GET}") as response,
    ):
        assert response.content_length is None
        async for chunk in response.content.iter_any():
            read += len(chunk)
    assert read > 40 * 2**20


async def test_one_may_go_before_a_huge_answer_ends(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Huge(megabytes=400, count=1))
    async with ClientSession() as session:
        response = await session.get(f"{simulator.url}{GET}")
        await response.content.readany()
        response.close()
    assert (await ask(GET, id=204)).json()["id"] == 204


async def test_a_dripping_answer_comes_byte_by_byte(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Drip(seconds=0.01, path_contains="nosuch"))
    assert (await ask("/system/nosuch.json")).text == "false"


async def test_one_may_go_before_a_dripping_answer_ends(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(Drip(seconds=30, count=1))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await ask(GET, id=204)
    assert (await ask(GET, id=204)).json()["id"] == 204


@pytest.mark.parametrize("status", [426, 429])
async def test_a_spent_quota_may_say_when_to_come_again(
    ask: Client, simulator: Simulator, status: int
) -> None:
    simulator.faults.add(
        QuotaSpent(status=status, count=1),
        QuotaSpent(status=status, retry_after=90, count=1),
        QuotaSpent(status=status, retry_after=90, as_date=True),
    )
    silent, seconds, moment = [await ask(GET, id=204) for _ in range(3)]
    assert {silent.status, seconds.status, moment.status} == {status}
    assert "Retry-After" not in silent.headers
    assert seconds.headers["Retry-After"] == "90"
    when = parsedate_to_datetime(moment.headers["Retry-After"])
    assert when.timestamp() == NOW + 90


async def test_a_refused_token_is_said_by_the_service_itself(
    ask: Client, simulator: Simulator, world: World
) -> None:
    simulator.faults.add(TokenRefused(count=1))
    received = await ask(METERS, token=world.token)
    assert received.status == 401 and received.json() == {"detail": "Invalid token."}
    assert (await ask(METERS, token=world.token)).status == 200


async def test_a_proxys_refusal_is_a_page(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(ProxyRefuses())
    received = await ask(METERS)
    assert received.status == 403 and received.content_type.startswith("text/html")


async def test_a_database_that_is_down_still_answers_200(
    ask: Client, simulator: Simulator
) -> None:
    simulator.faults.add(DatabaseDown())
    received = await ask(GET, id=204)
    assert received.status == 200 and received.text.startswith("<br />")


async def test_a_redirect_leads_elsewhere(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(Elsewhere(location="http://127.0.0.1:1/"))
    received = await ask(GET, id=204)
    assert received.status == 302
    assert received.headers["Location"] == "http://127.0.0.1:1/"
