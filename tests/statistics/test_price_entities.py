"""An entity has prices where the recorder keeps a mean or a state of its hours."""

from datetime import UTC, datetime

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.heatpump_insight.statistics.price_entities import (
    NoStatistics,
    async_unit_of_prices,
    is_price_unit,
)
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

pytestmark = pytest.mark.usefixtures("home_assistant")

HOUR = datetime(2026, 2, 12, 10, tzinfo=UTC)
MEAN = StatisticData(start=HOUR, mean=0.21, min=0.2, max=0.22)
STATE = StatisticData(start=HOUR, state=0.21, sum=0.0)


async def keep(
    hass: HomeAssistant, mean_type: StatisticMeanType, row: StatisticData
) -> None:
    """Let the recorder keep an hour of the sensor."""
    async_import_statistics(
        hass,
        StatisticMetaData(
            has_sum="sum" in row,
            mean_type=mean_type,
            name=None,
            source="recorder",
            statistic_id="sensor.price",
            unit_class=None,
            unit_of_measurement="GBP/kWh",
        ),
        [row],
    )
    await async_wait_recording_done(hass)


async def set_up_sensors(hass: HomeAssistant) -> None:
    """Let there be sensors, and the recorder know how these are kept."""
    await async_setup_component(hass, "sensor", {})
    # Whom to ask for the statistics of sensors is told to the recorder's own thread.
    await async_wait_recording_done(hass)


@pytest.mark.parametrize(
    ("mean_type", "row"),
    [(StatisticMeanType.ARITHMETIC, MEAN), (StatisticMeanType.NONE, STATE)],
)
async def test_an_entity_with_means_or_states_has_prices(
    hass: HomeAssistant, mean_type: StatisticMeanType, row: StatisticData
) -> None:
    await keep(hass, mean_type, row)
    assert await async_unit_of_prices(hass, "sensor.price") == "GBP/kWh"


async def test_an_entity_counts_before_its_first_hour_is_over(
    hass: HomeAssistant,
) -> None:
    await set_up_sensors(hass)
    hass.states.async_set(
        "sensor.price",
        "0.21",
        {"state_class": "measurement", "unit_of_measurement": "GBP/kWh"},
    )
    assert await async_unit_of_prices(hass, "sensor.price") == "GBP/kWh"


async def test_an_entity_without_statistics_has_no_prices(hass: HomeAssistant) -> None:
    await set_up_sensors(hass)
    hass.states.async_set("sensor.price", "0.21")
    with pytest.raises(NoStatistics):
        await async_unit_of_prices(hass, "sensor.price")


async def test_a_direction_is_no_price(hass: HomeAssistant) -> None:
    await keep(hass, StatisticMeanType.CIRCULAR, MEAN)
    with pytest.raises(NoStatistics):
        await async_unit_of_prices(hass, "sensor.price")


@pytest.mark.parametrize(
    ("unit", "currency", "is_price"),
    [
        ("GBP/kWh", "GBP", True),
        ("£/kWh", "GBP", True),
        ("GBP", "GBP", True),
        (None, "GBP", True),
        ("", "GBP", True),
        ("NOK/kWh", "NOK", True),
        ("p/kWh", "GBP", False),
        ("öre/kWh", "SEK", False),
        ("£/kWh", "EUR", False),
        ("EUR/MWh", "EUR", False),
        ("kWh", "GBP", False),
        ("%", "GBP", False),
    ],
)
def test_a_price_is_money_of_the_home_per_kwh(
    unit: str | None, currency: str, is_price: bool
) -> None:
    assert is_price_unit(unit, currency) is is_price
