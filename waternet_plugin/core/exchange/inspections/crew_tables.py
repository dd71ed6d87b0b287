"""A crew's table, a row a defect or an inspection, as the rows of both with the mapping of each."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.inspections.crew_cells import (
    code_and_grade,
    grade_of,
    is_nothing_seen,
    stretches,
)
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable, adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import EVERY_OTHER, FieldSource, Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import column_of, for_columns
from waternet_plugin.core.frames import PlainFrames, with_columns
from waternet_plugin.core.schema.domains import domain, suggest
from waternet_plugin.core.texts import listed, tr

INSPECTION, DEFECT = "inspection", "defect"
# Columns that are made: the inspection of a row, its code of CJJ 181 and as recorded.
KEY, _CODE, _CODE_RAW = "__inspection", "__code", "__code_raw"
_GRADE, _POSITION, _LENGTH = "__grade", "__position", "__length"
ID = "inspection_id"
_OBJECTS = ("pipe_id", "node_id")
# A row that has one of these tells of a defect.
_TELLING = ("code", "code_raw", "grade", "number_d", "number_s", "number_b")

Part = TypeVar("Part")


@dataclass(frozen=True)
class CrewTable(PlainFrames):
    """A table taken apart.

    Attributes
    ----------
    inspections, inspection_mapping
        The row that first names each inspection, and how it is adopted; none where the table only names
        inspections that are there already.
    defects, defect_mapping
        The rows that tell of a defect; codes are not settled yet (`with_codes`).
    inspection_rows, defect_rows
        Rows of the table that these are, from 0.
    nameless
        Rows that name no inspection, from 0.
    has_standard
        Whether file or mapping say by which standard the inspections are.
    below
        How many rows name nothing and belong to the inspection of the row above, as merged cells leave it.
    """

    inspections: pd.DataFrame
    inspection_mapping: Mapping
    inspection_rows: Array
    defects: pd.DataFrame
    defect_mapping: Mapping
    defect_rows: Array
    nameless: Array
    has_standard: bool
    below: int

    @property
    def codes(self) -> Array:
        """The code of each defect as recorded, None where there is none."""
        mapping = self.defect_mapping
        words = np.full(len(self.defects), None, dtype=object)
        for name in ("code", "code_raw"):
            source = mapping.fields.get(name)
            if source is not None:
                own = texts(self.defects[source.column])
                words = np.where(own != None, own, words)  # noqa: E711
        return _without_nothing_seen(words, mapping)

    def with_standard(self, standard: str) -> CrewTable:
        """Return the table with one standard for all its inspections."""
        mapping = self.inspection_mapping
        return replace(
            self, inspection_mapping=replace(mapping, defaults={**mapping.defaults, "standard": standard})
        )

    def with_codes(self, is_cjj: Array) -> CrewTable:
        """Return the table whose codes are raw, those by CJJ 181 also by its list.

        Parameters
        ----------
        is_cjj
            For each defect whether its inspection is by CJJ 181.
        """
        raw, mapping = self.codes, self.defect_mapping
        codes = raw.copy()
        codes[~is_cjj] = None
        own = {_CODE: codes, _CODE_RAW: raw, _GRADE: self._grades(codes)}
        fields = {**mapping.fields, "code": FieldSource(_CODE), "code_raw": FieldSource(_CODE_RAW)}
        if any(one is not None for one in own[_GRADE]):
            fields["grade"] = FieldSource(_GRADE)
        position = mapping.fields.get("position_m")
        if position is not None:
            own[_POSITION], own[_LENGTH] = stretches(texts(self.defects[position.column]))
            fields["position_m"] = FieldSource(_POSITION)
            if "length_m" not in fields and any(one is not None for one in own[_LENGTH]):
                fields["length_m"] = FieldSource(_LENGTH)
                if "position_m" in mapping.units:
                    mapping = replace(
                        mapping, units={**mapping.units, "length_m": mapping.units["position_m"]}
                    )
        defects = with_columns(self.defects, **own)
        meant: dict[str, str | None] = {
            str(word): code_and_grade(str(word))[0]
            for word in pd.unique(codes)
            if word is not None and word not in domain("defect_code")
        }
        meant = {word: code for word, code in meant.items() if code is not None}
        meant.update(mapping.values.get("code", {}))
        mapping = replace(mapping, fields=fields, values={**mapping.values, "code": meant})
        return replace(self, defects=defects, defect_mapping=mapping)

    def _grades(self, codes: Array) -> Array:
        """Return the grade of each defect as text: as its column says, else as its code does."""
        source = self.defect_mapping.fields.get("grade")
        nothing = np.full(len(codes), None, dtype=object)
        written = nothing if source is None else texts(self.defects[source.column])
        return np.array([_grade(one, code) for one, code in zip(written, codes)], dtype=object)

    @property
    def contradicting(self) -> Array:
        """Which defects have a grade in the cell of their code and another one in its own."""
        source = self.defect_mapping.fields.get("grade")
        found = np.zeros(len(self.defects), dtype=bool)
        if source is None:
            return found
        for row, (written, code) in enumerate(zip(texts(self.defects[source.column]), self.codes)):
            within = None if code is None else code_and_grade(str(code))[1]
            own = _grade(written, None)
            found[row] = within is not None and own is not None and own != str(within)
        return found

    def means(self, code: str) -> bool:
        """Return whether the mapping itself gives a code a meaning."""
        return bool({code, EVERY_OTHER}.intersection(self.defect_mapping.values.get("code", {})))


def _grade(written: str | None, code: str | None) -> str | None:
    """Return a grade as a number where words say it, as it is where nobody knows it; else the code's."""
    if written is not None and not is_nothing_seen(written):
        number = grade_of(written)
        return written if number is None else str(number)
    within = None if code is None else code_and_grade(str(code))[1]
    return None if within is None else str(within)


def _without_nothing_seen(words: Array, mapping: Mapping) -> Array:
    """Return codes without those cells that say that nothing was seen, unless the mapping names them."""
    named = mapping.values.get("code", {})
    for row, word in enumerate(words):
        if word is not None and word not in named and is_nothing_seen(word):
            words[row] = None
    return words


def _meanings(domain_name: str, words: pd.Series) -> dict[str, str | None]:
    """Return the codes of a domain that words of a column mean, where they are a known spelling."""
    known = domain(domain_name)
    meant = {str(word): suggest(domain_name, word) for word in pd.unique(words.dropna()) if word not in known}
    return {word: code for word, code in meant.items() if code is not None}


def fields_of(table: str) -> set[str]:
    """Return the fields of a table that a file can fill."""
    return {field.name for field in adoptable_fields(adoptable(table))}


def _of_each(mapping: Mapping) -> tuple[Mapping, Mapping]:
    """Return the mapping of inspections and that of defects; `inspection.` and `defect.` may stand before."""
    own = {name: fields_of(name) for name in (INSPECTION, DEFECT)}
    alone = own[DEFECT] - own[INSPECTION]
    has_defects = any(name.rpartition(".")[2] in alone for name in mapping.fields)

    def tables_of(name: str) -> tuple[str, ...]:
        table, _, field = name.rpartition(".")
        if table in own:
            return (table,)
        if field == ID:
            return (INSPECTION, DEFECT)
        if field in own[INSPECTION] and field in own[DEFECT]:
            return (DEFECT,) if has_defects else (INSPECTION,)
        return (DEFECT,) if field in own[DEFECT] else (INSPECTION,)

    def of(table: str, part: Dictionary[str, Part]) -> dict[str, Part]:
        return {
            name.rpartition(".")[2] if name.rpartition(".")[0] in own else name: value
            for name, value in part.items()
            if table in tables_of(name)
        }

    def kept(table: str) -> Mapping:
        return replace(
            mapping,
            header=None,
            fields=of(table, mapping.fields),
            values=of(table, mapping.values),
            defaults=of(table, mapping.defaults),
            units=of(table, mapping.units),
            null=of(table, mapping.null),
        )

    return kept(INSPECTION), kept(DEFECT)


def take_apart(frame: pd.DataFrame, mapping: Mapping) -> CrewTable:
    """Return the inspections and defects of a table.

    Parameters
    ----------
    frame
        Its rows.
    mapping
        Of both: a field that inspections and defects have alike (length_m, note) is the defect's where the
        table has defects, unless `inspection.` stands before it.

    Raises
    ------
    InputError
        When a column is not there, or nothing names the inspection of a row.
    """
    mapping = for_columns(mapping, [str(name) for name in frame.columns])
    of_inspections, of_defects = _of_each(mapping)
    said = {name: said_texts(frame, of_inspections, name) for name in (ID, *_OBJECTS, "date")}
    if all(said[name] is None for name in (ID, *_OBJECTS)):
        message = tr(
            "Nothing in the table says which pipe or manhole a row belongs to. It has {columns}. Name the "
            "column of pipe_id, node_id or inspection_id in MAPPING."
        )
        raise InputError(message.format(columns=listed(str(column) for column in frame.columns) or "-"))
    words = {
        name: np.full(len(frame), None, dtype=object) if one is None else one.copy()
        for name, one in said.items()
    }
    objects = np.where(words["pipe_id"] != None, words["pipe_id"], words["node_id"])  # noqa: E711
    telling = np.zeros(len(frame), dtype=bool)
    for name in _TELLING:
        own = said_texts(frame, of_defects, name)
        if own is not None and name in of_defects.fields:
            own = _without_nothing_seen(own.copy(), of_defects)
            telling |= own != None  # noqa: E711
    below = _filled_down(words, objects, telling)
    keys = _keys(words, objects, named=said[ID] is not None)
    named = np.flatnonzero(keys != None)  # noqa: E711
    same = pd.DataFrame({"key": keys[named], "object": objects[named], "date": words["date"][named]})
    # Cells below the first of an inspection are often left empty.
    first = named[~_repeats(same)]
    with_key = with_columns(frame, **{KEY: keys})
    rows = first if any(said[name] is not None for name in _OBJECTS) else first[:0]
    defect_rows = named[telling[named]]
    key = {ID: FieldSource(KEY)}
    return CrewTable(
        with_key.iloc[rows].reset_index(drop=True),
        _with_meanings(replace(of_inspections, fields={**of_inspections.fields, **key}), frame, INSPECTION),
        rows,
        with_key.iloc[defect_rows].reset_index(drop=True),
        _with_meanings(replace(of_defects, fields={**of_defects.fields, **key}), frame, DEFECT),
        defect_rows,
        np.flatnonzero(keys == None),  # noqa: E711
        "standard" in of_inspections.fields or "standard" in of_inspections.defaults,
        below,
    )


def _filled_down(words: dict[str, Array], objects: Array, telling: Array) -> int:
    """Give rows of defects whose merged cells name no drain the inspection of the row above; return how many.

    A row that names its drain, but no day, is of the day of the row above where that is of the same drain.
    """
    below, last = 0, -1
    for row in range(len(objects)):
        is_nameless = objects[row] is None and words[ID][row] is None
        is_of_day = last >= 0 and words["date"][row] in (None, words["date"][last])
        if is_nameless and telling[row] and is_of_day:
            below += 1
            for name in (ID, "date"):
                words[name][row] = words[name][row] or words[name][last]
            objects[row] = objects[last]
        elif not is_nameless:
            is_same = last >= 0 and objects[row] is not None and objects[row] == objects[last]
            if is_same and words["date"][row] is None:
                words["date"][row] = words["date"][last]
            last = row
    return below


def _repeats(same: pd.DataFrame) -> Array:
    """Return which rows name an inspection again, with the same object and day or without saying them."""
    first = same.groupby("key", sort=False)[["object", "date"]].transform("first")
    whole = same.copy()
    for name in ("object", "date"):
        whole[name] = same[name].where(same[name].notna(), first[name])
    found: Array = whole.duplicated().to_numpy(dtype=bool)
    return found


def said_texts(frame: pd.DataFrame, mapping: Mapping, name: str) -> Array | None:
    """Return the words that fill a field, None for a row without; None where nothing fills it."""
    source = mapping.fields.get(name)
    if source is not None:
        column = column_of(source.column, [str(one) for one in frame.columns])
        return texts(frame[column])
    value = mapping.defaults.get(name)
    return None if value is None else np.full(len(frame), str(value), dtype=object)


def _keys(words: dict[str, Array], objects: Array, *, named: bool) -> Array:
    """Return the id of the inspection of each row: as given, else of object and day; None where unknown."""
    if named:
        return words[ID]
    known, dated = objects != None, words["date"] != None  # noqa: E711
    joined = [f"{one} {day}" for one, day in zip(objects[known & dated], words["date"][known & dated])]
    keys: Array = np.full(len(objects), None, dtype=object)
    keys[known] = objects[known]
    keys[known & dated] = joined
    return keys


def _with_meanings(mapping: Mapping, frame: pd.DataFrame, table: str) -> Mapping:
    """Return a mapping that also gives those words a meaning that are known spellings of a code."""
    values = dict(mapping.values)
    for field in adoptable_fields(adoptable(table)):
        source = mapping.fields.get(field.name)
        if not field.domain or source is None or field.name == "code":
            continue
        values[field.name] = {**_meanings(field.domain, frame[source.column]), **values.get(field.name, {})}
    return replace(mapping, values=values)
