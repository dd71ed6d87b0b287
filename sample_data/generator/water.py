"""Raw water, the works, the mains of the streets with their valves and hydrants, the three DMA."""

from __future__ import annotations

import math

from .layout import CORNERS, LANES, STREETS, Street
from .plane import Point, at, beside, cut, length, nearest, shifted
from .rand import Dice
from .town import Run, Town

OFFSET = 8.5
LANE_OFFSET = 1.2
OWNER = "清源水务"

# Stretch: DN, material, year laid.
MAINS: dict[str, tuple[int, str, int]] = {
    "A1-B1": (500, "ductile_iron", 1998), "B1-C1": (500, "ductile_iron", 1998),
    "C1-D1": (500, "ductile_iron", 2003),
    "D1-E1": (500, "ductile_iron", 2003),
    "E1-E2": (500, "ductile_iron", 2003), "E2-E3": (400, "ductile_iron", 2004), "E3-E4": (400, "steel", 1991),
    "E4-E5": (400, "steel", 1991), "E5-E6": (200, "pe", 2013),
    "A1-A2": (600, "prestressed_concrete", 1984), "A2-A3": (600, "prestressed_concrete", 1984),
    "A3-A5": (400, "prestressed_concrete", 1986),
    "A5-B5": (400, "asbestos_cement", 1979), "B5-C5": (300, "cast_iron", 1974),
    "C5-D5": (300, "cast_iron", 1974),
    "D5-E5": (400, "ductile_iron", 1996),
    "A2-B2": (300, "ductile_iron", 1999), "B2-C2": (300, "ductile_iron", 2006),
    "C2-D2": (300, "ductile_iron", 2006),
    "D2-E2": (300, "ductile_iron", 2009), "E2-F2": (300, "ductile_iron", 2003),
    "Z3-A3": (150, "asbestos_cement", 1981), "A3-B3": (400, "cast_iron", 1970),
    "B3-C3": (400, "cast_iron", 1970),
    "C3-D3": (400, "cast_iron", 1973), "D3-E3": (400, "ductile_iron", 1999),
    "E3-F3": (300, "ductile_iron", 2003),
    "B4-C4": (150, "cast_iron", 1968), "C4-D4": (150, "cast_iron", 1968), "D4-E4": (200, "pvc", 1994),
    "E4-F4": (200, "steel", 1993),
    "B1-B2": (300, "ductile_iron", 1999), "B2-B3": (300, "ductile_iron", 1997),
    "B3-B4": (200, "cast_iron", 1971),
    "B4-B5": (200, "cast_iron", 1971),
    "C1-C2": (300, "ductile_iron", 2008), "C2-C3": (300, "ductile_iron", 2008),
    "C3-C4": (200, "cast_iron", 1966),
    "C4-C5": (200, "cast_iron", 1966), "C5-C6": (300, "steel", 2011), "C6-C7": (200, "ductile_iron", 2012),
    "D1-D2": (300, "ductile_iron", 2010), "D2-D3": (200, "pvc", 1998),
    "D3-D4": (200, "asbestos_cement", 1980),
    "D4-D5": (200, "asbestos_cement", 1980),
    "F2-F3": (300, "ductile_iron", 2003), "F3-F4": (200, "ductile_iron", 2004),
    "B6-C6": (200, "pe", 2014), "C6-D6": (200, "pe", 2014), "D6-E6": (200, "pe", 2013),
    "B7-C7": (160, "pe", 2017),
    "C7-D7": (160, "pe", 2016), "B6-B7": (160, "pe", 2017), "D6-D7": (160, "pe", 2016),
}  # fmt: skip

LANE_PIPES: dict[str, tuple[int, str, int]] = {
    "青石巷": (100, "cast_iron", 1972), "状元巷": (80, "galvanized_steel", 1986),
    "米市巷": (100, "cast_iron", 1969),
    "铁匠巷": (100, "pe", 2009), "井头巷": (100, "cast_iron", 1974), "竹篙巷": (80, "galvanized_steel", 1988),
    "码头巷": (100, "cast_iron", 1967), "盐仓巷": (80, "galvanized_steel", 1985),
}  # fmt: skip

# Each DMA: name, its inner streets, and at each of its gates whether water is measured or shut off.
DMAS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "DMA-1": (
        "新区计量区",
        ("B2-C2", "C2-D2", "D2-E2", "C1-C2", "C2-C3", "D1-D2", "D2-D3"),
        {"C1-C2:C1": "meter", "D1-D2:D1": "meter", "B2-C2:B2": "valve",
         "D2-E2:E2": "valve", "C2-C3:C3": "valve", "D2-D3:D3": "valve"},
    ),
    "DMA-2": (
        "老城计量区",
        ("C3-C4", "C4-C5", "B4-C4", "C4-D4"),
        {"C3-C4:C3": "meter", "C4-C5:C5": "meter", "B4-C4:B4": "valve", "C4-D4:D4": "valve"},
    ),
    "DMA-3": (
        "南岸计量区",
        ("C6-C7", "B6-C6", "C6-D6", "D6-E6", "B7-C7", "C7-D7", "B6-B7", "D6-D7"),
        {"C5-C6:C6": "meter", "E5-E6:E6": "valve"},
    ),
}  # fmt: skip

JOINTS = {
    "ductile_iron": "flexible", "cast_iron": "rigid", "steel": "welded", "pe": "butt_fusion", "pvc": "socket",
    "asbestos_cement": "flexible", "prestressed_concrete": "flexible", "pccp": "flexible",
    "galvanized_steel": "threaded",
    "reinforced_concrete": "flexible", "concrete": "flush", "clay": "socket", "hdpe_corrugated": "socket",
    "brick": "rigid",
    "stainless_steel": "welded",
}  # fmt: skip


# Stretches in which reclaimed water flows against the order of their corners.
def turns(diameter: float) -> int:
    """Return the turns of a gate valve (about three per 25 mm and two more)."""
    return int(diameter * 3 / 25) + 2


def clockwise(vector: Point) -> float:
    """Return how far a symbol is turned clockwise from the east to lie along a vector, 0 to 180 degrees."""
    return round(-math.degrees(math.atan2(vector[1], vector[0])) % 180.0, 1) % 180.0


def dma_of(key: str) -> str:
    """Return the DMA that a stretch of street lies in, or nothing."""
    return next((dma for dma, (_, inner, _) in DMAS.items() if key in inner), "")


def street_run(town: Town, key: str, street: Street) -> Run:
    """Begin the main of a stretch of street."""
    diameter, material, year = MAINS[key]
    more = {"dma_id": dma_of(key)} if dma_of(key) else {}
    return town.run(
        "potable",
        shifted(street.line, OFFSET, OFFSET),
        function="distribution" if diameter < 500 else "transmission",
        material=material,
        diameter_mm=diameter,
        install_year=year,
        street=street.name,
        road_class=street.road_class,
        joint=JOINTS[material],
        burial="direct",
        owner=OWNER,
        **more,
    )


def set_valve(run: Run, s: float, **more: object) -> str:
    """Set a valve on a run, turned along it."""
    ux, uy = along(run, s)
    diameter = run.attributes["diameter_mm"]
    row: dict[str, object] = {
        "diameter_mm": diameter,
        "valve_state": "open",
        "operable": "yes",
        "accessible": "yes",
        "turns": turns(diameter),
        "angle_deg": clockwise((ux, uy)),
    }
    return run.add(s, "valve", **{**row, **more})


def along(run: Run, s: float) -> Point:
    """Return the vector along a run at a chainage."""
    a, b = at(run.line, max(s - 0.5, 0.0)), at(run.line, min(s + 0.5, run.length))
    return b[0] - a[0], b[1] - a[1]


def set_hydrant(town: Town, run: Run, point: Point, **more: object) -> str:
    """Set a hydrant beside a run with its lead from the main."""
    tee = run.tap(point, "junction", gap=4.0)
    place = town.nodes[tee]["xy"]
    s, _ = nearest(run.line, place)
    hydrant = town.add_node(
        "potable", "hydrant", beside(run.line, s, 3.0), diameter_mm=100, **{**run._place(), **more}
    )
    lead = {
        **run.attributes,
        "function": "hydrant_lead",
        "diameter_mm": 100,
        "material": "ductile_iron",
        "joint": "flange",
    }
    if run.attributes["install_year"] < 1995:
        lead["material"] = "cast_iron"
    town.add_pipe("potable", [place, place], tee, hydrant, **lead)
    return hydrant


def corner_nodes(town: Town) -> dict[str, str]:
    """Set the node of the mains at each street corner."""
    result = {}
    for name, (x, y) in CORNERS.items():
        meeting = [s for s in STREETS.values() if name in (s.start, s.stop)]
        if meeting and name != "G5":
            kind = "cap" if len([s for s in meeting if f"{s.start}-{s.stop}" in MAINS]) == 1 else "junction"
            year = max(MAINS[f"{s.start}-{s.stop}"][2] for s in meeting if f"{s.start}-{s.stop}" in MAINS)
            result[name] = town.add_node(
                "potable",
                kind,
                (x + OFFSET, y + OFFSET),
                street=meeting[0].name,
                install_year=year,
                owner=OWNER,
            )
    return result


def mains(town: Town, dice: Dice) -> dict[str, Run]:
    """Lay the mains of streets and lanes with valves and hydrants; return their runs by name."""
    corners = corner_nodes(town)
    legs: dict[str, int] = dict.fromkeys(corners, 0)
    runs = {}
    for key, street in STREETS.items():
        if key not in MAINS:
            continue
        run = street_run(town, key, street)
        run.begin(corners[street.start])
        run.finish(corners[street.stop])
        runs[key] = run
        gates = {
            corner: what
            for dma in DMAS.values()
            for name, what in dma[2].items()
            for k, corner in [name.split(":")]
            if k == key
        }
        for corner, s in ((street.start, 6.0), (street.stop, run.length - 6.0)):
            legs[corner] += 1
            # At a corner one leg less than there are needs a valve; a gate of a DMA has its own.
            if corner not in gates and (legs[corner] > 1 or dice.happens(0.35)):
                set_valve(run, s, **_state(dice, run))
        _gates(town, run, street, gates)
        if key in ("C5-C6", "E5-E6"):
            continue
        count = max(1, math.ceil((run.length - 10) / 112.0))
        for i in range(count):
            set_hydrant(town, run, at(run.line, run.length * (i + 0.5) / count))
    _renewed(runs)
    runs.update(_lanes(town, runs))
    for key, node in (
        ("C5-C6", "air_valve"),
        ("A3-A5", "washout"),
        ("B5-C5", "washout"),
        ("D1-E1", "air_valve"),
    ):
        runs[key].tap(
            at(runs[key].line, runs[key].length * 0.42), node, diameter_mm=50 if node == "air_valve" else 100
        )
    runs["C5-C6"].attributes["burial"] = "overhead"
    runs["E5-E6"].attributes["burial"] = "trenchless"
    return runs


def _state(dice: Dice, run: Run) -> dict[str, object]:
    """Return what is known of a valve: old ones are not all fit to be turned."""
    old = run.attributes["install_year"] < 1985
    row: dict[str, object] = {}
    if old and dice.happens(0.12):
        row["operable"] = "no"
    elif old and dice.happens(0.12):
        row["operable"] = "unknown"
    if old and dice.happens(0.08):
        row["accessible"] = "no"
    row["operated_on"] = f"{dice.whole(2021, 2025)}-{dice.whole(1, 12):02d}-{dice.whole(1, 28):02d}"
    return row


def _gates(town: Town, run: Run, street: Street, gates: dict[str, str]) -> None:
    """Set the meters and closed valves at the edge of a DMA."""
    for corner, what in gates.items():
        dma = next(d for d, (_, _, g) in DMAS.items() if f"{street.start}-{street.stop}:{corner}" in g)
        from_start = corner == street.start
        # Devices stand just inside the edge of the zone, which follows the fronts of the border street.
        ux, uy = along(run, 1.0 if from_start else run.length - 1.0)
        sign = (1.0 if from_start else -1.0) / math.sqrt(ux * ux + uy * uy)
        half = max(
            other.half
            for other in STREETS.values()
            if corner in (other.start, other.stop) and other.name != street.name
        )
        edge = max(half + 4.0 - OFFSET * (ux + uy) * sign, 12.5)
        if not dma_of(f"{street.start}-{street.stop}"):
            edge = 25.0
        s = edge if from_start else run.length - edge
        inner = bool(dma_of(f"{street.start}-{street.stop}"))
        inward = 1.0 if from_start == inner else -1.0
        outside = (0.0, s) if from_start else (s, run.length)
        run.change(*outside, dma_id=None if inner else dma)
        if what == "meter":
            outer = s - 5.0 * inward
            set_valve(run, outer, dma_id=None)
            ux, uy = along(run, s)
            run.add(
                s,
                "flow_meter",
                diameter_mm=run.attributes["diameter_mm"],
                meter_in=dma,
                angle_deg=clockwise((ux, uy)),
                serial=town.number("LL2019-", 3),
                install_year=2019,
                dma_id=dma,
            )
            run.add(
                s + 4.0 * inward,
                "pressure_sensor",
                install_year=2019,
                serial=town.number("YL2019-", 3),
                dma_id=dma,
            )
        else:
            set_valve(
                run, s, valve_state="closed", operated_on="2025-09-18", dma_id=dma, note="DMA边界阀门，常闭"
            )


def _renewed(runs: dict[str, Run]) -> None:
    """Mark the stretches that were laid anew since."""
    half = runs["C4-C5"].length / 2
    runs["C4-C5"].change(0.0, half, material="ductile_iron", install_year=2012, joint="flexible")
    third = runs["B3-C3"].length / 3
    runs["B3-C3"].change(third, 2 * third, material="ductile_iron", install_year=2009, joint="flexible")
    half = runs["D3-D4"].length / 2
    runs["D3-D4"].change(half, 2 * half, material="ductile_iron", install_year=2015, joint="flexible")


def abandoned(town: Town) -> None:
    """Lay the mains that were given up and stayed in the ground."""
    for key, share, away, diameter, material, year, retired in (
        ("A2-B2", (0.05, 0.95), 10.5, 200, "cast_iron", 1967, "1999-08-31"),
        ("C4-C5", (0.02, 0.5), 10.3, 200, "cast_iron", 1966, "2012-09-30"),
    ):
        street = STREETS[key]
        line = shifted(street.line, away, away)
        total = length(line)
        line = cut(line, total * share[0], total * share[1])
        row = {
            "function": "distribution",
            "material": material,
            "diameter_mm": diameter,
            "install_year": year,
            "street": street.name,
            "road_class": street.road_class,
            "joint": JOINTS[material],
            "burial": "direct",
            "owner": OWNER,
            "status": "abandoned",
            "retired_on": retired,
        }
        run = town.run("potable", line, **row)
        for i in range(4):
            run.add(run.length * i / 3, "cap" if i in (0, 3) else "junction", status="abandoned")


def _lanes(town: Town, runs: dict[str, Run]) -> dict[str, Run]:
    """Lay the mains of the old centre's lanes, joined to those of the streets."""
    result: dict[str, Run] = {}
    for lane in LANES:
        diameter, material, year = LANE_PIPES[lane.name]
        line = shifted(lane.line, LANE_OFFSET, LANE_OFFSET)
        run = town.run(
            "potable",
            line,
            function="distribution",
            material=material,
            diameter_mm=diameter,
            install_year=year,
            street=lane.name,
            road_class="local",
            joint=JOINTS[material],
            burial="direct",
            owner=OWNER,
            dma_id="DMA-2",
        )
        parent = runs[lane.start]
        run.begin(parent.tap(line[0], "junction"))
        if lane.stop:
            run.finish(result[lane.stop].tap(line[-1], "junction", reuse=4.0))
        else:
            run.add(run.length, "cap")
        set_valve(run, 9.0)
        if diameter >= 100:
            for i in range(2):
                set_hydrant(town, run, at(run.line, run.length * (0.3 + 0.45 * i)))
        result[lane.name] = run
    return result
