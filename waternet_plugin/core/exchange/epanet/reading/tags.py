"""What an export notes in [TAGS] of things that EPANET does not know, and an import finds again."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.exchange.epanet.reading.elements import CLOSED, OPEN, Model
from waternet_plugin.core.exchange.epanet.reading.text import TextLine
from waternet_plugin.core.schema.domains import domain

TAG = "waternet:"
CLOSED_BY = "closed_by:"


@dataclass(frozen=True)
class Tags:
    """Kinds of junctions by id, those of them that are closed valves, pipes that such a valve closes."""

    kinds: dict[str, str]
    closed: frozenset[str]
    closed_by_valve: frozenset[str]

    def state(self, node_id: str) -> str | None:
        """Return whether a valve is open, None for what is none."""
        if self.kinds.get(node_id) != "valve":
            return None
        return CLOSED if node_id in self.closed else OPEN


def is_ours(line: TextLine) -> bool:
    """Say whether a line of [TAGS] was written by an export of ours."""
    return len(line.words) > 2 and line.words[2].startswith(TAG)


def tags_of(model: Model) -> Tags:
    """Return the tags of a file that an export of ours has written."""
    kinds: dict[str, str] = {}
    closed: set[str] = set()
    held: dict[str, str] = {}
    codes = domain("node_kind")
    for line in model.document.of("TAGS"):
        if not is_ours(line):
            continue
        what, id_ = line.words[0].upper(), line.words[1]
        tag = line.words[2][len(TAG) :]
        if what.startswith("NODE"):
            kind, _colon, state = tag.partition(":")
            node = model.nodes.get(id_)
            if kind in codes and node is not None and node.kind == "junction":
                kinds[id_] = kind
                if state == CLOSED:
                    closed.add(id_)
        elif tag.startswith(CLOSED_BY) and id_ in model.links:
            held[id_] = tag[len(CLOSED_BY) :]
    # A pipe is held closed only by a valve that stands at it.
    at_valve = {
        id_
        for id_, valve in held.items()
        if valve in closed and valve in (model.links[id_].start, model.links[id_].end)
    }
    return Tags(kinds, frozenset(closed), frozenset(at_valve))
