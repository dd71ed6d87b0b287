"""What must hold of a network in a file after a Save, looked at without the code that saves."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

# Two ends at one place, in metres.
SAME_M = 1e-3
TABLES = {"pipe": "pipe_id", "node": "node_id", "failure": "failure_id"}
# The store's own, written beside every change.
_EDITING = {"edited_by", "edited_on", "batch_id", "row_version"}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """The rows of a network by table and ``fid``, its log and its batches."""

    rows: Mapping[str, Mapping[int, Row]]
    batches: tuple[tuple[Any, ...], ...]
    logged: int

    def by_id(self, name: str) -> dict[str, Row]:
        """Return the rows of a table by id."""
        return {row[TABLES[name]]: row for row in self.rows[name].values()}


def snapshot(path: Path) -> Snapshot:
    """Read a network."""
    found: dict[str, dict[int, Row]] = {}
    with closing(sqlite3.connect(path, timeout=30)) as database:
        for name in TABLES:
            cursor = database.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, values)) for values in cursor]
            shapes = shapely.from_wkb([_wkb(row["geom"]) for row in rows])
            found[name] = {row["fid"]: {**row, "geom": shape} for row, shape in zip(rows, shapes)}
        batches = database.execute("SELECT batch_id, kind, name, rows FROM batch ORDER BY fid").fetchall()
        (logged,) = database.execute("SELECT coalesce(max(seq), 0) FROM change_log").fetchone()
    return Snapshot(found, tuple(batches), logged)


def _wkb(blob: bytes) -> bytes:
    """Return the geometry of a GeoPackage without its header, whose box is of one of five kinds."""
    return blob[8 + (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7] :]


def vertices(row: Row) -> Any:
    """Return the vertices of a row, (vertices, 3); NaN for heights that are unknown."""
    return shapely.get_coordinates(row["geom"], include_z=True)


def check_ends(now: Snapshot) -> None:
    """Every end names one node, at its place."""
    nodes = now.by_id("node")
    assert len(nodes) == len(now.rows["node"]), "two nodes have one id"
    for name, row in now.by_id("pipe").items():
        for field, vertex in (("from_node", 0), ("to_node", -1)):
            assert row[field] in nodes, f"{name} names {row[field]}, which is not there"
            gap = np.hypot(*(vertices(nodes[row[field]])[0] - vertices(row)[vertex])[:2])
            assert gap <= SAME_M, f"{name} lies {gap:.3f} m from {row[field]}"


def check_new_nodes(before: Snapshot, now: Snapshot) -> None:
    """No new node lies where another one is; a person may put one device on another, and loses neither."""
    nodes = now.by_id("node")
    names = list(nodes)
    there = before.by_id("node")
    spots = np.array([vertices(row)[0, :2] for row in nodes.values()])
    for pair in cKDTree(spots).query_pairs(SAME_M):
        new = [names[index] for index in pair if names[index] not in there]
        are_devices = all(nodes[names[index]]["kind"] != "junction" for index in pair)
        is_put_there = len(new) == 1 and are_devices
        assert not new or is_put_there, f"{names[pair[0]]} and {names[pair[1]]} are at one place"


def check_heights(before: Snapshot, now: Snapshot, *, knows_all: bool) -> None:
    """What had all heights has all of them still; everything does where nothing else was drawn."""
    for table in ("pipe", "node"):
        for fid, row in now.rows[table].items():
            was = before.rows[table].get(fid)
            if knows_all or (was is not None and np.isfinite(vertices(was)).all()):
                known = np.isfinite(vertices(row)).all()
                assert known, f"{row[TABLES[table]]} has lost heights: {row['geom'].wkt}"


class _Union:
    """Things that belong together."""

    def __init__(self) -> None:
        self._chief: dict[Any, Any] = {}
        self.loops = 0

    def root(self, one: Any) -> Any:
        while self._chief.setdefault(one, one) != one:
            one = self._chief[one]
        return one

    def join(self, one: Any, other: Any) -> None:
        first, second = self.root(one), self.root(other)
        self.loops += first == second
        self._chief[first] = second

    def figures(self) -> tuple[int, int]:
        """Return how many parts there are, and how many loops."""
        return len({self.root(one) for one in list(self._chief)}), self.loops


def check_parts(now: Snapshot) -> None:
    """Parts and loops by the names of ends, by their places, and in the graph of the product are the same."""
    import geopandas as gpd
    import pandas as pd

    from waternet_plugin.core.network.model.graph import build_graph

    pipes = list(now.rows["pipe"].values())
    by_name, by_place, by_graph = _Union(), _Union(), _Union()
    ends = np.array([vertices(row)[[0, -1], :2] for row in pipes]).reshape(-1, 2)
    # The first of the ends at a place stands for all, where no two nodes share it.
    stands_for: list[Any] = [min(near) for near in cKDTree(ends).query_ball_point(ends, SAME_M)]
    spots = cKDTree(np.array([vertices(row)[0, :2] for row in now.rows["node"].values()]))
    for end, there in enumerate(spots.query_ball_point(ends, SAME_M)):
        if len(there) > 1:
            stands_for[end] = pipes[end // 2]["to_node" if end % 2 else "from_node"]
    frames = (
        gpd.GeoDataFrame(pd.DataFrame([*now.rows[name].values()]), geometry="geom")
        for name in ("pipe", "node")
    )
    graph = build_graph(*frames).graph
    for number, row in enumerate(pipes):
        by_name.join(row["from_node"], row["to_node"])
        by_place.join(stands_for[2 * number], stands_for[2 * number + 1])
    for start, end in zip(graph.start.tolist(), graph.end.tolist()):
        by_graph.join(start, end)
    figures = by_name.figures()
    assert figures == by_place.figures(), (
        f"parts and loops: {figures} by names, {by_place.figures()} by places"
    )
    assert figures == by_graph.figures(), (
        f"parts and loops: {figures} by names, {by_graph.figures()} in the graph"
    )


def check_links(before: Snapshot, now: Snapshot, *, moved: bool) -> None:
    """Failures name pipes that are there; those of a divided pipe the nearest of its parts.

    Parameters
    ----------
    before, now
        Around the Save.
    moved
        Whether lines were moved meanwhile, so that parts can't be told from others by where they lie.
    """
    lines = {name: row["geom"] for name, row in now.by_id("pipe").items()}
    was = {name: row["geom"] for name, row in before.by_id("pipe").items()}
    for fid, row in now.rows["failure"].items():
        name, earlier = row["pipe_id"], before.rows["failure"][fid]["pipe_id"]
        if name != earlier:
            assert name is None or name in lines, f"{row['failure_id']} was put on {name}, which is not there"
        if moved or earlier not in was:
            continue
        old = was[earlier].buffer(SAME_M)
        parts = [
            one for one, line in lines.items() if (one == earlier or one not in was) and old.covers(line)
        ]
        if parts and name in lines:
            nearest = min(lines[one].distance(row["geom"]) for one in parts)
            gap = lines[name].distance(row["geom"])
            assert gap <= nearest + SAME_M, (
                f"{row['failure_id']} is on {name}, {gap - nearest:.3f} m off the nearest"
            )


def changed_rows(before: Snapshot, now: Snapshot) -> set[tuple[str, int]]:
    """Return table and ``fid`` of the rows that differ."""
    found = set()
    for table in TABLES:
        one, other = before.rows[table], now.rows[table]
        for fid in one.keys() | other.keys():
            first, second = one.get(fid), other.get(fid)
            if first is None or second is None or _values(first) != _values(second):
                found.add((table, fid))
    return found


def _values(row: Row) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name not in _EDITING}
    return {**values, "geom": shapely.to_wkb(row["geom"])}


def check_log(path: Path, before: Snapshot, now: Snapshot) -> None:
    """All that changed is one batch with a name and a person, and has one entry a row."""
    changed = changed_rows(before, now)
    made = now.batches[len(before.batches) :]
    if not changed:
        assert not made or len(made) == 1
        return
    ((batch, kind, name, rows),) = made
    assert kind == "edit" and name, f"{batch} is {kind!r}, named {name!r}"
    with closing(sqlite3.connect(path, timeout=30)) as database:
        entries = database.execute(
            'SELECT "table", asset, batch, "by", action FROM change_log WHERE seq > ? AND action <> \'gap\'',
            [before.logged],
        ).fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert {each[2] for each in entries} == {batch}, "entries of no batch, or of two"
    assert all(each[3] for each in entries), "an entry by nobody"
    logged = _logged(entries)
    # A row that goes and a new one that takes its id are two rows.
    twice = sorted(
        one for one, count in Counter((*each[:2], each[4]) for each in entries).items() if count > 1
    )
    assert not twice, f"two entries of {twice}: {sorted(entries)}"
    assert len(entries) == rows, f"{len(entries)} entries, the batch counts {rows} rows"
    ids = {
        (table, row[TABLES[table]]) for table, fid in changed for row in _versions(before, now, table, fid)
    }
    unlogged = {one for one in ids if one[0] in TABLES} - logged
    # A row that was renamed is logged under one of its ids.
    renamed = {
        (table, row[TABLES[table]])
        for table, fid in changed
        if len({one[TABLES[table]] for one in _versions(before, now, table, fid)}) > 1
        for row in _versions(before, now, table, fid)
    }
    assert unlogged <= renamed, f"changed, not logged: {sorted(unlogged - renamed)}"


def _logged(entries: Iterable[tuple[Any, ...]]) -> set[tuple[str, str]]:
    return {(each[0], each[1]) for each in entries}


def _versions(before: Snapshot, now: Snapshot, table: str, fid: int) -> list[Row]:
    return [found.rows[table][fid] for found in (before, now) if fid in found.rows[table]]
