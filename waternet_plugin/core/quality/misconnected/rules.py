"""The rules about drains joined to the wrong system: sewage to the river, rain to the plant.

Each rule has a code, M1 to M13; a drain has one finding, of the strongest rule that it breaks. Plain
crossings are not evidence: drains are joined by a shared vertex, else by ends that lie close together.
"""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.network_frame import DRAINS
from waternet_plugin.core.network.model.row_groups import gather, labels
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.misconnected.drain_joints import (
    DrainJoints,
    by_rank,
    close_ends,
    downstream,
    drain_joints,
    loose_ends,
)
from waternet_plugin.core.quality.misconnected.septic_bypass import septic_bypasses
from waternet_plugin.core.quality.misconnected.sewage_seen import sewage_seen
from waternet_plugin.core.quality.misconnected.table import NEAR_RULES_OF, Drafts, Misconnections

SEWAGE, STORM, COMBINED = "sewage", "storm", "combined"
FACILITIES = ("septic_tank", "grease_trap")
# Where sewage may end for good.
SEWAGE_ENDS = ("plant", "pump_station")
# Own system and that of what goes on.
_WRONG = {"sewage_to_storm": (SEWAGE, STORM), "storm_to_sewage": (STORM, SEWAGE)}


def misconnections(subject: CheckContext) -> Misconnections:
    """Return the drains joined to the wrong system; doubts are among them.

    A drain whose flow is undetermined ends nowhere for certain and gives none of M1 to M8. Where the system
    of a run of drains differs from that of the two between which it lies, nothing else joined, its record is
    doubtful, not its joints.
    """
    joints = drain_joints(subject)
    flow, drafts = joints.flow, Drafts(len(subject.pipes))
    runs, flips = _flipped_runs(joints)
    ends = flow.known & ~joints.is_overflow & ~joints.passes[flow.lower] & ~flips[flow.lower]
    _facilities(joints, drafts)
    wrong = {rule: _wrong_ends(joints, ends, *systems) for rule, systems in _WRONG.items()}
    _out_of_compounds(joints, drafts, *(np.concatenate(parts) for parts in zip(*wrong.values())))
    _leads(joints, drafts, ends)
    for rule, (pipe, at) in wrong.items():
        drafts.add(rule, pipe, at, other=joints.goes_on(at), compound=joints.compounds.pipe[pipe])
    _shared(joints, drafts, flips, _overflows(joints, drafts))
    _combined(joints, drafts, "combined_riser")
    _seen(joints, drafts)
    _combined(joints, drafts, "combined_in_separate")
    _near(joints, drafts, ends)
    told = np.concatenate([np.flatnonzero(flips), *(column[2] for column in drafts.columns)]).astype(np.int64)
    pipe, at = septic_bypasses(joints)
    drafts.add(
        "septic_bypass",
        pipe,
        at,
        other=joints.goes_on(flow.lower[pipe]),
        compound=joints.compounds.pipe[pipe],
    )
    _without_exit(joints, drafts, told)
    _doubts(joints, drafts, runs)
    return drafts.table()


def _wrong_ends(joints: DrainJoints, ends: Array, mine: str, theirs: str) -> tuple[Array, Array]:
    """Return drains of one system that end where the other alone goes on, and the vertex where.

    Ends that name no node are joined to what lies within the tolerance, as everywhere.
    """
    subject, flow = joints.subject, joints.flow
    pipe = np.flatnonzero(ends & flow.of[mine] & joints.alone(theirs)[flow.lower])
    tolerance = subject.settings.real("network.tolerance_m")
    loose = loose_ends(joints, ends, mine, tolerance)
    asked, target, _apart = close_ends(joints, loose, theirs, tolerance)
    nodes = len(subject.nodes)
    here = loose[asked]
    joined = ((flow.lower[here] >= nodes) | (target >= nodes)) & joints.alone(theirs)[target]
    here, target = here[joined], target[joined]
    return np.concatenate([pipe, here]), np.concatenate([flow.lower[pipe], target])


def _facilities(joints: DrainJoints, drafts: Drafts) -> None:
    """Take M5: storm alone leads away from a tank of sewage or from where a customer drains."""
    subject, flow = joints.subject, joints.flow
    dirty = subject.kind_among(FACILITIES)
    outlet = subject.nodes.row_of(subject.rows("customer").text("outlet_node"))
    dirty[outlet[outlet >= 0]] = True
    leads_away = dirty & flow.leaves[STORM] & ~flow.leaves[SEWAGE] & ~flow.leaves[COMBINED]
    pipe = np.flatnonzero(flow.of[STORM] & flow.known & leads_away[flow.upper])
    drafts.add("facility_to_storm", pipe, flow.upper[pipe], compound=joints.compounds.pipe[pipe])


def _out_of_compounds(joints: DrainJoints, drafts: Drafts, pipe: Array, at: Array) -> None:
    """Take M4: M1 or M2 of a drain that leads out of a compound."""
    compounds, nodes = joints.compounds, len(joints.compounds.node)
    node_of = np.append(compounds.node, -1)
    home, other = compounds.pipe[pipe], joints.goes_on(at)
    # The last drain of a compound may lie in the street for the most part.
    home = np.where(home >= 0, home, node_of[np.minimum(joints.flow.upper[pipe], nodes)])
    node = node_of[np.minimum(at, nodes)]
    outside = np.where(other >= 0, compounds.pipe[other], node) != home
    out = (home >= 0) & outside
    drafts.add("compound_to_other_system", pipe[out], at[out], other=other[out], compound=home[out])


def _leads(joints: DrainJoints, drafts: Drafts, ends: Array) -> None:
    """Take M3: a lead, or a drain from an inlet, that ends where sewage alone goes on."""
    subject, flow = joints.subject, joints.flow
    # Short pipes of sewage are called leads too.
    rain = subject.pipes.among("function", ("lead",)) & ~flow.of[SEWAGE]
    rain |= subject.kind_among(("inlet",))[flow.upper]
    separate = joints.separate[joints.compounds.pipe]
    wrong = np.where(separate, joints.alone(SEWAGE, COMBINED)[flow.lower], joints.alone(SEWAGE)[flow.lower])
    pipe = np.flatnonzero(ends & rain & wrong)
    drafts.add(
        "inlet_to_sewage",
        pipe,
        flow.lower[pipe],
        other=joints.goes_on(flow.lower[pipe]),
        compound=joints.compounds.pipe[pipe],
    )


def _overflows(joints: DrainJoints, drafts: Drafts) -> Array:
    """Take M8: an overflow into storm without a weir level, or in separate drainage; return all ways over."""
    subject, flow = joints.subject, joints.flow
    dirty = flow.of[SEWAGE] | flow.of[COMBINED]
    arrives = np.zeros(len(joints.passes), dtype=bool)
    arrives[flow.lower[dirty & flow.known]] = True
    over = joints.is_overflow | (subject.kind_among(("interceptor",))[flow.upper] & subject.is_drain)
    over &= flow.known & (flow.of[STORM] | joints.alone(STORM)[flow.lower]) & (arrives[flow.upper] | dirty)
    weir = np.append(subject.nodes.known("weir_level_m"), False)
    weired = weir[np.minimum(flow.upper, len(subject.nodes))]
    pipe = np.flatnonzero(over & (~weired | joints.separate[joints.compounds.pipe]))
    at = flow.upper[pipe]
    other = joints.goes_on(flow.lower[pipe])
    drafts.add("overflow_without_weir", pipe, at, other=other, compound=joints.compounds.pipe[pipe])
    return np.asarray(over | joints.is_overflow)


def _shared(joints: DrainJoints, drafts: Drafts, flips: Array, over: Array) -> None:
    """Take M7: both pass one manhole, and no finding says already that one of them ends there wrongly."""
    subject, flow = joints.subject, joints.flow
    there = {}
    for system in DRAINS:
        rows = np.flatnonzero(flow.of[system] & flow.known & ~over)
        there[system] = np.zeros(len(joints.passes), dtype=bool)
        there[system][flow.upper[rows]] = there[system][flow.lower[rows]] = True
    told = np.zeros(len(joints.passes), dtype=bool)
    for _rule, pipe, vertex, *_rest in drafts.columns:
        told[vertex] = True
        told[flow.lower[pipe]] = True
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    both = there[SEWAGE] & there[STORM] & ~there[COMBINED] & ~joins & ~told & ~flips
    both[len(subject.nodes) :] = False
    rows = by_rank(joints, np.flatnonzero(flow.of[SEWAGE] & flow.known & ~over))[::-1]
    first = np.full(len(both), -1, dtype=np.int64)
    first[flow.upper[rows]] = rows
    again = np.full(len(both), -1, dtype=np.int64)
    again[flow.lower[rows]] = rows
    at = np.flatnonzero(both)
    rank = np.append(subject.pipe_rank, len(subject.pipes))
    pipe = np.where(rank[first[at]] <= rank[again[at]], first[at], again[at])
    storm = by_rank(joints, np.flatnonzero(flow.of[STORM] & flow.known & ~over))[::-1]
    other = np.full(len(both), -1, dtype=np.int64)
    other[flow.lower[storm]] = storm
    other[flow.upper[storm]] = storm
    drafts.add("shared_manhole", pipe, at, other=other[at], compound=joints.compounds.pipe[pipe])


def _combined(joints: DrainJoints, drafts: Drafts, rule: str) -> None:
    """Take M6: combined risers in separate drainage; or M10: other combined drains there, or to the river."""
    subject, flow = joints.subject, joints.flow
    riser = subject.pipes.among("function", ("riser",))
    wrong = flow.of[COMBINED] & joints.separate[joints.compounds.pipe]
    if rule == "combined_riser":
        wrong = wrong & riser & flow.known
    else:
        river = subject.kind_among(("outfall",)) & joints.own[STORM]
        # What only an overflow lets out, its weir decides (M8).
        to_river = flow.of[COMBINED] & flow.known & ~joints.is_overflow & river[flow.lower]
        wrong = (wrong & ~riser) | to_river
    pipe = np.flatnonzero(wrong)
    drafts.add(rule, pipe, flow.lower[pipe], compound=joints.compounds.pipe[pipe])


def _seen(joints: DrainJoints, drafts: Drafts) -> None:
    """Take M9: storm drains out of a manhole where sewage was seen last, unless a finding above says why."""
    subject, flow = joints.subject, joints.flow
    seen = sewage_seen(subject)
    at = np.zeros(len(joints.passes), dtype=bool)
    at[: len(subject.nodes)] = seen == 1
    pipe = np.flatnonzero(flow.of[STORM] & flow.known & at[flow.upper])
    if not len(pipe):
        return
    # The place and the end: both pass a shared manhole, and the one named may lead on from it.
    above = [place for _rule, one, there, *_rest in drafts.columns for place in (flow.lower[one], there)]
    reached = downstream(subject, np.concatenate(above))
    pipe = pipe[~reached[flow.upper[pipe]]]
    drafts.add("sewage_seen_in_storm", pipe, flow.upper[pipe])


def _without_exit(joints: DrainJoints, drafts: Drafts, told: Array) -> None:
    """Take M12: connected sewage without plant, pump station or combined drain, storm without outfall.

    What a wrong joint or a doubtful record at the vertices ``told`` leads elsewhere, that tells.
    """
    subject, flow = joints.subject, joints.flow
    graph = subject.connected.graph
    # Combined drains lead on; storm that enters them has a rule of its own.
    leads_on = flow.there[COMBINED]
    for system, kinds in {SEWAGE: SEWAGE_ENDS, STORM: ("outfall",)}.items():
        ends = subject.kind_among(kinds) | leads_on
        rows = by_rank(joints, np.flatnonzero(flow.of[system]))
        if not len(rows):
            continue
        count, label = labels(graph.node_count, flow.upper[rows], flow.lower[rows])
        served = np.zeros(count, dtype=bool)
        served[label[ends]] = True
        served[label[told]] = True
        rows = rows[~drafts.taken[rows]]
        blocked, first = np.unique(label[flow.upper[rows]], return_index=True)
        first = first[~served[blocked]]
        drafts.add("system_without_exit", rows[first], flow.lower[rows[first]])


def _flipped_runs(joints: DrainJoints) -> tuple[list[Array], Array]:
    """Return runs of drains of one system between two of one other, nothing else joined, and their ends."""
    subject = joints.subject
    many = subject.connected.graph.node_count
    rows = np.flatnonzero(subject.live & subject.is_drain & ~np.equal(*subject.vertex.T))
    at = subject.vertex[rows]
    through = (subject.degree == 2) & ~subject.kind_among(subject.settings.words("network.joining_kinds"))
    through &= np.bincount(at.reshape(-1), minlength=many) == 2
    system = subject.pipes.codes("system")[0][rows]
    indptr, ends = gather(at.reshape(-1), many)
    vertex = np.flatnonzero(through)
    one, two = ends[indptr[vertex]] >> 1, ends[indptr[vertex] + 1] >> 1
    same = system[one] == system[two]
    count, run = labels(len(rows), one[same], two[same])
    # Each flip belongs to the runs on its two sides, each with the system of the other.
    flip, a, b = vertex[~same], one[~same], two[~same]
    side = np.concatenate([run[a], run[b]])
    beyond = np.concatenate([system[b], system[a]])
    at_flip = np.concatenate([flip, flip])
    two_flips = np.bincount(side, minlength=count) == 2
    low, high = np.full(count, 99), np.full(count, -1)
    np.minimum.at(low, side, beyond)
    np.maximum.at(high, side, beyond)
    doubtful = two_flips & (low == high)
    flips = np.zeros(many, dtype=bool)
    flips[at_flip[doubtful[side]]] = True
    chosen = np.flatnonzero(doubtful)
    bounds, order = gather(run, count)
    return [by_rank(joints, rows[order[bounds[one] : bounds[one + 1]]]) for one in chosen], flips


def _doubts(joints: DrainJoints, drafts: Drafts, runs: list[Array]) -> None:
    """Take M11: the first drain of each run whose record of the system is doubtful."""
    first = np.array([run[0] for run in runs], dtype=np.int64)
    drafts.add("system_flips", first, joints.flow.upper[first])


def _near(joints: DrainJoints, drafts: Drafts, ends: Array) -> None:
    """Take ends joined to nothing that goes on, close to an end or node of the other system."""
    reach = joints.subject.real("misconnection_near_m")
    for rule, systems in _WRONG.items():
        pipe = loose_ends(joints, ends, systems[0], reach)
        asked, at, apart = close_ends(joints, pipe, systems[1], reach)
        pipe = pipe[asked]
        drafts.add(
            NEAR_RULES_OF[rule],
            pipe,
            joints.flow.lower[pipe],
            other=joints.goes_on(at),
            compound=joints.compounds.pipe[pipe],
            distance_m=apart,
        )
