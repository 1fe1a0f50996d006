"""What the forms of the set-up call things and how they read what is typed."""

from dataclasses import replace
from typing import Any

import probatio
import pytest

from custom_components.heatpump_insight.api.errors import ServiceError
from custom_components.heatpump_insight.api.heatpumpmonitor import System
from custom_components.heatpump_insight.api.systems import read_system
from custom_components.heatpump_insight.setup_forms import (
    ACCOUNT_ERRORS,
    ACCOUNT_FORM,
    EMPTY_FORM,
    NEW_KEY_ERRORS,
    NUMBER_FORM,
    READ_KEY_ERRORS,
    READ_KEY_FORM,
    SERVER_ERRORS,
    SERVER_FORM,
    SYSTEM_ERRORS,
    TOKEN_ERRORS,
    TOKEN_FORM,
    account_form,
    account_unique_id,
    choose_form,
    chosen_meter,
    home_form,
    meter_form,
    parse_key,
    parse_system_id,
    search_form,
    server_title,
    server_unique_id,
    stamp_form,
    system_form,
    system_label,
    system_options,
    system_title,
)
from homeassistant.helpers import config_validation as cv

BARE = read_system({"id": 7})
KNOWN = replace(
    BARE,
    location="Aberwyn, Mid Wales",
    manufacturer="Borealis",
    model="Fjord 9",
    output_kw=8.5,
)


@pytest.mark.parametrize(
    ("typed", "system_id"),
    [
        ("204", 204),
        ("  #204 ", 204),
        ("https://heatpumpmonitor.org/system/view?id=204", 204),
        ("/system/view?mode=public&id=204&tab=1", 204),
        ("heatpumpmonitor.org/system/view?id=204#daily", 204),
        ("heatpumpmonitor.org/system/view?id=204#12", 204),
        ("Caer · Fjord 9 · 8.5 kW · #204", 204),
        ("Heat pump #204", 204),
    ],
)
def test_a_number_is_read_from_a_number_a_page_or_a_label(
    typed: str, system_id: int
) -> None:
    assert parse_system_id(typed) == system_id


@pytest.mark.parametrize(
    "typed", ["", "0", "-4", "Caer 204", "20 4", "204.5", "/view?id=", "1" * 10]
)
def test_what_holds_no_number_is_refused(typed: str) -> None:
    assert parse_system_id(typed) is None


@pytest.mark.parametrize(
    ("system", "label", "title"),
    [
        (
            KNOWN,
            "Aberwyn, Mid Wales · Borealis Fjord 9 · 8.5 kW · #7",
            "Borealis Fjord 9 · Aberwyn, Mid Wales",
        ),
        (
            replace(KNOWN, output_kw=12.0, model=None),
            "Aberwyn, Mid Wales · Borealis · 12 kW · #7",
            "Borealis · Aberwyn, Mid Wales",
        ),
        (replace(BARE, location="Aberwyn"), "Aberwyn · #7", "Aberwyn"),
        (replace(BARE, model="Fjord 9"), "Fjord 9 · #7", "Fjord 9"),
        (BARE, "Heat pump #7", "Heat pump 7"),
        (None, "Heat pump #7", "Heat pump 7"),
    ],
)
def test_a_heat_pump_is_named_for_what_is_known_of_it(
    system: System | None, label: str, title: str
) -> None:
    assert system_label(7, system) == label
    assert system_title(7, system) == title


def test_heat_pumps_are_listed_in_the_order_of_their_labels() -> None:
    systems = {
        1: replace(BARE, location="york"),
        2: replace(BARE, location="Bath"),
        3: replace(BARE, location="Zennor"),
    }
    listed = [option["value"] for option in system_options([1, 2, 3], systems)]
    assert listed == ["2", "1", "3"]


def test_the_usual_server_is_called_by_the_name_of_the_service() -> None:
    assert server_title("https://heatpumpmonitor.org") == "HeatpumpMonitor.org"
    assert server_title("http://127.0.0.1:8080") == "127.0.0.1:8080"


def test_an_entry_is_told_apart_by_host_or_by_consent() -> None:
    usual = server_unique_id("https://heatpumpmonitor.org")
    assert usual == "heatpumpmonitor:heatpumpmonitor.org"
    assert server_unique_id("http://127.0.0.1:8080") == "heatpumpmonitor:127.0.0.1:8080"
    assert account_unique_id("0A1B-2C") == "powershaper:0a1b-2c"


def test_blanks_around_a_key_are_dropped_and_no_key_is_none() -> None:
    assert parse_key(" abc\n") == "abc"
    assert parse_key("  ") is None
    assert parse_key(None) is None


@pytest.mark.parametrize(
    "table",
    [
        SERVER_ERRORS,
        TOKEN_ERRORS,
        ACCOUNT_ERRORS,
        READ_KEY_ERRORS,
        SYSTEM_ERRORS,
        NEW_KEY_ERRORS,
    ],
)
def test_every_error_of_the_clients_has_words(table: dict[Any, str]) -> None:
    assert set(table) == set(ServiceError.__subclasses__())


def test_an_only_heat_pump_is_chosen_already() -> None:
    one = system_options([7], {})
    two = system_options([7, 8], {})
    assert choose_form(one, several=True)({}) == {"system_id": ["7"]}
    assert choose_form(one, several=False)({}) == {"system_id": "7"}
    assert choose_form(two, several=True)({}) == {"system_id": []}
    with pytest.raises(probatio.Invalid):
        choose_form(two, several=False)({})


def test_an_only_meter_is_proposed_and_one_of_two_is_not() -> None:
    assert meter_form({"a": "A"})({}) == {"meter": "a"}
    assert meter_form({"a": "A", "b": "B"})({}) == {"meter": "none"}


def test_a_linked_meter_stays_chosen() -> None:
    assert system_form({"a": "A", "b": "B"}, "B")({}) == {"meter": "b"}
    assert system_form({"a": "A"}, None)({}) == {"meter": "none"}


def test_a_linked_meter_that_is_not_known_can_be_kept() -> None:
    choice = system_form({}, "gone")({})["meter"]
    assert chosen_meter(choice, "gone") == "gone"
    assert chosen_meter("none", "gone") is None
    assert chosen_meter("a", "gone") == "a"


def test_without_any_meter_only_the_read_key_is_asked_for() -> None:
    assert [str(key) for key in system_form({}, None).schema] == ["read_key"]


def test_public_heat_pumps_can_be_searched_by_typing() -> None:
    field = search_form(system_options([7], {})).schema["system_id"]
    assert field.config["custom_value"]


@pytest.mark.parametrize(
    ("url", "folded"),
    [("https://app.powershaper.io", True), ("http://127.0.0.1:8080", False)],
)
def test_the_usual_server_is_folded_away(url: str, folded: bool) -> None:
    form = account_form(url).schema["advanced"]
    assert form.options == {"collapsed": folded}
    assert form({}) == {"url": url}


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (EMPTY_FORM, []),
        (SERVER_FORM, ["url"]),
        (NUMBER_FORM, ["system_id", "read_key"]),
        (ACCOUNT_FORM, ["username", "password"]),
        (READ_KEY_FORM, ["read_key"]),
        (TOKEN_FORM, ["token"]),
        (search_form(system_options([7], {})), ["system_id"]),
        (choose_form(system_options([7, 8], {}), several=True), ["system_id"]),
        (choose_form(system_options([7], {}), several=False), ["system_id"]),
        (meter_form({"a": "A"}), ["meter"]),
        (system_form({"a": "A"}, "gone"), ["read_key", "meter"]),
        (account_form(new=False), ["token", "advanced"]),
        (home_form({"a": "A"}), ["home"]),
        (stamp_form("end"), ["stamp"]),
    ],
)
def test_the_interface_can_show_every_form(
    form: probatio.Schema, fields: list[str]
) -> None:
    shown: Any = probatio.to_field_list(form, custom_serializer=cv.custom_serializer)
    assert [field["name"] for field in shown] == fields
