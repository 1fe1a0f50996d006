"""What befalls answers on the way, and what meets in the middle of an import."""

import asyncio
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import orjson
import pytest

from custom_components.heatpump_insight.const import DOMAIN
from tests.simulator import (
    AbsurdSamples,
    AbsurdUsage,
    DatabaseDown,
    EmoncmsDown,
    Garbage,
    HtmlPage,
    Outage,
    ProxyRefuses,
    QuotaSpent,
    Reply,
    Truncated,
)
from tests.simulator.faults import Altered, Fault, Held
from tests.soak.rows import known

from .home import DAY, HOUR, MINUTE, Home
from .scenario import CONSENT, NOW, SYSTEM, at

SET_UP = NOW.timestamp()
HALF_HOURS = "/meter/"
_MARK = "another number"
SAMPLES = "/data"

# Each fault takes the answers of one service or of both; what is new is not known then.
BOTH = ("electricity", "meter_electricity")
ON_THE_WAY: dict[str, tuple[Callable[..., Fault], tuple[str, ...]]] = {
    "nothing answered": (Outage, BOTH),
    "pages came instead of data": (HtmlPage, BOTH),
    "answers were cut off": (Truncated, BOTH),
    "answers were garbage": (Garbage, BOTH),
    "a proxy refused": (ProxyRefuses, BOTH),
    "the services failed": (partial(Reply, status=500), BOTH),
    "nothing was found": (partial(Reply, status=404), BOTH),
    "the quota was spent": (partial(QuotaSpent, retry_after=HOUR), BOTH),
    "the quota was spent, with status 429": (partial(QuotaSpent, status=429), BOTH),
    "the database was down": (DatabaseDown, ("electricity",)),
    "the samples were out of reach": (EmoncmsDown, ("electricity",)),
}


@pytest.mark.parametrize(
    ("fault", "unknown"), ON_THE_WAY.values(), ids=ON_THE_WAY.keys()
)
async def test_every_hour_is_right_after(
    home: Home, fault: Callable[..., Fault], unknown: tuple[str, ...]
) -> None:
    await home.set_up()
    home.befall(fault(start=SET_UP + 10 * MINUTE, end=SET_UP + 23.5 * HOUR))
    await home.pass_time(23 * HOUR, step=6 * HOUR)
    for statistic in unknown:
        assert at(0, 14) not in await home.hours(statistic)
    await home.pass_time(DAY + HOUR, step=6 * HOUR)
    assert {at(0, 14)} <= (await home.hours("meter_electricity")).keys()
    assert await home.findings() == []


CUT_OFF = [Outage, HtmlPage, Truncated, partial(QuotaSpent, retry_after=HOUR)]


@pytest.mark.parametrize("fault", CUT_OFF, ids=["outage", "page", "half", "quota"])
async def test_a_first_import_that_is_cut_off_goes_on(
    home: Home, fault: Callable[..., Fault]
) -> None:
    home.befall(
        fault(path_contains=SAMPLES, end=SET_UP + HOUR),
        fault(path_contains=HALF_HOURS, end=SET_UP + HOUR),
    )
    await home.set_up()
    assert await home.rows() == {}
    await home.pass_time(6 * HOUR, step=2 * HOUR)
    assert await home.findings() == []


# Answers that are altered.


def doubled(rows: list[Any]) -> list[Any]:
    """Return rows twice, in no order."""
    return Random(1).sample(rows * 2, 2 * len(rows))


def altered_rows(body: bytes) -> bytes:
    """Return an answer whose rows come twice, in no order."""
    found = orjson.loads(body)
    if isinstance(found, list):
        return orjson.dumps(doubled(found))
    return orjson.dumps(
        {
            key: doubled(points) if isinstance(points, list) else points
            for key, points in found.items()
        }
    )


async def test_half_hours_that_come_twice_and_in_no_order_are_put_right(
    home: Home,
) -> None:
    home.befall(Altered(path_contains="/meters/", alter=altered_rows))
    await home.set_up()
    await home.pass_time(DAY)
    assert sum(each.fault == "Altered" for each in home.simulator.requests) > 10
    assert await home.findings() == []


async def test_samples_in_no_order_wait_until_they_are_in_order(home: Home) -> None:
    home.befall(
        Altered(path_contains=SAMPLES, alter=altered_rows, end=SET_UP + 2 * HOUR)
    )
    await home.set_up()
    assert await home.hours("electricity") == {}
    await home.pass_time(6 * HOUR, step=2 * HOUR)
    assert await home.findings() == []


def misspelled(text: bytes) -> Callable[[bytes], bytes]:
    """Return what writes another number into half-hours, and into samples of noon."""

    def row(each: dict[str, Any]) -> dict[str, Any]:
        return each | {"energy_kwh": _MARK, "carbon_kg": _MARK}

    def point(stamp: int, value: float) -> list[Any]:
        return [stamp, _MARK if stamp % DAY == 12 * HOUR else value]

    def alter(body: bytes) -> bytes:
        found = orjson.loads(body)
        altered: Any
        if isinstance(found, list):
            altered = [row(each) for each in found]
        else:
            altered = {
                key: [point(*each) for each in points] for key, points in found.items()
            }
        return orjson.dumps(altered).replace(f'"{_MARK}"'.encode(), text)

    return alter


SPELLINGS = [
    b"NaN",
    b"-Infinity",
    b"1e999",
    b'"inf"',
    b'"much"',
    b"-5e9",
    b"1e9",
    b"[]",
]


async def absurd_hours(home: Home) -> dict[str, dict[int, float]]:
    """Return the hours that are far beyond all that the home has without faults."""
    undisturbed = await home.without_faults()
    found: dict[str, dict[int, float]] = {}
    for name, rows in (await home.rows()).items():
        truth = undisturbed[name].hours.values()
        least, most = min([0.0, *truth]) - 5, max([0.0, *truth]) * 2 + 5
        absurd = {
            hour: value
            for hour, value in known(rows).items()
            if not least <= value <= most
        }
        if absurd:
            found[name] = absurd
    return found


@pytest.mark.parametrize("spelling", SPELLINGS, ids=bytes.decode)
async def test_absurd_numbers_make_no_absurd_hour(home: Home, spelling: bytes) -> None:
    end = SET_UP + 2 * HOUR
    alter = misspelled(spelling)
    home.befall(
        Altered(path_contains=HALF_HOURS, alter=alter, end=end),
        Altered(path_contains=SAMPLES, alter=alter, end=end),
    )
    await home.set_up()
    assert await absurd_hours(home) == {}
    assert at(-2, 12) not in await home.hours("meter_electricity")
    await home.pass_time(DAY + 2 * HOUR)
    assert await home.findings() == []


ABSURD = [float("nan"), -1e9, -500.0, 1e9]


@pytest.mark.parametrize("value", ABSURD)
@pytest.mark.parametrize("length", [1, 90], ids=["a_minute", "longer"])
async def test_absurd_samples_make_no_absurd_hour(
    home: Home, value: float, length: int
) -> None:
    """They lie on full hours, where counters are read."""
    start = at(-2, 12)
    home.befall(
        AbsurdSamples(
            system_id=SYSTEM, start=start, end=start + length * MINUTE, value=value
        ),
        AbsurdUsage(consent=CONSENT, start=start, end=start + HOUR, value=value),
    )
    await home.set_up()
    assert await absurd_hours(home) == {}
    assert await home.findings() != []
    home.world.faults.clear()
    await home.pass_time(DAY)
    assert await home.findings() == []


# In the middle of an import.


async def held(home: Home, path: str, before: int) -> tuple[Held, asyncio.Task[None]]:
    """Begin the set-up, up to a request that waits after so many others."""
    hold = Held(path_contains=path, count=1)
    passing = Altered(path_contains=path, alter=lambda body: body, count=before)
    home.befall(passing, hold)
    setting_up = asyncio.create_task(home.set_up())
    await hold.reached.wait()
    return hold, setting_up


async def act(home: Home, action: str, statistic: str) -> None:
    """Call an action of the integration for the device of a statistic."""
    data: dict[str, str | bool] = {"device_id": home.device(statistic)}
    if action == "rebuild_statistics":
        data["confirm"] = True
    await home.hass.services.async_call(DOMAIN, action, data, blocking=True)


# Where the request is that waits: a path, how many came before it, and a statistic.
PLACES = {
    "marks": (SAMPLES, 0, "electricity"),
    "samples": (SAMPLES, 1, "electricity"),
    "counters": (SAMPLES, 2, "electricity"),
    "half_hours": (HALF_HOURS, 3, "meter_electricity"),
}


@pytest.mark.parametrize(
    ("path", "before", "statistic"), PLACES.values(), ids=PLACES.keys()
)
async def test_an_import_that_a_reload_cuts_off_is_made_whole(
    home: Home, path: str, before: int, statistic: str
) -> None:
    hold, setting_up = await held(home, path, before)
    entry = home.meters if statistic.startswith("meter_") else home.heat_pump
    assert await home.hours(statistic) == {}
    await home.hass.config_entries.async_reload(entry.entry_id)
    hold.let_go.set()
    await setting_up
    await home.settle()
    assert await home.findings() == []


@pytest.mark.parametrize("action", ["import_history", "rebuild_statistics"])
@pytest.mark.parametrize(
    ("path", "before", "statistic"), PLACES.values(), ids=PLACES.keys()
)
async def test_an_action_in_the_middle_of_an_import_doubles_nothing(
    home: Home, path: str, before: int, statistic: str, action: str
) -> None:
    hold, setting_up = await held(home, path, before)
    acting = asyncio.create_task(act(home, action, statistic))
    await asyncio.sleep(0)
    assert not acting.done()
    hold.let_go.set()
    await asyncio.gather(setting_up, acting)
    assert await home.findings() == []


@pytest.mark.parametrize("action", ["import_history", "rebuild_statistics"])
@pytest.mark.parametrize("statistic", ["electricity", "meter_gas"])
async def test_an_action_called_twice_at_once_doubles_nothing(
    home: Home, action: str, statistic: str
) -> None:
    await home.set_up()
    before = len(home.simulator.requests)
    await asyncio.gather(act(home, action, statistic), act(home, action, statistic))
    assert len(home.simulator.requests) > before
    assert await home.findings() == []


async def test_a_second_refresh_at_once_doubles_nothing(home: Home) -> None:
    await home.set_up()
    home.freezer.tick(DAY)
    histories = [
        history
        for entry in (home.heat_pump, home.meters)
        for history in entry.runtime_data.histories
    ]
    await asyncio.gather(*(each.async_refresh() for each in histories * 2))
    assert at(0, 14) in await home.hours("electricity")
    await home.pass_time(2 * HOUR, step=HOUR)
    assert await home.findings() == []


@pytest.mark.parametrize("path", [SAMPLES, HALF_HOURS])
async def test_an_hour_that_ends_while_an_answer_is_slow_is_not_lost(
    home: Home, path: str
) -> None:
    await home.set_up()
    hold = Held(path_contains=path, count=1)
    home.befall(hold)
    passing = asyncio.create_task(home.pass_time(23 * HOUR))
    await hold.reached.wait()
    home.freezer.tick(2 * HOUR)
    hold.let_go.set()
    await passing
    await home.pass_time(3 * HOUR, step=HOUR)
    assert await home.findings() == []
