"""Faults planted on purpose, each noted with its rule, its assets and its place."""

from __future__ import annotations

from .history import midpoint
from .plane import at, beside, direction, distance, length, snap
from .town import Row, Town
from .water import clockwise, turns


def plant(town: Town) -> None:
    """Plant all faults; the order is part of the town."""
    for fault in (
        near_miss, tee_without_node, duplicates, self_loop, diameter_jump, misconnection, adverse_slope,
        valve_off_pipe, loose_part,
        cross_connection, unknowns, too_early, twin_nodes, open_boundary, sewage_seen, flow_unknown,
    ):  # fmt: skip
        fault(town)


def _note(
    town: Town, rule: str, assets: list[str], place: tuple[float, float], text: str, **more: object
) -> None:
    town.faults.append({"rule": rule, "assets": assets, "xy": snap(place), "text": text, **more})


def _choose(town: Town, system: str, **wanted: object) -> list[Row]:
    """Return the pipes of a system with these attributes, longest first."""
    found = [p for p in town.pipes_of(system) if all(p.get(k) == v for k, v in wanted.items())]
    return sorted(found, key=lambda p: (-length(p["line"]), p["pipe_id"]))


def near_miss(town: Town) -> None:
    """Draw ends of pipes short of their node by 0.05 to 0.30 m."""
    pipes = [
        _choose(town, "potable", street="沙塘村", function="distribution")[2],
        _choose(town, "potable", street="米市巷")[1],
        _choose(town, "sewage", street="工业大道")[3],
        _choose(town, "potable", street="桂花苑", function="distribution")[3],
    ]
    for pipe, gap in zip(pipes, (0.05, 0.12, 0.22, 0.30)):
        line, node = pipe["line"], pipe["to_node"]
        span = distance(line[-2], line[-1])
        (ax, ay), (bx, by) = line[-2], line[-1]
        line[-1] = snap((bx + (ax - bx) * gap / span, by + (ay - by) * gap / span))
        pipe["to_node"] = None
        _note(town, "near_miss_end", [pipe["pipe_id"], node], line[-1], "管段端点未接到节点", distance_m=gap)


def tee_without_node(town: Town) -> None:
    """Let a pipe begin in the middle of another one that has no node there."""
    for street, house in (("建设路", 14.0), ("人民路", 17.0)):
        main = _choose(town, "potable", street=street, function="distribution")[0]
        s = length(main["line"]) * 0.43
        start = snap(at(main["line"], s))
        end = town.add_node(
            "potable",
            "meter",
            beside(main["line"], s, house),
            diameter_mm=40,
            street=street,
            install_year=2019,
        )
        row = {
            "function": "service",
            "material": "pe",
            "diameter_mm": 40,
            "install_year": 2019,
            "street": street,
            "owner": main["owner"],
            "joint": "butt_fusion",
            "burial": "direct",
            "depth_start_m": 0.9,
            "depth_end_m": 0.9,
        }
        if main.get("dma_id"):
            row["dma_id"] = main["dma_id"]
        pipe = town.add_pipe("potable", [], main["from_node"], end, **row)
        town.pipes[pipe]["from_node"] = None
        town.pipes[pipe]["line"][0] = start
        _note(town, "tee_without_node", [pipe, main["pipe_id"]], start, "支管接于干管中间，无节点")


def duplicates(town: Town) -> None:
    """Draw pipes twice, once the other way round."""
    for system, street, reverse in (("potable", "解放路", False), ("storm", "人民路", True)):
        pipe = _choose(town, system, street=street)[1]
        copy = {
            k: v
            for k, v in pipe.items()
            if k not in ("pipe_id", "line", "from_node", "to_node", "system", "status")
        }
        ends = (pipe["to_node"], pipe["from_node"]) if reverse else (pipe["from_node"], pipe["to_node"])
        line = pipe["line"][::-1] if reverse else pipe["line"]
        if reverse:
            copy["z"] = copy["z"][::-1]
            for name in ("invert", "depth"):
                a, b = f"{name}_start_m", f"{name}_end_m"
                copy[a], copy[b] = copy[b], copy[a]
        other = town.add_pipe(system, line, *ends, **copy)
        _note(town, "duplicate_pipe", [pipe["pipe_id"], other], midpoint(pipe), "同一管段重复绘制")


def self_loop(town: Town) -> None:
    """Draw a pipe that ends where it begins."""
    base = _choose(town, "potable", street="文昌小学", function="distribution")[0]
    node = base["from_node"]
    x, y = town.nodes[node]["xy"]
    row = {
        k: base[k]
        for k in (
            "function",
            "material",
            "diameter_mm",
            "install_year",
            "street",
            "compound_id",
            "owner",
            "joint",
            "burial",
        )
    }
    pipe = town.add_pipe(
        "potable",
        [(0, 0), (x + 3.0, y + 1.0), (x + 3.5, y + 4.0), (x + 0.5, y + 3.0), (0, 0)],
        node,
        node,
        **row,
    )
    _note(town, "self_loop", [pipe], (x, y), "管段首尾为同一节点")


def diameter_jump(town: Town) -> None:
    """Write a diameter that does not fit between its neighbours."""
    for system, street, size in (("potable", "建设路", 80.0), ("sewage", "滨河路", 200.0)):
        pipe = _choose(town, system, street=street)[4]
        old, pipe["diameter_mm"] = pipe["diameter_mm"], size
        _note(
            town,
            "diameter_jump",
            [pipe["pipe_id"]],
            midpoint(pipe),
            f"前后均为DN{int(old)}，此段录为DN{int(size)}",
            was=old,
            now=size,
        )


def misconnection(town: Town) -> None:
    """Lead the sewage of two compounds into the storm drain of the street."""
    storm = [
        n
        for n in town.nodes.values()
        if n["kind"] == "manhole" and n["system"] == "storm" and not n.get("compound_id")
    ]
    for street in ("东风新村", "康乐苑"):
        pipe = next(
            p
            for p in town.pipes_of("sewage")
            if p.get("street") == street
            and p["road_class"] != "compound"
            and "compound_id" not in town.nodes[p["to_node"]]
        )
        exit_ = town.nodes[pipe["from_node"]]
        target = min(storm, key=lambda n: (distance(n["xy"], exit_["xy"]), n["node_id"]))
        pipe["to_node"] = target["node_id"]
        pipe["line"] = [exit_["xy"], target["xy"]]
        span = distance(exit_["xy"], target["xy"])
        end = round(pipe["invert_start_m"] - 0.006 * span, 3)
        target["depth_m"] = max(target["depth_m"], round(target["ground_m"] - end, 2))
        pipe["invert_end_m"], pipe["depth_end_m"] = end, round(target["ground_m"] - end, 2)
        pipe["z"] = (pipe["z"][0], round(end + pipe["diameter_mm"] / 2000, 3))
        _note(
            town,
            "compound_to_other_system",
            [pipe["pipe_id"], target["node_id"]],
            target["xy"],
            f"{street}污水错接入市政雨水井",
        )


def adverse_slope(town: Town) -> None:
    """Swap the inverts of drains."""
    for system, street in (("sewage", "学府路"), ("storm", "建设路"), ("combined", "中山路")):
        pipe = _choose(town, system, street=street, function="branch")[2]
        pipe["invert_start_m"], pipe["invert_end_m"] = pipe["invert_end_m"], pipe["invert_start_m"]
        pipe["depth_start_m"] = round(town.nodes[pipe["from_node"]]["ground_m"] - pipe["invert_start_m"], 2)
        pipe["depth_end_m"] = round(town.nodes[pipe["to_node"]]["ground_m"] - pipe["invert_end_m"], 2)
        pipe["z"] = pipe["z"][::-1]
        drop = round(pipe["invert_end_m"] - pipe["invert_start_m"], 3)
        _note(town, "adverse_slope", [pipe["pipe_id"]], midpoint(pipe), "逆坡", rise_m=drop)


def valve_off_pipe(town: Town) -> None:
    """Set valves beside their pipe instead of on it."""
    for street, away in (("环城北路", 1.2), ("新城路", 0.6)):
        pipe = _choose(town, "potable", street=street)[0]
        s = length(pipe["line"]) * 0.55
        valve = town.add_node(
            "potable",
            "valve",
            beside(pipe["line"], s, away),
            diameter_mm=pipe["diameter_mm"],
            valve_state="open",
            operable="unknown",
            street=street,
            install_year=pipe["install_year"],
            angle_deg=clockwise(direction(pipe["line"], s)),
        )
        _note(
            town,
            "valve_off_pipe",
            [valve, pipe["pipe_id"]],
            town.nodes[valve]["xy"],
            "阀门不在管线上",
            distance_m=away,
        )


def loose_part(town: Town) -> None:
    """Draw three pipes that are joined to nothing."""
    x, y = 985.0, 455.0
    row = {
        "function": "distribution",
        "material": "pe",
        "diameter_mm": 110,
        "install_year": 2008,
        "street": "东园",
        "joint": "butt_fusion",
        "burial": "direct",
    }
    nodes = [
        town.add_node(
            "potable",
            "cap" if i in (0, 3) else "junction",
            (x + 21 * i, y - 9 * i),
            street="东园",
            install_year=2008,
        )
        for i in range(4)
    ]
    pipes = [town.add_pipe("potable", [], a, b, **row) for a, b in zip(nodes, nodes[1:])]
    _note(town, "loose_part", pipes, (x, y), "孤立管段，未与管网连通")


def cross_connection(town: Town) -> None:
    """Join a reclaimed pipe to a drinking water main."""
    main = _choose(town, "potable", street="学府路", function="distribution")
    best = min(
        (distance(town.nodes[n]["xy"], r["xy"]), n, r["node_id"])
        for p in main
        for n in (p["from_node"], p["to_node"])
        if n and town.nodes[n]["kind"] == "junction"
        for r in town.nodes.values()
        if r["system"] == "reclaimed" and r["kind"] == "junction" and r.get("street") == "学府路"
    )
    row = {
        "function": "connector",
        "material": "pe",
        "diameter_mm": 100,
        "install_year": 2019,
        "street": "学府路",
        "joint": "butt_fusion",
        "burial": "direct",
    }
    pipe = town.add_pipe("reclaimed", [], best[2], best[1], **row)
    _note(town, "cross_connection", [pipe, best[1]], town.nodes[best[1]]["xy"], "再生水管接入给水管")


def unknowns(town: Town) -> None:
    """Forget materials, years and a diameter."""
    for system, street, index, field in (
        ("potable", "沙塘村", 4, "material"), ("potable", "解放路", 3, "material"),
        ("sewage", "工业一路", 2, "material"),
        ("potable", "桂花苑", 5, "install_year"), ("potable", "人民路", 6, "install_year"),
        ("storm", "滨江花园", 1, "install_year"),
        ("potable", "永兴纺织厂", 2, "diameter_mm"),
    ):  # fmt: skip
        pipe = _choose(town, system, street=street)[index]
        pipe[field] = None
        _note(town, f"missing_{field}", [pipe["pipe_id"]], midpoint(pipe), "属性缺失")


def too_early(town: Town) -> None:
    """Write a year in which the material did not exist."""
    pipe = _choose(town, "potable", street="南岸大道", material="pe", function="distribution")[1]
    pipe["install_year"] = 1953
    _note(town, "year_before_material", [pipe["pipe_id"]], midpoint(pipe), "聚乙烯管录为1953年敷设")


def twin_nodes(town: Town) -> None:
    """Set a second manhole a hand's breadth from another one."""
    pipe = _choose(town, "sewage", street="环城东路")[1]
    x, y = town.nodes[pipe["to_node"]]["xy"]
    twin = town.add_node(
        "sewage", "manhole", (x + 0.05, y + 0.03), street="环城东路", install_year=pipe["install_year"]
    )
    _note(town, "twin_nodes", [pipe["to_node"], twin], (x, y), "检查井重复", distance_m=0.058)


def open_boundary(town: Town) -> None:
    """Join a lane of DMA-2 to the border street by a valve that stands open, without a meter.

    The valve is in the lane: closed, it keeps water from nothing in the street.
    """
    lane = [p for p in town.pipes_of("potable") if p.get("street") == "青石巷"]
    cap = next(n for p in lane for n in (p["from_node"], p["to_node"]) if town.nodes[n]["kind"] == "cap")
    place = town.nodes[cap]["xy"]
    outside = min(
        (distance(town.nodes[n]["xy"], place), n)
        for p in town.pipes_of("potable") if p.get("street") == "文昌路" and p["function"] == "distribution"
        for n in (p["from_node"], p["to_node"]) if town.nodes[n]["kind"] == "junction"
    )[1]  # fmt: skip
    town.nodes[cap]["kind"] = "junction"
    row = {
        "function": "distribution",
        "material": "pe",
        "diameter_mm": 110,
        "install_year": 2016,
        "street": "青石巷",
        "road_class": "local",
        "joint": "butt_fusion",
        "burial": "direct",
    }
    way = [place, town.nodes[outside]["xy"]]
    valve = town.add_node(
        "potable",
        "valve",
        at(way, distance(*way) - 6.0),
        diameter_mm=110,
        valve_state="open",
        operable="yes",
        accessible="yes",
        turns=turns(110),
        angle_deg=clockwise((way[1][0] - way[0][0], way[1][1] - way[0][1])),
        street="青石巷",
        install_year=2016,
        operated_on="2024-10-16",
        dma_id="DMA-2",
    )
    pipe = town.add_pipe("potable", [], cap, valve, **row, dma_id="DMA-2")
    town.add_pipe("potable", [], valve, outside, **row)
    _note(
        town,
        "dma_open_boundary",
        [pipe, "DMA-2"],
        midpoint(town.pipes[pipe]),
        "DMA边界未计量亦无关闭阀门",
        zone_id="DMA-2",
    )


def sewage_seen(town: Town) -> None:
    """Let a crew look at outfalls, and open covers below and above one compound's sewage in a storm drain."""
    leads_to = {pipe["from_node"]: pipe["to_node"] for pipe in town.pipes_of("storm") if pipe["from_node"]}
    ways = []
    for fault in town.faults:
        if fault["rule"] == "compound_to_other_system":
            way = [fault["assets"][1]]
            while way[-1] in leads_to:
                way.append(leads_to[way[-1]])
            ways.append(way)
    dirty = ways[0]
    above = next(
        pipe["from_node"]
        for pipe in town.pipes_of("storm")
        if pipe["to_node"] == dirty[0] and town.nodes[pipe["from_node"]]["kind"] == "manhole"
    )
    clean = [
        node["node_id"] for node in town.nodes.values()
        if (node["kind"], node["system"]) == ("outfall", "storm")
        and node["node_id"] not in {way[-1] for way in ways}
    ]  # fmt: skip
    seen = [(dirty[-1], 1), *((node, 0) for node in clean), (dirty[len(dirty) // 2], 1), (above, 0)]
    rows = [
        {"node_id": node, "time": f"2025-12-18T{9 + n // 4:02d}:{15 * (n % 4):02d}:00+08:00",
         "quantity": "sewage_seen", "value": value}
        for n, (node, value) in enumerate(seen)
    ]  # fmt: skip
    town.readings[:0] = rows


def flow_unknown(town: Town) -> None:
    """Let a crew find water that stands in the first drain of two lanes."""
    for street in ("盐仓巷", "竹篙巷"):
        drains = [pipe for pipe in town.pipes_of("combined") if pipe.get("street") == street]
        arrives = {pipe["to_node"] for pipe in drains}
        head = next(p for p in drains if p["function"] == "branch" and p["from_node"] not in arrives)
        head.update(flow="undetermined", flow_source="observed", note="管内积水，流向不明")
