"""What other data of the rows speak against is asked of the mapping; its answer to odd rows is applied."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes, foreign_values
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.coordinates.locating import Located
from waternet_plugin.core.exchange.doubts.bore_doubts import BORES, bore_doubts
from waternet_plugin.core.exchange.doubts.doubt import DATUM, DRAWN, ODD, SIGN, TAKE, Doubt, examples_of
from waternet_plugin.core.exchange.doubts.doubt_texts import doubt_text, open_doubts_text, told_text
from waternet_plugin.core.exchange.doubts.height_doubts import LEVELS, datum_of, height_doubts
from waternet_plugin.core.exchange.doubts.length_doubts import length_doubts
from waternet_plugin.core.exchange.doubts.shared_days import day_doubt
from waternet_plugin.core.exchange.mapping import read_ways
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS, BelowZero
from waternet_plugin.core.exchange.mapping.filled_fields import Filled, Nulled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.places.deciding.said_words import ELLIPSOIDAL
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.units import METRES


def settle_doubts(
    filled: Filled,
    located: Located,
    frame: pd.DataFrame,
    mapping: Mapping,
    table: Table,
    settings: Settings,
) -> tuple[Doubt, ...]:
    """Return what speaks against values of the rows; rows out of line become what the mapping says.

    Parameters
    ----------
    filled
        The fields by source row; changed.
    located
        Where the rows lie.
    frame
        The rows as the file has them.
    mapping
        How they are read.
    table
        The table.
    settings
        Of the network.
    """
    found: list[Doubt] = []
    drawn = np.asarray(shapely.length(located.geometry), dtype=float)
    if table.name == "pipe" and "length_m" in mapping.fields:
        found += length_doubts(filled.columns["length_m"], drawn, mapping, _crs_unit(frame))
    for name in (*DEPTHS, *LEVELS):
        if name in mapping.fields and name in filled.columns:
            datum = datum_of(mapping.fields[name].column, frame, settings)
            found += height_doubts(name, filled.columns[name], mapping, datum)
    for name in BORES:
        if name in mapping.fields and name in filled.columns:
            found += bore_doubts(name, filled.columns[name], mapping)
    found += [sign_doubt(one, mapping) for one in filled.below_zero]
    for name, source in mapping.fields.items():
        doubt = day_doubt(table.field(name), frame[source.column], mapping)
        found += [doubt] if doubt is not None else []
    for doubt in found:
        answer = doubt.answer or ("" if doubt.must_be_answered else doubt.unanswered)
        if doubt.kind in (ODD, DATUM) and answer not in ("", TAKE):
            _apply(doubt, answer, filled, frame, mapping, drawn, mapping.unit_m(table.field(doubt.field)))
    return tuple(found)


def refuse_open(doubts: tuple[Doubt, ...], table: Table) -> None:
    """Raise where a doubt that makes values wrong has no answer.

    Raises
    ------
    InputError
        Naming each field and the part of the mapping that answers.
    """
    waiting = [doubt for doubt in doubts if doubt.is_open and doubt.must_be_answered]
    if waiting:
        raise InputError(
            open_doubts_text(waiting, table), details=tuple(doubt_text(one, table) for one in waiting)
        )


def doubt_notes(doubts: tuple[Doubt, ...], table: Table) -> list[str]:
    """Return what to say of doubts that the mapping says nothing of and that hold nobody up."""
    return [told_text(doubt, table) for doubt in doubts if doubt.is_open and not doubt.must_be_answered]


def _crs_unit(frame: pd.DataFrame) -> str:
    crs = getattr(frame, "crs", None)
    return str(crs.axis_info[0].unit_name) if crs is not None and crs.axis_info else ""


def _apply(
    doubt: Doubt,
    answer: str,
    filled: Filled,
    frame: pd.DataFrame,
    mapping: Mapping,
    drawn: Array,
    unit_m: float | None,
) -> None:
    """Read the odd rows of a field as they are answered for, and account for them.

    ``unit_m`` is the unit of the column in metres.
    """
    name, rows = doubt.field, doubt.rows
    column = mapping.fields[name].column
    told = foreign_values.texts(frame[column])
    values = filled.columns[name].copy()
    if answer in METRES and unit_m is not None:
        values[rows] *= METRES[answer] / unit_m
        way, detail = read_ways.ODD_UNIT, answer
    elif answer == DRAWN:
        # A length that is not known is that of the line.
        values[rows] = np.nan
        way, detail = read_ways.DRAWN_LENGTH, ""
    else:
        values[rows] = np.nan
        cause = causes.OUT_OF_LINE
        if doubt.kind == DATUM:
            cause = causes.ELLIPSOIDAL if doubt.words == (ELLIPSOIDAL,) else causes.OTHER_DATUM
        way, detail = read_ways.NOT_READ, cause
        filled.nulled.append(Nulled(name, cause, doubt.count, doubt.examples))
    filled.columns[name] = values
    taken = np.where(np.isin(np.arange(len(values)), rows) & (way == read_ways.DRAWN_LENGTH), drawn, values)
    filled.ways = [_without(one, name, rows) for one in filled.ways]
    filled.ways.append(read_ways.way_of(name, column, way, rows, told, taken, detail))


def _without(one: read_ways.ReadWay, name: str, rows: Array) -> read_ways.ReadWay:
    """Return the account of a way without rows that another one tells of."""
    if one.field != name or not np.isin(one.rows, rows).any():
        return one
    return read_ways.ReadWay(
        one.field, one.column, one.way, one.detail, one.rows[~np.isin(one.rows, rows)], one.examples
    )


def sign_doubt(found: BelowZero, mapping: Mapping) -> Doubt:
    """Return the question what depths below zero are; they are read as suggested where nobody answers."""
    written = found.values / METRES[mapping.units.get(found.field) or "m"]
    answer = mapping.signs.get(found.field, "")
    return Doubt(
        SIGN, found.field, found.rows, examples_of(written), np.nan, found.choices, found.taken_as, answer
    )
