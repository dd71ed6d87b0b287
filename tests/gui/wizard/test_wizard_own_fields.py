"""The wizard offers the fields and codes that the users of the open network added, and no other network's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from qgis.PyQt.QtWidgets import QPushButton
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.core.progress import SILENT
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.gui.wizard import adoption_work
from waternet_plugin.gui.wizard.dialog import CODES

CRS = "EPSG:4547"


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "town.gpkg"
    with store.create_network(path, CRS) as made, made.write("own") as batch:
        batch.add_field(FieldRequest("pipe", "contract_no", "text", "Contract number", "合同编号"))
        batch.add_code(CodeRequest("material", "k9_iron", "K9 iron", "K9球墨铸铁", "ductile_iron"))
    return path


@pytest.fixture
def pipes(tmp_path: Path) -> Path:
    line = shapely.LineString([(400_000, 2_500_000), (400_050, 2_500_000)])
    columns = {"管段编号": ["Q1"], "管线类别": ["给水"], "管材": ["K9球墨铸铁"], "合同编号": ["HT-1"]}
    gpd.GeoDataFrame(columns, geometry=[line], crs=CRS).to_file(tmp_path / "管段.gpkg", driver="GPKG")
    return tmp_path / "管段.gpkg"


@pytest.mark.slow
def test_they_are_offered_and_written(
    session: InstantSession, network: Path, pipes: Path, tmp_path: Path
) -> None:
    session.network_path = str(network)
    wizard: Any = wizard_with(session, tmp_path, pipes)
    mapping = wizard.state.sources[0].mapping
    assert mapping.fields["contract_no"].column == "合同编号"
    wizard.state.is_new_wanted = True
    wizard.files.changed.emit()
    assert "contract_no" not in wizard.state.sources[0].described.field_names
    wizard.state.is_new_wanted = False
    wizard.files.changed.emit()
    assert wizard.state.sources[0].described.field("contract_no").label_zh == "合同编号"
    wizard.go_to(CODES)
    wizard.findChild(QPushButton, "wn_wizard_accept_all").click()
    assert wizard.state.sources[0].mapping.values["material"]["K9球墨铸铁"] == "k9_iron"
    sources = wizard.state.ready
    none = [None] * len(sources)
    tried = adoption_work.try_parts(str(network), "", sources, none, SILENT)
    assert [len(one.rows) for one in tried] == [1]
    adoption_work.adopt(str(network), "", sources, none, SILENT)
    with store.open_network(network) as opened:
        row = opened.read("pipe", ["pipe_id", "material", "contract_no"], as_stored=True).iloc[0]
    assert (row["pipe_id"], row["material"], row["contract_no"]) == ("Q1", "k9_iron", "HT-1")
    wizard.state.touched = False
    wizard.close()
