"""Zones over the town: DMA, districts, drainage grids; planned road works."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import BLOCKS, CORNERS, ESTATES, STREETS
from .plane import Point, cut, length, ribbon
from .town import Town
from .water import DMAS

GRIDS: dict[str, tuple[str, ...]] = {
    "PSG-01": ("N1", "M1"), "PSG-02": ("N2", "M2"), "PSG-03": ("N3", "M3"), "PSG-04": ("N4", "M4"),
    "PSG-05": ("W1",),
    "PSG-06": ("O1", "P1"), "PSG-07": ("O2", "P2"), "PSG-08": ("I1", "P3"), "PSG-09": ("M5", "I2", "P4"),
    "PSG-10": ("S1", "S2"),
}  # fmt: skip
GRID_RINGS: dict[str, str] = {
    "PSG-01": "A3 B3 B2 B1 A1 A2", "PSG-02": "B3 C3 C2 C1 B1 B2", "PSG-03": "C3 D3 D2 D1 C1 C2",
    "PSG-04": "D3 E3 E2 E1 D1 D2",
    "PSG-05": "A5 B5 B4 B3 A3", "PSG-06": "B5 C5 C4 C3 B3 B4", "PSG-07": "C5 D5 D4 D3 C3 C4",
    "PSG-08": "D5 E5 E4 E3 D3 D4",
    "PSG-09": "E5 G5 F4 F3 F2 E2 E3 E4", "PSG-10": "B7 C7 D7 D6 C6 B6",
}  # fmt: skip
DISTRICTS = (
    ("XZQ-1", "新区街道", "A3 B3 C3 D3 E3 E2 E1 D1 C1 B1 A1 A2"),
    ("XZQ-2", "老城街道", "A5 B5 C5 D5 D4 D3 C3 B3 A3"),
    ("XZQ-3", "工业园区", "D5 E5 G5 F4 F3 F2 E2 E3 D3 D4"),
)
# The fronts of the blocks that bound a DMA, from its south-west corner anticlockwise: block and corner of it.
DMA_RINGS: dict[str, str] = {
    "DMA-1": "M2.0 M2.1 M3.0 M3.1 M4.0 M4.1 M4.2 N4.1 N4.2 N4.3 N3.2 N3.3 N2.2 N2.3 N2.0 M2.3",
    "DMA-2": "P1.0 P1.1 P2.0 P2.1 P2.2 O2.1 O2.2 O2.3 O1.2 O1.3 O1.0 P1.3",
}
ROAD_WORKS = (
    ("DLGC-2026-01", 2026, "人民路（文昌路至学府路）道路改造", (("B3-C3", 0.0, 1.0), ("C3-D3", 0.0, 1.0))),
    ("DLGC-2026-02", 2026, "青石巷街巷整治", (("B4-C4", 0.0, 0.6),)),
    ("DLGC-2027-01", 2027, "滨河路景观提升", (("B5-C5", 0.1, 1.0), ("C5-D5", 0.0, 0.9))),
    ("DLGC-2028-01", 2028, "环城西路大修", (("A2-A3", 0.0, 1.0),)),
    ("DLGC-2029-01", 2029, "工业一路拓宽", (("D4-E4", 0.0, 1.0), ("E4-F4", 0.0, 0.7))),
)


def draw(town: Town) -> None:
    """Draw all zones and road works, and note the grid of each compound."""
    for dma, (name, _, _) in DMAS.items():
        ring = _fronts(DMA_RINGS[dma]) if dma in DMA_RINGS else _south_bank()
        _zone(town, dma, "dma", 1, name, ring, "in_operation")
    for zone_id, name, corners in DISTRICTS:
        _zone(town, zone_id, "district", 1, name, _corners(corners), None)
    _zone(town, "XZQ-4", "district", 1, "南岸街道", _south_bank(), None)
    for zone_id, corners in GRID_RINGS.items():
        _zone(town, zone_id, "grid", 2, f"排水网格{zone_id[-2:]}", _corners(corners), None)
    _zone(town, "WSL-1", "zero_discharge", 1, "南岸污水零直排区", _south_bank(), "draft")
    blocks = {block: grid for grid, names in GRIDS.items() for block in names}
    for compound, estate in zip(town.compounds, ESTATES):
        compound["grid_id"] = blocks[estate.block]
    for work_id, year, name, parts in ROAD_WORKS:
        # One band along all streets: bands of their own would lie over each other at the corners.
        line: list[Point] = []
        for key, start, stop in parts:
            street = STREETS[key].line
            total = length(street)
            piece = cut(street, total * start, total * stop)
            line += piece[1:] if line else piece
        ring = ribbon(line, max(STREETS[key].half for key, _start, _stop in parts))
        town.road_works.append({"road_work_id": work_id, "year": year, "name": name, "ring": ring})


def _zone(
    town: Town, zone_id: str, kind: str, level: int, name: str, ring: Sequence[Point], state: str | None
) -> None:
    closed = [*ring, ring[0]]
    town.zones.append(
        {"zone_id": zone_id, "kind": kind, "level": level, "name": name, "state": state, "ring": closed}
    )


def _corners(names: str) -> list[Point]:
    return [CORNERS[name] for name in names.split()]


def _fronts(names: str) -> list[Point]:
    return [BLOCKS[block].quad[int(corner)] for block, corner in (name.split(".") for name in names.split())]


def _south_bank() -> list[Point]:
    """Return the edge of the south bank's quarter, streets included."""
    edge = (
        ("B7", -24, -20),
        ("C7", 0, -22),
        ("D7", 24, -20),
        ("D6", 30, -26),
        ("E6", 24, -26),
        ("E6", 32, 34),
        ("D6", 8, 30),
        ("C6", 6, 28),
        ("B6", -26, 30),
    )
    return [(CORNERS[name][0] + dx, CORNERS[name][1] + dy) for name, dx, dy in edge]
