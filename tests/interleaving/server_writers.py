"""What one of two processes does to a few pipes on a server, and how the log is judged afterwards.

A writer reads what it works on, says that it is ready, and writes when it may; within a Save it waits once
more right before the commit, while it keeps its rows locked. It tells what it had seen of each row.
"""

from __future__ import annotations

import json
import random
import time
from multiprocessing.connection import Connection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.editing.row_conflicts import MINE, Answers, RowAnswer
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.operations.editing.save_edits import EditConflictsError, SaveRequest, save_edits
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

FIELDS = {
    "material": ("pe", "steel", "pvc", None),
    "street": ("人民路", "建设路", None),
    "note": ("dug up", "looked at", None),
    "diameter_mm": (100.0, 150.0, 300.0, None),
}
ACTIONS = ("edit", "edit", "edit", "split", "merge", "delete", "undo", "import")
# How long a Save waits before its commit, at most.
_LOCKED_S = 0.03
# A pipe is split and merged where its parts are longer than this.
_SHORTEST_M = 4.0
# So few pipes that the two meet.
_MOST_ROWS, _FEWEST_ROWS = 5, 3
Rows = dict[int, dict[str, Any]]


class ServerWriter:
    """One of the two.

    Parameters
    ----------
    network
        Open by this process alone.
    name
        Of the person; ids of new pipes begin with it.
    """

    def __init__(self, network: Network, name: str) -> None:
        self.network, self.name = network, name
        self.chance = random.Random()
        self.number = 0

    def read(self, seed: int) -> str:
        """Choose what to do, and read what it takes; return its name."""
        self.chance = random.Random(seed)
        self.seen = self.network.position()
        frame = self.network.read("pipe", ["fid"], geometry=False)
        self.rows: Rows = dict(self.network.rows("pipe", [int(fid) for fid in frame["fid"]]))
        self.batches = self.network.batches()
        self.action = self.chance.choice(ACTIONS)
        if len(self.rows) > _MOST_ROWS:
            self.action = self.chance.choice((self.action, "merge", "delete"))
        return self.action

    def write(self) -> dict[str, Any]:
        """Do it; return what was written over what, or why nothing was."""
        try:
            if self.action == "undo":
                return self._undo()
            if self.action == "import":
                return self._import()
            return self._save(getattr(self, f"_{self.action}")())
        except WaterNetError as error:
            return {"refused": type(error).__name__, "why": error.message}

    def _save(self, edits: list[RowEdit]) -> dict[str, Any]:
        def wait(_result: Any) -> None:
            time.sleep(self.chance.uniform(0, _LOCKED_S))

        seen = {edit.asset: dict(edit.before) for edit in edits if edit.before is not None}
        try:
            done = save_edits(self.network, SaveRequest(tuple(edits), self.seen), before_commit=wait)
        except EditConflictsError as error:
            if any(one.is_gone or one.is_deleted for one in error.conflicts) or self.chance.random() < 0.5:
                raise
            # The person has looked at theirs and takes mine.
            answers = {(one.table, one.key): RowAnswer(one, MINE) for one in error.conflicts}
            for one in error.conflicts:
                seen[one.asset].update({field.name: field.theirs for field in one.fields})
            request = SaveRequest(tuple(edits), self.seen, Answers(answers))
            done = save_edits(self.network, request, before_commit=wait)
        changed = {edit.asset: edit.changed_fields for edit in edits if edit.before is not None}
        return {"batch": done.batch_id, "seen": seen, "changed": changed}

    def _some(self) -> tuple[int, dict[str, Any]]:
        return self.chance.choice(sorted(self.rows.items(), key=lambda item: item[0]))

    def _edit(self) -> list[RowEdit]:
        edits = {}
        for _number in range(self.chance.choice((1, 2))):
            fid, row = self._some()
            names = self.chance.sample(sorted(FIELDS), self.chance.choice((1, 2)))
            now = {**row, **{name: self.chance.choice(FIELDS[name]) for name in names}}
            edits[fid] = RowEdit("pipe", fid, row, now)
        return list(edits.values())

    def _delete(self) -> list[RowEdit]:
        if len(self.rows) <= _FEWEST_ROWS:
            return self._edit()
        fid, row = self._some()
        return [RowEdit("pipe", fid, row, None)]

    def _split(self) -> list[RowEdit]:
        fid, row = self._some()
        if row["geom"].length < _SHORTEST_M:
            return self._edit()
        (x, y), (last_x, last_y) = (point[:2] for point in row["geom"].coords)
        middle = ((x + last_x) / 2, (y + last_y) / 2)
        now = {**row, "geom": shapely.LineString([(x, y), middle])}
        half = {**row, "pipe_id": self._new_id(), "geom": shapely.LineString([middle, (last_x, last_y)])}
        return [RowEdit("pipe", fid, row, now), RowEdit("pipe", -2, None, half)]

    def _merge(self) -> list[RowEdit]:
        ends: dict[Any, list[int]] = {}
        for fid, row in self.rows.items():
            for end in ("from_node", "to_node"):
                ends.setdefault(row[end], []).append(fid)
        pairs = sorted(fids for node, fids in ends.items() if node and len(fids) == 2 and fids[0] != fids[1])
        if not pairs:
            return self._edit()
        stays, goes = self.chance.choice(pairs)
        line = shapely.line_merge(shapely.union_all([self.rows[fid]["geom"] for fid in (stays, goes)]))
        if line.geom_type != "LineString":
            return self._edit()
        line = shapely.LineString([line.coords[0][:2], line.coords[-1][:2]])
        return [
            RowEdit("pipe", goes, self.rows[goes], None),
            RowEdit("pipe", stays, self.rows[stays], {**self.rows[stays], "geom": line}),
        ]

    def _undo(self) -> dict[str, Any]:
        able = self.batches[self.batches["kind"].isin(["edit", "update", "undo"])]["batch_id"]
        if able.empty:
            return {"refused": "nothing", "why": ""}
        wanted = str(able.iloc[self.chance.randrange(min(3, len(able)))])
        return {"batch": self.network.undo(wanted).batch_id, "undone": wanted}

    def _new_id(self) -> str:
        self.number += 1
        return f"{self.name}{self.number:04d}"

    def _import(self) -> dict[str, Any]:
        rows = self.chance.sample(
            sorted(self.rows.values(), key=lambda row: row["pipe_id"]), min(3, len(self.rows))
        )
        values = {
            name: [self.chance.choice(FIELDS[name][:-1]) for _row in rows] for name in ("note", "street")
        }
        y = self.chance.uniform(0, 1000)
        line = shapely.LineString([(500_000, 2_500_000 + y), (500_080, 2_500_000 + y)])
        new = {"pipe_id": self._new_id(), "system": "potable", "status": "in_use", "geom": line}
        with self.network.write("update", name="delivery", seen=self.seen) as batch:
            if rows:
                batch.update("pipe", pd.DataFrame({"pipe_id": [row["pipe_id"] for row in rows], **values}))
            time.sleep(self.chance.uniform(0, _LOCKED_S))
            if len(self.rows) <= _FEWEST_ROWS:
                batch.insert("pipe", gpd.GeoDataFrame([new], geometry="geom", crs=self.network.crs))
        seen = {row["pipe_id"]: dict(row) for row in rows}
        return {"batch": batch.batch_id, "seen": seen, "changed": {name: tuple(values) for name in seen}}


def work(address: str, name: str, end: Connection) -> None:
    """Be a writer until the other end says that it is over."""
    with open_network(address, by=name) as network:
        writer = ServerWriter(network, name)
        while (asked := end.recv()) is not None:
            end.send(writer.read(asked) if isinstance(asked, int) else writer.write())


# The judge.


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None or one != one or other != other:
        return (one is None or one != one) and (other is None or other != other)
    if isinstance(one, shapely.Geometry) and isinstance(other, shapely.Geometry):
        return bool(np.allclose(shapely.get_coordinates(one), shapely.get_coordinates(other), atol=1e-6))
    return bool(one == other)


def _values(text: Any) -> dict[str, Any]:
    """Return what an entry of the log tells of the fields that are looked at; lines as shapes."""
    from waternet_plugin.store.geopackage import blobs

    told = json.loads(text) if isinstance(text, str) else {}
    found = {name: told[name] for name in (*FIELDS, "pipe_id") if name in told}
    if told.get("geom"):
        found["geom"] = blobs.shapes_of([told["geom"]])[0]
    return found


class Judge:
    """Looks at the log with what writers say that they had seen.

    Parameters
    ----------
    network
        The network, while nobody writes.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.faults: list[str] = []
        log = network.read("change_log")
        self.log = log[log["table"] == "pipe"]
        self.whole = log

    def overwritten(self, told: dict[str, Any]) -> int:
        """Look whether a batch wrote over nothing that its writer had not seen; return how many it did."""
        entries = self.log[self.log["batch"] == told["batch"]]
        count = 0
        for _place, entry in entries.iterrows():
            before = _values(entry["before"])
            seen = self._undone(told["undone"], entry["asset"]) if "undone" in told else None
            if seen is None:
                seen = told.get("seen", {}).get(entry["asset"])
                if seen is None:
                    continue
                names = told["changed"][entry["asset"]] if entry["action"] == "update" else before
                before = {name: before[name] for name in names if name in before}
            for name, value in before.items():
                count += 1
                if name in seen and not _same(value, seen[name]):
                    place = f"{told['batch']}: {entry['asset']}.{name}"
                    now = _values(entry["after"]).get(name)
                    self.faults.append(f"{place} was {value}, seen as {seen[name]}, and became {now}")
        return count

    def _undone(self, batch: str, asset: str) -> dict[str, Any]:
        """Return what a batch left of an asset."""
        found: dict[str, Any] = {}
        for text in self.log[(self.log["batch"] == batch) & (self.log["asset"] == asset)]["after"]:
            found.update(_values(text))
        return found

    def whole_batches(self) -> None:
        """Look whether each batch has as many entries as rows, each entry its batch, and the log all rows."""
        if self.whole["batch"].isna().any():
            self.faults.append("an entry of no batch")
        counts = self.whole.groupby("batch").size()
        for batch, rows in self.network.batches()[["batch_id", "rows"]].itertuples(index=False):
            if int(counts.get(batch, 0)) != int(rows):
                self.faults.append(f"{batch} counts {rows} rows and has {counts.get(batch, 0)} entries")
        known: dict[str, dict[str, Any]] = {}
        for asset, action, after in self.log[["asset", "action", "after"]].itertuples(index=False):
            if action == "delete":
                known.pop(asset, None)
                continue
            row = {**known.pop(asset, {}), **_values(after)}
            known[str(row.get("pipe_id", asset))] = row
        frame = self.network.read("pipe", [*FIELDS, "pipe_id"])
        there = {row["pipe_id"]: row for row in frame.to_dict("records")}
        if known.keys() != there.keys():
            self.faults.append(f"the log and the table differ by {known.keys() ^ there.keys()}")
        for name, row in known.items():
            for field in FIELDS:
                if name in there and not _same(row.get(field), there[name][field]):
                    self.faults.append(
                        f"{name}.{field} is {there[name][field]}, the log says {row.get(field)}"
                    )
