"""A network is packed without what its rows tell, and a copy of it is filled with just that."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
import shapely
from support.store_helpers import pipe_frame, rows

from waternet_plugin.store.geopackage import packed_network

pytestmark = pytest.mark.slow

_LOG = "SELECT * FROM change_log ORDER BY seq"
_INDEX = "SELECT * FROM rtree_pipe_geom ORDER BY id"
_SHORT = "SELECT count(*) FROM {0} WHERE substr(hex(substr(geom, 4, 1)), 2) = 'F'"


@pytest.fixture(scope="module")
def tool(repo_root: Path) -> ModuleType:
    """The tool that packs the sample town, without running it."""
    spec = importlib.util.spec_from_file_location("make_sample", repo_root / "tools" / "make_sample.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_a_copy_is_filled_with_what_was_left_out(town, tool):
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001", "P00002"], "street": ['a "b"', None]}))
    with town.write("edit") as batch:
        batch.update(
            "pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["管"], "diameter_mm": [0.1 + 0.2]})
        )
        batch.insert("pipe", pipe_frame(1).assign(pipe_id="alone"))
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00003"])
    path = Path(town.uri)
    log, index = rows(path, _LOG), rows(path, _INDEX)
    tool.forget_what_rows_tell(path)
    left = "SELECT asset, action FROM change_log WHERE length(after) > 8 ORDER BY seq"
    assert rows(path, left) == [("P00003", "insert")]
    assert rows(path, _INDEX) == []
    packed_network.fill(path)
    assert rows(path, _LOG) == log
    assert rows(path, _INDEX) == index


def test_what_rows_do_not_tell_stays_in_the_log(town, tool):
    with town.write("edit") as batch:
        line = shapely.from_wkt("LINESTRING (1 1, 2 2)")
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "geom": [line]}))
    path = Path(town.uri)
    log = rows(path, _LOG)
    tool.forget_what_rows_tell(path)
    assert rows(path, "SELECT after FROM change_log WHERE action = 'update'") == [(log[-1][5],)]
    packed_network.fill(path)
    assert rows(path, _LOG) == log


def test_geometries_of_each_kind_get_their_envelopes_back(town, tool):
    square = "((0 0, 1 0, 1 1, 0 1, 0 0), (0.2 0.2, 0.4 0.2, 0.4 0.4, 0.2 0.2))"
    shape = shapely.from_wkt(f"MULTIPOLYGON ({square}, ((-5 7, -4 7, -4 8, -5 7)))")
    point = shapely.from_wkt("POINT Z (3 4 5)")
    project = shapely.from_wkt("MULTILINESTRING ((0 0, 2 9), (1 -1, 3 3))")
    with town.write("edit") as batch:
        batch.insert("compound", pd.DataFrame({"compound_id": ["C1", "C2"], "geom": [shape, None]}))
        batch.insert(
            "node", pd.DataFrame({"node_id": ["N1"], "kind": "valve", "status": "in_use", "geom": [point]})
        )
        batch.insert("project", pd.DataFrame({"project_id": ["J1"], "geom": [project]}))
    path = Path(town.uri)
    tables = ("pipe", "compound", "node", "project")
    before = {table: rows(path, f"SELECT * FROM {table}") for table in tables}
    tool.forget_what_rows_tell(path)
    assert [rows(path, _SHORT.format(table))[0][0] for table in tables] == [20, 1, 1, 1]
    packed_network.fill(path)
    assert {table: rows(path, f"SELECT * FROM {table}") for table in tables} == before
    assert rows(path, "SELECT count(*) FROM change_log") == [(24,)]
