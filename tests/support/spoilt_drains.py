"""The drains of the sample town spoilt on purpose: wrong joints, turned lines, levels that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waternet_plugin.sample_data.generator import levels
from waternet_plugin.sample_data.generator.plane import distance, length, lerp, snap
from waternet_plugin.sample_data.generator.town import DRAINS, Row, Town

FALL = 0.006
NEAR = "M1 near"
PAIRS = (("from_node", "to_node"), ("invert_start_m", "invert_end_m"), ("depth_start_m", "depth_end_m"))


@dataclass(frozen=True)
class Planted:
    """A fault: its rule, what it is about, and how bad that is; ``code`` is that of a misconnection."""

    rule: str
    assets: tuple[str, ...]
    severity: str
    code: str = ""


def spoil(town: Town) -> list[Planted]:
    """Spoil the drains of a town without faults, each fault somewhere else; return what was planted."""
    return [planted for fault in FAULTS for planted in fault(town)]


def turn(pipe: Row) -> None:
    """Turn a line with all that belongs to its ends."""
    pipe["line"] = pipe["line"][::-1]
    pipe["z"] = pipe["z"][::-1]
    for one, two in PAIRS:
        pipe[one], pipe[two] = pipe[two], pipe[one]


def _manholes(town: Town, system: str, compound: str | None) -> list[Row]:
    return [
        node
        for node in town.nodes.values()
        if (node["kind"], node["system"], node.get("compound_id")) == ("manhole", system, compound)
    ]


def _nearest(nodes: list[Row], place: tuple[float, float]) -> Row:
    return min(nodes, key=lambda node: (distance(node["xy"], place), node["node_id"]))


def _levels(town: Town, pipe: Row, start: float, end: float) -> None:
    """Give a drain the inverts of both ends and what follows from them."""
    ground = [town.nodes[pipe[name]]["ground_m"] for name in ("from_node", "to_node")]
    half = pipe["diameter_mm"] / 2000
    pipe["invert_start_m"], pipe["invert_end_m"] = round(start, 3), round(end, 3)
    pipe["depth_start_m"], pipe["depth_end_m"] = (
        levels.level(top - bottom) for top, bottom in zip(ground, (start, end))
    )
    pipe["z"] = (round(start + half, 3), round(end + half, 3))


def _lead(town: Town, pipe: Row, target: Row) -> None:
    """Let a drain end at another manhole, which is deep enough for it."""
    begin = town.nodes[pipe["from_node"]]
    pipe["to_node"] = target["node_id"]
    pipe["line"] = [begin["xy"], target["xy"]]
    start = pipe["invert_start_m"]
    end = start - FALL * distance(begin["xy"], target["xy"])
    _levels(town, pipe, start, end)
    target["depth_m"] = max(target["depth_m"], round(target["ground_m"] - end, 2))


def _of(town: Town, system: str, compound: str | None, **wanted: object) -> list[Row]:
    """Return the drains of a system in a compound with these attributes."""
    return [
        pipe
        for pipe in town.pipes_of(system)
        if pipe.get("compound_id") == compound and all(pipe.get(k) == v for k, v in wanted.items())
    ]


def _kind(town: Town, pipe: Row, end: str) -> str:
    return str(town.nodes[pipe[end]]["kind"])


def _inner(town: Town, system: str, compound: str) -> Row:
    """Return the first drain between manholes of a compound that another one leads on from."""
    begins = {pipe["from_node"] for pipe in _of(town, system, compound)}
    return next(
        pipe
        for pipe in _of(town, system, compound, function="branch")
        if pipe["to_node"] in begins
        and town.nodes[pipe["to_node"]].get("compound_id") == compound
        and {_kind(town, pipe, "from_node"), _kind(town, pipe, "to_node")} == {"manhole"}
    )


def _exit(town: Town, system: str, compound: str) -> Row:
    """Return the drain that leads out of a compound."""
    return next(
        pipe
        for pipe in town.pipes_of(system)
        if town.nodes[pipe["from_node"]].get("compound_id") == compound
        and "compound_id" not in town.nodes[pipe["to_node"]]
    )


def sewage_in_storm(town: Town) -> list[Planted]:
    """M1: a sewer of a compound ends in its storm drain."""
    pipe = _inner(town, "sewage", "XQ-10")
    target = _nearest(_manholes(town, "storm", "XQ-10"), town.nodes[pipe["from_node"]]["xy"])
    _lead(town, pipe, target)
    return [Planted("sewage_to_storm", (pipe["pipe_id"], target["node_id"]), "error", "M1")]


def storm_in_sewage(town: Town) -> list[Planted]:
    """M2: a storm drain of a compound ends in its sewer."""
    pipe = _inner(town, "storm", "XQ-14")
    target = _nearest(_manholes(town, "sewage", "XQ-14"), town.nodes[pipe["from_node"]]["xy"])
    _lead(town, pipe, target)
    return [Planted("storm_to_sewage", (pipe["pipe_id"], target["node_id"]), "warning", "M2")]


def inlet_in_sewage(town: Town) -> list[Planted]:
    """M3: an inlet of a street is led into the sewer."""
    pipe = next(p for p in _of(town, "storm", None, function="lead") if p["street"] == "学府路")
    target = _nearest(_manholes(town, "sewage", None), town.nodes[pipe["from_node"]]["xy"])
    _lead(town, pipe, target)
    return [Planted("inlet_to_sewage", (pipe["pipe_id"], target["node_id"]), "error", "M3")]


def exits_exchanged(town: Town) -> list[Planted]:
    """M4: one compound leads sewage into the storm drain of the street, another leads rain into a sewer."""
    found = []
    for compound, system, other in (("XQ-26", "sewage", "storm"), ("XQ-34", "storm", "sewage")):
        pipe = _exit(town, system, compound)
        target = _nearest(_manholes(town, other, None), town.nodes[pipe["from_node"]]["xy"])
        _lead(town, pipe, target)
        assets = (pipe["pipe_id"], target["node_id"])
        found.append(Planted("compound_to_other_system", assets, "error", "M4"))
    return found


def tank_in_storm(town: Town) -> list[Planted]:
    """M5: the outlet of a septic tank is a storm drain."""
    pipe = next(p for p in _of(town, "sewage", "XQ-03") if _kind(town, p, "from_node") == "septic_tank")
    pipe["system"] = "storm"
    _lead(town, pipe, _nearest(_manholes(town, "storm", "XQ-03"), town.nodes[pipe["from_node"]]["xy"]))
    return [Planted("facility_to_storm", (pipe["pipe_id"], pipe["from_node"]), "error", "M5")]


def shared_manhole(town: Town) -> list[Planted]:
    """M7: storm and sewage of a street pass one manhole."""
    storm, sewage = (
        [n for n in _manholes(town, system, None) if n.get("street") == "南岸大道"]
        for system in ("storm", "sewage")
    )
    pairs = [(distance(a["xy"], b["xy"]), a["node_id"], b["node_id"]) for a in storm for b in sewage]
    passed = [p["to_node"] for p in town.pipes_of("sewage")]
    leaves = [p["from_node"] for p in town.pipes_of("sewage")]
    joined = {p["to_node"] for p in town.pipes_of("storm", "sewage") if p["function"] == "lead"}
    _apart, one, two = min(
        pair for pair in pairs
        if passed.count(pair[2]) == leaves.count(pair[2]) == 1 and pair[2] not in joined
    )  # fmt: skip
    here = town.nodes[one]
    for pipe in town.pipes_of("sewage"):
        for name, place in (("from_node", 0), ("to_node", -1)):
            if pipe[name] == two:
                pipe[name] = one
                pipe["line"] = [*pipe["line"]]
                pipe["line"][place] = here["xy"]
                _levels(town, pipe, pipe["invert_start_m"], pipe["invert_end_m"])
    here["depth_m"] = max(here["depth_m"], town.nodes.pop(two)["depth_m"])
    first = min(p["pipe_id"] for p in town.pipes_of("sewage") if one in (p["from_node"], p["to_node"]))
    return [Planted("shared_manhole", (one, first), "warning", "M7")]


def weir_unknown(town: Town) -> list[Planted]:
    """M8: nobody knows the weir of the village's chamber."""
    chamber = next(n for n in town.nodes.values() if n["kind"] == "interceptor" and n.get("compound_id"))
    chamber["weir_level_m"] = None
    over = next(
        p for p in town.pipes_of("combined")
        if p["from_node"] == chamber["node_id"] and town.nodes[p["to_node"]]["system"] == "storm"
    )  # fmt: skip
    return [Planted("overflow_without_weir", (over["pipe_id"], chamber["node_id"]), "warning", "M8")]


def end_beside(town: Town) -> list[Planted]:
    """A near miss: the sewer of a compound ends 0.3 m beside a storm manhole of the street."""
    pipe = _exit(town, "sewage", "XQ-33")
    target = _nearest(_manholes(town, "storm", None), town.nodes[pipe["from_node"]]["xy"])
    _lead(town, pipe, target)
    line = pipe["line"]
    line[-1] = snap(lerp(line[1], line[0], 0.3 / length(line)))
    pipe["to_node"] = None
    # What it cuts off hangs together and to nothing else: that is the fault, the near storm drain its reason.
    return [Planted("loose_part", (pipe["pipe_id"],), "error", NEAR)]


def drawn_backwards(town: Town) -> list[Planted]:
    """Lines of three drains are drawn against their flow."""
    pipes = [
        _of(town, system, None, street=street, function="branch")[3]
        for system, street in (("sewage", "新城路"), ("storm", "环城北路"), ("combined", "中山路"))
    ]
    for pipe in pipes:
        turn(pipe)
    return [Planted("drawn_against_flow", (pipe["pipe_id"],), "info") for pipe in pipes]


def backfalls(town: Town) -> list[Planted]:
    """Two drains rise along their flow."""
    pipes = [
        _of(town, system, None, street=street, function="branch")[2]
        for system, street in (("sewage", "学府路"), ("storm", "建设路"))
    ]
    for pipe in pipes:
        _levels(town, pipe, pipe["invert_start_m"], pipe["invert_start_m"] + 0.06)
    return [Planted("adverse_slope", (pipe["pipe_id"],), "warning") for pipe in pipes]


def levels_exchanged(town: Town) -> list[Planted]:
    """The levels of the two ends of all drains of a compound are exchanged."""
    pipes = [p for p in town.pipes_of(*DRAINS) if p.get("compound_id") == "XQ-08"]
    for pipe in pipes:
        for one, two in PAIRS[1:]:
            pipe[one], pipe[two] = pipe[two], pipe[one]
        pipe["z"] = pipe["z"][::-1]
    return [Planted("doctor_swapped_levels", tuple(p["pipe_id"] for p in pipes), "warning")]


FAULTS: tuple[Callable[[Town], list[Planted]], ...] = (
    sewage_in_storm, storm_in_sewage, inlet_in_sewage, exits_exchanged, tank_in_storm, shared_manhole,
    weir_unknown, end_beside, drawn_backwards, backfalls, levels_exchanged,
)  # fmt: skip
