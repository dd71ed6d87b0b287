"""Sewage, storm and combined drains of the streets, and the levels of every drain."""

from __future__ import annotations

import math

from .layout import CORNERS, LANES, RIVER, RIVER_HALF, STREETS
from .plane import Point, at, beside, distance, length, lerp, nearest, shifted
from .rand import Dice
from .town import Row, Run, Town
from .water import JOINTS

OFFSETS = {"sewage": -2.6, "storm": 3.4, "combined": 0.8}
DRAINAGE_OWNER = "清源排水"

# Stretches in the sense of flow: material and year of their sewage and storm drains.
SEPARATE: dict[str, tuple[str, int]] = {
    "A1-A2": ("reinforced_concrete", 1998), "A2-A3": ("reinforced_concrete", 1998),
    "A3-A5": ("reinforced_concrete", 1998),
    "B1-B2": ("reinforced_concrete", 2000), "B2-B3": ("reinforced_concrete", 1999),
    "B3-B4": ("reinforced_concrete", 1994),
    "B4-B5": ("reinforced_concrete", 1994),
    "C1-C2": ("hdpe_corrugated", 2008), "C2-C3": ("hdpe_corrugated", 2008),
    "C3-D3": ("reinforced_concrete", 1996),
    "D1-D2": ("hdpe_corrugated", 2010), "D2-D3": ("reinforced_concrete", 1998),
    "D3-D4": ("reinforced_concrete", 1996),
    "D4-D5": ("reinforced_concrete", 1996),
    "E1-E2": ("reinforced_concrete", 2003), "E2-E3": ("reinforced_concrete", 2003),
    "E3-E4": ("reinforced_concrete", 2003),
    "E4-E5": ("reinforced_concrete", 2003),
    "F2-F3": ("reinforced_concrete", 2003), "F3-F4": ("reinforced_concrete", 2003),
    "F4-G5": ("reinforced_concrete", 2003),
    "A1-B1": ("reinforced_concrete", 1998), "B1-C1": ("reinforced_concrete", 2000),
    "C1-D1": ("reinforced_concrete", 2003),
    "D1-E1": ("reinforced_concrete", 2003),
    "A2-B2": ("reinforced_concrete", 1999), "B2-C2": ("hdpe_corrugated", 2006),
    "C2-D2": ("hdpe_corrugated", 2006),
    "D2-E2": ("hdpe_corrugated", 2009), "E2-F2": ("reinforced_concrete", 2003),
    "Z3-A3": ("concrete", 1992), "A3-B3": ("concrete", 1989), "B3-C3": ("concrete", 1989),
    "D3-E3": ("reinforced_concrete", 1999),
    "E3-F3": ("reinforced_concrete", 2003),
    "D4-E4": ("concrete", 1991), "E4-F4": ("reinforced_concrete", 1993),
    "B6-C6": ("hdpe_corrugated", 2014), "C6-D6": ("hdpe_corrugated", 2014),
    "D6-E6": ("hdpe_corrugated", 2013),
    "C7-C6": ("hdpe_corrugated", 2012), "B7-C7": ("hdpe_corrugated", 2017),
    "D7-D6": ("hdpe_corrugated", 2016),
}  # fmt: skip
# These come to their lower corner from the side and begin with a manhole of their own.
FROM_THE_SIDE = (
    "A1-B1 B1-C1 C1-D1 D1-E1 A2-B2 B2-C2 C2-D2 D2-E2 E2-F2 A3-B3 B3-C3 D3-E3 E3-F3 D4-E4 E4-F4"
).split()
INTERCEPTOR = ("A5-B5", "B5-C5", "C5-D5", "D5-E5", "E5-G5")
COMBINED: dict[str, tuple[str, int]] = {
    "C3-C4": ("brick", 1958), "C4-C5": ("brick", 1958), "B4-C4": ("concrete", 1969),
    "D4-C4": ("concrete", 1969),
}  # fmt: skip
LANE_DRAINS = {
    "青石巷": 1965,
    "状元巷": 1972,
    "米市巷": 1964,
    "铁匠巷": 1975,
    "井头巷": 1966,
    "竹篙巷": 1974,
    "码头巷": 1962,
    "盐仓巷": 1973,
}

MANHOLE_SPACING = 43.0


def line_of(key: str) -> list[Point]:
    """Return the centre line of a stretch named in the sense of flow."""
    if key in STREETS:
        return STREETS[key].line
    start, stop = key.split("-")
    return STREETS[f"{stop}-{start}"].line[::-1]


def _street(key: str) -> Row:
    start, stop = key.split("-")
    street = STREETS.get(key) or STREETS[f"{stop}-{start}"]
    return {"street": street.name, "road_class": street.road_class}


def _run(
    town: Town, system: str, key: str, material: str, year: int, corners: dict[tuple[str, str], str]
) -> Run:
    """Begin the drain of a stretch: manholes at its corners and every forty metres or so between."""
    away = OFFSETS[system]
    line = shifted(line_of(key), away, away)
    start, stop = key.split("-")
    run = town.run(
        system,
        line,
        function="trunk" if key in INTERCEPTOR else "branch",
        material=material,
        install_year=year,
        joint=JOINTS[material],
        burial="open_cut",
        owner=DRAINAGE_OWNER,
        **_street(key),
    )
    head = 0.0
    if key in FROM_THE_SIDE or (system, key) in (
        ("combined", "B4-C4"),
        ("combined", "D4-C4"),
        ("storm", "C6-D6"),
        ("storm", "D6-E6"),
    ):
        head = 24.0
        run.add(head, "manhole")
    else:
        run.begin(_corner(town, system, start, run.line[0], run, corners))
    run.finish(_corner(town, system, stop, run.line[-1], run, corners))
    count = math.ceil((run.length - head) / MANHOLE_SPACING)
    for i in range(1, count):
        run.add(head + (run.length - head) * i / count, "manhole")
    return run


def _corner(
    town: Town, system: str, name: str, place: Point, run: Run, corners: dict[tuple[str, str], str]
) -> str:
    family = (system, name)
    if family not in corners:
        corners[family] = town.add_node(
            system,
            "manhole",
            place,
            street=run.attributes["street"],
            install_year=run.attributes["install_year"],
            owner=DRAINAGE_OWNER,
        )
    return corners[family]


def street_drains(town: Town, dice: Dice) -> tuple[dict[tuple[str, str], Run], dict[tuple[str, str], str]]:
    """Lay the drains of all streets and lanes; return their runs by system and stretch, and the corners."""
    runs: dict[tuple[str, str], Run] = {}
    corners: dict[tuple[str, str], str] = {}
    for key, (material, year) in SEPARATE.items():
        for system in ("sewage", "storm"):
            own = material
            if system == "storm" and material == "hdpe_corrugated" and year < 2010:
                own = "reinforced_concrete"
            runs[system, key] = _run(town, system, key, own, year, corners)
    for key in INTERCEPTOR:
        runs["sewage", key] = _run(town, "sewage", key, "reinforced_concrete", 1999, corners)
    for key, (material, year) in COMBINED.items():
        runs["combined", key] = _run(town, "combined", key, material, year, corners)
    _lane_drains(town, runs)
    for system in ("storm", "combined"):
        for (kind, key), run in list(runs.items()):
            if kind == system and key in STREETS:
                _inlets(town, run, STREETS[key].half, dice)
            elif kind == system:
                _inlets(town, run, 9.0, dice)
    return runs, corners


def _lane_drains(town: Town, runs: dict[tuple[str, str], Run]) -> None:
    """Lay the combined drains of the lanes, each flowing to the street where the lane begins."""
    parents = {"C3-C4": "C3-C4", "C4-C5": "C4-C5", "B4-C4": "B4-C4", "C4-D4": "D4-C4"}
    for lane in LANES:
        line = shifted(lane.line, -0.6, -0.6)[::-1]
        if lane.stop:
            line = [lerp(line[0], line[1], 8.0 / distance(line[0], line[1])), *line[1:]]
        year = LANE_DRAINS[lane.name]
        material = "clay" if year < 1970 else "concrete"
        run = town.run(
            "combined",
            line,
            function="branch",
            material=material,
            install_year=year,
            joint=JOINTS[material],
            burial="open_cut",
            owner=DRAINAGE_OWNER,
            street=lane.name,
            road_class="local",
        )
        run.add(0.0, "manhole")
        run.finish(runs["combined", parents[lane.start]].tap(line[-1], "manhole", reuse=7.0))
        count = math.ceil(run.length / 36.0)
        for i in range(1, count):
            run.add(run.length * i / count, "manhole")
        runs["combined", lane.name] = run


def _inlets(town: Town, run: Run, half: float, dice: Dice) -> None:
    """Set inlets at the kerbs with their leads to the manholes of a run, on both sides in turn."""
    lane = half < 5 or (run.attributes["road_class"] == "local" and run.system == "combined")
    kerb = 2.6 if lane else half - 3.0
    for i, (s, manhole) in enumerate(sorted(run.stations)[1:-1]):
        if lane and i % 2:
            continue
        sides = (1,) if i % 2 else (-1,)
        for side in sides:
            shift = kerb * side - (0 if lane else OFFSETS[run.system] * 0.9 * _across(run, s))
            place = beside(run.line, s, shift)
            inlet = town.add_node(
                run.system,
                "inlet",
                place,
                street=run.attributes["street"],
                install_year=run.attributes["install_year"],
                owner=DRAINAGE_OWNER,
                cleaned_on=f"2025-{dice.whole(3, 11):02d}-{dice.whole(1, 28):02d}",
                cleaning_interval_d=90,
            )
            lead = {**run.attributes, "function": "lead", "diameter_mm": 200}
            if lead["material"] == "brick":
                lead["material"] = "concrete"
            town.add_pipe(run.system, [], inlet, manhole, **lead)


def _across(run: Run, s: float) -> float:
    """Return how much of the shift of a run lies to its left (1 or -1 for streets along the axes)."""
    ax, ay = at(run.line, max(s - 0.5, 0.0))
    bx, by = at(run.line, min(s + 0.5, run.length))
    ux, uy = (bx - ax), (by - ay)
    return (ux - uy) / math.sqrt(ux * ux + uy * uy)


def to_the_river(
    town: Town, start: str, system: str, name: str, year: int, material: str, **more: object
) -> str:
    """Lay the last pipe from a manhole to an outfall at the river's edge."""
    place = town.nodes[start]["xy"]
    s, away = nearest(RIVER, place)
    bank = lerp(place, at(RIVER, s), (away - RIVER_HALF + 2.0) / away)
    outfall = town.add_node(
        system,
        "outfall",
        bank,
        street=town.nodes[start].get("street"),
        install_year=year,
        owner=DRAINAGE_OWNER,
        note=name,
    )
    middle = lerp(place, bank, 0.62)
    row = {
        "function": "trunk",
        "material": material,
        "install_year": year,
        "joint": JOINTS[material],
        "burial": "open_cut",
        "owner": DRAINAGE_OWNER,
        "street": town.nodes[start].get("street"),
        **more,
    }
    if distance(place, bank) > 55:
        manhole = town.add_node(system, "manhole", middle, install_year=year, owner=DRAINAGE_OWNER)
        town.add_pipe(system, [], start, manhole, **row)
        # Only what leaves the chamber goes over its sill.
        row.pop("sill", None)
        town.add_pipe(system, [], manhole, outfall, **row)
    else:
        town.add_pipe(system, [], start, outfall, **row)
    return outfall


def river_side(
    town: Town, runs: dict[tuple[str, str], Run], corners: dict[tuple[str, str], str]
) -> dict[str, str]:
    """Build the outfalls, the interceptor chamber of the old centre and the wastewater plant."""
    result: dict[str, str] = {}
    for name in ("A5", "B5", "D5", "E5", "G5", "C6", "D6"):
        result[name] = to_the_river(
            town, corners["storm", name], "storm", f"雨水排放口{name}", 2003, "reinforced_concrete"
        )
    result["E6"] = to_the_river(
        town, corners["storm", "E6"], "storm", "雨水排放口E6", 2013, "reinforced_concrete"
    )
    # The old centre's combined drain: dry weather flow to the interceptor, the rest over a sill to the river.
    chamber = corners["combined", "C5"]
    town.nodes[chamber]["kind"] = "interceptor"
    town.nodes[chamber]["note"] = "老城截流井"
    town.nodes[chamber]["install_year"] = 1999
    row = {
        "material": "reinforced_concrete",
        "install_year": 1999,
        "joint": "flexible",
        "burial": "open_cut",
        "owner": DRAINAGE_OWNER,
        "street": "滨河路",
    }
    town.add_pipe("combined", [], chamber, corners["sewage", "C5"], function="trunk", diameter_mm=400, **row)
    result["C5"] = to_the_river(
        town, chamber, "combined", "老城溢流口", 1999, "reinforced_concrete", sill=0.9
    )
    # The wastewater plant takes the interceptor and the factories' sewer at its inlet pumps.
    end = town.nodes[corners["sewage", "G5"]]["xy"]
    plant = town.add_node(
        "sewage",
        "plant",
        (end[0] + 46, end[1] + 22),
        install_year=1999,
        owner=DRAINAGE_OWNER,
        note="清源污水处理厂",
    )
    station = town.add_node(
        "sewage",
        "pump_station",
        (end[0] + 26, end[1] + 8),
        install_year=1999,
        owner=DRAINAGE_OWNER,
        note="进水泵房",
    )
    town.add_pipe(
        "sewage", [], corners["sewage", "G5"], station, function="trunk", **{**row, "street": "滨河路"}
    )
    pressed = {
        "function": "rising_main",
        "material": "steel",
        "joint": "welded",
        "burial": "direct",
        "owner": DRAINAGE_OWNER,
    }
    town.add_pipe("sewage", [], station, plant, diameter_mm=800, install_year=1999, **pressed)
    effluent = town.add_node(
        "storm", "manhole", (end[0] + 62, end[1] - 20), install_year=1999, owner=DRAINAGE_OWNER, note="尾水井"
    )
    result["effluent"] = to_the_river(
        town, effluent, "storm", "污水厂尾水排放口", 1999, "reinforced_concrete", diameter_mm=1000
    )
    result["plant"], result["plant_inlet"] = plant, station
    # The south bank's sewage is pumped across the river with the road bridge.
    lift_place = (CORNERS["E6"][0] + 22, CORNERS["E6"][1] + 26)
    lift = town.add_node(
        "sewage",
        "pump_station",
        lift_place,
        install_year=2013,
        owner=DRAINAGE_OWNER,
        note="南岸污水泵站",
        tank_volume_m3=120,
    )
    town.add_pipe(
        "sewage",
        [],
        corners["sewage", "E6"],
        lift,
        function="trunk",
        street="南岸大道",
        material="hdpe_corrugated",
        install_year=2013,
        joint="socket",
        burial="open_cut",
        owner=DRAINAGE_OWNER,
    )
    street = STREETS["E5-E6"]
    line = shifted(street.line[::-1], 13.5, 0.0)
    target = corners["sewage", "E5"]
    run_length = length(line)
    across = at(line, run_length * 0.52)
    air = town.add_node(
        "sewage",
        "air_valve",
        across,
        install_year=2013,
        owner=DRAINAGE_OWNER,
        street=street.name,
        diameter_mm=50,
    )
    rising = {
        **pressed,
        "material": "pe",
        "joint": "butt_fusion",
        "install_year": 2013,
        "diameter_mm": 315,
        "street": street.name,
        "burial": "trenchless",
    }
    town.add_pipe("sewage", [(0, 0), at(line, 45.0), (0, 0)], lift, air, **rising)
    town.add_pipe("sewage", [(0, 0), at(line, run_length - 18.0), (0, 0)], air, target, **rising)
    result["lift"] = lift
    runs["storm", "E3-E4"].attributes["box"] = (2000, 1500)
    runs["storm", "E4-E5"].attributes["box"] = (2000, 1500)
    return result
