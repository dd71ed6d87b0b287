"""Which column of a foreign table fills which field: by its name, by the rows it names, by its values."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.cells import written_numbers
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.guessing import evidence, referring, value_hints
from waternet_plugin.core.exchange.guessing.confidences import GUESS, SURE
from waternet_plugin.core.exchange.guessing.end_pairs import FIELDS, find_end_pairs
from waternet_plugin.core.exchange.guessing.value_hints import Told
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore, is_year
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.schema.tables import Field, Table

# Share of values that fit from which on a name is believed, and below which it is not.
_SURE_FIT = 0.95
_LEAST_FIT = 0.5
_LEAST_CODES = 0.3
# Share of distinct values from which on a column of some id may be the id.
_UNIQUE = 0.98

# What the name of a column is worth that goes with another as start and end: more than an alias alone.
_PAIR = evidence.ALIAS + 0.1

# Symbols are turned along their pipes later; what a drawing turned them by is no fact.
_LEFT_OUT = frozenset({"angle_deg"})

# Fields that one column may fill together, by what is taken of its values.
SECTION_PARTS = {"width_mm": "width", "height_mm": "height"}


@dataclass(frozen=True)
class ColumnCandidate:
    """A column that may fill a field: what its name is worth, and the share of its values that fit."""

    worth: float
    fit: float
    field: Field
    column: str

    @property
    def believable(self) -> bool:
        """Whether the values don't speak against the name."""
        if np.isnan(self.fit):
            return self.worth >= evidence.ALIAS - 0.5
        if self.field.domain:
            return self.fit >= _LEAST_CODES or self.worth == evidence.OWN_NAME
        return self.fit >= _LEAST_FIT

    @property
    def confidence(self) -> str:
        """How sure it is that the column is the one."""
        sure = self.worth >= evidence.ALIAS - 0.5 and self.fit >= _SURE_FIT
        return SURE if sure else GUESS


def _decides(described: Field) -> bool:
    return described.type == "date" or is_year(described) or is_bore(described)


def _by_name(table: Table, frame: pd.DataFrame, columns: list[str]) -> list[ColumnCandidate]:
    """Return the pairs of field and column that names suggest and values allow, best first."""
    found = []
    for described in adoptable_fields(table):
        for column in columns if described.name not in _LEFT_OUT else ():
            worth = evidence.name_worth(described, column)
            if worth > 0:
                fit = evidence.fit(described, frame[column], is_id=described.name == table.id_field)
                found.append(ColumnCandidate(worth, fit, described, column))
    kept = [one for one in found if one.believable]
    order = {described.name: place for place, described in enumerate(table.fields)}
    return sorted(
        kept,
        key=lambda one: (
            # Of the columns with a name for dates, years or bores the values choose.
            _decides(one.field) and not one.fit >= _SURE_FIT,
            -one.worth,
            -np.nan_to_num(one.fit),
            order[one.field.name],
            columns.index(one.column),
        ),
    )


def _named(table: Table, frame: pd.DataFrame, columns: list[str]) -> list[ColumnCandidate]:
    """Return the pairs of field and column that names suggest, columns of both ends of a pipe together."""
    found = _by_name(table, frame, columns)
    if table.name != "pipe":
        return found
    pairs = [
        ColumnCandidate(_PAIR, _SURE_FIT if pair.is_named else _LEAST_FIT, table.field(field), column)
        for pair in find_end_pairs(frame, columns)
        for field, column in zip(FIELDS[pair.kind], (pair.start, pair.end))
    ]
    # What bears a field's own name or label goes first, aliases after the pairs.
    own = [one for one in found if one.worth > _PAIR]
    return [*own, *pairs, *(one for one in found if one.worth <= _PAIR)]


def _by_values(
    table: Table, frame: pd.DataFrame, columns: list[str], taken: set[str]
) -> tuple[list[ColumnCandidate], list[Told]]:
    """Return pairs for fields that no name fits, by their values, and what the values leave open."""
    open_fields = [
        one for one in adoptable_fields(table) if one.name not in taken and one.name not in _LEFT_OUT
    ]
    told = value_hints.candidates(table, frame, columns, open_fields)
    settled = value_hints.settled(table, told, frame, value_hints.named_worths(table, columns))
    found = [ColumnCandidate(0.5, one.share, table.field(one.field), one.column) for one in settled]
    if table.id_field and table.id_field not in taken:
        described = table.field(table.id_field)
        for column in columns:
            fit = evidence.fit(described, frame[column], is_id=True)
            if evidence.sounds_like_id(column) and fit >= _UNIQUE:
                found.insert(0, ColumnCandidate(0.6, fit, described, column))
                break
    return found, told


def choose_columns(
    table: Table, frame: pd.DataFrame, complete: pd.DataFrame, ids: referring.Ids | None
) -> tuple[dict[str, ColumnCandidate], list[Told]]:
    """Return the column for each field, where a column fills one field, and what values leave open.

    ``frame`` are rows of ``complete`` that tell what its columns hold.
    """
    columns = source_columns(frame)
    chosen: dict[str, ColumnCandidate] = {}
    used: set[str] = set()

    def take(candidates: list[ColumnCandidate]) -> None:
        for one in candidates:
            if one.field.name not in chosen and one.column not in used:
                chosen[one.field.name] = one
                used.add(one.column)

    take(_named(table, frame, columns))
    at = _place_columns(columns)
    named = []
    if ids is not None:
        # What names a pipe is no id of the failure's own, however distinct.
        free = [column for column in columns if column not in used | at]
        open_fields = [one for one in adoptable_fields(table) if one.name not in chosen]
        named = referring.candidates(table, complete, free, open_fields, ids)
        take(
            [
                ColumnCandidate(0.5, one.share, table.field(one.field), one.column)
                for one in referring.settled(named, complete)
            ]
        )
    referred = {one.column for one in named}
    free = [column for column in columns if column not in used | at | referred]
    by_values, told = _by_values(table, frame, free, set(chosen))
    take(by_values)
    return chosen, [*named, *told]


def _place_columns(columns: list[str]) -> set[str]:
    found = coordinates.coordinate_columns(columns)
    return set() if found is None else {found.x, found.y}


def section_columns(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return width and height out of one column that names both, such as 2000X1500, where none fills them."""
    wanted = [one for one in adoptable_fields(table) if one.name in SECTION_PARTS]
    if len(wanted) < len(SECTION_PARTS) or any(one.name in chosen for one in wanted):
        return {}
    used = {one.column for one in chosen.values()}
    for column in source_columns(frame):
        known = frame[column].dropna()
        if column in used or not len(known):
            continue
        wide = written_numbers.sections(known, 0.0).width
        if np.isfinite(wide).mean() >= _SURE_FIT:
            return {one.name: ColumnCandidate(1.0, 1.0, one, column) for one in wanted}
    return {}


def is_in_degrees(column: ColumnCandidate, frame: pd.DataFrame) -> bool:
    """Return whether a length was worked out in degrees, which says nothing."""
    if column.field.name != "length_m" or not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return False
    return bool(
        frame.crs.is_geographic and np.nanmedian(written_numbers.numbers(frame[column.column]).values) < 0.1
    )
