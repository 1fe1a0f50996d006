"""What the Energy dashboard is told: what is in it, what may be added, and the way back.

Preferences are as Home Assistant keeps them: lists of sources and of devices, each of them
an item of plain data. They are never changed in place. What somebody else has put there
stays as it is, and where it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

type Item = Mapping[str, Any]
type Preferences = Mapping[str, Sequence[Item]]


class Place(StrEnum):
    """What a statistic is in the dashboard."""

    GRID = "grid"
    GAS = "gas"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A statistic that belongs into the dashboard, with that of its cost if there is one."""

    place: Place
    name: str
    statistic_id: str
    cost_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What adding some offers means.

    `items` are those that get an item of their own, `costs` those whose item is there and
    lacks its cost, and `present` those that need nothing.
    """

    items: tuple[Offer, ...] = ()
    costs: tuple[Offer, ...] = ()
    present: tuple[Offer, ...] = ()

    @property
    def additions(self) -> tuple[Offer, ...]:
        """Return the offers that something is added for."""
        return self.items + self.costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An item as it was written, and as it was before: None where it is new."""

    place: Place
    name: str
    after: Item
    before: Item | None = None

    @property
    def statistic_id(self) -> str:
        """Return the statistic that the item shows."""
        return str(self.after[_KEYS[self.place]])

    @property
    def cost_id(self) -> str | None:
        """Return the statistic of the cost that was written with it."""
        return self.after.get(_COST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What taking back means: the preferences after it, what goes, and what stays.

    `left` are those that the user has changed since.
    """

    preferences: Preferences
    removed: tuple[Added, ...]
    left: tuple[Added, ...]


_SOURCES: Final = "energy_sources"
_DEVICES: Final = "device_consumption"
_LISTS: Final = {
    Place.GRID: _SOURCES,
    Place.GAS: _SOURCES,
    Place.DEVICE: _DEVICES,
}
_KEYS: Final = {
    Place.GRID: "stat_energy_from",
    Place.GAS: "stat_energy_from",
    Place.DEVICE: "stat_consumption",
}
_COST: Final = "stat_cost"
_PRICES: Final = (_COST, "entity_energy_price", "number_energy_price")
_NAME: Final = "name"


def plan(preferences: Preferences | None, offers: Iterable[Offer]) -> Plan:
    """Return what is there already and what adding the offers would write.

    A statistic is there wherever it is used: also as something else, or inside another.
    """
    held = {text for items in (preferences or {}).values() for text in _texts(items)}
    items: list[Offer] = []
    costs: list[Offer] = []
    present: list[Offer] = []
    for offer in {offer.statistic_id: offer for offer in offers}.values():
        is_free = offer.cost_id is not None and offer.cost_id not in held
        if offer.statistic_id not in held:
            items.append(offer if is_free else replace(offer, cost_id=None))
        elif is_free and _unpriced(preferences or {}, offer) is not None:
            costs.append(offer)
        else:
            present.append(offer)
    return Plan(items=tuple(items), costs=tuple(costs), present=tuple(present))


def add(
    preferences: Preferences | None, planned: Plan
) -> tuple[Preferences, tuple[Added, ...]]:
    """Return the preferences with all that is planned for them, and what was added."""
    lists = _lists(preferences)
    added: list[Added] = []
    for offer in planned.items:
        item = _item(offer)
        lists[_LISTS[offer.place]].append(item)
        added.append(Added(place=offer.place, name=offer.name, after=item))
    for offer in planned.costs:
        position = _unpriced(lists, offer)
        # What is planned for these preferences finds its item in them.
        assert position is not None
        sources = lists[_LISTS[offer.place]]
        before = sources[position]
        after = {**before, _COST: offer.cost_id}
        sources[position] = after
        added.append(
            Added(place=offer.place, name=offer.name, after=after, before=before)
        )
    return lists, tuple(added)


def remove(preferences: Preferences | None, added: Sequence[Added]) -> Removal:
    """Return what taking back all that was added, latest first, makes of the preferences.

    What the user has removed since is neither removed nor left.
    """
    lists = _lists(preferences)
    removed: list[Added] = []
    left: list[Added] = []
    for each in reversed(added):
        items = lists[_LISTS[each.place]]
        if each.before is not None:
            if _restore_cost(items, each, each.before):
                removed.append(each)
        elif each.after in items:
            items.remove(each.after)
            removed.append(each)
        elif any(each.statistic_id == item.get(_KEYS[each.place]) for item in items):
            left.append(each)
    return Removal(
        preferences=lists,
        removed=tuple(reversed(removed)),
        left=tuple(reversed(left)),
    )


def remember(record: Iterable[Added], added: Sequence[Added]) -> tuple[Added, ...]:
    """Return the record of what was added with more; it replaces what it is in place of."""
    new = {each.statistic_id for each in added if each.before is None}
    filled = {each.statistic_id for each in added if each.before is not None}
    kept = (
        each
        for each in record
        if each.statistic_id not in new
        and (each.before is None or each.statistic_id not in filled)
    )
    return *kept, *added


def unheard_of(planned: Plan, record: Iterable[Added]) -> bool:
    """Tell whether something is planned that was never added before.

    What was added once and is gone was removed by the user, who knows of it.
    """
    known = {text for each in record for text in (each.statistic_id, each.cost_id)}
    return any(offer.statistic_id not in known for offer in planned.items) or any(
        offer.cost_id not in known for offer in planned.costs
    )


def to_data(record: Iterable[Added]) -> list[dict[str, Any]]:
    """Return a record of what was added as plain data."""
    return [
        {
            "place": each.place.value,
            "name": each.name,
            "after": dict(each.after),
            "before": None if each.before is None else dict(each.before),
        }
        for each in record
    ]


def from_data(data: Iterable[Mapping[str, Any]]) -> tuple[Added, ...]:
    """Return the record of plain data."""
    return tuple(
        Added(
            place=Place(each["place"]),
            name=each["name"],
            after=each["after"],
            before=each["before"],
        )
        for each in data
    )


def _lists(preferences: Preferences | None) -> dict[str, list[Item]]:
    """Return copies of the lists; where nothing was ever set they are empty."""
    lists = {name: list(items) for name, items in (preferences or {}).items()}
    return {_SOURCES: [], _DEVICES: []} | lists


def _texts(value: object) -> Iterator[str]:
    """Yield all texts that are written anywhere, but for names."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, each in value.items():
                if key != _NAME:
                    yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)


def _unpriced(preferences: Preferences, offer: Offer) -> int | None:
    """Return the position of the item of an offer that has no price of any kind."""
    return next(
        (
            position
            for position, item in enumerate(preferences.get(_LISTS[offer.place], ()))
            if item.get("type") == offer.place
            and item.get(_KEYS[offer.place]) == offer.statistic_id
            and all(item.get(price) is None for price in _PRICES)
        ),
        None,
    )


def _item(offer: Offer) -> Item:
    """Return an item with every key that Home Assistant's own forms give it."""
    if offer.place is Place.DEVICE:
        return {_KEYS[offer.place]: offer.statistic_id, _NAME: offer.name}
    source: dict[str, Any] = {
        "type": offer.place.value,
        _KEYS[offer.place]: offer.statistic_id,
        _COST: offer.cost_id,
        "entity_energy_price": None,
        "number_energy_price": None,
        _NAME: offer.name,
    }
    if offer.place is Place.GRID:
        source |= {
            "stat_energy_to": None,
            "stat_compensation": None,
            "entity_energy_price_export": None,
            "number_energy_price_export": None,
            "cost_adjustment_day": 0,
        }
    return source


def _restore_cost(items: list[Item], added: Added, before: Item) -> bool:
    """Take a cost out of an item again; all that the user has changed beside it stays."""
    for position, item in enumerate(items):
        if (
            item.get(_KEYS[added.place]) == added.statistic_id
            and item.get(_COST) == added.cost_id
        ):
            rest = {key: value for key, value in item.items() if key != _COST}
            known = {_COST: before[_COST]} if _COST in before else {}
            items[position] = rest | known
            return True
    return False
