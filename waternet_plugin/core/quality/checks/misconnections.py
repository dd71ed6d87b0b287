"""Drains joined to the wrong system: sewage that reaches the river, rain that reaches the plant.

Each rule has a code, M1 to M12; a drain has one finding, of the strongest rule that it breaks. Plain
crossings are no evidence: drains are joined by a shared vertex, else by ends that lie close together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.near import near_points
from waternet_plugin.core.network.model.row_groups import gather, labels
from waternet_plugin.core.quality.context.check_context import DRAINS, Check, CheckContext
from waternet_plugin.core.quality.context.drain_flow import (
    CompoundMembership,
    DrainFlow,
    compound_membership,
    drain_flow,
)
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.texts import tr

SEWAGE, STORM, COMBINED = "sewage", "storm", "combined"
FACILITIES = ("septic_tank", "grease_trap")
# Where sewage may end for good.
SEWAGE_ENDS = ("plant", "pump_station")
# By code M1 to M12 in the order of strength; of one drain the first counts.
RULES = (
    *("facility_to_storm", "compound_to_other_system", "inlet_to_sewage", "sewage_to_storm"),
    *("storm_to_sewage", "overflow_without_weir", "shared_manhole", "combined_riser"),
    *("sewage_seen_in_storm", "combined_in_separate", "system_without_exit", "system_flips"),
    *("sewage_near_storm", "storm_near_sewage"),
)
# Own system and that of what goes on.
_WRONG = {"sewage_to_storm": (SEWAGE, STORM), "storm_to_sewage": (STORM, SEWAGE)}
NEAR_RULES_OF = {"sewage_to_storm": "sewage_near_storm", "storm_to_sewage": "storm_near_sewage"}
SEWAGE_SEEN = "sewage_seen"


@dataclass(frozen=True)
class Misconnections:
    """Drains joined to the wrong system, one row a drain, by rule in the order of `RULES`.

    ``rule`` is a number in `RULES`; ``pipe`` the wrong drain, ``other`` the first by id of those that go on,
    -1 for none; ``vertex`` where; ``compound`` the compound it concerns, -1 for none; ``distance_m`` between
    ends that are not joined, 0 for the others.
    """

    rule: Array
    pipe: Array
    other: Array
    vertex: Array
    compound: Array
    distance_m: Array

    def of(self, rule: str) -> Array:
        """Return the rows of a rule."""
        return np.flatnonzero(self.rule == RULES.index(rule))


class _Drafts:
    """Collects findings; a drain that has one already gets no weaker one."""

    def __init__(self, pipes: int) -> None:
        self.taken = np.zeros(pipes, dtype=bool)
        self.columns: list[tuple[Array, ...]] = []

    def add(
        self,
        rule: str,
        pipe: Array,
        vertex: Array,
        *,
        other: Array | None = None,
        compound: Array | None = None,
        distance_m: Array | None = None,
    ) -> None:
        """Take the findings of a rule, the first of each drain."""
        none = np.full(len(pipe), -1)
        further = (
            none if other is None else other,
            none if compound is None else compound,
            np.zeros(len(pipe)) if distance_m is None else distance_m,
        )
        _, first = np.unique(pipe, return_index=True)
        first = first[~self.taken[pipe[first]]]
        self.taken[pipe[first]] = True
        number = np.full(len(first), RULES.index(rule))
        self.columns.append((number, pipe[first], vertex[first], *(one[first] for one in further)))

    def table(self) -> Misconnections:
        """Return what was taken."""
        rule, pipe, vertex, other, compound, distance = (
            np.concatenate(parts) for parts in zip(*self.columns)
        )
        return Misconnections(rule, pipe, other.astype(np.int64), vertex, compound, distance)


@dataclass(frozen=True)
class _Town:
    """What several rules ask for."""

    subject: CheckContext
    flow: DrainFlow
    compounds: CompoundMembership
    separate: Array
    passes: Array
    own: dict[str, Array]
    is_overflow: Array

    def alone(self, *systems: str) -> Array:
        """Return the vertices where drains of these systems go on and no others.

        Where none goes on, the system of the node counts.
        """
        others = [system for system in DRAINS if system not in systems]
        goes_on = np.logical_or.reduce([self.flow.leaves[system] for system in systems])
        last = ~np.logical_or.reduce([self.flow.leaves[system] for system in DRAINS])
        named = np.logical_or.reduce([self.own[system] for system in systems])
        stops = np.logical_or.reduce([self.flow.leaves[system] for system in others])
        return np.asarray((goes_on & ~stops) | (last & named))

    def in_separate(self, pipe: Array) -> Array:
        """Return which drains lie in compounds with separate drainage."""
        return np.asarray(self.separate[self.compounds.pipe[pipe]])

    def goes_on(self, vertex: Array) -> Array:
        """Return the first drain by id that leaves each vertex, -1 for none."""
        flow, rank = self.flow, self.subject.pipe_rank
        rows = np.flatnonzero(self.subject.live & self.subject.is_drain)
        rows = rows[np.argsort(rank[rows], kind="stable")[::-1]]
        first = np.full(len(self.passes), -1, dtype=np.int64)
        first[flow.upper[rows]] = rows
        free = rows[~flow.known[rows]]
        both = np.full(len(self.passes), -1, dtype=np.int64)
        both[flow.lower[free]] = free
        rank = np.append(rank, len(rank))
        one, two = first[vertex], both[vertex]
        return np.where(rank[one] <= rank[two], one, two)


def _town(subject: CheckContext) -> _Town:
    many = subject.connected.graph.node_count
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    own = {}
    for system in DRAINS:
        own[system] = np.zeros(many, dtype=bool)
        own[system][: len(subject.nodes)] = subject.nodes.among("system", (system,))
    compounds = subject.once(compound_membership)
    # The last one stands for pipes of no compound.
    separate = np.append(subject.rows("compound").among("drainage", ("separate",)), False)
    # Systems may meet there; an outfall lets nothing on and takes what it is built for.
    passes = joins & ~subject.kind_among(("outfall",))
    overflow = subject.pipes.among("function", ("overflow",))
    return _Town(subject, subject.once(drain_flow), compounds, separate, passes, own, overflow)


def misconnections(subject: CheckContext) -> Misconnections:
    """Return the drains joined to the wrong system; doubts are among them.

    A drain whose flow is undetermined ends nowhere for certain and gives none of M1 to M8. Where the system
    of a run of drains differs from that of the two between which it lies, nothing else joined, its record is
    doubtful, not its joints.
    """
    town = _town(subject)
    flow, drafts = town.flow, _Drafts(len(subject.pipes))
    runs, flips = _flipped_runs(town)
    ends = flow.known & ~town.is_overflow & ~town.passes[flow.lower] & ~flips[flow.lower]
    _facilities(town, drafts)
    wrong = {rule: _wrong_ends(town, ends, *systems) for rule, systems in _WRONG.items()}
    _out_of_compounds(town, drafts, *(np.concatenate(parts) for parts in zip(*wrong.values())))
    _leads(town, drafts, ends)
    for rule, (pipe, at) in wrong.items():
        drafts.add(rule, pipe, at, other=town.goes_on(at), compound=town.compounds.pipe[pipe])
    _shared(town, drafts, flips, _overflows(town, drafts))
    _combined(town, drafts, "combined_riser")
    _seen(town, drafts)
    _combined(town, drafts, "combined_in_separate")
    _near(town, drafts, ends)
    _without_exit(town, drafts, flips)
    _doubts(town, drafts, runs)
    return drafts.table()


def _wrong_ends(town: _Town, ends: Array, mine: str, theirs: str) -> tuple[Array, Array]:
    """Return drains of one system that end where the other alone goes on, and the vertex where.

    Ends that name no node are joined to what lies within the tolerance, as everywhere.
    """
    subject, flow = town.subject, town.flow
    pipe = np.flatnonzero(ends & flow.of[mine] & town.alone(theirs)[flow.lower])
    loose = _loose_ends(town, ends, mine)
    asked, target, _apart = _close(town, loose, theirs, subject.settings.real("network.tolerance_m"))
    nodes = len(subject.nodes)
    here = loose[asked]
    joined = ((flow.lower[here] >= nodes) | (target >= nodes)) & town.alone(theirs)[target]
    here, target = here[joined], target[joined]
    return np.concatenate([pipe, here]), np.concatenate([flow.lower[pipe], target])


def _loose_ends(town: _Town, ends: Array, system: str) -> Array:
    """Return the drains of a system that end where nothing goes on."""
    subject, flow = town.subject, town.flow
    last = ~np.logical_or.reduce([flow.leaves[one] for one in DRAINS])
    last &= ~subject.kind_among(subject.settings.words("network.joining_kinds"))
    return np.flatnonzero(ends & flow.of[system] & last[flow.lower])


def _close(town: _Town, pipe: Array, system: str, reach_m: float) -> tuple[Array, Array, Array]:
    """Return the lower ends close to an end or node of a system: which, the nearest vertex, how far, m."""
    flow, place = town.flow, town.subject.vertex_xy
    target = np.flatnonzero(flow.there[system] | town.own[system])
    asked, found, apart = near_points(place[flow.lower[pipe]], place[target], reach_m)
    # A vertex of its own is no other.
    other = target[found] != flow.lower[pipe[asked]]
    asked, found, apart = asked[other], target[found[other]], apart[other]
    order = np.lexsort((found, apart, asked))
    _, first = np.unique(asked[order], return_index=True)
    chosen = order[first]
    return asked[chosen], found[chosen], apart[chosen]


def _by_rank(town: _Town, rows: Array) -> Array:
    return rows[np.argsort(town.subject.pipe_rank[rows], kind="stable")]


def _facilities(town: _Town, drafts: _Drafts) -> None:
    """Take M5: storm alone leads away from a tank of sewage or from where a customer drains."""
    subject, flow = town.subject, town.flow
    dirty = subject.kind_among(FACILITIES)
    outlet = subject.nodes.row_of(subject.rows("customer").text("outlet_node"))
    dirty[outlet[outlet >= 0]] = True
    leads_away = dirty & flow.leaves[STORM] & ~flow.leaves[SEWAGE] & ~flow.leaves[COMBINED]
    pipe = np.flatnonzero(flow.of[STORM] & flow.known & leads_away[flow.upper])
    at = flow.upper[pipe]
    drafts.add("facility_to_storm", pipe, at, compound=town.compounds.pipe[pipe])


def _out_of_compounds(town: _Town, drafts: _Drafts, pipe: Array, at: Array) -> None:
    """Take M4: M1 or M2 of a drain that leads out of a compound."""
    compounds, nodes = town.compounds, len(town.compounds.node)
    node_of = np.append(compounds.node, -1)
    home, other = compounds.pipe[pipe], town.goes_on(at)
    # The last drain of a compound may lie in the street for the most part.
    home = np.where(home >= 0, home, node_of[np.minimum(town.flow.upper[pipe], nodes)])
    node = node_of[np.minimum(at, nodes)]
    outside = np.where(other >= 0, compounds.pipe[other], node) != home
    out = (home >= 0) & outside
    drafts.add("compound_to_other_system", pipe[out], at[out], other=other[out], compound=home[out])


def _leads(town: _Town, drafts: _Drafts, ends: Array) -> None:
    """Take M3: a lead, or a drain from an inlet, that ends where sewage alone goes on."""
    subject, flow = town.subject, town.flow
    # Short pipes of sewage are called leads too.
    rain = subject.pipes.among("function", ("lead",)) & ~flow.of[SEWAGE]
    rain |= subject.kind_among(("inlet",))[flow.upper]
    separate = town.separate[town.compounds.pipe]
    wrong = np.where(separate, town.alone(SEWAGE, COMBINED)[flow.lower], town.alone(SEWAGE)[flow.lower])
    pipe = np.flatnonzero(ends & rain & wrong)
    drafts.add(
        "inlet_to_sewage",
        pipe,
        flow.lower[pipe],
        other=town.goes_on(flow.lower[pipe]),
        compound=town.compounds.pipe[pipe],
    )


def _overflows(town: _Town, drafts: _Drafts) -> Array:
    """Take M8: an overflow into storm without a weir level, or in separate drainage; return all ways over."""
    subject, flow = town.subject, town.flow
    dirty = flow.of[SEWAGE] | flow.of[COMBINED]
    arrives = np.zeros(len(town.passes), dtype=bool)
    arrives[flow.lower[dirty & flow.known]] = True
    over = town.is_overflow | (subject.kind_among(("interceptor",))[flow.upper] & subject.is_drain)
    over &= flow.known & (flow.of[STORM] | town.alone(STORM)[flow.lower]) & (arrives[flow.upper] | dirty)
    weir = np.append(subject.nodes.known("weir_level_m"), False)
    weired = weir[np.minimum(flow.upper, len(subject.nodes))]
    pipe = np.flatnonzero(over & (~weired | town.separate[town.compounds.pipe]))
    at = flow.upper[pipe]
    other = town.goes_on(flow.lower[pipe])
    drafts.add("overflow_without_weir", pipe, at, other=other, compound=town.compounds.pipe[pipe])
    return np.asarray(over | town.is_overflow)


def _shared(town: _Town, drafts: _Drafts, flips: Array, over: Array) -> None:
    """Take M7: both pass one manhole, and no finding says already that one of them ends there wrongly."""
    subject, flow = town.subject, town.flow
    there = {}
    for system in DRAINS:
        rows = np.flatnonzero(flow.of[system] & flow.known & ~over)
        there[system] = np.zeros(len(town.passes), dtype=bool)
        there[system][flow.upper[rows]] = there[system][flow.lower[rows]] = True
    told = np.zeros(len(town.passes), dtype=bool)
    for _rule, pipe, vertex, *_rest in drafts.columns:
        told[vertex] = True
        told[flow.lower[pipe]] = True
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    both = there[SEWAGE] & there[STORM] & ~there[COMBINED] & ~joins & ~told & ~flips
    both[len(subject.nodes) :] = False
    rows = _by_rank(town, np.flatnonzero(flow.of[SEWAGE] & flow.known & ~over))[::-1]
    first = np.full(len(both), -1, dtype=np.int64)
    first[flow.upper[rows]] = rows
    again = np.full(len(both), -1, dtype=np.int64)
    again[flow.lower[rows]] = rows
    at = np.flatnonzero(both)
    rank = np.append(subject.pipe_rank, len(subject.pipes))
    pipe = np.where(rank[first[at]] <= rank[again[at]], first[at], again[at])
    storm = _by_rank(town, np.flatnonzero(flow.of[STORM] & flow.known & ~over))[::-1]
    other = np.full(len(both), -1, dtype=np.int64)
    other[flow.lower[storm]] = storm
    other[flow.upper[storm]] = storm
    drafts.add("shared_manhole", pipe, at, other=other[at], compound=town.compounds.pipe[pipe])


def _combined(town: _Town, drafts: _Drafts, rule: str) -> None:
    """Take M6: combined risers in separate drainage; or M10: other combined drains there, or to the river."""
    subject, flow = town.subject, town.flow
    riser = subject.pipes.among("function", ("riser",))
    wrong = flow.of[COMBINED] & town.separate[town.compounds.pipe]
    if rule == "combined_riser":
        wrong = wrong & riser & flow.known
    else:
        river = subject.kind_among(("outfall",)) & town.own[STORM]
        # What only an overflow lets out, its weir decides (M8).
        to_river = flow.of[COMBINED] & flow.known & ~town.is_overflow & river[flow.lower]
        wrong = (wrong & ~riser) | to_river
    pipe = np.flatnonzero(wrong)
    drafts.add(rule, pipe, flow.lower[pipe], compound=town.compounds.pipe[pipe])


def _seen(town: _Town, drafts: _Drafts) -> None:
    """Take M9: storm drains out of a manhole where sewage was seen last, unless a finding above says why."""
    subject, flow = town.subject, town.flow
    seen = sewage_seen(subject)
    at = np.zeros(len(town.passes), dtype=bool)
    at[: len(subject.nodes)] = seen == 1
    pipe = np.flatnonzero(flow.of[STORM] & flow.known & at[flow.upper])
    if not len(pipe):
        return
    # The place and the end: both pass a shared manhole, and the one named may lead on from it.
    above = [place for _rule, one, there, *_rest in drafts.columns for place in (flow.lower[one], there)]
    reached = downstream(subject, np.concatenate(above))
    pipe = pipe[~reached[flow.upper[pipe]]]
    drafts.add("sewage_seen_in_storm", pipe, flow.upper[pipe])


def sewage_seen(subject: CheckContext) -> Array:
    """Return the newest answer of crews whether sewage was seen, a value for each node: 1, 0, NaN unknown.

    Answers dated in the future don't count.
    """
    answer = np.full(len(subject.nodes), np.nan)
    node, when, value = _answers(subject)
    there = np.flatnonzero(when < _end_of_today(subject))
    order = there[np.argsort(when[there], kind="stable")]
    answer[node[order]] = value[order]
    return answer


def answers_to_come(subject: CheckContext) -> int:
    """Return how many answers of crews are dated in the future."""
    _node, when, _value = _answers(subject)
    return int((when >= _end_of_today(subject)).sum())


def _answers(subject: CheckContext) -> tuple[Array, Array, Array]:
    """Return node, time and value of what crews said about sewage."""
    readings = subject.rows("reading")
    if not len(readings):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype="datetime64[ns]"), np.empty(0)
    node, value = subject.nodes.row_of(readings.text("node_id")), readings.number("value")
    asked = np.flatnonzero((node >= 0) & np.isfinite(value) & readings.among("quantity", (SEWAGE_SEEN,)))
    when = readings.frame["time"].to_numpy(dtype="datetime64[ns]")
    return node[asked], when[asked], value[asked]


def _end_of_today(subject: CheckContext) -> np.datetime64:
    # Times are those of Greenwich, where a day ends up to twelve hours before it does elsewhere.
    return np.datetime64(subject.today) + np.timedelta64(36, "h")


def downstream(subject: CheckContext, vertices: Array) -> Array:
    """Return which vertices water reaches from some of them; undetermined drains lead both ways."""
    flow, many = subject.once(drain_flow), subject.connected.graph.node_count
    _pipe, upper, lower = flow.edges(np.flatnonzero(subject.live & subject.is_drain))
    # One more vertex leads to all where it begins, so that one search does.
    one = np.concatenate([upper, np.full(len(vertices), many)])
    two = np.concatenate([lower, vertices])
    ways = csr_matrix((np.ones(len(one), dtype=np.int8), (one, two)), shape=(many + 1, many + 1))
    found = breadth_first_order(ways, many, return_predecessors=False)
    reached = np.zeros(many + 1, dtype=bool)
    reached[found] = True
    return reached[:many]


def _without_exit(town: _Town, drafts: _Drafts, flips: Array) -> None:
    """Take M12: connected sewage without plant, pump station or combined drain, storm without outfall."""
    subject, flow = town.subject, town.flow
    graph = subject.connected.graph
    # Combined drains lead on; storm that enters them has a rule of its own.
    leads_on = flow.there[COMBINED]
    exits = {SEWAGE: SEWAGE_ENDS, STORM: ("outfall",)}
    told = np.concatenate(
        [np.flatnonzero(flips), *(vertex for _rule, _pipe, vertex, *_rest in drafts.columns)]
    ).astype(np.int64)
    for system, kinds in exits.items():
        ends = subject.kind_among(kinds) | leads_on
        rows = _by_rank(town, np.flatnonzero(flow.of[system]))
        if not len(rows):
            continue
        count, label = labels(graph.node_count, flow.upper[rows], flow.lower[rows])
        served = np.zeros(count, dtype=bool)
        served[label[ends]] = True
        # What a wrong joint leads elsewhere, or a doubtful record cuts off, is told by that.
        served[label[told]] = True
        part = label[flow.upper[rows]]
        blocked, first = np.unique(part, return_index=True)
        first = first[~served[blocked]]
        drafts.add("system_without_exit", rows[first], flow.lower[rows[first]])


def _flipped_runs(town: _Town) -> tuple[list[Array], Array]:
    """Return runs of drains of one system between two of one other, nothing else joined, and their ends."""
    subject = town.subject
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
    return [_by_rank(town, rows[order[bounds[one] : bounds[one + 1]]]) for one in chosen], flips


def _doubts(town: _Town, drafts: _Drafts, runs: list[Array]) -> None:
    """Take M11: the first drain of each run whose record of the system is doubtful."""
    first = np.array([run[0] for run in runs], dtype=np.int64)
    drafts.add("system_flips", first, town.flow.upper[first])


def _near(town: _Town, drafts: _Drafts, ends: Array) -> None:
    """Take ends joined to nothing that goes on, close to an end or node of the other system."""
    reach = town.subject.real("misconnection_near_m")
    for rule, systems in _WRONG.items():
        pipe = _loose_ends(town, ends, systems[0])
        asked, at, apart = _close(town, pipe, systems[1], reach)
        pipe = pipe[asked]
        drafts.add(
            NEAR_RULES_OF[rule],
            pipe,
            town.flow.lower[pipe],
            other=town.goes_on(at),
            compound=town.compounds.pipe[pipe],
            distance_m=apart,
        )


def _systems(subject: CheckContext, pipe: Array, other: Array) -> dict[str, Array]:
    """Return the words of the systems of drains and of those that go on, '' where none does."""
    known = other >= 0
    goes_on = np.full(len(other), "", dtype=object)
    goes_on[known] = subject.pipes.labels("system", other[known])
    return {"system": subject.pipes.labels("system", pipe), "other": goes_on}


def _places(subject: CheckContext, vertex: Array) -> Array:
    """Return the ids of nodes for a sentence; a joint without a node is called so."""
    names = subject.vertex_ids(vertex)
    return np.array([tr("a joint without a node") if name is None else name for name in names], dtype=object)


def found(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield the misconnections of a network and what is doubtful about them."""
    every = subject.once(misconnections)
    pipes = subject.pipes
    for rule in RULES:
        rows = every.of(rule)
        pipe, other, vertex = every.pipe[rows], every.other[rows], every.vertex[rows]
        if rule == "shared_manhole":
            yield subject.nodes.found(rule, vertex, with_assets={"pipe": pipes.ids[pipe]})
            continue
        yield pipes.found(
            rule,
            pipe,
            xy=subject.vertex_xy[vertex],
            with_assets={"node": subject.vertex_ids(vertex)},
            values={
                **_systems(subject, pipe, other),
                "node": _places(subject, vertex),
                "distance": every.distance_m[rows],
            },
        )


CHECKS = (Check(RULES, found),)
