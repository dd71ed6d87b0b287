"""Chinese headings that are put together of two words are known, each as one field of a table."""

from __future__ import annotations

from collections import Counter

import pytest
from support.adoption_frames import frame, line, point

from waternet_plugin.core.exchange.guessing.column_names import combined_headings
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable, adoptable_fields
from waternet_plugin.core.schema.domains import fold

ROWS = 12
IDS = [f"A{at}" for at in range(ROWS)]
DAYS = [f"20{at + 10}-0{at % 9 + 1}-1{at % 9}" for at in range(ROWS)]
# Headings as they stand in utilities' files, none an alias of the schema.
SEEN = [
    ("pipe", "install_year", "埋设日期", DAYS),
    ("pipe", "install_year", "投入使用时间", DAYS),
    ("pipe", "install_year", "通水时间", DAYS),
    ("pipe", "retired_on", "报废时间", DAYS),
    ("pipe", "street", "敷设位置", ["中山路"] * ROWS),
    ("pipe", "burial", "施工工艺", ["顶管", "直埋"] * 6),
    ("pipe", "operator", "运维单位", ["一所", "二所"] * 6),
    ("node", "ground_m", "井盖标高", [31.5 + at for at in range(ROWS)]),
    ("node", "depth_m", "井底埋深", [2.5 + at / 10 for at in range(ROWS)]),
    ("node", "turns", "启闭圈数", [12, 20, 24] * 4),
    ("node", "serial", "钢印号", [f"20{at}77" for at in range(ROWS)]),
    ("node", "kind", "阀门类型", ["软密封闸阀", "复合式排气阀", "减压阀"] * 4),
    ("node", "tank_volume_m3", "水箱容积(m³)", [60.0 + at for at in range(ROWS)]),
    ("work_item", "opened_on", "巡查日期", DAYS),
    ("work_item", "closed_on", "清掏日期", DAYS),
    ("work_item", "closed_on", "作业日期", DAYS),
    ("work_item", "state", "完成情况", ["已完成", "未完成"] * 6),
    ("work_item", "person", "巡查人员", ["张三", "李四"] * 6),
    ("programme_item", "state", "进展情况", ["已完工", "施工中", "未开工"] * 4),
    ("programme_item", "cost", "计划投资(万元)", [120.5 + at for at in range(ROWS)]),
    ("node", "kind", "消火栓型式", ["地上式", "地下式"] * 6),
    ("failure", "failure_id", "派工单号", [f"PG{at}" for at in range(ROWS)]),
    ("failure", "date", "来电时间", DAYS),
    ("failure", "date", "报漏时间", DAYS),
    ("failure", "cause", "爆漏原因", ["老化", "沉降"] * 6),
    ("failure", "street", "漏点位置", ["中山路12号"] * ROWS),
    ("failure", "reported_pipe_id", "管道编号", [f"P{at % 4}" for at in range(ROWS)]),
    ("failure", "reported_diameter_mm", "爆管管径", [100, 200, 300] * 4),
    ("failure", "repaired_on", "恢复供水时间", DAYS),
    ("customer", "customer_id", "缴费户号", IDS),
    ("customer", "name", "用水户名称", [f"户{at}" for at in range(ROWS)]),
    ("customer", "kind", "水价类别", ["居民", "工业用水", "特种行业"] * 4),
    ("customer", "meter_id", "水表钢印号", [f"B{at}" for at in range(ROWS)]),
    ("customer", "permit_until", "许可证到期日期", DAYS),
    ("compound", "households", "居民户数", [120, 300, 45] * 4),
    ("compound", "built_year", "竣工时间", [2001, 2005, 2010] * 4),
]


@pytest.mark.parametrize(("table", "field", "heading", "values"), SEEN, ids=[one[2] for one in SEEN])
def test_a_heading_of_two_words_is_known(table: str, field: str, heading: str, values: list[object]) -> None:
    shapes = {
        "pipe": [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(ROWS)],
        "compound": [point(30.0 * at, 0).buffer(5.0) for at in range(ROWS)],
    }.get(table, [point(30.0 * at, 0) for at in range(ROWS)])
    own = {} if field.endswith("_id") and field == adoptable(table).id_field else {"编号": IDS}
    guessed = guess(frame(shapes, **own, **{heading: values}), table=table)
    assert {name: one.column for name, one in guessed.mapping.fields.items()}[field] == heading


def test_kinds_of_valves_are_read_and_those_without_are_what_the_heading_of_the_id_says() -> None:
    kinds = ["蝶阀", "减压阀", "止回阀", None] * 3
    points = [point(30.0 * at, 0) for at in range(ROWS)]
    guessed = guess(frame(points, 阀门编号=IDS, 阀门类型=kinds), table="node")
    assert guessed.mapping.values["kind"] == {
        "蝶阀": "valve",
        "减压阀": "prv",
        "止回阀": "check_valve",
        "": "valve",
    }
    unnamed = guess(frame(points, 编号=IDS, 设施类型=kinds), table="node")
    assert "" not in unnamed.mapping.values["kind"], "what nothing tells is asked"


def test_meters_that_name_their_total_meter_by_its_number_have_that_number_as_their_id() -> None:
    points = [point(30.0 * at, 0) for at in range(ROWS)]
    totals = [None, *IDS[:1] * (ROWS - 1)]
    guessed = guess(frame(points, 表号=IDS, 上级总表=totals), table="node").mapping.fields
    assert (guessed["node_id"].column, guessed["meter_parent"].column) == ("表号", "上级总表")
    numbered = guess(frame(points, 编号=IDS, 表号=IDS, 上级总表=totals), table="node").mapping.fields
    assert (numbered["node_id"].column, numbered["serial"].column) == ("编号", "表号")
    alone = guess(frame(points, 表号=IDS), table="node").mapping.fields
    assert "serial" in alone and "node_id" not in alone


def test_each_heading_is_one_field_of_its_table() -> None:
    """No heading of two words is spelled as another field's name, label or alias."""
    for table in {one for one, _field in combined_headings()}:
        fields = {one.name: one for one in adoptable_fields(adoptable(table))}
        spelled: Counter[str] = Counter()
        for name, one in fields.items():
            combined = combined_headings().get((table, name), ())
            others = {fold(word) for word in (name, one.label_en, one.label_zh, *one.aliases)}
            spelled.update({*combined, *others})
        known = {word for key, words in combined_headings().items() if key[0] == table for word in words}
        assert [word for word in known if spelled[word] > 1] == []
        assert {field for one, field in combined_headings() if one == table} <= set(fields)


def test_of_several_days_of_a_failure_the_earliest_is_its_date() -> None:
    """A ledger has the call, the crew and the repair: the order of the words tells them apart."""
    rows = {
        "工单号": IDS,
        "派工时间": DAYS,
        "来电时间": DAYS,
        "维修完成时间": DAYS,
    }
    guessed = guess(frame([point(30.0 * at, 0) for at in range(ROWS)], **rows), table="failure")
    columns = {name: one.column for name, one in guessed.mapping.fields.items()}
    assert columns["date"] == "来电时间"
    assert columns["repaired_on"] == "维修完成时间"


def test_tops_covers_and_heights_of_the_ground_are_no_inverts() -> None:
    """起点管顶高程 is a level of a pipe and not its invert."""
    lines = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(ROWS)]
    levels = [30 - at / 10 for at in range(ROWS + 1)]
    for start, end in (("起点管顶高程", "终点管顶高程"), ("起点地面高程", "终点地面高程")):
        guessed = guess(frame(lines, 编号=IDS, **{start: levels[:-1], end: levels[1:]}), table="pipe")
        assert not {"invert_start_m", "invert_end_m"} & set(guessed.mapping.fields)
