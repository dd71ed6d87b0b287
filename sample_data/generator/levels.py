"""Sizes, inverts, depths and heights of all pipes."""

from __future__ import annotations

from .layout import water_level
from .plane import distance
from .rand import Dice
from .town import DRAINS, Row, Town, level

MIN_SLOPE = (
    (200, 0.010),
    (300, 0.0032),
    (400, 0.0026),
    (500, 0.0021),
    (600, 0.0017),
    (800, 0.0013),
    (1000, 0.0011),
    (9999, 0.0009),
)
SIZES = (300, 400, 500, 600, 800, 1000, 1200, 1500)


def set_levels(town: Town) -> None:
    """Give every gravity drain its size, inverts and depths, walking from the heads to the outfalls."""
    pipes = [p for p in town.pipes_of(*DRAINS) if p.get("function") != "rising_main"]
    leaving: dict[str, list[Row]] = {}
    arriving: dict[str, int] = {}
    for pipe in pipes:
        leaving.setdefault(pipe["from_node"], []).append(pipe)
        arriving[pipe["to_node"]] = arriving.get(pipe["to_node"], 0) + 1
    names = sorted({p["from_node"] for p in pipes} | {p["to_node"] for p in pipes})
    ready = [name for name in names if not arriving.get(name)]
    bottom: dict[str, float] = {}
    behind: dict[str, float] = {}
    widest: dict[str, float] = {}
    done = 0
    while ready:
        name = ready.pop()
        for pipe in leaving.get(name, []):
            _set_levels(town, pipe, bottom, behind, widest)
            done += 1
            arriving[pipe["to_node"]] -= 1
            if not arriving[pipe["to_node"]]:
                ready.append(pipe["to_node"])
    if done != len(pipes):
        raise ValueError("drains of the plan run in a circle")
    for name in names:
        node = town.nodes[name]
        if name in bottom and node["kind"] != "outfall":
            sump = 0.5 if node["kind"] == "pump_station" else 0.0
            node["depth_m"] = level(node["ground_m"] - bottom[name] + sump)


def _set_levels(
    town: Town, pipe: Row, bottom: dict[str, float], behind: dict[str, float], widest: dict[str, float]
) -> None:
    start, stop = town.nodes[pipe["from_node"]], town.nodes[pipe["to_node"]]
    span = sum(distance(a, b) for a, b in zip(pipe["line"], pipe["line"][1:]))
    upstream = behind.get(start["node_id"], 0.0)
    if "diameter_mm" not in pipe:
        wanted = _size(pipe["system"], upstream + span)
        pipe["diameter_mm"] = max(wanted, widest.get(start["node_id"], 0.0), 300)
        if pipe.get("compound_id") and upstream < 260:
            pipe["diameter_mm"] = (
                300 if pipe["system"] != "sewage" else max(200.0, widest.get(start["node_id"], 0.0))
            )
    diameter = pipe["diameter_mm"]
    box = pipe.pop("box", None)
    if box:
        pipe["width_mm"], pipe["height_mm"] = box
        pipe["function"] = "culvert"
    height = (box[1] if box else diameter) / 1000
    lead = pipe.get("function") == "lead"
    cover = 0.8 if lead or pipe.get("compound_id") else (1.3 if pipe["system"] == "storm" else 1.7)
    high = start["ground_m"] - cover - height
    invert = min(high, bottom.get(start["node_id"], high))
    if pipe.get("sill"):
        invert = invert + pipe.pop("sill")
        start["weir_level_m"] = round(invert, 3)
    else:
        bottom[start["node_id"]] = min(invert, bottom.get(start["node_id"], invert))
    least = next(slope for size, slope in MIN_SLOPE if diameter <= size)
    lower = stop["ground_m"] - cover - height
    if stop["kind"] == "outfall":
        lower = max(water_level(stop["xy"]) + 0.3, invert - 0.08 * span)
    slope = max(least, min((invert - lower) / span, 0.06 if stop["kind"] == "outfall" else 0.045))
    end = invert - slope * span
    pipe["invert_start_m"], pipe["invert_end_m"] = round(invert, 3), round(end, 3)
    pipe["depth_start_m"], pipe["depth_end_m"] = (
        level(start["ground_m"] - invert),
        level(stop["ground_m"] - end),
    )
    if stop["kind"] == "outfall":
        pipe["depth_end_m"] = level(max(stop["ground_m"] - end, 0.5))
    pipe["z"] = (round(invert + height / 2, 3), round(end + height / 2, 3))
    # A sewer that arrives above a deep one drops in the manhole, which is as deep as its lowest pipe.
    bottom[stop["node_id"]] = min(end, bottom.get(stop["node_id"], end))
    behind[stop["node_id"]] = behind.get(stop["node_id"], 0.0) + upstream + span
    widest[stop["node_id"]] = max(widest.get(stop["node_id"], 0.0), diameter if not lead else 0.0)


def _size(system: str, upstream: float) -> float:
    """Return the usual diameter for the length of drains behind a pipe."""
    steps = (
        (1400, 3200, 5200, 9000, 16000, 30000, 60000)
        if system == "sewage"
        else (260, 600, 1100, 1900, 3600, 6500, 12000)
    )
    for size, most in zip(SIZES, steps):
        if upstream <= most:
            return float(size)
    return float(SIZES[-1])


def supply_heights(town: Town, dice: Dice) -> None:
    """Give every pressure pipe its cover, and its height where it was surveyed (laid since 1990)."""
    for pipe in town.pipes_of("raw_water", "potable", "reclaimed", "fire"):
        diameter = pipe["diameter_mm"] / 1000
        cover = round(
            0.9 + (0.3 if pipe.get("road_class") == "arterial" else 0.0) + dice.between(-0.08, 0.08), 2
        )
        if pipe.get("burial") == "overhead":
            cover = -0.6
        start, stop = town.nodes[pipe["from_node"]], town.nodes[pipe["to_node"]]
        pipe["depth_start_m"] = pipe["depth_end_m"] = level(cover)
        if (pipe["install_year"] or 0) >= 1990:
            pipe["z"] = tuple(round(node["ground_m"] - cover - diameter / 2, 3) for node in (start, stop))
    for pipe in town.pipes_of(*DRAINS):
        if pipe.get("function") == "rising_main":
            start, stop = town.nodes[pipe["from_node"]], town.nodes[pipe["to_node"]]
            pipe["depth_start_m"] = pipe["depth_end_m"] = 1.2
            pipe["z"] = tuple(round(node["ground_m"] - 1.36, 3) for node in (start, stop))
