"""A step of the visit, and which of them to take."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from .errors import BrowserError
from .visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that a person does, with what has to be done before.

    `logs` are regular expressions of the warnings that Home Assistant's log may hold from
    then on, since the step provokes them.
    """

    name: str
    do: Callable[[Visit], Awaitable[None]]
    needs: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


def chosen(steps: Sequence[Step], names: Iterable[str]) -> list[Step]:
    """Return the steps of some names with all that they need, in their order.

    Without names all of them. Raises BrowserError for a name that no step has.
    """
    by_name = {step.name: step for step in steps}
    wanted = list(names)
    if not wanted:
        return list(steps)
    taken: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in by_name:
            raise BrowserError(f"There is no step {name!r}")
        if name not in taken:
            taken.add(name)
            wanted += by_name[name].needs
    return [step for step in steps if step.name in taken]
