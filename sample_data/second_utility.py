"""Write the sample town's water supply as a second utility keeps it, with everything that goes wrong there.

``python sample_data/foreign.py FOLDER --utility second`` makes 供水管网.shp (names of columns by their first
letters, years such as 98年, bores such as 0.15m), 阀门消火栓.csv (title, units and total around the table)
and 抢修台账.xlsx (title rows, a heading of two rows with merged cells, a row of units, a total and a line to
sign). On request the ids of some streets repeat, rows stand there twice, one pipe lies 400 km off and four
points have x and y exchanged.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __package__:
    from .foreign import ENCODING, Row, features, table_rows, write_shapefile
    from .sheets import write_sheet
else:  # beside the script
    from foreign import ENCODING, Row, features, table_rows, write_shapefile
    from sheets import write_sheet

PIPES, POINTS, FAILURES = "供水管网.shp", "阀门消火栓.csv", "抢修台账.xlsx"
SYSTEM = "potable"
# Where the headings of the two tables stand, as a mapping says it.
POINTS_HEADER = {"row": 2, "units_row": 3}
FAILURES_HEADER = {"row": 3, "last_row": 4, "units_row": 5}

_MATERIALS = {
    "ductile_iron": ("球铁", "球墨铸铁管"),
    "cast_iron": ("灰铸铁管", "灰口铸铁"),
    "pe": ("PE管", "聚乙烯"),
    "galvanized_steel": ("镀锌钢管", "镀锌"),
    "stainless_steel": ("不锈钢", "薄壁不锈钢"),
    "pvc": ("UPVC", "UPVC管"),
    "steel": ("钢管", "焊接钢管"),
    "prestressed_concrete": ("预应力砼", "预应力混凝土管"),
    "asbestos_cement": ("石棉水泥管", "石棉"),
    "pccp": ("PCCP", "PCCP管"),
    "concrete": ("水泥管", "砼管"),
}
_STATES = {"in_use": "在用", "abandoned": "废弃", "stopped": "停用"}
_BURIALS = {"direct": "直埋", "overhead": "架空", "trenchless": "顶管"}
_POINTS = {
    "valve": "闸阀",
    "hydrant": "消火栓",
    "meter": "水表",
    "cap": "管堵",
    "junction": "节点",
    "flow_meter": "流量计",
    "pressure_sensor": "测压点",
    "air_valve": "排气阀",
    "washout": "泄水阀",
    "reservoir": "清水池",
    "pump_station": "泵站",
    "secondary_supply": "二供泵房",
}
_FAILURES = {
    "main_break": "爆管",
    "main_leak": "漏水",
    "joint": "接口漏水",
    "service": "户管",
    "valve_hydrant": "阀门漏水",
    "third_party": "外力破坏",
}
# A row that strayed, m from where it belongs; rows apart, so that each fault stands alone.
STRAY_M = 400_000.0
_STRAY_ROW, _SWAPPED_ROWS, _SAME_ROWS = 300, (11, 222, 333, 444), (50, 150, 250)


@dataclass(frozen=True)
class SecondUtility:
    """The files and what is odd about them, by table: rows, totals left out, ids that repeat and so on."""

    pipes: Path
    points: Path
    failures: Path
    rows: dict[str, int]
    # Rows of the files that are a total or a line to sign.
    totals: dict[str, int]
    # Rows whose id a row above has, rows that are a row above again, rows in a wrong place.
    repeated: int = 0
    same: int = 0
    strays: int = 0
    swapped: int = 0
    # Truth of what is hard to read: pipe row (from 0) -> year, bore in mm, material.
    years: dict[int, int] = field(default_factory=dict)
    diameters: dict[int, float] = field(default_factory=dict)
    materials: dict[int, str] = field(default_factory=dict)


def _year_word(year: int, number: int) -> str:
    """Return a year as several hands wrote it."""
    if number % 5 == 0 and 1950 <= year < 2000:
        return f"{year % 100}年"
    if number % 5 == 1:
        return f"{year}年{1 + number % 12}月"
    if number % 5 == 2:
        return f"{year}-{1 + number % 12:02d}"
    return str(year)


def _bore_word(diameter: float, number: int) -> str:
    if number % 7 == 0:
        return f"{diameter / 1000:g}m"
    return f"DN{diameter:g}" if number % 7 < 3 else f"{diameter:g}"


class _Pipes:
    """The rows of 供水管网.shp, and what is true of them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.years: dict[int, int] = {}
        self.diameters: dict[int, float] = {}
        self.materials: dict[int, str] = {}
        self.ids: dict[str, str] = {}
        for number, pipe in enumerate(one for one in features("pipes") if one["system"] == SYSTEM):
            self._add(number, pipe)

    def _add(self, number: int, pipe: Row) -> None:
        material = pipe.get("material")
        if material == "steel" and number % 2:
            material = "concrete"
        if material is not None:
            self.materials[number] = material
        year, bore = pipe.get("install_year"), pipe.get("diameter_mm")
        # The office's program writes 1900 where nobody knows.
        year_word = "1900" if number % 41 == 7 else None if year is None else _year_word(year, number)
        if year_word not in (None, "1900"):
            self.years[number] = year
        if bore is not None:
            self.diameters[number] = float(bore)
        state = pipe["status"]
        if state == "abandoned" and number % 2:
            state = "stopped"
        own = f"GS{70000 + number * 3}"
        self.ids[pipe["pipe_id"]] = own
        line = pipe["geometry"]
        length = sum(
            ((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) ** 0.5 for one, two in zip(line, line[1:])
        )
        self.rows.append(
            {
                "GXBH": own,
                "QDDH": pipe.get("from_node"),
                "ZDDH": pipe.get("to_node"),
                "GJ": None if bore is None else _bore_word(bore, number),
                "CZ": None if material is None else _MATERIALS[material][number % 9 == 4],
                "MSFS": _BURIALS[pipe.get("burial", "direct")],
                "JSNY": year_word,
                "SZDL": pipe.get("street"),
                "QDMS": pipe.get("depth_start_m"),
                "ZDMS": pipe.get("depth_end_m"),
                "QSDW": "第二自来水公司",
                "SYZT": _STATES[state],
                "GDCD": round(length, 2),
                "geometry": [point[:2] for point in line],
            }
        )

    def repeat_ids(self) -> int:
        """Give all pipes of every fourth street the id of its first pipe; return how many lost theirs."""
        streets = sorted({row["SZDL"] for row in self.rows if row["SZDL"]})[::4]
        first: dict[str, str] = {}
        lost = 0
        for row in self.rows:
            if row["SZDL"] in streets:
                own = row["GXBH"]
                row["GXBH"] = first.setdefault(row["SZDL"], own)
                lost += row["GXBH"] != own
        return lost

    def stray(self) -> None:
        """Send one pipe far off."""
        row = self.rows[_STRAY_ROW]
        row["geometry"] = [[x + STRAY_M, y] for x, y in row["geometry"]]


def _points(with_swapped: bool) -> list[list[Any]]:
    """Return the rows of 阀门消火栓.csv without title and total."""
    rows = []
    for number, node in enumerate(one for one in features("nodes") if one["system"] == SYSTEM):
        x, y = node["geometry"][:2]
        if with_swapped and number in _SWAPPED_ROWS:
            x, y = y, x
        year, bore = node.get("install_year"), node.get("diameter_mm")
        rows.append(
            [
                node["node_id"],
                _POINTS[node["kind"]],
                f"{x:.3f}",
                f"{y:.3f}",
                node.get("ground_m"),
                "" if bore is None else f"{bore:g}",
                "" if year is None else f"{year}年",
                node.get("street"),
            ]
        )
    return rows


def _failures(ids: dict[str, str], pipes: dict[str, Row]) -> list[list[Any]]:
    """Return the rows of 抢修台账.xlsx without headings and total."""
    rows = []
    for number, failure in enumerate(table_rows("failures")):
        year, month, day = (int(part) for part in str(failure["date"]).split("-"))
        reported = failure["reported_pipe_id"]
        own = ids.get(str(reported))
        pipe = pipes.get(own) if own is not None else None
        hour = f" {8 + number % 12:02d}:30" if number % 3 == 0 else ""
        rows.append(
            [
                number + 1,
                f"QX{year}{number:04d}",
                f"{year}.{month}.{day}{hour}" if number % 4 else f"{year}年{month}月{day}日",
                failure["street"],
                float(failure["x"]),
                float(failure["y"]),
                # A third of the crews write down what they saw, not the number of the pipe.
                None if number % 3 == 1 else own,
                None if pipe is None else pipe["GJ"],
                None if pipe is None else pipe["CZ"],
                _FAILURES[str(failure["kind"])],
                failure["cause"],
                failure["repaired_on"],
            ]
        )
    return rows


def _write_points(path: Path, rows: list[list[Any]]) -> None:
    with open(path, "w", encoding=ENCODING, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["第二自来水公司阀门、消火栓一览表", *[""] * 7])
        writer.writerow(["点号", "设施类别", "X坐标", "Y坐标", "地面高程", "口径", "安装时间", "所在道路"])
        writer.writerow(["", "", "m", "m", "m", "mm", "年", ""])
        writer.writerows(rows)
        writer.writerow(["合计", f"{len(rows)}个", *[""] * 6])


def _write_failures(path: Path, rows: list[list[Any]]) -> None:
    upper = [
        "序号",
        "单号",
        "抢修时间",
        "抢修地点",
        "",
        "",
        "管道情况",
        "",
        "",
        "漏损类别",
        "原因",
        "完工时间",
    ]
    lower = ["", "", "", "路名", "X坐标", "Y坐标", "管段编号", "管径", "材质", "", "", ""]
    units = ["", "", "", "", "m", "m", "", "mm", "", "", "", ""]
    whole = [
        ["第二自来水公司管网抢修台账"],
        ["填报单位：管网运行所", "", "", "", "", "", "", "", "", "统计时间：2001年1月至2025年12月"],
        upper,
        lower,
        units,
        *rows,
        ["合计", f"{len(rows)}次"],
        ["制表：李四", "", "", "审核：张三"],
    ]
    merged = [(0, 0, 0, 11), (2, 3, 2, 5), (2, 6, 2, 8)]
    merged += [(2, column, 3, column) for column in (0, 1, 2, 9, 10, 11)]
    write_sheet(path, "抢修台账", whole, merged)


def write(folder: Path, *, repeated: bool = False, strays: bool = False) -> SecondUtility:
    """Write the second utility's files into a folder and return what is odd about them.

    Parameters
    ----------
    folder
        Made where it is not there.
    repeated
        The ids of some streets repeat and three rows stand there twice.
    strays
        One pipe lies far off, four points have x and y exchanged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pipes = _Pipes()
    by_id = {row["GXBH"]: dict(row) for row in pipes.rows}
    failures = _failures(pipes.ids, by_id)
    lost = 0
    if repeated:
        lost = pipes.repeat_ids()
        pipes.rows += [dict(pipes.rows[number]) for number in _SAME_ROWS]
        first = {old: row["GXBH"] for old, row in zip(by_id, pipes.rows)}
        for row in failures:
            row[6] = first.get(row[6], row[6])
    if strays:
        pipes.stray()
    points = _points(strays)
    write_shapefile(folder / PIPES, pipes.rows, "LineString")
    _write_points(folder / POINTS, points)
    _write_failures(folder / FAILURES, failures)
    return SecondUtility(
        pipes=folder / PIPES,
        points=folder / POINTS,
        failures=folder / FAILURES,
        rows={"pipe": len(pipes.rows), "node": len(points) + 1, "failure": len(failures) + 2},
        totals={"pipe": 0, "node": 1, "failure": 2},
        repeated=lost,
        same=len(_SAME_ROWS) if repeated else 0,
        strays=int(strays),
        swapped=len(_SWAPPED_ROWS) if strays else 0,
        years=pipes.years,
        diameters=pipes.diameters,
        materials=pipes.materials,
    )
