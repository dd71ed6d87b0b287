"""New pipes that lie exactly on others: pasted in place, or drawn a second time."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, text
from waternet_plugin.core.schema.use import TAKEN_OUT
from waternet_plugin.core.texts import tr
from waternet_plugin.core.vertices import NO_LENGTH_M


def find_doubled(work: SettlingWork) -> tuple[tuple[str, str], ...]:
    """Return the ids of new pipes, each with that of another pipe in use on the same line."""
    new = {
        key: row
        for key in work.rows.edited("pipe")
        if key not in work.copied
        and work.rows.before("pipe", key) is None
        and (row := work.rows.now("pipe", key)) is not None
        and _counts(row)
    }
    if not new:
        return ()
    lines = np.array([shape_of(row) for row in new.values()], dtype=object)
    around = {
        key: row
        for key, row in work.rows.near("pipe", shapely.bounds(lines).reshape(-1, 4)).items()
        if _counts(row)
    }
    keys = list(around)
    tree = shapely.STRtree([shape_of(row) for row in around.values()])
    doubled_pairs = []
    doubled: set[int] = set()
    for (key, row), line in zip(new.items(), lines):
        near = tree.query(line, predicate="dwithin", distance=work.same_m)
        for other in (keys[index] for index in sorted(near.tolist())):
            if other == key or other in doubled or around[other].get("system") != row.get("system"):
                continue
            if shapely.hausdorff_distance(line, shape_of(around[other])) <= work.same_m:
                doubled.add(key)
                doubled_pairs.append((str(row.get("pipe_id")), str(around[other].get("pipe_id"))))
                break
    return tuple(doubled_pairs)


def _counts(row: Row) -> bool:
    line = shape_of(row)
    return line is not None and line.length >= NO_LENGTH_M and text(row.get("status")) not in TAKEN_OUT


def doubled_text(doubled: tuple[tuple[str, str], ...]) -> str:
    """Return that new pipes lie on others, '' where none does."""
    if not doubled:
        return ""
    sentence = tr(
        "%n new pipe(s) lie exactly on another, such as {new} on {old}. Delete what is not laid twice.",
        "",
        len(doubled),
    )
    return sentence.format(new=doubled[0][0], old=doubled[0][1])
