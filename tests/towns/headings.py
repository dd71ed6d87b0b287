"""What columns are called: in Chinese, by the initials of pinyin, in English."""

from __future__ import annotations

import random

# Of each field: Chinese, initials, English.
_NAMES = {
    "pipe_id": (("管线编号", "管段编码", "管道编号"), ("GDBM", "GXBH", "GDBH"), ("PIPE_ID", "FACILITYID")),
    "node_id": (("设备编号", "阀门编号", "编号"), ("BH", "SBBH", "GDBH"), ("ASSET_ID", "NODE_ID")),
    "failure_id": (("工单编号", "抢修单号", "编号"), ("GDH", "BH"), ("WO_NO", "BREAK_ID")),
    "material": (("管材", "材质", "管道材质"), ("CZ", "GCAI", "GC"), ("MATERIAL", "PIPE_MATERIAL")),
    "reported_pipe_id": (("管线编号", "管段编号"), ("GXBH", "GDBM"), ("PIPE_ID", "MAIN_ID")),
    "reported_material": (("管材", "材质"), ("CZ", "GCAI"), ("MATERIAL", "PIPE_MAT")),
    "diameter_mm": (("管径", "口径", "公称直径"), ("GJ", "GCZJ"), ("DIAMETER", "PIPE_SIZE")),
    "reported_diameter_mm": (("管径", "口径"), ("GJ",), ("DIAMETER", "SIZE")),
    "install_year": (
        ("敷设年代", "建设年份", "铺设时间"),
        ("JSND", "TCNF", "FSND"),
        ("YEAR_LAID", "INSTALLYR"),
    ),
    "length_m": (("管长", "长度", "管线长度"), ("CD", "GDC", "GXCD"), ("LENGTH", "PIPE_LENGTH")),
    "street": (("所在道路", "路名", "道路名称"), ("LM", "DLMC", "SZDL"), ("STREET", "ROAD_NAME")),
    "status": (("使用状态", "运行状态"), ("QYZT", "SYZT", "ZT"), ("STATUS", "LIFECYCLE")),
    "from_node": (("起点编号", "起点点号"), ("QDDH", "QSDH"), ("FROM_NODE", "US_NODE")),
    "to_node": (("终点编号", "终点点号"), ("ZDDH", "ZZDH"), ("TO_NODE", "DS_NODE")),
    "depth_start_m": (("起点埋深",), ("QDMS", "MS"), ("DEPTH_M",)),
    "kind": (("类型", "类别"), ("LX",), ("TYPE", "KIND")),
    "valve_state": (("开关状态", "启闭状态"), ("KGZT", "QBZT"), ("OPEN_CLOSE", "VALVE_STATE")),
    "date": (("抢修时间", "报修日期", "维修日期"), ("RQ", "WXRQ"), ("BREAK_DATE", "LEAK_DATE")),
    "x": (("X坐标", "X"), ("X",), ("X", "EAST")),
    "y": (("Y坐标", "Y"), ("Y",), ("Y", "NORTH")),
}
# Pairs are called alike: a start by one name and its end by the name of the same place.
_PAIRS = {"to_node": "from_node", "y": "x"}
CHINESE, INITIALS, ENGLISH = range(3)
# As one utility calls its columns; three of them are known by their values alone.
SEEN_ONCE = {
    "pipe_id": "GDBM", "from_node": "QSDH", "to_node": "ZZDH", "diameter_mm": "GCZJ", "material": "GCAI",
    "install_year": "TCNF", "length_m": "GDC", "street": "LM", "depth_start_m": "MS", "status": "QYZT",
}  # fmt: skip


def headings(rng: random.Random, fields: list[str], way: int) -> dict[str, str]:
    """Return a heading for each field, no two alike."""
    found: dict[str, str] = {}
    places: dict[str, int] = {}
    for field in fields:
        names = _NAMES[field][way]
        place = places.get(_PAIRS.get(field, ""), rng.randrange(len(names)))
        places[field] = place
        names = (*names[place:], *names[:place])
        found[field] = next(one for one in names if one not in found.values())
    return found


def cut(heading: str, encoding: str) -> str:
    """Return a heading as a shapefile keeps it: ten bytes."""
    return heading.encode(encoding)[:10].decode(encoding, "ignore")
