"""A simulated home in Home Assistant: time passes, and every hour is compared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.heatpump_insight.const import DOMAIN
from custom_components.heatpump_insight.identity import meter_key, system_key
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from tests import household
from tests.household import heat_pump_entry, meters_entry
from tests.simulator import Simulator, World
from tests.simulator.data_faults import DataFault
from tests.simulator.faults import Fault
from tests.soak import expected, joined
from tests.soak.expected import Expected, Hours
from tests.soak.rows import Row, differences, known, read_rows

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 24 * HOUR

# What was polled last may lack the hour that is just over.
_UNFINISHED: Final = 2 * HOUR

type Statistics = dict[str, dict[int, Row]]


@dataclass(kw_only=True)
class Home:
    """A home with a heat pump and two meters, and the Home Assistant in it.

    Statistics are named as they are within the integration, without the server: see
    `statistic`. `before` is what feeds told that others took the place of at `replaced`.
    """

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory
    simulator: Simulator
    heat_pump: MockConfigEntry = field(init=False)
    meters: MockConfigEntry = field(init=False)
    links: dict[int, str] = field(init=False)
    before: dict[str, Hours] = field(default_factory=dict)
    replaced: float = 0.0

    def __post_init__(self) -> None:
        """Make the entries, which are not set up yet.

        Every heat pump is linked with the meter of a home, and all meters have prices.
        """
        self.links = dict(zip(self.world.systems, self.consents, strict=False))
        self.heat_pump = heat_pump_entry(
            self.simulator, *self.world.systems, meters=self.links
        )
        self.meters = meters_entry(self.simulator, options=self.options())

    @property
    def consents(self) -> tuple[str, ...]:
        """Return the consents of the account's homes."""
        return self.world.tokens[self.world.token]

    def options(self, **more: object) -> dict[str, object]:
        """Return the options of the account: what each home pays, and more of it."""
        home = {**joined.HOME_OPTIONS, **more}
        return {"meters": {meter_key(consent): home for consent in self.consents}}

    def prices(self, *periods: dict[str, Any]) -> None:
        """Let other prices of electricity be told before the meters are set up."""
        options = self.options(electricity_price={"periods": [*periods]})
        self.meters = meters_entry(self.simulator, options=options)

    @property
    def world(self) -> World:
        """Return what the services know."""
        return self.simulator.world

    def befall(self, *faults: DataFault | Fault) -> None:
        """Let something go wrong, with the data or on the way."""
        for fault in faults:
            if isinstance(fault, Fault):
                self.simulator.faults.add(fault)
            else:
                self.world.add(fault)

    async def set_up(self) -> None:
        """Set both services up, and wait until their histories are imported."""
        await household.set_up(self.hass, self.heat_pump)
        await household.set_up(self.hass, self.meters)

    async def pass_time(self, seconds: float, step: float = DAY) -> None:
        """Let time pass in steps, each with whatever is due."""
        while seconds > 0:
            # A minute passes in addition, for what is put off for a moment.
            now = self.world.now()
            await household.pass_time(self.hass, self.freezer, min(step, seconds))
            seconds -= self.world.now() - now

    async def settle(self) -> None:
        """Wait until everything that is due has been done."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    def device(self, name: str) -> str:
        """Return the id of the device that a statistic belongs to, for an action.

        Here there are no entities to make it.
        """
        key = self.statistic(name).partition(":")[2]
        entry = self.meters if name.startswith("meter_") else self.heat_pump
        if entry is self.heat_pump:
            key = key.removesuffix(f"_{name}")
        registry = dr.async_get(self.hass)
        device = registry.async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, key)}
        )
        return device.id

    @contextmanager
    def wrong_clock(self, error: float) -> Iterator[None]:
        """Let Home Assistant's own clock be wrong by so many seconds."""

        def utcnow() -> datetime:
            return datetime.fromtimestamp(self.world.now() + error, UTC)

        def now(zone: tzinfo | None = None) -> datetime:
            return utcnow().astimezone(zone or dt_util.get_default_time_zone())

        with patch.object(dt_util, "utcnow", utcnow), patch.object(dt_util, "now", now):
            yield

    # What is there, and what must be.

    def statistic(self, name: str) -> str:
        """Return the id of a statistic: `meter_gas_carbon`, or `heat` of the heat pump."""
        (system_id, *_), (consent, *_) = (
            self.world.systems,
            self.world.tokens[self.world.token],
        )
        if name.startswith("meter_"):
            key = f"{meter_key(consent)}_{name.removeprefix('meter_')}"
        else:
            key = f"{system_key(self.simulator.url, system_id)}_{name}"
        return f"{DOMAIN}:{key}"

    async def read[T](self, job: Callable[[HomeAssistant], T]) -> T:
        """Run a job in the recorder's own executor."""
        return await get_instance(self.hass).async_add_executor_job(job, self.hass)

    async def rows(self) -> Statistics:
        """Return all rows by statistic and hour."""
        return await read_rows(self)

    async def hours(self, name: str) -> Hours:
        """Return the known hours of a statistic."""
        return known((await self.rows()).get(self.statistic(name), {}))

    def expected(self, rows: Statistics) -> dict[str, Expected]:
        """Return what each statistic must be by what the services hold now.

        The energies are compared by themselves, so the COP is told from their rows.
        """
        found: dict[str, Expected] = {}
        zone = dt_util.get_default_time_zone()
        for system in self.world.systems.values():
            name = f"{DOMAIN}:{system_key(self.simulator.url, system.id)}"
            truths = expected.with_what_was_before(
                expected.of_system(self.world, system), self.before, self.replaced
            )
            found |= {f"{name}_{key}": truth for key, truth in truths.items()}
            electricity, heat = (
                known(rows.get(f"{name}_{key}", {})) for key in ("electricity", "heat")
            )
            found[f"{name}_cop"] = Expected(hours=expected.cop(electricity, heat, zone))
            meter = f"{DOMAIN}:{meter_key(self.links[system.id])}_electricity"
            house, house_carbon = (
                known(rows.get(each, {})) for each in (meter, f"{meter}_carbon")
            )
            found[f"{name}_carbon"] = Expected(
                hours=joined.carbon_of_heat_pump(electricity, house, house_carbon)
            )
            found[f"{name}_cost"] = Expected(
                hours=joined.cost_of_heat_pump(electricity, zone)
            )
        for each in self.world.meters.values():
            name = f"{DOMAIN}:{meter_key(each.consent)}_{each.commodity}"
            energy, carbon = expected.of_meter(self.world, each, self.world.now())
            found[name] = Expected(hours=energy)
            found[f"{name}_carbon"] = Expected(hours=carbon)
            found[f"{name}_cost"] = Expected(
                hours=joined.cost_of_meter(self.world, each, energy, zone)
            )
        return found

    async def findings(self) -> list[str]:
        """Compare every hour of every statistic, and tell what differs."""
        rows = await self.rows()
        truths = self.expected(rows)
        assert sum(len(truth.hours) for truth in truths.values()) > 0
        findings = [f"{name} is one too many" for name in rows.keys() - truths.keys()]
        newest = self.world.now() - _UNFINISHED
        for name, truth in truths.items():
            found = differences(truth, rows.get(name, {}), newest)
            findings += [f"{name} {finding}" for finding in found]
        return findings

    async def without_faults(self) -> dict[str, Expected]:
        """Return what each statistic would be if the data had no faults."""
        faults, self.world.faults = self.world.faults, []
        try:
            return self.expected({})
        finally:
            self.world.faults = faults
