"""Tables and lines for the person who runs the demo."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
import sys
from typing import Final
from zoneinfo import ZoneInfo

from .found import Entity, Statistic

_LONDON: Final = ZoneInfo("Europe/London")


def say(text: str) -> None:
    """Print a line at once, also where the output is a file."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def local_time(moment: int) -> str:
    """Return a unix time in London, with its offset: an hour comes twice in autumn."""
    return f"{datetime.fromtimestamp(moment, _LONDON):%Y-%m-%d %H:%M %z}"


def entity_table(entities: Iterable[Entity]) -> str:
    """Return what each entity shows."""
    return table(
        ("Sensor", "State", "Unit"),
        ((entity.name, entity.state, entity.unit) for entity in entities),
    )


def statistic_table(statistics: Mapping[str, Statistic]) -> str:
    """Return how far each statistic reaches, and what it adds up to."""
    return table(
        ("Statistic", "Rows", "First hour", "Last hour", "Total", "Unit"),
        (
            (
                statistic_id,
                str(len(statistic.rows)),
                local_time(min(statistic.rows)) if statistic.rows else "",
                local_time(max(statistic.rows)) if statistic.rows else "",
                _total(statistic),
                statistic.unit or "",
            )
            for statistic_id, statistic in statistics.items()
        ),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of text in columns as wide as they need, under a head."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _total(statistic: Statistic) -> str:
    """Return what the hours add up to; means add up to nothing."""
    if not any("sum" in row for row in statistic.rows.values()):
        return ""
    return f"{sum(row.get('change', 0.0) for row in statistic.rows.values()):.3f}"
