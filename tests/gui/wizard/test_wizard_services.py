"""Longitudes and latitudes of map services, and ids in another spelling: asked on the last page."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from support.slow_cases import a_few_quick
from support.wizard_helpers import wizard_with

from waternet_plugin import store
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.deciding.service_decision import likely_service
from waternet_plugin.core.places.map_services import BD_09, GCJ_02, WGS_84, shifted
from waternet_plugin.gui.wizard.dialog import CHECK, AdoptionWizard

CRS = "EPSG:4547"
LON, LAT = 114.2 + np.arange(12) / 2000, 30.5 + np.arange(12) % 3 / 4000
TRUE = np.column_stack(Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(LON, LAT))


@pytest.fixture
def town(session, tmp_path: Path) -> Path:
    path = tmp_path / "town.gpkg"
    pipe = shapely.LineString(TRUE[np.argsort(TRUE[:, 0])])
    node = gpd.GeoDataFrame(
        {"node_id": ["FM-001"], "kind": "valve", "system": "potable", "status": "in_use"},
        geometry=[shapely.Point(*TRUE[0])],
        crs=CRS,
    ).rename_geometry("geom")
    rows = gpd.GeoDataFrame(
        {"pipe_id": ["P1"], "system": "potable", "status": "in_use"}, geometry=[pipe], crs=CRS
    ).rename_geometry("geom")
    with store.create_network(path, CRS) as network, network.write("edit") as batch:
        batch.insert("pipe", rows)
        batch.insert("node", node)
    session.network_path = str(path)
    return path


def _valves(folder: Path, service: str, ids: list[str] | None = None) -> Path:
    lon, lat = (LON, LAT) if service == WGS_84 else shifted(LON, LAT, service)
    frame = pd.DataFrame({"阀门编号": ids or [f"V{at}" for at in range(12)], "系统": "给水"})
    frame["经度"], frame["纬度"] = (np.char.mod("%.7f", one) for one in (lon, lat))
    frame.to_csv(folder / "台账.csv", index=False)
    return folder / "台账.csv"


def _at_check(session, folder: Path, file: Path) -> AdoptionWizard:
    wizard = wizard_with(session, folder, file)
    wizard.codes.refresh()
    wizard.codes.accept_suggestions()
    wizard.go_to(CHECK)
    assert wizard.step == CHECK, wizard.message.text()
    return wizard


def _question(wizard: AdoptionWizard, key: str):
    return next((one for one in wizard.check.questions.asked if one.key == key), None)


@pytest.mark.slow
@pytest.mark.parametrize("service", [GCJ_02, BD_09])
def test_a_service_whose_places_lie_beside_the_network_is_suggested(session, tmp_path, town, service) -> None:
    wizard = _at_check(session, tmp_path, _valves(tmp_path, service))
    asked = _question(wizard, "map_service")
    assert (asked.suggestion, asked.answer, asked.must_be_answered) == (service, "", True)
    wizard.go_on()
    assert not wizard.is_done and "Where do these coordinates" in wizard.message.text()
    wizard.check.questions.accept_suggestions()
    wizard.go_on()
    assert wizard.is_done, wizard.message.text()
    with store.open_network(town) as network:
        nodes = network.read("node").set_index("node_id")
    there = np.array([nodes.loc[f"V{at}", "geom"].coords[0][:2] for at in range(12)])
    assert np.hypot(*(there - TRUE).T).max() < 0.5


@pytest.mark.slow
def test_places_of_receivers_go_on_without_an_answer_and_a_given_one_is_kept(session, tmp_path, town) -> None:
    wizard = _at_check(session, tmp_path, _valves(tmp_path, WGS_84))
    asked = _question(wizard, "map_service")
    assert (asked.suggestion, asked.must_be_answered) == (WGS_84, False)
    line = wizard.check.questions.asked.index(asked)
    wizard.check.questions.table.cellWidget(line, 2).chosen.emit(BD_09)
    assert wizard.state.sources[0].mapping.map_service == BD_09
    wizard.check.questions.table.cellWidget(line, 2).chosen.emit(WGS_84)
    assert _question(wizard, "map_service").answer == WGS_84
    assert "AMap" not in " ".join(wizard.state.results[0].notes)


@pytest.mark.slow
def test_ids_in_another_spelling_are_asked_for_by_name(session, tmp_path, town) -> None:
    file = _valves(tmp_path, WGS_84)
    rows = pd.read_csv(file, dtype=str).head(1).assign(阀门编号="fm-1")
    rows.to_csv(file, index=False)
    wizard = _at_check(session, tmp_path, file)
    asked = _question(wizard, "repeats")
    assert "another spelling, such as fm-1" in asked.text and "are there already" not in asked.text
    assert [choice for choice, _label in asked.choices] == ["reject", "take"]


@pytest.mark.parametrize("service", a_few_quick([WGS_84, GCJ_02, BD_09], 2))
def test_nearness_tells_the_service_where_the_network_is_known(service: str) -> None:
    lon, lat = (LON, LAT) if service == WGS_84 else shifted(LON, LAT, service)
    assert likely_service(lon, lat, NetworkFacts(CRS, TRUE)) == service
    assert likely_service(lon, lat, NetworkFacts(CRS, TRUE + 5000.0)) == ""
    assert likely_service(lon, lat, NetworkFacts(CRS)) == "" and likely_service(lon, lat, None) == ""
    # Beyond China nobody shifts places.
    assert likely_service(lon - 100.0, lat, NetworkFacts(CRS, TRUE)) == ""
