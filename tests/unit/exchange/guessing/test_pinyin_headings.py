"""Headings in pinyin: one meaning is taken, several are left to the values, none is taken for another."""

from __future__ import annotations

import pytest
from support.adoption_frames import frame, line, point

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.guessing.pinyin.latin_letters import initials, spelled_out

ROWS = 12
IDS = [f"A{at}" for at in range(ROWS)]
DAYS = [f"20{at + 10}-0{at % 9 + 1}-1{at % 9}" for at in range(ROWS)]
YEARS = [1981 + 3 * at for at in range(ROWS)]
MATERIALS = ["球墨铸铁", "PE", "钢管"] * 4
BORES = [100, 200, 300, 400] * 3
STREETS = ["人民路", "建设大道", "文昌巷"] * 4
DEPTHS = [1.05 + at / 10 for at in range(ROWS)]


def _column(table: str, heading: str, values: list[object], field: str) -> str:
    """Return the column that fills a field of a table with one more column beside the ids."""
    shapes = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(ROWS)]
    places = shapes if table == "pipe" else [point(30.0 * at, 0) for at in range(ROWS)]
    guessed = guess(frame(places, 编号=IDS, **{heading: values}), table=table)
    source = guessed.mapping.fields.get(field)
    return "" if source is None else source.column


@pytest.mark.parametrize(
    ("table", "field", "heading", "values"),
    [
        ("pipe", "material", "GDCL", MATERIALS),
        ("pipe", "material", "GCLX", MATERIALS),
        ("pipe", "diameter_mm", "GDZJ", BORES),
        ("pipe", "diameter_mm", "gongchengzhijing", BORES),
        ("pipe", "install_year", "MSSJ", DAYS),
        ("pipe", "install_year", "FuSheNianDai", YEARS),
        ("pipe", "street", "WZ", STREETS),
        ("pipe", "street", "WEIZHI", STREETS),
        ("pipe", "flow", "LX", ["正向", "反向", "正向"] * 4),
        ("pipe", "depth_start_m", "QidianMaishen", DEPTHS),
        ("pipe", "pressure_mpa", "GZYL", [0.31] * ROWS),
        ("node", "ground_m", "JGGC", [31.5 + at for at in range(ROWS)]),
        ("node", "kind", "SSLX", ["阀门", "消火栓", "三通"] * 4),
        ("node", "valve_state", "FMZT", ["常开", "常闭", "常开"] * 4),
        ("failure", "date", "FSSJ", DAYS),
        ("failure", "reported_diameter_mm", "PSGJ", BORES),
        ("customer", "name", "YHMC", [f"户{at}" for at in range(ROWS)]),
    ],
)
def test_initials_and_spelled_out_headings_are_known(
    table: str, field: str, heading: str, values: list[object]
) -> None:
    assert _column(table, heading, values, field) == heading


@pytest.mark.parametrize(
    ("table", "field", "heading", "values"),
    [
        # 检查时间 as well as 建成时间, 管顶高程 as well as no field of ours.
        ("pipe", "install_year", "JCSJ", ["2022-05-01"] * ROWS),
        ("pipe", "install_year", "CJSJ", ["2024-03-05"] * ROWS),
        ("node", "ground_m", "GDGC", [31.5 + at for at in range(ROWS)]),
        # Numbers are no street and no material, whatever the letters may mean.
        ("pipe", "street", "WZ", [f"{at}.5" for at in range(ROWS)]),
        ("pipe", "owner", "SGDW", ["某工程公司"] * ROWS),
    ],
)
def test_what_may_be_something_else_is_left(
    table: str, field: str, heading: str, values: list[object]
) -> None:
    assert _column(table, heading, values, field) == ""


def test_a_word_has_its_initials_and_longer_ways() -> None:
    assert initials("管径") == "gj"
    assert {"guanjing", "gjing"} <= {*spelled_out("管径")}
    assert "cqxz" not in spelled_out("产权性质") and "chqxzh" in spelled_out("产权性质")
    assert initials("DMA分区") == "" and spelled_out("x坐标") == ()


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("JS_LINE", "potable"),
        ("WSLine.shp WSLine", "sewage"),
        ("2023_YS线", "storm"),
        ("JS_2023", None),
        ("JSLINE WSLINE", None),
    ],
)
def test_the_class_of_a_table_of_lines_is_its_system(name: str, system: str | None) -> None:
    shapes = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(ROWS)]
    guessed = guess(frame(shapes, S_POINT=IDS, PSIZE=BORES), table="pipe", name=name)
    assert guessed.mapping.defaults.get("system") == system


def test_features_are_kinds_and_numbers_on_the_map_no_ids_beside_those_of_the_survey() -> None:
    places = [point(30.0 * at, 0) for at in range(ROWS)]
    columns = {"MAP_NO": [str(at) for at in range(ROWS)], "DH": IDS, "FEATURE": ["三通", "弯头", "阀门"] * 4}
    mapping = guess(frame(places, **columns), table="node").mapping
    assert {name: mapping.fields[name].column for name in ("node_id", "kind")} == {
        "node_id": "DH",
        "kind": "FEATURE",
    }
    assert mapping.values["kind"]["三通"] == "junction"
