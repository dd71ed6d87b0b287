"""Models of Chinese design offices: in GBK with Chinese ids, valves and tags, with a flow unit or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from waternet_plugin import store
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest, ModelImportResult

pytestmark = pytest.mark.slow

# Three bores, and three valves: one that reduces, one that throttles, one drawn shut.
MODEL = """[TITLE]
城东给水管网模型　2026年

[JUNCTIONS]
;节点 标高 需水量
 城东-1 12.5 3.2 ;人民路
 城东-2 12.1 2.0
 阀前3 11.8 0
 阀后3 11.8 4.1
 阀前4 11.5 0
 阀后4 11.5 1.1
 阀前5 11.2 0
 阀后5 11.2 0.9

[RESERVOIRS]
 水厂 45

[PIPES]
 管1 水厂 城东-1 300 300 110 0 Open
 管2 城东-1 城东-2 250 200 110 0 Open
 管3 城东-2 阀前3 120 200 110 0 Open
 管4 城东-2 阀前4 140 150 110 0 CV
 管5 阀后3 阀前5 90 150 110 0 Closed

[VALVES]
 减压阀3 阀前3 阀后3 200 PRV 25 0
 调节阀4 阀前4 阀后4 150 TCV 4 0
 闸阀5 阀前5 阀后5 150 TCV 0 0

[STATUS]
 闸阀5 Closed

[TAGS]
 LINK 管1 球墨铸铁
 NODE 城东-1 人民路口
{options}
[COORDINATES]
 水厂 500000 3456000
 城东-1 500300 3456000
 城东-2 500550 3456000
 阀前3 500670 3456000
 阀后3 500672 3456000
 阀前4 500550 3456140
 阀后4 500550 3456142
 阀前5 500762 3456000
 阀后5 500764 3456000

[END]
"""
NAMED = "\n[OPTIONS]\n Units LPS\n Headloss H-W\n"


def _imported(folder: Path, options: str, codec: str = "gbk", **more: str) -> ModelImportResult:
    source = folder / "城东.inp"
    source.write_bytes(MODEL.format(options=options).encode(codec))
    return import_epanet(ModelImportRequest(str(source), str(folder / "n.gpkg"), "EPSG:4547", **more))


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_a_model_in_gbk_keeps_its_ids_valves_and_states(tmp_path: Path, codec: str) -> None:
    done = _imported(tmp_path, NAMED, codec)
    assert (done.counts["pipes"], done.counts["valves"], done.counts["reservoirs"]) == (5, 3, 1)
    with store.open_network(tmp_path / "n.gpkg") as network:
        pipes, nodes = network.read("pipe"), network.read("node").set_index("node_id")
    bores = dict(zip(pipes["pipe_id"], pipes["diameter_mm"]))
    assert {name: bores[name] for name in ("管1", "管2", "管4")} == {"管1": 300, "管2": 200, "管4": 150}
    kinds = {name: row["kind"] for name, row in nodes.iterrows() if "阀3" in name or "阀5" in name}
    assert kinds["减压阀3"] == "prv"
    assert nodes.loc["闸阀5", "valve_state"] == "closed"
    assert "水厂" in nodes.index and "城东-1" in nodes.index


def test_without_a_unit_the_default_is_told_with_the_diameters_it_makes(tmp_path: Path) -> None:
    done = _imported(tmp_path, "")
    (warning,) = [one for one in done.warnings if "GPM" in one]
    assert "3,810 to 7,620 mm" in warning
    with store.open_network(tmp_path / "n.gpkg") as network:
        assert sorted(set(network.read("pipe")["diameter_mm"].dropna())) == [3810, 5080, 7620]


def test_the_unit_that_is_given_makes_the_bores_of_the_file(tmp_path: Path) -> None:
    done = _imported(tmp_path, "", flow_unit="LPS")
    assert not [one for one in done.warnings if "GPM" in one]
    with store.open_network(tmp_path / "n.gpkg") as network:
        assert sorted(set(network.read("pipe")["diameter_mm"].dropna())) == [150, 200, 300]
