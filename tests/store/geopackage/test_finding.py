"""Finding assets by what people type: ids, names, streets; cancelled at once, right after edits."""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, Polygon

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError, StoreError
from waternet_plugin.store.geopackage.finding import Finder, SearchHit

CRS = "EPSG:4547"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Three pipes in two streets, a valve, a compound and a customer."""
    path = tmp_path / "小城.gpkg"
    pipes = [
        {"pipe_id": name, "system": "potable", "street": street, "status": "in_use",
         "geom": LineString([(500000 + 10 * n, 2500000, 0), (500010 + 10 * n, 2500000, 0)])}
        for n, (name, street) in enumerate(
            (("JS-0376", "人民路"), ("JS-0377", "人民路"), ("ws_1%a", "Elm St"))
        )
    ]  # fmt: skip
    nodes = [{"node_id": "JSD-0376", "kind": "valve", "status": "in_use", "geom": Point(500000, 2500000, 0)}]
    quarter = Polygon([(500000, 2500000), (500100, 2500000), (500100, 2500100)])
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        for table, rows in (
            ("pipe", pipes),
            ("node", nodes),
            ("compound", [{"compound_id": "XQ-01", "name": "桂花苑", "type": "residential",
                           "geom": quarter}]),
            ("customer", [{"customer_id": "YH-1", "name": "桂花苑2栋", "kind": "domestic",
                           "geom": Point(500001, 2500001)}]),
        ):  # fmt: skip
            batch.insert(table, gpd.GeoDataFrame(rows, geometry="geom", crs=CRS))
    return path


def found(town: Path, text: str) -> list[tuple[str, str]]:
    return [(one.table, one.id) for one in Finder(str(town)).find(text)]


def test_ids_are_found_whole_by_their_beginning_and_inside(town: Path) -> None:
    assert found(town, "JS-0376") == [("pipe", "JS-0376")]
    assert found(town, "js-03") == [("pipe", "JS-0376"), ("pipe", "JS-0377")]
    assert found(town, "0376") == [("pipe", "JS-0376"), ("node", "JSD-0376")]
    assert found(town, "xq-01") == [("compound", "XQ-01")]


@pytest.mark.slow
def test_names_and_streets_are_found_in_both_languages(town: Path) -> None:
    assert found(town, "桂花") == [("compound", "XQ-01"), ("customer", "YH-1")]
    assert found(town, "人民") == [("street", "人民路")]
    assert found(town, "elm") == [("street", "Elm St")]
    assert Finder(str(town)).find("人民")[0] == SearchHit("street", "人民路", "人民路", pipes=2)


@pytest.mark.slow
def test_signs_of_patterns_are_signs(town: Path) -> None:
    assert found(town, "1%a") == [("pipe", "ws_1%a")]
    assert found(town, "%%") == [] and found(town, "__") == [] and found(town, "'; --") == []
    assert found(town, "  ") == []


@pytest.mark.slow
def test_what_is_found_says_what_it_is(town: Path) -> None:
    pipe = Finder(str(town)).find("JS-0376")[0]
    assert (pipe.kind, pipe.street, pipe.fid) == ("potable", "人民路", 1)


@pytest.mark.slow
def test_everything_has_its_place(town: Path) -> None:
    import shapely

    finder = Finder(str(town))
    street = finder.location_of(finder.find("人民")[0])
    assert len(street.wkb) == 2 and street.bounds == (500000, 2500000, 500020, 2500000)
    kinds = {"JS-0376": "LineString", "JSD-": "Point", "XQ-01": "MultiPolygon", "YH-1": "Point"}
    for text, kind in kinds.items():
        place = finder.location_of(finder.find(text)[0])
        shape = shapely.from_wkb(place.wkb[0])
        assert shape.geom_type == kind and shape.bounds == place.bounds
    assert finder.location_of(SearchHit("street", "nowhere")).bounds is None


def test_a_customer_without_a_place_lies_on_its_pipe(town: Path) -> None:
    import pandas as pd

    with store.open_network(town) as network, network.write("adopt") as batch:
        batch.insert("customer", pd.DataFrame([{"customer_id": "YH-9", "pipe_id": "JS-0377"}]))
        batch.insert("customer", pd.DataFrame([{"customer_id": "YH-8"}]))
    finder = Finder(str(town))
    assert finder.location_of(finder.find("YH-9")[0]).bounds == (500010, 2500000, 500020, 2500000)
    assert finder.location_of(finder.find("YH-8")[0]).bounds is None


@pytest.mark.slow
def test_an_edit_is_in_the_next_answer(town: Path) -> None:
    finder = Finder(str(town))
    assert [one.pipes for one in finder.find("人民")] == [2]
    with store.open_network(town) as network:
        pipes = network.read("pipe", ["pipe_id", "street"], ids=["JS-0377"], geometry=False)
        with network.write("edit") as batch:
            batch.update("pipe", pipes.assign(street="文昌路"))
    assert [one.pipes for one in finder.find("人民")] == [1]
    assert [one.id for one in finder.find("文昌")] == ["文昌路"]


@pytest.mark.slow
def test_a_search_that_is_given_up_ends_at_once(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from waternet_plugin.store.geopackage import finding

    monkeypatch.setattr(finding, "STEPS_A_LOOK", 1)
    begun = time.monotonic()
    with pytest.raises(CancelledError):
        Finder(str(town)).find("JS", cancelled=lambda: True)
    assert time.monotonic() - begun < 2


def test_a_network_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be reached"):
        Finder(str(tmp_path / "gone.gpkg")).find("a")


@pytest.mark.slow
def test_nothing_is_written(town: Path) -> None:
    before = town.read_bytes()
    Finder(str(town)).find("a")
    assert town.read_bytes() == before and sorted(town.parent.iterdir()) == [town]
