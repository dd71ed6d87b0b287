"""The water works from the lake to the trunk mains, and the reclaimed water line."""

from __future__ import annotations

from .layout import STREETS, plan
from .plane import Point, at, beside, nearest, shifted
from .town import Run, Town
from .water import JOINTS, OWNER, along, clockwise, set_valve

AGAINST = ("E5-G5", "D5-E5", "D4-D5", "D3-D4", "D2-D3", "E4-E5", "C2-D2")


def build(town: Town, runs: dict[str, Run]) -> dict[str, str]:
    """Build the intake, the works with its clear water tank, the hill tank and the trunk mains."""
    drawn: dict[str, Point] = {
        "source": (-92, 1452),
        "intake": (-22, 1406),
        "plant": (132, 1246),
        "clear": (186, 1236),
        "pumps": (228, 1222),
        "hill": (1600, 1476),
    }
    place = dict(zip(drawn, plan(list(drawn.values()))))
    node = {
        "source": town.add_node(
            "raw_water", "source", place["source"], install_year=1984, owner=OWNER, note="清源湖取水口"
        ),
        "intake": town.add_node(
            "raw_water", "pump_station", place["intake"], install_year=1984, owner=OWNER, note="取水泵站"
        ),
        "plant": town.add_node(
            "raw_water", "plant", place["plant"], install_year=1985, owner=OWNER, note="清源水厂"
        ),
        "clear": town.add_node(
            "potable",
            "reservoir",
            place["clear"],
            install_year=1985,
            owner=OWNER,
            tank_volume_m3=6000,
            note="清水池",
        ),
        "pumps": town.add_node(
            "potable", "pump_station", place["pumps"], install_year=1985, owner=OWNER, note="送水泵房"
        ),
        "hill": town.add_node(
            "potable",
            "reservoir",
            place["hill"],
            install_year=2004,
            owner=OWNER,
            tank_volume_m3=3000,
            note="东山高位水池",
        ),
    }

    def lay(
        system: str, ends: tuple[str, str], bends: list[Point], diameter: int, material: str, year: int
    ) -> Run:
        points = [town.nodes[node[ends[0]]]["xy"], *plan(bends), town.nodes[node[ends[1]]]["xy"]]
        run = town.run(
            system,
            points,
            function="transmission",
            material=material,
            diameter_mm=diameter,
            install_year=year,
            street="水厂路",
            road_class="local",
            joint=JOINTS[material],
            burial="direct",
            owner=OWNER,
        )
        run.begin(node[ends[0]])
        run.finish(node[ends[1]])
        return run

    lay("raw_water", ("source", "intake"), [], 800, "reinforced_concrete", 1984)
    old = lay(
        "raw_water",
        ("intake", "plant"),
        [(20, 1372), (62, 1300), (100, 1262)],
        600,
        "prestressed_concrete",
        1984,
    )
    new = lay("raw_water", ("intake", "plant"), [(4, 1362), (46, 1290), (84, 1246)], 800, "pccp", 2005)
    for run in (old, new):
        set_valve(run, 12.0)
        run.add(run.length * 0.4, "air_valve", diameter_mm=100)
        run.add(run.length * 0.7, "washout", diameter_mm=200)
        set_valve(run, run.length - 25.0)
    clear = lay("potable", ("plant", "clear"), [], 800, "steel", 1985)
    clear.attributes["burial"] = "direct"
    lay("potable", ("clear", "pumps"), [], 800, "steel", 1985)
    corner = {name: run.stations[0][1] for name, run in (("A1", runs["A1-A2"]), ("A2", runs["A2-B2"]))}
    node.update(corner)
    node["E1"] = runs["E1-E2"].stations[0][1]
    north = lay("potable", ("pumps", "A1"), [(262, 1262), (300, 1310)], 700, "pccp", 2002)
    south = lay("potable", ("pumps", "A2"), [(262, 1178), (280, 1100)], 600, "prestressed_concrete", 1984)
    for run in (north, south):
        set_valve(run, 8.0)
        run.add(
            14.0,
            "flow_meter",
            diameter_mm=run.attributes["diameter_mm"],
            serial=town.number("LL2016-", 3),
            install_year=2016,
            angle_deg=clockwise(along(run, 14.0)),
            note="出厂流量计",
        )
        run.add(run.length * 0.55, "air_valve", diameter_mm=80)
        set_valve(run, run.length - 7.0)
    hill = lay("potable", ("E1", "hill"), [(1476, 1380), (1530, 1402)], 400, "ductile_iron", 2004)
    hill.attributes["street"] = "东山路"
    set_valve(hill, 7.0)
    set_valve(hill, hill.length - 10.0)
    return node


def reclaimed(town: Town, works_node: str) -> dict[str, Run]:
    """Lay the reclaimed water line from the wastewater plant to factories, the river walk and the park."""
    shift = -6.5
    result: dict[str, Run] = {}
    corner: dict[str, str] = {}

    def lay(key: str, diameter: int, material: str, year: int | None, status: str = "in_use") -> Run:
        street = STREETS[key]
        run = town.run(
            "reclaimed",
            shifted(street.line[::-1] if key in AGAINST else street.line, shift, shift),
            function="distribution",
            material=material,
            diameter_mm=diameter,
            install_year=year,
            street=street.name,
            road_class=street.road_class,
            joint=JOINTS[material],
            burial="direct",
            owner=OWNER,
        )
        if status != "in_use":
            run.attributes.update(status=status, note="规划2027年实施")
        names = (street.stop, street.start) if key in AGAINST else (street.start, street.stop)
        for name, place, join in zip(names, (run.line[0], run.line[-1]), (run.begin, run.finish)):
            if name == "G5":
                corner[name] = works_node
            elif name not in corner:
                corner[name] = town.add_node(
                    "reclaimed",
                    "junction",
                    place,
                    street=street.name,
                    install_year=year,
                    owner=OWNER,
                    status=status,
                )
            join(corner[name])
        set_valve(run, 14.0, status=status)
        result[key] = run
        return run

    for key, diameter, year in (
        ("E5-G5", 300, 2016),
        ("D5-E5", 250, 2016),
        ("D4-D5", 200, 2017),
        ("D3-D4", 200, 2017),
        ("D2-D3", 200, 2017),
    ):
        run = lay(key, diameter, "ductile_iron" if diameter > 200 else "pe", year)
        for share in (0.3, 0.7):
            tee = run.tap(at(run.line, run.length * share), "junction")
            s, _ = nearest(run.line, town.nodes[tee]["xy"])
            point = town.add_node(
                "reclaimed",
                "intake_point",
                beside(run.line, s, 2.5),
                diameter_mm=65,
                street=run.attributes["street"],
                install_year=year,
                owner=OWNER,
            )
            town.add_pipe(
                "reclaimed",
                [],
                tee,
                point,
                **{
                    **run.attributes,
                    "diameter_mm": 65,
                    "function": "service",
                    "material": "pe",
                    "joint": "butt_fusion",
                },
            )
    for key in ("E4-E5", "E4-F4"):
        run = lay(key, 200, "pe", 2018)
    lay("C2-D2", 150, "pe", None, "planned")
    park = town.run(
        "reclaimed",
        [town.nodes[corner["D2"]]["xy"], *plan([(1132, 1150), (1120, 1262), (1018, 1262), (948, 1290)])],
        function="distribution",
        material="pe",
        diameter_mm=150,
        install_year=2017,
        street="学府路",
        road_class="footway",
        joint="butt_fusion",
        burial="direct",
        owner=OWNER,
    )
    park.begin(corner["D2"])
    park.add(park.length, "cap")
    set_valve(park, 8.0)
    for share in (0.45, 0.65, 0.85):
        tee = park.tap(at(park.line, park.length * share), "junction")
        s, _ = nearest(park.line, town.nodes[tee]["xy"])
        point = town.add_node(
            "reclaimed",
            "intake_point",
            beside(park.line, s, 3.0),
            diameter_mm=65,
            street="学府路",
            install_year=2017,
            owner=OWNER,
        )
        town.add_pipe(
            "reclaimed", [], tee, point, **{**park.attributes, "diameter_mm": 65, "function": "service"}
        )
    result["park"] = park
    return result
