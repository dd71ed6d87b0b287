"""CAD layers that hold rows of a table, and what their names and those of blocks say."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from support.adoption_frames import CRS, EAST, NORTH

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.drawings.cad_layers import named_layers, with_layers
from waternet_plugin.core.exchange.drawings.drawn_guess import guess_drawn
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.schema.tables import table as table_of


@pytest.mark.parametrize(
    ("table", "named", "others"),
    [
        ("pipe", ["JSL", "WSL", "给水管线", "污水_DN400", "排水管线", "Water mains", "YS-管道"], []),
        ("pipe", [], ["DLSS", "图框", "0", "房屋", "JS-注记", "JS标注", "电力管线", "燃气", "TK"]),
        ("pipe", [], ["CENTER_LINE", "Gas line", "道路"]),
        ("node", ["JS-阀门", "JSP给水点", "Valves", "检查井", "雨水口"], ["GCD", "路灯", "JS-文字", "图框"]),
        (
            "node",
            ["GS_FAMEN", "XIAOHUOSHUAN", "WUSHUI_JING", "YUSHUIKOU"],
            ["FAMENZHUJI", "LUDENG", "TUKUANG"],
        ),
        ("node", ["JS-阀门"], ["燃气阀门", "电力检查井", "RANQI_FAMEN", "热力井", "Gas valve"]),
        ("pipe", ["WUSHUIGUAN", "PEISHUI"], ["DIANLI", "TONGXINGUAN", "DAOLU"]),
        ("compound", ["住宅小区", "工业区", "城中村", "小区红线"], ["房屋", "道路", "图框", "小区注记"]),
        ("zone", ["DMA分区", "排水网格", "行政区"], ["图框", "房屋", "0"]),
        ("road_work", ["道路工程", "修路计划"], ["道路中心线", "图框"]),
    ],
)
def test_layers_that_speak_for_a_table(table: str, named: list[str], others: list[str]) -> None:
    assert named_layers([*named, *others], table_of(table)) == tuple(named)


def _valves(layers: list[str], block: str = "FM") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"layer": layers, "block": block, "BH": [f"F{number}" for number in range(len(layers))]},
        geometry=[shapely.Point(EAST + number, NORTH) for number in range(len(layers))],
        crs=CRS,
    )


def test_no_layer_that_speaks_for_the_table_is_a_question_that_names_them() -> None:
    with pytest.raises(InputError, match=r'No CAD layer names .* has: 0, 房屋.*"layers": \["0"\]'):
        with_layers(Mapping(), _valves(["0", "房屋"]), table_of("node"))
    with pytest.raises(InputError, match=r"lies on the CAD layers X\. It has: 0"):
        with_layers(Mapping(layers=("X",)), _valves(["0"]), table_of("node"))


def test_layers_are_a_list_of_names() -> None:
    mapping = from_dict({"fields": {}, "layers": ["JS", "WS"]})
    assert mapping.layers == ("JS", "WS") and mapping.to_dict()["layers"] == ["JS", "WS"]
    with pytest.raises(MappingError, match="“layers” must be a list"):
        from_dict({"fields": {}, "layers": "JS"})


def test_layer_and_block_say_system_and_kind() -> None:
    found = guess_drawn(_valves(["JS-阀门"] * 3 + ["图框"]), table="node")
    assert found.mapping.layers == ("JS-阀门",)
    assert {name: found.mapping.fields[name].column for name in ("system", "kind")} == {
        "system": "layer",
        "kind": "layer",
    }
    assert found.mapping.values == {"system": {"JS-阀门": "potable"}, "kind": {"JS-阀门": "valve"}}


def test_a_block_that_is_called_after_the_thing_goes_before_its_layer() -> None:
    found = guess_drawn(_valves(["JS"] * 3, "消火栓"), table="node")
    assert found.mapping.fields["kind"].column == "block"
    assert found.mapping.values["kind"] == {"消火栓": "hydrant"}


def test_layers_that_a_person_chose_stay() -> None:
    found = guess_drawn(_valves(["0", "0", "图框"]), table="node", layers=["0"])
    assert found.mapping.layers == ("0",) and "kind" not in found.mapping.fields


def test_texts_are_name_and_number_of_an_area() -> None:
    frame = gpd.GeoDataFrame(
        {
            "layer": ["住宅小区", "工业区"],
            "block": [None, None],
            "text_1": ["幸福花园", "临溪纺织厂"],
            "text_2": ["A-01", "A-02"],
            "text_3": ["120户", None],
        },
        geometry=[shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)] * 2,
        crs=CRS,
    )
    found = guess_drawn(frame, table="compound")
    assert {name: one.column for name, one in found.mapping.fields.items()} == {
        "type": "layer",
        "name": "text_1",
        "compound_id": "text_2",
    }
    assert found.mapping.values["type"] == {"住宅小区": "residential", "工业区": "industrial"}
    assert "text_3" in found.unused


def _lines(layers: list[str]) -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(EAST + row, NORTH), (EAST + row + 1, NORTH)]) for row in range(len(layers))]
    return gpd.GeoDataFrame({"layer": layers, "block": None}, geometry=lines, crs=CRS)


def test_layers_that_name_size_and_material_fill_them() -> None:
    mapping = guess_drawn(_lines(["JS-球墨-DN200", "JS-PE-DN100"]), table="pipe").mapping.to_dict()
    assert mapping["fields"]["diameter_mm"] == {"from": "layer", "take": "number"}
    assert mapping["values"]["material"] == {"JS-球墨-DN200": "ductile_iron", "JS-PE-DN100": "pe"}


@pytest.mark.parametrize("layer", ["给水DN300以上", "给水DN100-DN300", "给水DN100~DN300", "给水管"])
def test_ranges_in_names_of_layers_are_no_sizes(layer: str) -> None:
    assert "diameter_mm" not in guess_drawn(_lines([layer, layer]), table="pipe").mapping.fields
