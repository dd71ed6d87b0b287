"""Geometries of edited rows that nothing can be joined to: no length, or coordinates that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.editing.row_edits import RowEdit, is_same
from waternet_plugin.core.errors import RowRefusedError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.vertices import NO_LENGTH_M


def is_located(table_name: str, shape: Any) -> bool:
    """Return whether a geometry lies somewhere: all of it is finite, and a line is longer than nothing.

    A row without a geometry is not held to it, nor are heights.
    """
    if shape is None:
        return True
    places = shapely.get_coordinates(shape)
    if not np.isfinite(places).all():
        return False
    if table(table_name).geometry.startswith("LineString"):
        return bool(shapely.length(shape) >= NO_LENGTH_M)
    return True


def shape_fault(edit: RowEdit) -> str:
    """Return the sentence of what is wrong with the geometry that an edit gives a row, '' for nothing."""
    shape = None if edit.now is None else edit.now.get(GEOMETRY_COLUMN)
    if shape is None or is_located(edit.table, shape):
        return ""
    if edit.before is not None and is_same(edit.before.get(GEOMETRY_COLUMN), shape):
        return ""
    name = edit.asset or table(edit.table).label
    if np.isfinite(shapely.get_coordinates(shape)).all():
        text = tr("{asset} has no length: a pipe needs two points at different places. Draw it again.")
    else:
        text = tr("{asset} has coordinates that are missing or infinite. Place it again, or delete it.")
    return text.format(asset=name)


def find_dust(edits: Sequence[RowEdit]) -> dict[int, str]:
    """Return the new pipes of no length that lie on the line that an edited pipe had: its id by their keys.

    Cutting a line at its end, or twice at one place, leaves such a rest, which holds nothing of the pipe.
    """
    rests = [edit for edit in edits if _is_rest(edit)]
    if not rests:
        return {}
    lines = {
        str(edit.before.get("pipe_id")): line
        for edit in edits
        if edit.table == "pipe"
        and edit.before is not None
        and (line := edit.before.get(GEOMETRY_COLUMN)) is not None
        and line.length >= NO_LENGTH_M
    }
    dust: dict[int, str] = {}
    for edit in rests:
        shape = (edit.now or {})[GEOMETRY_COLUMN]
        near = [name for name, line in lines.items() if line.distance(shape) <= NO_LENGTH_M]
        if near:
            dust[edit.key] = near[0]
    return dust


def without_dust(edits: Sequence[RowEdit]) -> tuple[RowEdit, ...]:
    """Return edits without the rests that cutting a line leaves; see ``find_dust``."""
    dust = find_dust(edits)
    return tuple(edit for edit in edits if edit.table != "pipe" or edit.key not in dust)


def dust_text(pipes: Sequence[str]) -> str:
    """Return that parts of pipes are left out of a Save, one for each id; '' for none."""
    if not pipes:
        return ""
    text = tr(
        "%n new part(s) of {pipes}, shorter than 1 mm, were not saved: splitting a pipe at its end, or twice "
        "at one place, leaves such parts.",
        "",
        len(pipes),
    )
    return text.format(pipes=shortened(dict.fromkeys(pipes)))


def _is_rest(edit: RowEdit) -> bool:
    if edit.table != "pipe" or not edit.is_new or edit.now is None:
        return False
    line = edit.now.get(GEOMETRY_COLUMN)
    return line is not None and not line.is_empty and bool(line.length < NO_LENGTH_M)


def refuse_shapes(edits: tuple[RowEdit, ...]) -> None:
    """Refuse the first row that is nowhere: nothing of it can be joined or written.

    Raises
    ------
    RowRefusedError
        For that row.
    """
    for edit in edits:
        sentence = shape_fault(edit)
        if sentence:
            raise RowRefusedError(
                sentence, table=edit.table, key=edit.key, asset=edit.asset, field=GEOMETRY_COLUMN
            )
