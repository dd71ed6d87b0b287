"""What to know and to doubt about an isolation, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from waternet_plugin.core.network.shutdown import Shut, Shutdown
from waternet_plugin.core.network.shutting import NO_PIPE, Waterworks
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.network.isolation import Burst


def notes_of(job: Shutdown, shut: Shut, burst: Burst) -> list[str]:
    """Return what to know and to doubt about a result, in sentences."""
    works, elements = job.works, job.works.elements
    notes = [tr("Hydraulics not checked: only connections were followed, no pressure or flow was computed.")]
    failing = sorted(
        {
            works.node_name(valve)
            for each in shut.segments
            for valve in works.valves(each)
            if works.passes(valve)
        }
    )
    if failing:
        notes.append(
            tr("Can't be closed, so the isolated part reaches beyond: {valves}.").format(
                valves=", ".join(failing)
            )
        )
    if not shut.valves:
        notes.append(
            tr("No valve around the burst can part it from the rest: all that hangs together has to be shut.")
        )
    if bool(elements.sources[np.isin(works.segments.node, sorted(shut.segments))].any()):
        notes.append(
            tr("A source lies in the isolated part itself: it has to be shut as well, or it feeds the burst.")
        )
    many = [works.node_name(valve) for valve in sorted(shut.valves) if len(works.sides(valve)) > 2]
    if many:
        notes.append(
            tr("At these valves more than two pipe ends meet; closing one parts them all: {valves}.").format(
                valves=", ".join(many)
            )
        )
    notes += _notes_on_path(works, burst)
    if burst.pipes_without_volume:
        notes.append(
            tr("%n isolated pipe(s) without a known size or length are not in the volume.", "",
               burst.pipes_without_volume)
        )  # fmt: skip
    without = int((works.customer_pipe == NO_PIPE).sum())
    if without:
        notes.append(
            tr("%n customer(s) of this network name no pipe in use; nobody knows whether they are hit.", "",
               without)
        )  # fmt: skip
    if burst.overlap:
        notes.append(tr("%n pipe(s) are cut off by the other shut-downs as well.", "", len(burst.overlap)))
    before = works.supply.dependence.reached[: len(works.supply.segment)]
    home = [part for part in np.flatnonzero(np.isin(works.supply.segment, sorted(job.home))) if before[part]]
    if not home:
        notes.append(tr("The burst pipe has no open way to any source in this network even now."))
    return notes


def _notes_on_path(works: Waterworks, burst: Burst) -> list[str]:
    """Return what is to be said about the narrowest pipe left."""
    left = burst.bottleneck
    if left is None:
        return [tr("Nothing around the isolated part has to be fed another way.")]
    if not np.isfinite(left.diameter_mm):
        return [
            tr("The remaining path from {valve} to a source leads through pipes of unknown diameter.").format(
                valve=left.node_id
            )
        ]
    values = {"dn": f"{left.diameter_mm:g}", "pipe": left.pipe_id, "valve": left.node_id}
    notes = [
        tr("Smallest diameter on the remaining path: DN{dn}, pipe {pipe}, towards {valve}.").format(**values)
    ]
    share = works.settings.real("network.half_diameter_share")
    if left.diameter_mm < share * burst.lost_diameter_mm:
        notes.append(
            tr(
                "The remaining path is less than half as wide as what is shut (DN{dn} against DN{lost}): low "
                "pressure is likely around it."
            ).format(dn=values["dn"], lost=f"{burst.lost_diameter_mm:g}")
        )
    return notes
