"""How PowerShaper Monitor answers."""

import pytest

from . import Clock, MeterGone, Quota, Simulator, World
from .conftest import NOW, Client
from .times import DAY, HALF_HOUR, HOUR

METERS = "/meters/api/v1/meters/"
MIDNIGHT = NOW // DAY * DAY


@pytest.fixture
def consent(world: World) -> str:
    """Return the consent of the only home."""
    return world.tokens[world.token][0]


async def test_a_token_that_is_wrong_or_missing_is_refused(
    ask: Client, world: World
) -> None:
    for token in (None, "", "wrong", world.token + "0"):
        received = await ask(METERS, token=token)
        assert received.status == 401
        assert set(received.json()) == {"detail"}


async def test_the_list_names_both_meters_of_a_home(
    ask: Client, world: World, consent: str
) -> None:
    rows = (await ask(METERS, token=world.token)).json()
    assert [(row["consent_uuid"], row["type"]) for row in rows] == [
        (consent, "electricity"),
        (consent, "gas"),
    ]
    assert rows[0]["range"]["latest"] == "2026-11-21T00:00:00Z"
    assert rows[0]["range"]["earliest"] == "2026-10-12T00:00:00Z"
    assert rows[0]["links"]["records"].startswith("/meters/api/v1/meter/")


async def test_the_trailing_slash_is_required(ask: Client, world: World) -> None:
    assert (await ask(METERS[:-1], token=world.token)).status == 404


async def test_the_link_of_a_row_leads_to_its_usage(ask: Client, world: World) -> None:
    row = (await ask(METERS, token=world.token)).json()[0]
    received = await ask(
        row["links"]["records"], token=world.token, start="2026-11-20", end="2026-11-20"
    )
    assert len(received.json()) == 48


async def test_a_token_opens_only_its_own_consents(
    ask_demo: Client, demo_world: World
) -> None:
    first, second = demo_world.tokens[demo_world.token]
    rows = (await ask_demo(METERS, token=demo_world.token)).json()
    assert {row["consent_uuid"] for row in rows} == {first, second}
    unknown = f"/meters/api/v1/meter/{'0' * 36}/gas"
    assert (await ask_demo(unknown, token=demo_world.token)).status == 404


@pytest.mark.parametrize("commodity", ["electricity", "gas"])
async def test_half_hours_are_the_true_ones(
    ask: Client, world: World, consent: str, commodity: str
) -> None:
    rows = await ask.usage(commodity, start="2026-11-10", end="2026-11-20")
    truth = world.truth.meter_half_hours(
        consent, commodity, MIDNIGHT - 11 * DAY, MIDNIGHT
    )
    assert [(row["energy_kwh"], row["carbon_kg"]) for row in rows] == [
        (half.energy_kwh, half.carbon_kg) for half in truth
    ]
    assert rows[0]["time"] == "2026-11-10T00:00:00Z"
    assert all(row["error_count"] == 0 for row in rows)


async def test_the_last_day_is_included_and_today_is_not_there(ask: Client) -> None:
    rows = await ask.usage(start="2026-11-20", end="2026-11-25")
    assert rows[-1]["time"] == "2026-11-20T23:30:00Z" and len(rows) == 48


async def test_days_are_those_of_the_time_zone(ask: Client) -> None:
    london = await ask.usage(start="2026-10-20", end="2026-10-20", tz="Europe/London")
    utc = await ask.usage(start="2026-10-20", end="2026-10-20")
    assert london[0]["time"] == "2026-10-19T23:00:00Z"
    assert utc[0]["time"] == "2026-10-20T00:00:00Z"


async def test_the_day_on_which_the_clocks_go_back_has_fifty_half_hours(
    ask: Client,
) -> None:
    day = {"start": "2026-10-25", "end": "2026-10-25", "tz": "Europe/London"}
    assert len(await ask.usage(**day)) == 50
    (total,) = await ask.usage(**day, aggregate="day")
    assert total["time"] == "2026-10-24T23:00:00Z"


@pytest.mark.parametrize(
    ("aggregate", "count"), [("hour", 20 * 24), ("day", 20), ("month", 1)]
)
async def test_longer_rows_hold_the_same_energy(
    ask: Client, aggregate: str, count: int
) -> None:
    span = {"start": "2026-11-01", "end": "2026-11-20"}
    halves = await ask.usage(**span)
    rows = await ask.usage(**span, aggregate=aggregate)
    assert len(rows) == count
    for part in ("energy_kwh", "carbon_kg"):
        assert sum(row[part] for row in rows) == pytest.approx(
            sum(half[part] for half in halves), abs=1e-3
        )


async def test_a_profile_is_the_average_day(ask: Client) -> None:
    span = {"start": "2026-11-01", "end": "2026-11-20"}
    rows = await ask.usage(**span, aggregate="profile")
    halves = await ask.usage(**span)
    assert [row["time"] for row in rows][:3] == ["00:00:00", "00:30:00", "01:00:00"]
    assert len(rows) == 48
    mean = sum(half["energy_kwh"] for half in halves) / 20
    assert sum(row["energy_kwh"] for row in rows) == pytest.approx(mean, abs=1e-3)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "2026-11-20"},
        {"start": "20/11/2026", "end": "2026-11-20"},
        {"start": "2026-11-20", "end": "2026-11-19"},
        {"start": "2026-11-20", "end": "2026-11-20", "tz": "Mars/Olympus"},
        {"start": "2026-11-20", "end": "2026-11-20", "aggregate": "week"},
    ],
)
async def test_a_period_that_cannot_be_read_is_a_bad_request(
    ask: Client, world: World, consent: str, query: dict[str, str]
) -> None:
    path = f"/meters/api/v1/meter/{consent}/gas"
    assert (await ask(path, query, token=world.token)).status == 400


async def test_a_quota_is_counted_by_token_and_period(
    ask: Client, world: World, clock: Clock
) -> None:
    world.quota = Quota(calls=2, period=HOUR)
    for _ in range(2):
        assert (await ask(METERS, token=world.token)).status == 200
        clock.advance(60)
    refused = await ask(METERS, token=world.token)
    assert refused.status == 426
    assert refused.headers["Retry-After"] == str(HOUR - 120)
    clock.advance(HOUR - 120)
    assert (await ask(METERS, token=world.token)).status == 200


async def test_a_consent_that_is_lost_shows_in_several_ways(
    ask: Client, world: World, clock: Clock, consent: str
) -> None:
    world.add(MeterGone(consent=consent, at=NOW, until=NOW + HOUR))
    assert (await ask(METERS, token=world.token)).json() == []
    clock.advance(HOUR)
    assert len((await ask(METERS, token=world.token)).json()) == 2
    path = f"/meters/api/v1/meter/{consent}/gas"
    for how in (403, 404):
        world.faults.clear()
        world.add(MeterGone(consent=consent, at=NOW, how=str(how)))  # type: ignore[arg-type]
        received = await ask(
            path, token=world.token, start="2026-11-20", end="2026-11-20"
        )
        assert received.status == how
        assert set(received.json()) == {"detail"}


async def test_what_is_not_documented_can_be_spelt_in_other_ways(
    ask: Client, world: World
) -> None:
    day = {"start": "2026-10-20", "end": "2026-10-20", "tz": "Europe/London"}
    world.style.time = "offset"
    assert (await ask.usage(**day))[0]["time"] == "2026-10-20T00:00:00+01:00"
    world.style.time = "naive"
    assert (await ask.usage(**day))[0]["time"] == "2026-10-20T00:00:00"
    world.style.time, world.style.stamp = "utc", "end"
    assert (await ask.usage(**day))[0]["time"] == "2026-10-19T23:30:00Z"
    world.style.numbers = "string"
    assert isinstance((await ask.usage(**day))[0]["energy_kwh"], str)
    world.style.gas_carbon = "null"
    assert (await ask.usage("gas", **day))[0]["carbon_kg"] is None
    world.style.gas_carbon = "absent"
    assert "carbon_kg" not in (await ask.usage("gas", **day))[0]
    world.style.range = "date"
    row = (await ask(METERS, token=world.token)).json()[0]
    assert row["range"] == {"earliest": "2026-10-12", "latest": "2026-11-20"}


async def test_requests_tell_which_service_was_asked(
    ask: Client, simulator: Simulator, world: World
) -> None:
    await ask(METERS, token=world.token)
    (request,) = simulator.requests
    assert request.service == "powershaper" and request.status == 200
    assert request.headers["Authorization"] == f"Token {world.token}"


async def test_a_new_day_arrives_with_the_clock(
    ask: Client, world: World, clock: Clock
) -> None:
    clock.advance(DAY)
    rows = await ask.usage(start="2026-11-21", end="2026-11-21")
    assert len(rows) == 48
    row = (await ask(METERS, token=world.token)).json()[0]
    assert row["range"]["latest"] == "2026-11-22T00:00:00Z"
    assert HALF_HOUR * 48 == DAY
