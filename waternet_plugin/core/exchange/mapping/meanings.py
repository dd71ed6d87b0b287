"""What the codes of a file mean under a mapping: given, suggested or still open."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace

import pandas as pd

from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.exchange.mapping import filled_fields
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import EVERY_OTHER, FieldSource, Mapping
from waternet_plugin.core.schema.tables import Table

GIVEN, SUGGESTED, OPEN = "given", "suggested", "open"


@dataclass(frozen=True)
class Meaning:
    """A code of the file: ``code`` is ours, None for unknown; '' as ``value`` stands for empty cells.

    ``basis`` is the word that a suggestion rests on.
    """

    field: str
    value: str
    count: int
    code: str | None
    state: str
    basis: str = ""


@dataclass(frozen=True)
class DistinctTexts:
    """The distinct texts of a column, None for empty cells, and how often each comes."""

    texts: tuple[str | None, ...]
    counts: tuple[int, ...]


def words_of(series: pd.Series) -> DistinctTexts:
    """Return the distinct texts of a column."""
    counted = pd.Series(foreign_values.texts(series), dtype=object).value_counts(dropna=False, sort=False)
    texts = tuple(None if pd.isna(word) else str(word) for word in counted.index)
    return DistinctTexts(texts, tuple(int(count) for count in counted))


def coded_fields(mapping: Mapping, table: Table) -> tuple[str, ...]:
    """Return the fields with a value list that a mapping fills from columns."""
    return tuple(
        field.name for field in adoptable_fields(table) if field.domain and field.name in mapping.fields
    )


def meanings(
    words: Dictionary[str, DistinctTexts], mapping: Mapping, table: Table, reader: filled_fields.Reader
) -> tuple[Meaning, ...]:
    """Return every code that is none of ours, open ones first, then by how often it comes.

    Parameters
    ----------
    words
        The distinct texts of each column that fills one of ``coded_fields``.
    mapping
        Checked against table and columns.
    table
        The table.
    reader
        The day of adoption and the thresholds.
    """
    found = [
        one
        for name in coded_fields(mapping, table)
        for one in _of_field(name, words[mapping.fields[name].column], mapping, table, reader)
    ]
    rank = {OPEN: 0, SUGGESTED: 1, GIVEN: 2}
    place = {field.name: number for number, field in enumerate(table.fields)}
    return tuple(sorted(found, key=lambda one: (rank[one.state], place[one.field], -one.count, one.value)))


def _of_field(
    name: str, words: DistinctTexts, mapping: Mapping, table: Table, reader: filled_fields.Reader
) -> list[Meaning]:
    """Return the meanings of one field: filled once without any, which lists all, and once with them."""
    source = mapping.fields[name]
    texts: list[str | None] = list(words.texts)
    if source.take == "first":
        texts = foreign_values.first_word(pd.Series(texts, dtype=object)).values.tolist()
    counts: dict[str, int] = {}
    for word, count in zip(texts, words.counts):
        plain = word or ""
        counts[plain] = counts.get(plain, 0) + count
    frame = pd.DataFrame({source.column: pd.Series(list(dict.fromkeys(texts)), dtype=object)})
    bare = Mapping(
        fields={name: FieldSource(source.column)},
        defaults={key: value for key, value in mapping.defaults.items() if key == name},
        null={key: given for key, given in mapping.null.items() if key == name},
    )
    told = replace(bare, values={name: mapping.values.get(name, {})})
    every = filled_fields.fill(frame, bare, table, reader, dry_run=True).unmapped
    left = filled_fields.fill(frame, told, table, reader, dry_run=True).unmapped
    still_open = {one.value for one in left if one.field == name}
    found = []
    for one in every:
        if one.field != name:
            continue
        state, code = GIVEN, _meaning(mapping, name, one.value)
        if one.value in still_open:
            state, code = (OPEN if one.suggestion is None else SUGGESTED), one.suggestion
        basis = one.basis if state == SUGGESTED else ""
        found.append(Meaning(name, one.value, counts.get(one.value, one.count), code, state, basis))
    return found


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
    codes = {name: dict(known) for name, known in mapping.values.items()}
    for field, value, code in given:
        codes.setdefault(field, {})[value] = code
    return replace(mapping, values=codes)


def without_suggestions(mapping: Mapping, *, kept: Iterable[str] = ()) -> Mapping:
    """Return a guessed mapping whose codes nobody has agreed to yet, but for those of some fields."""
    fields = set(kept)
    return replace(mapping, values={name: codes for name, codes in mapping.values.items() if name in fields})
