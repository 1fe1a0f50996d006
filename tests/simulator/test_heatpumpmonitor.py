"""How HeatpumpMonitor.org answers, with its quirks."""

from collections.abc import Callable

import pytest

from . import Clock, EmoncmsDown, Simulator, World
from .conftest import NOW, Client
from .php import php_int, php_next_month, php_time
from .times import DAY, HOUR, MINUTE

REFUSED = {"success": False, "message": "Invalid access"}
MIDNIGHT = NOW // DAY * DAY
SPAN = {"start": MIDNIGHT, "end": MIDNIGHT + 6 * HOUR, "interval": HOUR}


async def test_every_answer_has_status_200_and_sets_a_cookie(ask: Client) -> None:
    for path in ("/system/get.json", "/nosuch/thing.json", "/system/list/public.json"):
        received = await ask(path)
        assert received.status == 200
        assert received.headers["Set-Cookie"].startswith("HPMON_ORG_SESSID=")


@pytest.mark.parametrize(
    ("path", "query", "missing"),
    [
        ("/system/get.json", {}, "id"),
        ("/timeseries/available", {}, "id"),
        ("/timeseries/values", {"id": 204}, "feeds"),
        ("/timeseries/data", {"id": 204}, "start"),
        ("/timeseries/data", {"id": 204, "start": 1}, "end"),
        ("/timeseries/data", {"id": 204, "start": 1, "end": 2}, "feeds"),
        (
            "/timeseries/data",
            {"id": 204, "start": 1, "end": 2, "feeds": "x"},
            "interval",
        ),
        ("/system/stats", {}, "start"),
        ("/system/stats", {"start": "2026-01-01"}, "end"),
    ],
)
async def test_a_missing_parameter_is_named_in_plain_text(
    ask: Client, path: str, query: dict[str, object], missing: str
) -> None:
    received = await ask(path, query)
    assert received.text == f"missing {missing} parameter"
    assert received.content_type == "text/plain;charset=UTF-8"


@pytest.mark.parametrize("system_id", ["999999", "abc", "", "-1"])
async def test_a_system_that_is_unknown_is_refused(ask: Client, system_id: str) -> None:
    for path in ("/system/get.json", "/system/stats/last7", "/timeseries/available"):
        assert (await ask(path, id=system_id)).json() == REFUSED


@pytest.mark.parametrize("text", ["204", "204.9", "204,72", " 204"])
async def test_an_id_is_cast_to_a_number(ask: Client, text: str) -> None:
    assert (await ask("/system/get.json", id=text)).json()["id"] == 204


async def test_an_id_in_brackets_crashes(ask: Client) -> None:
    received = await ask("/system/get.json", {"id[]": 204})
    assert received.text.startswith("<br />")
    assert received.content_type.startswith("text/html")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/nosuch/thing.json", '""'),
        ("/system/nosuch.json", "false"),
        ("/system/list/foo.json", "false"),
        ("/system/stats/last14", "false"),
        ("/system/stats/custom", "[]"),
        ("/system/list/user.json", "false"),
    ],
)
async def test_what_is_not_there_has_an_answer_of_its_own(
    ask: Client, path: str, body: str
) -> None:
    assert (await ask(path)).text == body


async def test_an_unknown_action_of_the_samples_is_a_page(ask: Client) -> None:
    received = await ask("/timeseries/nosuch", id=204)
    assert received.content_type.startswith("text/html")
    assert "<!DOCTYPE html>" in received.text


# Metadata.


async def test_numbers_that_were_not_given_are_0_and_texts_null(ask: Client) -> None:
    system = (await ask("/system/get.json", id=1000)).json()
    assert system["hp_max_output"] == 0 and system["youtube"] is None
    assert system["design_temp"] == -3 and isinstance(system["design_temp"], int)


async def test_slashes_are_escaped(ask: Client) -> None:
    text = (await ask("/system/get.json", id=204)).text
    assert "https:\\/\\/" in text and "https://" not in text


async def test_the_list_without_its_extension_is_a_page(ask: Client) -> None:
    assert (await ask("/system/list/public")).content_type.startswith("text/html")


async def test_the_public_list_has_the_fleet_and_no_private_system(
    ask_demo: Client, demo_world: World
) -> None:
    systems = (await ask_demo("/system/list/public.json")).json()
    ids = {system["id"] for system in systems}
    assert len(ids) == len(systems) == 304
    assert ids.isdisjoint({360, 361})
    assert all(system["heatpump_max_age"] == 876000 for system in systems)


async def test_signing_in_shows_ones_own_systems_and_read_key(
    ask_demo: Client, demo_world: World
) -> None:
    account = demo_world.accounts["tamsin"]
    signed = await ask_demo.post(
        "/user/login.json", username="tamsin", password=account.password
    )
    assert signed.json() == {"success": True, "message": "Login successful"}
    cookie = signed.headers["Set-Cookie"].partition(";")[0]
    mine = (await ask_demo("/system/list/user.json", cookie=cookie)).json()
    assert [system["id"] for system in mine] == [360, 361]
    assert mine[0]["readkey"] == account.read_key
    assert mine[0]["heatpump_elec_ago"] == pytest.approx(40 / 3600)
    assert mine[1]["heatpump_elec_feedid"] is False
    assert (await ask_demo("/system/get.json", cookie=cookie, id=360)).json()[
        "id"
    ] == 360


async def test_a_wrong_password_is_refused_politely(ask: Client) -> None:
    received = await ask.post("/user/login.json", username="marlow", password="guess")
    assert received.json() == {
        "success": False,
        "message": "Invalid username or password",
    }


async def test_a_read_key_opens_samples_and_statistics_but_no_metadata(
    ask_demo: Client, demo_world: World
) -> None:
    key = demo_world.systems[360].read_key
    for path in ("/timeseries/available", "/system/stats/last7"):
        assert (await ask_demo(path, id=360)).json() == REFUSED
        assert (await ask_demo(path, id=360, readkey="0" * 32)).json() == REFUSED
        assert "success" not in (await ask_demo(path, id=360, readkey=key)).json()
    assert (await ask_demo("/system/get.json", id=360, readkey=key)).json() == REFUSED


async def test_a_read_key_tells_which_systems_it_opens(
    ask_demo: Client, demo_world: World
) -> None:
    key = demo_world.systems[360].read_key
    path = "/system/stats/last30"
    assert list((await ask_demo(path, mode="user", readkey=key)).json()) == ["360"]
    assert (await ask_demo(path, mode="user")).text == "[]"


# Live values and what is available.


async def test_available_tells_the_extent_of_each_feed(
    ask: Client, world: World
) -> None:
    answer = (await ask("/timeseries/available", id=204)).json()
    assert list(answer["feeds"])[:3] == [
        "heatpump_elec",
        "heatpump_elec_kwh",
        "heatpump_heat",
    ]
    elec = answer["feeds"]["heatpump_elec"]
    assert elec["start_time"] == world.start
    assert elec["end_time"] == NOW // 60 * 60
    assert elec["npoints"] == (elec["end_time"] - elec["start_time"]) // 60 + 1
    assert elec["interval"] == 60 and elec["unit"] == "W"
    assert "unit" not in answer["feeds"]["heatpump_dhw"]
    assert answer["starting_power"] == 150 and answer["start_date"] == 0


async def test_available_is_five_minutes_old_at_most(ask: Client, clock: Clock) -> None:
    first = (await ask("/timeseries/available", id=204)).json()
    assert "config_cache" not in first
    clock.advance(299)
    assert (await ask("/timeseries/available", id=204)).json() == first | {
        "config_cache": True
    }
    clock.advance(1)
    later = (await ask("/timeseries/available", id=204)).json()
    ends = [answer["feeds"]["heatpump_elec"]["end_time"] for answer in (first, later)]
    assert "config_cache" not in later and ends[1] == ends[0] + 300


async def test_a_system_without_feeds_has_an_empty_list_of_them(ask: Client) -> None:
    assert (await ask("/timeseries/available", id=1000)).json()["feeds"] == []


async def test_a_system_without_an_app_says_so(
    ask_demo: Client, demo_world: World
) -> None:
    key = demo_world.systems[361].read_key
    for path in ("/timeseries/available", "/timeseries/values", "/timeseries/data"):
        received = await ask_demo(
            path, id=361, readkey=key, feeds="x", start=1, end=2, interval=1
        )
        assert received.json() == {
            "success": False,
            "http_code": 200,
            "message": "invalid app or permissions",
        }


async def test_values_are_the_last_samples_in_the_order_of_the_configuration(
    ask: Client, world: World
) -> None:
    values = (
        await ask(
            "/timeseries/values", id=204, feeds="heatpump_heat,nosuch,heatpump_elec"
        )
    ).json()
    assert list(values) == ["heatpump_elec", "heatpump_heat"]
    samples = world.samples(world.systems[204]).feeds["heatpump_elec"]
    assert values["heatpump_elec"] == {
        "time": NOW // 60 * 60,
        "value": pytest.approx(float(samples[-1])),
    }


async def test_no_known_feed_gives_an_empty_list_of_values(ask: Client) -> None:
    for feeds in ("", "nosuch", " heatpump_elec"):
        assert (await ask("/timeseries/values", id=204, feeds=feeds)).text == "[]"


# Points over time.


async def test_points_are_stamped_from_the_start_on_and_include_the_end(
    ask: Client,
) -> None:
    answer = await ask.data("heatpump_elec", **SPAN)
    stamps = [stamp for stamp, _ in answer["heatpump_elec"]]
    assert stamps == list(range(MIDNIGHT, MIDNIGHT + 6 * HOUR + 1, HOUR))


async def test_means_and_counters_agree_with_the_truth(
    ask: Client, world: World
) -> None:
    truth = world.truth.system_hours(204, MIDNIGHT, MIDNIGHT + 6 * HOUR)
    means = await ask.data("heatpump_elec", "heatpump_flowT", **SPAN, average=1)
    readings = await ask.data("heatpump_elec_kwh", "heatpump_heat_kwh", **SPAN)
    for k, hour in enumerate(truth):
        assert means["heatpump_elec"][k][1] / 1000 == pytest.approx(hour.elec_kwh)
        assert means["heatpump_flowT"][k][1] == pytest.approx(hour.flow_temperature)
        for name, expected in (("elec", hour.elec_kwh), ("heat", hour.heat_kwh)):
            counter = readings[f"heatpump_{name}_kwh"]
            assert counter[k + 1][1] - counter[k][1] == pytest.approx(expected)


async def test_points_before_the_beginning_and_in_the_future_are_null(
    ask: Client, world: World
) -> None:
    span = {"interval": HOUR, "average": 1}
    early = await ask.data(
        "heatpump_elec", start=world.start - 2 * HOUR, end=world.start, **span
    )
    hour = NOW // HOUR * HOUR
    late = await ask.data("heatpump_elec", start=hour, end=hour + 2 * HOUR, **span)
    assert [value is None for _, value in early["heatpump_elec"]] == [True, True, False]
    assert [value is None for _, value in late["heatpump_elec"]] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("unix", MIDNIGHT),
        ("unixms", MIDNIGHT * 1000),
        ("iso8601", "2026-11-21T00:00:00+00:00"),
        ("excel", "21/11/2026 00:00:00"),
    ],
)
async def test_stamps_come_in_several_formats(
    ask: Client, name: str, first: object
) -> None:
    answer = await ask.data("heatpump_elec", **SPAN, timeformat=name)
    assert answer["heatpump_elec"][0][0] == first


async def test_points_can_come_without_stamps(ask: Client) -> None:
    answer = await ask.data("heatpump_elec", **SPAN, timeformat="notime")
    assert len(answer["heatpump_elec"]) == 7
    assert isinstance(answer["heatpump_elec"][0], float)


async def test_an_unknown_format_of_stamps_is_refused(ask: Client) -> None:
    answer = await ask.data("heatpump_elec", **SPAN, timeformat="bogus")
    assert answer == {"success": False, "message": "Invalid time format"}


async def test_the_limit_of_points_is_an_error_for_each_feed(
    ask: Client, world: World
) -> None:
    world.max_points = 5
    answer = await ask.data("heatpump_elec", "heatpump_heat", **SPAN)
    assert list(answer) == ["heatpump_elec", "heatpump_heat"]
    error = answer["heatpump_heat"]
    assert error["success"] is False
    assert "limit reached (5)" in error["message"]
    assert "requested datapoints = 6" in error["message"]
    world.max_points = 6
    assert len((await ask.data("heatpump_elec", **SPAN))["heatpump_elec"]) == 7


async def test_a_span_that_ends_before_it_starts_is_an_error_for_each_feed(
    ask: Client,
) -> None:
    answer = await ask.data("heatpump_elec", start=NOW, end=NOW, interval=60)
    message = "Request end time before start time"
    assert answer == {"heatpump_elec": {"success": False, "message": message}}


async def test_no_known_feed_gives_html_before_the_json(ask: Client) -> None:
    received = await ask("/timeseries/data", SPAN, id=204, feeds="nosuch")
    assert received.text.startswith("<br />")
    assert received.text.endswith('{"":null}')


async def test_times_that_cannot_be_read_give_nothing(ask: Client) -> None:
    span = {"start": "foo", "end": "bar", "interval": 60}
    assert await ask.data("heatpump_elec", **span) == []


async def test_milliseconds_and_iso_times_are_understood(ask: Client) -> None:
    seconds = await ask.data("heatpump_elec", **SPAN)
    for start, end in (
        (SPAN["start"] * 1000, SPAN["end"] * 1000),
        ("2026-11-21T00:00:00Z", "2026-11-21T06:00:00Z"),
    ):
        span = {"start": start, "end": end, "interval": HOUR}
        assert await ask.data("heatpump_elec", **span) == seconds


async def test_an_interval_that_is_no_number_makes_eight_hundred_points(
    ask: Client,
) -> None:
    answer = await ask.data("heatpump_elec", **SPAN | {"interval": "daily"})
    assert len(answer["heatpump_elec"]) == 801


async def test_of_two_keys_on_one_feed_only_the_later_is_answered(
    ask_demo: Client,
) -> None:
    both = await ask_demo.data("heatpump_roomT", "heatpump_targetT", **SPAN, id=311)
    alone = await ask_demo.data("heatpump_roomT", **SPAN, id=311)
    assert list(both) == ["heatpump_targetT"]
    assert both["heatpump_targetT"] == alone["heatpump_roomT"]


async def test_whole_numbers_have_no_point(ask: Client) -> None:
    received = await ask("/timeseries/data", SPAN, id=204, feeds="heatpump_dhw")
    assert ".0" not in received.text


async def test_emoncms_can_be_down(ask: Client, simulator: Simulator) -> None:
    simulator.faults.add(EmoncmsDown())
    received = await ask("/timeseries/available", id=204)
    assert received.json() == {"success": False, "http_code": 0, "message": False}
    assert "204" in (await ask("/system/stats/last7", id=204)).json()


async def test_requests_are_remembered(ask: Client, simulator: Simulator) -> None:
    received = await ask("/system/get.json", id=204)
    (request,) = simulator.requests
    assert (request.service, request.path) == ("heatpumpmonitor", "/system/get.json")
    assert request.query == {"id": "204"}
    assert request.time == NOW
    assert request.size == len(received.text)
    assert "User-Agent" in request.headers


# PHP's own habits.


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("12.9", 12), ("-3x", -3), ("x", 0), ("", 0), (" 7", 7)],
)
def test_text_becomes_a_number(text: str, number: int) -> None:
    assert php_int(text) == number


@pytest.mark.parametrize(
    "text",
    ["2026-01-01", "01-01-2026", "2026-01-01T00:00:00Z", "@1767225600"],
)
def test_dates_of_a_range_come_in_several_forms(text: str) -> None:
    assert php_time(text) == 1_767_225_600


@pytest.mark.parametrize("text", ["1767225600", "", "foo", "2026-13-01"])
def test_other_dates_are_not_understood(text: str) -> None:
    assert php_time(text) is None


def test_the_month_after_the_31st_of_january_reaches_into_march() -> None:
    january, march = php_time("2026-01-31"), php_time("2026-03-03")
    assert january is not None and php_next_month(january) == march


async def test_a_minute_later_there_is_one_sample_more(
    make_client: Callable[..., Client], simulator: Simulator, clock: Clock
) -> None:
    ask = make_client(simulator)
    first = (await ask("/timeseries/values", id=204, feeds="heatpump_elec")).json()
    clock.advance(MINUTE)
    second = (await ask("/timeseries/values", id=204, feeds="heatpump_elec")).json()
    times = [answer["heatpump_elec"]["time"] for answer in (first, second)]
    assert times[1] == times[0] + MINUTE
