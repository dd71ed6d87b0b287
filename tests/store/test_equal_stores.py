"""Random batches, edits by other programs, undo and its undo: a file and a server end with the same rows.

``WATERNET_STORE_SEQUENCES=500`` tries that many instead of a quick few.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from osgeo import ogr
from support.database_server import LOGIN
from support.store_helpers import in_schema, is_on_server, pipe_frame

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import open_network
from waternet_plugin.store.changes.asset_changes import Restoring
from waternet_plugin.store.geopackage import blobs

EXAMPLES = int(os.environ.get("WATERNET_STORE_SEQUENCES") or 4)
_IDS = st.sampled_from([*(f"P{number:05d}" for number in range(4)), "N1", "N2", "N3"])
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "note": st.sampled_from([None, "挖过", "it's; --", '"']),
        "diameter_mm": st.sampled_from([None, 100.0, 151.5]),
        "install_year": st.sampled_from([None, 1987, 2001]),
        "geom": st.integers(1, 3),
    },
).filter(bool)
_ROW = st.one_of(
    st.tuples(st.just("set"), _IDS, _FIELDS),
    st.tuples(st.just("set"), _IDS, _FIELDS),
    st.tuples(st.just("add"), _IDS, st.none()),
    st.tuples(st.just("delete"), _IDS, st.none()),
    st.tuples(st.just("rename"), _IDS, _IDS),
)
_STEP = st.one_of(
    st.tuples(st.just("batch"), st.lists(_ROW, min_size=1, max_size=4)),
    st.tuples(st.just("native"), _ROW.filter(lambda row: row[0] != "add")),
    st.tuples(st.just("undo"), st.integers(0, 4), st.sampled_from(["", "skip_changed", "with_later"])),
    st.tuples(st.just("undo"), st.integers(0, 1), st.just("")),
    st.tuples(st.just("restore"), _IDS),
)
# Both give numbers in order; on a server some are left out.
_NUMBER = re.compile(r"\bB\d{4}\b|\bentry \d+")


def _shape(number: int) -> Any:
    """Return a line; the third has heights."""
    line = shapely.LineString([(400_000.0, 2_500_000.0 + number), (400_040.0, 2_500_000.0)])
    return shapely.force_3d(line, 3.5) if number == 3 else line


def _batch(network: Any, rows: Any) -> Any:
    """Write rows by one batch, each as the network has it by then."""
    with network.write("edit", name="行") as batch:
        there = dict(network.read("pipe", ["pipe_id", "fid"], geometry=False)[["pipe_id", "fid"]].to_numpy())
        for action, name, wish in rows:
            # What is not there is refused, with all of the batch: once in a while is enough.
            if name not in there and action != "add" and name != "N3":
                continue
            if action == "add":
                batch.insert("pipe", pipe_frame(1).assign(pipe_id=name))
            elif action == "delete":
                batch.delete("pipe", [name])
            elif action == "set":
                values = {key: _shape(value) if key == "geom" else value for key, value in wish.items()}
                batch.update_rows("pipe", {int(there.get(name, -1)): values})
            else:
                batch.update_rows("pipe", {int(there.get(name, -1)): {"pipe_id": wish}})
    return "written"


def _native(network: Any, row: Any) -> Any:
    """Change a row by another program, which leaves its course alone."""
    action, name, wish = row
    if action == "delete":
        sql = f"DELETE FROM pipe WHERE pipe_id = '{name}'"
    elif action == "rename":
        sql = f"UPDATE pipe SET pipe_id = '{wish}' WHERE pipe_id = '{name}'"
        if wish in set(network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"]):
            return "taken"
    else:
        note = str(wish.get("note") or "theirs").replace("'", "''")
        sql = f"UPDATE pipe SET note = '{note}' WHERE pipe_id = '{name}'"
    if is_on_server(network.uri):
        with in_schema(network.uri) as database:
            database.native(sql.replace("%", "%%"))
    else:
        dataset = ogr.Open(network.uri, 1)
        dataset.ExecuteSQL(sql)
        dataset = None
    return "changed"


def _undo(network: Any, place: int, way: str) -> Any:
    batches = network.batches()["batch_id"].tolist()
    undone = network.undo(batches[min(place, len(batches) - 1)], **({way: True} if way else {}))
    return undone.rows, sorted(undone.left)


def _restore(network: Any, name: str) -> Any:
    restored = network.restore_asset(Restoring("pipe", name, None, ()))
    return sorted(restored.fields), restored.came_back


_DO = {"batch": _batch, "native": _native, "undo": _undo, "restore": _restore}


def _outcome(network: Any, step: Any) -> Any:
    """Do a step and return what came of it, a refusal in words; numbers may differ."""
    try:
        return _DO[step[0]](network, *step[1:])
    except StoreError as error:
        return type(error).__name__, _NUMBER.sub("#", error.message)


def _plain(value: Any) -> Any:
    if isinstance(value, shapely.Geometry):
        return np.round(shapely.get_coordinates(value, include_z=True), 6).tolist().__repr__()
    return None if value is None or value is pd.NaT or value != value else value


def _entry(text: Any) -> Any:
    """Return an entry of the log as a mapping; courses without their headers."""
    if text is None or text != text:
        return None
    told = {key: value for key, value in json.loads(text).items() if key not in ("edited_by", "edited_on")}
    told.pop("batch_id", None)
    if told.get("geom"):
        told["geom"] = _plain(blobs.shapes_of([told["geom"]])[0])
    return told


def _state(network: Any) -> dict[str, Any]:
    """Return rows, batches and log, with numbers of batches by their order; the log by rows."""
    batches = network.batches().iloc[::-1]
    order = {name: number for number, name in enumerate(batches["batch_id"])}
    pipes = network.read("pipe").drop(columns=["edited_by", "edited_on"])
    pipes["batch_id"] = pipes["batch_id"].map(order)
    log = network.read("change_log")
    log = log[log["table"] == "pipe"]
    return {
        "pipes": {
            row["pipe_id"]: {key: _plain(value) for key, value in row.items()}
            for row in pipes.to_dict("records")
        },
        "batches": [
            (row.kind, _NUMBER.sub("#", str(row.name)), int(row.rows), order.get(row.undone), int(row.left))
            for row in batches[["kind", "name", "rows", "undone", "left"]].itertuples(
                index=False, name="Listed"
            )
        ],
        "log": [
            (entry.asset, entry.action, _entry(entry.before), _entry(entry.after), order.get(entry.batch))
            # An undo takes many rows out at once on a server, in any order.
            for entry in log.sort_values("asset", kind="stable").itertuples()
        ],
    }


@pytest.mark.slow
@pytest.mark.always
def test_whatever_is_done_both_stores_end_alike(request: pytest.FixtureRequest, tmp_path: Any) -> None:
    folder = request.getfixturevalue("_made")
    server, database = request.getfixturevalue("_made_on_server")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        # To make it smaller takes a database each time.
        phases=(Phase.generate,),
    )
    @given(steps=st.lists(_STEP, min_size=3, max_size=12))
    def check(steps: Any) -> None:
        copy = server.make_database(like=database)
        path = shutil.copy(folder / "town.gpkg", tmp_path / "town.gpkg")
        try:
            with (
                open_network(path, by=LOGIN) as file,
                open_network(server.address(copy, "town"), by=LOGIN) as schema,
            ):
                for step in steps:
                    assert _outcome(file, step) == _outcome(schema, step), step
                have, want = _state(schema), _state(file)
                for part, value in want.items():
                    assert have[part] == value, part
        finally:
            server.drop_database(copy)

    check()
