"""The client of HeatpumpMonitor.org knows the traps of a service that never fails by status."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

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
from custom_components.heatpump_insight.api.heatpumpmonitor import (
    DEFAULT_URL,
    FEED_KEYS,
    Category,
    FeedKey,
    HeatpumpMonitorClient,
    Value,
    Window,
)
from custom_components.heatpump_insight.api.reading import MAX_ROWS

from .conftest import Reply, Service

_KEY = "0123456789abcdef0123456789abcdef"
_DENIED = {"success": False, "message": "Invalid access"}
_DATA = "/timeseries/data"
_LOGIN = "/user/login.json"
_HTML = b"<br />\n<b>Warning</b>: readkey=" + _KEY.encode() + b"<br />\n"


def _html(body: bytes = _HTML) -> Reply:
    """Return one of PHP's pages."""
    return Reply(content=body, content_type="text/html; charset=UTF-8")


def _csv(body: bytes) -> Reply:
    """Return daily rows."""
    return Reply(content=body, content_type="text/plain;charset=UTF-8")


@pytest.fixture
def client(service: Service, session: aiohttp.ClientSession) -> HeatpumpMonitorClient:
    """Return a client of the service."""
    return HeatpumpMonitorClient(session, service.url)


type Call = Callable[[HeatpumpMonitorClient], Awaitable[object]]

_CALLS: dict[str, Call] = {
    "public_systems": lambda client: client.public_systems(),
    "system": lambda client: client.system(204),
    "stats": lambda client: client.stats(Window.LAST_7, 204, _KEY),
    "all_stats": lambda client: client.all_stats(Window.ALL),
    "month_stats": lambda client: client.month_stats(
        date(2026, 1, 1), date(2026, 1, 1), 204, _KEY
    ),
    "monthly": lambda client: client.monthly(204, _KEY),
    "daily": lambda client: client.daily(204, read_key=_KEY),
    "available": lambda client: client.available(204, _KEY),
    "values": lambda client: client.values(204, [FeedKey.ELEC], _KEY),
    "data": lambda client: client.data(
        204, [FeedKey.ELEC], 0, 3600, 3600, average=True, read_key=_KEY
    ),
    "owned_systems": lambda client: client.owned_systems(_KEY),
    "sign_in": lambda client: client.sign_in("user", _KEY),
}

every_call = pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS)


def test_the_public_server_is_the_default() -> None:
    assert DEFAULT_URL == "https://heatpumpmonitor.org"


def test_eighteen_feed_keys_can_appear() -> None:
    assert len(FEED_KEYS) == 18
    assert "heatpump_dhwT_unit" not in FEED_KEYS


# What every call makes of a failure


@every_call
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(content=_DENIED), Refused),
        (Reply(content=_DENIED, status=403), Refused),
        (
            Reply(
                content={
                    "success": False,
                    "http_code": 200,
                    "message": "invalid app or permissions",
                }
            ),
            NotFound,
        ),
        (
            Reply(content={"success": False, "http_code": 0, "message": False}),
            CannotConnect,
        ),
        (
            Reply(
                content={
                    "success": False,
                    "http_code": 401,
                    "message": "Invalid API key",
                }
            ),
            UnexpectedAnswer,
        ),
        (
            Reply(content={"success": False, "message": "Invalid time format"}),
            UnexpectedAnswer,
        ),
        (Reply(content=f"<h1>{_KEY}".encode()), UnexpectedAnswer),
        (_html(), UnexpectedAnswer),
        (_html(_HTML + b"[]"), UnexpectedAnswer),
        (_html(b"[]"), UnexpectedAnswer),
        (
            Reply(content=b"missing id parameter", content_type="text/plain"),
            UnexpectedAnswer,
        ),
        (Reply(content=b""), UnexpectedAnswer),
        (Reply(content=""), UnexpectedAnswer),
        (Reply(content=None), UnexpectedAnswer),
        (Reply(content=7), UnexpectedAnswer),
        (Reply(content=[_KEY]), UnexpectedAnswer),
        (Reply(content={}, status=404), UnexpectedAnswer),
        (_html(b"<h1>Forbidden</h1>"), UnexpectedAnswer),
        (Reply(status=403, content=b"<h1>no</h1>"), UnexpectedAnswer),
        (Reply(status=500), CannotConnect),
        (Reply(status=429), QuotaExceeded),
        (Reply(status=302, headers={"Location": "https://x/"}), UnexpectedAnswer),
    ],
)
async def test_a_failure_is_an_error_of_its_kind_without_a_secret(
    client: HeatpumpMonitorClient,
    service: Service,
    call: Call,
    reply: Reply,
    kind: type[ServiceError],
) -> None:
    service.on("*", reply)
    with pytest.raises(ServiceError) as caught:
        await call(client)
    error = caught.value
    assert type(error) is kind
    assert error.service == "HeatpumpMonitor.org"
    assert error.path == service.asked[-1].path
    assert _KEY not in f"{error}{error!r}{error.args}{error.__dict__}"


@pytest.mark.parametrize(
    "name",
    ["public_systems", "system", "stats", "all_stats", "monthly", "available", "data"],
)
async def test_false_means_that_nothing_is_there(
    client: HeatpumpMonitorClient, service: Service, name: str
) -> None:
    service.json("*", False)
    with pytest.raises(NotFound):
        await _CALLS[name](client)


@pytest.mark.parametrize(
    "key", ["", "zzz", _KEY.upper(), f" {_KEY}", f"{_KEY}\n", _KEY[:-1], f"{_KEY}&id=1"]
)
async def test_a_malformed_read_key_is_refused_and_never_sent(
    client: HeatpumpMonitorClient, service: Service, key: str
) -> None:
    service.json("*", {})
    for call in (
        client.stats(Window.ALL, 204, key),
        client.month_stats(date(2026, 1, 1), date(2026, 1, 1), 204, key),
        client.monthly(204, key),
        client.daily(204, read_key=key),
        client.available(204, key),
        client.values(204, [FeedKey.ELEC], key),
        client.data(204, [FeedKey.ELEC], 0, 60, 60, average=True, read_key=key),
        client.owned_systems(key),
    ):
        with pytest.raises(Refused) as caught:
            await call
        assert not key.strip() or key not in str(caught.value)
    assert service.asked == []


@pytest.mark.parametrize("system_id", [0, -1, True, "204", 2.5, None])
async def test_an_impossible_id_is_an_error_of_the_caller(
    client: HeatpumpMonitorClient, service: Service, system_id: Any
) -> None:
    with pytest.raises(ValueError):
        await client.system(system_id)
    assert service.asked == []


# Systems

_SYSTEM = {
    "id": 204,
    "published": 1,
    "share": 1,
    "last_updated": 1700000000,
    "location": "A Town ",
    "latitude": 52.5,
    "longitude": -3.4,
    "installer_name": "An Installer",
    "hp_type": "Ground Source",
    "hp_manufacturer": "Make",
    "hp_model": "Model",
    "refrigerant": "R290",
    "hp_output": 12,
    "hp_max_output": "8.5",
    "hp_max_output_test": 0,
    "flow_temp": 35,
    "design_temp": -4.5,
    "heat_loss": 7,
    "floor_area": 251,
    "property": "Detached",
    "age": "2012 or newer",
    "insulation": "Full",
    "dhw_method": "Cylinder with coil",
    "cylinder_volume": 300,
    "electric_meter": "A meter",
    "heat_meter": "Another",
    "mid_metering": 1,
    "metering_boundary_code": 4,
    "hp_hybrid": 1,
    "data_flag": 1,
    "data_flag_note": "A note",
    "photo_count": "0",
}


async def test_a_system_is_read_whole(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("/system/get.json", _SYSTEM)
    system = await client.system(204)
    assert service.asked[0].query == {"id": "204"}
    assert (system.system_id, system.location) == (204, "A Town")
    assert (system.latitude, system.longitude) == (52.5, -3.4)
    assert (system.published, system.shared, system.hybrid) == (True, True, True)
    assert (system.output_kw, system.max_output_kw) == (12, 8.5)
    assert system.flow_temperature_design == 35
    assert system.outside_temperature_design == -4.5
    assert (system.heat_loss_kw, system.floor_area_m2) == (7, 251)
    assert (system.kind, system.manufacturer) == ("Ground Source", "Make")
    assert (system.model, system.refrigerant) == ("Model", "R290")
    assert (system.property_type, system.age) == ("Detached", "2012 or newer")
    assert (system.insulation, system.installer) == ("Full", "An Installer")
    assert system.hot_water_method == "Cylinder with coil"
    assert system.cylinder_litres == 300
    assert (system.electric_meter, system.heat_meter) == ("A meter", "Another")
    assert (system.mid_metering, system.boundary) == (True, 4)
    assert (system.data_flag, system.data_flag_note) == (True, "A note")
    assert system.last_edited == 1700000000


async def test_a_number_that_was_never_filled_in_is_not_given(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    empty = dict.fromkeys(_SYSTEM, 0) | {"id": 9001, "location": None, "hp_type": None}
    service.json("/system/get.json", empty)
    system = await client.system(9001)
    assert system.latitude is None
    assert system.longitude is None
    assert system.output_kw is None
    assert system.heat_loss_kw is None
    assert system.flow_temperature_design is None
    assert system.boundary is None
    assert system.last_edited is None
    assert system.location is None
    assert system.published is False


async def test_a_home_on_the_meridian_keeps_its_longitude(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("/system/get.json", _SYSTEM | {"longitude": 0})
    assert (await client.system(204)).longitude == 0


@pytest.mark.parametrize("code", [0, 5, -1, 2.5, "x", None])
async def test_an_unknown_boundary_is_not_given(
    client: HeatpumpMonitorClient, service: Service, code: object
) -> None:
    service.json("/system/get.json", _SYSTEM | {"metering_boundary_code": code})
    assert (await client.system(204)).boundary is None


async def test_public_systems_are_sorted_by_id(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("/system/list/public.json", [{"id": 762}, {"id": 204}, {"id": "72"}])
    systems = await client.public_systems()
    assert [system.system_id for system in systems] == [72, 204, 762]


@pytest.mark.parametrize("row", [{}, {"id": 0}, {"id": -1}, {"id": "x"}, {"id": True}])
async def test_a_system_without_an_id_is_unexpected(
    client: HeatpumpMonitorClient, service: Service, row: object
) -> None:
    service.json("*", [row])
    with pytest.raises(UnexpectedAnswer, match="no id"):
        await client.public_systems()


# Windows and months


async def test_a_window_is_read_with_its_categories(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    row = {
        "id": 204,
        "timestamp": False,
        "combined_elec_kwh": 100.5,
        "combined_data_length": 610000,
        "combined_elec_mean": 600.5,
        "combined_flowT_mean": 31.8,
        "combined_prc_carnot": 48.7,
        "combined_cooling_kwh": 5.4,
        "combined_starts": 243,
        "running_cop": 3.9,
        "space_elec_kwh": 91.8,
        "space_cop": 3.94,
        "water_elec_kwh": 9.4,
        "water_cop": 3.5,
        "weighted_flowT_minus_outsideT": 30.8,
        "weighted_prc_carnot": 51.2,
        "quality_elec": 88.6,
        "quality_roomT": 0,
        "error_air": 0,
        "unit_rate_agile": 20.7,
        "unit_rate_go": 0,
        "from_energy_feeds_elec_kwh": -999.5,
    }
    service.json("/system/stats/last7", {"204": row})
    stats = await client.stats(Window.LAST_7, 204, _KEY)
    assert service.asked[0].query == {"id": "204", "readkey": _KEY}
    assert stats is not None
    assert (stats.system_id, stats.start) == (204, None)
    assert stats.combined.elec_kwh == 100.5
    assert stats.combined.length_s == 610000
    assert stats.combined.elec_mean_w == 600.5
    assert stats.combined.flow_temperature == 31.8
    assert stats.combined.carnot_percent == 48.7
    assert stats.combined.room_temperature is None
    assert stats.running.cop == 3.9
    assert (stats.space.elec_kwh, stats.water.cop) == (91.8, 3.5)
    assert (stats.cooling_kwh, stats.starts) == (5.4, 243)
    assert stats.weighted_flow_minus_outside == 30.8
    assert stats.weighted_carnot_percent == 51.2
    assert (stats.quality.elec, stats.quality.room_temperature) == (88.6, 0)
    assert stats.error_air_s == 0
    assert (stats.unit_rate_agile, stats.unit_rate_go) == (20.7, None)


def _split(space: float, water: float, cooling: float = 0) -> dict[str, object]:
    """Return a row as the service prints it: 0 and null where nothing was counted."""
    row: dict[str, object] = {"id": 204, "running_elec_kwh": 100}
    for name, kwh in (("space", space), ("water", water), ("cooling", cooling)):
        row |= {
            f"{name}_elec_kwh": kwh,
            f"{name}_heat_kwh": 4 * kwh,
            f"{name}_data_length": 100 * kwh,
            f"{name}_cop": 4 if kwh else None,
        }
    return row


async def test_without_a_hot_water_status_the_split_is_unknown_not_nought(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", {"204": _split(0, 0)})
    stats = await client.stats(Window.LAST_7, 204)
    assert stats is not None
    assert stats.space == Category()
    assert stats.water == Category()
    assert stats.cooling == Category()


async def test_a_summer_week_of_hot_water_alone_has_no_space_heat(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", {"204": _split(0, 10)})
    stats = await client.stats(Window.LAST_7, 204)
    assert stats is not None
    assert (stats.space.elec_kwh, stats.space.cop) == (0, None)
    assert stats.water.heat_kwh == 40


async def test_cooling_is_read_where_there_was_some(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", {"204": _split(0, 0, 5)})
    stats = await client.stats(Window.LAST_7, 204)
    assert stats is not None
    assert (stats.cooling.heat_kwh, stats.cooling.cop) == (20, 4)


async def test_a_system_without_a_row_has_no_statistics(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", [])
    assert await client.stats(Window.LAST_7, 204) is None
    assert await client.all_stats(Window.LAST_7) == {}


async def test_absurd_numbers_are_unknown(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    row = {"id": 204, "combined_elec_kwh": True, "combined_heat_kwh": 1e13}
    service.json("*", {"204": row | {"combined_cop": "high", "combined_starts": []}})
    stats = await client.stats(Window.LAST_7, 204)
    assert stats is not None
    assert stats.combined == Category()
    assert stats.starts is None


@pytest.mark.parametrize(
    "answer", [{"204": []}, {"204": None}, {"204": {"combined_cop": 4}}, [{"id": 204}]]
)
async def test_statistics_of_another_shape_are_unexpected(
    client: HeatpumpMonitorClient, service: Service, answer: object
) -> None:
    service.json("*", answer)
    with pytest.raises(UnexpectedAnswer):
        await client.all_stats(Window.LAST_7)


async def test_months_are_asked_for_by_their_first_days(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("/system/stats", {"204": {"id": 204, "timestamp": 1767225600}})
    found = await client.month_stats(date(2026, 1, 31), date(2026, 2, 28), 204, _KEY)
    assert service.asked[0].query == {
        "start": "2026-01-01",
        "end": "2026-02-01",
        "id": "204",
        "readkey": _KEY,
    }
    assert found[204].start == 1767225600


async def test_months_of_all_systems_are_asked_for_without_an_id(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", [])
    assert await client.month_stats(date(2026, 1, 1), date(2026, 1, 1)) == {}
    assert service.asked[0].query == {"start": "2026-01-01", "end": "2026-01-01"}


async def test_a_tariff_is_known_for_one_month_but_not_for_several(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", {"568": {"id": 568, "unit_rate_agile": 61.5}})
    one = await client.month_stats(date(2026, 1, 1), date(2026, 1, 31), 568)
    assert one[568].unit_rate_agile == 61.5
    six = await client.month_stats(date(2026, 1, 1), date(2026, 6, 1), 568)
    assert six[568].unit_rate_agile is None


async def test_monthly_rows_are_text_and_come_in_order(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(
        "/system/stats/monthly",
        [
            {"id": "204", "timestamp": "1774000000", "combined_cop": "3.95125"},
            {"id": "204", "timestamp": "1771000000", "combined_cop": None},
        ],
    )
    months = await client.monthly(204)
    assert [month.start for month in months] == [1771000000, 1774000000]
    assert [month.combined.cop for month in months] == [None, 3.95125]
    assert months[0].system_id == 204


async def test_a_month_without_a_beginning_is_unexpected(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", [{"id": "204", "timestamp": False}])
    with pytest.raises(UnexpectedAnswer, match="timestamp"):
        await client.monthly(204)


# Days

_DAILY = "/system/stats/daily"


async def test_days_are_read_from_csv(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(
        _DAILY,
        _csv(
            b"id,timestamp,combined_elec_kwh,combined_cop,combined_data_length\n"
            b"1,1767312000,4.7,4.25,86400\n"
            b"1,1767225600,,,0\n"
        ),
    )
    days = await client.daily(204)
    assert service.asked[0].query == {"id": "204"}
    assert [day.start for day in days] == [1767225600, 1767312000]
    assert days[0].combined.elec_kwh is None
    assert days[0].combined.length_s == 0
    assert days[1].combined.cop == 4.25


async def test_the_id_column_of_days_is_not_the_system(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DAILY, _csv(b"id,timestamp\n2,1767225600\n"))
    assert (await client.daily(72))[0].system_id is None


async def test_days_are_asked_for_in_unix_seconds_with_their_timestamp(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DAILY, _csv(b"timestamp\n"))
    fields = ["combined_cop", "timestamp", "combined_cop"]
    assert await client.daily(204, 1767225600, 1767312000, fields, _KEY) == ()
    assert service.asked[0].query == {
        "id": "204",
        "readkey": _KEY,
        "start": "1767225600",
        "end": "1767312000",
        "fields": "timestamp,combined_cop",
    }


async def test_days_from_the_epoch_on_are_no_whole_history(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DAILY, _csv(b"timestamp\n"))
    await client.daily(204, 0, 0)
    assert (service.asked[0].query["start"], service.asked[0].query["end"]) == (
        "1",
        "1",
    )


async def test_one_end_of_days_alone_is_an_error_of_the_caller(
    client: HeatpumpMonitorClient,
) -> None:
    with pytest.raises(ValueError):
        await client.daily(204, start=1767225600)
    with pytest.raises(ValueError):
        await client.daily(204, end=1767225600)


async def test_a_system_without_a_monitoring_app_has_no_days(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DAILY, _csv(b""))
    assert await client.daily(9003) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"combined_cop\n4\n",
        b"timestamp,combined_cop\n1767225600,4.2",
        b"timestamp,combined_cop\n1767225600\n",
        b"timestamp,combined_cop\n1767225600,4,5\n",
        b"timestamp\nsoon\n",
        b"timestamp\n\n",
        b"timestamp\n\xff\n",
        b"missing id parameter",
    ],
)
async def test_broken_days_are_unexpected(
    client: HeatpumpMonitorClient, service: Service, body: bytes
) -> None:
    service.on(_DAILY, _csv(body))
    with pytest.raises(UnexpectedAnswer):
        await client.daily(204)


async def test_days_are_not_endless(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DAILY, _csv(b"timestamp\n" + b"1\n" * (MAX_ROWS + 1)))
    with pytest.raises(UnexpectedAnswer, match="too many"):
        await client.daily(204)


async def test_json_in_the_place_of_days_is_unexpected(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(_DAILY, [])
    with pytest.raises(UnexpectedAnswer, match="no CSV"):
        await client.daily(204)


async def test_an_empty_page_of_a_proxy_is_not_a_system_without_days(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DAILY, Reply(content=b"", status=403, content_type="text/plain"))
    with pytest.raises(UnexpectedAnswer, match="403"):
        await client.daily(204)


# Feeds


async def test_available_feeds_have_their_extent(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    start, end = 1_700_000_100, 1_700_000_200
    extent = {"start_time": start, "end_time": end, "interval": 10, "npoints": 11}
    service.json(
        "/timeseries/available",
        {
            "feeds": {
                "heatpump_elec": extent | {"unit": "W"},
                "heatpump_dhw": extent,
                "heatpump_heat": {},
                "heatpump_flowT": [],
                "heatpump_roomT": extent | {"end_time": 0},
                "heatpump_returnT": extent | {"start_time": 100},
                "heatpump_new": extent,
            },
            "start_date": 1761523200,
            "starting_power": 150,
            "auto_detect_cooling": 1,
            "config_cache": True,
        },
    )
    available = await client.available(204, _KEY)
    assert service.asked[0].query == {"id": "204", "readkey": _KEY}
    assert set(available.feeds) == {FeedKey.ELEC, FeedKey.HOT_WATER}
    feed = available.feeds[FeedKey.ELEC]
    assert (feed.start, feed.end, feed.interval, feed.points) == (start, end, 10, 11)
    assert (feed.key, feed.unit) == (FeedKey.ELEC, "W")
    assert available.feeds[FeedKey.HOT_WATER].unit is None
    assert (available.start_date, available.starting_power) == (1761523200, 150)
    assert (available.auto_detect_cooling, available.cached) == (True, True)


async def test_a_system_may_have_no_feeds_and_no_settings(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", {"feeds": [], "start_date": 0})
    available = await client.available(204)
    assert available.feeds == {}
    assert available.start_date is None
    assert available.starting_power is None
    assert (available.auto_detect_cooling, available.cached) == (False, False)


async def test_last_values_are_read_and_those_without_a_time_dropped(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(
        "/timeseries/values",
        {
            "heatpump_elec": {"time": 1790000000, "value": 850.5},
            "heatpump_heat": {"time": 1790000000, "value": 0},
            "heatpump_ch": {"time": 0, "value": 0},
            "heatpump_roomT": {"time": 1790000000, "value": None},
            "unheard_of": {"time": 1, "value": 1},
        },
    )
    values = await client.values(204, [FeedKey.ELEC, FeedKey.HEAT, FeedKey.ELEC])
    assert service.asked[0].query["feeds"] == "heatpump_elec,heatpump_heat"
    assert values == {
        FeedKey.ELEC: Value(time=1790000000, value=850.5),
        FeedKey.HEAT: Value(time=1790000000, value=0),
    }


@pytest.mark.parametrize("answer", [False, [], {}])
async def test_a_system_may_have_no_last_values(
    client: HeatpumpMonitorClient, service: Service, answer: object
) -> None:
    service.json("*", answer)
    assert await client.values(204, [FeedKey.ELEC]) == {}


# Series


def _points(request: web.Request, value: float = 1.0) -> list[list[float]]:
    """Return points as the service does: from start to end, both included."""
    start, end, interval = (
        int(request.query[name]) for name in ("start", "end", "interval")
    )
    return [[time, value] for time in range(start, end + 1, interval)]


def _series(
    limit: int = 20_000,
    have: tuple[str, ...] = ("heatpump_elec", "heatpump_heat"),
    shared: tuple[str, ...] = (),
    deleted: tuple[str, ...] = (),
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return a handler that answers series as the service does, its traps included."""

    async def handle(request: web.Request) -> web.StreamResponse:
        asked = request.query["feeds"].split(",")
        found = [key for key in asked if key in have or key in shared]
        if not found or set(asked) & set(deleted):
            return _html(_HTML + b'{"":null}').response()
        alone = [key for key in found if key in shared][:-1]
        points = _points(request)
        answer: object = points
        if len(points) - 1 > limit:
            answer = {
                "success": False,
                "message": f"request datapoint limit reached ({limit}), increase",
            }
        return web.json_response({key: answer for key in found if key not in alone})

    return handle


async def test_a_series_ends_before_its_end(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(_DATA, {"heatpump_elec": [[3600, 1.5], [7200, None], [10800, 9]]})
    series = await client.data(
        204, [FeedKey.ELEC], 3600, 10800, 3600, average=True, read_key=_KEY
    )
    assert service.asked[0].query == {
        "id": "204",
        "readkey": _KEY,
        "feeds": "heatpump_elec",
        "start": "3600",
        "end": "10800",
        "interval": "3600",
        "average": "1",
        "timeformat": "unix",
    }
    assert (series.start, series.interval) == (3600, 3600)
    assert series.values == {FeedKey.ELEC: (1.5, None)}


async def test_a_series_may_end_within_an_interval(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DATA, _series())
    series = await client.data(204, [FeedKey.ELEC], 0, 5400, 3600, average=False)
    assert series.values == {FeedKey.ELEC: (1, 1)}
    assert service.asked[0].query["average"] == "0"


async def test_a_long_series_is_asked_for_in_parts(
    service: Service, session: aiohttp.ClientSession
) -> None:
    client = HeatpumpMonitorClient(session, service.url, max_points=10)
    service.on(_DATA, _series())
    series = await client.data(
        204, [FeedKey.ELEC, FeedKey.HEAT], 60, 60 + 25 * 60, 60, average=True
    )
    assert [asked.query["start"] for asked in service.asked] == ["60", "660", "1260"]
    assert [asked.query["end"] for asked in service.asked] == ["660", "1260", "1560"]
    assert series.values == {FeedKey.ELEC: (1,) * 25, FeedKey.HEAT: (1,) * 25}


async def test_a_limit_that_the_service_names_is_kept_to_from_then_on(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DATA, _series(limit=7))
    series = await client.data(204, [FeedKey.ELEC], 0, 1200, 60, average=True)
    assert series.values == {FeedKey.ELEC: (1,) * 20}
    assert len(service.asked) == 1 + 3
    service.asked.clear()
    await client.data(204, [FeedKey.ELEC], 0, 840, 60, average=True)
    assert len(service.asked) == 2


@pytest.mark.parametrize("limit", [0, 20, 30])
async def test_a_limit_that_explains_nothing_ends_the_asking(
    client: HeatpumpMonitorClient, service: Service, limit: int
) -> None:
    message = f"request datapoint limit reached ({limit})"
    service.json(_DATA, {"heatpump_elec": {"success": False, "message": message}})
    with pytest.raises(UnexpectedAnswer, match="limit"):
        await client.data(204, [FeedKey.ELEC], 0, 1200, 60, average=True)
    assert len(service.asked) == 1


async def test_two_keys_on_one_feed_are_asked_for_alone(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    both = (FeedKey.ROOM_TEMPERATURE, FeedKey.TARGET_TEMPERATURE)
    service.on(_DATA, _series(shared=both))
    series = await client.data(72, [*both, FeedKey.ELEC], 0, 60, 60, average=True)
    assert set(series.values) == {*both, FeedKey.ELEC}
    assert [asked.query["feeds"] for asked in service.asked] == [
        "heatpump_roomT,heatpump_targetT,heatpump_elec",
        "heatpump_roomT",
    ]


async def test_a_feed_that_the_system_does_not_have_is_left_out(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DATA, _series())
    keys = [FeedKey.ELEC, FeedKey.BOILER_HEAT]
    series = await client.data(204, keys, 0, 60, 60, average=True)
    assert series.values == {FeedKey.ELEC: (1,)}


async def test_a_deleted_feed_does_not_take_the_others_with_it(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DATA, _series(deleted=("heatpump_heat",)))
    keys = [FeedKey.ELEC, FeedKey.HEAT]
    series = await client.data(204, keys, 0, 60, 60, average=True)
    assert series.values == {FeedKey.ELEC: (1,)}


async def test_a_feed_that_vanishes_between_two_parts_is_left_out(
    service: Service, session: aiohttp.ClientSession
) -> None:
    client = HeatpumpMonitorClient(session, service.url, max_points=1)
    service.on(_DATA, _series(), _series(have=("heatpump_elec",)))
    keys = [FeedKey.ELEC, FeedKey.HEAT]
    series = await client.data(204, keys, 0, 120, 60, average=True)
    assert series.values == {FeedKey.ELEC: (1, 1)}


async def test_no_feed_at_all_is_unexpected(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DATA, _series(have=()))
    with pytest.raises(UnexpectedAnswer, match="none of the feeds"):
        await client.data(204, [FeedKey.ELEC, FeedKey.HEAT], 0, 60, 60, average=True)


async def test_a_failure_while_asking_alone_is_not_taken_for_a_missing_feed(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_DATA, _series(have=("heatpump_elec",)), _html(_HTML + b"[]"))
    with pytest.raises(UnexpectedAnswer):
        await client.data(204, [FeedKey.ELEC, FeedKey.HEAT], 0, 60, 60, average=True)


@pytest.mark.parametrize(
    "points",
    [
        [[0, 1.0]],
        [],
        [[0, 1.0], [61, 1.0]],
        [[0, 1.0], [60]],
        [[0, 1.0], None],
        [[60, 1.0], [120, 1.0], [180, 1.0]],
        [1.0, 1.0, 1.0],
        [["1970-01-01T00:00:00+00:00", 1.0], ["1970-01-01T00:01:00+00:00", 1.0]],
        None,
        "points",
        {"success": False, "message": "Request end time before start time"},
    ],
)
async def test_points_that_are_not_where_they_were_asked_for_are_unexpected(
    client: HeatpumpMonitorClient, service: Service, points: object
) -> None:
    service.json(_DATA, {"heatpump_elec": points})
    with pytest.raises(UnexpectedAnswer):
        await client.data(204, [FeedKey.ELEC], 0, 120, 60, average=True)


@pytest.mark.parametrize(
    ("feeds", "times"),
    [
        ([], (0, 60, 60)),
        ([FeedKey.ELEC], (60, 60, 60)),
        ([FeedKey.ELEC], (120, 60, 60)),
        ([FeedKey.ELEC], (0, 60, 0)),
        ([FeedKey.ELEC], (0, 60, -60)),
    ],
)
async def test_an_impossible_series_is_an_error_of_the_caller(
    client: HeatpumpMonitorClient,
    service: Service,
    feeds: list[FeedKey],
    times: tuple[int, int, int],
) -> None:
    with pytest.raises(ValueError):
        await client.data(204, feeds, *times, average=True)
    assert service.asked == []


# Accounts


async def test_a_read_key_tells_its_owners_systems(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("/system/stats/last30", {"9001": {"id": 9001}})
    service.json("/system/stats/all", {"9001": {"id": 9001}, "204": {"id": 204}})
    assert await client.owned_systems(_KEY) == (204, 9001)
    for asked in service.asked:
        assert asked.query == {"mode": "user", "readkey": _KEY}


async def test_a_read_key_may_own_nothing(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json("*", [])
    assert await client.owned_systems(_KEY) == ()


_LOGGED_IN = Reply(
    content={"success": True, "message": "Login successful"},
    headers={"Set-Cookie": "HPMON_ORG_SESSID=abc123; path=/; HttpOnly"},
)


async def test_signing_in_shows_the_cookie_once_and_tells_systems_and_key(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.on(_LOGIN, _LOGGED_IN)
    service.json(
        "/system/list/user.json",
        [_SYSTEM | {"readkey": _KEY}, {"id": 72, "readkey": _KEY}],
    )
    account = await client.sign_in("user", "pass word")
    assert service.asked[0].form == {"username": "user", "password": "pass word"}
    assert service.asked[1].headers["Cookie"] == "HPMON_ORG_SESSID=abc123"
    assert account.read_key == _KEY
    assert [system.system_id for system in account.systems] == [72, 204]
    assert account.systems[0].read_key == _KEY
    assert _KEY not in repr(account)
    service.json("/system/get.json", _SYSTEM)
    await client.system(204)
    assert "Cookie" not in service.asked[2].headers


@pytest.mark.parametrize(
    "systems",
    [
        [],
        [{"id": 1, "readkey": _KEY}, {"id": 2, "readkey": _KEY[::-1]}],
        [{"id": 1, "readkey": "not a key"}],
        [{"id": 1}],
    ],
)
async def test_an_account_without_a_key_of_its_own_has_none(
    client: HeatpumpMonitorClient, service: Service, systems: list[object]
) -> None:
    service.on(_LOGIN, _LOGGED_IN)
    service.json("/system/list/user.json", systems)
    assert (await client.sign_in("user", "password")).read_key is None


async def test_a_wrong_password_is_refused(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(_LOGIN, {"success": False, "message": "Invalid username or password"})
    with pytest.raises(Refused) as caught:
        await client.sign_in("user", "sekrit")
    assert "sekrit" not in str(caught.value)
    assert len(service.asked) == 1


async def test_a_login_that_says_neither_yes_nor_no_is_unexpected(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(_LOGIN, {"message": "hello"})
    with pytest.raises(UnexpectedAnswer):
        await client.sign_in("user", "password")


async def test_a_session_that_is_not_kept_finds_no_systems(
    client: HeatpumpMonitorClient, service: Service
) -> None:
    service.json(_LOGIN, {"success": True})
    service.json("/system/list/user.json", False)
    with pytest.raises(NotFound):
        await client.sign_in("user", "password")
