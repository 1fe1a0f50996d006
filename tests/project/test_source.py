"""The reader of source finds what is written there, however it is written."""

import ast

import pytest

from .source import Reader, flows, imported_modules, read_text

SOURCE = """
import enum

PLAIN = "plain"
TABLE = {1: "one", 2: "two"}
NESTED = ["a", ("b", {"c": "d"})]

class Kind(enum.StrEnum):
    FIRST = "first"

def circle():
    return circle() or "round"

def choose(flag):
    chosen: str = "left" if flag else "right"
    return chosen

def echo(word):
    return word

def shout():
    return echo("loud")
"""


@pytest.mark.parametrize(
    ("expression", "strings"),
    [
        ("'text'", {"text"}),
        ("12", set()),
        ("PLAIN", {"plain"}),
        ("unknown", set()),
        ("Kind.FIRST", {"first"}),
        ("TABLE[key]", {"one", "two"}),
        ("TABLE.get(key, 'other')", {"one", "two", "other"}),
        ("NESTED", {"a", "b", "d"}),
        ("['x', PLAIN]", {"x", "plain"}),
        ("['x', *(TABLE[key] for key in keys)]", {"x", "one", "two"}),
        ("[TABLE[key] for key in keys]", {"one", "two"}),
        ("PLAIN or 'x'", {"plain", "x"}),
        ("'x' if flag else 'y'", {"x", "y"}),
        ("f'{PLAIN}_{TABLE[key]}'", {"plain_one", "plain_two"}),
        ("f'{unknown}_x'", set()),
        ("await choose(True)", {"left", "right"}),
        ("self.choose(True)", {"left", "right"}),
        ("circle()", {"round"}),
        ("shout()", {"loud"}),
    ],
)
def test_an_expression_is_read_for_all_that_it_may_be(
    expression: str, strings: set[str]
) -> None:
    scope = read_text("sample", SOURCE)
    reader = Reader(scope, scope.modules[0])
    assert reader.strings(ast.parse(expression, mode="eval").body) == strings


def test_imports_are_found_with_their_dots() -> None:
    tree = ast.parse(
        "import os.path\nfrom json import loads\nfrom .. import api\nfrom .x import y"
    )
    assert imported_modules([tree]) == {"os.path", "json.loads", "..api", ".x.y"}


def test_every_way_to_abort_is_found() -> None:
    source = """
from homeassistant.config_entries import ConfigFlow
from homeassistant.data_entry_flow import AbortFlow

class Flow(ConfigFlow):
    async def async_step_user(self, user_input=None):
        self._abort_if_unique_id_mismatch(reason="wrong_account")
        self._abort_if_unique_id_mismatch()
        self._abort_if_unique_id_configured(error="there_already")
        self._async_abort_entries_match({})
        if user_input:
            raise AbortFlow("gone")
        return self.async_abort(reason="over")
"""
    [flow] = flows(read_text("sample", source))
    assert flow.reasons == {
        "already_configured",
        "gone",
        "over",
        "there_already",
        "unique_id_mismatch",
        "wrong_account",
    }
