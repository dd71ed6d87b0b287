"""What a proof says of a metered area: how it hangs together, is bounded and fed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.dma.boundary import OPEN, UNKNOWN
from waternet_plugin.core.dma.verdict.cut_off import CutOff
from waternet_plugin.core.dma.verdict.zone_faults import NOT_PROVABLE, NOT_VALID, VALID, ZoneFaults
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ZoneAnswer:
    """What connectivity alone says of a zone: codes T6, D1, D2, D4, D5 and D14.

    Parameters
    ----------
    verdict
        As these codes make it; other codes may make the zone not valid.
    parts
        Into how many parts its open pipes fall.
    open_crossings, unknown_valves
        Where its boundary is neither metered nor closed, and where only valves of unknown state close it.
    has_way
        Whether water of a source enters past the meters, unknown valves taken as closed.
    is_fed
        Whether a source reaches it, unknown valves at its boundary taken as closed; so is one without pipes.
    cut_off
        How much outside of all zones has no water while valves at its boundary stand closed: so many parts.
    entry
        A node where such a way enters, '' for none: two proofs may name different ones.
    """

    verdict: str
    parts: int
    open_crossings: int
    unknown_valves: int
    has_way: bool
    is_fed: bool
    cut_off: int
    entry: str = field(default="", compare=False)

    def text(self) -> str:
        """Say it in words, without an end."""
        path_text = tr("at {node}").format(node=self.entry or "?") if self.has_way else tr("none")
        return tr(
            "{verdict} (parts: {parts}, open crossings: {crossings}, valves of unknown state: {unknown}, "
            "unmetered way: {way}, supplied: {fed}, parts outside cut off: {cut})"
        ).format(
            verdict=label_of("zone_verdict", self.verdict),
            parts=self.parts,
            crossings=self.open_crossings,
            unknown=self.unknown_valves,
            way=path_text,
            fed=tr("yes") if self.is_fed else tr("no"),
            cut=self.cut_off,
        )


def verdict_of(is_closed: bool, is_closed_if_open: bool) -> str:
    """Return the verdict of a zone that holds with unknown valves closed, and with them open."""
    return (VALID if is_closed_if_open else NOT_PROVABLE) if is_closed else NOT_VALID


def answers_of(faults: ZoneFaults, cut: Sequence[CutOff]) -> dict[str, ZoneAnswer]:
    """Return what the proof by arrays says of each zone.

    Parameters
    ----------
    faults
        The zones judged.
    cut
        What closed boundary valves keep from every source.
    """
    dma, boundary = faults.dma, faults.boundary
    zone_count = dma.zones.count
    parts = boundary.parts.counted(zone_count)
    crossings, unknown = (boundary.crossings.counted(state, zone_count) for state in (OPEN, UNKNOWN))
    entry = {path.zone: str(dma.graph.node_id[path.node] or "") for path in faults.ways}
    lost = Counter(zone for part in cut if (dma.zone[part.pipes] < 0).any() for zone in part.zones)
    cut_off = np.array([lost[zone] for zone in range(zone_count)], dtype=np.int64)
    holds = (parts == 1) & (crossings == 0) & ~faults.unfed & (cut_off == 0)
    return {
        str(name): ZoneAnswer(
            verdict_of(bool(holds[zone]), bool(holds[zone] and unknown[zone] == 0)),
            int(parts[zone]),
            int(crossings[zone]),
            int(unknown[zone]),
            zone in entry,
            not faults.unfed[zone],
            int(cut_off[zone]),
            entry.get(zone, ""),
        )
        for zone, name in enumerate(dma.zones.zone_id)
    }
