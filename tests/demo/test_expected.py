"""What is expected comes from the simulator, under the names that users rely on."""

from datetime import UTC, datetime

import pytest

from tests.simulator import Clock, World

from .expected import DOMAIN, Mean, Total, devices, may_be_unknown, statistics

# Two days around the end of summer time, and some hours of a third.
NOW = datetime(2026, 10, 26, 9, 20, tzinfo=UTC).timestamp()
URL = "http://127.0.0.1:8080"
SYSTEM = "system_127_0_0_1_8080_204"
OF_A_YEAR = {"cop_gap", "cop_percentile_365_days", "expected_cop"}


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world whose clock stands still."""
    return World.small(days=2, now=Clock(NOW))


def test_every_statistic_has_its_name_and_unit(world: World) -> None:
    (consent,) = world.tokens[world.token]
    meter = f"meter_{consent.replace('-', '')}"
    units = {
        statistic_id: statistic.unit
        for statistic_id, statistic in statistics(world, URL, 204).items()
    }
    assert units == {
        f"{DOMAIN}:{SYSTEM}_electricity": "kWh",
        f"{DOMAIN}:{SYSTEM}_heat": "kWh",
        f"{DOMAIN}:{SYSTEM}_cop": None,
        f"{DOMAIN}:{SYSTEM}_flow_temperature": "°C",
        f"{DOMAIN}:{SYSTEM}_return_temperature": "°C",
        f"{DOMAIN}:{SYSTEM}_outside_temperature": "°C",
        f"{DOMAIN}:{SYSTEM}_room_temperature": "°C",
        f"{DOMAIN}:{SYSTEM}_carbon": "kg",
        f"{DOMAIN}:{SYSTEM}_cost": "GBP",
        f"{DOMAIN}:{meter}_electricity_cost": "GBP",
        f"{DOMAIN}:{meter}_gas_cost": "GBP",
        f"{DOMAIN}:{meter}_electricity": "kWh",
        f"{DOMAIN}:{meter}_electricity_carbon": "kg",
        f"{DOMAIN}:{meter}_gas": "kWh",
        f"{DOMAIN}:{meter}_gas_carbon": "kg",
    }


def test_an_hour_is_expected_when_it_is_over(world: World) -> None:
    energy = statistics(world, URL, 204)[f"{DOMAIN}:{SYSTEM}_electricity"]
    assert isinstance(energy, Total)
    assert len(energy.hours) == 2 * 24 + 9
    assert datetime.fromtimestamp(max(energy.hours), UTC).hour == 8


def test_the_cop_of_a_day_is_that_of_its_25_hours(world: World) -> None:
    expected = statistics(world, URL, 204)
    cop = expected[f"{DOMAIN}:{SYSTEM}_cop"]
    assert isinstance(cop, Mean)
    day = range(
        int(datetime(2026, 10, 24, 23, tzinfo=UTC).timestamp()),
        int(datetime(2026, 10, 26, tzinfo=UTC).timestamp()),
        3600,
    )
    heat, electricity = (
        sum(expected[f"{DOMAIN}:{SYSTEM}_{key}"].hours[hour] for hour in day)
        for key in ("heat", "electricity")
    )
    # The day before has no first hour, the day after no last one.
    assert cop.hours == pytest.approx(dict.fromkeys(day, heat / electricity))


def test_every_device_is_expected_with_its_sensors(world: World) -> None:
    (consent,) = world.tokens[world.token]
    meter = f"meter_{consent.replace('-', '')}"
    expected = devices(world, URL, 204)
    assert expected.keys() == {SYSTEM, f"{meter}_electricity", f"{meter}_gas"}
    assert "cop_now" in expected[SYSTEM]
    assert "energy_30_days" in expected[f"{meter}_gas"]


@pytest.mark.parametrize(
    ("now", "days", "months"),
    [
        # The meters send the first day of a month on the morning after.
        (datetime(2026, 10, 2, 4, tzinfo=UTC), 30, {"_this_month"}),
        (datetime(2026, 10, 2, 8, tzinfo=UTC), 30, set()),
        (datetime(2026, 10, 20, 8, tzinfo=UTC), 10, {"_last_month"}),
    ],
)
def test_a_month_without_a_day_may_be_unknown(
    now: datetime, days: int, months: set[str]
) -> None:
    world = World.small(days=days, now=Clock(now.timestamp()))
    assert set(may_be_unknown(world)) == {"cop_now", *months, *OF_A_YEAR}


def test_among_others_nothing_is_known_of_a_year_that_is_too_short() -> None:
    now = Clock(datetime(2026, 10, 20, tzinfo=UTC).timestamp())
    assert set(may_be_unknown(World.small(days=330, now=now))) >= OF_A_YEAR
