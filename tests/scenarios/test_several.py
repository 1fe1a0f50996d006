"""Two heat pumps and two homes at once."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.simulator import CounterRestart, HalfHoursMissing, MonitorDark, World
from tests.soak.rows import known

from .home import DAY, HOUR, Home
from .scenario import CONSENT, NOW, SYSTEM, at

OTHER_SYSTEM = 311


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with two heat pumps, and two homes in one account."""
    freezer.move_to(NOW)
    world = World.demo(days=4, now=lambda: datetime.now(UTC).timestamp())
    world.systems = {each: world.systems[each] for each in (SYSTEM, OTHER_SYSTEM)}
    return world


async def test_two_heat_pumps_and_two_homes_do_not_mix(home: Home) -> None:
    """What befalls one of them is seen in its own hours only."""
    (other,) = set(home.world.tokens[home.world.token]) - {CONSENT}
    tomorrow = NOW.timestamp() + DAY
    home.befall(
        CounterRestart(system_id=SYSTEM, at=at(-2, 12.3)),
        MonitorDark(system_id=OTHER_SYSTEM, start=at(-2, 9) + 60, end=at(-2, 15)),
        HalfHoursMissing(
            consent=CONSENT, start=at(-1, 7), end=at(-1, 8), filled=tomorrow
        ),
        HalfHoursMissing(
            consent=other, commodity="gas", start=at(-1, 9), end=at(-1, 10)
        ),
    )
    await home.set_up()
    meanwhile = await home.rows()
    await home.pass_time(2 * DAY)
    assert await home.findings() == []
    undisturbed = await home.without_faults()
    touched = {
        hour
        for name, truth in undisturbed.items()
        for hour, value in known(meanwhile[name]).items()
        if name.endswith("_electricity")
        and hour < at(0)
        and value != pytest.approx(truth.hours[hour], abs=1e-6)
    }
    assert touched == {*range(at(-2, 9), at(-2, 15), HOUR)}
    assert len(await home.rows()) == 2 * 9 + 2 * 6
