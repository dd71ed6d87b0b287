"""Columns found by cut headings, words around names, partners, values; what is left out says why."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.adoption_frames import EAST, NORTH, frame, line, point
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping import FieldSource
from waternet_plugin.core.schema import tables

ONE = line((0, 0), (30, 40))
FIELDS = Path(tables.__file__).parent / "fields.csv"


def _columns(guessed: object) -> dict[str, str]:
    return {name: source.column for name, source in guessed.mapping.fields.items()}  # type: ignore[attr-defined]


def _cut(word: str, encoding: str) -> str:
    """Return what a DBF keeps of a heading."""
    return word.encode(encoding)[:10].decode(encoding, "ignore")


def _chinese_headings() -> list[tuple[str, str, str]]:
    found = []
    with FIELDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["table"] not in ("pipe", "node", "failure") or row["origin"] != "user":
                continue
            words = [row["label_zh"], *row["aliases"].split(";")]
            found += [
                (row["table"], row["name"], word)
                for word in words
                if len(word) > 3 and all("\u4e00" <= sign <= "\u9fff" for sign in word)
            ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_cut_headings_are_known_where_they_are_of_one_field(encoding: str) -> None:
    headings = [one for one in _chinese_headings() if len(one[2].encode(encoding)) > 10]
    cut_of: dict[tuple[str, str], set[str]] = {}
    for table, name, word in _chinese_headings():
        cut_of.setdefault((table, _cut(word, encoding)), set()).add(name)
    lost, wrong = [], []
    for table, name, word in headings:
        short = _cut(word, encoding)
        found = guess(pd.DataFrame({short: ["1", "2"]}), table=table).mapping.fields
        whole = guess(pd.DataFrame({word: ["1", "2"]}), table=table).mapping.fields
        if name not in whole:
            continue
        if any(field not in cut_of[table, short] for field in found):
            wrong.append((word, short, list(found)))
        if len(cut_of[table, short]) == 1 and name not in found:
            lost.append((word, short))
    assert wrong == [] and lost == []


def test_case_of_a_shapefile_in_utf_8() -> None:
    foreign = frame(
        [ONE] * 3,
        管线编=["GS1", "GS2", "GS3"],
        材质=["球墨铸铁", "PE", "PE"],
        管径=[300, 200, 110],
        建设年=[1998, 2004, 2010],
        道路名=["人民路", "人民路", "建设路"],
    )
    assert _columns(guess(foreign)) == {
        "pipe_id": "管线编",
        "material": "材质",
        "diameter_mm": "管径",
        "install_year": "建设年",
        "street": "道路名",
    }


def test_words_around_a_name_and_a_start_without_its_end() -> None:
    foreign = frame(
        [ONE] * 4,
        ASSETSTATUS=["ACT", "ACT", "ABA", "ACT"],
        供水管材质=["PE", "PVC", "PE", "PE"],
        Sewer_Type=["STORM", "COMBINED", "STORM", "STORM"],
        START_NODE=["a", "b", "c", "d"],
        END_PT=["b", "c", "d", "e"],
    )
    found = _columns(guess(foreign, table="pipe"))
    assert found["status"] == "ASSETSTATUS"
    assert found["material"] == "供水管材质"
    assert found["system"] == "Sewer_Type"
    assert (found["from_node"], found["to_node"]) == ("START_NODE", "END_PT")


def _chain(rows: int) -> dict[str, list[object]]:
    """Return the columns of a street of pipes under names of nobody."""
    materials = ("K9球墨", "QT450-10球墨", "HT灰铸铁", "砂型铸铁", "不详", "/")
    return {
        "BABA": [f"GX{row:04d}" for row in range(rows)],
        "ZUZU": [f"N{row:04d}" for row in range(rows)],
        "KEKE": [f"N{row + 1:04d}" for row in range(rows)],
        "GCAI": [materials[row % 6] for row in range(rows)],
        "TCNF": [("1998", "98.5", "不详", "2004", "79年", "0")[row % 6] for row in range(rows)],
        "MOMO": [("人民路", "建设大道", "文昌巷", "学府路东段")[row % 4] for row in range(rows)],
        "RIRI": [round(19.5 + row % 7 / 7, 1) for row in range(rows)],
        "TATA": [(100, 150, 200, 300)[row % 4] for row in range(rows)],
    }


def test_columns_of_any_name_by_their_values() -> None:
    rows = 60
    lines = [line((20 * row, 0), (20 * row + 20, 0)) for row in range(rows)]
    guessed = guess(frame(lines, **_chain(rows)), table="pipe")
    assert _columns(guessed) == {
        "pipe_id": "BABA",
        "from_node": "ZUZU",
        "to_node": "KEKE",
        "material": "GCAI",
        "install_year": "TCNF",
        "length_m": "RIRI",
        "diameter_mm": "TATA",
    }
    # A place may be called like a street: that is offered.
    assert [(one.field, one.column) for one in guessed.suggestions] == [("street", "MOMO")]


def test_one_word_in_all_rows_is_a_system_and_a_company_is_none() -> None:
    foreign = frame([ONE] * 6, ZUBA=["给水"] * 6, MOKE=["供水公司", "污水处理厂"] * 3)
    assert _columns(guess(foreign, table="pipe")) == {"system": "ZUBA"}


def test_classes_of_roads_are_no_streets() -> None:
    foreign = frame([ONE] * 8, ZUBA=["主干路", "次干路", "支路", "支路"] * 2)
    assert guess(foreign, table="pipe").suggestions == ()


@pytest.mark.parametrize("bores", [[15] * 20, [15, 20] * 10])
@pytest.mark.parametrize("heading", ["口径", "DN", "SIZE"])
def test_house_meters_are_no_feet_of_bore(bores: list[int], heading: str) -> None:
    rows = pd.DataFrame(
        {
            "表号": [f"B{row}" for row in range(len(bores))],
            heading: bores,
            "x": [EAST + row for row in range(len(bores))],
            "y": [NORTH] * len(bores),
        }
    )
    assert "diameter_mm" not in guess(rows, table="node", name="户表.csv").mapping.units


def test_bores_of_a_chinese_file_are_never_inches() -> None:
    foreign = frame([point(0, 0)] * 4, GJ=[4, 6, 8, 12], 备注=["一", "二", "三", "四"])
    assert guess(foreign, table="node").mapping.units == {}
    assert guess(frame([point(0, 0)] * 4, SIZE=[4, 6, 8, 12]), table="node").mapping.units == {
        "diameter_mm": "inch"
    }


def test_codes_of_owners_are_left_out_and_named() -> None:
    guessed = guess(frame([ONE] * 4, OWNEDBY=[1, 1, -1, 1], MAINTAINEDBY=["City"] * 4), table="pipe")
    assert _columns(guessed) == {"operator": "MAINTAINEDBY"}
    (remark,) = guessed.remarks
    assert (remark.column, remark.kind, remark.examples) == ("OWNEDBY", "codes", ("1", "-1"))
    assert "1, -1" in remark.text(tables.table("pipe"))


def test_a_width_beside_heights_of_nought_is_a_bore() -> None:
    foreign = frame([ONE] * 5, WIDTH=[300, 450, 600, 375, 2000], HEIGHT=[0, 450, 0, 375, 1500])
    fields = guess(foreign, table="pipe").mapping.fields
    assert {name: (one.column, one.take) for name, one in fields.items()} == {
        "diameter_mm": ("WIDTH", "round"),
        "width_mm": ("WIDTH", ""),
        "height_mm": ("HEIGHT", ""),
    }


@pytest.mark.parametrize("words", [["开", "关", "常开"], ["开", "开", "常开"]])
def test_states_of_valves_are_known_by_their_words(words: list[str]) -> None:
    valves = pd.DataFrame({"BH": [f"F{k}" for k in range(12)], "ZT": words * 4})
    found = _columns(guess(valves, table="node"))
    assert found["valve_state"] == "ZT" and "status" not in found


@pytest.mark.parametrize("words", [["DN100", "DN150"], ["100mm", "φ150"]])
def test_bores_that_say_so_are_known_however_few_differ(words: list[str]) -> None:
    hydrants = {"BH": [f"XH{k}" for k in range(12)], "GCZJ": words * 6, "JYZ": ["100", "150"] * 6}
    assert _columns(guess(pd.DataFrame(hydrants), table="node"))["diameter_mm"] == "GCZJ"


@pytest.mark.parametrize(
    ("table", "heading", "values", "field"),
    a_few_quick(
        [
            ("node", "GCZJ", ["100", "150"], "diameter_mm"),
            ("node", "GCZJ", ["350000", "420000"], None),
            ("node", "铺设时间", ["2008-05-01", "2011-03-07"], "install_year"),
            ("node", "敷设年代", ["2008", "2011"], "install_year"),
            ("node", "MS", ["1.20", "1.35"], "depth_m"),
            ("pipe", "铺设年份", ["2008", "2011"], "install_year"),
            ("pipe", "PSND", ["2008", "2011"], "install_year"),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_bores_years_and_depths_of_hydrants_and_pipes_are_filled(
    table: str, heading: str, values: list[str], field: str | None
) -> None:
    rows = pd.DataFrame({"BH": [f"XH{k}" for k in range(12)], heading: values * 6})
    found = _columns(guess(rows, table=table))
    assert {name for name, column in found.items() if column == heading} == ({field} if field else set())


@pytest.mark.parametrize("heading", ["埋深", "平均埋深", "MS", "GDMS"])
def test_one_depth_of_a_pipe_is_offered_for_both_ends(heading: str) -> None:
    """Nobody knows of which end it is: it is not taken unasked, however few depths there are."""
    guessed = _with(**{heading: ["1.20", "1.35"] * 20})
    assert not {"depth_start_m", "depth_end_m"} & set(guessed.mapping.fields)
    assert [one.field for one in guessed.suggestions] == ["depth_start_m", "depth_end_m"]


@pytest.mark.parametrize(
    ("heading", "fields"),
    a_few_quick(
        [
            ("两端埋深", ["depth_start_m", "depth_end_m"]),
            ("起终点埋深", ["depth_start_m", "depth_end_m"]),
            ("起、止点埋深(m)", ["depth_start_m", "depth_end_m"]),
            ("首末端埋深", ["depth_start_m", "depth_end_m"]),
            ("Depth at both ends", ["depth_start_m", "depth_end_m"]),
            ("起点埋深", ["depth_start_m"]),
            ("始端埋深", ["depth_start_m"]),
            ("起点管底埋深(m)", ["depth_start_m"]),
            ("depth_start", ["depth_start_m"]),
            ("止点埋深", ["depth_end_m"]),
            ("末端埋深", ["depth_end_m"]),
            ("DEPTH_TO", ["depth_end_m"]),
            ("上游埋深", []),
            ("平均埋深", []),
            ("起点管顶埋深", []),
            ("两端埋深(mm)", []),
        ],
        6,
        is_tuple_one_value=False,
    ),
)
def test_one_depth_is_filled_where_its_heading_says_of_which_end(heading: str, fields: list[str]) -> None:
    guessed = _with(**{heading: ["1.20", "1.35"] * 20})
    found = {name for name, column in _columns(guessed).items() if column == heading}
    assert found == set(fields)


def test_of_two_columns_of_depths_neither_is_taken_for_both_ends() -> None:
    depths = ["1.20", "1.35"] * 20
    guessed = _with(两端埋深=depths, 埋深=depths)
    assert not {"depth_start_m", "depth_end_m"} & set(guessed.mapping.fields)


def test_the_only_number_of_devices_is_their_id() -> None:
    devices = pd.DataFrame({"设备编号": [f"F{k:04d}" for k in range(12)], "管径": [100, 150, 200] * 4})
    assert _columns(guess(devices, table="node"))["node_id"] == "设备编号"
    beside = devices.assign(编号=[f"N{k}" for k in range(12)])
    found = _columns(guess(beside, table="node"))
    assert (found["node_id"], found["serial"]) == ("编号", "设备编号")


def test_lengths_with_their_unit_are_no_ids_and_numbers_with_zeros_before_them_are() -> None:
    lengths = [f"{20 + 1.37 * k:.2f}米" for k in range(12)]
    rows = {"BH": [f"{k:05d}" for k in range(1, 13)], "X1": lengths, "GJ": [100, 150, 200] * 4}
    lines = [line((10 * k, 0), (10 * k + 10, 0)) for k in range(12)]
    assert _columns(guess(frame(lines, **rows), table="pipe"))["pipe_id"] == "BH"
    plain = frame(lines, **{**rows, "BH": list(range(1, 13))})
    assert "pipe_id" not in _columns(guess(plain, table="pipe"))


def test_kinds_under_a_heading_for_systems_are_kinds() -> None:
    words = ["消防栓", "地上消火栓", "消火栓"]
    found = _columns(guess(pd.DataFrame({"编号": range(12), "类别": words * 4}), table="node"))
    assert found["kind"] == "类别" and "system" not in found


def _measured(rows: int, low: float, high: float) -> list[float]:
    """Return numbers spread between two, to the centimetre, in no order."""
    return [round(low + (high - low) * (row * 37 % rows) / rows, 2) for row in range(rows)]


def _with(**columns: list[object]) -> object:
    lines = [line((20 * row, 0), (20 * row + 20, 0)) for row in range(40)]
    return guess(frame(lines, **columns), table="pipe")


@pytest.mark.slow
@hypothesis_settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["ZUBA", "MOKE", "字段7", "F_12"]),
    st.floats(0.3, 1.2),
    st.floats(0.5, 5.0),
    st.sampled_from([1, -1]),
    st.integers(0, 2),
)
def test_depths_of_any_name_are_offered_and_never_taken(
    heading: str, low: float, spread: float, sign: int, unknown: int
) -> None:
    depths: list[object] = [sign * one for one in _measured(40, low + 0.3, low + 0.3 + spread)]
    depths[:unknown] = ["不详"] * unknown
    guessed = _with(**{heading: depths})
    assert not {"depth_start_m", "depth_end_m"} & set(guessed.mapping.fields)
    assert [(one.field, one.column) for one in guessed.suggestions] == [
        ("depth_start_m", heading),
        ("depth_end_m", heading),
    ]


@pytest.mark.parametrize(
    ("heading", "values"),
    a_few_quick(
        [
            ("坡度", _measured(40, 0.8, 4.0)),
            ("WALL_THK", _measured(40, 4.0, 9.0)),
            ("压力（MPa）", _measured(40, 0.6, 1.6)),
            ("ZUBA", [float(one % 5 + 1) for one in range(40)]),
            ("ZUBA", _measured(40, 0.001, 0.03)),
            ("ZUBA", [1.2, 1.3] * 20),
            ("ZUBA", _measured(40, 1.0, 90.0)),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_other_small_numbers_are_no_depths(heading: str, values: list[float]) -> None:
    assert _with(**{heading: values}).suggestions == ()


def test_depths_of_pits_are_offered() -> None:
    pits = pd.DataFrame({"设备编号": [f"W{k:03d}" for k in range(40)], "ZUBA": _measured(40, 0.9, 3.5)})
    assert [(one.field, one.column) for one in guess(pits, table="node").suggestions] == [("depth_m", "ZUBA")]


def test_an_empty_column_takes_no_field_that_another_fills() -> None:
    # GPX has all its columns, most of them empty.
    rows = frame(
        name=["V1", "V2"], type=[None, None], desc=["阀门", "消火栓"], geometry=[point(0, 0), point(9, 9)]
    )
    found = guess(rows, name="a.gpx")
    assert (found.table, _columns(found)) == ("node", {"node_id": "name", "kind": "desc"})


def test_a_unit_that_a_heading_is_cut_within_is_one() -> None:
    cut = _cut("管径毫米", "utf-8")
    assert cut == "管径毫"
    found = guess(pd.DataFrame({"管段编": ["P1", "P2"], cut: ["300", "400"]}), table="pipe")
    assert _columns(found) == {"pipe_id": "管段编", "diameter_mm": cut}


@pytest.mark.parametrize(
    ("heading", "values", "unit"),
    [
        ("工作压力(kPa)", [300, 250], "kPa"),
        ("工作压力(kgf/cm2)", [3.1, 2.5], "kgf/cm2"),
        ("工作压力(m)", [30, 25], "m"),
        ("工作压力(MPa)", [0.3, 0.25], None),
        ("工作压力(kPa)", [30000, 25000], ""),
    ],
)
def test_a_unit_of_which_a_heading_has_the_beginning_is_told_by_the_values(
    heading: str, values: list[float], unit: str | None
) -> None:
    cut = _cut(heading, "gbk")
    found = guess(pd.DataFrame({"管段编号": ["P1", "P2"], cut: values}), table="pipe")
    assert found.mapping.fields.get("pressure_mpa") == (FieldSource(cut) if unit != "" else None)
    assert found.mapping.units.get("pressure_mpa") == (unit or None)


def test_pairs_of_numbers_that_may_be_depths_are_no_levels_unsaid() -> None:
    depths = {"起始埋": ["2.45", "1.57", "1.80"], "终止埋": ["2.55", "1.67", "1.90"]}
    found = _columns(guess(pd.DataFrame({"管段编": ["P1", "P2", "P3"], **depths}), table="pipe"))
    assert (found["depth_start_m"], found["depth_end_m"]) == ("起始埋", "终止埋")
    bare = {"起点甲": depths["起始埋"], "终点甲": depths["终止埋"]}
    assert not {"invert_start_m", "depth_start_m"} & set(_columns(guess(pd.DataFrame(bare), table="pipe")))
    high = {name: [f"{float(cell) + 40:.2f}" for cell in cells] for name, cells in bare.items()}
    assert _columns(guess(pd.DataFrame(high), table="pipe"))["invert_start_m"] == "起点甲"


@pytest.mark.parametrize(
    ("heading", "values", "field"),
    [
        ("管材代码", ["QM", "G", "T"], "material"),
        ("GC", ["QM", "HT", "T"], "material"),
        ("MATL", ["DI", "RCP", "PE"], "material"),
        ("GXZL", ["JS", "JS", "JS"], "system"),
        ("敷设做法", ["直埋", "顶管", "管沟"], "burial"),
        ("LX", ["正向", "反向", "正向"], "flow"),
    ],
)
def test_codes_of_offices_have_their_field(heading: str, values: list[str], field: str) -> None:
    found = guess(pd.DataFrame({"管段编号": ["P1", "P2", "P3"], heading: values}), table="pipe")
    assert _columns(found).get(field) == heading


@pytest.mark.parametrize(
    ("heading", "field"),
    [("RIM_ELEV", "ground_m"), ("GROUND_LVL", "ground_m"), ("井盖高程", "ground_m"), ("KJ", "diameter_mm")],
)
def test_points_with_coordinates_are_nodes_with_their_levels_and_bores(heading: str, field: str) -> None:
    columns = {"FACILITYID": ["A1", "A2"], "ASSET_TYPE": ["VALVE", "HYDRANT"], heading: ["100", "200"]}
    places = {"X坐标": ["2513300", "2513310"], "Y坐标": ["502000", "502010"]}
    found = guess(pd.DataFrame({**columns, **places, "STREET": ["A St", "B St"]}), name="points.xlsx")
    assert (found.table, _columns(found)[field]) == ("node", heading)


@pytest.mark.parametrize(("width", "height"), [("宽(m)", "高(m)"), ("宽度(mm)", "高度(mm)")])
def test_width_and_height_stand_together(width: str, height: str) -> None:
    cells = {"管段编号": ["P1", "P2"], "管径": ["300", None], width: [None, "1.2"], height: [None, "0.9"]}
    found = _columns(guess(pd.DataFrame(cells), table="pipe"))
    assert (found["width_mm"], found["height_mm"], found["diameter_mm"]) == (width, height, "管径")
    alone = guess(pd.DataFrame({"管段编号": ["P1", "P2"], "高": ["38.2", "38.1"]}), table="pipe")
    assert "height_mm" not in _columns(alone)


def test_kilometres_of_lines_in_degrees_are_lengths_and_degrees_are_none() -> None:
    shapes = [line((20 * row, 0), (20 * row + 20 + row, 0)) for row in range(12)]
    km = [(20 + row) / 1000 for row in range(12)]
    foreign = frame(shapes, **{"编号": [f"P{row}" for row in range(12)], "管长(公里)": km}).to_crs(4490)
    found = guess(foreign, table="pipe").mapping
    assert (found.fields["length_m"].column, found.units["length_m"]) == ("管长(公里)", "km")
    degrees = foreign.assign(**{"管长(公里)": foreign.length.to_numpy()}).rename(
        columns={"管长(公里)": "长度"}
    )
    assert "length_m" not in guess(degrees, table="pipe").mapping.fields


@pytest.mark.parametrize("numbered", ["{}、{}", "{}.{}", "（{}）{}", "{}) {}（必填）"])
def test_the_number_of_a_column_is_none_of_its_name(numbered: str) -> None:
    names = [numbered.format(at, name) for at, name in enumerate(("管段编号", "管径(mm)", "管材"), start=1)]
    found = guess(pd.DataFrame({names[0]: ["P1", "P2"], names[1]: [300, 400], names[2]: "PE"}), table="pipe")
    assert _columns(found) == dict(zip(("pipe_id", "diameter_mm", "material"), names))


def test_a_column_that_counts_rows_gives_way_to_the_ids_of_the_network() -> None:
    known = [f"GS-{number}" for number in (7, 3, 9, 4, 5, 8)]
    file = frame([ONE] * 6, 管段编号=list(range(1, 7)), 原编号=known)
    assert _columns(guess(file, table="pipe", ids=lambda _table: known))["pipe_id"] == "原编号"
    # Numbers of its own stay: what it was once is no id.
    file["管段编号"] = [f"PX{number}" for number in range(6)]
    assert _columns(guess(file, table="pipe", ids=lambda _table: known))["pipe_id"] == "管段编号"
