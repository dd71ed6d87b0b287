"""Guess how rows of a drawing become rows of a table: which CAD layers, and what layers and blocks say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.drawings.cad_layers import (
    NAMED_FIELDS,
    code_of_name,
    named_layers,
    on_layers,
)
from waternet_plugin.core.exchange.guessing import referring
from waternet_plugin.core.exchange.guessing.confidences import GUESS, SURE
from waternet_plugin.core.exchange.guessing.guessing import FieldGuess, Guess, guess
from waternet_plugin.core.exchange.guessing.tables.table_guess import geometry_family, guess_table
from waternet_plugin.core.exchange.mapping.adoptable_tables import (
    NO_OWN,
    OwnTables,
    adoptable,
    adoptable_fields,
)
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped
from waternet_plugin.core.exchange.mapping.mapping import FieldSource
from waternet_plugin.core.files.drawn_entities import BLOCK_COLUMN, LAYER_COLUMN
from waternet_plugin.core.files.drawn_labels import looks_like_number
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.word_codes import NamedCode, code_within, size_within

# Words and signs by which a name speaks of several sizes.
_RANGE = re.compile(r"以上|以下|以内|及|至|[~～<>≥≤＜＞]|\d\s*[-—–]\s*(?:dn|de|d)?\d{2}", re.IGNORECASE)
_TEXT = re.compile(r"text_\d+")
# Share of the rows whose layer or block says the value, from which on it is taken.
_LEAST_NAMED = 0.5
_MOST_SAMPLES = 5


def guess_drawn(
    frame: pd.DataFrame,
    *,
    table: str = "",
    layers: Sequence[str] | None = None,
    name: str = "",
    target_crs: object = None,
    ids: referring.Ids | None = None,
    own: OwnTables = NO_OWN,
    settings: Settings | None = None,
) -> Guess:
    """Guess how rows of a drawing become rows of a table; parameters as for `guess`, and ``layers``.

    The mapping names the CAD layers: those given, else those whose names speak for the table. What these
    layers and their blocks say of system and kind is taken; texts in areas are names and numbers.

    Parameters
    ----------
    layers
        CAD layers that a person chose; None for those that speak for the table.
    """
    sure = SURE
    if not table:
        table, sure = guess_table(frame, name, own)
        if table == "node" and geometry_family(frame) == "LineString":
            # The things that a drawing is called after are its blocks.
            table = "pipe"
    described = adoptable(table, own)
    chosen = named_layers(frame[LAYER_COLUMN], described) if layers is None else tuple(layers)
    taken = frame[on_layers(frame, chosen)] if chosen else frame
    taken = frame if not len(taken) else taken.reset_index(drop=True)
    drawn = [
        column
        for column in source_columns(taken)
        if column in (LAYER_COLUMN, BLOCK_COLUMN) or _TEXT.fullmatch(column)
    ]
    given = {"table": table, "name": name, "target_crs": target_crs, "ids": ids}
    found = guess(taken.drop(columns=drawn), **given, own=own, settings=settings)  # type: ignore[arg-type]
    added = [*_named(described, taken, found), *_of_texts(described, taken, drawn, found)]
    added += _of_pipe_layers(described, taken, found)
    found = _with(found, added)
    mapping = replace(found.mapping, layers=chosen)
    used = {one.column for one, _codes in added}
    unused = (*(one for one in drawn if one not in used and taken[one].notna().any()), *found.unused)
    return replace(found, table_confidence=sure, mapping=mapping, unused=unused)


_Added = tuple[FieldGuess, tuple[Unmapped, ...]]


def _named(table: Table, frame: pd.DataFrame, found: Guess) -> list[_Added]:
    """Return what the names of layers and blocks fill that no attribute does."""
    added = []
    for described in adoptable_fields(table):
        if described.name not in NAMED_FIELDS or described.name in found.mapping.fields:
            continue
        # A block is a sign for a thing; its system is said by its layer.
        columns = [LAYER_COLUMN] if described.name == "system" else [BLOCK_COLUMN, LAYER_COLUMN]
        read = [_read(described, column, frame[column]) for column in columns]
        share, one = max(read, key=lambda pair: pair[0])
        if share >= _LEAST_NAMED:
            added.append(one)
    return added


def _read(described: Field, column: str, values: pd.Series) -> tuple[float, _Added]:
    """Return the share of the rows whose name says a code of a field, and what fills it."""
    places, distinct = pd.factorize(foreign_values.texts(values))
    counts = np.bincount(places[places >= 0], minlength=len(distinct))
    codes = tuple(
        Unmapped(described.name, str(word), int(count), code_of_name(described, str(word)))
        for word, count in zip(distinct, counts)
    )
    known = sum(code.count for code in codes if code.suggestion is not None)
    samples = tuple(str(word) for word in distinct[:_MOST_SAMPLES])
    share = known / len(values) if len(values) else 0.0
    return share, (FieldGuess(described.name, column, "", "", SURE, samples), codes)


def _of_pipe_layers(table: Table, frame: pd.DataFrame, found: Guess) -> list[_Added]:
    """Return bore and material of pipes by the names of their layers, where no text beside them says it.

    给水管DN300 names one size; DN300以上 and DN100-DN300 name a range, which is none.
    """
    if table.name != "pipe":
        return []
    words = foreign_values.texts(frame[LAYER_COLUMN])
    distinct = [str(word) for word in pd.unique(words) if word is not None]
    samples = tuple(distinct[:_MOST_SAMPLES])
    added: list[_Added] = []
    sized = {word for word in distinct if size_within(word) and not _RANGE.search(word)}
    if "diameter_mm" not in found.mapping.fields and len(sized) == len(distinct) > 0:
        added.append((FieldGuess("diameter_mm", LAYER_COLUMN, "number", "", SURE, samples), ()))
    named = [_material(word) for word in distinct]
    if "material" not in found.mapping.fields and distinct and all(one is not None for one in named):
        counts = pd.Series(words, dtype=object).value_counts()
        codes = tuple(
            Unmapped("material", word, int(counts[word]), one.code, one.word)
            for word, one in zip(distinct, named)
            if one is not None
        )
        added.append((FieldGuess("material", LAYER_COLUMN, "", "", SURE, samples), codes))
    return added


def _material(name: str) -> NamedCode | None:
    """Return the material that a name speaks of, as a whole or by one of its parts: JS-PE-DN100."""
    whole = code_within("material", name)
    parts = [code_within("material", part) for part in re.split(r"[\s_\-]+", name) if part]
    codes = {part.code: part for part in parts if part is not None and part.code != "unknown"}
    return whole or (next(iter(codes.values())) if len(codes) == 1 else None)


def _of_texts(table: Table, frame: pd.DataFrame, columns: Sequence[str], found: Guess) -> list[_Added]:
    """Return which texts of areas are their names, and which their numbers."""
    # The texts beside lines are no names: what they say of size and material has columns of its own.
    texts = [column for column in columns if _TEXT.fullmatch(column) and "Polygon" in table.geometry]
    fields = {one.name for one in adoptable_fields(table)}
    added: list[_Added] = []
    for column in texts:
        known = frame[column].dropna()
        is_number = bool(known.map(looks_like_number).mean() >= _LEAST_NAMED)
        field = table.id_field if is_number else "name"
        taken = field in found.mapping.fields or any(one.field == field for one, _codes in added)
        if field not in fields or taken or (is_number and known.duplicated().any()):
            continue
        samples = tuple(str(word) for word in pd.unique(known)[:_MOST_SAMPLES])
        added.append((FieldGuess(field, column, "", "", GUESS, samples), ()))
    return added


def _with(found: Guess, added: Sequence[_Added]) -> Guess:
    """Return a guess with fields filled by columns of a drawing; one value for all rows gives way to them."""
    filled = {one.field: one for one, _codes in added}
    codes = tuple(code for _one, several in added for code in several)
    values = {field: dict(known) for field, known in found.mapping.values.items()}
    for code in codes:
        if code.suggestion is not None:
            values.setdefault(code.field, {})[code.value] = code.suggestion
    mapping = replace(
        found.mapping,
        fields={
            **found.mapping.fields,
            **{name: FieldSource(one.column, one.take) for name, one in filled.items()},
        },
        values=values,
        defaults={name: value for name, value in found.mapping.defaults.items() if name not in filled},
    )
    fields = tuple(filled.get(field.field, field) for field in found.fields)
    return replace(found, fields=fields, codes=(*found.codes, *codes), mapping=mapping)
