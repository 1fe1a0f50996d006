"""Answers as tables: as lists of rows, or as the text of a CSV file."""

from collections.abc import Iterable, Sequence
import csv
import io
from typing import Final

import probatio

from homeassistant.core import ServiceCall
from homeassistant.util.json import JsonObjectType, JsonValueType

ATTR_FORMAT: Final = "format"
FORMAT_JSON: Final = "json"
FORMAT_CSV: Final = "csv"
FORMAT_FIELD: Final = {
    probatio.Optional(ATTR_FORMAT, default=FORMAT_JSON): probatio.In(
        [FORMAT_JSON, FORMAT_CSV]
    )
}

type Row = Sequence[JsonValueType]

# A spreadsheet takes a text that starts so for a formula, and others may have written it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def table(
    call: ServiceCall,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    **beside: JsonValueType,
) -> JsonObjectType:
    """Return the rows under a name, or all of them as CSV, as the call wants it.

    What stands `beside` the rows has no place in a CSV.
    """
    if call.data[ATTR_FORMAT] == FORMAT_CSV:
        return _csv(columns, rows)
    return {name: [dict(zip(columns, row, strict=True)) for row in rows], **beside}


def single(call: ServiceCall, row: JsonObjectType) -> JsonObjectType:
    """Return the one row that an action answers, or a CSV of that row."""
    if call.data[ATTR_FORMAT] == FORMAT_CSV:
        return _csv(list(row), [list(row.values())])
    return row


def rounded(value: JsonValueType) -> JsonValueType:
    """Return a number with three decimals: grams of a kg, watt-hours of a kWh."""
    return round(value, 3) if isinstance(value, float) else value


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> JsonObjectType:
    """Return rows as CSV with a line of names; what is not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return {"csv": text.getvalue()}


def _harmless(cell: JsonValueType) -> JsonValueType:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
