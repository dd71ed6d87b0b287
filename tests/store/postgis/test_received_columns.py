"""What comes from a server in parts: texts that recur are one object, and compact frames tell the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from support.database_server import server_of_run, skip_or_fail_without_server
from support.store_helpers import pipe_frame

from waternet_plugin.core.frames import plain, takes_no_room
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.store import open_network, parse
from waternet_plugin.store.copying.network_copies import copying
from waternet_plugin.store.geopackage.reading.packed_wkb import packed_bodies
from waternet_plugin.store.postgis import server_database
from waternet_plugin.store.postgis.asking import received_columns
from waternet_plugin.store.postgis.asking.received_columns import TextColumn, ValueColumn
from waternet_plugin.store.postgis.server_values import flat_where_unknown

WORDS = [None, "水司", "", "a longer text", "–"]


def _added(column, values, size):
    for begin in range(0, max(len(values), 1), size):
        column.add(values[begin : begin + size])
    return column


@pytest.mark.parametrize("size", [7, 500, 2_000])
@pytest.mark.parametrize("recur", ["always", "never", "at first"])
def test_texts_are_what_came(recur, size):
    rng = np.random.default_rng(size)
    texts = [WORDS[number] for number in rng.integers(0, len(WORDS), 4_000)]
    new = [f"P-{number}" for number in range(4_000)]
    given = {"always": texts, "never": new, "at first": texts[:500] + new}[recur]
    # A driver makes each text anew.
    sent = tuple(None if text is None else "".join(list(text)) for text in given)
    whole = _added(TextColumn(), sent, size).whole(is_compact=False)
    assert whole.dtype == object and whole.tolist() == given
    compact = _added(TextColumn(), sent, size).whole(is_compact=True)
    assert plain(pd.DataFrame({"text": compact}))["text"].tolist() == given
    if recur == "always" and size >= received_columns._MANY_ROWS:
        assert len({id(text) for text in whole}) == len(WORDS)
        assert isinstance(compact, pd.Categorical)


def test_no_value_at_all_takes_no_room():
    for column in (TextColumn(), ValueColumn("integer"), ValueColumn("date"), ValueColumn("datetime")):
        compact = _added(column, (None,) * 1_200, 600).whole(is_compact=True)
        assert takes_no_room(compact) and pd.isna(compact[0])
        whole = column.whole(is_compact=False)
        assert len(whole) == 1_200 and not takes_no_room(whole)
    for column in (TextColumn(), ValueColumn("real")):
        assert _added(column, (), 1).whole(is_compact=True).tolist() == []


def _shapes():
    nan = np.nan
    return [
        None,
        shapely.LineString([(1, 2), (3, 4), (5, 7)]),
        shapely.LineString([(1, 2, nan), (3, 4, nan)]),
        shapely.LineString([(1, 2, 0), (3, 4, 9.5)]),
        shapely.LineString([(1, 2, nan), (3, 4, nan), (5, 6, nan)]),
    ]


@pytest.mark.parametrize(
    ("shapes", "is_odd"),
    [
        (_shapes(), False),
        (_shapes()[:1], False),
        (_shapes()[2:3], False),
        ([*_shapes(), shapely.LineString([(1, 2, np.nan), (3, 4, 1)])], True),
        ([shapely.Point(1, 2, np.nan), None, shapely.Point(3, 4, 5)], False),
        ([shapely.Point(1, 2), shapely.Point(3, 1e300)], True),
    ],
)
def test_shapes_of_a_server_are_packed_without_heights_that_are_not_known(shapes, is_odd):
    given = np.array(shapes, dtype=object)
    bodies = to_wkb(given)
    packed = packed_bodies([None if body is None else memoryview(bytes(body)) for body in bodies])
    assert (packed is None) == is_odd
    if packed is not None:
        expected = flat_where_unknown(given)
        assert to_wkb(packed[np.arange(len(given))]).tolist() == to_wkb(expected).tolist()


@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_parts_of_any_size_make_the_frame_of_all(town, monkeypatch):
    count = 1_200
    late = pipe_frame(count, start=100, note=np.where(np.arange(count) % 2 == 0, None, "短"))
    late["owner"] = np.where(np.arange(count) < 700, None, "水司")
    with town.write("adopt") as batch:
        batch.insert("pipe", late)
    whole = town.read("pipe")
    monkeypatch.setattr(server_database, "_ROWS_OF_PART", 600)
    pd.testing.assert_frame_equal(town.read("pipe"), whole)
    compact = town.read_compact("pipe")
    assert isinstance(compact.dtypes["owner"], pd.CategoricalDtype)
    shapes = [to_wkb(frame["geom"].to_numpy(dtype=object)).tolist() for frame in (compact, whole)]
    assert shapes[0] == shapes[1]
    pd.testing.assert_frame_equal(
        pd.DataFrame(plain(compact).drop(columns="geom")), pd.DataFrame(whole.drop(columns="geom"))
    )


@pytest.mark.slow
def test_all_tables_of_a_town_on_a_server_are_read_compactly_as_those_of_its_file(sample_town):
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    address = server.address(database, "town")
    with open_network(sample_town / "en" / "sample_town.gpkg") as town, copying(town, parse(address)):
        pass
    with open_network(sample_town / "en" / "sample_town.gpkg") as town, open_network(address) as copied:
        for name, described in all_tables().items():
            compact, expected = copied.read_compact(name), town.read(name)
            if described.has_geometry:
                read, whole = (to_wkb(each["geom"].to_numpy(dtype=object)) for each in (compact, expected))
                assert read.tolist() == whole.tolist(), name
                compact, expected = (pd.DataFrame(each.drop(columns="geom")) for each in (compact, expected))
            pd.testing.assert_frame_equal(plain(compact), plain(expected), obj=name)
    server.drop_database(database)
