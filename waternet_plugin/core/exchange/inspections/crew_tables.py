"""A crew's table, a row a defect or an inspection, as the rows of both with the mapping of each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from typing import Optional, TypeVar

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing import column_names, referring
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable, adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import EVERY_OTHER, FieldSource, Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import column_of, for_columns
from waternet_plugin.core.frames import PlainFrames, with_columns
from waternet_plugin.core.schema.domains import domain, fold, suggest
from waternet_plugin.core.texts import listed, tr

INSPECTION, DEFECT = "inspection", "defect"
# The manholes of a drain name it where nothing else does; no fields of an inspection.
ENDS = ("from_node", "to_node")
_MORE_ENDS = (
    (
        "起始井号",
        "起点井号",
        "起始井",
        "起井号",
        "上游井号",
        "起始检查井",
        "起点井编号",
        "起始井编号",
        "upstream_mh",
        "us_mh",
    ),
    (
        "终止井号",
        "终点井号",
        "终止井",
        "终井号",
        "下游井号",
        "终止检查井",
        "终点井编号",
        "终止井编号",
        "downstream_mh",
        "ds_mh",
    ),
)
# Columns that are made: the inspection of a row, its code of CJJ 181 and as recorded.
KEY, _CODE, _CODE_RAW, _PIPE = "__inspection", "__code", "__code_raw", "__pipe"
_ID = "inspection_id"
_OBJECTS = ("pipe_id", "node_id")
_SURE_NAME = column_names.ALIAS - 0.5
# A row that has one of these tells of a defect.
_TELLING = ("code", "code_raw", "grade", "number_d", "number_s", "number_b")

Part = TypeVar("Part")
# What nodes are called now, by the former ids among some names.
NamesNow = Callable[[Collection[str]], Dictionary[str, str]]


def _as_they_are(_names: Collection[str]) -> Dictionary[str, str]:
    return {}


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
    """

    inspections: pd.DataFrame
    inspection_mapping: Mapping
    inspection_rows: Array
    defects: pd.DataFrame
    defect_mapping: Mapping
    defect_rows: Array
    nameless: Array
    has_standard: bool

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
        return words

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
        defects = with_columns(self.defects, **{_CODE: codes, _CODE_RAW: raw})
        meant = {**_meanings("defect_code", defects[_CODE]), **mapping.values.get("code", {})}
        fields = {**mapping.fields, "code": FieldSource(_CODE), "code_raw": FieldSource(_CODE_RAW)}
        mapping = replace(mapping, fields=fields, values={**mapping.values, "code": meant})
        return replace(self, defects=defects, defect_mapping=mapping)

    def means(self, code: str) -> bool:
        """Return whether the mapping itself gives a code a meaning."""
        return bool({code, EVERY_OTHER}.intersection(self.defect_mapping.values.get("code", {})))


def _meanings(domain_name: str, words: pd.Series) -> dict[str, Optional[str]]:
    """Return the codes of a domain that words of a column mean, where they are a known spelling."""
    known = domain(domain_name)
    meant = {str(word): suggest(domain_name, word) for word in pd.unique(words.dropna()) if word not in known}
    return {word: code for word, code in meant.items() if code is not None}


def guessed(frame: pd.DataFrame, ids: Optional[referring.Ids] = None) -> Mapping:
    """Return the mapping that the headings of a table leave no doubt about.

    Parameters
    ----------
    frame
        The rows.
    ids
        The ids that rows of the network have, by their table; None where nobody knows.
    """
    ends = _ends(frame)
    others = frame[
        [column for column in frame.columns if column not in {end.column for end in ends.values()}]
    ]
    found = {name: guess(others, table=name, ids=ids).mapping for name in (INSPECTION, DEFECT)}
    own = {name: _names(name) for name in found}
    fields: dict[str, FieldSource] = {}
    used: set[str] = set()
    shared = own[INSPECTION] & own[DEFECT]
    for mapping in found.values():
        for field, source in mapping.fields.items():
            if field not in shared and source.column not in used:
                fields[field] = source
                used.add(source.column)
    has_defects = bool((own[DEFECT] - shared) & set(fields))
    for name in (DEFECT, INSPECTION) if has_defects else (INSPECTION,):
        for field, source in found[name].fields.items():
            if field in shared and source.column not in used:
                fields[field if field == _ID else f"{name}.{field}"] = source
                used.add(source.column)
    return Mapping(fields={**fields, **ends})


def _ends(frame: pd.DataFrame) -> dict[str, FieldSource]:
    """Return the columns that name the manholes of a drain, where both are there."""
    pipe = {field.name: field for field in adoptable_fields(adoptable("pipe"))}
    found = {}
    for name, further in zip(ENDS, _MORE_ENDS):
        spelled = {fold(one) for one in further}
        for column in map(str, frame.columns):
            if (
                fold(bare_name(column)) in spelled
                or column_names.name_worth(pipe[name], column) >= _SURE_NAME
            ):
                found[name] = FieldSource(column)
                break
    return found if len(found) == len(ENDS) else {}


def _names(table: str) -> set[str]:
    return {field.name for field in adoptable_fields(adoptable(table))}


def _of_each(mapping: Mapping) -> tuple[Mapping, Mapping]:
    """Return the mapping of inspections and that of defects; `inspection.` and `defect.` may stand before."""
    own = {name: _names(name) for name in (INSPECTION, DEFECT)}
    alone = own[DEFECT] - own[INSPECTION]
    has_defects = any(name.rpartition(".")[2] in alone for name in mapping.fields)

    def tables_of(name: str) -> tuple[str, ...]:
        table, _, field = name.rpartition(".")
        if table in own:
            return (table,)
        if field == _ID:
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


def with_pipes_of_ends(
    frame: pd.DataFrame, mapping: Mapping, pipes: pd.DataFrame, now_of: NamesNow = _as_they_are
) -> tuple[pd.DataFrame, Mapping, tuple[str, ...]]:
    """Return rows whose pipe is the one between their manholes where they name none that is known.

    Parameters
    ----------
    frame
        Rows of the table.
    mapping
        Of both; its ``from_node`` and ``to_node`` name the manholes and are taken out.
    pipes
        pipe_id, from_node and to_node of the network.
    now_of
        Tells what manholes are called now that rows name by former ids.

    Returns
    -------
    The rows, the mapping, and the pipes that were found so.
    """
    ends = [mapping.fields.get(name) for name in ENDS]
    mapping = replace(mapping, fields={name: one for name, one in mapping.fields.items() if name not in ENDS})
    if ends[0] is None or ends[1] is None:
        return frame, mapping, ()
    between: dict[frozenset[str], Optional[str]] = {}
    for pipe, *nodes in zip(*(texts(pipes[name]) for name in ("pipe_id", *ENDS))):
        if None not in nodes:
            key = frozenset(nodes)
            between[key] = None if key in between else pipe
    columns = [str(column) for column in frame.columns]
    start, end = (
        texts(frame[column_of(one.column, columns) or one.column]) for one in ends if one is not None
    )
    now = now_of({str(one) for one in (*start, *end) if one is not None})
    start, end = (np.array([now.get(one, one) for one in side], dtype=object) for side in (start, end))
    there = set(texts(pipes["pipe_id"]))
    own = _said(frame, mapping, "pipe_id")
    named = np.full(len(frame), None, dtype=object) if own is None else own.copy()
    found = set()
    for row, pair in enumerate(zip(start, end)):
        pipe = between.get(frozenset(pair))
        if pipe is not None and named[row] not in there:
            named[row] = pipe
            found.add(pipe)
        elif named[row] is None and None not in pair:
            named[row] = "-".join(pair)
    fields = {**mapping.fields, "pipe_id": FieldSource(_PIPE)}
    return with_columns(frame, **{_PIPE: named}), replace(mapping, fields=fields), tuple(sorted(found))


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
    said = {name: _said(frame, of_inspections, name) for name in (_ID, *_OBJECTS, "date")}
    if all(said[name] is None for name in (_ID, *_OBJECTS)):
        message = tr(
            "Nothing in the table says which pipe or manhole a row belongs to. It has {columns}. Name the "
            "column of pipe_id, node_id or inspection_id in MAPPING."
        )
        raise InputError(message.format(columns=listed(str(column) for column in frame.columns) or "-"))
    empty = np.full(len(frame), None, dtype=object)
    words = {name: empty if one is None else one for name, one in said.items()}
    objects = np.where(words["pipe_id"] != None, words["pipe_id"], words["node_id"])  # noqa: E711
    keys = _keys(words, objects, named=said[_ID] is not None)
    named = np.flatnonzero(keys != None)  # noqa: E711
    same = pd.DataFrame({"key": keys[named], "object": objects[named], "date": words["date"][named]})
    # Cells below the first of an inspection are often left empty.
    first = named[~_repeats(same)]
    with_key = with_columns(frame, **{KEY: keys})
    has_inspections = any(said[name] is not None for name in _OBJECTS)
    rows = first if has_inspections else first[:0]
    telling = np.zeros(len(frame), dtype=bool)
    for name in _TELLING:
        own = _said(frame, of_defects, name)
        if own is not None and name in of_defects.fields:
            telling |= own != None  # noqa: E711
    defect_rows = named[telling[named]]
    key = {_ID: FieldSource(KEY)}
    return CrewTable(
        with_key.iloc[rows].reset_index(drop=True),
        _with_meanings(replace(of_inspections, fields={**of_inspections.fields, **key}), frame, INSPECTION),
        rows,
        with_key.iloc[defect_rows].reset_index(drop=True),
        _with_meanings(replace(of_defects, fields={**of_defects.fields, **key}), frame, DEFECT),
        defect_rows,
        np.flatnonzero(keys == None),  # noqa: E711
        "standard" in of_inspections.fields or "standard" in of_inspections.defaults,
    )


def _repeats(same: pd.DataFrame) -> Array:
    """Return which rows name an inspection again, with the same object and day or without saying them."""
    first = same.groupby("key", sort=False)[["object", "date"]].transform("first")
    whole = same.copy()
    for name in ("object", "date"):
        whole[name] = same[name].where(same[name].notna(), first[name])
    found: Array = whole.duplicated().to_numpy(dtype=bool)
    return found


def _said(frame: pd.DataFrame, mapping: Mapping, name: str) -> Optional[Array]:
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
        return words[_ID]
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
