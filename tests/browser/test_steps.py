"""A step can be taken alone: with all that it needs, and nothing else."""

import pytest

from .errors import BrowserError
from .journeys import STEPS
from .steps import Step, chosen
from .visit import Visit


async def _nothing(_: Visit) -> None:
    """Do nothing."""


_SMALL = (
    Step(name="begin", do=_nothing),
    Step(name="look away", do=_nothing),
    Step(name="go on", do=_nothing, needs=("begin",)),
    Step(name="end", do=_nothing, needs=("go on",)),
)


def _names(steps: list[Step]) -> list[str]:
    return [step.name for step in steps]


def test_without_a_name_all_steps_are_taken() -> None:
    assert chosen(_SMALL, []) == list(_SMALL)


def test_a_step_is_taken_with_all_that_it_needs_in_their_order() -> None:
    assert _names(chosen(_SMALL, ["end"])) == ["begin", "go on", "end"]


def test_a_name_that_no_step_has_is_told_of() -> None:
    with pytest.raises(BrowserError, match="no step 'sleep'"):
        chosen(_SMALL, ["sleep"])


def test_each_step_has_a_name_of_its_own_and_needs_only_earlier_ones() -> None:
    earlier: set[str] = set()
    for step in STEPS:
        assert step.name not in earlier
        assert earlier.issuperset(step.needs), step.name
        earlier.add(step.name)
