"""The demo goes through the forms, and stops where they are not those that it knows."""

from collections.abc import Mapping
from typing import Any, override

import pytest

from tests.simulator import World

from .client import Client
from .errors import DemoError
from .set_up import set_up

URL = "http://127.0.0.1:8080"
FORMS = ["user", "powershaper", "meters", "user", "server", "find", "number", "meter"]


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
            if not self._forms or self._forms[0] == "user":
                return {"type": "create_entry"}
        return {
            "type": "form",
            "flow_id": "1",
            "step_id": self._forms.pop(0),
            "errors": self._errors,
        }


async def test_the_heat_pump_is_linked_with_the_meter_of_its_home() -> None:
    world = World.small(days=1)
    forms = Forms(*FORMS)
    await set_up(forms, world, URL)
    assert forms.filled_in[1] == {"token": world.token, "advanced": {"url": URL}}
    assert forms.filled_in[-2:] == [
        {"system_id": "204"},
        {"meter": world.tokens[world.token][0]},
    ]


@pytest.mark.parametrize(
    ("forms", "complaint"),
    [
        (["user", "tariff"], "instead of the form 'powershaper'"),
        ([*FORMS, "tariff"], "instead of an entry"),
        (FORMS[:-1], "instead of the form 'meter'"),
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
