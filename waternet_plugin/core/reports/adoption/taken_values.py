"""What was taken how: each way in which values were read, with its rows and some of the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.exchange.adoption.outcome.adoption_result import AdoptionResult
from waternet_plugin.core.exchange.doubts.doubt_texts import unit_text
from waternet_plugin.core.exchange.mapping import read_ways
from waternet_plugin.core.exchange.mapping.read_ways import ReadWay
from waternet_plugin.core.reports.adoption.adoption_causes import cause_text
from waternet_plugin.core.reports.document import ReportSection, ReportTable
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, tr


def way_text(way: ReadWay) -> str:
    """Return how values were read, in a few words."""
    if way.way == read_ways.NOT_READ:
        return tr("unknown: {cause}").format(cause=cause_text(way.detail))
    if way.way in (read_ways.UNIT, read_ways.ODD_UNIT):
        text = tr("from {unit}") if way.way == read_ways.UNIT else tr("these rows alone from {unit}")
        return text.format(unit=unit_text(way.detail))
    return {
        read_ways.SAID_UNKNOWN: tr("unknown: the mapping says so"),
        read_ways.SERIAL: tr("day number of a spreadsheet"),
        read_ways.SHORT: tr("two digits of the year and the month"),
        read_ways.EPOCH: tr("seconds or milliseconds since 1970"),
        read_ways.SEVERAL: tr("several pipes: the diameter of one, the rest in the note"),
        read_ways.TUBE: tr(
            "outside diameter × wall of a steel tube: its nominal diameter, the rest in the note"
        ),
        read_ways.NOMINAL: tr("a size in inches: its nominal diameter, the size as written in the note"),
        read_ways.DRAWN_LENGTH: tr("the drawn length in its place"),
        read_ways.ROUND: tr("the size of a round pipe is its diameter"),
        read_ways.SIGN: tr("below zero in the file: without the sign"),
        read_ways.ABOVE: tr("below zero among others: above the ground"),
        read_ways.OWN_UNIT: tr("with the unit that stands behind it"),
        read_ways.BORE: tr("the number behind the sign for a diameter"),
        read_ways.BOX: tr("width × height"),
        read_ways.COMMA: tr("a decimal comma"),
        read_ways.SHORT_YEAR: tr("a year of two digits"),
        read_ways.YEAR_OF_DAY: tr("the year of a date"),
        read_ways.OF_MONTH: tr("the first or last day of a month"),
        read_ways.DAY: tr("a date in another notation"),
        read_ways.CODE: tr("a code of the file"),
        read_ways.WIDTH: tr("full-width characters: read as half-width, or as the network spells the id"),
        read_ways.PART: tr("a part of the text"),
        read_ways.DEFAULT: tr("empty: the value for all rows"),
    }[way.way]


def example_texts(way: ReadWay, table: Table) -> list[str]:
    """Return the examples of a way: as the file has them, and what was taken."""
    described = table.field(way.field)
    return [
        f"{told or tr('(empty)')} → "
        f"{(described.code_label(taken) if described.domain else taken) or tr('unknown')}"
        for told, taken in way.examples
    ]


def taken_rows(
    frame: pd.DataFrame, table: Table, result: AdoptionResult, way: ReadWay, most: int
) -> list[tuple[str, str, str, str]]:
    """Return the first rows of a way: number, id, what the file has, what was taken ('' for unknown).

    Parameters
    ----------
    frame
        The rows of the file.
    table
        The table that they became.
    result
        What became of them.
    way
        One way of reading.
    most
        How many rows at most.
    """
    places = way.rows[:most]
    in_file = texts(frame[way.column].iloc[places])
    written = pd.DataFrame({"row": result.source_rows - 1})
    for name in (table.id_field, way.field):
        values: Any = result.rows[name].to_numpy() if name and name in result.rows else None
        written[name or "id"] = [""] * len(written) if values is None else read_ways.taken_texts(values)
    known = written.drop_duplicates("row").set_index("row").reindex(places).fillna("")
    filled = table.field(way.field)
    taken = [filled.code_label(code) if filled.domain and code else str(code) for code in known[way.field]]
    ids = known[table.id_field or "id"]
    return [
        (str(int(place) + 1), str(name), "" if word is None else str(word), value)
        for place, name, word, value in zip(places, ids, in_file, taken)
    ]


def ways_section(ways: Sequence[ReadWay], table: Table) -> ReportSection:
    """Return the account as a section of a report."""
    rows = tuple(
        (
            table.field(one.field).label,
            one.column,
            way_text(one),
            one.count,
            listed(example_texts(one, table)),
        )
        for one in ways
    )
    return ReportSection(
        tr("What was taken how"),
        table=ReportTable(
            (tr("Field"), tr("Column"), tr("How it was read"), tr("Rows"), tr("Examples")), rows
        ),
        note=tr("Values that were taken as they are written are not listed."),
    )


def ways_figures(ways: Sequence[ReadWay]) -> list[dict[str, Any]]:
    """Return the account by name."""
    return [
        {
            "field": one.field,
            "column": one.column,
            "way": one.way,
            "detail": one.detail,
            "rows": one.count,
            "examples": [{"file": told, "taken": taken} for told, taken in one.examples],
        }
        for one in ways
    ]
