"""What is added to the Energy dashboard is added once, and can be taken back exactly."""

from collections.abc import Mapping
import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.heatpump_insight.analysis.energy_preferences import (
    Added,
    Offer,
    Place,
    Plan,
    Preferences,
    add,
    from_data,
    plan,
    remember,
    remove,
    to_data,
    unheard_of,
)

GRID = Offer(
    place=Place.GRID, name="Meter", statistic_id="ours:e", cost_id="ours:e_cost"
)
GAS = Offer(place=Place.GAS, name="Gas", statistic_id="ours:g", cost_id="ours:g_cost")
DEVICE = Offer(place=Place.DEVICE, name="Heat pump", statistic_id="ours:h")
OFFERS = (GRID, GAS, DEVICE)

GRID_ITEM: dict[str, Any] = {
    "type": "grid",
    "stat_energy_from": "ours:e",
    "stat_energy_to": None,
    "stat_cost": "ours:e_cost",
    "entity_energy_price": None,
    "number_energy_price": None,
    "stat_compensation": None,
    "entity_energy_price_export": None,
    "number_energy_price_export": None,
    "cost_adjustment_day": 0,
    "name": "Meter",
}
GAS_ITEM: dict[str, Any] = {
    "type": "gas",
    "stat_energy_from": "ours:g",
    "stat_cost": "ours:g_cost",
    "entity_energy_price": None,
    "number_energy_price": None,
    "name": "Gas",
}
DEVICE_ITEM = {"stat_consumption": "ours:h", "name": "Heat pump"}


def added_to(
    preferences: Preferences | None, *offers: Offer
) -> tuple[Preferences, tuple[Added, ...]]:
    """Return the preferences with all offers in them, and what was added for that."""
    return add(preferences, plan(preferences, offers))


def sources(*items: Mapping[str, Any]) -> Preferences:
    """Return preferences with these sources."""
    return {"energy_sources": items, "device_consumption": []}


def without_cost(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source without a cost, as who has no price adds it."""
    return {**item, "stat_cost": None}


# What is added.


def test_preferences_that_were_never_set_get_an_item_for_each_offer() -> None:
    assert plan(None, OFFERS) == Plan(items=OFFERS)
    preferences, added = added_to(None, *OFFERS)
    assert preferences == {
        "energy_sources": [GRID_ITEM, GAS_ITEM],
        "device_consumption": [DEVICE_ITEM],
    }
    assert [each.name for each in added] == ["Meter", "Gas", "Heat pump"]


def test_a_meter_without_a_price_is_added_without_a_cost() -> None:
    grid = Offer(place=Place.GRID, name="Meter", statistic_id="ours:e")
    preferences, _ = added_to(None, grid)
    assert preferences["energy_sources"] == [without_cost(GRID_ITEM)]


@pytest.mark.parametrize(
    "preferences",
    [
        sources(GRID_ITEM),
        sources({"type": "solar", "stat_energy_from": "ours:e"}),
        sources({"type": "home", "stat_energy_to": "ours:e"}),
        sources({"type": "grid", "flow_from": [{"stat_energy_from": "ours:e"}]}),
        {"device_consumption": [{"stat_consumption": "ours:e"}]},
        {
            "device_consumption": [
                {"stat_consumption": "sensor.kettle", "included_in_stat": "ours:e"}
            ]
        },
        {"device_consumption_water": [{"stat_consumption": "ours:e"}]},
    ],
)
def test_what_is_used_anywhere_is_there_already(preferences: Preferences) -> None:
    assert plan(preferences, [GRID]) == Plan(present=(GRID,))


def test_a_name_is_no_use() -> None:
    preferences = {"device_consumption": [{"stat_consumption": "x", "name": "ours:e"}]}
    assert plan(preferences, [GRID]) == Plan(items=(GRID,))


def test_an_offer_that_two_entries_make_is_added_once() -> None:
    assert plan(None, [GRID, GRID]) == Plan(items=(GRID,))


def test_a_cost_that_is_used_elsewhere_is_not_used_twice() -> None:
    preferences = sources(
        {"type": "grid", "stat_energy_from": "x", "stat_cost": "ours:e_cost"}
    )
    (offer,) = plan(preferences, [GRID]).items
    assert offer.cost_id is None


@pytest.mark.parametrize("is_written", [True, False])
def test_a_cost_is_filled_into_an_item_that_has_no_price(is_written: bool) -> None:
    item = without_cost(GAS_ITEM)
    if not is_written:
        del item["stat_cost"]
    preferences = sources({"type": "solar", "stat_energy_from": "x"}, item)
    planned = plan(preferences, OFFERS[1:2])
    assert planned == Plan(costs=(GAS,))
    after, added = add(preferences, planned)
    assert after["energy_sources"][1] == GAS_ITEM
    removal = remove(after, added)
    assert removal.preferences == {
        name: list(items) for name, items in preferences.items()
    }
    assert removal.removed == added
    assert removal.left == ()


@pytest.mark.parametrize(
    "price",
    [
        {"stat_cost": "sensor.cost"},
        {"entity_energy_price": "sensor.price"},
        {"number_energy_price": 0.26},
    ],
)
def test_an_item_with_a_price_of_its_own_keeps_it(price: dict[str, Any]) -> None:
    preferences = sources(without_cost(GRID_ITEM) | price)
    assert plan(preferences, [GRID]) == Plan(present=(GRID,))


def test_no_cost_is_filled_into_what_is_something_else() -> None:
    preferences = sources({"type": "water", "stat_energy_from": "ours:g"})
    assert plan(preferences, [GAS]) == Plan(present=(GAS,))


# What is taken back.


def test_an_item_that_was_changed_since_is_left_and_told() -> None:
    preferences, added = added_to(None, *OFFERS)
    renamed = {**GRID_ITEM, "name": "The house"}
    changed: Preferences = {**preferences, "energy_sources": [renamed, GAS_ITEM]}
    removal = remove(changed, added)
    assert removal.preferences == {
        "energy_sources": [renamed],
        "device_consumption": [],
    }
    assert [each.name for each in removal.removed] == ["Gas", "Heat pump"]
    assert [each.name for each in removal.left] == ["Meter"]


def test_what_the_user_has_removed_is_neither_removed_nor_left() -> None:
    _, added = added_to(None, *OFFERS)
    removal = remove(None, added)
    assert removal.removed == removal.left == ()
    assert removal.preferences == {"energy_sources": [], "device_consumption": []}


def test_a_cost_goes_from_an_item_that_was_changed_beside_it() -> None:
    preferences = sources(without_cost(GRID_ITEM))
    after, added = added_to(preferences, GRID)
    renamed = {**after["energy_sources"][0], "name": "The house"}
    removal = remove(sources(renamed), added)
    assert removal.removed == added
    assert removal.preferences["energy_sources"] == [
        without_cost(GRID_ITEM) | {"name": "The house"}
    ]


def test_a_cost_that_was_replaced_stays() -> None:
    preferences = sources(without_cost(GRID_ITEM))
    _, added = added_to(preferences, GRID)
    other = {**GRID_ITEM, "stat_cost": "sensor.cost"}
    removal = remove(sources(other), added)
    assert removal.removed == removal.left == ()
    assert removal.preferences["energy_sources"] == [other]


def test_an_item_whose_cost_came_later_goes_with_it() -> None:
    grid = Offer(place=Place.GRID, name="Meter", statistic_id="ours:e")
    preferences, first = added_to(None, grid)
    preferences, second = added_to(preferences, GRID)
    record = remember(first, second)
    removal = remove(preferences, record)
    assert removal.preferences["energy_sources"] == []
    assert removal.removed == record


# What is remembered.


def test_what_is_added_again_takes_the_place_of_what_was_removed() -> None:
    _, first = added_to(sources(without_cost(GRID_ITEM)), *OFFERS)
    _, again = added_to(None, GRID)
    record = remember(first, again)
    assert sorted(each.name for each in record) == ["Gas", "Heat pump", "Meter"]
    _, cost = added_to(sources(without_cost(GRID_ITEM)), GRID)
    assert remember(cost, cost) == cost
    assert remember(again, cost) == (*again, *cost)


def test_only_what_was_never_added_is_unheard_of() -> None:
    preferences, added = added_to(None, *OFFERS)
    assert unheard_of(plan(None, OFFERS), ())
    # All of it was taken out by hand, or the cost alone.
    assert not unheard_of(plan(None, OFFERS), added)
    assert not unheard_of(plan(sources(without_cost(GRID_ITEM)), [GRID]), added)
    assert not unheard_of(plan(preferences, OFFERS), ())
    other = Offer(place=Place.DEVICE, name="Other", statistic_id="ours:other")
    assert unheard_of(plan(preferences, [other]), added)
    # A price was told since.
    grid = Offer(place=Place.GRID, name="Meter", statistic_id="ours:e")
    preferences, added = added_to(None, grid)
    assert unheard_of(plan(preferences, [GRID]), added)


# Whatever else is in the dashboard.

IDS = [
    *("ours:e", "ours:e_cost", "ours:g", "ours:g_cost", "ours:h"),
    *("sensor.sun", "sensor.kettle"),
]
TEXTS = st.sampled_from(IDS)
MAYBE = st.none() | TEXTS
PRICES: dict[str, st.SearchStrategy[Any]] = {
    "stat_cost": MAYBE,
    "entity_energy_price": MAYBE,
    "number_energy_price": st.none() | st.floats(0, 1),
    "name": st.text(max_size=3) | TEXTS,
}
GRIDS = st.fixed_dictionaries(
    {"type": st.just("grid"), "cost_adjustment_day": st.floats(0, 1)},
    optional={
        **PRICES,
        "stat_energy_from": MAYBE,
        "stat_energy_to": MAYBE,
        "power_config": st.fixed_dictionaries({"stat_rate": TEXTS}),
    },
)
OTHERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["gas", "solar", "water"]), "stat_energy_from": TEXTS},
    optional=PRICES,
)
DEVICES = st.lists(
    st.fixed_dictionaries(
        {"stat_consumption": TEXTS},
        optional={"name": st.text(max_size=3), "included_in_stat": TEXTS},
    ),
    max_size=3,
)
PREFERENCES = st.none() | st.fixed_dictionaries(
    {
        "energy_sources": st.lists(GRIDS | OTHERS, max_size=4),
        "device_consumption": DEVICES,
    },
    optional={"device_consumption_water": DEVICES},
)
SOME_OFFERS = st.lists(
    st.builds(
        lambda offer, is_priced: offer if is_priced else without_price(offer),
        st.sampled_from(OFFERS),
        st.booleans(),
    )
)
any_dashboard = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
EMPTY: Preferences = {"energy_sources": [], "device_consumption": []}


def without_price(offer: Offer) -> Offer:
    """Return an offer as it is before a price is told."""
    return Offer(place=offer.place, name=offer.name, statistic_id=offer.statistic_id)


@any_dashboard
@given(PREFERENCES, SOME_OFFERS)
def test_adding_twice_is_adding_once(
    preferences: Preferences | None, offers: list[Offer]
) -> None:
    once, _ = added_to(preferences, *offers)
    twice, added = added_to(once, *offers)
    assert twice == once
    assert added == ()


@any_dashboard
@given(PREFERENCES, SOME_OFFERS, SOME_OFFERS)
def test_taking_back_leaves_what_was_there_before(
    preferences: Preferences | None, offers: list[Offer], later: list[Offer]
) -> None:
    before = json.dumps(preferences)
    after, first = added_to(preferences, *offers)
    after, second = added_to(after, *later)
    # A restart between the two.
    record = from_data(json.loads(json.dumps(to_data(remember(first, second)))))
    removal = remove(json.loads(json.dumps(after)), record)
    assert removal.preferences == (preferences or EMPTY)
    assert removal.removed == record
    assert removal.left == ()
    assert json.dumps(preferences) == before


@any_dashboard
@given(PREFERENCES, SOME_OFFERS)
def test_nothing_of_others_changes(
    preferences: Preferences | None, offers: list[Offer]
) -> None:
    after, _ = added_to(preferences, *offers)
    for name, items in (preferences or EMPTY).items():
        for old, new in zip(items, after[name], strict=False):
            changed = {key for key in new if new[key] != old.get(key)}
            assert changed <= {"stat_cost"}
            assert not changed or old.get("stat_cost") is None
    texts = json.dumps(after)
    for offer in offers:
        assert offer.statistic_id in texts


@any_dashboard
@given(PREFERENCES, SOME_OFFERS)
def test_every_offer_is_planned_once(
    preferences: Preferences | None, offers: list[Offer]
) -> None:
    planned = plan(preferences, offers)
    ids = [each.statistic_id for each in (*planned.additions, *planned.present)]
    assert sorted(ids) == sorted({offer.statistic_id for offer in offers})
