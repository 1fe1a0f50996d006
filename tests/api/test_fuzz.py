"""Whatever a service answers, the clients give records or an error of the family."""

from collections.abc import Callable, Coroutine
from copy import deepcopy
from datetime import date
from typing import Any, cast

from hypothesis import HealthCheck, given, settings, strategies as st
import orjson
import pytest

from custom_components.heatpump_insight.api.errors import ServiceError
from custom_components.heatpump_insight.api.heatpumpmonitor import (
    FeedKey,
    HeatpumpMonitorClient,
    Window,
)
from custom_components.heatpump_insight.api.powershaper import (
    Aggregate,
    Commodity,
    Meter,
    PowerShaperClient,
)
from custom_components.heatpump_insight.api.transport import Answer, Transport

_KEY = "0123456789abcdef0123456789abcdef"
_CONSENT = "5cde2a11-93f1-4e0b-8f5e-0a1b2c3d4e5f"
_SECRETS = (_KEY, _CONSENT, "the-token", "the-password")
_DAY = date(2026, 1, 10)
_METER = Meter(
    consent=_CONSENT,
    commodity=Commodity.GAS,
    last_digits=None,
    status=None,
    earliest=None,
    latest=None,
    records_path=None,
)


class Canned:
    """Stands in for the transport: the same answer to whatever is asked."""

    def __init__(self, status: int, content_type: str, body: bytes) -> None:
        """Take the answer."""
        self._answer = Answer(
            service="A service",
            path="/a",
            status=status,
            content_type=content_type,
            body=body,
            cookies={},
        )

    async def get(self, path: str, *args: object, **kwargs: object) -> Answer:
        """Answer."""
        return self._answer

    post_form = get

    def path_of(self, link: str) -> str | None:
        """Take any link."""
        return link


type Client = HeatpumpMonitorClient | PowerShaperClient
type Call = tuple[Callable[[Any], Coroutine[Any, Any, object]], Client, object]

# The clients get their transport by test: they are made without one.
_MONITOR = HeatpumpMonitorClient.__new__(HeatpumpMonitorClient)
_SHAPER = PowerShaperClient.__new__(PowerShaperClient)
_SHAPER._usable, _SHAPER._max_days, _SHAPER._pause = True, 90, 0

_STATS = {
    "204": {
        "id": 204,
        "timestamp": False,
        "combined_elec_kwh": 100.5,
        "space_elec_kwh": 0,
        "water_cop": None,
        "quality_elec": 88.5,
        "unit_rate_go": "26.4",
    }
}
_EXTENT = {"start_time": 1, "end_time": 9, "interval": 1, "npoints": 9, "unit": "W"}
_USAGE = [
    {
        "time": "2026-01-10T00:00:00Z",
        "energy_kwh": 0.5,
        "carbon_kg": "0.1",
        "error_count": 0,
    }
]

# Every call with an answer that it takes.
_CALLS: dict[str, Call] = {
    "public_systems": (
        lambda client: client.public_systems(),
        _MONITOR,
        [{"id": 204, "latitude": 52.5, "longitude": 0, "hp_output": 12, "share": 1}],
    ),
    "system": (
        lambda client: client.system(204),
        _MONITOR,
        {"id": 204, "location": "Town", "metering_boundary_code": 4, "readkey": _KEY},
    ),
    "stats": (lambda client: client.stats(Window.ALL, 204, _KEY), _MONITOR, _STATS),
    "all_stats": (lambda client: client.all_stats(Window.ALL), _MONITOR, _STATS),
    "month_stats": (
        lambda client: client.month_stats(_DAY, date(2026, 3, 1)),
        _MONITOR,
        _STATS,
    ),
    "monthly": (
        lambda client: client.monthly(204),
        _MONITOR,
        [{"id": "204", "timestamp": "1774000000", "combined_cop": "3.95"}],
    ),
    "available": (
        lambda client: client.available(204),
        _MONITOR,
        {"feeds": {"heatpump_elec": _EXTENT, "heatpump_heat": {}}, "start_date": 0},
    ),
    "values": (
        lambda client: client.values(204, [FeedKey.ELEC]),
        _MONITOR,
        {"heatpump_elec": {"time": 1790000000, "value": 850.5}},
    ),
    "data": (
        lambda client: client.data(
            204, [FeedKey.ELEC, FeedKey.HEAT], 0, 120, 60, average=True
        ),
        _MONITOR,
        {
            "heatpump_elec": [[0, 1.5], [60, None], [120, 2]],
            "heatpump_heat": [[0, -1], [60, 0], [120, 2]],
        },
    ),
    "refused data": (
        lambda client: client.data(204, [FeedKey.ELEC], 0, 60, 60, average=True),
        _MONITOR,
        {
            "heatpump_elec": {
                "success": False,
                "message": "request datapoint limit reached (20000)",
            }
        },
    ),
    "owned_systems": (lambda client: client.owned_systems(_KEY), _MONITOR, _STATS),
    "sign_in": (
        lambda client: client.sign_in("user", "the-password"),
        _MONITOR,
        {"success": True, "message": "Login successful"},
    ),
    "failure": (
        lambda client: client.available(204),
        _MONITOR,
        {"success": False, "http_code": 0, "message": False},
    ),
    "daily": (lambda client: client.daily(204), _MONITOR, []),
    "meters": (
        lambda client: client.meters(),
        _SHAPER,
        [
            {
                "consent_uuid": _CONSENT,
                "type": "gas",
                "mpan_digits": "6789",
                "status": "active",
                "range": {"earliest": "2024-01-01", "latest": "2026-01-01T00:00:00Z"},
                "links": {"records": "/meters/x"},
            }
        ]
        * 2,
    ),
    "usage": (lambda client: client.usage(_METER, _DAY, _DAY), _SHAPER, _USAGE),
    "months": (
        lambda client: client.usage(_METER, _DAY, _DAY, Aggregate.MONTH),
        _SHAPER,
        _USAGE,
    ),
    "profile": (lambda client: client.profile(_METER, _DAY, _DAY), _SHAPER, _USAGE),
}

every_call = pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS)
quickly = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(
        ["NaN", "1e999", "2026-01-10T00:00:00Z", "9999-12-31", "00:30", "gas", "//x"]
    )
)
_json = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def _mutated(draw: st.DrawFn, template: object) -> object:
    """Return an answer that a call takes, with one part of it replaced or gone."""
    places: list[tuple[Any, Any]] = []

    def collect(value: object) -> None:
        match value:
            case dict():
                places.extend((value, key) for key in value)
                for inner in value.values():
                    collect(inner)
            case list():
                places.extend((value, index) for index in range(len(value)))
                for inner in value:
                    collect(inner)

    answer = [deepcopy(template)]
    collect(answer)
    holder, key = draw(st.sampled_from(places))
    if draw(st.booleans()):
        holder[key] = draw(_json)
    else:
        del holder[key]
    return answer[0] if answer else None


def _outcome(call: Call, status: int, content_type: str, body: bytes) -> object:
    """Return the record or the error of the family; the calls never have to wait."""
    ask, client, _ = call
    client._transport = cast(Transport, Canned(status, content_type, body))
    if isinstance(client, HeatpumpMonitorClient):
        client._max_points = 20_000
    try:
        ask(client).send(None)
    except StopIteration as done:
        return done.value
    except ServiceError as error:
        shown = f"{error}{error!r}{error.args}{error.__dict__}"
        assert [secret for secret in _SECRETS if secret in shown] == []
        return error
    raise AssertionError("the call waits for something")


@every_call
def test_an_answer_as_documented_is_no_unexpected_one(call: Call) -> None:
    ask, _, template = call
    names = [name for name, known in _CALLS.items() if known[0] is ask]
    outcome = _outcome(call, 200, "application/json", orjson.dumps(template))
    errors = {"refused data", "failure", "sign_in", "daily"}
    assert isinstance(outcome, ServiceError) == bool(errors.intersection(names))


@every_call
@quickly
@given(data=st.data())
def test_a_mutated_answer_is_a_record_or_an_error(
    call: Call, data: st.DataObject
) -> None:
    answer = data.draw(_mutated(call[2]) if call[2] else _json)
    _outcome(call, 200, "application/json", orjson.dumps(answer))


@every_call
@quickly
@given(answer=_json, status=st.sampled_from([200, 201, 204, 400, 401, 403, 404, 418]))
def test_any_json_is_a_record_or_an_error(
    call: Call, answer: object, status: int
) -> None:
    _outcome(call, status, "application/json", orjson.dumps(answer))


@every_call
@quickly
@given(
    body=st.binary(max_size=60),
    content_type=st.sampled_from(["application/json", "text/plain", "text/html", ""]),
)
def test_any_bytes_are_a_record_or_an_error(
    call: Call, body: bytes, content_type: str
) -> None:
    _outcome(call, 200, content_type, body)


_cells = st.sampled_from(
    ["", "0", "4.2", "-1", "1767225600", "x", "NaN", "1e99", '"', "\r", "id", "²"]
)


@quickly
@given(
    header=st.lists(
        st.sampled_from(["id", "timestamp", "combined_cop", "water_elec_kwh", ""]),
        max_size=4,
    ),
    lines=st.lists(st.lists(_cells, max_size=4), max_size=4),
)
def test_any_csv_is_days_or_an_error(header: list[str], lines: list[list[str]]) -> None:
    body = "".join(",".join(line) + "\n" for line in [header, *lines]).encode()
    _outcome(_CALLS["daily"], 200, "text/plain", body)
