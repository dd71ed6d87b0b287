"""Columns of a table of lines that place both ends: 起点X, 起点Y, 终点X, 终点Y, and the ground there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from waternet_plugin.core.cells.end_headings import FLOW, ORDER, end_headings
from waternet_plugin.core.cells.headings import JOINT, bare_name
from waternet_plugin.core.survey.recognition.column_aliases import field_of
from waternet_plugin.core.survey.records import OF_END, SIDES

_PLACES = frozenset(f"{side}_{axis}" for side in SIDES for axis in ("x", "y"))


def has_both_places(fields: Collection[str]) -> bool:
    """Return whether fields have the coordinates of both ends."""
    return set(fields) >= _PLACES


def place_columns(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of the coordinates of both ends by field, several in doubt; empty for none."""
    return {field: columns for field, columns in end_columns(names).items() if field in _PLACES}


def end_columns(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns that may fill each field of `END_FIELDS`, several in doubt.

    A table counts its ends in one kind of words: from and to, or up and down. Nothing is returned where no
    kind of words places both ends.

    Parameters
    ----------
    names
        Headings; a group that a merged heading names may be the end.
    """
    best: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {ORDER: {}, FLOW: {}}
    for name in names:
        for way in end_headings(name.rpartition(JOINT)[0] + bare_name(name)):
            known = field_of(way.rest, "points")
            if known is None or known.field not in OF_END:
                continue
            found, field = best[way.family], f"{SIDES[way.side]}_{known.field}"
            rank, columns = found.get(field, (known.rank, ()))
            if known.rank < rank:
                rank, columns = known.rank, ()
            if known.rank == rank and name not in columns:
                found[field] = (rank, (*columns, name))
    for found in best.values():
        if has_both_places(found):
            return {field: columns for field, (_rank, columns) in found.items()}
    return {}
