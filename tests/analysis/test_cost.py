"""What energy cost, hour by hour."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from math import fsum

from hypothesis import given, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.cop import local_days
from custom_components.heatpump_insight.analysis.cost import (
    energy_cost,
    hour_price,
    meter_cost,
    standing_charges,
)
from custom_components.heatpump_insight.analysis.hours import HALF_HOUR, HOUR
from custom_components.heatpump_insight.analysis.tariff import (
    Band,
    Flat,
    Hourly,
    Period,
    Tariff,
    TimeOfUse,
)

from .tariffs import (
    EVERY_DAY,
    LONDON,
    NIGHT_RATE,
    hours,
    moment,
    prices,
    schedules,
    tariff,
    zones,
)

SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)
days_of_change = pytest.mark.parametrize(
    ("day", "count"), [(date(2025, 1, 8), 24), (SPRING, 23), (AUTUMN, 25)]
)


def hours_of(day: date, zone: tzinfo = LONDON) -> range:
    """Return the hours of a local day."""
    noon = int(datetime.combine(day, time(12), zone).timestamp()) // HOUR * HOUR
    ((first, end),) = local_days(noon, noon + HOUR, zone)
    return range(first, end, HOUR)


# The price of an hour.


def test_an_hours_price_is_the_mean_of_its_half_hours() -> None:
    half_cheap = moment(2025, 1, 8, 5)
    assert hour_price(tariff(NIGHT_RATE), half_cheap) == pytest.approx(0.185)


def test_where_half_hours_are_known_they_weigh_the_price() -> None:
    hour = moment(2025, 1, 8, 5)
    known = {hour: 3.0, hour + HALF_HOUR: 1.0}
    found = hour_price(tariff(NIGHT_RATE), hour, half_hours=known)
    assert found == pytest.approx((3 * 0.07 + 1 * 0.30) / 4)


def test_an_hour_that_is_its_good_half_alone_has_the_price_of_that_half() -> None:
    hour = moment(2025, 1, 8, 5)
    for half, price in ((hour, 0.07), (hour + HALF_HOUR, 0.30)):
        found = hour_price(tariff(NIGHT_RATE), hour, half_hours={half: 0.4})
        assert found == pytest.approx(price)


@pytest.mark.parametrize("energy", [0.0, -1.0])
def test_half_hours_without_energy_weigh_alike(energy: float) -> None:
    hour = moment(2025, 1, 8, 5)
    known = {hour: energy, hour + HALF_HOUR: energy}
    found = hour_price(tariff(NIGHT_RATE), hour, half_hours=known)
    assert found == pytest.approx(0.185)


@given(
    price=prices,
    halves=st.lists(st.floats(0, 5), min_size=96, max_size=96),
    low=st.floats(-1, 1),
)
def test_known_half_hours_cost_what_a_bill_adds_up(
    price: TimeOfUse, halves: list[float], low: float
) -> None:
    first = moment(2025, 3, 29)
    known = {first + k * HALF_HOUR: energy for k, energy in enumerate(halves)}
    energy = {hour: known[hour] + known[hour + HALF_HOUR] for hour in hours(first, 48)}
    entities = {name: dict.fromkeys(energy, low) for name in ("sensor.a", "sensor.b")}
    rates = tariff(price)
    costs = energy_cost(rates, energy, half_hours=known, entity_prices=entities)
    bill = [
        amount * (rates.price_at(half, entities) or 0.0)
        for half, amount in known.items()
    ]
    assert fsum(costs.values()) == pytest.approx(fsum(bill), abs=1e-9)


# The cost of energy.


def test_an_hour_costs_its_energy_at_its_price() -> None:
    first = moment(2025, 1, 8, 4)
    costs = energy_cost(tariff(NIGHT_RATE), dict.fromkeys(hours(first, 3), 2.0))
    assert [*costs.values()] == pytest.approx([0.14, 0.37, 0.60])


@pytest.mark.parametrize(
    ("day", "cost"),
    [
        pytest.param(date(2025, 1, 8), 6 * 0.07 + 18 * 0.30, id="24 hours"),
        pytest.param(SPRING, 5 * 0.07 + 18 * 0.30, id="23 hours"),
        pytest.param(AUTUMN, 7 * 0.07 + 18 * 0.30, id="25 hours"),
    ],
)
def test_on_days_of_clock_changes_the_local_clock_tells_the_price(
    day: date, cost: float
) -> None:
    costs = energy_cost(tariff(NIGHT_RATE), dict.fromkeys(hours_of(day), 1.0))
    assert sum(costs.values()) == pytest.approx(cost)


def test_both_of_the_hours_that_autumn_repeats_have_the_price_of_their_clock() -> None:
    one_oclock = Band(days=EVERY_DAY, start=time(1), end=time(2), price=0.1)
    rates = tariff(TimeOfUse(bands=(one_oclock,), default=0.3))
    midnight = int(datetime(2025, 10, 25, 23, tzinfo=UTC).timestamp())
    costs = energy_cost(rates, dict.fromkeys(hours(midnight, 4), 1.0))
    assert [*costs.values()] == pytest.approx([0.3, 0.1, 0.1, 0.3])


def test_hours_before_the_first_period_have_no_cost() -> None:
    period = Period(
        price=Flat(price=0.2), standing_charge=0.6, valid_from=date(2025, 7, 1)
    )
    rates = Tariff(zone=LONDON, periods=(period,))
    first = moment(2025, 7, 1)
    energy = dict.fromkeys(hours(first - 2 * HOUR, 4), 1.0)
    assert energy_cost(rates, energy).keys() == {first, first + HOUR}
    assert meter_cost(rates, energy).keys() == {first, first + HOUR}
    assert standing_charges(rates, energy).keys() == {first, first + HOUR}


def test_an_hour_whose_price_no_entity_knows_has_no_cost() -> None:
    first = moment(2025, 1, 8)
    known = {"sensor.a": {first: 0.2}}
    rates = tariff(Hourly(entity_id="sensor.a"), standing_charge=2.4)
    energy = dict.fromkeys(hours(first, 2), 2.0)
    assert energy_cost(rates, energy, entity_prices=known) == {
        first: pytest.approx(0.4)
    }
    assert meter_cost(rates, energy, entity_prices=known) == {first: pytest.approx(0.5)}


def test_electricity_at_a_price_below_zero_earns_money() -> None:
    hour = moment(2025, 1, 8)
    assert energy_cost(tariff(Flat(price=-0.05)), {hour: 2.0}) == {hour: -0.1}


# The standing charge.


@days_of_change
def test_the_hours_of_a_day_share_its_standing_charge_evenly(
    day: date, count: int
) -> None:
    energy: Mapping[int, float] = dict.fromkeys(hours_of(day), 0.0)
    charges = standing_charges(tariff(Flat(price=0.2), 0.6), energy)
    assert len(charges) == count
    assert set(charges.values()) == {0.6 / count}
    assert fsum(charges.values()) == pytest.approx(0.6, rel=1e-15)


def test_a_meters_cost_is_energy_and_standing_charge() -> None:
    rates = tariff(Flat(price=0.2), 2.4)
    hour = moment(2025, 1, 8, 7)
    assert energy_cost(rates, {hour: 3.0}) == {hour: pytest.approx(0.6)}
    assert meter_cost(rates, {hour: 3.0}) == {hour: pytest.approx(0.7)}


def test_each_day_has_the_standing_charge_of_its_period() -> None:
    rates = Tariff(
        zone=LONDON,
        periods=(
            Period(price=Flat(price=0.2), standing_charge=2.4),
            Period(
                price=Flat(price=0.2), standing_charge=4.8, valid_from=date(2025, 7, 1)
            ),
        ),
    )
    energy = dict.fromkeys(hours(moment(2025, 6, 30, 23), 2), 1.0)
    assert [*standing_charges(rates, energy).values()] == pytest.approx([0.1, 0.2])


def test_without_hours_there_is_nothing_to_pay() -> None:
    rates = tariff(NIGHT_RATE, 0.6)
    assert meter_cost(rates, {}) == {}


def test_a_missing_hour_keeps_its_part_of_the_standing_charge() -> None:
    energy = dict.fromkeys([*hours_of(date(2025, 1, 8))][1:], 1.0)
    charges = standing_charges(tariff(Flat(price=0.2), 2.4), energy)
    assert sum(charges.values()) == pytest.approx(2.3)


@given(
    zone=zones,
    periods=schedules(),
    first=st.dates(date(2024, 12, 10), date(2025, 4, 10)),
)
def test_every_hour_costs_its_energy_and_its_part_of_the_day(
    zone: tzinfo, periods: tuple[Period, ...], first: date
) -> None:
    rates = Tariff(zone=zone, periods=periods)
    energy = dict.fromkeys(hours_of(first, zone), 1.25)
    known = {name: dict.fromkeys(energy, 0.2) for name in ("sensor.a", "sensor.b")}
    alone = energy_cost(rates, energy, entity_prices=known)
    whole = meter_cost(rates, energy, entity_prices=known)
    period = rates.period(first)
    assert whole.keys() == alone.keys() <= energy.keys()
    for hour, cost in whole.items():
        assert period is not None
        assert cost - alone[hour] == pytest.approx(
            period.standing_charge / len(energy), abs=1e-12
        )
