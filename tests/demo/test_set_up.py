"""The demo goes through the forms, and stops where they are not those that it knows."""

from collections.abc import Mapping
from typing import Any, override

import pytest

from tests.simulator import World

from .client import Client
from .errors import DemoError
from .prices import BAND, DEAR, FLAT_GAS
from .set_up import set_up

URL = "http://127.0.0.1:8080"
ENTRIES = ["user", "powershaper", "meters", "user", "server", "find", "number", "meter"]
PRICES = [
    *("home", "add_price", "flat"),
    *("home", "add_price", "flat"),
    *("home", "price", "add_price", "time_of_use", "band", "bands"),
]
FORMS = [*ENTRIES, *PRICES]


class Forms(Client):
    """Shows forms in an order of their own, and keeps what is filled in."""

    def __init__(self, *forms: str, errors: Mapping[str, str] | None = None) -> None:
        """Take the names of the forms, and what each says is wrong."""
        self._forms = list(forms)
        self._errors = errors
        self.filled_in: list[Mapping[str, Any]] = []

    @override
    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Take a form and show the next; after the last of a flow comes its entry."""
        if "handler" not in body:
            self.filled_in.append(body)
            if not self._forms or self._forms[0] in ("user", "home"):
                return {"type": "create_entry", "result": {"entry_id": "account"}}
        return {
            "type": "form",
            "flow_id": "1",
            "step_id": self._forms.pop(0),
            "errors": self._errors,
        }

    @override
    async def get(self, path: str) -> Any:
        """Tell that the account is set up."""
        return [{"entry_id": "account", "state": "loaded"}]


async def test_the_heat_pump_is_linked_with_the_meter_of_its_home() -> None:
    world = World.small(days=1)
    forms = Forms(*FORMS)
    await set_up(forms, world, URL)
    assert forms.filled_in[1] == {"token": world.token, "advanced": {"url": URL}}
    assert forms.filled_in[6:8] == [
        {"system_id": "204"},
        {"meter": world.tokens[world.token][0]},
    ]


async def test_prices_are_told_of_the_only_home_without_a_choice() -> None:
    world = World.small(days=1)
    forms = Forms(*FORMS)
    await set_up(forms, world, URL)
    told = [answer for answer in forms.filled_in if "price" in answer]
    assert told == [FLAT_GAS, DEAR, BAND]


@pytest.mark.parametrize(
    ("forms", "complaint"),
    [
        (["user", "tariff"], "instead of the form 'powershaper'"),
        ([*FORMS, "tariff"], "instead of an entry"),
        ([*ENTRIES[:-1], "tariff"], "instead of the form 'meter'"),
        ([*FORMS[:-1], "tariff"], "instead of the form 'bands'"),
    ],
)
async def test_another_form_than_expected_is_told(
    forms: list[str], complaint: str
) -> None:
    with pytest.raises(DemoError, match=complaint):
        await set_up(Forms(*forms), World.small(days=1), URL)


async def test_an_error_in_a_form_is_told() -> None:
    forms = Forms(*FORMS, errors={"base": "cannot_connect"})
    with pytest.raises(DemoError, match="cannot_connect"):
        await set_up(forms, World.small(days=1), URL)
