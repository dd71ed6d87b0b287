"""What was found odd while a graph was built, as columns with a reason code each."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from waternet_plugin.core.arrays import Array

# An end names a node that is not there; its place decided.
UNKNOWN_NODE = "unknown_node"
# An end names a node further away than the limit; the id decided.
FAR_FROM_NODE = "far_from_node"
# An end without id lies within the tolerance of several nodes; `node` was taken, `other_node`, at
# `distance_m`, was not.
AMBIGUOUS_NODE = "ambiguous_node"
# Ends or nodes lie in a chain wider than the tolerance; its members were not merged. One row a member,
# `group` names the chain, `distance_m` is the link to the nearest other member.
CHAIN = "chain"
# An end without id lies within the tolerance of an end or node of another system; not joined.
OTHER_SYSTEM = "other_system"
# An end has neither a place nor a known node; it stands alone.
END_WITHOUT_COORDINATES = "end_without_place"
# Both ends of a pipe are one node.
SELF_LOOP = "self_loop"
# Several nodes have one id; ends that name it were joined to `other_node`.
DUPLICATE_NODE = "duplicate_node"
# A node without geometry.
NODE_WITHOUT_COORDINATES = "node_without_place"
# No pipe ends at the node itself: it stands where another node or end joins the pipes.
NODE_NEAR_END = "node_beside"
# A node lies on a pipe between its ends: the pipe is not split there.
NODE_ON_PIPE = "node_on_pipe"
# No pipe within the tolerance of a node.
NODE_OFF_PIPE = "node_off_pipe"


@dataclass(frozen=True)
class TopologyFindings:
    """Findings of all codes, one row each.

    Rows of pipes and nodes are rows of the frames that the graph was built of, -1 where none is meant;
    ends are 0 for the first and 1 for the last of a pipe, -1 for none. ``distance_m`` is in metres, NaN
    where there is none; ``x_m`` and ``y_m`` are the place.
    """

    code: Array
    pipe: Array
    end: Array
    node: Array
    other_pipe: Array
    other_end: Array
    other_node: Array
    distance_m: Array
    x_m: Array
    y_m: Array
    group: Array

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.code)

    def take(self, rows: Array) -> TopologyFindings:
        """Return some of the findings, by number or mask."""
        return TopologyFindings(*(getattr(self, column.name)[rows] for column in fields(self)))

    def of(self, code: str) -> TopologyFindings:
        """Return the findings of one code."""
        return self.take(self.code == code)

    def counts(self) -> dict[str, int]:
        """Return how many findings each code has; codes without any are left out."""
        codes, number = np.unique(self.code.astype(str), return_counts=True)
        return {str(code): int(count) for code, count in zip(codes, number)}


@dataclass(frozen=True)
class Members:
    """Pipes, their ends and nodes that findings are about, as in `TopologyFindings`; -1 for none."""

    pipe: Array | int = -1
    end: Array | int = -1
    node: Array | int = -1


_NO_MEMBERS = Members()


@dataclass
class FindingCollector:
    """Collect findings while work goes on."""

    _pages: list[TopologyFindings] = field(default_factory=list)

    def add(
        self,
        code: str,
        size: int,
        members: Members,
        *,
        other: Members = _NO_MEMBERS,
        distance_m: Array | float = float("nan"),
        xy: Array | float = float("nan"),
        group: Array | int = -1,
    ) -> None:
        """Add findings of one code.

        Parameters
        ----------
        code, size
            The code and the number of findings.
        members, other
            What they are about, and what else takes part.
        distance_m
            Distances, m.
        xy
            Where they are, (size, 2), m.
        group
            Numbers of the chains.
        """
        if not size:
            return
        x_m, y_m = np.broadcast_to(np.asarray(xy, dtype=float), (size, 2)).T
        numbers = (members.pipe, members.end, members.node, other.pipe, other.end, other.node, group)
        pipe, end, node, other_pipe, other_end, other_node, groups = (
            np.broadcast_to(np.asarray(number, dtype=np.int64), size) for number in numbers
        )
        self._pages.append(
            TopologyFindings(
                code=np.full(size, code, dtype=object),
                pipe=pipe,
                end=end,
                node=node,
                other_pipe=other_pipe,
                other_end=other_end,
                other_node=other_node,
                distance_m=np.broadcast_to(np.asarray(distance_m, dtype=float), size),
                x_m=x_m,
                y_m=y_m,
                group=groups,
            )
        )

    def findings(self) -> TopologyFindings:
        """Return all findings in the order in which they were added."""
        types = {
            column.name: float if column.name.endswith("_m") else np.int64
            for column in fields(TopologyFindings)
        }
        none = {name: np.empty(0, dtype=kind) for name, kind in types.items()}
        none["code"] = np.empty(0, dtype=object)
        return all_findings(TopologyFindings(**none), *self._pages)


def all_findings(*parts: TopologyFindings) -> TopologyFindings:
    """Return findings one after the other."""
    return TopologyFindings(
        *(
            np.concatenate([getattr(part, column.name) for part in parts])
            for column in fields(TopologyFindings)
        )
    )
