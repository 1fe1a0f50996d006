"""The one module that speaks to the Energy dashboard of Home Assistant.

It knows what the integration has to offer to it, reads and writes its preferences, and
remembers what it has added, so that it can be taken back. Nothing is written that the user
was not asked about.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypedDict, cast

from homeassistant.components.energy.data import (
    EnergyManager,
    EnergyPreferencesUpdate,
    async_get_manager,
)
from homeassistant.components.recorder.statistics import async_list_statistic_ids
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .analysis.energy_preferences import (
    Added,
    Offer,
    Place,
    Plan,
    Preferences,
    Removal,
    add,
    from_data,
    plan,
    remember,
    remove,
    to_data,
    unheard_of,
)
from .api.powershaper import Commodity
from .const import DOMAIN
from .history_news import async_follow_news
from .options import home_options
from .repairs import ENERGY_DASHBOARD
from .runtime import HeatPumpInsightConfigEntry, MeterRuntime, SystemRuntime

_ENERGY: Final = "energy"
_VERSION: Final = 1
# Home Assistant saves the preferences as late: what is remembered is saved beside them.
_SAVE_AFTER: Final = 60
_SAVE_SOON: Final = 1
_LOOK: Final = "look at the Energy dashboard"

_PLACES: Final = {Commodity.ELECTRICITY: Place.GRID, Commodity.GAS: Place.GAS}

_DASHBOARD: Final[HassKey[EnergyDashboard]] = HassKey(f"{DOMAIN}.energy_dashboard")


class _Kept(TypedDict):
    """What is in the file."""

    added: list[dict[str, Any]]
    dismissed: bool


@callback
def async_has_energy(hass: HomeAssistant) -> bool:
    """Tell whether this Home Assistant has an Energy dashboard."""
    return _ENERGY in hass.config.components


@singleton(_DASHBOARD, async_=True)
async def async_energy_dashboard(hass: HomeAssistant) -> EnergyDashboard:
    """Return the Energy dashboard of this Home Assistant, which must have one."""
    dashboard = EnergyDashboard(hass, await async_get_manager(hass))
    await dashboard.async_load()
    return dashboard


@callback
def async_offer_energy(hass: HomeAssistant, entry: HeatPumpInsightConfigEntry) -> None:
    """Look now, and whenever an entry has new rows, whether there is something to offer."""

    @callback
    def _look(_: str | None = None) -> None:
        # Not at once: while an entry is set up it does not count as loaded. It is no task of
        # the entry, with which it would end, for it may look for others too.
        hass.async_create_background_task(
            async_look_at_energy(hass), _LOOK, eager_start=False
        )

    for owner in entry.runtime_data.owners:
        entry.async_on_unload(async_follow_news(hass, owner.key, _look))
    _look()


async def async_look_at_energy(hass: HomeAssistant) -> None:
    """Offer what the Energy dashboard lacks, and take the offer back that is settled."""
    if async_has_energy(hass):
        dashboard = await async_energy_dashboard(hass)
        await dashboard.async_look()


class EnergyDashboard:
    """What is in the Energy dashboard, what may be added, and what was added."""

    def __init__(self, hass: HomeAssistant, manager: EnergyManager) -> None:
        """Take who keeps the preferences."""
        self._hass = hass
        self._manager = manager
        self._store: Store[_Kept] = Store(
            hass, _VERSION, f"{DOMAIN}.energy_dashboard", atomic_writes=True
        )
        self._added: tuple[Added, ...] = ()
        self._is_dismissed = False
        self._looking = asyncio.Lock()
        self._is_waiting = False

    async def async_load(self) -> None:
        """Read what an earlier run remembered, and follow what the user does."""
        if kept := await self._store.async_load():
            self._added = from_data(kept["added"])
            self._is_dismissed = kept["dismissed"]
        self._manager.async_listen_updates(self._async_preferences_changed)
        self._hass.bus.async_listen(
            ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, self._issue_changed
        )

    async def async_plan(self) -> Plan:
        """Return what is there already, and what may be added."""
        offers = await self._async_known(_offers(self._hass))
        return plan(self._preferences, offers)

    async def async_add(self, planned: Plan) -> Plan:
        """Add what was planned, but for what is there by now, and return what that was."""
        # Planned anew from what is there at this moment: between this and the writing
        # nobody else has a turn.
        planned = plan(self._preferences, planned.additions)
        preferences, added = add(self._preferences, planned)
        if added:
            self._added = remember(self._added, added)
            self._store.async_delay_save(self._kept, _SAVE_AFTER)
            await self._async_write(preferences)
        return planned

    @property
    def removal(self) -> Removal:
        """Return what taking back all that was added would mean."""
        return remove(self._preferences, self._added)

    async def async_remove(self) -> Removal:
        """Take back all that was added; who does so is not asked again."""
        removal = self.removal
        if self._added:
            self._added = ()
            self._is_dismissed = True
            self._store.async_delay_save(self._kept, _SAVE_AFTER)
            ir.async_delete_issue(self._hass, DOMAIN, ENERGY_DASHBOARD)
            await self._async_write(removal.preferences)
        return removal

    async def async_look(self) -> None:
        """Tell that there is something to add, or that there is no longer."""
        # One that waits for its turn sees all that others would.
        if self._is_waiting:
            return
        self._is_waiting = True
        async with self._looking:
            self._is_waiting = False
            # One that is ignored stays so, and may be called back from among the ignored.
            if self._is_dismissed and self._issue is None:
                return
            if await self._async_has_news():
                ir.async_create_issue(
                    self._hass,
                    DOMAIN,
                    ENERGY_DASHBOARD,
                    is_fixable=True,
                    severity=ir.IssueSeverity.WARNING,
                    translation_key=ENERGY_DASHBOARD,
                )
            else:
                ir.async_delete_issue(self._hass, DOMAIN, ENERGY_DASHBOARD)

    @property
    def _preferences(self) -> Preferences | None:
        return cast("Preferences | None", self._manager.data)

    @property
    def _issue(self) -> ir.IssueEntry | None:
        return ir.async_get(self._hass).async_get_issue(DOMAIN, ENERGY_DASHBOARD)

    async def _async_has_news(self) -> bool:
        """Tell whether there is something to add that the user does not know of yet."""
        offers = tuple(_offers(self._hass))
        # Most looks end here, without a question to the database.
        if not unheard_of(plan(self._preferences, offers), self._added):
            return False
        known = await self._async_known(offers)
        return unheard_of(plan(self._preferences, known), self._added)

    async def _async_known(self, offers: Iterable[Offer]) -> tuple[Offer, ...]:
        """Return the offers whose statistics the recorder has, with the costs it has."""
        offers = tuple(offers)
        wanted = {each.statistic_id for each in offers}
        wanted |= {each.cost_id for each in offers if each.cost_id}
        there = {
            kept["statistic_id"]
            for kept in await async_list_statistic_ids(self._hass, wanted)
        }
        return tuple(
            each if each.cost_id in there else replace(each, cost_id=None)
            for each in offers
            if each.statistic_id in there
        )

    async def _async_write(self, preferences: Preferences) -> None:
        """Write the lists that differ; each of them is replaced whole."""
        before = self._preferences or {}
        update = {
            name: items
            for name, items in preferences.items()
            if items != before.get(name)
        }
        await self._manager.async_update(cast(EnergyPreferencesUpdate, update))

    def _kept(self) -> _Kept:
        return _Kept(added=to_data(self._added), dismissed=self._is_dismissed)

    async def _async_preferences_changed(self) -> None:
        """Look later: who has changed them waits until everybody was told."""
        self._hass.async_create_background_task(self.async_look(), _LOOK)

    @callback
    def _issue_changed(self, event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        """Remember that the offer is ignored, or that it is called back."""
        if event.data["issue_id"] != ENERGY_DASHBOARD or event.data["domain"] != DOMAIN:
            return
        issue = self._issue
        if issue is None:
            return
        is_dismissed = issue.dismissed_version is not None
        if is_dismissed != self._is_dismissed:
            self._is_dismissed = is_dismissed
            self._store.async_delay_save(self._kept, _SAVE_SOON)


@callback
def _offers(hass: HomeAssistant) -> Iterator[Offer]:
    """Yield what the loaded entries have, whether or not the recorder has it yet."""
    devices = dr.async_get(hass)
    entries: list[HeatPumpInsightConfigEntry] = (
        hass.config_entries.async_loaded_entries(DOMAIN)
    )
    for entry in entries:
        for owner in entry.runtime_data.owners:
            device = devices.async_get_device_by_identifier(
                (DOMAIN, owner.key), entry.entry_id
            )
            if device is not None:
                name = device.name_by_user or device.name or ""
                yield _offer(entry, owner, name)


def _offer(
    entry: HeatPumpInsightConfigEntry, owner: SystemRuntime | MeterRuntime, name: str
) -> Offer:
    """Return the offer of a heat pump or a meter: what it takes, never what it gives."""
    key = f"{DOMAIN}:{owner.key}"
    if isinstance(owner, SystemRuntime):
        return Offer(place=Place.DEVICE, name=name, statistic_id=f"{key}_electricity")
    zone = dt_util.get_default_time_zone()
    is_priced = owner.commodity in home_options(entry, owner.consent, zone).tariffs
    return Offer(
        place=_PLACES[owner.commodity],
        name=name,
        statistic_id=key,
        cost_id=f"{key}_cost" if is_priced else None,
    )
