"""What befalls time: clocks that change or are wrong, and stamps that mean another."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from tests.household import meters_entry
from tests.simulator import HalfHoursMissing

from .home import DAY, HOUR, Home
from .scenario import CONSENT, at

type Spelling = Literal["utc", "offset", "naive"]


async def options_become(home: Home, options: dict[str, object]) -> None:
    """Let the user change the options of the meters, which sets them up anew."""
    home.hass.config_entries.async_update_entry(home.meters, options=options)
    await home.settle()


# The days on which clocks change in places, and how many hours those days have.
CLOCK_CHANGES = {
    "in spring in London": ("Europe/London", date(2026, 3, 29), 23),
    "in autumn in London": ("Europe/London", date(2025, 10, 26), 25),
    "in spring in Berlin": ("Europe/Berlin", date(2026, 3, 29), 23),
    "in autumn in Berlin": ("Europe/Berlin", date(2025, 10, 26), 25),
    "in spring in Adelaide": ("Australia/Adelaide", date(2025, 10, 5), 23),
    "in autumn in Adelaide": ("Australia/Adelaide", date(2026, 4, 5), 25),
}


@pytest.mark.parametrize(
    ("time_zone", "day", "length"), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES.keys()
)
async def test_a_day_on_which_the_clocks_change_is_whole(
    home: Home, now: datetime, time_zone: str, day: date, length: int
) -> None:
    await home.set_up()
    assert await home.findings() == []
    zone = ZoneInfo(time_zone)
    ratios = await home.hours("cop")
    of_the_day = [
        ratio
        for hour, ratio in ratios.items()
        if datetime.fromtimestamp(hour, zone).date() == day
    ]
    assert len(of_the_day) == length
    assert len(set(of_the_day)) == 1
    of_days = {datetime.fromtimestamp(hour, zone).date() for hour in ratios}
    assert {day - timedelta(days=1), day, day + timedelta(days=1)} <= of_days


@pytest.fixture
def history(request: pytest.FixtureRequest) -> int:
    """Return enough days for a day on which clocks change, and its neighbours."""
    return 5 if "day" in request.fixturenames else 3


@pytest.fixture
def now(request: pytest.FixtureRequest) -> datetime:
    """Return a morning after the day on which clocks change, else the usual moment."""
    if "day" not in request.fixturenames:
        return datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
    day: date = request.getfixturevalue("day")
    return datetime(day.year, day.month, day.day, 9, 20, tzinfo=UTC) + timedelta(days=3)


@pytest.mark.parametrize("spelling", ["offset", "naive"])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2025, 10, 26)], ids=str)
async def test_local_times_are_understood_when_the_clocks_change(
    home: Home, now: datetime, spelling: Spelling, day: date
) -> None:
    home.world.style.time = spelling
    home.world.style.range = "date"
    home.world.style.numbers = "string"
    await home.set_up()
    assert await home.findings() == []
    zone = ZoneInfo("Europe/London")
    hours = await home.hours("meter_electricity")
    lengths = [datetime.fromtimestamp(hour, zone).date() for hour in hours].count(day)
    assert lengths in {23, 25}


async def test_the_option_follows_a_service_that_stamps_ends_and_starts_again(
    home: Home,
) -> None:
    await home.set_up()
    right = await home.hours("meter_electricity")
    for stamp in ("end", "start"):
        home.world.style.stamp = stamp
        await home.hass.services.async_call(
            "heatpump_insight",
            "import_history",
            {"device_id": home.device("meter_electricity")},
            blocking=True,
        )
        wrong = await home.hours("meter_electricity")
        assert sum(wrong.get(hour) != right[hour] for hour in right) > len(right) / 2
        await options_become(home, home.options(stamp=stamp))
        assert await home.findings() == []
        assert await home.hours("meter_electricity") == right
    await home.pass_time(DAY)
    assert await home.findings() == []


async def test_a_service_that_stamps_ends_is_understood_from_the_beginning(
    home: Home,
) -> None:
    home.world.style.stamp = "end"
    home.meters = meters_entry(home.simulator, options=home.options(stamp="end"))
    await home.set_up()
    assert await home.findings() == []
    await options_become(home, {})
    assert await home.findings() != []


WRONG_CLOCKS = {
    "forward by a day": (DAY,),
    "back by two hours": (-2 * HOUR,),
    "back by two hours, then forward by a day": (-2 * HOUR, DAY),
    "forward by a year": (366 * DAY,),
    "back by a year": (-366 * DAY,),
}


@pytest.mark.parametrize("errors", WRONG_CLOCKS.values(), ids=[*WRONG_CLOCKS])
async def test_every_hour_is_right_after_the_clock_was_wrong(
    home: Home, errors: tuple[float, ...]
) -> None:
    """A half-hour is repaired when the clock is right again: that is found."""
    hour = at(-1, 12)
    filled = home.world.now() + DAY
    home.befall(
        HalfHoursMissing(
            consent=CONSENT, start=hour, end=hour + HOUR // 2, filled=filled
        )
    )
    await home.set_up()
    for error in errors:
        with home.wrong_clock(error):
            await home.pass_time(3 * HOUR, step=HOUR)
    meanwhile = await home.hours("meter_electricity")
    await home.pass_time(2 * DAY)
    assert await home.findings() == []
    assert meanwhile.get(hour) != (await home.hours("meter_electricity"))[hour]
