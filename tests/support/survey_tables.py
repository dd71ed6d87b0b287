"""Files of a small survey beside the sample town, as a surveyor sends them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

# Near the northern edge of the sample town, in its CRS; the network has nothing within 50 m of it.
NORTH, EAST = 2513600.0, 501500.0
POINTS = (
    ("JS1001", "三通", "", 0.0, 0.0, 39.10),
    ("JS1002", "转折点", "", 20.0, 5.0, 39.20),
    ("JS1003", "", "阀门", 40.0, 5.0, 39.30),
    ("JS1004", "起止点", "", 60.0, 9.0, 39.40),
    ("JS1005", "起止点", "", 3.0, 30.0, 39.00),
    ("JS1006", "起止点", "", -25.0, 0.0, 39.00),
)
CONNECTIONS = (
    ("JS1001", "JS1002"),
    ("JS1002", "JS1003"),
    ("JS1003", "JS1004"),
    ("JS1001", "JS1005"),
    ("JS1001", "JS1006"),
)
LINE_HEADING = "起始点号,终止点号,起点埋深,终点埋深,起点高程,终点高程,埋设方式,材质,管径,建设年代,道路名称"


def write_points(path: Path, more: Sequence[str] = ()) -> Path:
    """Write the point table in GBK, with a title and further rows."""
    rows = ["给水管线点成果表,,,,,", "物探点号,特征,附属物,X,Y,地面高程"]
    for number, feature, thing, north, east, ground in POINTS:
        rows.append(f"{number},{feature},{thing},{NORTH + north:.3f},{EAST + east:.3f},{ground:.2f}")
    path.write_bytes("\r\n".join([*rows, *more, ""]).encode("gb18030"))
    return path


def write_lines(path: Path, more: Sequence[str] = ()) -> Path:
    """Write the line table in GBK; levels are ground less depth."""
    ground = {row[0]: row[5] for row in POINTS}
    rows = [LINE_HEADING]
    for start, end in CONNECTIONS:
        levels = f"{ground[start] - 1.2:.3f},{ground[end] - 1.2:.3f}"
        rows.append(f"{start},{end},1.20,1.20,{levels},直埋,球墨铸铁,DN200,2025,建设路")
    path.write_bytes("\r\n".join([*rows, *more, ""]).encode("gb18030"))
    return path


def write_dat(path: Path, code: str = "WS") -> Path:
    """Write five points as CASS does: number, code, east, north, height."""
    rows = [
        f"{one + 1},{code},{EAST + 100 + 20 * one:.3f},{NORTH + 3 * one:.3f},{38 + 0.01 * one:.3f}"
        for one in range(5)
    ]
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


def write_census(folder: Path, count: int, *, name: str = "JS", north_m: float = 0.0) -> Path:
    """Write tables of points 20 m apart, in rows of 200, and of the lines between them."""
    folder.mkdir(exist_ok=True)
    points, lines = ["物探点号,特征,附属物,X,Y,地面高程"], [LINE_HEADING]
    for one in range(count):
        row, step = divmod(one, 200)
        east = 20.0 * (step if row % 2 == 0 else 199 - step)
        points.append(
            f"{name}{one},,消防栓,{NORTH + north_m + 40 * row:.3f},{EAST + east:.3f},{38 + one % 7 / 10:.3f}"
        )
        if one:
            levels = f"{36.8 + (one - 1) % 7 / 10:.3f},{36.8 + one % 7 / 10:.3f}"
            lines.append(f"{name}{one - 1},{name}{one},1.20,1.20,{levels},直埋,球墨铸铁,DN200,2025,建设路")
    for table, rows in (("点表", points), ("线表", lines)):
        (folder / f"JS{table}.csv").write_bytes("\r\n".join([*rows, ""]).encode("gb18030"))
    return folder
