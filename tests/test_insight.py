"""What neither service says alone, compared with the model hour by hour."""

from datetime import UTC, date, datetime

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.identity import meter_key
from custom_components.heatpump_insight.insight_sensors import (
    INSIGHT_BINARY_SENSORS,
    INSIGHT_SENSORS,
)
from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.components.sensor import ATTR_STATE_CLASS
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component

from .household import heat_pump_entry, meters_entry, pass_time, set_up, shown
from .joined import NIGHT_RATE, Joined, JoinedHour, consents, home_price, total
from .simulator import Simulator, World

NOW = datetime(2026, 2, 12, 9, 20, tzinfo=UTC)
YESTERDAY = date(2026, 2, 11)
HOUR = 3600
DAY = 24 * HOUR
PERIODS = {"yesterday": 1, "30_days": 30, "365_days": 365}
KEYS = {each.key for each in (*INSIGHT_SENSORS, *INSIGHT_BINARY_SENSORS)}
OF_MONEY = {key for key in KEYS if "cost" in key or "money" in key} | {
    "break_even_cop",
    "above_break_even",
}
# What the boiler is assumed to be where nobody told otherwise.
EFFICIENCY = 0.85
GAS_CARBON = 0.183
GAS_PRICE = 0.0733

pytestmark = pytest.mark.usefixtures("home_assistant")


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True


@pytest.fixture(autouse=True)
async def in_london(hass: HomeAssistant) -> None:
    """Let the home be in Britain."""
    await hass.config.async_set_time_zone("Europe/London")
    await hass.config.async_update(currency="GBP")


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Leave out what the test kit lets the event loop note of every call."""


@pytest.fixture
def history() -> int:
    """Return how many days of history the home has."""
    return 6


@pytest.fixture
def world(freezer: FrozenDateTimeFactory, history: int) -> World:
    """Return a world with some history, under the clock of the test."""
    freezer.move_to(NOW)
    return World.small(days=history, now=lambda: datetime.now(UTC).timestamp())


@pytest.fixture
def truth(world: World) -> Joined:
    """Return what is true of the heat pump beside the meter of its home."""
    return Joined(world=world, system_id=204, consent=consents(world)[0])


def heat_pump(key: str, system_id: int = 204) -> str:
    """Return the entity id of a sensor of a heat pump."""
    return f"sensor.heat_pump_{system_id}_{key}"


def figure(hass: HomeAssistant, key: str, system_id: int = 204) -> float:
    """Return what a sensor of a heat pump shows."""
    return float(shown(hass, heat_pump(key, system_id)))


def about(hass: HomeAssistant, entity_id: str) -> dict[str, object]:
    """Return what is told beside a state."""
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


def insight_keys(hass: HomeAssistant, system_id: int = 204) -> set[str]:
    """Return which of the sensors a heat pump has."""
    registry = er.async_get(hass)
    return {
        key
        for entry in registry.entities.values()
        for key in KEYS
        if entry.unique_id.endswith(f"_{system_id}_{key}")
    }


def told(registry: ir.IssueRegistry) -> list[ir.IssueEntry]:
    """Return the issues of the integration."""
    return [issue for (domain, _), issue in registry.issues.items() if domain == DOMAIN]


async def live(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    """Set up a linked heat pump and its home's meter with a price, and let it look."""
    home = consents(simulator.world)[0]
    await set_up(hass, meters_entry(simulator, options=home_price(home)))
    await set_up(hass, heat_pump_entry(simulator, 204, meters={204: home}))
    await pass_time(hass, freezer, 60)


def electricity(hour: JoinedHour) -> float:
    """Return the kWh of the heat pump."""
    return hour.heat_pump.elec_kwh


def heat(hour: JoinedHour) -> float:
    """Return the kWh of heat."""
    return hour.heat_pump.heat_kwh


def imported(hour: JoinedHour) -> float:
    """Return the kWh that the house took from the grid."""
    return hour.meter.energy_kwh


def house_carbon(hour: JoinedHour) -> float:
    """Return the kg of CO2 of what the house took from the grid."""
    return hour.meter.carbon_kg


def carbon(hour: JoinedHour) -> float:
    """Return the kg of CO2 of the heat pump."""
    return hour.carbon


def cost(hour: JoinedHour) -> float:
    """Return what the heat pump's electricity cost."""
    return hour.cost


# Figures.


@pytest.mark.parametrize("history", [40])
async def test_every_figure_equals_the_model(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    truth: Joined,
) -> None:
    await live(hass, freezer, simulator)
    periods = {
        period: truth.last_days(YESTERDAY, days) for period, days in PERIODS.items()
    }
    month, year = periods["30_days"], periods["365_days"]
    assert [len(hours) / 24 for hours in periods.values()] == [1, 30, 40]
    # The house never uses less than its heat pump: nothing is its own.
    assert all(electricity(hour) <= imported(hour) for hour in year)
    of_heat = {
        period: 1000 * total(hours, carbon) / total(hours, heat)
        for period, hours in periods.items()
    }
    gas = total(year, heat) / EFFICIENCY
    own = 1000 * total(month, carbon) / total(month, electricity)
    house = 1000 * total(month, house_carbon) / total(month, imported)
    base = total(month, imported) - total(month, electricity)
    even = total(month, cost) / total(month, electricity) / GAS_PRICE * EFFICIENCY
    ratio = total(month, heat) / total(month, electricity)
    expected = {
        **{
            f"carbon_{period}": total(hours, carbon)
            for period, hours in periods.items()
        },
        **{f"cost_{period}": total(hours, cost) for period, hours in periods.items()},
        "carbon_of_heat_365_days": of_heat["365_days"],
        "carbon_intensity_of_heat_pump_30_days": own,
        "carbon_intensity_of_house_30_days": house,
        "share_of_house_30_days": 100 * (1 - base / total(month, imported)),
        "house_without_heat_pump_30_days": base,
        "carbon_saved_365_days": gas * GAS_CARBON - total(year, carbon),
        "money_saved_365_days": gas * GAS_PRICE - total(year, cost),
        "break_even_cop_30_days": even,
    }
    for key, value in expected.items():
        # The service rounds the half-hours of a meter.
        assert figure(hass, key) == pytest.approx(value, rel=1e-4), key
    binary = "binary_sensor.heat_pump_204_cheaper_than_gas_30_days"
    assert shown(hass, binary) == ("on" if ratio > even else "off")

    # What is told beside them.
    for period, days in PERIODS.items():
        attributes = about(hass, heat_pump(f"carbon_{period}"))
        assert attributes["last_day"] == "2026-02-11"
        assert attributes["days_of_data"] == min(days, 40)
    attributes = about(hass, heat_pump("carbon_of_heat_365_days"))
    assert attributes["of_30_days"] == pytest.approx(of_heat["30_days"], rel=1e-5)
    assert attributes["of_yesterday"] == pytest.approx(of_heat["yesterday"], rel=1e-5)
    attributes = about(hass, heat_pump("carbon_intensity_of_heat_pump_30_days"))
    assert attributes["cleaner_than_house"] is (own < house)
    assert about(hass, binary)["cop"] == pytest.approx(ratio, rel=1e-5)
    assert about(hass, binary)["break_even_cop"] == pytest.approx(even, rel=1e-5)


async def test_the_owners_boiler_is_the_one_compared_with(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    truth: Joined,
) -> None:
    boiler = {"efficiency": 0.92, "gas_carbon": 0.21, "gas_price": 0.05}
    options = {"systems": {"204": {"boiler": boiler}}}
    home = truth.consent
    await set_up(hass, meters_entry(simulator))
    entry = heat_pump_entry(simulator, 204, meters={204: home}, options=options)
    await set_up(hass, entry)
    await pass_time(hass, freezer, 60)
    year = truth.last_days(YESTERDAY, 365)
    assert figure(hass, "carbon_saved_365_days") == pytest.approx(
        total(year, heat) / 0.92 * 0.21 - total(year, carbon), rel=1e-5
    )


async def test_money_is_in_the_currency_of_the_home_and_no_sum_has_a_state_class(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    await live(hass, freezer, simulator)
    for key in ("cost_yesterday", "cost_30_days", "money_saved_365_days"):
        attributes = about(hass, heat_pump(key))
        assert attributes[ATTR_DEVICE_CLASS] == "monetary"
        assert attributes[ATTR_UNIT_OF_MEASUREMENT] == "GBP"
        assert ATTR_STATE_CLASS not in attributes
    for key in ("carbon_30_days", "carbon_saved_365_days"):
        assert ATTR_STATE_CLASS not in about(hass, heat_pump(key))


# Which sensors there are.


async def test_a_heat_pump_alone_has_none_of_them(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    await set_up(hass, heat_pump_entry(simulator))
    await set_up(hass, meters_entry(simulator))
    await pass_time(hass, freezer, 60)
    assert insight_keys(hass) == set()
    assert figure(hass, "cop_30_days") > 2
    assert float(shown(hass, "sensor.electricity_meter_energy_30_days")) > 100


async def test_a_linked_heat_pump_without_a_price_has_all_but_money(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    truth: Joined,
) -> None:
    await set_up(hass, meters_entry(simulator))
    await set_up(hass, heat_pump_entry(simulator, 204, meters={204: truth.consent}))
    await pass_time(hass, freezer, 60)
    assert insight_keys(hass) == KEYS - OF_MONEY


async def test_sensors_of_money_appear_when_the_home_gets_a_price(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    truth: Joined,
) -> None:
    """The price is an option of the other entry."""
    meters = meters_entry(simulator)
    await set_up(hass, meters)
    await set_up(hass, heat_pump_entry(simulator, 204, meters={204: truth.consent}))
    await pass_time(hass, freezer, 60)
    assert not insight_keys(hass) & OF_MONEY
    hass.config_entries.async_update_entry(meters, options=home_price(truth.consent))
    await pass_time(hass, freezer, 60)
    await pass_time(hass, freezer, HOUR)
    assert insight_keys(hass) == KEYS
    expected = total(truth.last_days(YESTERDAY, 30), cost)
    assert figure(hass, "cost_30_days") == pytest.approx(expected, rel=1e-5)


async def test_a_price_of_its_own_is_enough_for_money(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    simulator: Simulator,
    truth: Joined,
) -> None:
    """Its heat and cost need no meter, and a day is whole when it is over."""
    options = {"systems": {"204": {"price": NIGHT_RATE}}}
    await set_up(hass, heat_pump_entry(simulator, 204, options=options))
    await pass_time(hass, freezer, 60)
    assert insight_keys(hass) == OF_MONEY
    assert about(hass, heat_pump("cost_yesterday"))["last_day"] == "2026-02-11"
    assert figure(hass, "cost_yesterday") == pytest.approx(
        total(truth.last_days(YESTERDAY, 1), cost), rel=1e-5
    )


async def test_without_a_heat_meter_nothing_is_said_of_heat(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    config = simulator.world.systems[204].config
    for feed in ("heatpump_heat", "heatpump_heat_kwh"):
        del config[feed]
    await live(hass, freezer, simulator)
    assert KEYS - insight_keys(hass) == {
        "carbon_of_heat",
        "carbon_saved_365_days",
        "money_saved_365_days",
        "break_even_cop",
        "above_break_even",
    }
    assert figure(hass, "carbon_yesterday") > 0


# Time.


async def test_yesterday_is_the_last_day_that_both_sides_know(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    """Before six in the morning the meter ends with the day before yesterday."""
    freezer.move_to(datetime(2026, 2, 12, 4, 20, tzinfo=UTC))
    home = consents(simulator.world)[0]
    await live(hass, freezer, simulator)
    entity = heat_pump("carbon_yesterday")
    assert about(hass, entity)["last_day"] == "2026-02-10"
    truth = Joined(world=simulator.world, system_id=204, consent=home)
    expected = total(truth.last_days(date(2026, 2, 10), 1), carbon)
    assert float(shown(hass, entity)) == pytest.approx(expected, rel=1e-5)


async def test_the_meters_news_are_looked_at_soon(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    freezer.move_to(datetime(2026, 2, 12, 5, 20, tzinfo=UTC))
    home = consents(simulator.world)[0]
    await live(hass, freezer, simulator)
    entity = heat_pump("carbon_yesterday")
    assert about(hass, entity)["last_day"] == "2026-02-10"
    # The meter's new day is seen within the hour.
    await pass_time(hass, freezer, HOUR)
    truth = Joined(world=simulator.world, system_id=204, consent=home)
    await pass_time(hass, freezer, HOUR)
    assert about(hass, entity)["last_day"] == "2026-02-11"
    expected = total(truth.last_days(YESTERDAY, 1), carbon)
    assert float(shown(hass, entity)) == pytest.approx(expected, rel=1e-5)


async def test_looking_asks_no_service_for_anything(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
) -> None:
    await live(hass, freezer, simulator)
    (entry,) = (
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.data["service"] == "heatpumpmonitor"
    )
    (system,) = entry.runtime_data.systems
    before = len(simulator.requests)
    await system.insight.async_refresh()
    assert system.insight.last_update_success
    assert len(simulator.requests) == before


# Several.


@pytest.fixture
def demo(freezer: FrozenDateTimeFactory) -> World:
    """Return a world with two homes, under the clock of the test."""
    freezer.move_to(NOW)
    return World.demo(days=33, now=lambda: datetime.now(UTC).timestamp())


class TestTwoHomes:
    """Two heat pumps, each linked with the meter of another home."""

    @pytest.fixture
    def world(self, demo: World) -> World:
        """Let the simulator serve the larger world."""
        return demo

    async def set_up(
        self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
    ) -> dict[int, Joined]:
        """Set both homes up, and return what is true of each heat pump."""
        world = simulator.world
        truths = {
            system_id: Joined(world=world, system_id=system_id, consent=consent)
            for system_id, consent in zip((204, 311), consents(world), strict=True)
        }
        links = {system_id: truth.consent for system_id, truth in truths.items()}
        prices = [home_price(consent)["meters"] for consent in links.values()]
        options = {"meters": {**prices[0], **prices[1]}}
        await set_up(hass, meters_entry(simulator, options=options))
        await set_up(hass, heat_pump_entry(simulator, *links, meters=links))
        await pass_time(hass, freezer, 60)
        return truths

    async def test_do_not_mix(
        self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator
    ) -> None:
        truths = await self.set_up(hass, freezer, simulator)
        for system_id, truth in truths.items():
            month = truth.last_days(YESTERDAY, 30)
            own = total(
                month,
                lambda hour: max(hour.heat_pump.elec_kwh - hour.meter.energy_kwh, 0),
            )
            grid = total(month, electricity) - own
            house = total(month, imported) + own
            for key, expected in {
                "carbon_30_days": total(month, carbon),
                "cost_30_days": total(month, cost),
                "carbon_intensity_of_heat_pump_30_days": 1000
                * total(month, carbon)
                / grid,
                "carbon_intensity_of_house_30_days": 1000
                * total(month, house_carbon)
                / total(month, imported),
                "share_of_house_30_days": 100 * total(month, electricity) / house,
                "break_even_cop_30_days": total(month, cost)
                / total(month, electricity)
                / GAS_PRICE
                * EFFICIENCY,
            }.items():
                found = figure(hass, key, system_id)
                assert found == pytest.approx(expected, rel=1e-4), (system_id, key)

    async def test_a_heat_pump_beside_the_wrong_meter_is_told(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        simulator: Simulator,
        issue_registry: ir.IssueRegistry,
    ) -> None:
        """Heat pump 311 is not in the second home at all."""
        await self.set_up(hass, freezer, simulator)
        assert [
            (issue.translation_key, issue.translation_placeholders, issue.is_fixable)
            for issue in told(issue_registry)
        ] == [("implausible_share", {"name": "Heat pump 311"}, True)]

    async def test_panels_or_a_battery_are_told_once_and_taken_into_account(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        simulator: Simulator,
        issue_registry: ir.IssueRegistry,
    ) -> None:
        """They do not explain what is beyond the meter in most nights."""
        await async_setup_component(hass, "repairs", {})
        await self.set_up(hass, freezer, simulator)
        (issue,) = told(issue_registry)
        flows = repairs_flow_manager(hass)
        assert flows is not None
        form = await flows.async_init(DOMAIN, context={"issue_id": issue.issue_id})
        assert form["step_id"] == "confirm"
        await flows.async_configure(form["flow_id"], {})
        await hass.async_block_till_done(wait_background_tasks=True)
        (meters,) = (
            entry
            for entry in hass.config_entries.async_entries(DOMAIN)
            if entry.data["service"] == "powershaper"
        )
        first, second = map(meter_key, consents(simulator.world))
        assert meters.options["meters"] == {
            first: {"electricity_price": NIGHT_RATE},
            second: {"electricity_price": NIGHT_RATE, "own_supply": True},
        }
        assert told(issue_registry) == []
        await pass_time(hass, freezer, 3 * HOUR)
        (issue,) = told(issue_registry)
        assert issue.translation_key == "implausible_share_own_supply"
        assert not issue.is_fixable
