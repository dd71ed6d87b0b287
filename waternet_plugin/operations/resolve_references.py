"""What is adopted and names pipes and nodes by ids of the file, or of former days, gets those of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.pipe_lineage import PipeLineage
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.nearest_ids import nearest_names, reference_points
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network

_NUMBERED = ("pipe", "node")
_ENDS = ("from_node", "to_node")
# After all entries of the change log.
_TODAY = 2**62


def bearers_of(network: Network, table: str, names: pd.Series) -> Optional[pd.DataFrame]:
    """Return the rows of a table that had one of some ids in their file, None for none."""
    id_field = table_of(table).id_field
    known = network.read(table, [id_field, "source_id"], geometry=False)
    named = known[known["source_id"].isin(names[names.notna()].unique())]
    if named.empty:
        return None
    return network.read(table, [id_field, "source_id"], ids=named[id_field].tolist())


def _shapes(frame: pd.DataFrame) -> Array:
    return np.array(frame[GEOMETRY_COLUMN].to_numpy(), dtype=object)


def _settled(rows: pd.DataFrame, field: str, bearers: pd.DataFrame, target: str) -> Array:
    return nearest_names(
        rows[field].to_numpy(dtype=object, na_value=None),  # type: ignore[call-overload]
        reference_points(_shapes(rows), field),
        bearers[table_of(target).id_field].to_numpy(dtype=object),
        bearers["source_id"].to_numpy(dtype=object),
        _shapes(bearers),
    )


def settle_names(network: Network, result: AdoptionResult) -> AdoptionResult:
    """Return a result whose names of numbered pipes and nodes of the network are settled."""
    rows, notes = result.rows, list(result.notes)
    if GEOMETRY_COLUMN not in rows:
        return result
    for reference in references():
        field = reference.field
        if reference.table != result.table or field not in rows or reference.is_list:
            continue
        for target in set(reference.targets).intersection(_NUMBERED):
            bearers = bearers_of(network, target, rows[field])
            if bearers is None:
                continue
            settled = _settled(rows, field, bearers, target)
            changed = int(
                (
                    pd.Series(settled, dtype=object).ne(rows[field].reset_index(drop=True))
                    & pd.Series(settled, dtype=object).notna()
                ).sum()
            )
            rows = rows.assign(**{field: settled})
            if changed:
                label = table_of(result.table).field(field).label
                text = tr(
                    "{field}: %n value(s) matched several rows of the file by id; the nearest row was taken.",
                    "",
                    changed,
                )
                notes.append(text.format(field=label))
    return replace(result, rows=rows, notes=tuple(notes))


def settle_former_names(network: Network, result: AdoptionResult) -> AdoptionResult:
    """Return a result whose names of pipes that were renamed, split or merged since are those of now.

    Files of later months may still use the old numbers. Of the parts of a pipe the nearest to the row is
    named, of a row without a place the one that the pipe goes on as.
    """
    rows, notes = result.rows, list(result.notes)
    fields = [
        one.field
        for one in references()
        if one.table == result.table and "pipe" in one.targets and one.field in rows and not one.is_list
    ]
    named = {str(name) for field in fields for name in rows[field][rows[field].notna()].unique()}
    if not named:
        return result
    strange = named.difference(network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"])
    changes = network.pipe_changes() if strange else ()
    if not changes:
        return result
    pipes = network.read("pipe", ["pipe_id"])
    lineage = PipeLineage(changes, dict(zip(pipes["pipe_id"], pipes[GEOMETRY_COLUMN])))
    heirs: dict[Any, tuple[str, ...]] = {
        name: lineage.heirs(name, _TODAY) for name in strange if lineage.knows(name)
    }
    points = rows[GEOMETRY_COLUMN].tolist() if GEOMETRY_COLUMN in rows else [None] * len(rows)
    for field in fields:
        old: list[Any] = rows[field].astype(object).tolist()
        new = [_heir(heirs.get(name, ()), name, point, lineage) for name, point in zip(old, points)]
        changed = sum(one is not other for one, other in zip(old, new))
        if changed:
            rows = rows.assign(**{field: pd.Series(new, index=rows.index, dtype=object)})
            text = tr(
                "{field}: %n value(s) named pipes by former ids; those that the pipes have now were taken.",
                "",
                changed,
            )
            notes.append(text.format(field=table_of(result.table).field(field).label))
    return replace(result, rows=rows, notes=tuple(notes))


def _heir(heirs: Sequence[str], name: Any, point: Any, lineage: PipeLineage) -> Any:
    """Return the pipe that a row names now, its own word where nothing tells of another."""
    near = [one for one in heirs if lineage.lines[one] is not None]
    if point is not None and not point.is_empty and len(near) > 1:
        return min(near, key=lambda one: float(lineage.lines[one].distance(point)))
    return heirs[0] if heirs else name


def settle_ends(network: Network, result: AdoptionResult) -> AdoptionResult:
    """Return a result of nodes with the pipes of the network whose ends name a node that is numbered now."""
    if result.table != "node" or not result.repeats.numbered:
        return result
    bearers = result.rows[result.rows["source_id"].notna()].reset_index(drop=True)
    names = set(bearers["source_id"])
    pipes = network.read("pipe", ["pipe_id", *_ENDS], geometry=False)
    naming = pipes[pipes["from_node"].isin(names) | pipes["to_node"].isin(names)]
    if naming.empty:
        return result
    pipes = network.read("pipe", ["pipe_id", *_ENDS], ids=naming["pipe_id"].tolist())
    before = pipes[list(_ENDS)]
    settled = pd.DataFrame({field: _settled(pipes, field, bearers, "node") for field in _ENDS}, dtype=object)
    differs = settled.ne(before.reset_index(drop=True).astype(object)) & settled.notna()
    count = int(differs.to_numpy().sum())
    if not count:
        return result
    rows = np.flatnonzero(differs.any(axis=1).to_numpy())
    changed = settled.iloc[rows].assign(pipe_id=pipes["pipe_id"].to_numpy()[rows])
    text = tr("Pipe ends with a repeated node id, connected to the nearest of these nodes: %n.", "", count)
    return replace(result, notes=(*result.notes, text), led_ends=changed.reset_index(drop=True))
