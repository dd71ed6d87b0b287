"""Compounds of slabs and of halls: housing estates, campuses, markets, works."""

from __future__ import annotations

from .layout import ESTATES, Estate
from .plane import beside
from .rand import Dice
from .site import (
    Site,
    Streets,
    add_tank,
    drain_material,
    enter_water,
    fill,
    fire_loop,
    leave,
    serve,
    supply_material,
)
from .town import Run, Town
from .village import village
from .water import JOINTS, dma_of, set_valve


def build_estates(town: Town, streets: Streets, seed: int) -> None:
    """Build all compounds."""
    for number, estate in enumerate(ESTATES, 1):
        dice = Dice(seed, f"estate {estate.name}")
        site = Site(town, estate, f"XQ-{number:02d}", dma_of(estate.street), dice)
        households = {"rows": _rows, "campus": _halls, "halls": _halls, "village": village}[estate.plan](
            site, streets
        )
        managed = estate.year >= 2005 and estate.type != "industrial"
        town.compounds.append(
            {
                "compound_id": site.compound_id,
                "name": estate.name,
                "type": estate.type,
                "households": households or None,
                "handover_mode": "as_is"
                if estate.year >= 2010
                else ("take_over_first" if estate.year >= 2000 else "renovate_first"),
                "status": "managed"
                if managed
                else ("transition" if estate.year >= 1995 else "not_taken_over"),
                "manager": f"{estate.name}物业"
                if estate.type in ("residential", "mixed", "commercial")
                else None,
                "ring": [*site.quad, site.quad[0]],
            }
        )


def _rows(site: Site, streets: Streets) -> int:
    """Build a housing estate: rows of slabs on both sides of an inner street."""
    w, d, year = site.width, site.depth, site.estate.year
    x = w * 0.5
    pitch = 37.0 if year >= 2000 else 31.0
    rows = max(2, int((d - 14.0) / pitch))
    pitch = (d - 16.0) / rows
    material, drain = supply_material(year), drain_material(year)
    slab = 13.0 if year >= 2000 else 11.0
    houses = 60 if year >= 2005 else (36 if year >= 1990 else 24)
    ys = [12.0 + pitch * (i + 0.5) for i in range(rows)]
    last = ys[-1]
    water = enter_water(
        site, streets, x + 3.0, [site.p(x + 3.0, last - slab / 2 - 5.0)], 150 if year >= 1995 else 100
    )
    sewage = site.run(
        "sewage",
        [site.p(x - 3.0, last - slab / 2 - 8.0), site.p(x - 3.0, 15.0)],
        drain,
        function="branch",
        burial="open_cut",
    )
    storm = site.run(
        "storm",
        [site.p(x - 0.2, last - slab / 2 - 6.0), site.p(x - 0.2, 14.0)],
        drain,
        function="branch",
        burial="open_cut",
    )
    households = 0
    tees = []
    for i, y in enumerate(ys):
        front = y - slab / 2
        top = i == rows - 1
        tee = (
            water.add(water.length, "junction")
            if top
            else water.tap(site.p(x + 3.0, front - 5.0), "junction", gap=2.0)
        )
        manhole = (
            sewage.add(0.0, "manhole")
            if top
            else sewage.tap(site.p(x - 3.0, front - 8.0), "manhole", gap=2.0)
        )
        gully = (
            storm.add(0.0, "manhole") if top else storm.tap(site.p(x - 0.2, front - 6.0), "manhole", gap=2.0)
        )
        tees.append(tee)
        for side in (-1, 1):
            x0, x1 = sorted((x + side * 8.0, x + side * (w / 2 - 7.5)))
            middle = (x0 + x1) / 2
            two = x1 - x0 > 62.0
            cuts = [(x0, middle - 4.0), (middle + 4.0, x1)] if two else [(x0, x1)]
            cuts = cuts[::-1] if side < 0 else cuts
            far = cuts[-1]
            end = (far[0] + far[1]) / 2
            branch = site.run(
                "potable",
                [site.town.nodes[tee]["xy"], site.p(end, front - 5.0)],
                material,
                diameter_mm=100 if year >= 1995 else 80,
            )
            branch.begin(tee)
            row_drain = site.run(
                "sewage",
                # The drains of both sides come to the manhole beside each other, not on one line.
                [
                    site.p(end, front - 3.4),
                    site.p(x - 3.0 + side * 0.9, front - 3.4),
                    site.town.nodes[manhole]["xy"],
                ],
                drain,
                function="branch",
                burial="open_cut",
            )
            row_drain.add(0.0, "manhole")
            row_drain.finish(manhole)
            for k, (a, b) in enumerate(cuts):
                centre = (a + b) / 2
                is_end = k == len(cuts) - 1
                stop = (
                    branch.add(branch.length, "junction")
                    if is_end
                    else branch.tap(site.p(centre, front - 5.0), "junction")
                )
                if not is_end:
                    row_drain.tap(site.p(centre, front - 3.4), "manhole")
                site.building(a, b, front, front + slab, site.estate.type)
                number = len(site.town.customers) + 1
                flats = int(houses * (b - a) / 55.0 * site.dice.between(0.8, 1.2))
                households += flats
                shops = site.estate.type == "mixed" and i == 0
                serve(
                    site,
                    stop,
                    site.p(centre, front - 0.6),
                    50 if year >= 1995 else 40,
                    f"{site.estate.name}{number % 100 + 1}栋",
                    flats,
                    flats * 0.36,
                    kind="non_domestic" if shops else "",
                )
            inlet_x = x + side * 11.0
            inlet = site.node(
                "storm",
                "inlet",
                site.p(inlet_x, front - 6.6),
                cleaned_on=f"2025-{site.dice.whole(2, 11):02d}-12",
                cleaning_interval_d=90,
            )
            lead = {
                "function": "lead",
                "material": drain,
                "joint": JOINTS[drain],
                "burial": "open_cut",
                "road_class": "compound",
                "diameter_mm": 200,
            }
            site.town.add_pipe("storm", [], inlet, gully, **{**lead, **site.common()})
    if year >= 2004 and rows >= 3:
        _ring(site, water, x, ys, slab, material)
    _finish_drains(site, streets, sewage, storm, x, drain, households)
    if site.estate.fire:
        fire_loop(site, water, x + 3.0)
    return households


def _ring(site: Site, water: Run, x: float, ys: list[float], slab: float, material: str) -> None:
    """Close the inner main to a ring along the east edge, with a valve."""
    edge = site.width - 4.5
    first, last = ys[0] - slab / 2 - 9.0, ys[-1] + slab / 2 + 4.0
    start = water.tap(site.p(x + 3.0, first), "junction", gap=2.5)
    top = water.stations[[s for s, _ in water.stations].index(max(s for s, _ in water.stations))][1]
    line = [
        site.town.nodes[start]["xy"],
        site.p(edge, first),
        site.p(edge, last),
        site.p(x + 3.0, last),
        site.town.nodes[top]["xy"],
    ]
    ring = site.run("potable", line, material, diameter_mm=100)
    ring.begin(start)
    ring.finish(top)
    set_valve(ring, 7.0)
    set_valve(ring, ring.length - 8.0)


def _finish_drains(
    site: Site, streets: Streets, sewage: Run, storm: Run, x: float, drain: str, households: int
) -> None:
    """End the drains of a compound: septic tank, connection manholes, the street."""
    mark = sewage.add(sewage.length, "manhole")
    volume = 100 if households > 600 else (75 if households > 300 else 50)
    tank = add_tank(site, "septic_tank", site.p(x - 3.0, 9.0), volume, 180)
    row = {
        "function": "branch",
        "material": drain,
        "joint": JOINTS[drain],
        "burial": "open_cut",
        "road_class": "compound",
    }
    site.town.add_pipe("sewage", [], mark, tank, **{**row, **site.common()})
    leave(site, streets, "sewage", tank, x - 3.0, drain)
    end = storm.add(storm.length, "manhole")
    leave(site, streets, "storm", end, x - 0.2, drain)
    for run in (sewage, storm):
        fill(run, 38.0)


def _halls(site: Site, streets: Streets) -> int:
    """Build a campus, market or works: a few large buildings around an inner ring road."""
    w, d, year, estate = site.width, site.depth, site.estate.year, site.estate
    material, drain = (
        ("ductile_iron" if estate.type == "industrial" and year >= 1996 else supply_material(year)),
        drain_material(year),
    )
    campus = estate.plan == "campus"
    x = w * 0.5
    margin = 13.0
    inner = [
        site.p(x + 3.0, margin),
        site.p(w - margin, margin),
        site.p(w - margin, d - margin),
        site.p(margin, d - margin),
        site.p(margin, margin),
        site.p(x + 3.0, margin),
    ]
    entry = enter_water(site, streets, x + 3.0, [inner[0]], 150 if year >= 1990 else 100)
    hub = entry.add(entry.length, "junction")
    ring = site.run("potable", inner, material, diameter_mm=150 if year >= 1990 else 100)
    ring.begin(hub)
    ring.stations.append((ring.length, hub))
    set_valve(ring, 5.0)
    set_valve(ring, ring.length - 5.0)
    around = margin - 3.0
    sewage = site.run(
        "sewage",
        [
            site.p(w - around, margin + 2.0),
            site.p(w - around, d - around),
            site.p(around, d - around),
            site.p(around, around),
            site.p(x - 3.0, around),
        ],
        drain,
        function="branch",
        burial="open_cut",
    )
    sewage.add(0.0, "manhole")
    low = margin + 2.6
    storm = site.run(
        "storm",
        [site.p(w - low, d - low), site.p(w - low, low), site.p(x, low)],
        drain,
        function="branch",
        burial="open_cut",
    )
    storm.add(0.0, "manhole")
    columns = 2 if w > 105 else 1
    rows = 3 if d > 175 else (2 if d > 95 else 1)
    names = _hall_names(estate)
    cell_w, cell_d = (w - 2 * margin - 8.0) / columns, (d - 2 * margin - 8.0) / rows
    for row in range(rows):
        for column in range(columns):
            x0, y0 = margin + 4.0 + column * cell_w, margin + 4.0 + row * cell_d
            shrink = 0.16 if campus else 0.07
            if campus and row == 1 and column == 0 and rows > 1:
                # The sports ground or the yard.
                continue
            a, b = x0 + cell_w * shrink, x0 + cell_w * (1 - shrink)
            c, e = y0 + cell_d * shrink, y0 + cell_d * (1 - shrink)
            if campus:
                e = c + (e - c) * 0.45
                site.building(a, a + (b - a) * 0.28, c, c + (e - c) * 2.1, estate.type)
            site.building(a, b, c, e, estate.type)
            side = a if column == 0 else b
            outer = margin if column == 0 else w - margin
            tee = ring.tap(site.p(outer, (c + e) / 2), "junction")
            sewage.tap(site.p(around if column == 0 else w - around, (c + e) / 2 + 4.0), "manhole", reuse=6.0)
            name = names[(row * columns + column) % len(names)]
            demand = {"industrial": 160.0, "commercial": 55.0, "public": 48.0, "mixed": 60.0}[
                estate.type
            ] * site.dice.between(0.6, 1.4)
            serve(
                site,
                tee,
                site.p(side, (c + e) / 2),
                80,
                f"{estate.name}{name}",
                0,
                demand,
                critical=bool(estate.critical) and row == 0,
            )
    end = sewage.add(sewage.length, "manhole")
    fill(sewage, 40.0)
    kitchen = estate.type in ("commercial", "public") or "食品" in estate.name
    row_ = {
        "function": "branch",
        "material": drain,
        "joint": JOINTS[drain],
        "burial": "open_cut",
        "road_class": "compound",
        **site.common(),
    }
    if kitchen:
        trap = add_tank(site, "grease_trap", site.p(around + 8.0, around - 4.0), 8, 30)
        meet = sewage.tap(site.p(around + 9.0, around), "manhole", reuse=9.0)
        site.town.add_pipe("sewage", [], trap, meet, **{**row_, "function": "lead", "diameter_mm": 200})
    kind, volume = ("sediment_tank", 30.0) if estate.type == "industrial" else ("septic_tank", 50.0)
    tank = add_tank(site, kind, site.p(x - 3.0, 5.6), volume, 90 if kind == "sediment_tank" else 180)
    site.town.add_pipe("sewage", [], end, tank, **row_)
    leave(site, streets, "sewage", tank, x - 3.0, drain)
    last = storm.add(storm.length, "manhole")
    leave(site, streets, "storm", last, x, drain)
    fill(storm, 38.0)
    for s, manhole in sorted(storm.stations)[1:-1]:
        inlet = site.node(
            "storm",
            "inlet",
            beside(storm.line, s, 3.4),
            cleaned_on=f"2025-{site.dice.whole(2, 11):02d}-20",
            cleaning_interval_d=90,
        )
        site.town.add_pipe("storm", [], inlet, manhole, **{**row_, "function": "lead", "diameter_mm": 200})
    if estate.fire:
        fire_loop(site, entry, x + 3.0)
    return 0


def _hall_names(estate: Estate) -> tuple[str, ...]:
    if estate.critical == "hospital":
        return ("门诊楼", "住院楼", "医技楼", "后勤楼")
    if estate.critical == "school":
        return ("教学楼", "实验楼", "食堂", "宿舍楼")
    if estate.type == "industrial":
        return ("一车间", "二车间", "仓库", "锅炉房", "办公楼")
    if estate.type == "commercial":
        return ("主楼", "东区", "西区", "餐饮区")
    return ("主楼", "东楼", "西楼", "餐厅")
