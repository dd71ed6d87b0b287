"""The base map: river, lake, roads, blocks and parks; buildings come from the compounds."""

from __future__ import annotations

from .layout import BLOCKS, LAKE, LANE_HALF, LANES, RIVER, RIVER_HALF, STREETS, plan, rounded
from .plane import part, ribbon
from .town import Town

PARKS = (
    ("中央公园", "N3", 0.02, 0.50, 0.02, 0.97), ("中央公园", "N3", 0.50, 0.98, 0.65, 0.97),
    ("滨江公园", "P3", 0.05, 0.95, 0.02, 0.16), ("文昌绿地", "M1", 0.65, 0.98, 0.60, 0.97),
    ("东园", "P3", 0.63, 0.96, 0.22, 0.95),
)  # fmt: skip
# What is left of the blocks that have parks.
BUILT_UP = {
    "N3": ((0.51, 1.0, 0.0, 0.63),),
    "P3": ((0.0, 0.61, 0.17, 1.0),),
    "M1": ((0.0, 0.63, 0.0, 1.0), (0.63, 1.0, 0.0, 0.58)),
}


def draw(town: Town) -> None:
    """Draw the base map."""
    town.base["water"].append({"kind": "river", "name": "清河", "ring": ribbon(RIVER, RIVER_HALF)})
    town.base["water"].append({"kind": "lake", "name": "清源湖", "ring": [*LAKE, LAKE[0]]})
    pond = part(BLOCKS["N3"].quad, 0.14, 0.38, 0.30, 0.62)
    shore = rounded(list(pond), closed=True)
    town.base["water"].append({"kind": "pond", "name": "公园湖", "ring": [*shore, shore[0]]})
    for street in STREETS.values():
        bridge = street.line[0][1] > 228 > street.line[-1][1] and street.name in ("中山路", "环城东路")
        town.base["roads"].append(
            {
                "kind": "bridge" if bridge else street.road_class,
                "name": street.name,
                "ring": ribbon(street.line, street.half),
            }
        )
    for lane in LANES:
        town.base["roads"].append({"kind": "lane", "name": lane.name, "ring": ribbon(lane.line, LANE_HALF)})
    for name, line, half in (
        ("水厂路", [(346, 1262), (262, 1216), (150, 1200), (76, 1234), (-40, 1380)], 6.0),
        ("东山路", [(1438, 1330), (1490, 1376), (1560, 1400), (1612, 1460)], 5.0),
    ):
        town.base["roads"].append({"kind": "local", "name": name, "ring": ribbon(plan(line), half)})
    for block in BLOCKS.values():
        for u0, u1, v0, v1 in BUILT_UP.get(block.name, ((0.0, 1.0, 0.0, 1.0),)):
            quad = part(block.quad, u0, u1, v0, v1)
            town.base["blocks"].append({"kind": block.use, "name": block.name, "ring": [*quad, quad[0]]})
    for name, block_name, u0, u1, v0, v1 in PARKS:
        quad = part(BLOCKS[block_name].quad, u0, u1, v0, v1)
        town.base["parks"].append({"kind": "park", "name": name, "ring": [*quad, quad[0]]})
    for name, ring in (
        ("清源水厂", [(92, 1222), (252, 1192), (276, 1262), (112, 1296)]),
        ("清源污水处理厂", [(1672, 250), (1800, 226), (1822, 330), (1704, 352)]),
        ("东山高位水池", [(1566, 1450), (1632, 1442), (1640, 1504), (1574, 1512)]),
    ):
        town.base["blocks"].append({"kind": "works", "name": name, "ring": plan([*ring, ring[0]])})
    _basins(town)


def _basins(town: Town) -> None:
    """Draw the basins of the two plants as buildings."""
    quads = (
        [(146, 1256), (176, 1250), (182, 1272), (152, 1278)],
        [(188, 1224), (214, 1219), (219, 1241), (193, 1246)],
        [(110, 1232), (128, 1228), (131, 1240), (113, 1244)],
        [(1722, 268), (1748, 263), (1753, 287), (1727, 292)],
        [(1758, 261), (1784, 256), (1789, 280), (1763, 285)],
        [(1732, 304), (1792, 293), (1796, 313), (1736, 324)],
    )
    for quad in quads:
        town.base["buildings"].append({"kind": "works", "ring": plan([*quad, quad[0]])})
