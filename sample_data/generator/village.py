"""The urban village: crooked lanes, small houses wall to wall."""

from __future__ import annotations

from .plane import Point, at, beside, distance, nearest
from .site import Site, Streets, add_tank, enter_water, fill, house, serve
from .town import Run


def village(site: Site, streets: Streets) -> int:
    """Build an urban village: crooked lanes, small houses wall to wall, old pipes, one combined drain."""
    w, d = site.width, site.depth
    x = w * 0.46
    households = 0
    bends = [
        site.p(x + 3.0, d * 0.18),
        site.p(x + 9.0, d * 0.45),
        site.p(x - 2.0, d * 0.72),
        site.p(x + 2.0, d * 0.93),
    ]
    main = enter_water(site, streets, x + 3.0, bends, 100)
    main.add(main.length, "cap")
    spine = [
        site.p(x, d * 0.93),
        site.p(x - 4.0, d * 0.72),
        site.p(x + 7.0, d * 0.45),
        site.p(x + 1.0, d * 0.18),
        site.p(x, 5.0),
    ]
    drain = site.run("combined", spine, "concrete", function="branch", burial="open_cut")
    drain.add(0.0, "manhole")
    row = {
        "function": "branch",
        "material": "concrete",
        "joint": "flush",
        "burial": "open_cut",
        "road_class": "compound",
    }
    for i, y in enumerate((0.16, 0.33, 0.5, 0.67, 0.84)):
        for side in (-1, 1):
            end = w * 0.05 if side < 0 else w * 0.95
            wobble = site.dice.between(-5.0, 5.0)
            start = at(main.line, nearest(main.line, site.p(x, d * y))[0])
            tee = main.tap(start, "junction", gap=2.5)
            lane = [
                site.town.nodes[tee]["xy"],
                site.p((x + end) / 2, d * y + wobble),
                site.p(end, d * y - wobble * 0.6),
            ]
            pipe = site.run(
                "potable",
                lane,
                "galvanized_steel" if i != 2 else "pe",
                diameter_mm=50 if i != 2 else 63,
                install_year=1992 if i != 2 else 2013,
            )
            pipe.begin(tee)
            pipe.add(pipe.length, "cap")
            manhole = drain.tap(start, "manhole", reuse=6.0, gap=4.0)
            sewer = site.run(
                "combined",
                [
                    beside(pipe.line, pipe.length - 2.0, -1.6),
                    beside(pipe.line, pipe.length * 0.5, -1.6),
                    site.town.nodes[manhole]["xy"],
                ],
                "concrete",
                function="branch",
                burial="open_cut",
                diameter_mm=300,
            )
            sewer.add(0.0, "manhole")
            sewer.finish(manhole)
            fill(sewer, 34.0)
            households += _cottages(site, pipe)
    end = drain.add(drain.length, "manhole")
    fill(drain, 32.0)
    # Dry weather flow goes on to the sewage drain of the street, rain over the sill to the storm drain.
    chamber = site.node("combined", "interceptor", site.p(x, 1.5), note="城中村截流井")
    site.town.add_pipe("combined", [], end, chamber, **{**row, **site.common()})
    for system, sill in (("sewage", 0.0), ("storm", 0.55)):
        parent = streets.drain(system, site.estate.street)
        target = parent.tap(site.p(x, -8.0), "manhole", reuse=14.0, gap=9.0)
        more = {"sill": sill} if sill else {}
        site.town.add_pipe(
            "combined",
            [],
            chamber,
            target,
            **{**row, **site.common(), "diameter_mm": 300 if system == "sewage" else 500, **more},
        )
    tank = add_tank(site, "septic_tank", site.p(x + 12.0, d * 0.36), 20, 90)
    site.town.add_pipe(
        "combined",
        [],
        tank,
        drain.tap(site.p(x, d * 0.33), "manhole", reuse=8.0),
        **{**row, **site.common(), "diameter_mm": 200, "function": "lead"},
    )
    return households


def _cottages(site: Site, pipe: Run) -> int:
    """Draw the small houses along a lane of the village and serve some of them."""
    households = 0
    count = int(pipe.length / 11.5)
    for i in range(count):
        for side in (-1, 1):
            if site.dice.happens(0.08):
                continue
            s = 7.0 + i * 11.5
            away = side * site.dice.between(8.5, 10.5)
            centre, (ux, uy) = beside(pipe.line, s, away), _unit_at(pipe, s)
            half_a, half_b = site.dice.between(4.0, 5.2), site.dice.between(4.2, 5.6)
            house(site.town, centre, (ux, uy), half_a, half_b, "urban_village")
            households += site.dice.whole(3, 7)
    for share in (0.4, 0.8):
        tee = pipe.tap(at(pipe.line, pipe.length * share), "junction", gap=2.0)
        s, _ = nearest(pipe.line, site.town.nodes[tee]["xy"])
        serve(site, tee, beside(pipe.line, s, 3.0), 25, f"沙塘村{site.town.number('沙', 3)[1:]}号", 18, 6.2)
    return households


def _unit_at(run: Run, s: float) -> Point:
    a, b = at(run.line, max(s - 0.5, 0.0)), at(run.line, min(s + 0.5, run.length))
    step = distance(a, b)
    return (b[0] - a[0]) / step, (b[1] - a[1]) / step
