"""What befalls carbon and cost: links, prices and corrections that come afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.identity import meter_key
from custom_components.heatpump_insight.statistics import writer
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_import_statistics,
)
from homeassistant.core import HomeAssistant
from tests.household import set_up
from tests.simulator import PowerCorrected, UsageCorrected

from .home import DAY, HOUR, Home
from .scenario import CONSENT, NOW, SYSTEM, at

PRICE = "sensor.price_now"
PRICE_ENTITY = {"kind": "hourly", "entity_id": PRICE}


async def change_link(home: Home, consent: str | None) -> None:
    """Let the user link the heat pump with another meter, or with none."""
    (subentry,) = home.heat_pump.subentries.values()
    home.hass.config_entries.async_update_subentry(
        home.heat_pump, subentry, data={**subentry.data, "meter": consent}
    )
    await home.settle()


async def change_prices(home: Home, *periods: dict[str, Any]) -> None:
    """Let the user tell other prices of electricity."""
    options = home.options(electricity_price={"periods": [*periods]})
    home.hass.config_entries.async_update_entry(home.meters, options=options)
    await home.settle()


@pytest.mark.parametrize("first", ["heat_pump", "meters"])
async def test_it_does_not_matter_which_service_comes_first(
    home: Home, first: str
) -> None:
    entries = [home.heat_pump, home.meters]
    if first == "meters":
        entries.reverse()
    for entry in entries:
        await set_up(home.hass, entry)
    assert await home.findings() == []
    # The meter is a day late, the price is not.
    assert len(await home.hours("carbon")) > 2 * 24
    assert len(await home.hours("cost")) > len(await home.hours("carbon"))


async def test_a_link_that_is_made_later_reaches_back_to_the_beginning(
    home: Home,
) -> None:
    await home.set_up()
    wanted = await home.hours("carbon"), await home.hours("cost")
    rows = await home.rows()
    names = [home.statistic(name) for name in ("carbon", "cost")]
    await change_link(home, None)
    await home.pass_time(DAY)
    # What there was stays; what is new has neither meter nor price.
    for name in names:
        assert (await home.rows())[name] == rows[name]
    await change_link(home, CONSENT)
    assert await home.findings() == []
    for name, before in zip(("carbon", "cost"), wanted, strict=True):
        hours = await home.hours(name)
        assert len(hours) > len(before)
        assert {hour: hours[hour] for hour in before} == pytest.approx(before)


async def test_a_link_needs_no_further_request(home: Home) -> None:
    await home.set_up()
    await change_link(home, None)
    home.simulator.requests.clear()
    await change_link(home, CONSENT)
    history = [
        request
        for request in home.simulator.requests
        if request.path == "/timeseries/data"
    ]
    # The tail, as with every start.
    assert len(history) <= 4


async def test_a_change_of_price_from_a_date_rewrites_only_what_follows(
    home: Home,
) -> None:
    old = {"kind": "flat", "price": 0.2, "standing_charge": 0.5}
    await home.set_up()
    await change_prices(home, old)
    before = await home.rows()
    day = NOW.date() - timedelta(days=2)
    new = {"kind": "flat", "price": 0.4, "valid_from": day.isoformat()}
    written: list[StatisticData] = []

    def _hand_over(
        hass: HomeAssistant, metadata: StatisticMetaData, rows: list[StatisticData]
    ) -> None:
        assert metadata["statistic_id"].endswith("_cost")
        written.extend(rows)
        async_add_external_statistics(hass, metadata, rows)

    with patch.object(writer, "async_add_external_statistics", _hand_over):
        await change_prices(home, old, new)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert min(row["start"] for row in written) == midnight
    after = await home.rows()
    for name in ("cost", "meter_electricity_cost"):
        statistic = home.statistic(name)
        changed = {
            hour
            for hour, row in after[statistic].items()
            if row != before[statistic][hour]
        }
        assert min(changed) == midnight.timestamp()
    electricity = await home.hours("electricity")
    price = {hour: 0.2 if hour < at(-2) else 0.4 for hour in electricity}
    assert await home.hours("cost") == pytest.approx(
        {hour: energy * price[hour] for hour, energy in electricity.items()}
    )
    energy = await home.hours("meter_electricity")
    assert await home.hours("meter_electricity_cost") == pytest.approx(
        {
            hour: kwh * price[hour] + (0.5 / 24 if hour < at(-2) else 0)
            for hour, kwh in energy.items()
        }
    )


@pytest.mark.parametrize("side", ["heat pump", "meter"])
async def test_a_correction_of_either_side_reaches_carbon_and_cost(
    home: Home, side: str
) -> None:
    await home.set_up()
    before = await home.hours("carbon")
    now = NOW.timestamp()
    if side == "meter":
        home.befall(
            UsageCorrected(
                consent=CONSENT,
                commodity="electricity",
                start=at(-2, 6),
                end=at(-2, 12),
                at=now + 60,
                factor=0.5,
            )
        )
    else:
        home.befall(
            PowerCorrected(
                system_id=SYSTEM,
                feeds=("heatpump_elec",),
                start=at(-2, 6),
                end=at(-2, 12),
                at=now + 60,
                factor=1.5,
            )
        )
    await home.pass_time(2 * DAY)
    assert await home.findings() == []
    after = await home.hours("carbon")
    assert {hour for hour in before if after[hour] != pytest.approx(before[hour])}


async def test_the_meters_importer_writes_carbon_while_the_other_service_is_down(
    home: Home,
) -> None:
    """Whoever writes a row brings up to date what depends on it."""
    await home.set_up()
    entries = home.hass.config_entries
    await entries.async_unload(home.heat_pump.entry_id)
    carbon = await home.hours("carbon")
    await home.pass_time(DAY)
    # The heat pump's own hours of yesterday were known already.
    assert len(await home.hours("carbon")) > len(carbon)
    await entries.async_setup(home.heat_pump.entry_id)
    await home.settle()
    assert await home.findings() == []


async def test_a_price_entity_is_asked_for_what_it_was_in_each_hour(
    home: Home,
) -> None:
    hours = range(at(-3), at(0, 9), HOUR)
    prices = {hour: 0.1 + (hour // HOUR % 24) / 100 for hour in hours}
    async_import_statistics(
        home.hass,
        StatisticMetaData(
            has_sum=False,
            mean_type=StatisticMeanType.ARITHMETIC,
            name=None,
            source="recorder",
            statistic_id=PRICE,
            unit_class=None,
            unit_of_measurement="GBP/kWh",
        ),
        [
            StatisticData(start=datetime.fromtimestamp(hour, UTC), mean=price)
            for hour, price in prices.items()
        ],
    )
    home.prices(PRICE_ENTITY)
    await home.set_up()
    electricity = await home.hours("electricity")
    assert await home.hours("cost") == pytest.approx(
        {
            hour: energy * prices[hour]
            for hour, energy in electricity.items()
            if hour in prices
        }
    )
    energy = await home.hours("meter_electricity")
    assert await home.hours("meter_electricity_cost") == pytest.approx(
        {hour: kwh * prices[hour] for hour, kwh in energy.items() if hour in prices}
    )


async def test_what_statistics_do_not_tell_yet_the_entitys_state_does(
    home: Home,
) -> None:
    """Of hours in which it did not change, and that are over."""
    home.hass.states.async_set(PRICE, "0.3")
    home.prices(PRICE_ENTITY)
    await home.set_up()
    assert await home.hours("cost") == {}
    await home.pass_time(3 * HOUR, HOUR)
    electricity = await home.hours("electricity")
    known = range(at(0, 10), at(0, 12), HOUR)
    assert await home.hours("cost") == pytest.approx(
        {hour: electricity[hour] * 0.3 for hour in known}
    )
    home.hass.states.async_set(PRICE, "unavailable")
    await home.pass_time(HOUR)
    assert set(await home.hours("cost")) == set()


async def test_statistics_are_there_only_for_what_is_told(home: Home) -> None:
    home.prices()
    await home.set_up()
    assert {name for name in await home.rows() if name.endswith("_cost")} == {
        f"{DOMAIN}:{meter_key(CONSENT)}_gas_cost"
    }
