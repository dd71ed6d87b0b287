"""What the codes of a file mean under a mapping: given, suggested or still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from waternet_plugin.core.exchange import columns
from waternet_plugin.core.exchange.mapping import EVERY_OTHER, Mapping, adoptable, adoptable_fields

GIVEN, SUGGESTED, OPEN = "given", "suggested", "open"


@dataclass(frozen=True)
class Meaning:
    """A code of the file: ``code`` is ours, None for unknown; '' as ``value`` stands for empty cells."""

    field: str
    value: str
    count: int
    code: str | None
    state: str


def meanings(
    frame: pd.DataFrame, mapping: Mapping, table: str, reader: columns.Reader
) -> tuple[Meaning, ...]:
    """Return every code that is none of ours, open ones first, then by how often it comes.

    Parameters
    ----------
    frame
        The foreign rows.
    mapping
        Checked against table and columns.
    table
        Name of the table.
    reader
        The day of adoption and the thresholds.
    """
    described = adoptable(table)
    coded = {one.name for one in adoptable_fields(described) if one.domain} & set(mapping.fields)
    # Only what has a value list is filled: once without meanings, which lists all, once with them.
    bare = replace(
        mapping, fields={name: mapping.fields[name] for name in mapping.fields if name in coded}, values={}
    )
    every = columns.fill(frame, bare, described, reader, dry_run=True).unmapped
    told = {name: codes for name, codes in mapping.values.items() if name in coded}
    left = columns.fill(frame, replace(bare, values=told), described, reader, dry_run=True).unmapped
    still_open = {(one.field, one.value) for one in left}
    found = []
    for one in every:
        if one.field not in coded:
            continue
        if (one.field, one.value) in still_open:
            state = OPEN if one.suggestion is None else SUGGESTED
            found.append(Meaning(one.field, one.value, one.count, one.suggestion, state))
        else:
            code = _meaning(mapping, one.field, one.value)
            found.append(Meaning(one.field, one.value, one.count, code, GIVEN))
    rank = {OPEN: 0, SUGGESTED: 1, GIVEN: 2}
    place = {one.name: number for number, one in enumerate(described.fields)}
    return tuple(sorted(found, key=lambda one: (rank[one.state], place[one.field], -one.count, one.value)))


def _meaning(mapping: Mapping, field: str, value: str) -> str | None:
    codes = mapping.values.get(field, {})
    if value in codes:
        return codes[value]
    for word, code in codes.items():
        if value and word.casefold() == value.casefold():
            return code
    return codes.get(EVERY_OTHER)


def explain(mapping: Mapping, given: Iterable[tuple[str, str, str | None]]) -> Mapping:
    """Return a mapping with meanings added: field, the file's code, ours (None: unknown)."""
    values = {name: dict(codes) for name, codes in mapping.values.items()}
    for field, value, code in given:
        values.setdefault(field, {})[value] = code
    return replace(mapping, values=values)


def without_suggestions(mapping: Mapping) -> Mapping:
    """Return a guessed mapping whose codes nobody has agreed to yet."""
    return replace(mapping, values={})
