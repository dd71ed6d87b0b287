"""What a test keeps of the boundary that it proved: its valves, meters and pipes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.json_text import stored_object

# A change of one of these makes a test of the boundary void; notes and streets do not.
NODE_FIELDS = (
    "node_id", "kind", "system", "status", "valve_state", "operable", "operated_on", "meter_in", "meter_out",
    "diameter_mm", "install_year",
)  # fmt: skip
PIPE_FIELDS = (
    "pipe_id", "system", "status", "initial_status", "from_node", "to_node", "dma_id", "diameter_mm",
    "material", "install_year",
)  # fmt: skip


@dataclass(frozen=True)
class ProvenBoundary:
    """Ids of the boundary's nodes and of the pipes that end there, and a hash of the zone's pipes."""

    nodes: tuple[str, ...]
    pipes: tuple[str, ...]
    members: str

    @property
    def hash(self) -> str:
        """Hash of all of it."""
        return _hash([*self.nodes, "|", *self.pipes, "|", self.members])

    def facts(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {"nodes": list(self.nodes), "pipes": list(self.pipes), "members": self.members}


def boundary_from(facts: Mapping[str, Any] | str | None) -> ProvenBoundary | None:
    """Return a boundary from what a test keeps of it, None where it keeps none."""
    kept = (facts if isinstance(facts, Mapping) else stored_object(facts)).get("boundary")
    if not isinstance(kept, Mapping):
        return None
    return ProvenBoundary(
        tuple(str(one) for one in kept.get("nodes", ())),
        tuple(str(one) for one in kept.get("pipes", ())),
        str(kept.get("members", "")),
    )


def members_hash(pipe_ids: Iterable[str]) -> str:
    """Return a hash of the pipes of a zone, whatever their order."""
    return _hash(sorted(str(one) for one in pipe_ids))


def _hash(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()[:32]
