"""A compound under construction: its own plan in metres, its gate, what every kind of compound has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .drains import to_the_river
from .layout import Estate
from .plane import Point, beside, bilinear, distance
from .rand import Dice
from .town import Run, Town
from .water import JOINTS, set_valve

TYPE_WORDS = {
    "residential": "domestic", "industrial": "non_domestic", "commercial": "non_domestic",
    "mixed": "domestic",
    "public": "public", "urban_village": "domestic",
}  # fmt: skip


@dataclass
class Site:
    """One compound while it is built: its own plan has the gate at v = 0 and measures in metres."""

    town: Town
    estate: Estate
    compound_id: str
    dma: str
    dice: Dice

    def __post_init__(self) -> None:
        quad = self.estate.quad
        self.quad = quad
        self.width = (distance(quad[0], quad[1]) + distance(quad[3], quad[2])) / 2
        self.depth = (distance(quad[0], quad[3]) + distance(quad[1], quad[2])) / 2

    def p(self, x: float, y: float) -> Point:
        """Return the place at ``x`` metres along the gate's side and ``y`` metres into the compound."""
        return bilinear(self.quad, x / self.width, y / self.depth)

    def common(self, **more: Any) -> dict[str, Any]:
        """Return what all assets of the compound carry."""
        row: dict[str, Any] = {
            "compound_id": self.compound_id,
            "install_year": self.estate.year,
            "street": self.estate.name,
        }
        return {**row, "owner": f"{self.estate.name}业主", **more}

    def run(self, system: str, line: list[Point], material: str, **more: Any) -> Run:
        """Begin a line of the compound."""
        row = {
            "function": "distribution",
            "material": material,
            "joint": JOINTS[material],
            "burial": "direct",
            "road_class": "compound",
        }
        if self.dma and system in ("potable", "fire"):
            row["dma_id"] = self.dma
        return self.town.run(system, line, **{**row, **self.common(), **more})

    def node(self, system: str, kind: str, point: Point, **more: Any) -> str:
        """Add a point asset of the compound."""
        if self.dma and system in ("potable", "fire"):
            more.setdefault("dma_id", self.dma)
        return self.town.add_node(system, kind, point, **self.common(**more))

    def building(self, x0: float, x1: float, y0: float, y1: float, use: str) -> None:
        """Draw a building of the base map."""
        ring = [self.p(x0, y0), self.p(x1, y0), self.p(x1, y1), self.p(x0, y1)]
        self.town.base["buildings"].append({"kind": use, "ring": [*ring, ring[0]]})

    def customer(
        self,
        point: Point,
        pipe_id: str,
        households: int,
        demand: float,
        name: str,
        kind: str = "",
        critical: bool = False,
    ) -> None:
        """Add a customer on a pipe."""
        kind = kind or TYPE_WORDS[self.estate.type]
        row: dict[str, Any] = {
            "customer_id": self.town.number("YH-", 5),
            "name": name,
            "pipe_id": pipe_id,
            "kind": kind,
            "households": households if kind == "domestic" else None,
            "demand_m3d": round(demand, 1),
            "critical": "yes" if critical else "no",
            "compound_id": self.compound_id,
            "xy": point,
        }
        if kind == "non_domestic":
            row["permit_no"] = self.town.number("PS2023-", 4)
            row["permit_until"] = (
                f"{self.dice.whole(2025, 2028)}-{self.dice.whole(1, 12):02d}-{self.dice.whole(1, 28):02d}"
            )
        self.town.customers.append(row)


@dataclass
class Streets:
    """The lines in front of the gates."""

    water: dict[str, Run]
    drains: dict[tuple[str, str], Run]

    def drain(self, system: str, key: str) -> Run:
        """Return the drain of a stretch of street; a combined one where there is no separate one."""
        start, stop = key.split("-")
        names = (key, f"{stop}-{start}")
        return next(
            self.drains[s, n] for s in (system, "combined", "sewage") for n in names if (s, n) in self.drains
        )


def supply_material(year: int) -> str:
    """Return what compounds' water pipes were made of in a year."""
    if year < 1996:
        return "galvanized_steel"
    return "pvc" if year < 2004 else "pe"


def drain_material(year: int) -> str:
    """Return what compounds' drains were made of in a year."""
    if year < 1990:
        return "concrete"
    return "reinforced_concrete" if year < 2004 else "hdpe_corrugated"


def enter_water(site: Site, streets: Streets, x: float, inner: list[Point], diameter: int) -> Run:
    """Lay the water main of a compound from the street through valve and master meter along ``inner``."""
    parent = streets.water[site.estate.street]
    gate = site.p(x, 0.0)
    tee = parent.tap(gate, "junction", reuse=0.0)
    material = supply_material(site.estate.year)
    run = site.run(
        "potable", [site.town.nodes[tee]["xy"], site.p(x, 1.0), *inner], material, diameter_mm=diameter
    )
    run.begin(tee)
    first = distance(run.line[0], run.line[1])
    set_valve(run, min(3.0, first * 0.3))
    year = 2012 + site.dice.whole(0, 11)
    run.add(
        first + 3.0,
        "meter",
        diameter_mm=diameter,
        serial=f"ZB{site.compound_id[3:]}{year % 100:02d}",
        install_year=year,
        note="小区总表",
    )
    return run


def leave(site: Site, streets: Streets, system: str, start: str, x: float, material: str) -> None:
    """Lay the last pipe of a compound's drain through its connection manhole to the street."""
    parent = streets.drain(system, site.estate.street)
    # Storm water never goes to a sewer: where the street has no storm drain it runs to the river.
    own_outfall = system == "storm" and parent.system == "sewage"
    if not own_outfall:
        target = parent.tap(site.p(x, -8.0), "manhole", reuse=14.0, gap=9.0)
    last = site.node(system, "manhole", site.p(x, 1.5), note="接驳井", depth_m=None)
    row = {
        "function": "branch",
        "material": material,
        "joint": JOINTS[material],
        "burial": "open_cut",
        "road_class": "compound",
        **site.common(),
    }
    site.town.add_pipe(system, [], start, last, **row)
    if own_outfall:
        name = f"{site.estate.name}雨水排放口"
        to_the_river(site.town, last, system, name, site.estate.year, material, **site.common())
        return
    site.town.add_pipe(system, [], last, target, **{**row, "road_class": parent.attributes["road_class"]})


def add_tank(site: Site, kind: str, point: Point, volume: float, cycle: int) -> str:
    """Set a septic tank, grease trap or sediment tank with its cleaning."""
    cleaned = f"2025-{site.dice.whole(1, 11):02d}-{site.dice.whole(1, 28):02d}"
    return site.node(
        "sewage", kind, point, tank_volume_m3=volume, cleaned_on=cleaned, cleaning_interval_d=cycle
    )


def fire_loop(site: Site, spine: Run, x: float) -> None:
    """Lay a fire loop with hydrants around the compound, fed by a fire tank and pumps near the gate."""
    place = site.p(x + 14.0, 10.0)
    tank = site.node("fire", "tank", place, tank_volume_m3=300, note="消防水池")
    pumps = site.node("fire", "pump_station", site.p(x + 20.0, 10.0), note="消防泵房")
    tee = spine.tap(site.p(x, 10.0), "junction", gap=3.0)
    row = {**spine.attributes, "function": "service"}
    site.town.add_pipe("potable", [], tee, tank, **row)
    fire = {
        **row,
        "material": "ductile_iron",
        "joint": "flange",
        "diameter_mm": 150,
        "function": "distribution",
    }
    site.town.add_pipe("fire", [], tank, pumps, **fire)
    m, w, d = 3.2, site.width, site.depth
    ring = [
        site.p(x + 20.0, m),
        site.p(w - m, m),
        site.p(w - m, d - m),
        site.p(m, d - m),
        site.p(m, m),
        site.p(x + 20.0, m),
    ]
    loop = site.run("fire", ring, "ductile_iron", diameter_mm=150, joint="flange")
    start = loop.add(0.0, "junction")
    loop.stations.append((loop.length, start))
    site.town.add_pipe("fire", [], pumps, start, **fire)
    count = max(3, int(loop.length / 85.0))
    for i in range(count):
        s = loop.length * (i + 0.6) / count
        tee = loop.add(s, "junction")
        hydrant = site.node("fire", "hydrant", beside(loop.line, s, 2.2), diameter_mm=100)
        site.town.add_pipe(
            "fire", [], tee, hydrant, **{**fire, "function": "hydrant_lead", "diameter_mm": 100}
        )
    set_valve(loop, 6.0, turns=29)
    set_valve(loop, loop.length - 6.0, turns=29)


def serve(
    site: Site, tee: str, point: Point, diameter: int, name: str, households: int, demand: float, **more: Any
) -> None:
    """Lay a service pipe from a tee to a building's meter and add its customer."""
    meter = site.node(
        "potable", "meter", point, diameter_mm=diameter, install_year=site.dice.whole(2016, 2024)
    )
    material = supply_material(site.estate.year) if site.estate.year < 2004 else "stainless_steel"
    row = {
        "function": "service",
        "material": material,
        "joint": JOINTS[material],
        "burial": "direct",
        "road_class": "compound",
    }
    if site.dma:
        row["dma_id"] = site.dma
    pipe = site.town.add_pipe("potable", [], tee, meter, **{**row, **site.common(), "diameter_mm": diameter})
    site.customer(point, pipe, households, demand, name, **more)


def fill(run: Run, spacing: float) -> None:
    """Set manholes where two of a run are farther apart than the spacing."""
    ordered = sorted(run.stations)
    for (a, _), (b, _) in zip(ordered, ordered[1:]):
        parts = int((b - a) / spacing) + 1
        for i in range(1, parts):
            run.add(a + (b - a) * i / parts, "manhole")


def house(town: Town, centre: Point, along: Point, half_a: float, half_b: float, use: str) -> None:
    """Draw a house of the base map along a direction."""
    ux, uy = along
    ring = [
        (centre[0] + ux * a - uy * b, centre[1] + uy * a + ux * b)
        for a, b in ((-half_a, -half_b), (half_a, -half_b), (half_a, half_b), (-half_a, half_b))
    ]
    town.base["buildings"].append({"kind": use, "ring": [*ring, ring[0]]})
