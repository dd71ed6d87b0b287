"""Files whose columns are called oddly: what they hold is adopted, rejected rows come back with all of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs
from support.adoption_frames import CRS, frame, line
from support.delivered_town import column
from support.odd_names import NAMES
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.store.foreign.foreign import read_foreign


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "town.gpkg"
    store.create_network(path, CRS).close()
    return path


def rows_of(*names: str) -> gpd.GeoDataFrame:
    """Return two pipes and a row without a place, whose streets stand in columns of some names."""
    columns = {name: [f"{name[:20]} {number}" for number in range(3)] for name in names}
    return frame([line((0, 0), (9, 0)), line((0, 5), (9, 5)), None], ID=["a", "b", "c"], **columns)


def written(folder: Path, rows: gpd.GeoDataFrame, ending: str) -> Path:
    path = folder / f"管线{ending}"
    if ending == ".csv":
        texts = pd.DataFrame(rows.drop(columns=rows.geometry.name)).assign(WKT=rows.geometry.to_wkt())
        texts.to_csv(path, index=False)
    else:
        rows.to_file(path, driver={".gpkg": "GPKG", ".geojson": "GeoJSON"}[ending])
    return path


def adopt(
    provider: QgsProcessingProvider, network: Path, source: Path, street: str, folder: Path, **more: Any
) -> tuple[bool, str]:
    mapping = {
        "fields": {"pipe_id": "ID", "street": street},
        "defaults": {"system": "potable"},
        "crs": "EPSG:4547",
    }
    given = {
        "NETWORK": str(network),
        "INPUT": str(source),
        "TABLE": "pipe",
        "MAPPING": json.dumps(mapping),
        "REJECTED": str(folder / "rejected.gpkg"),
        "REPORT": str(folder / "report.html"),
    }
    return sensible_runs.run(provider.algorithm("adoptlayers"), {**given, **more})


@pytest.mark.parametrize("name", a_few_quick(NAMES, 2))
@pytest.mark.parametrize("ending", [".csv", pytest.param(".gpkg", marks=pytest.mark.slow)])
def test_a_column_may_be_called_as_it_is(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, ending: str, name: str
) -> None:
    rows = rows_of(name)
    source = written(tmp_path, rows, ending)
    succeeded, said = adopt(provider, network, source, name, tmp_path)
    assert succeeded, said
    with store.open_network(network) as opened:
        assert column(opened, "street") == dict(zip("ab", rows[name]))
    rejected = read_foreign(str(tmp_path / "rejected.gpkg"))
    assert rejected["reason_code"].tolist() == ["no_geometry"]
    assert rows[name][2] in rejected.astype(object).iloc[0].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_names_that_differ_by_case_are_two_columns(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, ending: str
) -> None:
    rows = rows_of("Road", "ROAD").assign(ROAD=["one", "two", "three"])
    source = written(tmp_path, rows, ending)
    succeeded, said = adopt(provider, network, source, "ROAD", tmp_path)
    assert succeeded, said
    with store.open_network(network) as opened:
        assert column(opened, "street") == {"a": "one", "b": "two"}
    rejected = read_foreign(str(tmp_path / "rejected.gpkg"))
    assert {"three", "Road 2"} <= set(rejected.astype(object).iloc[0].tolist())


@pytest.mark.slow
def test_a_column_that_is_not_there_is_named(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    source = written(tmp_path, rows_of('a"b'), ".csv")
    succeeded, said = adopt(provider, network, source, 'a"c', tmp_path)
    assert not succeeded
    assert 'a"c' in said
    with store.open_network(network) as opened:
        assert opened.count("pipe") == 0


@pytest.mark.slow
def test_an_id_in_two_layers_of_a_file_is_taken_once(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    path = tmp_path / "two.gpkg"
    for layer, street in (("one", "first"), ("other", "second")):
        rows_of("road").assign(road=street).to_file(path, driver="GPKG", layer=layer)
    succeeded, said = adopt(provider, network, f"{path}|layername=one", "road", tmp_path)
    assert succeeded, said
    succeeded, said = adopt(provider, network, f"{path}|layername=other", "road", tmp_path)
    assert not succeeded
    assert "already exists" in said
    with store.open_network(network) as opened:
        assert column(opened, "street") == {"a": "first", "b": "first"}
