"""How far the rows of a table reach, in a file and on a server."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from waternet_plugin.store.geopackage.tables import rtree


@pytest.mark.either_store
def test_boxes_are_those_of_the_shapes(town, monkeypatch):
    monkeypatch.setattr(rtree, "_CHUNK", 7)
    shapes = town.read("pipe", ["pipe_id"])["geom"].to_numpy()
    wanted, found = shapely.bounds(shapes), town.boxes("pipe")
    found = found[np.lexsort(found.T)]
    assert np.abs(found - wanted[np.lexsort(wanted.T)]).max() < 1
    assert town.boxes("node").shape == (0, 4)


@pytest.mark.either_store
def test_extents_of_tables_are_those_of_their_rows(town, kept_in):
    shapes = town.read("pipe", ["pipe_id"])["geom"].to_numpy()
    # A file tells by its index.
    wanted = {} if kept_in == "file" else {"pipe": tuple(shapely.total_bounds(shapes).tolist())}
    assert town.table_extents() == wanted
