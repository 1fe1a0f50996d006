"""What is added to the Energy dashboard and taken out of it, in words."""

from typing import Final

from homeassistant.core import HomeAssistant

from .analysis.energy_preferences import Added, Offer, Place, Plan, Removal
from .phrases import Phrases, as_list, async_phrases

_ITEMS: Final = {
    Place.GRID: "energy_grid",
    Place.GAS: "energy_gas",
    Place.DEVICE: "energy_device",
}
_PRICED_ITEMS: Final = {
    Place.GRID: "energy_grid_with_cost",
    Place.GAS: "energy_gas_with_cost",
}


async def async_energy_words(hass: HomeAssistant) -> EnergyWords:
    """Return the words in the language of Home Assistant."""
    return EnergyWords(await async_phrases(hass))


class EnergyWords(Phrases):
    """Says what the lists of the forms hold."""

    def of_plan(self, planned: Plan) -> dict[str, str]:
        """Return the lists of what will be added, and of what is there already."""
        additions = (
            *(self._item(each) for each in planned.items),
            *(self._cost(each) for each in planned.costs),
        )
        return {
            "additions": as_list(additions),
            "present": self._list(*(each.name for each in planned.present)),
        }

    def of_removal(self, removal: Removal) -> dict[str, str]:
        """Return the lists of what will be taken out, and of what stays."""
        removed = (
            self._item(each) if each.before is None else self._cost(each)
            for each in removal.removed
        )
        return {
            "removed": as_list(removed),
            "left": self._list(*(each.name for each in removal.left)),
        }

    def _item(self, each: Offer | Added) -> str:
        if each.cost_id is None:
            return self.say(_ITEMS[each.place], name=each.name)
        return self.say(_PRICED_ITEMS[each.place], name=each.name)

    def _cost(self, each: Offer | Added) -> str:
        return self.say("energy_cost", name=each.name)

    def _list(self, *names: str) -> str:
        return as_list(names) or self.say("nothing")
