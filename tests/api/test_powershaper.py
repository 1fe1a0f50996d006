"""The client of PowerShaper Monitor copes with every reading of what is not documented."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import aiohttp
from aiohttp import web
import pytest

from custom_components.heatpump_insight.api.errors import (
    CannotConnect,
    NotFound,
    QuotaExceeded,
    Refused,
    ServiceError,
    UnexpectedAnswer,
)
from custom_components.heatpump_insight.api.powershaper import (
    DEFAULT_URL,
    Aggregate,
    Commodity,
    Meter,
    PowerShaperClient,
    ProfileUsage,
    Usage,
)

from .conftest import Reply, Service

_TOKEN = "0123456789abcdef0123456789abcdef01234567"
_CONSENT = "5CDE2A11-93F1-4e0b-8f5e-0a1b2c3d4e5f"
_DIGITS = "6789"
_METERS = "/meters/api/v1/meters/"
_USAGE = f"/meters/api/v1/meter/{_CONSENT}/electricity"
_DAY = date(2026, 1, 10)


def _meter(**changes: Any) -> Meter:
    """Return a meter."""
    given: dict[str, Any] = {
        "consent": _CONSENT,
        "commodity": Commodity.ELECTRICITY,
        "last_digits": _DIGITS,
        "status": None,
        "earliest": None,
        "latest": None,
        "records_path": None,
    }
    return Meter(**given | changes)


def _row(**changes: object) -> dict[str, object]:
    """Return a row of the list of meters as the service documents it."""
    return {
        "consent_uuid": _CONSENT,
        "type": "electricity",
        "mpan_last_four": _DIGITS,
        "status": "active",
        "range": {"earliest": "2024-03-01", "latest": "2026-01-09"},
        "links": {"records": _USAGE},
        **changes,
    }


def _usage(stamp: object, energy: object = 0.5, **more: object) -> dict[str, object]:
    """Return a row of use as the service documents it."""
    row = {"time": stamp, "energy_kwh": energy, "carbon_kg": 0.1, "error_count": 0}
    return row | more


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time in January 2026, in UTC."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def client(service: Service, session: aiohttp.ClientSession) -> PowerShaperClient:
    """Return a client of the service that does not pause."""
    return PowerShaperClient(session, _TOKEN, service.url, pause=0)


def test_the_public_server_is_the_default() -> None:
    assert DEFAULT_URL == "https://app.powershaper.io"


# Meters


async def test_a_meter_is_read_whole(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_METERS, [_row()])
    (meter,) = await client.meters()
    assert service.asked[0].headers["Authorization"] == f"Token {_TOKEN}"
    assert meter.consent == _CONSENT
    assert meter.key == "5cde2a1193f14e0b8f5e0a1b2c3d4e5f"
    assert meter.commodity is Commodity.ELECTRICITY
    assert meter.last_digits == _DIGITS
    assert meter.status == "active"
    assert meter.earliest == datetime(2024, 3, 1, tzinfo=UTC)
    assert meter.records_path == _USAGE


async def test_the_last_day_of_a_range_counts_whole(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_METERS, [_row()])
    (meter,) = await client.meters()
    assert meter.latest == _at(10, 0)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-01-09T23:30:00Z", _at(9, 23, 30)),
        ("2026-01-09T23:30:00+01:00", _at(9, 22, 30)),
        ("2026-01-09T23:30:00", _at(9, 23, 30)),
        ("2026-01-09 23:30", _at(9, 23, 30)),
        ("soon", None),
        ("", None),
        (None, None),
        (1767225600, None),
        ("9999-12-31", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
async def test_the_end_of_a_range_may_be_a_moment_or_missing(
    client: PowerShaperClient,
    service: Service,
    words: object,
    moment: datetime | None,
) -> None:
    service.json(_METERS, [_row(range={"earliest": None, "latest": words})])
    (meter,) = await client.meters()
    assert (meter.earliest, meter.latest) == (None, moment)


@pytest.mark.parametrize(
    "row",
    [
        _row(type="water"),
        _row(type=None),
        _row(type=["gas"]),
        _row(consent_uuid=None),
        _row(consent_uuid=""),
        _row(consent_uuid="--"),
        _row(consent_uuid="../../admin"),
        _row(consent_uuid="a?b"),
        _row(consent_uuid=7),
        {},
    ],
)
async def test_a_row_of_another_type_or_without_a_consent_is_skipped(
    client: PowerShaperClient, service: Service, row: object
) -> None:
    service.json(_METERS, [row, _row(type="Gas")])
    (meter,) = await client.meters()
    assert meter.commodity is Commodity.GAS


async def test_both_meters_of_a_consent_are_told_apart(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_METERS, [_row(), _row(type="gas")])
    assert [meter.commodity for meter in await client.meters()] == [
        Commodity.ELECTRICITY,
        Commodity.GAS,
    ]


async def test_a_meter_that_is_listed_twice_is_one_with_the_widest_range(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(
        _METERS,
        [
            _row(range={"earliest": "2025-01-01"}, links=None, mpan_last_four=None),
            _row(
                consent_uuid=_CONSENT.lower().replace("-", ""),
                range={"earliest": "2024-01-01", "latest": "2025-05-01"},
            ),
            _row(range=None, status=None),
        ],
    )
    (meter,) = await client.meters()
    assert meter.consent == _CONSENT
    assert meter.earliest == datetime(2024, 1, 1, tzinfo=UTC)
    assert meter.latest == datetime(2025, 5, 2, tzinfo=UTC)
    assert (meter.last_digits, meter.records_path) == (_DIGITS, _USAGE)


@pytest.mark.parametrize(
    ("changes", "digits"),
    [
        ({"mpan_last_four": 89}, "0089"),
        ({"mpan_last_four": "1200012346789"}, "6789"),
        ({"mpan_last_four": None, "last_digits": "1234"}, "1234"),
        ({"mpan_last_four": None, "MPRN": "1234"}, "1234"),
        ({"mpan_last_four": "none"}, None),
        ({"mpan_last_four": []}, None),
        ({"mpan_last_four": None, "other": "1234"}, None),
    ],
)
async def test_the_last_digits_are_found_whatever_their_key(
    client: PowerShaperClient,
    service: Service,
    changes: dict[str, object],
    digits: str | None,
) -> None:
    service.json(_METERS, [_row(**changes)])
    assert (await client.meters())[0].last_digits == digits


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/meters/api/v1/other/x", "/meters/api/v1/other/x"),
        ("{url}/elsewhere", "/elsewhere"),
        ("https://example.org/steal", None),
        ("//example.org/steal", None),
        ("/path?query=1", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
async def test_a_link_to_records_counts_only_on_the_same_host(
    client: PowerShaperClient, service: Service, link: Any, path: str | None
) -> None:
    if isinstance(link, str):
        link = link.replace("{url}", service.url)
    service.json(_METERS, [_row(links={"records": link})])
    assert (await client.meters())[0].records_path == path


async def test_a_user_may_have_no_meters(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_METERS, [])
    assert await client.meters() == ()


@pytest.mark.parametrize("answer", [{}, {"results": []}, [[]], ["x"], None, "x", 5])
async def test_anything_but_a_list_of_rows_is_unexpected(
    client: PowerShaperClient, service: Service, answer: object
) -> None:
    service.json("*", answer)
    for call in client.meters(), client.usage(_meter(), _DAY, _DAY):
        with pytest.raises(UnexpectedAnswer, match="no list of objects"):
            await call


# Use


async def test_half_hours_are_asked_for_in_utc(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(
        _USAGE,
        [_usage("2026-01-10T00:30:00Z", "0.25"), _usage("2026-01-10T00:00:00Z")],
    )
    usage = await client.usage(_meter(), _DAY, _DAY)
    assert service.asked[0].query == {
        "start": "2026-01-10",
        "end": "2026-01-10",
        "aggregate": "none",
        "tz": "Etc/UTC",
    }
    assert usage == (
        Usage(start=_at(10, 0), energy_kwh=0.5, carbon_kg=0.1, error_count=0),
        Usage(start=_at(10, 0, 30), energy_kwh=0.25, carbon_kg=0.1, error_count=0),
    )


async def test_the_link_to_records_is_preferred(
    client: PowerShaperClient, service: Service
) -> None:
    service.json("/elsewhere/records", [])
    await client.usage(_meter(records_path="/elsewhere/records"), _DAY, _DAY)
    assert service.asked[0].path == "/elsewhere/records"


async def test_the_later_of_two_rows_with_one_stamp_is_taken(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(
        _USAGE,
        [_usage("2026-01-10T00:00:00Z", 1), _usage("2026-01-10T00:00:00+00:00", 2)],
    )
    assert [row.energy_kwh for row in await client.usage(_meter(), _DAY, _DAY)] == [2]


async def test_rows_outside_the_days_are_dropped_but_both_midnights_kept(
    client: PowerShaperClient, service: Service
) -> None:
    stamps = [
        "2026-01-09T23:30:00Z",
        "2026-01-10T00:00:00Z",
        "2026-01-11T00:00:00Z",
        "2026-01-11T00:30:00Z",
    ]
    service.json(_USAGE, [_usage(stamp) for stamp in stamps])
    usage = await client.usage(_meter(), _DAY, _DAY)
    assert [row.start for row in usage] == [_at(10, 0), _at(11, 0)]


async def test_a_row_without_a_time_is_dropped(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_USAGE, [_usage(None), _usage("x"), _usage("2026-01-10T00:00:00Z")])
    assert len(await client.usage(_meter(), _DAY, _DAY)) == 1


async def test_rows_that_all_lack_a_time_are_unexpected(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_USAGE, [_usage(None), _usage(1768003200)])
    with pytest.raises(UnexpectedAnswer, match="time"):
        await client.usage(_meter(), _DAY, _DAY)


@pytest.mark.parametrize(
    ("given", "energy", "errors"),
    [
        ({"energy_kwh": 0, "error_count": 1}, 0, 1),
        ({"energy_kwh": "0.5", "error_count": "0"}, 0.5, 0),
        ({"energy_kwh": 0.5, "error_count": None}, 0.5, 0),
        ({"energy_kwh": 0.5}, 0.5, 0),
        ({"energy_kwh": 0.5, "error_count": -3}, 0.5, 0),
        ({"energy_kwh": None, "error_count": 0}, None, 1),
        ({"energy_kwh": None, "error_count": 2}, None, 2),
        ({}, None, 1),
        ({"energy_kwh": -0.1, "error_count": 0}, None, 1),
        ({"energy_kwh": "NaN", "error_count": 0}, None, 1),
        ({"energy_kwh": "inf", "error_count": 0}, None, 1),
        ({"energy_kwh": 1000}, 1000, 0),
        ({"energy_kwh": 1000.1}, None, 1),
        ({"energy_kwh": True}, None, 1),
    ],
)
async def test_energy_that_is_none_counts_as_missing(
    client: PowerShaperClient,
    service: Service,
    given: dict[str, object],
    energy: float | None,
    errors: int,
) -> None:
    service.json(_USAGE, [{"time": "2026-01-10T00:00:00Z", **given}])
    (row,) = await client.usage(_meter(), _DAY, _DAY)
    assert (row.energy_kwh, row.error_count) == (energy, errors)


@pytest.mark.parametrize("carbon", [None, "x", -1, "NaN", 1e9])
async def test_carbon_may_be_unknown(
    client: PowerShaperClient, service: Service, carbon: object
) -> None:
    service.json(_USAGE, [_usage("2026-01-10T00:00:00Z", carbon_kg=carbon)])
    (row,) = await client.usage(_meter(), _DAY, _DAY)
    assert (row.energy_kwh, row.carbon_kg, row.error_count) == (0.5, None, 0)


@pytest.mark.parametrize(
    ("aggregate", "energy"),
    [
        (Aggregate.HOUR, 2000),
        (Aggregate.DAY, 50_000),
        (Aggregate.MONTH, 1_490_000),
    ],
)
async def test_a_longer_period_may_hold_more_energy(
    client: PowerShaperClient, service: Service, aggregate: Aggregate, energy: float
) -> None:
    stamp = "2026-01-10T00:00:00Z"
    service.json(_USAGE, [_usage(stamp, energy)], [_usage(stamp, energy + 1)])
    (most,) = await client.usage(_meter(), _DAY, _DAY, aggregate)
    (more,) = await client.usage(_meter(), _DAY, _DAY, aggregate)
    assert (most.energy_kwh, more.energy_kwh) == (energy, None)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that the client makes, without waiting for them."""
    made: list[float] = []

    async def note(seconds: float) -> None:
        if seconds:
            made.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    return made


@pytest.mark.parametrize("aggregate", [Aggregate.HALF_HOUR, Aggregate.HOUR])
async def test_many_days_are_asked_for_in_spans_with_pauses_between(
    service: Service,
    session: aiohttp.ClientSession,
    pauses: list[float],
    aggregate: Aggregate,
) -> None:
    async def first_and_last(request: web.Request) -> web.Response:
        first = date.fromisoformat(request.query["start"])
        last = date.fromisoformat(request.query["end"]) + timedelta(days=1)
        rows = [_usage(f"{day}T00:00:00Z") for day in (last, first)]
        return web.json_response(rows)

    service.on(_USAGE, first_and_last)
    client = PowerShaperClient(session, _TOKEN, service.url, max_days=10, pause=2.5)
    usage = await client.usage(_meter(), date(2026, 1, 1), date(2026, 1, 25), aggregate)
    spans = [(asked.query["start"], asked.query["end"]) for asked in service.asked]
    assert spans == [
        ("2026-01-01", "2026-01-10"),
        ("2026-01-11", "2026-01-20"),
        ("2026-01-21", "2026-01-25"),
    ]
    assert pauses == [2.5, 2.5]
    assert [row.start.day for row in usage] == [1, 11, 21, 26]


@pytest.mark.parametrize("aggregate", [Aggregate.DAY, Aggregate.MONTH])
async def test_years_of_days_or_months_are_one_request(
    client: PowerShaperClient, service: Service, aggregate: Aggregate
) -> None:
    service.json(_USAGE, [])
    await client.usage(_meter(), date(2020, 1, 1), date(2026, 1, 1), aggregate)
    assert len(service.asked) == 1
    assert service.asked[0].query["aggregate"] == aggregate


@pytest.mark.parametrize("aggregate", [Aggregate.HALF_HOUR, Aggregate.DAY])
async def test_no_days_need_no_request(
    client: PowerShaperClient, service: Service, aggregate: Aggregate
) -> None:
    yesterday = _DAY - timedelta(days=1)
    assert await client.usage(_meter(), _DAY, yesterday, aggregate) == ()
    assert service.asked == []


async def test_the_month_of_the_first_day_is_kept_whole(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(
        _USAGE,
        [_usage("2025-12-01T00:00:00Z"), _usage("2026-01-01T00:00:00Z")],
    )
    usage = await client.usage(_meter(), _DAY, date(2026, 1, 31), Aggregate.MONTH)
    assert [row.start for row in usage] == [_at(1, 0)]


async def test_british_summer_days_begin_an_hour_before_those_of_utc(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(_USAGE, [_usage("2026-06-30T23:00:00Z")])
    day = date(2026, 7, 1)
    (row,) = await client.usage(_meter(), day, day, Aggregate.DAY)
    assert row.start == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp",
    ["2026-07-01T00:00:00", "2026-07-01T00:00:00+01:00", "2026-07-01", "20260701"],
)
async def test_a_stamp_without_an_offset_is_in_the_zone_asked_for(
    client: PowerShaperClient, service: Service, stamp: str
) -> None:
    service.json(_USAGE, [_usage(stamp)])
    day = date(2026, 7, 1)
    (row,) = await client.usage(_meter(), day, day, tz="Europe/London")
    assert service.asked[0].query["tz"] == "Europe/London"
    assert row.start == datetime(2026, 6, 30, 23, tzinfo=UTC)


async def test_an_unknown_zone_is_an_error_of_the_caller(
    client: PowerShaperClient, service: Service
) -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        await client.usage(_meter(), _DAY, _DAY, tz="Europe/Nowhere")
    assert service.asked == []


async def test_the_average_day_has_a_method_of_its_own(
    client: PowerShaperClient,
) -> None:
    with pytest.raises(ValueError):
        await client.usage(_meter(), _DAY, _DAY, Aggregate.PROFILE)


async def test_an_average_day_is_read_in_order(
    client: PowerShaperClient, service: Service
) -> None:
    service.json(
        _USAGE,
        [
            _usage("00:30:00", 0.2, error_count=3),
            _usage("00:00"),
            _usage("2026-01-10T01:00:00Z"),
        ],
    )
    profile = await client.profile(_meter(), _DAY, date(2026, 2, 10))
    assert service.asked[0].query == {
        "start": "2026-01-10",
        "end": "2026-02-10",
        "aggregate": "profile",
        "tz": "Europe/London",
    }
    assert [row.time_of_day for row in profile] == [time(0), time(0, 30), time(1)]
    assert profile[1] == ProfileUsage(
        time_of_day=time(0, 30), energy_kwh=0.2, carbon_kg=0.1, error_count=3
    )


@pytest.mark.parametrize("words", [None, "", "noon", "25:00"])
async def test_an_average_day_without_times_is_unexpected(
    client: PowerShaperClient, service: Service, words: object
) -> None:
    service.json(_USAGE, [_usage(words)])
    with pytest.raises(UnexpectedAnswer, match="time of day"):
        await client.profile(_meter(), _DAY, _DAY)


# Failures

type Call = Callable[[PowerShaperClient], Awaitable[object]]

_CALLS: dict[str, Call] = {
    "meters": lambda client: client.meters(),
    "usage": lambda client: client.usage(_meter(), _DAY, _DAY),
    "months": lambda client: client.usage(_meter(), _DAY, _DAY, Aggregate.MONTH),
    "linked": lambda client: client.usage(
        _meter(records_path=f"/meters/{_DIGITS}/{_CONSENT.upper()}"), _DAY, _DAY
    ),
    "profile": lambda client: client.profile(_meter(), _DAY, _DAY),
}

_SECRETS = (_TOKEN, _CONSENT, _CONSENT.upper(), _DIGITS, "sekrit")


@pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS)
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=401, content={"detail": "Invalid token."}), Refused),
        (Reply(status=401, content=b"sekrit", content_type="text/html"), Refused),
        (Reply(status=403, content={"detail": "sekrit"}), Refused),
        (
            Reply(status=403, content=b"<h1>sekrit", content_type="text/html"),
            UnexpectedAnswer,
        ),
        (Reply(status=403, content=b"<h1>sekrit"), UnexpectedAnswer),
        (Reply(status=403, content=["sekrit"]), UnexpectedAnswer),
        (Reply(status=404, content=b"sekrit", content_type="text/html"), NotFound),
        (Reply(status=400, content={"detail": "sekrit"}), UnexpectedAnswer),
        (Reply(status=204), UnexpectedAnswer),
        (Reply(status=426, headers={"Retry-After": "5"}), QuotaExceeded),
        (Reply(status=429, content=b"sekrit"), QuotaExceeded),
        (Reply(status=503, headers={"Retry-After": "5"}), QuotaExceeded),
        (Reply(status=503, content=b"sekrit"), CannotConnect),
        (Reply(content=b"<html>sekrit", content_type="text/html"), UnexpectedAnswer),
        (Reply(content=b"[sekrit"), UnexpectedAnswer),
        (Reply(content=[_TOKEN]), UnexpectedAnswer),
        (Reply(content=[{"time": _DIGITS}, {"time": "sekrit"}]), UnexpectedAnswer),
        (Reply(status=302, headers={"Location": "https://x/sekrit"}), UnexpectedAnswer),
    ],
)
async def test_a_failure_is_an_error_of_its_kind_without_a_secret(
    client: PowerShaperClient,
    service: Service,
    call: Call,
    reply: Reply,
    kind: type[ServiceError],
) -> None:
    service.on("*", reply)
    if call is _CALLS["meters"] and kind is UnexpectedAnswer and reply.status == 200:
        # Of the rows of use it is no word that they are no meters.
        service.json("*", [_SECRETS])
    with pytest.raises(ServiceError) as caught:
        await call(client)
    error = caught.value
    assert type(error) is kind
    assert error.service == "PowerShaper Monitor"
    shown = f"{error}{error!r}{error.args}{error.__dict__}"
    assert [secret for secret in _SECRETS if secret in shown] == []


async def test_an_error_shows_the_path_without_the_consent(
    client: PowerShaperClient, service: Service
) -> None:
    with pytest.raises(NotFound) as caught:
        await client.usage(_meter(), _DAY, _DAY)
    assert caught.value.path == "/meters/api/v1/meter/…/electricity"
    with pytest.raises(NotFound) as caught:
        await client.meters()
    assert caught.value.path == _METERS


@pytest.mark.parametrize(
    "token", ["", "two words", "line\r\nX-Forged: 1", "tab\t", "ümlaut", "\x7f"]
)
async def test_a_token_that_no_header_can_carry_is_refused_and_never_sent(
    service: Service, session: aiohttp.ClientSession, token: str
) -> None:
    client = PowerShaperClient(session, token, service.url)
    for call in _CALLS.values():
        with pytest.raises(Refused) as caught:
            await call(client)
        assert not token or token not in str(caught.value)
    assert service.asked == []


def test_a_meter_shows_neither_consent_nor_digits() -> None:
    shown = repr(_meter(records_path=_USAGE))
    assert [secret for secret in _SECRETS if secret in shown] == []
    assert "electricity" in shown
