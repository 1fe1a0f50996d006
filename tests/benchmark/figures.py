"""A measured figure, the limit that it has to keep, and how both are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.demo.report import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, beside what it is compared with.

    Without a limit it is there to be read only.
    """

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    beside: str = ""

    @property
    def is_reached(self) -> bool:
        """Tell whether the limit is kept."""
        return self.limit is None or self.value <= self.limit

    def as_json(self) -> Mapping[str, Any]:
        """Return it for machines."""
        return {
            "name": self.name,
            "value": round(self.value, 6),
            "unit": self.unit,
            "limit": self.limit,
            "reached": self.is_reached,
            "beside": self.beside,
        }


def figure_table(figures: Iterable[Figure]) -> str:
    """Return the figures in columns."""
    return table(
        ("Figure", "Measured", "To reach", "", "Beside"),
        (
            (
                figure.name,
                f"{shown(figure.value)} {figure.unit}".rstrip(),
                "" if figure.limit is None else f"≤ {shown(figure.limit)}",
                "" if figure.limit is None else "yes" if figure.is_reached else "NO",
                figure.beside,
            )
            for figure in figures
        ),
    )


def shown(value: float) -> str:
    """Return a number with three digits that count, and no more behind a large one."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
