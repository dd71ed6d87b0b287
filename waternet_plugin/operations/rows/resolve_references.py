"""What is adopted and names rows by ids of the file, or of former days, gets those of now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
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
from waternet_plugin.operations.rows.followed_ids import followed_ids
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
    return None if named.empty else network.read(table, [id_field, "source_id"], ids=named[id_field].tolist())


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
                notes.append(
                    tr(
                        "{field}: %n value(s) matched several rows of the file by id; the nearest row was "
                        "taken.",
                        "",
                        changed,
                    ).format(field=label)
                )
    return replace(result, rows=rows, notes=tuple(notes))


class FormerNames:
    """What rows are called now that files of later months name by former ids.

    Parameters
    ----------
    ids_of
        Tells the ids of a table.
    """

    def __init__(self, network: Network, ids_of: Callable[[str], Collection[str]]) -> None:
        self._network = network
        self._ids_of = ids_of

    @cached_property
    def _lineage(self) -> Optional[PipeLineage]:
        changes = self._network.pipe_changes()
        if not changes:
            return None
        pipes = self._network.read("pipe", ["pipe_id"])
        return PipeLineage(changes, dict(zip(pipes["pipe_id"], pipes[GEOMETRY_COLUMN])))

    def heirs(self, targets: Iterable[str], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the rows that stand for those of former ids, by these; names in use are left out.

        Parameters
        ----------
        targets
            Tables of which any may be meant.
        names
            What a file names.
        """
        strange = set(names)
        there = {target: self._ids_of(target) for target in targets}
        for ids in there.values():
            strange.difference_update(ids)
        found: dict[str, tuple[str, ...]] = {}
        for target, ids in there.items():
            if not strange or not ids:
                continue
            if target != "pipe":
                found.update(followed_ids(self._network, target, strange, ids))
            elif self._lineage is not None:
                known = [name for name in strange if self._lineage.knows(name)]
                found.update({name: self._lineage.heirs(name, _TODAY) for name in known})
        return {name: now for name, now in found.items() if now}

    def nearest(self, heirs: Sequence[str], point: Any) -> str:
        """Return which of several parts of a pipe a row means: the nearest, without a place the first."""
        lines = {} if self._lineage is None else self._lineage.lines
        near = [one for one in heirs if lines.get(one) is not None]
        if point is not None and not point.is_empty and len(near) > 1:
            return min(near, key=lambda one: float(lines[one].distance(point)))
        return heirs[0]


def settle_former_names(
    network: Network, result: AdoptionResult, ids_of: Callable[[str], Collection[str]]
) -> AdoptionResult:
    """Return a result whose names of rows that were renamed, split or merged since are those of now.

    Files of later months may still use the old ids. Of the parts of a pipe the nearest to the row is named,
    of a row without a place the one that the pipe goes on as.
    """
    rows, notes = result.rows, list(result.notes)
    former = FormerNames(network, ids_of)
    for one in references():
        if one.table != result.table or one.field not in rows or one.is_list:
            continue
        heirs = former.heirs(one.targets, rows[one.field].dropna().astype(str).unique())
        if not heirs:
            continue
        names = rows[one.field].to_numpy(dtype=object).copy()
        places = np.flatnonzero(pd.Series(names, dtype=object).isin(list(heirs)).to_numpy())
        points = _shapes(rows.iloc[places]) if GEOMETRY_COLUMN in rows else np.full(len(places), None)
        for place, point in zip(places.tolist(), points):
            names[place] = former.nearest(heirs[names[place]], point)
        rows = rows.assign(**{one.field: pd.Series(names, index=rows.index, dtype=object)})
        text = tr("{field}: %n value(s) were former ids; those in use now were taken.", "", len(places))
        notes.append(text.format(field=table_of(result.table).field(one.field).label))
    return replace(result, rows=rows, notes=tuple(notes))


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
