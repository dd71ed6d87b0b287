"""Numbers of points in signs of full width are those of half width, as the tables of lines may spell them."""

from __future__ import annotations

from pathlib import Path

from support.small_surveys import EAST, NORTH, bring, empty_network


def test_points_and_lines_spell_numbers_either_way(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    points = [f"{sign},{NORTH + 20 * n},{EAST},22.{n}" for n, sign in enumerate(("ＪＳ１", "JS2", "js－３"))]
    (folder / "点.csv").write_text("\n".join(["点号,X坐标,Y坐标,地面高程", *points]) + "\n", encoding="utf-8")
    (folder / "线.csv").write_text("起点点号,终点点号,材质\nJS1,ＪＳ２,PE\n", encoding="utf-8")
    with empty_network(tmp_path / "n.gpkg") as network:
        bring(network, folder, mapping='{"tables": [{"file": "*", "defaults": {"system": "potable"}}]}')
        assert network.read("node", ["node_id"], geometry=False)["node_id"].tolist() == ["JS1", "JS2", "js-3"]
        assert network.read("pipe", ["from_node", "to_node"], geometry=False).values.tolist() == [
            ["JS1", "JS2"]
        ]
