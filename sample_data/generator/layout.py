"""The plan of the town, drawn by hand in metres from its own origin: streets, river, quarters, estates."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .plane import Point, Quad, at, bilinear, distance, inset, lerp, nearest, part, turned

SEED = 20251231
CRS = "EPSG:4547"
ORIGIN = (501200.0, 2512400.0)
TOWN = "清源镇"

# The plan was drawn larger than the town became.
SCALE = 0.76


def plan(points: list[Point]) -> list[Point]:
    """Return points of the drawing as places in the town."""
    return [(x * SCALE, y * SCALE) for x, y in points]


def rounded(points: list[Point], closed: bool = False) -> list[Point]:
    """Return a line with its corners cut twice, so that it looks grown and not drawn."""
    for _ in range(2):
        pairs = list(zip(points, points[1:] + points[:1])) if closed else list(zip(points, points[1:]))
        cut = [lerp(a, b, share) for a, b in pairs for share in (0.25, 0.75)]
        points = cut if closed else [points[0], *cut[1:-1], points[-1]]
    return points


# Street corners: letters from west to east, numbers from north to south.
_DRAWN: dict[str, Point] = {
    "A1": (342, 1312), "B1": (612, 1338), "C1": (893, 1352), "D1": (1172, 1344), "E1": (1436, 1318),
    "A2": (306, 1082), "B2": (588, 1078), "C2": (868, 1098), "D2": (1150, 1106), "E2": (1424, 1092),
    "F2": (1742, 1066),
    "Z3": (70, 812), "A3": (286, 842), "B3": (572, 836), "C3": (846, 852), "D3": (1128, 868),
    "E3": (1398, 872), "F3": (1736, 846),
    "B4": (582, 652), "C4": (858, 668), "D4": (1122, 664), "E4": (1404, 636), "F4": (1702, 604),
    "A5": (322, 556), "B5": (588, 468), "C5": (860, 456), "D5": (1128, 428), "E5": (1424, 326),
    "G5": (1652, 268),
    "B6": (556, 236), "C6": (846, 248), "D6": (1130, 196), "E6": (1372, 104),
    "B7": (592, 22), "C7": (858, 30), "D7": (1108, -8),
}  # fmt: skip
CORNERS = dict(zip(_DRAWN, plan(list(_DRAWN.values()))))

RIVER = rounded(plan([
    (-260, 700), (-60, 636), (140, 540), (330, 444), (560, 362), (800, 346), (1010, 338), (1230, 272),
    (1430, 204), (1640, 152), (1850, 140), (2080, 92),
]))  # fmt: skip
RIVER_HALF = 27.0
LAKE = rounded(plan([
    (-330, 1500), (-250, 1588), (-120, 1606), (-20, 1560), (30, 1478), (-14, 1412), (-110, 1392),
    (-196, 1412),
    (-240, 1452),
]), closed=True)  # fmt: skip


@dataclass(frozen=True)
class Street:
    """A stretch of street between two corners."""

    name: str
    start: str
    stop: str
    road_class: str
    half: float
    bends: tuple[Point, ...] = ()

    @property
    def line(self) -> list[Point]:
        """The centre line."""
        return [CORNERS[self.start], *self.bends, CORNERS[self.stop]]


def _streets() -> dict[str, Street]:
    """Return every stretch by its two corners."""
    rows = (
        ("环城北路", "arterial", 18.0, "A1 B1 C1 D1 E1"),
        ("环城东路", "arterial", 18.0, "E1 E2 E3 E4 E5 E6"),
        ("环城西路", "arterial", 18.0, "A1 A2 A3 A5"),
        ("滨河路", "arterial", 16.0, "A5 B5 C5 D5 E5 G5"),
        ("建设路", "collector", 14.0, "A2 B2 C2 D2 E2 F2"),
        ("人民路", "arterial", 17.0, "Z3 A3 B3 C3 D3 E3 F3"),
        ("解放路", "collector", 9.0, "B4 C4 D4"),
        ("工业一路", "collector", 13.0, "D4 E4 F4"),
        ("文昌路", "collector", 12.0, "B1 B2 B3 B4 B5"),
        ("中山路", "collector", 12.0, "C1 C2 C3 C4 C5 C6 C7"),
        ("学府路", "collector", 12.0, "D1 D2 D3 D4 D5"),
        ("工业大道", "arterial", 16.0, "F2 F3 F4 G5"),
        ("南岸大道", "collector", 14.0, "B6 C6 D6 E6"),
        ("新城路", "local", 9.0, "B7 C7 D7"),
        ("枫林路", "local", 9.0, "B6 B7"),
        ("学苑路", "local", 9.0, "D6 D7"),
    )
    bends: dict[str, tuple[Point, ...]] = {
        "A5-B5": ((430, 508),),
        "D5-E5": ((1240, 402), (1334, 362)),
        "A3-A5": ((288, 704),),
        "B1-B2": ((606, 1205),),
        "D1-D2": ((1168, 1222),),
        "E2-E3": ((1404, 980),),
        "B3-C3": ((706, 838),),
        "F4-G5": ((1694, 430),),
        "C6-D6": ((980, 232),),
        "E4-E5": ((1408, 480),),
        "B4-B5": ((578, 560),),
        "D1-E1": ((1310, 1336),),
    }
    result = {}
    for name, road_class, half, corners in rows:
        names = corners.split()
        for start, stop in zip(names, names[1:]):
            key = f"{start}-{stop}"
            result[key] = Street(name, start, stop, road_class, half, tuple(plan(list(bends.get(key, ())))))
    return result


STREETS = _streets()


@dataclass(frozen=True)
class Block:
    """Land between four streets: its corners from the south-west anticlockwise and the streets S, E, N, W."""

    name: str
    corners: tuple[str, str, str, str]
    use: str
    sides: tuple[str, str, str, str]

    @property
    def quad(self) -> Quad:
        """The land inside the streets' edges."""
        corners = tuple(CORNERS[name] for name in self.corners)
        margins = []
        for key, (a, b) in zip(self.sides, zip(corners, corners[1:] + corners[:1])):
            street = STREETS[key]
            # A street that bends into the block takes its land.
            bow = max((_bulge(a, b, p) for p in street.bends), default=0.0)
            margins.append(street.half + max(bow, 0.0) + 1.0)
        return inset((corners[0], corners[1], corners[2], corners[3]), *margins)


def _bulge(a: Point, b: Point, p: Point) -> float:
    """Return how far a bend lies to the left of the side ``a`` to ``b`` (inside the block)."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    return (ux * (p[1] - a[1]) - uy * (p[0] - a[0])) / math.sqrt(ux * ux + uy * uy)


BLOCKS: dict[str, Block] = {
    name: Block(name, tuple(corners.split()), use, tuple(sides.split()))  # type: ignore[arg-type]
    for name, corners, use, sides in (
        ("N1", "A2 B2 B1 A1", "new", "A2-B2 B1-B2 A1-B1 A1-A2"),
        ("N2", "B2 C2 C1 B1", "new", "B2-C2 C1-C2 B1-C1 B1-B2"),
        ("N3", "C2 D2 D1 C1", "new", "C2-D2 D1-D2 C1-D1 C1-C2"),
        ("N4", "D2 E2 E1 D1", "new", "D2-E2 E1-E2 D1-E1 D1-D2"),
        ("M1", "A3 B3 B2 A2", "new", "A3-B3 B2-B3 A2-B2 A2-A3"),
        ("M2", "B3 C3 C2 B2", "new", "B3-C3 C2-C3 B2-C2 B2-B3"),
        ("M3", "C3 D3 D2 C2", "new", "C3-D3 D2-D3 C2-D2 C2-C3"),
        ("M4", "D3 E3 E2 D2", "new", "D3-E3 E2-E3 D2-E2 D2-D3"),
        ("M5", "E3 F3 F2 E2", "industry", "E3-F3 F2-F3 E2-F2 E2-E3"),
        ("W1", "A5 B5 B3 A3", "village", "A5-B5 B4-B5 A3-B3 A3-A5"),
        ("O1", "B4 C4 C3 B3", "old", "B4-C4 C3-C4 B3-C3 B3-B4"),
        ("O2", "C4 D4 D3 C3", "old", "C4-D4 D3-D4 C3-D3 C3-C4"),
        ("P1", "B5 C5 C4 B4", "old", "B5-C5 C4-C5 B4-C4 B4-B5"),
        ("P2", "C5 D5 D4 C4", "old", "C5-D5 D4-D5 C4-D4 C4-C5"),
        ("I1", "D4 E4 E3 D3", "industry", "D4-E4 E3-E4 D3-E3 D3-D4"),
        ("I2", "E4 F4 F3 E3", "industry", "E4-F4 F3-F4 E3-F3 E3-E4"),
        ("P3", "D5 E5 E4 D4", "new", "D5-E5 E4-E5 D4-E4 D4-D5"),
        ("P4", "E5 G5 F4 E4", "industry", "E5-G5 F4-G5 E4-F4 E4-E5"),
        ("S1", "B7 C7 C6 B6", "south", "B7-C7 C6-C7 B6-C6 B6-B7"),
        ("S2", "C7 D7 D6 C6", "south", "C7-D7 D6-D7 C6-D6 C6-C7"),
    )
}


@dataclass(frozen=True)
class Estate:
    """A compound: the part of a block it takes, the side of its gate, and what it is."""

    name: str
    type: str
    block: str
    u0: float
    u1: float
    v0: float
    v1: float
    gate: str
    year: int
    fire: bool = False
    critical: str = ""
    plan: str = "rows"

    @property
    def quad(self) -> Quad:
        """Its land with the gate's side first (lower side of its own plan)."""
        return turned(part(BLOCKS[self.block].quad, self.u0, self.u1, self.v0, self.v1), self.gate)

    @property
    def street(self) -> str:
        """The stretch of street in front of its gate."""
        return BLOCKS[self.block].sides["SENW".index(self.gate)]


ESTATES = (
    Estate("桂花苑", "residential", "N1", 0.02, 0.54, 0.02, 0.97, "S", 2001),
    Estate("清源中学", "public", "N1", 0.59, 0.98, 0.02, 0.97, "S", 1999, critical="school", plan="campus"),
    Estate("湖畔新城", "residential", "N2", 0.02, 0.50, 0.02, 0.97, "S", 2009, fire=True),
    Estate("翠竹园", "residential", "N2", 0.55, 0.98, 0.02, 0.97, "E", 2011),
    Estate("市民中心", "public", "N3", 0.55, 0.98, 0.02, 0.60, "S", 2010, plan="campus"),
    Estate("学府花园", "residential", "N4", 0.02, 0.49, 0.02, 0.97, "W", 2010),
    Estate("东城国际", "mixed", "N4", 0.54, 0.98, 0.02, 0.97, "S", 2014, fire=True),
    Estate("西苑小区", "residential", "M1", 0.02, 0.60, 0.02, 0.97, "S", 1995),
    Estate("文昌小学", "public", "M1", 0.65, 0.98, 0.02, 0.55, "E", 1988, critical="school", plan="campus"),
    Estate("锦绣家园", "residential", "M2", 0.02, 0.48, 0.02, 0.97, "N", 2007),
    Estate("金桥商务中心", "commercial", "M2", 0.53, 0.98, 0.45, 0.97, "E", 2012, fire=True, plan="halls"),
    Estate("惠民市场", "commercial", "M2", 0.53, 0.98, 0.02, 0.40, "E", 2003, plan="halls"),
    Estate("万家广场", "mixed", "M3", 0.02, 0.44, 0.02, 0.97, "W", 2013, fire=True),
    Estate("丽景湾", "residential", "M3", 0.49, 0.98, 0.02, 0.97, "N", 2008),
    Estate(
        "清源县人民医院",
        "public",
        "M4",
        0.02,
        0.46,
        0.02,
        0.97,
        "W",
        1996,
        critical="hospital",
        plan="campus",
    ),
    Estate("康乐苑", "residential", "M4", 0.51, 0.98, 0.02, 0.97, "N", 2006),
    Estate("恒达电子厂", "industrial", "M5", 0.02, 0.48, 0.02, 0.97, "S", 2005, fire=True, plan="halls"),
    Estate("永兴纺织厂", "industrial", "M5", 0.53, 0.98, 0.02, 0.97, "N", 2004, plan="halls"),
    Estate("沙塘村", "urban_village", "W1", 0.03, 0.96, 0.44, 0.98, "N", 1992, plan="village"),
    Estate("滨河雅居", "residential", "W1", 0.05, 0.92, 0.03, 0.39, "S", 2005),
    Estate("解放新村", "residential", "O1", 0.50, 0.97, 0.04, 0.50, "S", 1978),
    Estate("清源老街", "commercial", "O2", 0.03, 0.56, 0.67, 0.97, "W", 1986, plan="halls"),
    Estate("县政府大院", "public", "P1", 0.50, 0.97, 0.60, 0.97, "N", 1982, plan="campus"),
    Estate("县中医院", "public", "P2", 0.66, 0.97, 0.60, 0.97, "N", 1985, critical="hospital", plan="campus"),
    Estate("东风机械厂", "industrial", "I1", 0.48, 0.97, 0.03, 0.97, "S", 1971, plan="halls"),
    Estate("东风新村", "residential", "I1", 0.03, 0.43, 0.03, 0.97, "W", 1984),
    Estate("绿源食品厂", "industrial", "I2", 0.03, 0.48, 0.03, 0.97, "S", 2003, fire=True, plan="halls"),
    Estate("华泰建材厂", "industrial", "I2", 0.53, 0.97, 0.03, 0.97, "S", 1998, plan="halls"),
    Estate("滨江花园", "residential", "P3", 0.04, 0.58, 0.20, 0.97, "N", 2004),
    Estate("顺达物流园", "industrial", "P4", 0.06, 0.60, 0.52, 0.97, "N", 2011, plan="halls"),
    Estate("南岸春天", "residential", "S1", 0.03, 0.50, 0.04, 0.97, "N", 2016, fire=True),
    Estate("阳光里", "residential", "S1", 0.55, 0.97, 0.04, 0.97, "N", 2018),
    Estate("南岸学校", "public", "S2", 0.03, 0.44, 0.04, 0.97, "N", 2015, critical="school", plan="campus"),
    Estate("水岸华庭", "residential", "S2", 0.49, 0.97, 0.04, 0.97, "N", 2017),
)


@dataclass(frozen=True)
class Lane:
    """A lane of the old centre in the (u, v) of its block; ``ends`` says where its two ends join."""

    name: str
    block: str
    line_uv: tuple[Point, ...]
    start: str
    stop: str = ""

    @property
    def line(self) -> list[Point]:
        """The centre line; ends that join a street are led to its centre line."""
        quad = BLOCKS[self.block].quad
        points = [bilinear(quad, u, v) for u, v in self.line_uv]
        for index, name in ((0, self.start), (-1, self.stop)):
            target = centre_line(name) if name else None
            if target:
                foot = at(target, nearest(target, points[index])[0])
                if distance(foot, points[index]) < 0.5:
                    points[index] = foot
                elif index == 0:
                    points.insert(0, foot)
                else:
                    points.append(foot)
        return points


LANES = (
    Lane("青石巷", "O1", ((1.0, 0.63), (0.74, 0.60), (0.45, 0.68), (0.26, 0.62), (0.07, 0.66)), "C3-C4"),
    Lane("状元巷", "O1", ((0.36, 0.0), (0.33, 0.34), (0.45, 0.68)), "B4-C4", "青石巷"),
    Lane("米市巷", "O2", ((0.0, 0.56), (0.30, 0.58), (0.62, 0.48), (0.93, 0.53)), "C3-C4"),
    Lane("铁匠巷", "O2", ((0.57, 0.0), (0.62, 0.48), (0.78, 0.80), (0.76, 0.95)), "C4-D4"),
    Lane("井头巷", "P1", ((1.0, 0.50), (0.72, 0.52), (0.40, 0.43), (0.07, 0.49)), "C4-C5"),
    Lane("竹篙巷", "P1", ((0.38, 1.0), (0.42, 0.72), (0.40, 0.43), (0.52, 0.10)), "B4-C4"),
    Lane("码头巷", "P2", ((0.0, 0.46), (0.35, 0.48), (0.60, 0.40), (0.94, 0.47)), "C4-C5"),
    Lane("盐仓巷", "P2", ((0.56, 1.0), (0.54, 0.72), (0.60, 0.40), (0.46, 0.12)), "C4-D4"),
)
LANE_HALF = 3.5


def centre_line(name: str) -> list[Point]:
    """Return the centre line of a stretch of street or of a lane."""
    if name in STREETS:
        return STREETS[name].line
    return next(lane.line for lane in LANES if lane.name == name)


def river_y(x: float) -> float:
    """Return the northing of the river's axis at an easting."""
    for (ax, ay), (bx, by) in zip(RIVER, RIVER[1:]):
        if x <= bx:
            return ay + (by - ay) * (x - ax) / (bx - ax)
    return RIVER[-1][1]


def ground(point: Point) -> float:
    """Return the level of the ground in metres: a slope to the river, and along it to the east."""
    x, y = point
    away = y - river_y(x)
    bank = 31.6 - 0.0045 * (x - 230.0)
    rise = 0.0138 * max(away - 45.0, 0.0) if away >= 0 else 0.0080 * max(-away - 45.0, 0.0)
    waves = 0.35 * math.sin(x / 127.0) * math.cos(y / 161.0)
    return round(bank + rise + waves, 2)


def water_level(point: Point) -> float:
    """Return the usual level of the river in metres."""
    return round(26.9 - 0.0045 * (point[0] - 230.0), 2)
