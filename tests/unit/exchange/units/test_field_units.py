"""Numbers come in other units than a field's own; each is turned into it by its definition, or left out.

The factors here are written down once more, from the definitions of the units.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from support.adoption_frames import adopted, frame, line, point
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.guessing.remarks import UNIT
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict

KGF_CM2_MPA, METRE_MPA, MONTHS_A_YEAR, YEAR_D = 0.0980665, 0.00980665, 12, 365.25

# Table, the field that is meant, a heading and one of our units in one of theirs.
TOLD = [
    ("pipe", "pressure_mpa", "工作压力(kPa)", 0.001),
    ("pipe", "pressure_mpa", "工作压力（kg/cm²）", KGF_CM2_MPA),
    ("pipe", "pressure_mpa", "运行压力（公斤）", KGF_CM2_MPA),
    ("pipe", "pressure_mpa", "运行压力（米水柱）", METRE_MPA),
    ("pipe", "pressure_mpa", "运行压力(m)", METRE_MPA),
    ("pipe", "pressure_mpa", "运行压力kPa", 0.001),
    ("pipe", "pressure_mpa", "PRESSURE_PSI", 0.006894757293168),
    ("pipe", "pressure_mpa", "运行压力(MPa)", 1.0),
    ("failure", "loss_m3", "漏失水量（吨）", 1.0),
    ("failure", "loss_m3", "漏失水量（万m³）", 10_000.0),
    ("failure", "loss_m3", "漏失水量（L）", 0.001),
    ("failure", "hole_cm2", "破损面积（mm²）", 0.01),
    ("node", "cleaning_interval_d", "清掏周期（月）", YEAR_D / MONTHS_A_YEAR),
    ("node", "cleaning_interval_d", "清掏周期(年)", YEAR_D),
    ("node", "cleaning_interval_d", "清掏周期(天)", 1.0),
    ("customer", "demand_m3d", "月用水量(m3)", MONTHS_A_YEAR / YEAR_D),
    ("customer", "demand_m3d", "月均用水量", MONTHS_A_YEAR / YEAR_D),
    ("customer", "demand_m3d", "年用水量（吨）", 1 / YEAR_D),
    ("customer", "demand_m3d", "日均用水量(L)", 0.001),
    ("customer", "demand_m3d", "日用水量（m³）", 1.0),
    ("customer", "plan_m3_y", "年计划用水量（万m3）", 10_000.0),
    ("customer", "plan_m3_y", "用水计划（m³）", 1.0),
    ("volume", "volume_m3", "供水量（万吨）", 10_000.0),
    ("volume", "volume_m3", "售水量万立方米", 10_000.0),
    ("programme_item", "cost", "总投资（万元）", 10_000.0),
    ("programme_item", "cost_government", "财政资金(亿元)", 1e8),
    ("programme_item", "cost", "总投资（元）", 1.0),
    ("work_item", "flow_m3h", "漏点流量（L/s）", 3.6),
]
# What no number of the column is.
OTHER = [
    ("failure", "loss_m3", "漏水量（m3/h）"),
    ("customer", "demand_m3d", "用水量（m3）"),
    ("customer", "demand_m3d", "用水量"),
    ("work_item", "flow_m3h", "漏水量（m³）"),
    ("pipe", "diameter_mm", "管径（kPa）"),
    ("node", "tank_volume_m3", "有效容积（m）"),
]
PLACES = [point(30.0 * at, 0) for at in range(12)]
LINES = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(12)]


def _rows(table: str, heading: str, values: list[Any]) -> pd.DataFrame:
    ids = [f"K{at}" for at in range(len(values))]
    if table in ("volume", "programme_item"):
        return pd.DataFrame({"编号": ids, heading: values})
    return frame((LINES if table == "pipe" else PLACES)[: len(values)], 编号=ids, **{heading: values})


@pytest.mark.parametrize(
    ("table", "field", "heading", "factor"),
    a_few_quick(TOLD, 3, is_tuple_one_value=False),
    ids=[one[2] for one in TOLD],
)
def test_the_unit_of_a_heading_is_read(table: str, field: str, heading: str, factor: float) -> None:
    values = [2, 3, 5, 7, 4, 6, 2, 3, 8, 9, 4, 3]
    rows = _rows(table, heading, values)
    told = guess(rows, table=table).mapping
    assert told.fields[field].column == heading
    needed = {
        "volume": {"component": "metered", "from_date": "2026-01-01", "to_date": "2026-01-31"},
        "programme_item": {"programme": "meter_to_household"},
        "work_item": {"type": "locate", "state": "done"},
    }.get(table, {})
    done = adopted(rows, {field: heading}, table, units=dict(told.units), defaults=needed)
    found = done.rows[field].tolist()
    whole = field == "cleaning_interval_d"
    expected = [round(one * factor) if whole else one * factor for one in values]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("table", "field", "heading"), OTHER, ids=[one[2] for one in OTHER])
def test_a_column_of_another_quantity_is_left_out_and_told(table: str, field: str, heading: str) -> None:
    guessed = guess(_rows(table, heading, [2, 3, 5, 7, 4, 6, 2, 3, 8, 9, 4, 3]), table=table)
    assert field not in guessed.mapping.fields
    assert heading in guessed.unused
    assert [one.kind for one in guessed.remarks if one.column == heading] == [UNIT]


def test_numbers_with_a_unit_of_their_own_are_read_in_it() -> None:
    rows = _rows("pipe", "运行压力", ["0.35MPa", "3.5公斤", "35m", "0.3", "350 kPa", "无"])
    assert guess(rows, table="pipe").mapping.fields["pressure_mpa"].column == "运行压力"
    found = adopted(rows, {"pressure_mpa": "运行压力"}).rows["pressure_mpa"].tolist()
    assert found[:5] == pytest.approx([0.35, 3.5 * KGF_CM2_MPA, 35 * METRE_MPA, 0.3, 0.35])
    assert pd.isna(found[5])
    tanks = _rows("node", "清掏周期", ["6个月", "90天", "1年", "180", "3季度", "12.5"])
    days = adopted(tanks, {"cleaning_interval_d": "清掏周期"}, "node").rows["cleaning_interval_d"]
    assert days.tolist()[:5] == [183, 90, 365, 180, 274]


def test_a_unit_in_a_column_of_another_is_turned_into_the_field() -> None:
    rows = _rows("pipe", "运行压力(kPa)", ["350", "0.3MPa", "3公斤"])
    found = adopted(rows, {"pressure_mpa": "运行压力(kPa)"}, units={"pressure_mpa": "kPa"})
    assert found.rows["pressure_mpa"].tolist() == pytest.approx([0.35, 0.3, 3 * KGF_CM2_MPA])


@pytest.mark.parametrize(
    ("table", "units", "word"),
    [
        ("pipe", {"pressure_mpa": "m3"}, "pressure_mpa"),
        ("pipe", {"length_m": "kPa"}, "length_m"),
        ("pipe", {"street": "m"}, "street"),
        ("failure", {"loss_m3": "m3/h"}, "loss_m3"),
    ],
)
def test_a_unit_of_another_quantity_is_refused(table: str, units: dict[str, str], word: str) -> None:
    name = next(iter(units))
    rows = _rows(table, "c", [1, 2, 3])
    with pytest.raises(InputError, match=word):
        adopted(rows, {name: "c"}, table, units=units)


def test_a_unit_that_nothing_is_measured_in_is_refused() -> None:
    with pytest.raises(InputError, match="furlong"):
        from_dict({"fields": {"length_m": "c"}, "units": {"length_m": "furlong"}})


def test_sums_of_a_list_are_in_the_unit_that_one_of_them_is_headed() -> None:
    ids = [f"X{at}" for at in range(6)]
    rows = pd.DataFrame(
        {"项目编号": ids, "总投资(万元)": [120.5] * 6, "财政资金": [60] * 6, "居民出资": [5] * 6}
    )
    told = guess(rows, table="programme_item").mapping.units
    assert told == {"cost": "10^4", "cost_government": "10^4", "cost_residents": "10^4"}
    apart = rows.rename(columns={"财政资金": "财政资金(元)"})
    assert guess(apart, table="programme_item").mapping.units == {"cost": "10^4"}
    plain = rows.rename(columns={"总投资(万元)": "总投资"})
    assert guess(plain, table="programme_item").mapping.units == {}
