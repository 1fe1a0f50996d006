"""What a person does, in its order."""

from typing import Final

from tests.browser.steps import Step

from . import adding, changing, dashboard, energy, looking, removing

STEPS: Final[tuple[Step, ...]] = (
    *adding.STEPS,
    *changing.STEPS,
    *looking.STEPS,
    *energy.STEPS,
    *dashboard.STEPS,
    *removing.STEPS,
)
